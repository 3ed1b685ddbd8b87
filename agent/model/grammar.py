"""JSON schemas made plain for the grammar: nothing by reference, nothing optional, keys in their declared order.

A small model follows a schema best where there is least to choose: every key is written, always in the same order, so
that the grammar can write them itself. Pydantic's schemas use references, defaults and titles, which say nothing about
the text of an answer; they go.
"""

from collections.abc import Mapping, Sequence
from typing import Any

Schema = dict[str, Any]

# What describes a value without constraining the text of it.
_ANNOTATIONS = frozenset({"title", "description", "default", "examples", "deprecated", "discriminator", "$defs"})


def plain_schema(schema: Mapping[str, Any]) -> Schema:
    """Make a schema self-contained and every object in it closed and complete.

    Args:
        schema: a JSON schema, for instance ``Model.model_json_schema()``; it is not changed.

    Returns:
        The schema with references inlined, annotations dropped, ``oneOf`` read as ``anyOf``, and for every object
        all its properties required in the declared order and no others allowed.

    Raises:
        ValueError: a reference does not resolve, or the schema refers to itself.
    """
    return _plain(schema, schema.get("$defs", {}), ())


def tool_call_schema(tools: Sequence[Mapping[str, Any]]) -> Schema:
    """Schema of one call of one of these tools, as ``{"name": ..., "arguments": {...}}``.

    Args:
        tools: mappings with ``name`` and ``parameters``, the JSON schema of the arguments.

    Raises:
        ValueError: there are no tools, or a schema cannot be made plain.
    """
    if not tools:
        raise ValueError("a tool call needs at least one tool")
    calls = [
        {
            "type": "object",
            "properties": {"name": {"const": tool["name"]}, "arguments": plain_schema(tool["parameters"])},
            "required": ["name", "arguments"],
            "additionalProperties": False,
        }
        for tool in tools
    ]
    return {"anyOf": calls}


def _plain(node: Mapping[str, Any], definitions: Mapping[str, Any], inside: tuple[str, ...]) -> Schema:
    node, inside = _resolved(node, definitions, inside)
    plain: Schema = {}
    for key, value in node.items():
        if key in _ANNOTATIONS or key == "required":
            continue
        if key == "properties":
            plain[key] = {name: _plain(child, definitions, inside) for name, child in value.items()}
        elif key in ("anyOf", "oneOf"):
            plain["anyOf"] = [_plain(child, definitions, inside) for child in value]
        elif key in ("allOf", "prefixItems"):
            plain[key] = [_plain(child, definitions, inside) for child in value]
        elif key in ("items", "additionalProperties") and isinstance(value, Mapping):
            plain[key] = _plain(value, definitions, inside)
        else:
            plain[key] = value
    if plain.get("type") == "object" and not isinstance(plain.get("additionalProperties"), dict):
        plain.setdefault("properties", {})
        plain["required"] = list(plain["properties"])
        plain["additionalProperties"] = False
    return plain


def _resolved(
    node: Mapping[str, Any], definitions: Mapping[str, Any], inside: tuple[str, ...]
) -> tuple[Schema, tuple[str, ...]]:
    """Follow ``$ref``; return what stands there and the references that now lead to it."""
    merged = dict(node)
    while "$ref" in merged:
        reference = str(merged.pop("$ref"))
        name = reference.removeprefix("#/$defs/")
        if reference in inside:
            raise ValueError(f"the schema refers to itself through {reference}; write it without recursion")
        if name not in definitions:
            raise ValueError(f"the schema refers to {reference}, which it does not define")
        inside = (*inside, reference)
        # What stands beside a reference (pydantic puts defaults there) adds to it.
        merged = {**definitions[name], **merged}
    return merged, inside
