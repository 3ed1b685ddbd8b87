"""Tail lights of cars: what is red in the visible picture where cars have them, lit or not.

They are small against the car, sit in the middle of its height and hardly ever alone; a car that is red itself has
none that can be told from it, unless they shine.
"""

from collections.abc import Sequence

import cv2
import numpy as np

from wordfuse.fusion.regions.embedded.looking import Object
from wordfuse.fusion.regions.tones import Selection, drop_specks
from wordfuse.fusion.regions.types import Sources

REDDER, LIT_REDDER = 0.1, 0.3  # red above green and blue, more than of the car in the middle; and of what shines
SHINES = 0.7  # red from which it shines
REACH = 0.02  # of a car's width, beside its box
ROWS = (0.3, 0.85)  # of its height, from above, where tail lights are
LARGEST = 0.08  # of its box, that one covers
RED_CAR = 0.12  # of its box: so much red is the car
SMOOTH = 0.002  # of the rows
SPECK = 2e-5  # of the picture


def tail_lights(sources: Sources, cars: Sequence[Object]) -> Selection:
    """The tail lights of some cars: (H, W) bool, nowhere true where none is red.

    Args:
        sources: the pair, whose visible picture shows colours.
        cars: whose they are.
    """
    height, width = sources.shape
    visible = cv2.GaussianBlur(sources.visible, (0, 0), max(0.5, SMOOTH * height))
    redder = visible[..., 0] - visible[..., 1:].max(axis=2)
    found = np.zeros(sources.shape, np.bool_)
    for car in cars:
        x0, y0, x1, y1 = car.box
        across = REACH * (x1 - x0)
        rows = slice(max(0, round(y0 + ROWS[0] * (y1 - y0))), min(height, round(y0 + ROWS[1] * (y1 - y0))))
        columns = slice(max(0, round(x0 - across)), min(width, round(x1 + across)))
        here = redder[rows, columns]
        if not here.size:
            continue
        red = here > REDDER + max(0.0, float(np.median(here)))
        if red.mean() > RED_CAR:
            red = (here > LIT_REDDER) & (visible[rows, columns, 0] > SHINES)
        _, labels, stats, _ = cv2.connectedComponentsWithStats(red.astype(np.uint8), connectivity=8)
        small = stats[:, cv2.CC_STAT_AREA] <= LARGEST * red.size
        small[0] = False  # label 0 is not red
        found[rows, columns] |= small[labels]
    return drop_specks(found, SPECK)
