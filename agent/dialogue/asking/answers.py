"""What the answers of a person change in the state of a run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from wordfuse.agent.budget import Update, make_call, usage_of
from wordfuse.agent.context import Context
from wordfuse.agent.dialogue.asking import choosing, pieces, questions
from wordfuse.agent.dialogue.asking.choosing import Box
from wordfuse.agent.dialogue.asking.questions import Question
from wordfuse.agent.model.words.spans import MOST_CHARACTERS
from wordfuse.agent.plan import Step
from wordfuse.agent.record import Instruction, instructions_in
from wordfuse.agent.state import RunState, Usage, fresh_step
from wordfuse.fusion.display.overlay import covered
from wordfuse.fusion.errors import WordfuseError
from wordfuse.fusion.regions import ground
from wordfuse.fusion.regions.embedded.looking import overlap
from wordfuse.tools.pieces import divide, look_alike, take
from wordfuse.tools.store.catalogue import GroundingRecord

DONE = 0.2  # of a box that a step worked on: then that step was for the thing in it
UNSURE = 0.45  # confidence of what a word was left out for: in doubt
SAME = 0.5  # overlap from which two boxes are of one thing


@dataclass(frozen=True)
class Change:
    """What an answer changes.

    Attributes:
        update: of the state.
        step: what the step in work becomes; None: it stays as it is.
        mask: of the pieces that were chosen, relative to the run folder; None: none were.
    """

    update: Update
    step: Step | None = None
    mask: str | None = None


def other_region(state: RunState, step: Step, context: Context, question: Question, answer: str) -> Change:
    """What an answer changes that names another region, pieces of the picture, or none."""
    said, turned = pieces.read(question, answer), choosing.rejected(answer)
    none = turned is not None and not turned.instead
    if question.shows == "alike" and none and asked(state) + 1 < pieces.MOST:
        return Change({"question": _in_pieces(context, question).model_dump()})
    if said is not None:
        return _of_pieces(state, context, question, said)
    if questions.agreed(answer):
        answer = question.options[0] if question.offers else ""
        if not answer and asked(state) + 1 < questions.MOST:
            return Change({"question": questions.again(question).model_dump()})
    turned = choosing.rejected(answer)
    answer = answer if turned is None else turned.instead
    if not questions.declined(answer):
        if turned is not None or choosing.points_at_one(answer):  # "no, the white one": of the same things
            answer = choosing.described(question.about, answer) or answer
        try:
            return Change({**fresh_step()}, questions.other_region(step, question.about, answer))
        except ValueError:
            return Change({"notice": f"'{answer[:40]}...' is too long for the name of a region"})
    if not enough(step, state["found"], state["missing"]):
        return Change({"notice": f"'{question.about}' was not found, and no other region was named"})
    grounding = str(question.grounding)
    more = questions.about_which(grounding, context.work.grounding(grounding), state["chosen"])
    return Change({"question": more.model_dump() if more else None})


def _of_pieces(state: RunState, context: Context, question: Question, said: pieces.Said) -> Change:
    """What an answer changes that names pieces: they are taken, or divided."""
    file, left = str(question.pieces), asked(state) + 1 < pieces.MOST
    if not said.finer:
        return Change({**fresh_step()}, mask=take(context.work, file, said.numbers, question.about))
    if not left:
        return Change({"notice": f"which piece is '{question.about}' was not said"})
    if not said.numbers:
        return Change({"question": pieces.which_to_divide(question).model_dump()})
    finer = divide(context.work, file, said.numbers)
    if len(finer.squares) < 2:
        again = questions.again(question, "That is too small to be divided.")
        return Change({"question": again.model_copy(update={"divides": False}).model_dump()})
    return Change({"question": pieces.with_pieces(question, finer.file, finer.squares).model_dump()})


def divided(context: Context, question: Question) -> Question:
    """A question about a region, with what looks as its words say, or the picture in pieces, that answer it as well."""
    seen = look_alike(context.work, question.about)
    return pieces.with_alike(question, seen.file, seen.squares) if seen else _in_pieces(context, question)


def _in_pieces(context: Context, question: Question) -> Question:
    division = divide(context.work)
    if len(division.squares) < 2:
        return question
    return pieces.with_pieces(question, division.file, division.squares)


def _none_of(state: RunState, context: Context, question: Question) -> Change:
    """What changes where none of the things in question is meant: what was found is not what was looked for."""
    more = divided(context, pieces.about_none(question))
    return Change({**_lost(state, context, question), "question": more.model_dump()})


def _left_out(state: RunState, step: Step, context: Context, question: Question, why: str) -> Change:
    """What changes where nothing of what a question is about is meant: the step goes on with the rest of its region.

    Args:
        state: of the run.
        step: the one in work.
        context: of the run.
        question: which of several is meant.
        why: nothing is, told where nothing else is left.
    """
    update = _lost(state, context, question)
    if not enough(step, update["found"], update["missing"]):
        return Change({"notice": why})
    grounding = str(question.grounding)
    told = asked(state) + 1 < questions.MOST
    records = context.work.grounding(grounding)
    more = questions.about_which(grounding, records, state["chosen"]) if told else None
    return Change({**update, "question": more.model_dump() if more else None})


def _lost(state: RunState, context: Context, question: Question) -> Update:
    """What changes where what a question is about counts as not found; the grounding is changed with it."""
    about, grounding = question.about, str(question.grounding)
    groundings = context.work.catalogue.groundings
    lost = {"found": False, "boxes": [], "scores": [], "mask": None, "confidence": None}
    groundings[grounding] = [
        record.model_copy(update=lost) if record.phrase == about else record
        for record in context.work.grounding(grounding)
    ]
    found = [phrase for phrase in state["found"] if phrase != about]
    return {"found": found, "missing": list(dict.fromkeys([*state["missing"], about]))}


def chosen(state: RunState, step: Step, context: Context, question: Question, answer: str) -> Change:
    """What an answer changes that says which of several objects are meant, or that none of them is."""
    turned = choosing.rejected(answer)
    if turned is not None and not turned.instead:
        if asked(state) + 1 < questions.MOST:
            return _none_of(state, context, question)
        why = f"what was found is not what '{question.about}' means, so it was left out"
        return _left_out(state, step, context, question, why)
    if questions.declined(answer):
        return _left_out(state, step, context, question, f"which '{question.about}' is meant was not said")
    said = answer if turned is None else turned.instead
    one_of_them = turned is None or (not turned.all and len(question.boxes) > 1)
    kept = choosing.selected(question.boxes, question.about, said) if one_of_them else None
    if kept is None and turned is None and questions.agreed(said):  # "that's the one"; "right" is a place
        kept = list(question.boxes)
    if kept is not None and question.one and len(kept) > 1:
        if choosing.excludes(said):
            return Change({"question": questions.among(question, kept).model_dump()})
        if questions.agreed(said):
            kept = None  # "yes" says nothing of which
    if kept:
        return _kept(state, context, question, kept)
    if asked(state) + 1 < questions.MOST:
        looked = _described(state, step, context, question, said, others=turned is not None)
        if looked is not None:
            return looked
        return Change({"question": questions.again(question).model_dump()})
    why = f"which '{question.about}' is meant was not understood: {answer[:80]}"
    return _left_out(state, step, context, question, why)


def _kept(state: RunState, context: Context, question: Question, kept: list[Box]) -> Change:
    """Of the objects of a question, some are meant."""
    known = state["chosen"] | {question.about: kept}
    narrow(context, str(question.grounding), known)
    return Change({"chosen": known})


def _described(
    state: RunState, step: Step, context: Context, question: Question, said: str, *, others: bool
) -> Change | None:
    """What an answer changes that describes what is meant: one of the objects asked about, or something else.

    Args:
        state: of the run.
        step: the one in work.
        context: of the run.
        question: which of several is meant.
        said: the answer without what rejects.
        others: what was found is not meant: something else is looked for.

    Returns:
        None where nothing is described.
    """
    phrase = choosing.described(question.about, said)
    if phrase is None or len(phrase) > MOST_CHARACTERS:
        return None
    another = choosing.names_another(question.about, phrase) or choosing.names_unknown(phrase, said)
    if not others and not another and not choosing.says_more(question.about, phrase):
        return None
    called = make_call(state, context, "ground", {"phrases": [phrase]})
    update: Update = {"usage": called.usage.model_dump()}
    if called.answer.result is None:
        return Change({**update, "question": questions.again(question, called.answer.error).model_dump()})
    grounding = called.answer.result["grounding"]
    (record,) = context.work.grounding(grounding)
    among = [box for box in question.boxes if box in record.boxes]
    rest = [box for box in record.boxes if all(overlap(box, known) < SAME for known in question.boxes)]
    if rest if others else (not among and record.boxes):
        return _instead(state, step, context, question, record, grounding, rest or record.boxes, update)
    if among and not record.note and (not others or len(question.boxes) > 1):
        return Change({**update, **_kept(state, context, question, among).update})
    if not record.boxes and (others or another):
        return _instead(state, step, context, question, record, grounding, [], update)
    if record.found:
        why = "; ".join(filter(None, [record.note, f"no other '{phrase}' was found" if others else None])) or None
    else:
        why = record.plain or record.reason
    return Change({**update, "question": questions.again(question, why).model_dump()})


def _instead(
    state: RunState,
    step: Step,
    context: Context,
    question: Question,
    record: GroundingRecord,
    grounding: str,
    boxes: list[Box],
    update: Update,
) -> Change:
    """The step on what was described in the place of what was found; of objects, those that were not rejected."""
    there = questions.other_region(step, question.about, record.phrase)
    fresh = {**fresh_step(), **update}
    if not boxes:
        return Change(fresh, there)  # an area, or what is not found: the graph looks for it and asks
    scores = dict(zip(record.boxes, record.scores, strict=True))
    left = record.model_copy(update={"boxes": boxes, "scores": [scores[box] for box in boxes]})
    lost = choosing.colour_lost(question.about, record.phrase)
    if lost is not None:  # it was said of what was rejected, and nobody took it back
        notes = filter(None, [left.note, f"'{lost}' was not looked at"])
        left = left.model_copy(update={"note": "; ".join(notes), "confidence": UNSURE})
    context.work.catalogue.groundings[grounding] = [left]
    more = questions.about_which(grounding, [left], {}, rejected=True)
    if more is not None:
        return Change({**fresh, "question": more.model_dump()}, there)
    return Change({**fresh, "chosen": state["chosen"] | {record.phrase: boxes}}, there)


def to_be_asked(state: RunState, context: Context, step: Step, grounding: str) -> Question | None:
    """What is asked about what was found, or was not; None where all is clear, or nobody can be asked any more."""
    if not context.asks or asked(state) >= questions.MOST:
        return None
    records = context.work.grounding(grounding)
    missing = questions.about_missing(step, grounding, records, partial(_is_there, context))
    if missing is not None:
        return divided(context, missing)
    return questions.about_which(grounding, records, state["chosen"])


def _is_there(context: Context, phrase: str) -> bool:
    """Whether a phrase is found in the picture; looked at aside of the run, for what is only offered."""
    work = context.work
    try:
        (found,) = ground(work.sources(), [phrase], backend=work.backend, masks=work.user_masks())
    except WordfuseError:
        return False
    return found.found


def not_done_yet(
    state: RunState, context: Context, phrases: Sequence[str], last: Instruction
) -> tuple[dict[str, list[Box]], Usage]:
    """Of what phrases name, the objects that a wish did nothing for, by phrase; none of those that name no such one.

    Args:
        state: of the run.
        context: of the run.
        phrases: what the other one may be called.
        last: that wish.
    """
    work, usage = context.work, usage_of(state)
    files = {step.mask for step in last.steps if step.mask}
    masks = [work.mask(name) for name, file in work.catalogue.masks.items() if file in files]
    found: dict[str, list[Box]] = {}
    for phrase in phrases:
        here: RunState = {**state, "usage": usage.model_dump()}
        called = make_call(here, context, "ground", {"phrases": [phrase]})
        usage = called.usage
        if called.answer.result is None:
            continue
        (record,) = work.grounding(called.answer.result["grounding"])
        left = [box for box in record.boxes if not any(_in_mask(mask, box) for mask in masks)]
        if left and not record.note:
            found[phrase] = left
    return found, usage


def _in_mask(mask: Any, box: Box) -> bool:
    """Whether a mask, (H, W) uint8, is of what is in a box."""
    area = max(1.0, (box[2] - box[0]) * (box[3] - box[1]))
    return bool(covered(mask, box) * mask.size / area >= DONE)


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
