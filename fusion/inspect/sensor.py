"""Faults of the sensor and the file: dead pixels, and borders that hold no picture."""

import cv2
import numpy as np

from wordfuse.fusion.inspect.planes import Inside, Plane

STANDS_OUT = 35.0  # gray values by which a dead pixel differs from the median around it, at least
ABOVE_NOISE = 7.0  # and times the noise
ALONE = 0.7  # of that by which it differs from every neighbour: what a lens shows is never one pixel wide
CONSTANT = 1.5  # standard deviation of a line of the frame, gray values
ENDS = 4.0  # from black or white
STEP, STEPPED = 6.0, 0.3  # by which so many of the pixels of the first line of the picture differ from the frame
WIDEST = 0.4  # of a side


def dead_share(luma: Plane, inside: Inside, noise: float) -> float:
    """Single pixels that differ from all around them, of a million.

    Args:
        luma: (H, W) float32, 0-255.
        inside: (H, W) bool, not empty.
        noise: sigma of the noise, gray values.
    """
    least = max(STANDS_OUT, ABOVE_NOISE * noise)
    around = np.ones((3, 3), np.uint8)
    around[1, 1] = 0
    above, below = cv2.dilate(luma, around), cv2.erode(luma, around)
    odd = np.abs(luma - cv2.medianBlur(luma, 3)) >= least
    alone = (luma - above >= ALONE * least) | (below - luma >= ALONE * least)
    return 1e6 * float((odd & alone)[inside].mean())


def frame_of(luma: Plane) -> Inside:
    """Black, white or constant bands along the borders, (H, W) bool; none where nothing says where they would end.

    A band of a frame is constant from border to border, and the picture begins with a step: a night sky goes over into
    what is below.
    """
    frame = np.zeros(luma.shape, bool)
    for turned, marked in ((luma, frame), (luma[::-1], frame[::-1]), (luma.T, frame.T), (luma.T[::-1], frame.T[::-1])):
        marked[: _band(turned, ~marked)] = True
    return frame


def _band(luma: Plane, picture: Inside) -> int:
    """Thickness of the constant band at the top, of what is not frame already."""
    columns = picture.any(axis=0)
    rest = luma[:, columns]
    if rest.shape[1] < 2:
        return 0
    value = float(np.median(rest[0]))
    if not (value <= ENDS or value >= 255 - ENDS or float(rest[0].std()) == 0):
        return 0
    most = int(WIDEST * len(rest))
    odd = (rest[: most + 1] - value).std(axis=1) > CONSTANT
    odd |= np.abs(np.median(rest[: most + 1], axis=1) - value) > CONSTANT
    thick = int(odd.argmax()) if odd.any() else 0
    if not thick:
        return 0
    # What interpolation or JPEG mixed lies between.
    beyond = rest[min(thick + 2, len(rest) - 1)]
    return thick if float((np.abs(beyond - value) > STEP).mean()) >= STEPPED else 0
