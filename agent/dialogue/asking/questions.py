"""What the agent asks in a conversation, and what it makes of the answer.

Three things stop it where a person is there to ask:

==========  ==========================================================  ========================================
question    asked when                                                  the answer is
==========  ==========================================================  ========================================
``effect``  a wish says that something is to change, but not how        an effect, or the wish in other words
``region``  a region is not found                                       another region, the whole image, or skip
``which``   one thing is spoken of and several are found, or what is    numbers, a place, a size, or all; or none
            found is in doubt                                           of them, and what is meant instead
==========  ==========================================================  ========================================
"""

import re
from collections.abc import Callable, Sequence
from typing import Any, Literal

from pydantic import Field

from wordfuse.agent.dialogue.asking.choosing import ALL, PLACES, Box, described, named, plain, rejected
from wordfuse.agent.model.gist.left_out import left_out
from wordfuse.agent.plan import Plan, Step
from wordfuse.agent.record import Asked, Instruction
from wordfuse.agent.telling.hearing import heard
from wordfuse.agent.telling.text import sentence
from wordfuse.fusion.regions.words.grammar import place_in
from wordfuse.fusion.regions.words.meaning import known_in, nearly
from wordfuse.tools.store.catalogue import GroundingRecord
from wordfuse.tools.types import Region, Strict

MOST = 4  # questions in one instruction: whoever is not understood then says it anew
LISTED = 6  # objects whose confidences are told
EFFECTS = ("stand out", "more natural", "brighter", "darker", "less noise")

# What a refusal says where the wish was not clear; ours, and what larger models write.
_NOT_UNDERSTOOD = re.compile(
    r"not understand|unclear|not clear|ambiguous|vague|which effect|what effect|no effect|specify|more specific", re.I
)
# Words that leave a question, after or before whatever else is said.
_LEAVES = frozenset(
    [
        *("cancel", "never mind", "nevermind", "forget it", "forget that", "forget about it", "drop it"),
        *("skip", "skip it", "skip this", "skip that", "leave it", "leave it out", "leave this step out"),
        *("go on without it", "without it", "don't bother", "let it go", "let it be"),
    ]
)
_NO = _LEAVES | frozenset(
    [
        *("", "no", "none", "neither", "none of them", "none of these", "nothing", "nope", "nah", "stop"),
        *("no thanks", "no thank you", "don't", "dont", "do not"),
    ]
)
REGION_OPTIONS = ("the whole image", "skip")
_YES = re.compile(
    r"(?:(?:y|yes|yep|yeah|yup|ok|okay|sure|right|correct|exactly|absolutely|indeed|of course|perfect|fine|good|great"
    r"|please(?: do)?|go ahead|go for it|sounds (?:good|right)|(?:it|he|she|that) is|that one|that was it"
    r"|that'?s (?:it|right|the one|correct|him|her|what i mean))(?:\s+|$))+"
)
_WHOLE = frozenset(["all", "everything", "everywhere", "whole image", "whole picture", "image", "picture"])


class Question(Strict):
    """A question to the person, as LangGraph's interrupt carries it.

    Attributes:
        kind: what it is about.
        text: the question.
        options: answers that will do; others may do as well.
        about: the instruction or the phrase in question.
        grounding: of ``which``: the id of what was found.
        boxes: of ``which``: the objects, from left to right, in the order of their numbers; XYXY pixels.
        reading: of ``effect``: the plan that may be meant, in JSON.
        lead: what ``text`` says first of the answer before, where the question is asked again.
        one: of ``which``: one thing is spoken of.
        pieces: of ``region``: the division of the picture whose numbers answer it as well, a file of the run folder;
            ``boxes`` say about where and how large the pieces are, in the order of their numbers.
        shows: of pieces: all of the picture, a part of it, or what looks as the words say.
        divides: the piece that is named is to be divided further.
    """

    kind: Literal["effect", "region", "which"]
    text: str
    options: list[str]
    about: str
    grounding: str | None = None
    boxes: list[Box] = Field(default_factory=list)
    reading: dict[str, Any] | None = None
    lead: str = ""
    one: bool = False
    pieces: str | None = None
    shows: Literal["all", "part", "alike"] = "all"
    divides: bool = False

    @property
    def offers(self) -> bool:
        """Whether a question about a region offers another by its name, as the first of its options."""
        return self.kind == "region" and self.options[0] != REGION_OPTIONS[0] and not self.options[0].isdigit()


def is_unclear(refusal: str) -> bool:
    """Whether a wish was refused because it was not understood, rather than because it is no edit of ours."""
    return _NOT_UNDERSTOOD.search(refusal) is not None


