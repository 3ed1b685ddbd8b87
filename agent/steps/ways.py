"""Wishes in words that are understood here, and which others lead to the same aim where one goes no further."""

from collections.abc import Mapping, Sequence
from typing import Final, Literal

from wordfuse.agent.budget import STOPPED
from wordfuse.agent.plan import Step
from wordfuse.agent.record import Instruction, StepRecord
from wordfuse.tools.types import Direction, Region, Strength, Task

MOST_NAMED = 3  # wishes in a sentence

Effect = tuple[Task, Direction | None]
#: What to say for each effect; ``{the}`` is where.
_SAID: Final[Mapping[Effect, str]] = {
    ("stand_out", "more"): "make {the} stand out",
    ("stand_out", "less"): "make {the} stand out less",
    ("relight", "brighter"): "brighten {the}",
    ("relight", "darker"): "darken {the}",
    ("incline", "infrared"): "make {the} more like the infrared picture",
    ("incline", "visible"): "make {the} more like the visible picture",
    ("denoise", None): "denoise {the}",
    ("blur", None): "blur {the}",
    ("contrast", "more"): "more contrast on {the}",
    ("contrast", "less"): "less contrast on {the}",
    ("sharpen", None): "sharpen {the}",
    ("dehaze", None): "remove the haze from {the}",
    ("destripe", None): "remove the stripes from {the}",
    ("recolour", "vivid"): "make the colours of {the} more vivid",
    ("recolour", "heat"): "show {the} in heat colours",
    ("recolour", "neutral"): "remove the colour cast from {the}",
}
_BY: Final[Mapping[Strength, str]] = {"slight": " a bit", "normal": "", "strong": " a lot"}
#: Another effect with the same aim: on the region, or on all that is not it.
_Other = tuple[Task, Direction | None, Literal["there", "rest"], Strength]
_OTHERS: Final[Mapping[Effect, tuple[_Other, ...]]] = {
    ("stand_out", "more"): (
        ("relight", "brighter", "there", "normal"),
        ("incline", "infrared", "there", "normal"),
        ("relight", "darker", "rest", "normal"),
        ("recolour", "heat", "there", "normal"),
    ),
    ("stand_out", "less"): (
        ("relight", "darker", "there", "normal"),
        ("contrast", "less", "there", "normal"),
        ("blur", None, "there", "normal"),
    ),
    ("relight", "brighter"): (
        ("incline", "infrared", "there", "normal"),
        ("contrast", "more", "there", "normal"),
    ),
    ("relight", "darker"): (
        ("contrast", "less", "there", "normal"),
        ("stand_out", "less", "there", "normal"),
    ),
    ("denoise", None): (
        ("denoise", None, "there", "strong"),
        ("incline", "visible", "there", "normal"),
        ("incline", "infrared", "there", "normal"),
        ("blur", None, "there", "slight"),
    ),
    ("sharpen", None): (
        ("sharpen", None, "there", "strong"),
        ("contrast", "more", "there", "normal"),
        ("incline", "visible", "there", "normal"),
        ("incline", "infrared", "there", "normal"),
    ),
    ("contrast", "more"): (
        ("dehaze", None, "there", "normal"),
        ("sharpen", None, "there", "normal"),
        ("incline", "infrared", "there", "normal"),
    ),
    ("contrast", "less"): (
        ("relight", "darker", "there", "normal"),
        ("blur", None, "there", "slight"),
    ),
    ("dehaze", None): (
        ("dehaze", None, "there", "strong"),
        ("contrast", "more", "there", "normal"),
        ("incline", "infrared", "there", "normal"),
    ),
    ("destripe", None): (
        ("denoise", None, "there", "normal"),
        ("incline", "visible", "there", "normal"),
        ("blur", None, "there", "slight"),
    ),
    ("incline", "infrared"): (
        ("stand_out", "more", "there", "normal"),
        ("recolour", "heat", "there", "normal"),
        ("relight", "brighter", "there", "normal"),
    ),
    ("incline", "visible"): (
        ("sharpen", None, "there", "normal"),
        ("recolour", "vivid", "there", "normal"),
    ),
    ("recolour", "vivid"): (
        ("incline", "visible", "there", "normal"),
        ("contrast", "more", "there", "normal"),
    ),
    ("blur", None): (
        ("blur", None, "there", "strong"),
        ("stand_out", "less", "there", "normal"),
        ("contrast", "less", "there", "normal"),
    ),
}  # fmt: skip


