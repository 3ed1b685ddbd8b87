"""An edit that went over something that was to stay: "not the tree though, keep the tree as it was"."""

import re
from collections.abc import Sequence

from wordfuse.agent.dialogue.anew.naming import is_same
from wordfuse.agent.dialogue.anew.standing import MOST_STEPS, Anew, all_done, began, in_a_row, standing
from wordfuse.agent.dialogue.asking.choosing import described, points_at_one
from wordfuse.agent.dialogue.asking.naming import is_change
from wordfuse.agent.model.words import refusals
from wordfuse.agent.model.words.taken_back import CHANGES
from wordfuse.agent.plan import Plan, Step
from wordfuse.agent.record import Instruction
from wordfuse.agent.telling.hearing import fully_read, heard, led_by
from wordfuse.fusion.regions.words.meaning import noun_in
from wordfuse.fusion.regions.words.nouns import numbered_as
from wordfuse.fusion.regions.words.same import same_thing
from wordfuse.tools.types import Region

_LEADS = led_by("no", "nope", "just", "only", "oops", "actually", "though", "rather", "again")
_THING = r"(?:the|that|those|these|this|my|his|her|their|all the) (?P<{}>[\w' -]{{2,60}}?)"
_AS_BEFORE = (
    r"(?:(?:(?:exactly|just) )?(?:as|how|like|the way) (?:it|they|he|she|that|those) "
    r"(?:was|were|is|are|had been|looked|used to be)(?: before)?"
    r"|alone|out(?: of (?:it|this|that))?|untouched|unchanged|as before|like before|like that|be)"
)
_KEEPS = r"(?:keep|leave|let|have|want|keeping|leaving)"
_TAIL = r"(?:\W+(?:though|please|however|instead|then|this time|i (?:mean|meant|said)))*\W*"
_WITHOUT = (
    r"(?:not|except(?: for)?|apart from|excluding|without|spare|leave out|skip|"
    r"(?:don'?t|do not|never|not to|you (?:shouldn'?t|should not) have|i (?:don'?t|didn'?t) want you to) "
    r"(?:touch|touched|change|changed|alter|altered|affect|affected|do (?:it|that|this) (?:to|on|for|with)))"
)
_STAYS = r"(?:should|must|has to|have to|is to|are to|was to|were to|can|ought to) (?:stay|remain|be left|be kept)"
_SPARES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_LEADS}{_WITHOUT} {_THING.format('what')}{_TAIL}"
        rf"(?:(?:and|but|just|so) )*(?:{_KEEPS} (?:it|them|that|those|him|her|{_THING.format('again')}) "
        rf"{_AS_BEFORE}{_TAIL})?",
        rf"{_LEADS}{_KEEPS} {_THING.format('what')} {_AS_BEFORE}{_TAIL}",
        rf"{_LEADS}(?:put|bring|turn|set|change|get|make|return) {_THING.format('what')} back "
        rf"(?:to )?(?:{_AS_BEFORE}|normal){_TAIL}",
        rf"{_LEADS}{_THING.format('what')} {_STAYS} {_AS_BEFORE}{_TAIL}",
    )
)
# What is no part of a picture: all of it, what is left of it, an edit.
_NO_PART = re.compile(
    r"(?:rest|others?|same|(?:whole |entire )?(?:picture|image|photo|thing)|one|ones"
    r"|(?:last|first|previous) (?:one|step|edit|change|thing))"
)


def spared(text: str, told: Sequence[Instruction]) -> Anew | None:
    """What the last edit is without something that was to stay as it was; None where none is asked to stay.

    Repeated ("brighter still"), the edit is done anew as often: "as it was" is before all of them.

    Args:
        text: the instruction.
        told: those before it.

    Returns:
        Its steps; the control undo where nothing is left of it, a refusal where nothing was done yet.
    """
    what = to_stay(text)
    if what is None:
        return None
    there = standing(told)
    if not there:
        return Anew(Plan(refusal=refusals.told("nothing")), None)
    wider = in_a_row(told, there[-1])
    done = all_done(wider)
    left = [one for one in (without_it(step, what) for step in done) if one is not None]
    if left == done:  # it was left out already
        return Anew(Plan(refusal=refusals.told("nothing")), None)
    if left:
        return Anew(Plan(steps=left), began(wider[0])) if len(left) <= MOST_STEPS else None
    # Nothing but it was changed: that is taken back as by any other word for it.
    return Anew(Plan(control="undo"), None) if len(wider) == 1 else None


def to_stay(text: str) -> str | None:
    """What words say is to stay as it was; None where they say nothing else than that of nothing."""
    said = heard(text)
    found = fully_read(said, _SPARES)
    if found is None:
        return None
    what, again = found["what"], found.groupdict().get("again")
    if _NO_PART.fullmatch(what) or CHANGES.intersection(what.split()) or is_change(what):
        return None
    return None if again is not None and not is_same(again, what) else what


def without_it(step: Step, what: str) -> Step | None:
    """A step that leaves something out; None where it was for nothing else."""
    region = step.region
    about = region.phrases[-1] if region.phrases else ""
    if points_at_one(what):
        what = described(about, what) or what
    if any(same_thing(what, name) for name in region.exceptions) or (
        region.invert and any(same_thing(what, name) for name in region.phrases)
    ):
        return step
    if region.invert or not region.phrases:
        there = Region(phrases=[*region.phrases, what], invert=True)
    elif (others := [name for name in region.phrases if not _is_all_of(what, name)]) == region.phrases:
        there = region.model_copy(update={"exceptions": [*region.exceptions, what]})
    elif others:
        there = region.model_copy(update={"phrases": others})
    else:
        return None
    return step.model_copy(update={"region": there})


def _is_all_of(what: str, name: str) -> bool:
    """Whether what is to stay is a region of a step; one of several is not."""
    noun, of = noun_in(what), noun_in(name)
    one = noun is not None and of is not None and numbered_as(noun, several=True) != noun
    return is_same(what, name) and not (one and numbered_as(str(of), several=True) == of)
