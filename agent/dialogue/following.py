"""Follow-ups whose meaning follows from the turns before alone: show him, the other one, brighter still."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wordfuse.agent.dialogue.settled import asks_to_mark
from wordfuse.agent.plan import Plan, Query, Step
from wordfuse.agent.record import Instruction
from wordfuse.agent.telling.hearing import fully_read, heard, led_by
from wordfuse.agent.telling.looks import MENDS, looks_in
from wordfuse.fusion.regions.words.grammar import parse
from wordfuse.fusion.regions.words.meaning import noun_in, understand
from wordfuse.fusion.regions.words.nouns import numbered_as
from wordfuse.tools.types import Direction, Region, Strength, Task

_LEADS = led_by("no", "maybe", "just", "only", "about", "rather")
_SHOW = re.compile(
    rf"{_LEADS}(?:show|point out|let me see)(?: me)? "
    r"(?:him|her|them|that one|those|these|that (?:guy|man|woman|person|car|thing))(?: out)?"
    r"(?: (?:to me|to us|then|now|please|better|more clearly|clearly))*\W*",
    re.IGNORECASE,
)
_WHICH = r"(?P<noun>[a-z]+)(?P<where>(?: [\w' -]+?)??)"
_APPOSED = (
    r"(?:(?:(?:the |that )?[a-z]+ )?(?P<more>(?:with|in|on|at|by|near|behind|next|beside|under|"
    r"over|carrying|holding|wearing|coming|walking|standing|sitting|further)\b[\w' -]*?)"
    r"|(?:the |that )(?P<how>[\w-]+) ones?)"
)
_OTHER = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_LEADS}(?:do )?(?:the )?same (?:thing )?(?:for|to|with|on|goes for) the other {_WHICH}"
        r"(?: (?:too|as well|also|please))*\W*",
        rf"{_LEADS}(?:also |now |do )*the other {_WHICH} (?:too|as well|the same|likewise)(?: please)?\W*",
        rf"{_LEADS}also (?:do )?the other {_WHICH}(?: please)?\W*",
        # "The other one too, the one with the bag", "... the same, the white one".
        rf"{_LEADS}(?:also |now |do )*(?:(?:the )?same (?:thing )?(?:for|to|with|on) )?the other {_WHICH}"
        rf"(?: (?:too|as well|the same|likewise|also|please))*\s*[,;:-]+\s*(?:i mean )?{_APPOSED}"
        r"(?: (?:too|as well|also|please))*\W*",
    )
)

_ITS_LIKE = re.compile(r"\b(?:it|him|her|them|that|those|these|this)(?: (?:please|too|then|for me))*\W*$")
_WHERE = re.compile(
    rf"{_LEADS}(?:(?:show|tell)(?: me| us)? )?(?:exactly )?where(?: exactly| precisely)?"
    r"(?:(?:'s|'re| is| are| was| were) (?:it|that|he|she|they|those|these)"
    r"|(?: (?:it|that|he|she|they)(?: is|'s| are|'re)))?"
    r"(?: (?:exactly|precisely|please|then|now))*\W*"
)
_ABOUT = re.compile(
    rf"{_LEADS}(?:(?:what|how) about|any(?:body|one|thing)?(?= (?:on|in|at|by|near|behind|under)\b)"
    r"|(?<=and )(?=(?:on|in|at|by|near|behind|under|the)\b))"
    r" ?(?P<what>[\w' -]{2,60}?)(?: (?:then|please|now))*\W*"
)
_SIDES = {"left": "right", "right": "left", "top": "bottom", "bottom": "top", "upper": "lower", "lower": "upper"}
#: What is asked of two of a kind as of many: "which of the men is taller?".
_OF_TWO: Mapping[str, str] = {
    "closer": "closest", "nearer": "nearest", "further": "furthest", "farther": "farthest", "larger": "largest",
    "bigger": "biggest", "taller": "tallest", "smaller": "smallest",
}  # fmt: skip
_WHICH_MOST = re.compile(
    rf"{_LEADS}(?:and )?which (?:one|ones|of (?:them|those|these)|of (?:the|these|those) (?:two )?(?P<of>[a-z]+)"
    r"|(?P<noun>[a-z][a-z ]*?)) (?:is|are|stands?|looks?)"
    r" (?:the )?"
    r"(?P<most>closest|nearest|furthest|farthest|largest|biggest|tallest|smallest|leftmost|rightmost"
    rf"|{'|'.join(_OF_TWO)})"
    r"(?: (?:to|from) (?:the (?:camera|viewer)|us|me))?(?: away)?\W*"
)

#: What goes further the same way, by the words for it: a comparative has one meaning where its effect was done last.
_FURTHER: Mapping[str, tuple[Task, Direction | None]] = {
    r"brighter|lighter": ("relight", "brighter"),
    r"darker|dimmer": ("relight", "darker"),
    r"sharper|crisper": ("sharpen", None),
    r"blurrier|more blurred|more blurry": ("blur", None),
    r"more contrast|more contrasty": ("contrast", "more"),
    r"less contrast|flatter": ("contrast", "less"),
    r"more vivid|more colou?rful": ("recolour", "vivid"),
    r"less colou?rful|less vivid|paler|greyer|grayer": ("recolour", "muted"),
    r"less noise|less noisy|less grain|less grainy": ("denoise", None),
    r"less haze|less hazy|less fog|less foggy": ("dehaze", None),
}
_MORE = r"still|even|yet|again|some more|one more time|once more"
_BY = r"(?:(?P<slight>a (?:little )?(?:bit|touch|tad)|a little|slightly|bit)|(?P<strong>much|a lot|way|far))"
_STILL = re.compile(
    rf"{led_by('no', 'just', 'maybe', 'yes', 'good', 'better', 'nice')}"
    rf"(?:(?:make|get|have|do|i want|i'd like|let'?s have) (?:it|that|them|this|him|her) )?(?P<first>(?:(?:{_MORE}) )*)"
    rf"(?:{_BY} )?(?P<how>{'|'.join(_FURTHER)})(?P<last>(?: (?:{_MORE}))*)"
    r"(?: (?:please|now|then|than that|though))*\W*"
)


_GOES_FURTHER = re.compile(
    rf"{led_by('no', 'yes', 'maybe')}(?:(?:make|do) (?:it|that) )?"
    rf"(?:(?:{_MORE}) )*(?:(?:a (?:little )?bit|a little|much|lots?|a lot|even|some) )*more(?: of (?:it|that))?"
    rf"(?: (?:please|again|{_MORE}))*\W*"
    rf"|{led_by('no')}(?:it'?s |that'?s )?(?:still |just )*not (?:quite |nearly )?enough(?: yet| now)?\W*"
)
_DO_THAT = re.compile(
    rf"{led_by('yes', 'yeah', 'yep', 'sure', 'go ahead and', 'then', 'good', 'exactly', 'let.s')}"
    r"(?:(?:do|fix|mend|change|correct|repair|sort|try|clean) (?:(?:out|up) )?(?:that|this|it|so)(?: up| out)?"
    r"|go ahead|go for it)"
    r"(?: (?:please|then|now|for me))*\W*"
)


@dataclass(frozen=True)
class Other:
    """Of things of one kind, the one that nothing was done for yet.

    Attributes:
        phrases: what it may be called, the likeliest first.
        several: more than one is meant.
    """

    phrases: tuple[str, ...]
    several: bool


def shown(text: str, told: Sequence[Instruction]) -> Plan | None:
    """What "show him" is after a question that found somebody: that one is made to stand out.

    Args:
        text: the instruction.
        told: those before it.
    """
    last = told[-1] if told else None
    if last is None or last.answer is None or last.plan.question is None or not _SHOW.fullmatch(text.strip()):
        return None
    asked = last.plan.question
    if asked.kind not in ("find", "count") or not asked.region.phrases or "picture" not in last.answer.evidence:
        return None
    return Plan(steps=[Step(task="stand_out", direction="more", region=asked.region, strength="normal")])


def goes_further(text: str) -> bool:
    """Whether words only ask for more of what was done: "a bit more", "still not enough"."""
    return _GOES_FURTHER.fullmatch(heard(text)) is not None


def mended(text: str, told: Sequence[Instruction]) -> Plan | None:
    """What "fix that" is after an answer why a place looks as it does: what was told to mend it.

    Args:
        text: the instruction.
        told: those before it.
    """
    last = told[-1] if told else None
    if last is None or last.answer is None or not last.answer.known or not _DO_THAT.fullmatch(heard(text)):
        return None
    looks, asked = looks_in(last.text), last.plan.question
    if looks is None or asked is None:
        return None
    task, direction = MENDS[looks.look]
    return Plan(steps=[Step(task=task, direction=direction, region=asked.region, strength="normal")])


def asked_of(text: str, told: Sequence[Instruction]) -> Plan | None:
    """What a question or an order to mark is that is about what was asked or done just before.

    "Where exactly?" and "mark it" ask where the same is once more, for the answer has a picture with numbers; "which
    one is closest to the camera?" asks for one of them.

    Args:
        text: the instruction.
        told: those before it.
    """
    last = told[-1].plan if told else None
    if last is not None and last.question is not None and asks_to_mark(text) and _ITS_LIKE.search(heard(text)):
        numbered = told[-1].answer is not None and "picture" in told[-1].answer.evidence
        return Plan(question=last.question) if numbered else None
    if last is not None and _WHERE.fullmatch(heard(text)):
        if last.question is not None and last.question.kind in ("hottest", "coldest"):
            return Plan(question=last.question)
        region = next((region for region in last.regions if region.phrases), None)
        return None if region is None else Plan(question=Query(kind="find", region=region))
    elsewhere = _ABOUT.fullmatch(heard(text))
    if elsewhere is not None and last is not None and last.question is not None and last.question.region.phrases:
        there = _moved(last.question.region.phrases[-1], elsewhere["what"])
        return None if there is None else Plan(question=last.question.model_copy(update={"region": there}))
    found = _WHICH_MOST.fullmatch(heard(text))
    if found is None:
        return None
    spoken_of = [name for region in (last.regions if last is not None else []) for name in region.phrases]
    named = [name for name in (found["noun"], found["of"]) if name] or spoken_of
    noun = noun_in(named[-1]) if named else None
    if noun is None:
        return None
    one = f"{_OF_TWO.get(found['most'], found['most'])} {numbered_as(noun, several=False)}"
    return Plan(question=Query(kind="find", region=Region(phrases=[one])))


def _moved(name: str, what: str) -> Region | None:
    """Where a question is asked of next: of another thing, or of the same somewhere else; None: that is not clear.

    Args:
        name: what it was asked of.
        what: "the cars", "on the left", "the other side".
    """
    if re.fullmatch(r"(?:on |at |in )?the other (?:side|half|end)", what):
        side = next((word for word in name.casefold().split() if word in _SIDES), None)
        return None if side is None else Region(phrases=[re.sub(rf"\b{side}\b", _SIDES[side], name.casefold())])
    if re.match(r"(?:on|in|at|by|near|next to|behind|under|in front of)\b", what):
        noun = noun_in(name)
        there = f"{noun} {what}"
        return None if noun is None or isinstance(understand(there), str) else Region(phrases=[there])
    known = not isinstance(understand(what), str) or parse(what) is not None
    return Region(phrases=[re.sub(r"^(?:the|a|an|any) ", "", what)]) if known else None


def still(text: str, before: Plan | None) -> Plan | None:
    """What "brighter still" is after something was made brighter: more of it, in the same place; None: no such words.

    Args:
        text: the instruction.
        before: the plan that it follows on.
    """
    found = _STILL.fullmatch(heard(text))
    if found is None or not (found["first"] or found["last"]) or before is None or len(before.steps) != 1:
        return None
    (step,) = before.steps
    effect = next(effect for words, effect in _FURTHER.items() if re.fullmatch(words, found["how"]))
    if (step.task, step.direction) != effect:
        return None
    far: Strength = "slight" if found["slight"] else "strong" if found["strong"] else "normal"
    return Plan(steps=[step.model_copy(update={"strength": far, "amount": None})])


def other_of(text: str, before: Plan | None) -> Other | None:
    """Which other thing is meant by "the same for the other one"; None where none is.

    Args:
        text: the instruction.
        before: the plan that it follows on.
    """
    found = fully_read(text.strip(), _OTHER)
    region = before.steps[-1].region if before is not None and before.steps else Region()
    if found is None or not region.phrases:
        return None
    word, noun = found["noun"].casefold(), noun_in(region.phrases[-1])
    several = word in ("ones", "two", "three") or (word != "one" and numbered_as(word, several=True) == word)
    if word in ("one", "ones", "two", "three"):
        if noun is None:
            return None
        word = numbered_as(noun, several=several)
    elif noun_in(word) is None:
        return None
    # "over by the tree" is by the tree, not above it.
    said = found.groupdict()
    where = f"{found['where'].strip()} {said.get('more') or ''}".strip()
    where = re.sub(r"^(?:over|out|back|up|down) (?=by |at |near |next |in |on |behind )", "", where)
    if said.get("how"):
        return Other((f"{said['how']} {word} {where}".strip(), word), several)
    return Other(tuple(dict.fromkeys(filter(None, [f"{word} {where}".strip() if where else "", word]))), several)


def repeated(before: Plan, phrase: str) -> Plan:
    """The steps of a plan in another place."""
    steps = [step.model_copy(update={"region": Region(phrases=[phrase])}) for step in before.steps]
    return Plan(steps=steps)
