"""What the language model is shown in each turn, and the schema its answer must fit.

Three turns: *plan* (an instruction becomes steps), *act* (a step becomes tool calls) and *judge* (measurements become
a verdict). Every model is spoken to through these functions, so that training, the embedded model and a served one meet
the same words. Style ``compact`` is for the adapted model, ``full`` adds rules and demonstrations for any other.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, get_args

from wordfuse import prompts
from wordfuse.agent.model.protocol import Message, Style
from wordfuse.agent.model.template import compact
from wordfuse.agent.model.words import lines
from wordfuse.agent.plan import DIRECTIONS, Control, Plan, QuestionKind, Step, Verdict
from wordfuse.tools.types import Strength

Schema = dict[str, Any]
_BEFORE = "Before: "


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
    """The JSON schema of a plan: in full, or of the line that our adapter writes.

    Args:
        instruction: What is to be planned: a small model calls regions in its words only. None: in any words.
        before: The plan of the turn before, whose regions may be meant again.
        style: Which model is asked. One that needs the full prompts is large enough to find the words itself.
    """
    if style == "compact":
        return _object(plan={"type": "string", "pattern": f"^{lines.pattern(instruction, before)}$"})
    names: Schema = {"type": "string", "minLength": 1, "maxLength": 80}
    phrases = {"type": "array", "items": names, "maxItems": 8}
    region = _object(phrases=phrases, **{"except": phrases}, invert={"type": "boolean"})
    number = {"type": "number", "exclusiveMinimum": 0, "maximum": 10}
    steps = [
        _object(
            task={"type": "string", "enum": [task]},
            direction={"type": "null"} if directions == (None,) else {"type": "string", "enum": list(directions)},
            region=region,
            strength={"type": "string", "enum": list(get_args(Strength))},
            amount=_or_null(number),
        )
        for task, directions in DIRECTIONS.items()
    ]
    question = _object(kind={"type": "string", "enum": list(get_args(QuestionKind))}, region=region)
    return _object(
        schema={"type": "integer", "enum": [2]},
        steps={"type": "array", "items": {"anyOf": steps}, "maxItems": 8},
        question=_or_null(question),
        control=_or_null({"type": "string", "enum": list(get_args(Control))}),
        refusal=_or_null({"type": "string", "minLength": 1, "maxLength": 300}),
    )


def answer_of(line: str) -> str:
    """A plan's line as the answer that our adapter gives."""
    return compact({"plan": line})


#: What stands before the line in that answer.
BEFORE_LINE = answer_of("").removesuffix('"}')


def judgement_schema() -> Schema:
    """The JSON schema of a judgement."""
    return _object(
        verdict={"type": "string", "enum": list(get_args(Verdict))},
        reason={"type": "string", "minLength": 1, "maxLength": 160},
    )


def call_message(name: str, arguments: Mapping[str, Any]) -> Message:
    """A tool call as it stands in the conversation of the act turn."""
    return _message("assistant", compact({"name": name, "arguments": arguments}))


def grounding_in(messages: Sequence[Message]) -> str | None:
    """The grounding that the last call of an attempt gave, if it gave one."""
    last = messages[-1]["content"] if messages and messages[-1]["role"] == "tool" else ""
    try:
        told = json.JSONDecoder().raw_decode(last)[0]
    except ValueError:
        return None
    grounding = told.get("grounding") if isinstance(told, dict) else None
    return grounding if isinstance(grounding, str) else None


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
    return instruction if before is None else f"{_BEFORE}{_told(before, style)}\n{instruction}"


def parted(question: str) -> tuple[str, Plan | None]:
    """The instruction and the plan before it in the question that our adapter is asked for a plan."""
    first, _, instruction = question.partition("\n")
    if instruction and first.startswith(_BEFORE):
        try:
            return instruction, lines.read(first.removeprefix(_BEFORE))
        except ValueError:  # somebody's own words
            pass
    return question, None


def _told(what: Step | Plan, style: Style) -> str:
    if style == "compact" and isinstance(what, Plan):
        return lines.written(what)
    return compact(what.model_dump())


def _message(role: str, content: str) -> Message:
    return {"role": role, "content": content}


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def _object(**properties: Schema) -> Schema:
    """An object that has exactly these keys, in this order."""
    # Copied, so that no caller's change to one place of the schema shows in another.
    return {
        "type": "object",
        "properties": json.loads(json.dumps(properties)),
        "required": list(properties),
        "additionalProperties": False,
    }
