"""A region that the end of a wish makes narrower: "the palm trees, but only the left one" is the left palm tree.

A small model takes the first half for the region, and what is said behind it would be dropped without a word.
"""

import re
from typing import Final

from wordfuse.agent.plan import Plan
from wordfuse.tools.types import Region

_SIDE: Final = r"(?:left|right|top|bottom|back|front|middle|cent(?:re|er)|foreground|background)"
_BEHIND: Final = (
    r"(?:on|in|at|by|near|behind|next|with|without|under|beside|over|above|below|coming|driving|walking|standing|parked|"
    r"further|farther|closest|nearest|that|which|who|to)\b(?:\s[\w'-]+){0,6}?"
)
_ONLY: Final = re.compile(
    r"\s*(?:[,;.-]\s*|\s)(?:but\s+|and\s+|so\s+)?(?<!not )(?:only|just)\s+(?:for\s+|do\s+)?(?:"
    rf"(?:the|that|those|these)\s+(?P<how>(?:[\w-]+\s){{0,3}}?)(?P<one>ones?)\b(?:\s(?P<more>{_BEHIND}))?"
    rf"|(?P<those>those|these)\s(?P<of_those>{_BEHIND})"
    rf"|(?P<where>(?:on|at|in)\sthe\s(?:(?:very|far|upper|lower)\s)?{_SIDE}(?:\s(?:side|half|corner))?)"
    r")(?=\s*(?:[,;.!?]|please\b|pls\b|thanks\b|and\b|then\b|$))"
)
_ONES: Final = re.compile(r"\b(?:ones?|those|these)\b")
#: "The other one" is one that was not spoken of, "the first one" may be of time.
_OF_TALK: Final = frozenset("other same only first last next previous".split())


def narrowed(plan: Plan, said: str) -> Plan:
    """A plan whose region is as narrow as the end of the wish has it.

    Args:
        plan: what a model made of the words.
        said: the words, in lower case, with single spaces.

    Example:
        >>> from wordfuse.agent.model.words import lines
        >>> cars = lines.read("brighter: cars")
        >>> lines.written(narrowed(cars, "brighten the cars, just the red one"))
        'brighter: red car'
    """
    found = _ONLY.search(said)
    if found is None:
        return plan
    how = (found["how"] or "").strip()
    more = (found["more"] or found["of_those"] or found["where"] or "").strip()
    if not (how or more) or how in _OF_TALK:
        return plan
    names = [name for region in plan.regions for name in region.phrases]
    if not names and len(plan.steps) == 1 and found["one"]:  # the model took no region at all: better an unknown one
        only = Region(phrases=[f"{how} {found['one']} {more}".strip()[:80]])
        return plan.model_copy(update={"steps": [plan.steps[0].model_copy(update={"region": only})]})
    name = _meant(names, said, found)
    if name is None:
        return plan
    whole = _whole(name, said[: found.start()], how, more, several=found["one"] != "one")
    # Where the clause itself was taken for a second region, it is the same one.
    return _once(plan.renamed(lambda one: whole if one == name or _in_clause(one, found) else one))


def _meant(names: list[str], said: str, found: re.Match[str]) -> str | None:
    """The name that is made narrower: the last that was said before; or the only one, of what was spoken of before."""
    before = {name: said[: found.start()].rfind(name) for name in names}
    here = [name for name in names if before[name] >= 0]
    if here:
        return max(here, key=before.__getitem__)
    holding = [name for name in names if _ONLY.search(name) or _in_clause(name, found)]
    if holding:
        return holding[0] if _ONLY.search(holding[0]) or _noun_in(said[: found.start()]) else None
    told = set((f"{found['how'] or ''} {found['more'] or ''}{found['of_those'] or ''}{found['where'] or ''}").split())
    return names[0] if len({*names}) == 1 and not told.issubset(names[0].split()) else None


def _in_clause(name: str, found: re.Match[str]) -> bool:
    """Whether a name is that of the clause itself: "left ones"."""
    return name in found[0] and _ONES.search(name) is not None


def _noun_in(text: str) -> str | None:
    # Not at the top: what it needs takes a while to load, and hardly any wish ends so.
    from wordfuse.fusion.regions.words.meaning import noun_in

    return noun_in(text)


def _whole(name: str, before: str, how: str, more: str, *, several: bool) -> str:
    """A name with what is said of it behind it, in the number of that."""
    from wordfuse.fusion.regions.words.nouns import numbered_as

    thing = _ONLY.sub("", name).strip()
    noun = _noun_in(thing)
    if noun is None and _ONES.search(thing):
        noun = thing = _noun_in(before) or thing
    at = -1 if noun is None else thing.find(noun)
    if noun is None or at < 0:
        return " ".join(filter(None, [how, thing, more]))[:80]
    counted = numbered_as(noun, several=several)
    return " ".join(filter(None, [thing[:at].strip(), how, counted, thing[at + len(noun) :].strip(), more]))[:80]


def _once(plan: Plan) -> Plan:
    """A plan whose steps name everything once."""
    once = [Region(**{**step.region.__dict__, "phrases": [*dict.fromkeys(step.region.phrases)]}) for step in plan.steps]
    steps = [step.model_copy(update={"region": region}) for step, region in zip(plan.steps, once, strict=True)]
    return plan.model_copy(update={"steps": steps})