def about_effect(text: str, why: str | None = None) -> Question:
    """Ask what is to be done; ``why``: what is said first of why that is not known."""
    return Question(
        kind="effect",
        text=f"{why + ' ' if why else ''}What is to be done? Name an effect, or say it in other words.",
        options=[*EFFECTS, "skip"],
        about=text,
    )


def about_reading(text: str, plan: Plan) -> Question:
    """Ask whether a wish was read rightly, where the model is not sure; who says yes gets this plan, and no more."""
    parts = ", ".join(f"'{part}'" for part in left_out(text, plan))
    no_more = f" Then {parts} would not be done." if parts else ""
    return Question(
        kind="effect",
        text=f"Is this meant: {plan}?{no_more} Say yes, or say it in other words.",
        options=["yes", "skip"],
        about=text,
        reading=plan.model_dump(mode="json"),
    )


def about_wishes(text: str, wishes: tuple[str, str]) -> Question:
    """Ask which of two wishes is meant, where the words lead to either."""
    return Question(
        kind="effect",
        text=f"Which is meant: '{wishes[0]}' or '{wishes[1]}'? Say one of the two, or say it in other words.",
        options=[*wishes, "skip"],
        about=text,
    )


def about_missing(
    step: Step, grounding: str, records: Sequence[GroundingRecord], there: Callable[[str], bool]
) -> Question | None:
    """Ask for another region in place of the first that was not found; ``there``: whether a phrase is found at all."""
    lost = next((record for record in records if not record.found), None)
    if lost is None:
        return None
    others = [phrase for phrase in step.region.phrases if phrase != lost.phrase]
    needed = step.region.invert or lost.excepted
    go_on = "go on without it" if others and not needed else "leave this step out"
    # What was found in its place; a typing error mended; a noun in it; the part of the picture that it names.
    offers = (nearly(lost.phrase), known_in(lost.phrase), place_in(lost.phrase))
    meant = lost.offer or next((one for one in offers if one is not None and there(one)), None)
    return Question(
        kind="region",
        text=f"{sentence(lost.plain or lost.reason)} Which region instead? (skip: {go_on})",
        options=[*([meant] if meant else []), *REGION_OPTIONS],
        about=lost.phrase,
        grounding=grounding,
    )


def about_which(
    grounding: str, records: Sequence[GroundingRecord], chosen: dict[str, list[Box]], *, rejected: bool = False
) -> Question | None:
    """Ask which one is meant, where one thing is spoken of and several were found, or what was found is in doubt.

    Of the only thing of its kind that was found for sure it is not asked though something that was said of it cannot
    be told: nothing else can be meant, and who meant something else says so.

    Args:
        grounding: the id of what was found.
        records: of it.
        chosen: the boxes that were said to be meant, by phrase.
        rejected: something else was found before and not meant.
    """
    for record in records:
        if record.only_one and not rejected:
            continue
        several = record.singular and len(record.boxes) > 1
        if record.phrase in chosen or not (several or (record.boxes and record.doubt)):
            continue
        seen = record.left_to_right()
        return Question(
            kind="which",
            text=_which(record, [score for _, score in seen], several=several),
            options=_ways_to_choose(len(seen)),
            about=record.phrase,
            grounding=grounding,
            boxes=[box for box, _ in seen],
            one=record.singular,
        )
    return None


def _which(record: GroundingRecord, scores: list[float], *, several: bool) -> str:
    """The question about objects that were found, whose scores are given from left to right."""
    if record.note:
        seen = (
            "One was found, marked 1" if len(scores) == 1 else f"{len(scores)} were found, numbered from left to right"
        )
        ask = "Is it meant?" if len(scores) == 1 else "Which one is meant?" if several else "Which are meant?"
        return f"'{record.phrase}': {record.note}. {seen}. {ask}"
    if not record.doubt:
        return f"'{record.phrase}': {len(scores)} were found, numbered from left to right. Which one is meant?"
    if len(scores) == 1:
        return f"'{record.phrase}': one was found, marked 1, and it is in doubt ({scores[0]:.0%} sure). Is it meant?"
    sure = ", ".join(f"{number}: {score:.0%}" for number, score in enumerate(scores[:LISTED], start=1))
    more = ", ..." if len(scores) > LISTED else ""
    found = f"{len(scores)} were found and are in doubt, numbered from left to right"
    ask = "Which one is meant?" if several else "Which are meant?"
    return f"'{record.phrase}': {found} (sure of {sure}{more}). {ask}"


def _ways_to_choose(count: int) -> list[str]:
    if count == 1:
        return ["yes", "no", "skip"]
    return [*map(str, range(1, count + 1)), "left", "right", "largest", "all", "none", "skip"]


