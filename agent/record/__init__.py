"""The run record: what ``wordfuse run --json`` prints and ``run.json`` holds, as types.

Whoever reads a record (the report, the answer to "why?", conversations, batches, exit codes, evaluations) reads these
models, never dictionaries. ``python -m wordfuse.agent.record`` prints their JSON schema, which
``tests/contract/run_record.schema.json`` holds.
"""

from wordfuse.agent.record.files import read_record, write_json
from wordfuse.agent.record.schema import record_schema, schema_of
from wordfuse.agent.record.types import (
    SCHEMA,
    Answer,
    Asked,
    Attempt,
    Instruction,
    Marked,
    MetricTables,
    ModelUse,
    Record,
    RunSettings,
    Sources,
    StepRecord,
    Todo,
    ToolCallMade,
    ToolUse,
    Tried,
    exit_code,
    instructions_in,
    kept_of,
)

__all__ = [
    "SCHEMA",
    "Answer",
    "Asked",
    "Attempt",
    "Instruction",
    "Marked",
    "MetricTables",
    "ModelUse",
    "Record",
    "RunSettings",
    "Sources",
    "StepRecord",
    "Todo",
    "ToolCallMade",
    "ToolUse",
    "Tried",
    "exit_code",
    "instructions_in",
    "kept_of",
    "read_record",
    "record_schema",
    "schema_of",
    "write_json",
]
