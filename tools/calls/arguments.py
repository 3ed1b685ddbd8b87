"""Arguments of a call as models and clients write them: lists, numbers, booleans and null as text.

The agent's own calls and those over MCP are read here alike. What cannot be read stays as it is; the tool judges it.
"""

import json
from collections.abc import Mapping
from functools import cache
from types import NoneType
from typing import Any, cast, get_args

from pydantic import BaseModel, Field, create_model

NOTHING = frozenset({"", "null", "none", "nil", "undefined"})
WORDS = {"true": True, "false": False, "yes": True, "no": False}
#: What it means to leave an argument out.
WHOLE = {"mask": "the whole picture"}
#: Of the types of JSON schema, the values of Python that are taken for them.
KINDS: dict[str, tuple[type, ...]] = {
    "array": (list,),
    "object": (dict,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
}


def decoded(arguments: Mapping[str, Any], kind: type[BaseModel]) -> dict[str, Any]:
    """Arguments in which a text is what it says, where the tool takes that and no such text.

    Args:
        arguments: as they came.
        kind: what the tool takes.
    """
    schema = kind.model_json_schema()
    fields, definitions = schema.get("properties", {}), schema.get("$defs", {})
    return {
        name: _decoded(value, _types(fields.get(name, {}), definitions)) if isinstance(value, str) else value
        for name, value in arguments.items()
    }


@cache
def forgiving(kind: type[BaseModel]) -> type[BaseModel]:
    """The same arguments, where what may be null may be left out as well.

    Clients leave such arguments out; the agent's own language model is made to write every one of them.
    """
    nullable = {
        name: (field.annotation, Field(None, description=field.description or f"null: {WHOLE.get(name, 'none')}"))
        for name, field in kind.model_fields.items()
        if field.is_required() and NoneType in get_args(field.annotation)
    }
    if not nullable:
        return kind
    made: Any = create_model(kind.__name__, __base__=kind, __doc__=kind.__doc__, **nullable)  # type: ignore[call-overload]
    return cast("type[BaseModel]", made)


def _decoded(text: str, types: set[str]) -> Any:
    word = text.strip().lower()
    if "null" in types and word in NOTHING:
        return None
    if "string" in types:
        return text
    if "boolean" in types and word in WORDS:
        return WORDS[word]
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    fits = any(type(value) in KINDS[name] for name in types & KINDS.keys())
    return value if fits else text


def _types(field: Mapping[str, Any], definitions: Mapping[str, Any]) -> set[str]:
    """The types of JSON that a field takes."""
    if "$ref" in field:
        return _types(definitions[field["$ref"].removeprefix("#/$defs/")], definitions)
    if "anyOf" in field:
        return set[str]().union(*(_types(option, definitions) for option in field["anyOf"]))
    if "enum" in field or "const" in field:
        values = field.get("enum", [field.get("const")])
        return {"string"} if all(isinstance(value, str) for value in values) else set()
    return {field["type"]} if isinstance(field.get("type"), str) else set()
