"""What the embedded network sees in a pair: objects with boxes, and what every pixel shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from wordfuse.fusion.abandon import still_wanted
from wordfuse.fusion.networks.arrays.regions import Eye, Seen
from wordfuse.fusion.networks.classes import CELL_PX, CLASSES, OBJECTS, STRIDE
from wordfuse.fusion.regions.types import Picture, Sources

# Rows at which the network looks, and whether into a mirror: the first for what is small, the last for what is near.
LOOKS = ((800, False), (480, True), (320, False), (224, False))
# What fills much of a picture shows whole only where it is small. A car that covers so much of the picture is held
# against the last of the looks and these two, in rows, and shown from that mean of the logits of its scores on.
NEAR_LOOKS, LARGE, SEEN_NEAR = (160, 128), 0.04, -0.25
# A confidence there: a logistic function of that mean; of the 27 large cars drawn in RoadScene and MSRS 17 are seen so,
# with none that is not drawn.
NEAR_CONFIDENCE = (1.6, 1.0)
WIDTH_LIMIT = 2.0  # times the height: wider pictures are looked at in less detail
STRETCHED = (0.5, 99.9)  # percentiles of the infrared picture that become 0 and 1: cameras with a dull picture
LEAST_RANGE = 0.15  # of its values: less is stretched less, for it may be noise
LEAST_SCORE = 0.1  # of a box in one look
MOST = 100
FARTHEST_LOGIT = -50.0  # of a centre: below, a float32 has no exponential
OVERLAP = 0.55  # intersection over union above which two boxes of a class are one object
# A box that overlaps a surer one of its class so much, or lies in it by such a share, is rather a part of it or holds
# it and its neighbour: its chance is half.
DOUBLED, INSIDE, PART = 0.4, 0.75, 0.5
# What is shown: chosen on the pictures held back from training. As many people and cars are found there as ever, fewer
# wrongly; and beside what is sure, what is not a sixth as sure is mostly wrong.
LEAST_CONFIDENCE, BESIDE = 0.1, 0.15
UNSEEN = 0.05  # score of an object in a look that did not see it
# A confidence is a logistic function of the logits of the best score, of the mean score over the looks, and of how
# much of the box the network names so pixel by pixel. Fitted to the boxes of the 27 pictures of RoadScene, MSRS and
# M3FD that are held back from training: what all looks see is there, what one look saw is mostly not.
CONFIDENCE = {
    "person": (0.09, 1.16, 0.88, 0.0),
    "car": (1.31, 0.79, 1.81, 0.4),
    "bicycle": (0.09, 1.16, 0.88, 0.0),  # too few are held back: as people
}
BY_A_CAR = 0.1  # of a car's sides, around its box: what shines there is its own

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Object:
    """Something the network found: its class, its box (x0, y0, x1, y1) in pixels of the pair, a score in [0, 1].

    Of what `look` returns, the score is a confidence: of the objects with confidence c about the share c is right.
    """

    name: str
    box: Box
    score: float


@dataclass(frozen=True, eq=False)
class View:
    """A pair as the network sees it.

    Attributes:
        objects: the surest first.
        chances: (11, h, w) float32, that a pixel shows a class, on a coarse grid over the whole picture.
        least: confidence of what is shown.
        beside: of the confidence of the surest of its class, the share that what is shown has.
    """

    objects: tuple[Object, ...]
    chances: npt.NDArray[np.float32]
    least: float = LEAST_CONFIDENCE
    beside: float = BESIDE


def look(eye: Eye, sources: Sources) -> View:
    """Look at a pair, at several sizes.

    Args:
        eye: the network.
        sources: the fused picture is not looked at.
    """
    height, width = sources.shape
    looks: list[list[Object]] = []
    chances: list[npt.NDArray[np.float32]] = []
    pair = np.dstack([_stretched(sources.infrared), sources.visible])
    for rows, mirrored in (*LOOKS, *((rows, False) for rows in NEAR_LOOKS)):
        still_wanted()
        scale = min(rows / height, WIDTH_LIMIT * rows / width)
        size = max(CELL_PX, round(width * scale)), max(CELL_PX, round(height * scale))
        seen = _look_at(eye, pair, size, mirrored)
        grid = -(-size[1] // STRIDE), -(-size[0] // STRIDE)
        if rows not in NEAR_LOOKS:  # too coarse for what every pixel shows
            chances.append(_chances(seen.classes[:, : grid[0], : grid[1]]))
        looks.append(_objects(seen, np.array([width / size[0], height / size[1]] * 2), (height, width)))
    finest = chances[0].shape[1::-1]
    enlarged = np.mean([cv2.resize(one, finest, interpolation=cv2.INTER_LINEAR) for one in chances], axis=0)
    mean = np.ascontiguousarray(enlarged.transpose(2, 0, 1), np.float32)
    far, near = looks[: len(LOOKS)], looks[len(LOOKS) - 1 :]
    found = with_near(_merged(far, mean, (height, width)), near, height * width)
    return View(without_parts(found), mean)


def _stretched(infrared: Picture) -> Picture:
    """An infrared picture that uses the whole range, as those that the network learned from do."""
    low, high = np.percentile(infrared, STRETCHED)
    return np.clip((infrared - low) / max(float(high - low), LEAST_RANGE), 0, 1).astype(np.float32)


def _look_at(eye: Eye, pair: Picture, size: tuple[int, int], mirrored: bool) -> Seen:
    """One pass over the pair, (H, W, 4), at (width, height); what a mirror shows is turned back."""
    way = cv2.INTER_AREA if size[1] < pair.shape[0] else cv2.INTER_LINEAR
    picture = np.asarray(cv2.resize(pair, size, interpolation=way), np.float32)
    # A mirror at the border shows more of the same; black there looks like a pole along it.
    padded = np.pad(picture, ((0, -size[1] % CELL_PX), (0, -size[0] % CELL_PX), (0, 0)), mode="reflect")
    return eye(padded[:, ::-1]).mirrored() if mirrored else eye(padded)


def _chances(logits: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """(11, h, w) logits as chances, (h, w, 11)."""
    chances = np.exp(logits - logits.max(axis=0))
    return np.ascontiguousarray((chances / chances.sum(axis=0)).transpose(1, 2, 0))


def _objects(seen: Seen, factors: npt.NDArray[np.float64], shape: tuple[int, int]) -> list[Object]:
    """Peaks among the centres, with their boxes in pixels of the pair."""
    scores = 1 / (1 + np.exp(-np.maximum(seen.centres, FARTHEST_LOGIT)))
    around = np.stack([cv2.dilate(np.ascontiguousarray(plane), np.ones((3, 3), np.uint8)) for plane in scores])
    peaks = np.flatnonzero((scores == around) & (scores >= LEAST_SCORE))
    values = scores.ravel()[peaks]
    order = np.argsort(-values, kind="stable")[:MOST]
    _, height, width = scores.shape
    objects = []
    for score, place in zip(values[order].tolist(), peaks[order].tolist(), strict=True):
        kind, row, column = place // (height * width), place // width % height, place % width
        x, y = (column + 0.5) * STRIDE, (row + 0.5) * STRIDE
        left, top, right, bottom = seen.sides[:, row, column].tolist()
        corners = np.array([x - left, y - top, x + right, y + bottom]) * factors
        x0, x1 = np.clip(corners[[0, 2]], 0, shape[1]).tolist()
        y0, y1 = np.clip(corners[[1, 3]], 0, shape[0]).tolist()
        if min(x1 - x0, y1 - y0) >= 1:  # and not in the padding
            objects.append(Object(OBJECTS[kind], (x0, y0, x1, y1), score))
    return objects


def _merged(looks: list[list[Object]], chances: npt.NDArray[np.float32], shape: tuple[int, int]) -> tuple[Object, ...]:
    """One object for all boxes of a class that overlap, the surest first.

    Its box is their mean, weighted by their scores, which lies better than the best of them (weighted boxes fusion,
    Solovyev et al., Image and Vision Computing 2021); its score becomes a confidence.

    Args:
        looks: what each look found.
        chances: (11, h, w) of the view.
        shape: (H, W) of the pair.
    """
    sure = []
    for name, box, scores in grouped(looks, UNSEEN):
        named = _share(chances[CLASSES.index(name)], box, shape)
        sure.append(Object(name, box, _confidence(name, scores, named)))
    return tuple(sorted(sure, key=lambda seen: -seen.score))


class Sighting(NamedTuple):
    """One thing of several looks: its class, the mean of its boxes, and its score in each look."""

    name: str
    box: Box
    scores: npt.NDArray[np.float64]


def grouped(looks: Sequence[Sequence[Object]], unseen: float) -> list[Sighting]:
    """One thing for all boxes of a class that overlap.

    Args:
        looks: what each look found.
        unseen: score of a thing in a look that did not see it.
    """
    groups: list[list[tuple[Object, int]]] = []
    boxes: list[Box] = []
    found = [(one, number) for number, objects in enumerate(looks) for one in objects]
    for one, number in sorted(found, key=lambda seen: -seen[0].score):
        for i, group in enumerate(groups):
            if group[0][0].name == one.name and overlap(boxes[i], one.box) > OVERLAP:
                group.append((one, number))
                boxes[i] = _mean_box([seen for seen, _ in group])
                break
        else:
            groups.append([(one, number)])
            boxes.append(one.box)
    sightings = []
    for group, box in zip(groups, boxes, strict=True):
        scores = np.full(len(looks), unseen)
        for seen, number in group:
            scores[number] = max(scores[number], seen.score)
        sightings.append(Sighting(group[0][0].name, box, scores))
    return sightings


def with_near(objects: tuple[Object, ...], looks: Sequence[Sequence[Object]], area: int) -> tuple[Object, ...]:
    """The objects with the large cars that coarse looks see, the surest first.

    Args:
        objects: what all looks found.
        looks: what each coarse look found.
        area: of the picture, in pixels.
    """
    found = list(objects)
    for name, box, scores in grouped(looks, UNSEEN):
        mean = float(np.log(scores / (1 - scores)).mean())
        if name != "car" or area_of(box) < LARGE * area or mean < SEEN_NEAR:
            continue
        constant, weight = NEAR_CONFIDENCE
        near = Object(name, box, float(1 / (1 + np.exp(-constant - weight * mean))))
        same = [one for one in found if one.name == name and overlap(one.box, box) > DOUBLED]
        if all(one.score < near.score for one in same):
            found = [*(one for one in found if one not in same), near]  # theirs are parts of it
    return tuple(sorted(found, key=lambda seen: -seen.score))


def _confidence(name: str, scores: npt.NDArray[np.float64], named: float) -> float:
    """How sure it is that there is an object, from its scores look by look and the mean chance in its box."""
    logits = np.log(np.minimum(scores, 0.97) / (1 - np.minimum(scores, 0.97)))
    share = float(np.clip(named, 0.02, 0.98))
    constant, *weights = CONFIDENCE[name]
    evidence = (float(logits.max()), float(logits.mean()), float(np.log(share / (1 - share))))
    return float(1 / (1 + np.exp(-constant - sum(a * b for a, b in zip(weights, evidence, strict=True)))))


def _share(chance: npt.NDArray[np.float32], box: Box, shape: tuple[int, int]) -> float:
    """Mean of a coarse map over the whole picture inside a box."""
    sx, sy = chance.shape[1] / shape[1], chance.shape[0] / shape[0]
    left, top = int(box[0] * sx), int(box[1] * sy)
    right, bottom = max(left + 1, int(np.ceil(box[2] * sx))), max(top + 1, int(np.ceil(box[3] * sy)))
    return float(chance[top:bottom, left:right].mean())


def without_parts(objects: tuple[Object, ...]) -> tuple[Object, ...]:
    """The objects, the surest first; those that are rather parts of a surer one are less sure (``DOUBLED``)."""
    kept: list[Object] = []
    for one in objects:
        score = one.score
        for surer in kept:
            if surer.name == one.name and (
                overlap(surer.box, one.box) > DOUBLED or common(surer.box, one.box) > INSIDE
            ):
                score *= PART
        kept.append(Object(one.name, one.box, score))
    return tuple(sorted(kept, key=lambda seen: -seen.score))


def believed(view: View) -> list[Object]:
    """The objects of a view that are sure enough to be shown, for themselves and beside the surest of their class."""
    objects = view.objects
    best: dict[str, float] = {}
    for seen in objects:
        best[seen.name] = max(seen.score, best.get(seen.name, 0.0))
    return [seen for seen in objects if seen.score >= max(view.least, view.beside * best[seen.name])]


def at_thing(box: Box, point: tuple[float, float], margin: float) -> bool:
    """Whether a point (x, y) lies in a box or no farther beside it than a share of its sides."""
    x0, y0, x1, y1 = box
    beside, over = margin * (x1 - x0), margin * (y1 - y0)
    return x0 - beside <= point[0] <= x1 + beside and y0 - over <= point[1] <= y1 + over


def _mean_box(group: list[Object]) -> Box:
    x0, y0, x1, y1 = np.average([seen.box for seen in group], axis=0, weights=[seen.score for seen in group]).tolist()
    return x0, y0, x1, y1


def area_of(box: Box) -> float:
    """How large a box is, in pixels."""
    return (box[2] - box[0]) * (box[3] - box[1])


def _intersection(one: Box, two: Box) -> float:
    across, down = min(one[2], two[2]) - max(one[0], two[0]), min(one[3], two[3]) - max(one[1], two[1])
    return max(0.0, across) * max(0.0, down)


def common(one: Box, two: Box) -> float:
    """Share of the smaller of two boxes that lies in the other."""
    return _intersection(one, two) / max(min(area_of(one), area_of(two)), 1e-6)


def overlap(one: Box, two: Box) -> float:
    """Intersection over union of two boxes."""
    common = _intersection(one, two)
    return common / max(area_of(one) + area_of(two) - common, 1e-6)