def declined(answer: str) -> bool:
    """Whether an answer says no more than that the person does not want to go on with this.

    Example:
        >>> declined("no thanks"), declined("oh, there is no dog, skip that"), declined("skip that, darken the sky")
        (True, True, False)
    """
    return plain(answer) in _NO or plain(re.split(r"[,.;:!]\s+", answer.strip(" .!"))[-1]) in _LEAVES


def left_behind(line: str) -> str:
    """What is said after words that only leave a question: "never mind, darken the sky"; without any, the line."""
    first, between, rest = re.sub(r"^(?:no|ok|okay|oh)\W+", "", line.strip()).partition(", ")
    return rest if between and plain(first) in _LEAVES else line


def agreed(answer: str) -> bool:
    """Whether an answer says no more than yes."""
    return _YES.fullmatch(heard(answer).strip(" .,!").replace(",", "")) is not None


def was_left(said: Instruction) -> bool:
    """Whether a person left a wish at a question about it, and nothing was done: nothing follows on it."""
    return bool(said.asked) and declined(said.asked[-1].answer) and not any(step.output for step in said.steps)


def again(question: Question, why: str | None = None) -> Question:
    """The same question, after an answer that was not understood or, for a reason, cannot be followed."""
    lead = f"{'Not understood.' if why is None else sentence(why)} "
    return question.model_copy(update={"text": f"{lead}{question.text.removeprefix(question.lead)}", "lead": lead})


def among(question: Question, boxes: Sequence[Box]) -> Question:
    """The same question about those of its objects that are left, numbered anew."""
    lead = f"{len(boxes)} are left, numbered anew from left to right. "
    text = f"{lead}'{question.about}': which one is meant?"
    return question.model_copy(
        update={"text": text, "lead": "", "boxes": [*boxes], "options": _ways_to_choose(len(boxes))}
    )


def other_region(step: Step, lost: str, answer: str) -> Step:
    """The step with the region of the answer in place of the one that was not found.

    Raises:
        ValueError: the answer is too long for the name of a region.
    """
    phrase = named(answer)
    if phrase in _WHOLE:
        return step.model_copy(update={"region": Region()})
    region = step.region
    phrases, exceptions = (
        list(dict.fromkeys(phrase if known == lost else known for known in named))
        for named in (region.phrases, region.exceptions)
    )
    return step.model_copy(update={"region": Region(phrases=phrases, exceptions=exceptions, invert=region.invert)})


def in_full(instruction: Instruction) -> str:
    """An instruction with what was answered to its questions, in words that need no question.

    What cannot be put into words is left out: :func:`untold`.
    """
    text = instruction.words
    for one in _settling(instruction.asked):
        if one.kind == "effect":
            text = one.meant or text
        elif one.mask is None:  # pieces have the name that the words have
            text = _replaced(text, one.about, _said(one)) or text
    return text


def names_its_regions(instruction: Instruction) -> bool:
    """Whether the words of an instruction name every region of its plan, so that they mean the same said again."""
    named = [phrase for region in instruction.plan.regions for phrase in (*region.phrases, *region.exceptions)]
    return bool(named) and all(phrase.casefold() in instruction.words.casefold() for phrase in named)


def untold(instruction: Instruction) -> list[str]:
    """The phrases of an instruction whose meaning was answered by a number, or in no words that it holds."""
    asked = [one for one in _settling(instruction.asked) if one.kind != "effect" and one.mask is None]
    chosen = [one for one in asked if not declined(one.answer)]
    return [one.about for one in chosen if _replaced(instruction.words, one.about, _said(one)) is None]


def _settling(asked: Sequence[Asked]) -> list[Asked]:
    """The questions whose answers settled something: of those about one thing, the last."""
    return [
        one
        for number, one in enumerate(asked, start=1)
        if one.kind == "effect" or all(later.kind == "effect" or later.about != one.about for later in asked[number:])
    ]


def _said(one: Asked) -> str | None:
    """What an answer about a region is called in the place of that region."""
    answer = plain(one.answer)
    if declined(answer) or (one.kind == "which" and answer in ALL):
        return one.about
    turned = rejected(one.answer) if one.kind == "which" else None
    if turned is not None:
        return described(one.about, turned.instead)
    if one.kind == "region":
        return "picture" if answer in _WHOLE else named(one.answer)
    words = [word for word in re.findall(r"\w+", answer) if word in PLACES]
    return f"{PLACES[words[0]]} {one.about}" if len(words) == 1 else None


def _replaced(text: str, old: str, new: str | None) -> str | None:
    """A text with a phrase replaced; None where it does not hold the phrase, or there is nothing to put there."""
    bare = plain(old)
    found = re.search(rf"(?<!\w){re.escape(bare)}(?!\w)", text, re.I)
    return None if new is None or found is None else text[: found.start()] + plain(new) + text[found.end() :]
