"""What is painted on a road: lines, stripes, arrows, brighter than the ground on both their sides.

Paint is narrow and lighter than the road that it lies on, wherever that is lit; yellow is seen in its colour. So a
pixel is held against the median of the ground around it, and what is as light in a wide patch is no paint: sunlit road,
a pale pavement, the pool of a lamp.
"""

import cv2
import numpy as np

from wordfuse.fusion.regions.embedded.looking import Object
from wordfuse.fusion.regions.tones import Selection, drop_specks, luma
from wordfuse.fusion.regions.types import Picture, Sources

AROUND = 0.09  # of the rows: half the window in which the ground is looked at
LIGHTER, LIGHTER_SHARE = 0.06, 0.28  # luma above the ground around it, at least, and of that ground's own
SPREADS = 2.5  # and of how much that varies
SMOOTH = 0.0025  # of the rows: noise of a night is no paint
LEAST = 0.0015  # of the picture: less is no answer
YELLOWER = 0.05  # red and green above blue, more than the ground around it
MOST = 0.25  # of the ground: so much of it is no paint
WIDEST = 0.11  # of the rows: twice how far a pixel of paint may lie from its rim
SPECK = 1.5e-4  # of the picture
BESIDE = 0.08  # of a thing's sides, around its box, where nothing is paint
GREENER = 0.02  # green above red, more than the ground around it: grass beside a road is light too
RIM, ALONG_RIM = 0.025, 0.6  # of the rows; so much of a patch of paint may lie so near the end of the ground


def paint_on(sources: Sources, ground: Selection, things: list[Object]) -> Selection:
    """The paint on a road: (H, W) bool.

    Args:
        sources: the pair, whose visible picture shows it.
        ground: (H, W) bool.
        things: what stands on it: nothing of them is paint.
    """
    bare = ground.copy()
    for seen in things:
        x0, y0, x1, y1 = seen.box
        across, down = BESIDE * (x1 - x0), BESIDE * (y1 - y0)
        bare[max(0, int(y0 - down)) : int(y1 + down) + 1, max(0, int(x0 - across)) : int(x1 + across) + 1] = False
    if not bare.any():
        return bare
    sigma = max(0.5, SMOOTH * len(ground))
    visible = np.asarray(cv2.GaussianBlur(sources.visible, (0, 0), sigma), np.float32)
    light = luma(visible)
    red, green, blue = (np.ascontiguousarray(visible[..., at]) for at in range(3))
    yellow = np.minimum(red, green) - blue
    (around, spread), (typical, _) = _around(light, bare), _around(yellow, bare)
    grass = green - red - _around(green - red, bare)[0] > GREENER
    lighter = light - around > np.maximum(np.maximum(LIGHTER, LIGHTER_SHARE * around), SPREADS * spread)
    yellower = (yellow - typical > YELLOWER) & (light > around - LIGHTER / 2)
    paint = bare & (lighter | yellower) & ~grass
    if paint.sum() > MOST * bare.sum():
        return np.zeros_like(bare)
    narrow = drop_specks(_narrow(np.asarray(paint, np.bool_), ground, bare & yellower), SPECK)
    return narrow if narrow.mean() >= LEAST else np.zeros_like(bare)


def _around(values: Picture, ground: Selection) -> tuple[Picture, Picture]:
    """What the ground around every pixel typically is, and its spread: without what stands out."""
    half = max(2, round(AROUND * len(values)))
    window = (4 * half + 1, 2 * half + 1)  # a street runs away from the camera: wider than high
    weight = ground.astype(np.float32)
    mean, spread = np.zeros_like(values), np.zeros_like(values)
    for _ in range(3):
        share = np.maximum(cv2.blur(weight, window), 1e-4)
        mean = np.asarray(cv2.blur(values * weight, window) / share, np.float32)
        spread = np.sqrt(np.maximum(cv2.blur((values - mean) ** 2 * weight, window) / share, 0)).astype(np.float32)
        weight = ground * (np.abs(values - mean) <= np.maximum(spread, 0.01)).astype(np.float32)
    return mean, spread


def _narrow(paint: Selection, ground: Selection, yellow: Selection) -> Selection:
    """Without the parts that are wide, and those along the end of the ground that are not yellow."""
    count, numbered = cv2.connectedComponents(paint.astype(np.uint8), connectivity=8)
    labels = np.asarray(numbered, np.int32)
    away = cv2.distanceTransform(paint.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    deepest = np.zeros(count, np.float32)
    np.maximum.at(deepest, labels.ravel(), away.ravel())
    # What the picture cuts off goes on beyond it.
    padded = cv2.copyMakeBorder(ground.astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    inward = cv2.distanceTransform(padded, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)[1:-1, 1:-1]
    areas = np.maximum(np.bincount(labels.ravel(), minlength=count), 1)
    rim = np.bincount(labels[inward <= RIM * len(paint)], minlength=count) / areas
    hued = np.bincount(labels[yellow], minlength=count) / areas
    kept = (deepest <= WIDEST / 2 * len(paint)) & ((rim <= ALONG_RIM) | (hued > ALONG_RIM))
    kept[0] = False  # label 0 is no paint
    return np.asarray(kept[labels], np.bool_)