def wish_for(task: Task, direction: Direction | None, region: Region, strength: Strength = "normal") -> str:
    """What to say for an effect in a place.

    Raises:
        KeyError: nobody is told to say it.

    Example:
        >>> wish_for("relight", "darker", Region(phrases=["car"], invert=True))
        'darken everything but the car'
        >>> wish_for("denoise", None, Region(), "strong")
        'denoise the whole image a lot'
    """
    return _SAID[task, direction].format(the=_the(region)) + _BY[strength]


def other_ways(step: Step, done: Sequence[Step] = ()) -> list[str]:
    """What may be said for the same aim where a step goes no further, the likeliest first.

    Args:
        step: the one that brings no more.
        done: what was tried or done already.
    """
    region, ways = step.region, list[str]()
    tried = [(one.task, one.direction, one.region, one.strength) for one in done]
    for task, direction, where, strength in _OTHERS.get((step.task, step.direction), ()):
        if (task, direction, where, strength) == (step.task, step.direction, "there", step.strength):
            continue
        if task == "stand_out" and not region.phrases:
            continue  # there is nothing that all of it could stand out from
        there = region if where == "there" else _rest_of(region)
        if there is not None and (task, direction, there, strength) not in tried:
            ways.append(wish_for(task, direction, there, strength))
    return ways[:MOST_NAMED]


def hint(step: Step, ended: StepRecord, told: Sequence[Instruction]) -> str:
    """What else leads to the aim of a step that brought no more, as the end of a sentence; nothing where it did.

    Where there was nothing to gain from the first, nobody is sent elsewhere; whoever asks for more is.

    Args:
        step: as it was planned.
        ended: what came of it.
        told: the instructions before, and the one in work.
    """
    tried_there = ended.mask is not None or not step.region.phrases
    if not tried_there or (ended.satisfied and ended.reason != "already") or ended.notice == STOPPED:
        return ""
    before = [one for said in told for one in said.planned[: len(said.steps)]]
    again = any((one.task, one.direction, one.region) == (step.task, step.direction, step.region) for one in before)
    ways = other_ways(step, [*before, *_tried(step, ended)]) if again or not ended.satisfied else []
    if not ways:
        return ""
    *some, last = (f"'{way}'" for way in ways)
    return f". To go further, say {', '.join(some)}{' or ' if some else ''}{last}"


def _tried(step: Step, ended: StepRecord) -> list[Step]:
    """The means that a step without a tool of its own has tried, as steps."""
    made = [attempt.edit for attempt in ended.attempts if attempt.edit is not None and attempt.edit.name != step.task]
    return [
        step.model_copy(update={"task": edit.name, "direction": edit.args.get("direction"), "strength": "normal"})
        for edit in made
    ]


def _rest_of(region: Region) -> Region | None:
    """All that is not a region; None where that is nothing, or takes more words than are understood."""
    if not region.phrases or region.exceptions:
        return None
    return region.model_copy(update={"invert": not region.invert})


def _the(region: Region) -> str:
    """A region in a wish."""
    if not region.phrases:
        return "the whole image"
    words = " and ".join(map(_with_article, region.phrases))
    if region.exceptions:
        words += f" except {' and '.join(map(_with_article, region.exceptions))}"
    return f"everything but {words}" if region.invert else words


def _with_article(phrase: str) -> str:
    first = phrase.split(" ", 1)[0].casefold()
    named = first in {"the", "this", "that", "these", "those", "all", "my", "his", "her", "everyone", "everybody"}
    return phrase if named or first.startswith(("any", "some", "every")) else f"the {phrase}"
