"""The backend that needs nothing: a network of our own, trained on street scenes by day and night.

Phrases are read by ``words``, the pair is seen by ``looking``, and what a phrase says beside its noun is held against
the pixels: places and tones by ``phrases``, sizes and distances by the boxes.
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import cache, partial
from hashlib import blake2b

import numpy as np
import torch

from wordfuse.fusion.device import resolve_device
from wordfuse.fusion.errors import argument_named
from wordfuse.fusion.networks.classes import OBJECTS
from wordfuse.fusion.regions.embedded.cutting import cut_out
from wordfuse.fusion.regions.embedded.looking import Object, View, believed, look, overlap
from wordfuse.fusion.regions.embedded.stuff import mean_chance, stuff_of
from wordfuse.fusion.regions.masks import mask_for
from wordfuse.fusion.regions.phrases import place_selection
from wordfuse.fusion.regions.tones import Selection, select
from wordfuse.fusion.regions.types import (
    DOUBT,
    Detection,
    Grounding,
    Mask,
    Models,
    Sources,
    mean_confidence,
)
from wordfuse.fusion.regions.words.grammar import Clause, Tone
from wordfuse.fusion.regions.words.meaning import Pick, Wanted, nearly, understand
from wordfuse.fusion.weights import load_regions

RIDDEN = 0.05  # overlap of a cyclist with the bicycle
TONED = 0.25  # an object has a tone if so much of its mask has it
CACHED = 4
KNOWN = "people, cars, bicycles, sky, road, pavement, buildings, trees, poles, signs and fences"


class EmbeddedBackend:
    """Finds what ``KNOWN`` says. The network loads at first use; what it saw of a pair is kept."""

    name: str = "embedded"

    def __init__(self, device: torch.device | str = "auto") -> None:
        """Nothing is loaded yet."""
        self._device = resolve_device(device) if isinstance(device, str) else device
        self._views: OrderedDict[bytes, View] = OrderedDict()

    def ground(self, sources: Sources, phrases: Sequence[str]) -> list[Grounding]:
        """Look for each phrase; see `RegionBackend.ground`."""
        return [self._ground(sources, phrase) for phrase in phrases]

    def segment(self, sources: Sources, detections: Sequence[Detection]) -> Mask:
        """Cut the detected objects out; see `RegionBackend.segment`."""
        view = self._view(sources)
        inside = np.zeros(sources.shape, np.bool_)
        for detection in detections:
            wanted = understand(detection.phrase)
            names = {name for one in wanted for name in one.classes} if not isinstance(wanted, str) else set(OBJECTS)
            nearest = max(
                (seen for seen in view.objects if seen.name in names),
                key=lambda seen: overlap(seen.box, detection.box),
                default=None,
            )
            if nearest is not None:
                inside |= cut_out(sources, view, nearest)
        return _mask(inside)

    def _ground(self, sources: Sources, phrase: str) -> Grounding:
        wanted = understand(phrase)
        if isinstance(wanted, str):
            meant = nearly(phrase)
            perhaps = f"; perhaps '{meant}' is meant" if meant else ""
            reason = f"'{phrase}': the backend 'embedded' does not know '{wanted}'{perhaps}"
            remedy = (
                f"it knows {KNOWN}, with where they are, how many, how warm or bright; "
                f"give {mask_for(phrase)} or {argument_named('regions')} grounding-dino"
            )
            return Grounding(phrase, False, self.name, (), None, reason, remedy)
        view = self._view(sources)
        objects: list[Object] = []
        stuff = np.zeros(sources.shape, np.bool_)
        told: list[str] = []
        for one in wanted:
            found = _objects(sources, view, one)
            area = stuff_of(sources, view, one)
            objects += found
            stuff |= area
            name = " or ".join(one.classes)
            if found:
                told.append(_told(found, one, name))
            elif area.any():
                told.append(f"{area.mean():.0%} of the picture is {name}")
            else:
                told.append(f"no {name} found")
        if not objects and not stuff.any():
            reason, remedy = (
                f"'{phrase}' was not found in the picture",
                f"name another region or give {mask_for(phrase)}",
            )
            return Grounding(phrase, False, self.name, (), None, reason, remedy)
        detections = tuple(Detection(phrase, seen.box, seen.score) for seen in objects)
        mask, confidences = None, [mean_confidence(detections)] if detections else []
        if stuff.any():
            named = {name for one in wanted for name in one.classes if name not in OBJECTS}
            confidences.append(mean_chance(view, stuff, named))
            for found_object in objects:
                stuff |= cut_out(sources, view, found_object)
            mask = _mask(stuff)
        reason = f"'{phrase}': {', '.join(told)}"
        return Grounding(phrase, True, self.name, detections, mask, reason, confidence=min(confidences))

    def _view(self, sources: Sources) -> View:
        pixels = blake2b(repr(sources.shape).encode(), digest_size=16)
        pixels.update(sources.infrared.tobytes())
        pixels.update(sources.visible.tobytes())
        key = pixels.digest()
        if key not in self._views:
            self._views[key] = look(load_regions(device=self._device), sources)
            if len(self._views) > CACHED:
                self._views.popitem(last=False)
        return self._views[key]


def _told(found: list[Object], wanted: Wanted, name: str) -> str:
    """How many were found, and how sure that is."""
    of = f" of {wanted.count}" if wanted.count and wanted.count > len(found) else ""
    doubtful = sum(seen.score < DOUBT for seen in found)
    doubt = f", {doubtful} of them in doubt" if doubtful else ""
    return f"{len(found)}{of} found as {name}, the surest at {max(seen.score for seen in found):.2f}{doubt}"


def _objects(sources: Sources, view: View, wanted: Wanted) -> list[Object]:
    """The objects that a phrase means, of those that are there."""
    found = [seen for seen in believed(view.objects) if seen.name in wanted.classes]
    if len(wanted.classes) > 1:  # a cyclist is a person on a bicycle, not any person
        bicycles = [seen for seen in found if seen.name == "bicycle"]
        found = [seen for seen in found if any(overlap(seen.box, ridden.box) > RIDDEN for ridden in bicycles)]
    if wanted.clauses:
        toned = cache(partial(select, sources))
        found = [seen for seen in found if any(_holds(sources, view, seen, clause, toned) for clause in wanted.clauses)]
    for clause in wanted.clauses:
        if clause.layer is not None and len(found) > 1:
            # Of things, the background is what is far: the half of them whose feet stand highest.
            found = sorted(found, key=_foot, reverse=clause.layer == "foreground")[: -(-len(found) // 2)]
    count = wanted.count or (1 if wanted.singular and (wanted.pick or wanted.clauses) else None)
    if wanted.pick is not None:
        found = sorted(found, key=partial(PICKS[wanted.pick], sources))[: count or -(-len(found) // 2)]
    elif count is not None:
        found = sorted(found, key=_aside(wanted.clauses))[:count]
    return found


def _foot(seen: Object) -> float:
    return seen.box[3]


def _size(seen: Object) -> float:
    x0, y0, x1, y1 = seen.box
    return (x1 - x0) * (y1 - y0)


def _warmth(sources: Sources, seen: Object) -> float:
    x0, y0, x1, y1 = (round(x) for x in seen.box)
    return float(sources.infrared[y0 : max(y1, y0 + 1), x0 : max(x1, x0 + 1)].mean())


# What comes first. A camera that looks along the ground sees near things larger and lower.
PICKS: dict[Pick, Callable[[Sources, Object], float]] = {
    "nearest": lambda sources, seen: -_size(seen) * _foot(seen),
    "farthest": lambda sources, seen: _size(seen) * _foot(seen),
    "largest": lambda sources, seen: -_size(seen),
    "smallest": lambda sources, seen: _size(seen),
    "leftmost": lambda sources, seen: seen.box[0] + seen.box[2],
    "rightmost": lambda sources, seen: -seen.box[0] - seen.box[2],
    "topmost": lambda sources, seen: seen.box[1] + seen.box[3],
    "lowest": lambda sources, seen: -seen.box[1] - seen.box[3],
    "hottest": lambda sources, seen: -_warmth(sources, seen),
    "coldest": _warmth,
}


def _aside(clauses: tuple[Clause, ...]) -> Callable[[Object], float]:
    """What comes first where fewer are meant than are there: the one furthest on the side that is named."""
    places = [place for clause in clauses for place in clause.places]
    if len(places) == 1:
        for side, low, high in ((places[0].horizontal, 0, 2), (places[0].vertical, 1, 3)):
            if side in ("low", "high"):
                sign = 1 if side == "low" else -1
                return lambda seen: sign * (seen.box[low] + seen.box[high])
    return lambda seen: -seen.score


def _holds(sources: Sources, view: View, seen: Object, clause: Clause, toned: Callable[[Tone], Selection]) -> bool:
    """Whether an object is in the places and has the tones of a clause; ``toned`` are the pixels of a tone."""
    height, width = sources.shape
    x0, y0, x1, y1 = seen.box
    row, column = min(int((y0 + y1) / 2), height - 1), min(int((x0 + x1) / 2), width - 1)
    if not all(place_selection(sources.shape, place)[row, column] for place in clause.places):
        return False
    if not clause.tones:
        return True
    inside = cut_out(sources, view, seen)
    return bool(inside.any()) and all(toned(tone)[inside].mean() >= TONED for tone in clause.tones)


def _mask(selection: Selection) -> Mask:
    return np.where(selection, np.uint8(255), np.uint8(0))


def create(models: Models) -> EmbeddedBackend:
    """The backend on a device; it brings its own network."""
    return EmbeddedBackend(models.device)
