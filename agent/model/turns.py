"""What the language model is shown in each turn, and the schema its answer must fit.

Three turns: *plan* (an instruction becomes steps), *act* (a step becomes tool calls) and *judge* (measurements become
a verdict). Every model is spoken to through these functions, so that training, the embedded model and a served one meet
the same words. Style ``compact`` is for the adapted model, ``full`` adds rules and demonstrations for any other.
"""

import json
from collections.abc import Mapping
from typing import Any, get_args

from langchain_core.tools import BaseTool

from wordfuse import prompts
from wordfuse.agent.model.protocol import Message, Style
from wordfuse.agent.model.spans import names_in
from wordfuse.agent.model.template import compact
from wordfuse.agent.plan import DIRECTIONS, Plan, Step, Verdict, first_version
from wordfuse.tools.registry import as_langchain
from wordfuse.tools.store.workspace import Workspace
from wordfuse.tools.types import Strength, Task

Schema = dict[str, Any]

#: What our adapter was trained on: plans of version 1, of these tasks, carried out by these tools. It is offered no
#: more, in the very words and order of its training, until it has learned it.
LEARNED_TASKS: tuple[Task, ...] = ("incline", "relight", "denoise", "stand_out")
LEARNED_TOOLS = ("fuse", "ground", "segment", "incline", "relight", "denoise", "evaluate_metrics")


def plan_messages(instruction: str, before: Plan | None, style: Style) -> list[Message]:
    """Ask for the plan of an instruction; ``before`` is the plan of the turn before, which "more" or "again" mean."""
    return [*_opening("plan", style), _message("user", _plan_question(instruction, before, style))]


def act_messages(
    step: Step, image: str, mask: str | None, last: str | None, style: Style, means: str | None = None
) -> list[Message]:
    """Ask for the first tool call of an attempt.

    Args:
        step: What is to be done.
        image: The id of the picture to start from.
        mask: The id of the mask of the step's region, where it is known already.
        last: Verdict and reason of the attempt before, as ``"again: distance 36.0, 30.9 wanted: go on"``.
        style: Which prompt.
        means: What is to be tried for a step without a tool of its own, as ``"relight brighter strong"``; None for any
            other step, and until the mask is known.
    """
    question = f"step: {_told(step, style)}\nimage: {image}\nmask: {mask or 'none'}\nlast: {last or 'none'}"
    question += f"\nmeans: {means}" if means else ""
    return [*_opening("act", style), _message("user", question)]


def judge_messages(table: str, style: Style) -> list[Message]:
    """Ask for the verdict on an attempt whose measurements are in ``table``."""
    return [*_opening("judge", style), _message("user", table)]


def plan_schema(instruction: str | None = None, before: Plan | None = None, style: Style = "compact") -> Schema:
    """The JSON schema of a plan: steps whose direction fits their task, or a refusal.

    Args:
        instruction: What is to be planned: a small model calls regions in its words only. None: in any words.
        before: The plan of the turn before, whose regions may be meant again.
        style: Which model is asked. One that needs the full prompts is large enough to find the words itself.
    """
    names: Schema = {"type": "string", "minLength": 1, "maxLength": 80}
    said = names_in(instruction) if instruction is not None and style == "compact" else None
    if said is not None:
        earlier = [phrase for step in before.steps for phrase in step.region.phrases] if before else []
        names = {"type": "string", "enum": list(dict.fromkeys([*earlier, *said]))}
    learned = style == "compact"
    phrases = {"type": "array", "items": names, "maxItems": 8}
    exceptions = {} if learned else {"except": phrases}
    region = _object(phrases=phrases, **exceptions, invert={"type": "boolean"})
    number = {"type": "number", "exclusiveMinimum": 0, "maximum": 10}
    amount = {} if learned else {"amount": {"anyOf": [number, {"type": "null"}]}}
    steps = [
        _object(
            task={"type": "string", "enum": [task]},
            direction={"type": "null"} if directions == (None,) else {"type": "string", "enum": list(directions)},
            region=region,
            strength={"type": "string", "enum": list(get_args(Strength))},
            **amount,
        )
        for task, directions in DIRECTIONS.items()
        if task in LEARNED_TASKS or not learned
    ]
    version = {} if learned else {"schema": {"type": "integer", "enum": [2]}}
    return _object(
        **version,
        steps={"type": "array", "items": {"anyOf": steps}, "maxItems": 8},
        refusal={"anyOf": [{"type": "string", "minLength": 1, "maxLength": 200}, {"type": "null"}]},
    )


def tools_for(work: Workspace, style: Style) -> list[BaseTool]:
    """The tools that a model is offered: our adapter those that it was trained on, any other all of them."""
    return as_langchain(work, required_of=LEARNED_TOOLS) if style == "compact" else as_langchain(work)


def judgement_schema() -> Schema:
    """The JSON schema of a judgement."""
    return _object(
        verdict={"type": "string", "enum": list(get_args(Verdict))},
        reason={"type": "string", "minLength": 1, "maxLength": 160},
    )


def call_message(name: str, arguments: Mapping[str, Any]) -> Message:
    """A tool call as it stands in the conversation of the act turn."""
    return _message("assistant", compact({"name": name, "arguments": arguments}))


def _opening(turn: str, style: Style) -> list[Message]:
    if style == "compact":
        return [_message("system", prompts.load(f"{turn}.compact").text)]
    messages = [_message("system", prompts.load(turn).text)]
    for shown in prompts.examples(turn):
        before = Plan.model_validate(shown["before"]) if shown.get("before") else None
        messages.append(_message("user", _plan_question(shown["instruction"], before, style)))
        messages.append(_message("assistant", _told(Plan.model_validate(shown["plan"]), style)))
    return messages


def _plan_question(instruction: str, before: Plan | None, style: Style) -> str:
    return instruction if before is None else f"Before: {_told(before, style)}\n{instruction}"


def _told(what: Step | Plan, style: Style) -> str:
    return compact(first_version(what) if style == "compact" else what.model_dump())


def _message(role: str, content: str) -> Message:
    return {"role": role, "content": content}


def _object(**properties: Schema) -> Schema:
    """An object that has exactly these keys, in this order."""
    # Copied, so that no caller's change to one place of the schema shows in another.
    return {
        "type": "object",
        "properties": json.loads(json.dumps(properties)),
        "required": list(properties),
        "additionalProperties": False,
    }
