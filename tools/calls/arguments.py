"""Arguments of a call as models and clients write them: lists, numbers, booleans and null as text, words in capitals.

The agent's own calls and those over MCP are read here alike. What cannot be read stays as it is; the tool judges it.
"""

import ast
import json
from collections.abc import Iterator, Mapping
from functools import cache
from types import NoneType
from typing import Any, cast, get_args

from pydantic import BaseModel, Field, create_model

from wordfuse.tools.types import Strict

Schema = Mapping[str, Any]

NOTHING = frozenset({"", "null", "none", "nil", "undefined"})
WORDS = {"true": True, "false": False, "yes": True, "no": False, "1": True, "0": False}
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
        name: _decoded(value, list(_options(fields.get(name, {}), definitions)), definitions)
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


@cache
def required(kind: type[BaseModel]) -> type[BaseModel]:
    """The same arguments without those that may be left out."""
    needed: Any = {name: (field.annotation, field) for name, field in kind.model_fields.items() if field.is_required()}
    if len(needed) == len(kind.model_fields):
        return kind
    made: Any = create_model(kind.__name__, __base__=Strict, __doc__=kind.__doc__, **needed)
    return cast("type[BaseModel]", made)


def _decoded(value: Any, options: list[Schema], definitions: Schema) -> Any:
    types = {option.get("type") for option in options}
    if isinstance(value, int) and types == {"boolean"}:
        return bool(value) if value in (0, 1) else value
    if not isinstance(value, str):
        return value
    word = value.strip().lower()
    if "null" in types and word in NOTHING:
        return None
    choices = [choice for option in options for choice in _choices(option)]
    if choices:
        return next((choice for choice in choices if choice.lower() == word), value)
    if "string" in types:
        return value
    if "boolean" in types and word in WORDS:
        return WORDS[word]
    read = _read(value)
    read = list(read) if isinstance(read, tuple) else read
    if any(type(read) in KINDS[name] for name in KINDS if name in types):
        return read
    texts = any(option.get("type") == "array" and _is_text(option.get("items", {}), definitions) for option in options)
    return _listed(value) if texts and (read is None or isinstance(read, str)) and word not in NOTHING else value


def _read(text: str) -> Any:
    """What a text is in JSON, or in Python, which some models write instead; None: in neither."""
    for read in (json.loads, ast.literal_eval):
        try:
            return read(text.strip())
        except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
            continue
    return None


def _listed(text: str) -> list[str] | str:
    """Bare words for a list of them; what only looks like a list stays as it is."""
    if any(mark in text for mark in "[]{}"):
        return text
    items = [item.strip(" \t\n'\"") for item in text.split(",")]
    return [item for item in items if item] or text


def _options(field: Schema, definitions: Schema) -> Iterator[Schema]:
    """What a field takes, without references."""
    if "$ref" in field:
        yield from _options(definitions[field["$ref"].removeprefix("#/$defs/")], definitions)
    elif "anyOf" in field:
        for option in field["anyOf"]:
            yield from _options(option, definitions)
    else:
        yield field


def _choices(option: Schema) -> list[str]:
    """The words of an enumeration; none where it is of something else."""
    values = option.get("enum", [option["const"]] if "const" in option else [])
    return values if all(isinstance(value, str) for value in values) else []


def _is_text(items: Schema, definitions: Schema) -> bool:
    return all(option.get("type") == "string" and not _choices(option) for option in _options(items, definitions))
