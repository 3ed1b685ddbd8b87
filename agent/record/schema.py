"""The JSON schema of a record."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel

from wordfuse.agent.plan import DIRECTIONS
from wordfuse.agent.record.types import Record


def record_schema() -> dict[str, Any]:
    """The JSON schema of the record of a pair."""
    title = "The run record: what `wordfuse run --json` prints and run.json holds"
    return schema_of(Record, title, ("Step", "StepRecord", "Todo"))


def schema_of(record: type[BaseModel], title: str, steps: Sequence[str]) -> dict[str, Any]:
    """The JSON schema of a record.

    Args:
        record: its type.
        title: what it is.
        steps: names of the types in it that are steps, whose task says which directions there are.
    """
    schema = record.model_json_schema(mode="serialization")
    for name in steps:
        schema["$defs"][name]["allOf"] = [
            {
                "if": {"properties": {"task": {"const": task}}},
                "then": {"properties": {"direction": {"enum": list(directions)}}},
            }
            for task, directions in DIRECTIONS.items()
        ]
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title}
    return head | {key: value for key, value in schema.items() if key != "title"}
