"""Back to a point of the talk that is told by what was done there: "go back to before the headlights thing".

Nothing is done anew: the picture of then is there, with all that led to it. Where no edit is known by the words, the
picture stays, and what was done is told: to take the last edit back instead would lose a good one.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from wordfuse.agent.dialogue.anew.naming import effects_named, is_same
from wordfuse.agent.dialogue.anew.standing import Anew, all_done, began, done_by, ended, named, standing
from wordfuse.agent.model.words import lines
from wordfuse.agent.plan import Plan
from wordfuse.agent.record import Instruction
from wordfuse.agent.telling.hearing import fully_read, heard, led_by
from wordfuse.agent.telling.text import cut_short
from wordfuse.fusion.regions.words.meaning import noun_in

#: "Forget the colours, go back to ..."
_FORGET = r"(?:forget|scrap|drop|skip|leave|never ?mind)(?: about)? [^,;.:]+(?=[,;.:])"
_LEADS = led_by("no", "nah", "nope", "actually", "just", "maybe", "let'?s", "rather", "undo (?:it|that)", _FORGET)
_PICTURE = r"(?:the )?(?:picture|image|photo|one|state|version|point|time|moment)"
_IT = rf"(?:it|that|this|things|everything|we|i|you|{_PICTURE})"
_GO = (
    r"(?:(?:(?:go|step|jump|get|turn|roll|switch|revert|return|reset|rewind)"
    rf"|(?:take|put|bring|set|turn|roll|get|change|give|make|have) (?:me|us|{_IT}))(?: (?:all the way|right|straight))?"
    r"(?: back)?|back)"
)
_AS = (
    rf"(?:(?:(?:exactly |just )?(?:how|the way|like|as|what|where) {_IT} "
    rf"(?:was|were|looked|had been|used to (?:be|look))(?: like)?)|{_PICTURE}(?: (?:as|like|how) it was)?)"
)
_ALL = r"(?:everything|all(?: (?:of (?:it|that)|(?:the )?(?:changes|edits|steps)))?|what you did|whatever you did)"
_UNDO = r"(?:undo|take back|revert|roll back|scrap)"
_TAIL = r"(?:\W+(?:please|then|again|though|instead))*\W*"
_BEFORE = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_LEADS}{_GO} (?:to )?(?:{_AS} |like |as )?(?:just |right )?before (?P<what>.+?){_TAIL}",
        rf"{_LEADS}(?:to )?{_AS} (?:just |right )?before (?P<what>.+?){_TAIL}",
        rf"{_LEADS}{_UNDO} {_ALL} (?:back )?(?:up )?(?:to|until|till) (?:{_AS} )?before "
        rf"(?P<what>.+?){_TAIL}",
        rf"{_LEADS}{_UNDO} {_ALL} (?:from|starting (?:from|with|at)) "
        rf"(?P<what>.+?)(?: (?:on|onwards?|and (?:all )?(?:that came )?after(?: it| that)?))?{_TAIL}",
    )
)
_AFTER = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_LEADS}{_GO} (?:to )?(?:{_AS} )?(?:just |right )?(?:after|when|where) (?P<what>.+?){_TAIL}",
        rf"{_LEADS}(?:to )?{_AS} (?:just |right )?(?:after|when) (?P<what>.+?){_TAIL}",
        rf"{_LEADS}{_UNDO} {_ALL} (?:that (?:came|was done|you did) )?(?:after|since) "
        rf"(?P<what>.+?){_TAIL}",
    )
)
#: What is no edit but the turn before: that is for "undo".
_LAST = re.compile(
    r"(?:(?:you|we|i) )?(?:did |made )?(?:it|that|this)|(?:the|that|this|your|my)? ?(?:(?:very )?last|latest)"
    r"(?: (?:one|thing|edit|change|step))?"
)
#: What was said, whatever came of it: "before I asked for warmer".
_SAID = re.compile(
    r"(?:i|we) (?:(?:had|first|last|ever|even|just) )*"
    r"(?:asked|said|told|wrote|typed|wanted|wished|requested|mentioned|tried)"
    r"(?: (?:you|it|about|for|that|to|with|something|like))* (?P<words>.+)"
)
#: Whoever touched a thing means the first of all that was done to it.
_FIRST = re.compile(r"\b(?:touched|changed|messed|did any\w*|started|began|edited|altered|any\w*|first)\b")
_OF_WORDS = re.compile(
    r"\b(?:the|that|those|these|this|my|your|a|an|thing|things|stuff|business|part|bit|edit|change|step|one|whole|we|you"
    r"|i|was|were|got|became|had|been|is|are|did|made|touched|changed|to|of|with|on|for|about|at|in)\b"
)


@dataclass(frozen=True)
class Point:
    """A point of a talk.

    Attributes:
        picture: that there was then, by its id.
        turns: how many instructions had been said then.
    """

    picture: str
    turns: int


def leads_back(text: str) -> bool:
    """Whether words lead back to a point of the talk, if there is one: "go back to before the sky thing"."""
    said = heard(text)
    return fully_read(said, (*_BEFORE, *_AFTER)) is not None


def point_in(text: str, told: Sequence[Instruction]) -> Point | str | None:
    """Where words lead back to.

    Args:
        text: the words.
        told: what was said before them.

    Returns:
        A sentence, where they name no edit that stands; None: they lead back to no point by a name.
    """
    said = heard(text)
    before = fully_read(said, _BEFORE)
    after = fully_read(said, _AFTER)
    found = before or after
    if found is None or _LAST.fullmatch(found["what"]):
        return None
    there = standing(told)
    said_then = _said(found["what"], told) if before else None
    if said_then is not None and told[said_then] not in there:
        return _before(said_then, told, there)
    meant = _named(found["what"], there)
    if not meant:
        return unknown_edit(found["what"], there)
    if before is None and meant[-1] is there[-1]:
        return f"Nothing was changed after that: {_steps(meant[-1:])} was last. Say 'undo' to take it back."
    if before is None:
        return Point(str(ended(meant[-1])), told.index(meant[-1]) + 1)
    first = meant[0]
    if not _FIRST.search(found["what"]):  # the last of them, and what it went on from
        first = meant[-1]
        while (at := there.index(first)) and there[at - 1] in meant:
            first = there[at - 1]
    picture = str(began(first))
    return Point(picture, next(at for at, one in enumerate(told) if began(one) == picture))


def _said(what: str, told: Sequence[Instruction]) -> int | None:
    """Which of the instructions, the latest of them, was said in such words; None where none was."""
    found = _SAID.fullmatch(what)
    words = set(_OF_WORDS.sub(" ", found["words"]).split()) if found is not None else set[str]()
    if not words:
        return None
    return next(
        (at for at in reversed(range(len(told))) if words <= set(re.findall(r"[\w'-]+", heard(told[at].words)))), None
    )


def _before(at: int, told: Sequence[Instruction], there: Sequence[Instruction]) -> Point | str:
    """Where the picture was when something was said that is no part of it now."""
    since = next((one for one in there if told.index(one) > at), None)
    if since is None:
        return f"'{cut_short(told[at].words, 40)}' changed nothing that is still there: the picture is as before it."
    return Point(str(began(since)), told.index(since))


def returned(text: str, told: Sequence[Instruction]) -> Anew | None:
    """What it is to go back to a point that is told by what was done: the control undo, which asks where to.

    Args:
        text: the instruction.
        told: those before it.
    """
    point = point_in(text, told)
    if point is None:
        return None
    return Anew(Plan(refusal=point[:300]) if isinstance(point, str) else Plan(control="undo"), None)


def _named(what: str, there: Sequence[Instruction]) -> list[Instruction]:
    """Of the wishes that the picture is made of, those that words name: by region and effect, else by either."""
    effects = effects_named(what)
    by_region = [said for said in there if _is_of(what, said)]
    by_effect = [said for said in there if not effects.isdisjoint(_effects(said))]
    both = [said for said in by_region if said in by_effect]
    return both or by_region or ([] if _is_elsewhere(what) else by_effect)


def _is_of(what: str, said: Instruction) -> bool:
    """Whether words name a region of a wish."""
    names = [name for step in done_by(said) for name in (*step.region.phrases, *step.region.exceptions)]
    bare = " ".join(_OF_WORDS.sub(" ", what).split())
    noun = noun_in(what)
    return any(
        re.search(rf"\b{re.escape(name.casefold())}\b", what)
        or is_same(bare, name)
        or (noun is not None and is_same(noun, name))
        for name in names
    )


def _is_elsewhere(what: str) -> bool:
    """Whether words name a thing: what was done to another thing is not meant then."""
    return noun_in(what) is not None


def _effects(said: Instruction) -> set[str]:
    return {lines.NAMES[step.task, step.direction] for step in done_by(said)}


def unknown_edit(what: str, there: Sequence[Instruction]) -> str:
    """What is said where no edit is known by the words."""
    if not there:
        return "Nothing was changed yet, so there is nothing to go back to. Say what should change in the picture."
    return (
        f"No edit is known as '{cut_short(what, 40)}', so nothing changes. Done were: {_steps(there)}. "
        "Say 'undo' for the last one, 'undo 2 steps' for more, or 'start over'."
    )


def _steps(there: Sequence[Instruction]) -> str:
    return named(all_done(there))
