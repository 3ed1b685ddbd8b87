"""The backend that needs nothing: a network of our own, trained on street scenes by day and night.

Phrases are read by ``words``, the pair is seen by ``looking``, and what a phrase says beside its noun is held against
the pixels: places and tones by ``phrases``, sizes and distances by the boxes.
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import cache, partial
from hashlib import blake2b

import cv2
import numpy as np
import numpy.typing as npt
import torch

from wordfuse.fusion.device import resolve_device
from wordfuse.fusion.errors import argument_named
from wordfuse.fusion.networks.regions import CLASSES, OBJECTS
from wordfuse.fusion.regions.embedded.looking import Box, Object, View, look, overlap
from wordfuse.fusion.regions.guided import guided_filter
from wordfuse.fusion.regions.masks import mask_for
from wordfuse.fusion.regions.phrases import place_selection, select_clause
from wordfuse.fusion.regions.tones import Selection, drop_specks, luma, select
from wordfuse.fusion.regions.types import Detection, Grounding, Mask, Models, Sources
from wordfuse.fusion.regions.words.grammar import Clause, Tone
from wordfuse.fusion.regions.words.meaning import Pick, Wanted, understand
from wordfuse.fusion.weights import load_regions

LEAST_SCORE = 0.3
RIDDEN = 0.05  # overlap of a cyclist with the bicycle
TONED = 0.25  # an object has a tone if so much of its mask has it
LEAST_AREA = 0.002  # of the picture: less of a road or a sky is a mistake
BOX_MARGIN = 0.06  # an object may reach so far over its box, of the box's sides
RING = 0.4  # surroundings of a box, of its sides
EVIDENCE = 1.5  # the most that one picture says for or against a pixel, as a logarithm of odds
LIKELY = (0.06, 0.92)  # the network's word counts for no more: evidence of both pictures outweighs it
LEAST_SPREAD = 0.03  # of a picture's values: less is noise
RADIUS_PX, SMOOTHNESS = 6, 1e-3  # of the guided filter, for a picture of 480 rows
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
                inside |= _cut_out(sources, view, nearest)
        return _mask(inside)

    def _ground(self, sources: Sources, phrase: str) -> Grounding:
        wanted = understand(phrase)
        if isinstance(wanted, str):
            reason = f"'{phrase}': the backend 'embedded' does not know '{wanted}'"
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
            area = _stuff(sources, view, one)
            objects += found
            stuff |= area
            name = " or ".join(one.classes)
            if found:
                of = f" of {one.count}" if one.count and one.count > len(found) else ""
                told.append(f"{len(found)}{of} found as {name}, the surest at {max(seen.score for seen in found):.2f}")
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
        mask = None
        if stuff.any():
            for found_object in objects:
                stuff |= _cut_out(sources, view, found_object)
            mask = _mask(stuff)
        return Grounding(phrase, True, self.name, detections, mask, f"'{phrase}': {', '.join(told)}")

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


def _objects(sources: Sources, view: View, wanted: Wanted) -> list[Object]:
    """The objects that a phrase means, of those that are there."""
    found = [seen for seen in view.objects if seen.name in wanted.classes and seen.score >= LEAST_SCORE]
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
    inside = _cut_out(sources, view, seen)
    return bool(inside.any()) and all(toned(tone)[inside].mean() >= TONED for tone in clause.tones)


def _stuff(sources: Sources, view: View, wanted: Wanted) -> Selection:
    """The pixels of classes that are not counted, where tones and places allow."""
    channels = [CLASSES.index(name) for name in wanted.classes if name not in OBJECTS]
    nowhere = np.zeros(sources.shape, np.bool_)
    if not channels:
        return nowhere
    names = view.chances.argmax(axis=0)
    if np.isin(names, channels).mean() < LEAST_AREA:
        return nowhere
    height, width = sources.shape
    chance = cv2.resize(view.chances[channels].sum(axis=0), (width, height), interpolation=cv2.INTER_LINEAR)
    guide = np.dstack([sources.infrared, luma(sources.visible)])
    selection = guided_filter(guide, np.asarray(chance, np.float32), _radius(height), SMOOTHNESS) > 0.5
    selection = drop_specks(selection, LEAST_AREA / 4)
    if wanted.clauses:
        selection &= np.logical_or.reduce([select_clause(sources, clause) for clause in wanted.clauses])
    return selection if selection.mean() >= LEAST_AREA / 4 else nowhere


def _cut_out(sources: Sources, view: View, seen: Object) -> Selection:
    """The pixels of one object: where its class is likely inside its box, along the edges of the pictures."""
    x0, y0, x1, y1 = seen.box
    radius = int(np.clip(0.1 * min(x1 - x0, y1 - y0), 1, _radius(sources.shape[0])))
    inner = _around(seen.box, BOX_MARGIN, 1, sources.shape)
    # Nothing further away has a say.
    outer = _around(seen.box, max(RING, BOX_MARGIN), 3 + 2 * radius, sources.shape)
    heat, light = sources.infrared[outer], luma(sources.visible[outer])
    chance = view.chances[CLASSES.index(seen.name)]
    if seen.name == "bicycle":  # who rides it belongs to the bicycle in some of the training's masks
        chance = np.maximum(chance, view.chances[CLASSES.index("person")])
    coarse = _enlarged(chance, sources.shape, outer)
    top, left = outer[0].start, outer[1].start
    within = (
        slice(inner[0].start - top, inner[0].stop - top),
        slice(inner[1].start - left, inner[1].stop - left),
    )
    # Boxes teach less sure masks than masks do: the threshold follows what the box holds.
    sure = float(np.percentile(coarse[within], 90))
    likely = np.clip(coarse * max(1.0, 0.6 / max(sure, 0.05)), *LIKELY).astype(np.float32)
    likely = _told_apart(heat, light, likely, (x0 - left, y0 - top, x1 - left, y1 - top))
    selection = np.zeros(sources.shape, np.bool_)
    selection[inner] = guided_filter(np.dstack([heat, light]), likely, radius, SMOOTHNESS)[within] > 0.5
    return selection


Window = tuple[slice, slice]


def _around(box: Box, share: float, more_px: float, shape: tuple[int, int]) -> Window:
    """The rows and columns of a box and of a margin: a share of its sides and some pixels."""
    x0, y0, x1, y1 = box
    across, down = share * (x1 - x0) + more_px, share * (y1 - y0) + more_px
    return (
        slice(max(0, int(y0 - down)), min(shape[0], int(np.ceil(y1 + down)))),
        slice(max(0, int(x0 - across)), min(shape[1], int(np.ceil(x1 + across)))),
    )


def _enlarged(chance: npt.NDArray[np.float32], shape: tuple[int, int], window: Window) -> npt.NDArray[np.float32]:
    """A window of what a coarse map over the whole picture is at full size."""
    sx, sy = chance.shape[1] / shape[1], chance.shape[0] / shape[0]
    left, top = window[1].start, window[0].start
    matrix = np.array([[sx, 0, (left + 0.5) * sx - 0.5], [0, sy, (top + 0.5) * sy - 0.5]])
    size = (window[1].stop - left, window[0].stop - top)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    enlarged = cv2.warpAffine(chance, matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(enlarged, np.float32)


def _told_apart(
    heat: npt.NDArray[np.float32], light: npt.NDArray[np.float32], likely: npt.NDArray[np.float32], box: Box
) -> npt.NDArray[np.float32]:
    """A chance map in which pixels count for more that look like the middle of a box and unlike its surroundings.

    The network's grid is too coarse for far people; their warmth is not. Both pictures are two Gaussians, one of what
    the box holds where the class is likely, one of a ring around it.
    """
    x0, y0, x1, y1 = box
    part = _around(box, RING, 3, heat.shape)
    rows, columns = np.mgrid[part] + 0.5
    # Distance from the middle, 1 at the sides of the box.
    away = np.maximum(np.abs(2 * columns - x0 - x1) / (x1 - x0), np.abs(2 * rows - y0 - y1) / (y1 - y0))
    before = likely[part]
    middle = away < 0.6
    inner = middle & (before >= np.median(before[middle])) if middle.any() else middle
    outer = away > 1.15
    if inner.sum() < 4 or outer.sum() < 4:
        return likely
    evidence = np.zeros(before.shape, np.float32)
    for values in (heat[part], light[part]):
        one, other = ((values[of].mean(), max(float(values[of].std()), LEAST_SPREAD)) for of in (inner, outer))
        ratio = _log_density(values, *one) - _log_density(values, *other)
        evidence += np.clip(ratio, -EVIDENCE, EVIDENCE)
    told = likely.copy()
    told[part] = 1 / (1 + np.exp(-(np.log(before / (1 - before)) + evidence)))
    return told


def _log_density(values: npt.NDArray[np.float32], mean: float, spread: float) -> npt.NDArray[np.float32]:
    return np.asarray(-(((values - mean) / spread) ** 2) / 2 - np.log(spread), np.float32)


def _radius(height: int) -> int:
    return max(2, round(RADIUS_PX * height / 480))


def _mask(selection: Selection) -> Mask:
    return np.where(selection, np.uint8(255), np.uint8(0))


def create(models: Models) -> EmbeddedBackend:
    """The backend on a device; it brings its own network."""
    return EmbeddedBackend(models.device)
