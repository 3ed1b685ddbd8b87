"""What a run leaves: its record, its result and its report."""

import platform
from functools import cache
from importlib.metadata import version

from wordfuse import prompts
from wordfuse.agent.context import Context
from wordfuse.agent.record import (
    SCHEMA,
    MetricTables,
    ModelUse,
    Record,
    RunSettings,
    Sources,
    ToolUse,
    instructions_in,
    write_json,
)
from wordfuse.agent.report.page import render_report
from wordfuse.agent.state import RunState, Usage
from wordfuse.fusion.files.atomic import write_bytes_atomic

PACKAGES = ("wordfuse", "torch", "transformers", "langgraph")  # whose versions can change a result


def build_record(state: RunState, context: Context) -> Record:
    """Put the record together from the state; the metrics are computed here."""
    usage, work = Usage.model_validate(state["usage"]), context.work
    return Record(
        schema_version=SCHEMA,
        out=str(work.folder),
        ir=str(work.infrared),
        vi=str(work.visible),
        instructions=tuple(instructions_in(state["records"])),
        metrics=MetricTables.model_validate(work.metrics(result=state["image"])),
        llm=ModelUse(
            name=context.model.name,
            calls=usage.model_calls,
            prompt_tokens=usage.prompt_tokens,
            completion_tokens=usage.completion_tokens,
            seconds=round(usage.model_seconds, 3),
        ),
        tools=ToolUse(calls=usage.tool_calls, seconds=round(usage.tool_seconds, 3)),
        seconds=round(state["seconds"], 3),
        sources=Sources.model_validate(work.pair.notes),
        settings=RunSettings.model_validate(context.settings.as_json() | {"prompts": prompts.digest()}),
        versions=dict(_versions()),
    )


@cache
def _versions() -> dict[str, str]:
    return {"python": platform.python_version()} | {name: version(name) for name in PACKAGES}


def write_outcome(state: RunState, context: Context) -> None:
    """Write ``result.png``, ``report.html`` and ``run.json``, each whole or not at all.

    ``run.json`` comes last: where it is, the run is finished and nothing is missing.
    """
    work = context.work
    work.save_image("result", work.image(state["image"]), "result.png")
    record = build_record(state, context)
    write_bytes_atomic(work.folder / "report.html", render_report(record, work.folder, work.decoded).encode())
    write_json(work.folder / "run.json", record)
