"""What a plan's regions are by the whole of a wish, where a small model took a part of it.

"The car on the left, the white one" is the white car on the left. "The left ones" are of what was spoken of before.
"... but not the lamps" leaves them out. "Lift the shadows" is of the shadows, whatever the turn before was about.
"""

import re
from collections.abc import Sequence
from typing import Final

from wordfuse.agent.model.words.granted import inferred
from wordfuse.agent.model.words.inherited import of_picture
from wordfuse.agent.model.words.narrowed import narrowed
from wordfuse.agent.plan import Plan, Step
from wordfuse.tools.types import Region

_APPOSED: Final = (
    r"\s*,\s*(?:i mean |so )?(?:the|that)\s+(?P<how>[\w-]+(?:\s[\w-]+){0,2}?)\s+(?P<one>ones?)"
    r"(?P<more>(?:\s(?:on|in|at|by|near|behind|next|with|under|beside|over|coming|driving|further|closest|nearest)\b"
    r"(?:\s[\w'-]+){0,5}?)?)"
    r"\s*(?:[,.;!?]|$)"
)
_LEFT_OUT: Final = re.compile(
    r"(?:(?P<bare>\s*,\s*not)|(?:\s*,\s*|\s+)(?:but|just|only) not|\s*,?\s*(?:except(?: for)?|apart from))\s+"
    r"(?:the|those|these|my|any)\s+(?P<what>[\w' -]{2,40}?)[\s.!]*$",
    re.IGNORECASE,
)
_SHADOWS: Final = re.compile(
    r"\b(?:lift|open|raise|brighten|lighten|pull|bring)(?:\s+up)?\s+(?:up\s+)?(?:all\s+)?(?:the|those|my)?\s*"
    r"(?P<what>(?:deep(?:est)?\s+|dark(?:est)?\s+)?shadows|dark(?:er|est)?\s+(?:parts|areas|bits|corners|spots|places))\b",
    re.IGNORECASE,
)
_EVERYBODYS: Final = re.compile(r"\b(?:every|any|some)(?:body|one)['\u2019]s [a-z]{3,}\b")
_PRONOUNS: Final = frozenset("it him her them he she they that this those these".split())
_THEIRS: Final = re.compile(r"\b(?:his|her|their|its)\s+(?P<what>[a-z]{3,})\b")
_ONES: Final = re.compile(r"(?<!zone )(?<!number )\bones?\b")
#: What may follow it where it stands for a thing: "the left one by the tree", not "the one man" or "one of the trees".
_ALONE: Final = re.compile(
    r"\s*$|\s+(?:on|in|at|by|near|behind|next|with|under|beside|over|coming|driving|walking|further|closest|nearest|to|that)\b"
)


def as_said(plan: Plan, text: str, before: Plan | None) -> Plan:
    """A plan with its regions as the whole wish has them.

    Args:
        plan: what a model made of the words.
        text: the words.
        before: the plan of the turn before.
    """
    said = " ".join(text.casefold().split())
    plan = narrowed(of_picture(plan, text, before), said)
    if before is not None:
        plan = _spoken_of(plan, before).renamed(lambda name: _with_noun(name, before))
        plan = _shaded(plan, text)
        plan = _of_theirs(plan, said, before)
    if "one" in said:
        plan = plan.renamed(lambda name: _apposed(name, said))
    plan = _of_everybody(plan, said)
    return _without(plan, said)


def _spoken_of(plan: Plan, before: Plan) -> Plan:
    """A plan that names what its pronouns stand for: "blur everything except him" is of the man who was spoken of."""
    names = _names(before)
    if not names:
        return plan

    def named(phrases: Sequence[str]) -> list[str]:
        return list(dict.fromkeys(name for one in phrases for name in (names if one in _PRONOUNS else [one])))

    def of(region: Region) -> Region:
        told = {"phrases": named(region.phrases), "exceptions": named(region.exceptions)}
        return region.model_copy(update=told)

    return _changed(plan, [step.model_copy(update={"region": of(step.region)}) for step in plan.steps])


