"""Regions by temperature: the pixels, or the things, of which something is said in degrees.

Of things ("people warmer than 37 C") those are meant of which a quarter of the pixels is so, as with "hot people"; of
everything else ("the roof above 50 C", "the parts of the car that are hotter than 60 C") the pixels. Shares and places
("the hottest 5%", "the coldest spot of the road") need no degrees: the infrared picture tells them.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from wordfuse.fusion.errors import argument_named
from wordfuse.fusion.inspect.extremes import extreme_pixels
from wordfuse.fusion.regions.tones import Selection
from wordfuse.fusion.regions.types import Detection, Grounding, Mask, Sources, mean_confidence
from wordfuse.fusion.regions.words.degrees import Condition, Range, Split, split
from wordfuse.fusion.temperatures.units import shown

#: Of a thing, so much must be as it is said for the thing to be meant.
SHARE_OF_A_THING = 0.25
RELATIVE = "the hot areas, the hottest spot, the hottest 5%, the cold areas"
_SOURCE = "temperatures"

Cut = Callable[[Detection], Mask]


def ranges_of(phrases: Sequence[str]) -> tuple[Range, ...] | None:
    """What phrases say of degrees and of nothing else, degrees Celsius; None: they say more, or no degrees.

    Example:
        >>> ranges_of(["hotter than 40 C", "below 0 C"]), ranges_of(["people warmer than 37 C"])
        (((40.0, None), (None, 0.0)), None)
    """
    found = [split(phrase) for phrase in phrases]
    plain = [one.condition for one in found if one is not None and not one.rest and one.condition.absolute]
    if not plain or len(plain) < len(found):
        return None
    return tuple(one for condition in plain for one in condition.ranges)


def refused(sources: Sources, phrase: str, said: Split) -> Grounding | None:
    """Why a phrase cannot be answered at all; None where it can."""
    if not said.condition.absolute or sources.temperatures is not None:
        return None
    low = said.condition.ranges[0][0]
    offer = "cold areas" if low is None else "hot areas"
    why = f"'{phrase}': this infrared picture tells no temperatures: {sources.no_temperatures}"
    return Grounding(
        phrase,
        False,
        _SOURCE,
        (),
        None,
        why,
        f"say it without degrees: {RELATIVE}",
        plain=f"{why}. Without degrees there are {RELATIVE}",
        offer=offer if not said.rest else None,
    )


def everywhere(sources: Sources, phrase: str, said: Split) -> Grounding:
    """The pixels of the whole picture that are so."""
    whole = np.ones(sources.shape, np.bool_)
    return _of_pixels(sources, phrase, said, whole, "of the picture", sure=1.0, note=None)


def narrowed(sources: Sources, phrase: str, said: Split, found: Grounding, inside: Mask | None, cut: Cut) -> Grounding:
    """What was found for the rest of a phrase, narrowed to what its temperature is said to be.

    Args:
        sources: the pictures.
        phrase: as the user said it.
        said: the phrase apart.
        found: for its rest.
        inside: all pixels of that, (H, W) uint8; None where things are looked at one by one.
        cut: draws one thing that was detected.
    """
    if not found.found:
        return replace(found, phrase=phrase)
    if inside is not None:
        area = inside > 127
        return _of_pixels(sources, phrase, said, area, f"of '{said.rest}'", sure=found.confidence, note=found.note)
    kept, shares = [], []
    condition = _selected(sources, said.condition, np.ones(sources.shape, np.bool_))
    for detection in found.detections:
        thing = cut(detection) > 127
        shares.append(float(condition[thing].mean()) if thing.any() else 0.0)
        if shares[-1] >= SHARE_OF_A_THING:
            kept.append(replace(detection, phrase=phrase))
    of = len(found.detections)
    if not kept:
        most = max(shares, default=0.0)
        why = f"'{phrase}': {of} found as '{said.rest}', but of none is a quarter {said.condition} (at most {most:.0%})"
        return Grounding(phrase, False, found.source, (), None, why, "name another temperature", plain=why)
    told = f"'{phrase}': {len(kept)} of {of} found as '{said.rest}' are so: a quarter of each is {said.condition}"
    return replace(found, phrase=phrase, detections=tuple(kept), reason=told, confidence=mean_confidence(kept))


def _of_pixels(
    sources: Sources, phrase: str, said: Split, area: Selection, of: str, *, sure: float | None, note: str | None
) -> Grounding:
    selection = _selected(sources, said.condition, area)
    if not selection.any():
        why = f"'{phrase}': nothing {of} is {said.condition}{_there(sources, area)}"
        remedy = f"name another temperature, or give a mask with {argument_named('mask')}"
        return Grounding(phrase, False, _SOURCE, (), None, why, remedy, plain=why)
    mask: Mask = np.where(selection, np.uint8(255), np.uint8(0))
    known = sources.temperatures
    inside = None if known is None or not said.condition.absolute else known.known & area
    unknown = 0.0 if inside is None else 1 - float(inside.sum()) / max(1, int(area.sum()))
    told = f"'{phrase}': {selection.sum() / area.sum():.1%} {of}: {said.condition}"
    told += f"; of {unknown:.1%} no temperature is known" if unknown >= 0.001 else ""
    return Grounding(phrase, True, _SOURCE, (), mask, told, confidence=sure, note=note)


def _there(sources: Sources, area: Selection) -> str:
    """What temperatures there are instead, as the end of a sentence."""
    known = sources.temperatures
    values = np.empty(0, np.float32) if known is None else known.celsius[area & np.isfinite(known.celsius)]
    if not values.size:
        return ", and no temperature is known there"
    return f"; it has {shown(float(values.min()))} to {shown(float(values.max()))}"


def _selected(sources: Sources, condition: Condition, area: Selection) -> Selection:
    """The pixels of an area of which a condition holds."""
    known = sources.temperatures
    if condition.absolute:
        if known is None:
            return np.zeros(sources.shape, np.bool_)
        return area & known.within_any(condition.ranges)
    measured = area if known is None else area & known.known
    if not measured.any():
        return np.zeros(sources.shape, np.bool_)
    cold = condition.extreme == "cold"
    if condition.spot:
        mask: Mask = np.where(measured, np.uint8(255), np.uint8(0))
        if known is None:
            return extreme_pixels(sources.infrared, mask, cold=cold)
        return extreme_pixels(known.levels, mask, cold=cold, smoothed=False)
    share = condition.share or 1.0
    # Where two pixels are alike, both are in: a share is at least what was asked for.
    values = sources.infrared[measured]
    edge = np.quantile(values, share if cold else 1 - share)
    return measured & ((sources.infrared <= edge) if cold else (sources.infrared >= edge))
