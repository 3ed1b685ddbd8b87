"""The JSON schema of a record."""

from typing import Any

from wordfuse.agent.plan import DIRECTIONS
from wordfuse.agent.record.types import Record


def record_schema() -> dict[str, Any]:
    """The JSON schema of a record."""
    schema = Record.model_json_schema(mode="serialization")
    for name in ("Step", "StepRecord", "Todo"):
        schema["$defs"][name]["allOf"] = [
            {
                "if": {"properties": {"task": {"const": task}}},
                "then": {"properties": {"direction": {"enum": list(directions)}}},
            }
            for task, directions in DIRECTIONS.items()
        ]
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "The run record: what `wordfuse run --json` prints and run.json holds",
    }
    return head | {key: value for key, value in schema.items() if key != "title"}
