"""Schemas as the grammar wants them."""

import json

import pytest

from wordfuse.agent.model.grammar import plain_schema, tool_call_schema
from wordfuse.agent.plan import Plan


def test_plain_schemas_have_no_references_and_nothing_optional() -> None:
    plain = plain_schema(Plan.model_json_schema())
    region = plain["properties"]["steps"]["items"]["properties"]["region"]
    assert region == {
        "type": "object",
        "properties": {
            "phrases": {"type": "array", "maxItems": 8, "items": {"type": "string", "minLength": 1, "maxLength": 80}},
            "except": {"type": "array", "maxItems": 8, "items": {"type": "string", "minLength": 1, "maxLength": 80}},
            "invert": {"type": "boolean"},
        },
        "required": ["phrases", "except", "invert"],
        "additionalProperties": False,
    }
    assert "$ref" not in json.dumps(plain)


def test_a_tool_schema_needs_tools() -> None:
    with pytest.raises(ValueError, match="at least one tool"):
        tool_call_schema([])
