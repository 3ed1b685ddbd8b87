"""What the answers of a person change in the state of a run."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wordfuse.agent.budget import Update, make_call
from wordfuse.agent.context import Context
from wordfuse.agent.dialogue import questions
from wordfuse.agent.dialogue.questions import Box, Question
from wordfuse.agent.plan import Step
from wordfuse.agent.record import instructions_in
from wordfuse.agent.state import RunState, fresh_step
from wordfuse.tools.store.catalogue import GroundingRecord


@dataclass(frozen=True)
class Change:
    """What an answer changes.

    Attributes:
        update: of the state.
        step: what the step in work becomes; None: it stays as it is.
    """

    update: Update
    step: Step | None = None


def other_region(state: RunState, step: Step, context: Context, question: Question, answer: str) -> Change:
    """What an answer changes that names another region, or none."""
    if questions.agreed(answer):
        answer = question.options[0] if question.offers else ""
        if not answer and asked(state) + 1 < questions.MOST:
            return Change({"question": questions.again(question).model_dump()})
    if not questions.declined(answer):
        try:
            return Change({**fresh_step()}, questions.other_region(step, question.about, answer))
        except ValueError:
            return Change({"notice": f"'{answer[:40]}...' is too long for the name of a region"})
    if not enough(step, state["found"], state["missing"]):
        return Change({"notice": f"'{question.about}' was not found, and no other region was named"})
    grounding = str(question.grounding)
    more = questions.about_which(grounding, context.work.grounding(grounding), state["chosen"])
    return Change({"question": more.model_dump() if more else None})


def chosen(state: RunState, context: Context, question: Question, answer: str) -> Change:
    """What an answer changes that says which of several objects are meant."""
    if questions.declined(answer):
        return Change({"notice": f"which '{question.about}' is meant was not said"})
    update: Update = {}
    kept, why = questions.selected(question, answer), None
    if kept is None:
        kept, why, update = _described(state, context, question, answer)
    if not kept:
        if asked(state) + 1 < questions.MOST:
            return Change({**update, "question": questions.again(question, why).model_dump()})
        notice = why or f"which '{question.about}' is meant was not understood: {answer[:80]}"
        return Change({**update, "notice": notice})
    known = state["chosen"] | {question.about: kept}
    narrow(context, str(question.grounding), known)
    return Change({**update, "chosen": known})


def _described(
    state: RunState, context: Context, question: Question, answer: str
) -> tuple[list[Box] | None, str | None, Update]:
    """The objects of a question that an answer describes ("the orange one further back").

    Returns:
        Those that are meant, or None; why there is none, where that is known; and what looking for them changes.
    """
    phrase = questions.described(question, answer)
    if phrase is None:
        return None, None, {}
    called = make_call(state, context, "ground", {"phrases": [phrase]})
    update: Update = {"usage": called.usage.model_dump()}
    if called.answer.result is None:
        return None, called.answer.error, update
    (record,) = context.work.grounding(called.answer.result["grounding"])
    if not record.found:
        return None, record.plain or record.reason, update
    kept = [box for box in question.boxes if box in record.boxes]
    return (None if record.note else kept or None), record.note, update


def asked(state: RunState) -> int:
    """How many questions of the instruction were answered."""
    return len(instructions_in(state["records"][-1:])[0].asked)


def enough(step: Step, found: list[str], missing: list[str]) -> bool:
    """Whether a step can be carried out on what was found: what is to be left alone must be known in full."""
    left_alone = step.region.phrases if step.region.invert else step.region.exceptions
    return not set(missing) & set(left_alone) and any(phrase in found for phrase in step.region.phrases)


def narrow(context: Context, grounding: str, chosen: Mapping[str, list[Any]]) -> None:
    """Of the objects that were found, keep those that the person said are meant."""
    groundings = context.work.catalogue.groundings
    groundings[grounding] = [_narrowed(record, chosen) for record in context.work.grounding(grounding)]


def _narrowed(record: GroundingRecord, chosen: Mapping[str, list[Any]]) -> GroundingRecord:
    meant = [tuple(box) for box in chosen.get(record.phrase, [])]
    kept = [pair for pair in zip(record.boxes, record.scores, strict=True) if pair[0] in meant]
    if not kept:
        return record
    sure: dict[str, Any] = {"confidence": 1.0, "note": None, "ambiguous": False}  # a person said so
    return record.model_copy(update={"boxes": [box for box, _ in kept], "scores": [score for _, score in kept]} | sure)
