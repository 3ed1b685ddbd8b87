"""Where the head of a person is, of whom a box and a mask are known."""

import cv2
import numpy as np

from wordfuse.fusion.regions.embedded.looking import Box
from wordfuse.fusion.regions.tones import Selection
from wordfuse.fusion.regions.types import Picture

HEAD, HEAD_WIDE, HEAD_MOST = 1 / 7, 0.4, 0.5  # height of a head: least, of the box's; of its width; and most
# Of who is cut off by the lower border, and lower than twice as wide, more of the width is the head.
AT_BORDER, CUT_OFF, HEAD_WIDE_CUT = 0.985, 2.0, 0.55
# The ellipse that holds a head with its chin, in heights of it: from so far above the box to so far below its top, and
# half its width. It is round because a head is: the mask of a person takes in some of the wall beside it.
ABOVE, BELOW, HALF_WIDE = 0.15, 1.3, 0.58
COOL, WARMER = 0.25, 0.06  # share of the box's columns that are beside the head, and how much warmer it is than they
CHEST = (0.18, 0.45)  # of the box's height: what there is of a person there says across what the head is


def head_of(box: Box, rows: int) -> Box:
    """Where in the box of a person the head is: of one who stands a seventh, of one cut off at the waist more.

    Args:
        box: of the person, in pixels.
        rows: height of the picture.
    """
    x0, y0, x1, y1 = box
    cut_off = y1 >= AT_BORDER * rows and y1 - y0 < CUT_OFF * (x1 - x0)
    of_width = HEAD_WIDE_CUT if cut_off else HEAD_WIDE
    high = min(max(HEAD * (y1 - y0), of_width * (x1 - x0)), HEAD_MOST * (y1 - y0))
    return x0, y0, x1, y0 + high


def head_in(infrared: Picture, person: Selection, box: Box) -> Selection:
    """The head of a person, down to the chin: (H, W) bool.

    Args:
        infrared: (H, W) float32 in [0, 1].
        person: (H, W) bool, the person.
        box: of the person.
    """
    high = head_of(box, person.shape[0])[3] - box[1]
    across = _warmest(infrared, box, high)
    if across is None:
        across = _above_the_chest(person, box)
    rows, columns = np.ogrid[: person.shape[0], : person.shape[1]]
    middle, half = box[1] + (BELOW - ABOVE) / 2 * high, (BELOW + ABOVE) / 2 * high
    from_middle = ((rows + 0.5 - middle) / half) ** 2 + ((columns + 0.5 - across) / (HALF_WIDE * high)) ** 2
    return np.asarray(from_middle <= 1, np.bool_)


def _warmest(infrared: Picture, box: Box, high: float) -> float | None:
    """Where across the box something as wide as a head is warmest at its height; None where nothing is warm."""
    left, right = max(0, round(box[0])), min(infrared.shape[1], round(box[2]))
    rows = infrared[max(0, round(box[1])) : max(1, round(box[1] + high)), left:right]
    if rows.size == 0:
        return None
    wide = 2 * max(0, round(0.3 * high)) + 1
    warmth = cv2.blur(rows.mean(axis=0, dtype=np.float32)[None], (wide, 1), borderType=cv2.BORDER_REPLICATE)[0]
    if float(warmth.max() - np.quantile(warmth, COOL)) < WARMER:
        return None
    return left + float(warmth.argmax()) + 0.5


def _above_the_chest(person: Selection, box: Box) -> float:
    x0, y0, x1, y1 = box
    chest = person[int(y0 + CHEST[0] * (y1 - y0)) : int(np.ceil(y0 + CHEST[1] * (y1 - y0)))].sum(axis=0)
    columns = np.arange(len(chest)) + 0.5
    return float((columns * chest).sum() / chest.sum()) if chest.any() else (x0 + x1) / 2