def _with_noun(name: str, before: Plan) -> str:
    """A region that is only "the left ones", with the noun of what was spoken of before."""
    found = _ONES.search(name)
    if found is None or "other" in name or not _ALONE.match(name[found.end() :]):
        return name
    # Not at the top: what it needs takes a while to load, and hardly any region is called so.
    from wordfuse.fusion.regions.words.meaning import noun_in
    from wordfuse.fusion.regions.words.nouns import numbered_as

    nouns = [noun for noun in map(noun_in, reversed(_names(before))) if noun is not None]
    if not nouns or noun_in(name[: found.start()]) is not None:
        return name
    noun = numbered_as(nouns[0], several=found[0] == "ones")
    return f"{name[: found.start()]}{noun}{name[found.end() :]}"[:80].strip()


def _apposed(name: str, said: str) -> str:
    """A region with what is said of it behind a comma: "the car on the left, the white one"."""
    found = re.search(re.escape(name) + _APPOSED, said)
    if found is None:
        return name
    from wordfuse.fusion.regions.words.meaning import noun_in, understand
    from wordfuse.fusion.regions.words.nouns import numbered_as

    noun = noun_in(name)
    at = -1 if noun is None else name.find(noun)
    if noun is None or at < 0 or found["how"] in ("other", "same", "only"):
        return name
    if numbered_as(noun, several=found["one"] == "ones") != noun:  # one of "the cars" is not them
        return name
    whole = f"{name[:at]}{found['how']} {name[at:]}{found['more']}"
    return name if len(whole) > 80 or isinstance(understand(whole), str) else whole


def _shaded(plan: Plan, text: str) -> Plan:
    """A plan that brightens the shadows that were named, where a model took the region of the turn before."""
    found = _SHADOWS.search(text)
    if found is None:
        return plan
    shadows = Region(phrases=[" ".join(found["what"].casefold().split())])
    return _changed(
        plan,
        [
            step.model_copy(update={"region": shadows})
            if (step.task, step.direction) == ("relight", "brighter") and inferred(Plan(steps=[step]), text, None)
            else step
            for step in plan.steps
        ],
    )


def _of_theirs(plan: Plan, said: str, before: Plan) -> Plan:
    """A plan for what is theirs, where a model took those whose it is: "blur their faces" is not all of the people."""
    found, names = _THEIRS.search(said), _names(before)
    if found is None or len(plan.steps) != 1 or not names or _names(plan) != names:
        return plan
    from wordfuse.fusion.regions.words.meaning import understand

    own = found["what"]
    of_whom = [f"{own} of the {name}"[:80] for name in names]
    phrases = next(
        (one for one in (of_whom, [own]) if not any(isinstance(understand(name), str) for name in one)), None
    )
    if phrases is None:
        return plan
    (step,) = plan.steps
    return _changed(plan, [step.model_copy(update={"region": step.region.model_copy(update={"phrases": phrases})})])


def _of_everybody(plan: Plan, said: str) -> Plan:
    """A plan for what is everybody's, where a model took that for everything: "blur everybody's faces"."""
    found = _EVERYBODYS.search(said)
    if found is None or len(plan.steps) != 1 or plan.steps[0].region != Region():
        return plan
    from wordfuse.fusion.regions.words.meaning import understand

    (step,), name = plan.steps, found[0]
    if isinstance(understand(name), str):
        return plan
    return _changed(plan, [step.model_copy(update={"region": Region(phrases=[name])})])


def _without(plan: Plan, said: str) -> Plan:
    """A plan that leaves out what was named so at the end, as in "the road but not the cars".

    "The guy, not the car" sets a thing right; of an area, or of the picture, it leaves out.
    """
    found = _LEFT_OUT.search(said)
    if found is None or len(plan.steps) != 1:
        return plan
    (step,), what = plan.steps, _with_noun(found["what"].strip(), plan)  # "the cars but not the one on the left"
    region = step.region
    if region.invert or region.exceptions or any(what in name for name in region.phrases):
        return plan
    from wordfuse.fusion.regions.words.meaning import noun_in, understand

    set_right = found["bare"] is not None and any(noun_in(name) is not None for name in region.phrases)
    if set_right or isinstance(understand(what), str):
        return plan
    left = Region(phrases=[what], invert=True) if not region.phrases else None
    without = left or Region(phrases=region.phrases, exceptions=[what])
    return _changed(plan, [step.model_copy(update={"region": without})])


def _names(plan: Plan) -> list[str]:
    return [name for region in plan.regions for name in region.phrases]


def _changed(plan: Plan, steps: Sequence[Step]) -> Plan:
    return plan.model_copy(update={"steps": [*steps]}) if [*steps] != plan.steps else plan
