"""Which things infrared shows warm that the visible picture does not tell from their surroundings: where they are."""

from dataclasses import dataclass

import cv2
import numpy as np

from wordfuse.fusion.look.evidence import Evidence
from wordfuse.fusion.look.filters import Plane, shrink
from wordfuse.fusion.look.surroundings import WORKING_PX, Planes, survey
from wordfuse.fusion.look.unseen import find_unseen

LEAST = 0.3  # evidence from which a pixel belongs to a thing
CLOSED_PX = 5  # gaps so narrow do not part a thing
HIGH = (1 / 30, 0.4)  # height of a thing, of the picture's: between them somebody is told from a speck and from a wall
SLIM = (0.8, 6.0)  # its height to its width: standing, sitting, cut off at the knees
FILLED = 0.25  # least share of its box
LEAST_PX = 40  # of the working picture
BASE_PX = 5

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Hidden:
    """A warm thing of somebody's shape that the visible picture does not show.

    Attributes:
        box: (x0, y0, x1, y1) in pixels.
        weight: how much there is of it: its evidence, times the root of its area.
    """

    box: Box
    weight: float


def hidden_things(infrared: Plane, visible: Plane, most: int = 3) -> list[Hidden]:
    """Look for them in a pair.

    Args:
        infrared: (H, W) float32 in [0, 1].
        visible: (H, W, 3) float32 in [0, 1], RGB, the same size.
        most: how many at most.

    Returns:
        Those with most evidence first.
    """
    infrared, _ = find_unseen(infrared).filled(infrared)
    factor = max(1.0, max(infrared.shape) / WORKING_PX)
    infrared, visible = shrink(infrared, factor), shrink(visible, factor)
    around, height = survey(infrared, visible), infrared.shape[0]
    planes = around.planes or Planes.of(infrared, visible, around.whole.stretch)
    evidence = Evidence.of(planes, around, height, 0, BASE_PX).hidden
    inside = (evidence > LEAST).astype(np.uint8)
    closed = cv2.morphologyEx(inside, cv2.MORPH_CLOSE, np.ones((CLOSED_PX, CLOSED_PX), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(closed, connectivity=8)
    found = []
    for label in range(1, len(stats)):
        x, y, wide, high, area = (int(value) for value in stats[label])
        tall = HIGH[0] * height <= high <= HIGH[1] * height and SLIM[0] <= high / wide <= SLIM[1]
        if not tall or area < max(LEAST_PX, FILLED * wide * high):
            continue
        box = (factor * x, factor * y, factor * (x + wide), factor * (y + high))
        found.append(Hidden(box, float(evidence[labels == label].mean()) * area**0.5))
    kept = list[Hidden]()
    for one in sorted(found, key=lambda one: -one.weight):
        if not any(_meet(one.box, other.box) for other in kept):  # else it is a part of what weighs more
            kept.append(one)
    return kept[:most]


def _meet(one: Box, two: Box) -> bool:
    return min(one[2], two[2]) > max(one[0], two[0]) and min(one[3], two[3]) > max(one[1], two[1])
