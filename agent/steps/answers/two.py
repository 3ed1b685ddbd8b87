"""Which of two named things is taller, nearer, warmer, brighter: both are measured, and the numbers are told."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from wordfuse.agent.steps.answers.apart import Box, places_of
from wordfuse.agent.steps.answers.finding_out import Looking
from wordfuse.agent.steps.answers.sureness import unlikely
from wordfuse.agent.telling.degrees import asked_unit
from wordfuse.agent.telling.text import sentence
from wordfuse.agent.telling.two import By, Two, two_in
from wordfuse.fusion.measures import measure
from wordfuse.fusion.regions.things.ordering import ORDER
from wordfuse.fusion.regions.words.meaning import noun_in
from wordfuse.fusion.temperatures.units import from_celsius
from wordfuse.tools.heat.extremes import ExtremesResult
from wordfuse.tools.store.catalogue import GroundingRecord
from wordfuse.tools.types import Region

ALIKE: Final = 0.05  # of the larger of two values: by less they are told as about the same
_OF_BOXES: Final[dict[By, Callable[[Box], float]]] = {
    "height": lambda box: box[3] - box[1],
    "width": lambda box: box[2] - box[0],
    "nearness": lambda box: -ORDER["nearest"](box),
}
_MEASURED: Final[dict[By, tuple[str, str]]] = {
    "light": ("luma", "mean brightness {:.0f} of 255"),
    "noise": ("noise", "estimated noise {:.1f}"),
    "sharpness": ("sharpness", "fine gradients {:.1f} a pixel"),
}
#: What a comparison of boxes does not tell.
_AS_SEEN: Final[dict[By, str]] = {
    "height": "That is as they are seen: what is near looks taller, and the pictures hold no distances",
    "width": "That is as they are seen: what is near looks wider, and the pictures hold no distances",
    "area": "That is as they are seen: what is near looks larger, and the pictures hold no distances",
    "nearness": "It is read off their size and how low they stand in the picture, for the pictures hold no distances",
}


@dataclass(frozen=True)
class _Found:
    """One of the two.

    Attributes:
        name: as the person called it.
        value: of what is compared.
        told: the same in words.
        numbers: of its boxes on the picture; none of an area.
        doubt: what is to be known of how it was found, or nothing.
    """

    name: str
    value: float
    told: str
    numbers: tuple[int, ...]
    doubt: str


def two_compared(looking: Looking, asked: Region) -> str | None:
    """The answer to a question that compares two things; None where it compares none.

    Where one of them was not found, or both names are of the same things, that is said instead.

    Args:
        looking: what is found out.
        asked: what the question is about, as it was understood.
    """
    two = two_in(looking.text, next(map(noun_in, asked.phrases), None))
    if two is None:
        return None
    records = {name: next(iter(looking.records([name])), None) for name in (two.one, two.other)}
    lost = [f"{one.plain or one.reason}" for one in records.values() if one is not None and not one.found]
    if lost or not all(records.values()):
        return f"That cannot be told: {sentence('; '.join(lost) or str(looking.problem))}"
    one, other = (record for record in records.values() if record is not None)
    if one.boxes and sorted(one.boxes) == sorted(other.boxes):
        return _of_the_same(looking, two, one)
    found = [_measured(looking, two, record) for record in (one, other)]
    if None in found:
        return f"That cannot be told: {sentence(str(looking.problem))}"
    return " ".join(_told(two, *(each for each in found if each is not None)))


def _told(two: Two, one: _Found, other: _Found) -> list[str]:
    """The answer first, then both numbers, and what speaks against it."""
    first, second = sorted((one, other), key=lambda each: each.value, reverse=two.more)
    alike = abs(first.value - second.value) <= ALIKE * max(abs(first.value), abs(second.value))
    answer = f"About the same: neither is clearly {two.how}" if alike else f"{two.how.capitalize()}: the {first.name}"
    told = [f"{each.name.capitalize()}{_numbered(each)}: {each.told}" for each in (one, other) if each.told]
    return [
        sentence(part) for part in (answer, "; ".join(told), one.doubt, other.doubt, _AS_SEEN.get(two.by, "")) if part
    ]


def _numbered(each: _Found) -> str:
    if not each.numbers:
        return ""
    some = f"numbers {each.numbers[0]} to {each.numbers[-1]}" if len(each.numbers) > 1 else f"number {each.numbers[0]}"
    return f" ({some})"


def _measured(looking: Looking, two: Two, record: GroundingRecord) -> _Found | None:
    """One of the two, measured; None: it cannot be, and ``looking`` holds why."""
    seen = record.left_to_right()
    doubt = f"Whether that is '{record.phrase}' is in doubt ({max(record.scores):.0%} sure)" if unlikely(record) else ""
    if record.note:
        doubt = f"'{record.phrase}': {record.note}"
    if seen and record.singular and len(seen) > 1 and not doubt:
        doubt = f"{len(seen)} were found for '{record.phrase}', and which is meant was not said: the surest is taken"
    if seen and record.singular:
        seen = [max(seen, key=lambda one: one[1])]
    numbers = tuple(range(len(looking.boxes) + 1, len(looking.boxes) + 1 + len(seen)))
    if two.by in _OF_BOXES:
        if not seen:
            looking.problem = f"'{record.phrase}' is an area, of which that is not told"
            return None
        value = max(_OF_BOXES[two.by](box) for box, _ in seen)
        told = "" if two.by == "nearness" else f"{value:.0f} pixels {'high' if two.by == 'height' else 'wide'}"
    else:
        drawn, mask = looking.mask(Region(phrases=[record.phrase]))
        if not drawn:
            return None
        measured = _inside(looking, two.by, mask)
        if measured is None:
            return None
        value, told = measured
    looking.boxes += [box for box, _ in seen]
    return _Found(record.phrase, value, told, numbers, doubt)


def _inside(looking: Looking, by: By, mask: str | None) -> tuple[float, str] | None:
    """What is measured in a mask, and the same in words."""
    work = looking.context.work
    if by == "area":
        area = work.area(mask)
        return area, f"{area:.1%} of the picture"
    if by == "warmth":
        result = looking.call("find_extremes", {"kind": "hottest", "mask": mask})
        if result is None:
            return None
        found = ExtremesResult.model_validate(result)
        if work.pair.temperatures is not None:
            unit = asked_unit(looking.text)
            return found.mean, f"{from_celsius(found.mean, unit):.1f} {unit} on average"
        rest = " of the range of the infrared picture, which tells no degrees" if found.unit == "%" else ""
        return found.mean, f"{found.mean:.3g} {found.unit} on average{rest}"
    name, words = _MEASURED[by]
    picture, inside = work.image(looking.state["image"]), work.mask(mask)
    value = measure(picture, work.pair.infrared, work.pair.visible, inside)[name]
    return value, words.format(value)


def _of_the_same(looking: Looking, two: Two, record: GroundingRecord) -> str:
    """What is told where both names are of the same things: each of them, for which is which cannot be told."""
    seen = record.left_to_right()
    first = len(looking.boxes) + 1
    looking.boxes += [box for box, _ in seen]
    places = places_of([box for box, _ in seen], *looking.size)
    lead = f"Which is the {two.one} and which the {two.other} cannot be told: both words find the same things"
    if len(seen) < 2 or two.by not in _OF_BOXES:
        return sentence(lead)
    values = [_OF_BOXES[two.by](box) for box, _ in seen]
    at = (max if two.more else min)(range(len(values)), key=values.__getitem__)
    each = "; ".join(
        f"number {number}, {place}" + ("" if two.by == "nearness" else f": {value:.0f} pixels")
        for number, place, value in zip(range(first, first + len(seen)), places, values, strict=True)
    )
    best = f"Of those that were found number {first + at} is {two.how} ({each})"
    return " ".join(sentence(part) for part in (lead, best, _AS_SEEN[two.by]))
