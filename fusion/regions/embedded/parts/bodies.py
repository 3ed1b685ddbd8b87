"""Parts of somebody who stands or walks, by where on a body they are: coat, legs, shoes, all clothes.

A body has proportions (a grown one is seven and a half heads high, its legs begin half way up); the mask of a person
says which pixels. Of who is cut off by the lower border, the head says how far down a part would reach.
"""

import numpy as np

from wordfuse.fusion.regions.embedded.looking import Box
from wordfuse.fusion.regions.embedded.parts.heads import AT_BORDER, head_in, head_of
from wordfuse.fusion.regions.tones import Selection
from wordfuse.fusion.regions.types import Picture
from wordfuse.fusion.regions.words.qualifiers import Body

#: From and to, of the height of a body. A coat is longer than a shirt: what is worn above reaches over the hips.
REACH: dict[Body, tuple[float, float]] = {
    "torso": (0.15, 0.55),
    "legs": (0.5, 0.94),
    "feet": (0.92, 1.0),
    "clothes": (0.15, 1.0),
}
HEADS_HIGH = 7.5  # of who stands
SLIM = 1.6  # height of a box for its width, from which somebody who is cut off may still be all there


def part_of(box: Box, part: Body, rows: int) -> Box:
    """Where in the box of a person a part is.

    Args:
        box: of the person, in pixels.
        part: which part.
        rows: height of the picture.
    """
    if part == "head":
        return head_of(box, rows)
    x0, y0, x1, y1 = box
    high = y1 - y0
    if y1 >= AT_BORDER * rows and high < SLIM * (x1 - x0):
        high = HEADS_HIGH * (head_of(box, rows)[3] - y0)
    start, end = REACH[part]
    return x0, min(y1, y0 + start * high), x1, min(y1, y0 + end * high)


def is_seen(box: Box, part: Body, rows: int) -> bool:
    """Whether a part of somebody lies in the picture: of who is cut off at the waist no legs are seen."""
    _, top, _, bottom = part_of(box, part, rows)
    return bottom - top >= 1


def part_in(infrared: Picture, person: Selection, box: Box, part: Body) -> Selection:
    """The pixels of a part of a person: (H, W) bool.

    Args:
        infrared: (H, W) float32 in [0, 1].
        person: (H, W) bool, the person.
        box: of the person.
        part: which part.
    """
    if part == "head":
        return head_in(infrared, person, box)
    rows = np.flatnonzero(person.any(axis=1))
    if len(rows):  # the mask says better than the box where somebody ends
        box = box[0], box[1], box[2], max(box[1] + 1, float(rows[-1] + 1))
    _, top, _, bottom = part_of(box, part, person.shape[0])
    inside = person.copy()
    inside[: round(top)] = inside[round(bottom) :] = False
    return inside & ~head_in(infrared, person, box) if part in ("torso", "clothes") else inside
