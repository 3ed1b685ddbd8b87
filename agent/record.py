"""The run record: what ``wordfuse run --json`` prints and ``run.json`` holds."""

import json
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

import prompts
from agent.context import Context
from agent.reporting import render_report
from agent.state import Json, RunState
from fusion.images import write_bytes_atomic

SCHEMA = 1
PACKAGES = ("wordfuse", "torch", "transformers", "langgraph")  # whose versions can change a result


def build_record(state: RunState, context: Context) -> Json:
    """Put the record together from the state; the metrics are computed here."""
    usage, work = state["usage"], context.work
    return {
        "schema": SCHEMA,
        "out": str(work.folder),
        "ir": str(work.infrared),
        "vi": str(work.visible),
        "instructions": [_instruction(record) for record in state["records"]],
        "metrics": work.metrics(result=state["image"]),
        "llm": {
            "name": context.model.name,
            "calls": usage["model_calls"],
            "prompt_tokens": usage["prompt_tokens"],
            "completion_tokens": usage["completion_tokens"],
            "seconds": round(usage["model_seconds"], 3),
        },
        "tools": {"calls": usage["tool_calls"], "seconds": round(usage["tool_seconds"], 3)},
        "seconds": round(state["seconds"], 3),
        "sources": work.pair.notes,
        "settings": context.settings.as_json() | {"prompts": prompts.digest()},
        "versions": {"python": platform.python_version()} | {name: version(name) for name in PACKAGES},
    }


def write_outcome(state: RunState, context: Context) -> None:
    """Write ``result.png``, ``report.html`` and ``run.json``, each whole or not at all.

    ``run.json`` comes last: where it is, the run is finished and nothing is missing.
    """
    work = context.work
    work.save_image("result", work.image(state["image"]), "result.png")
    record = build_record(state, context)
    write_bytes_atomic(work.folder / "report.html", render_report(record, work.folder).encode())
    write_json(work.folder / "run.json", record)


def read_record(folder: Path) -> Json:
    """The record of a finished run."""
    record: Json = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    return record


def write_json(path: Path, value: Any) -> None:
    """Write readable JSON atomically."""
    write_bytes_atomic(path, (json.dumps(value, indent=1, ensure_ascii=False) + "\n").encode())


def exit_code(record: Json) -> int:
    """0 if every step of every instruction was satisfied, else 3."""
    for instruction in record["instructions"]:
        satisfied = all(step["satisfied"] and not step["missing"] for step in instruction["steps"])
        unfinished = len(instruction["steps"]) < len(instruction["plan"]["steps"])  # a question is not answered yet
        if instruction["refusal"] or not instruction["steps"] or unfinished or not satisfied:
            return 3
    return 0


def _instruction(record: Json) -> Json:
    steps = [step | {"attempts": [_attempt(attempt) for attempt in step["attempts"]]} for step in record["steps"]]
    return record | {"steps": steps}


def _attempt(attempt: Json) -> Json:
    # The attempt's own file stays in work/; only accepted pictures have a name that callers may rely on.
    return {key: value for key, value in attempt.items() if key != "output"}
