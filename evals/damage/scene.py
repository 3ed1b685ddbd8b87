"""The faults that need to know what is seen: people who are hard to see, and infrared pictures that are black-hot."""

from collections.abc import Iterator, Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.files.fill import fill_in
from wordfuse.fusion.images import to_float, to_uint8
from wordfuse.fusion.inspect.inspecting import Regions, people_numbers, polarity_number
from wordfuse.fusion.inspect.kinds import Where
from wordfuse.fusion.regions import RegionBackend, Sources
from wordfuse.tools.inspect import regions_of

FADED = (0.0, 0.3, 0.5, 0.7, 0.85, 1.0)  # how far people go over into what is around them
GROWN_PX = 5  # what masks leave of a person outside
SOFT_PX = 1.5

Pictures = Mapping[Where, NDArray[np.uint8]]


def scene_numbers(pictures: Pictures, backend: RegionBackend, *, damaged: bool) -> Iterator[tuple[str, float, float]]:
    """(fault and picture, amount, number) of a pair and of what is made of it.

    Args:
        pictures: infrared (H, W), visible and fused (H, W, 3) uint8.
        backend: finds people and the sky.
        damaged: whether to damage it too.
    """
    regions = _regions(pictures["infrared"], pictures, backend)
    number = polarity_number(pictures["infrared"], regions)
    if number is not None:
        yield "black hot infrared", 0.0, number
    if damaged:
        # Looked at anew: the network has learned from white-hot pictures, and may find less.
        inverted = 255 - pictures["infrared"]
        number = polarity_number(inverted, _regions(inverted, pictures, backend))
        if number is not None:
            yield "black hot infrared", 1.0, number
    for person in regions.people:
        for amount in FADED if damaged else FADED[:1]:
            faded = fade(pictures["fused"], person, amount)
            for _, number in people_numbers(faded, [person]):
                yield "hard to see fused", amount, number


def fade(picture: NDArray[np.uint8], mask: NDArray[np.uint8], amount: float) -> NDArray[np.uint8]:
    """A region of a picture, (H, W, 3) uint8, gone over into what is around it: 1 is all the way."""
    if not amount:
        return picture
    hole = cv2.dilate((mask > 127).astype(np.uint8), np.ones((2 * GROWN_PX + 1,) * 2, np.uint8)) > 0
    around = fill_in(to_float(picture), hole)
    soft = cv2.GaussianBlur(hole.astype(np.float32), (0, 0), SOFT_PX)[..., None]
    return to_uint8(to_float(picture) + amount * soft * (around - to_float(picture)))


def _regions(infrared: NDArray[np.uint8], pictures: Pictures, backend: RegionBackend) -> Regions:
    return regions_of(
        Sources(to_float(infrared), to_float(pictures["visible"]), to_float(pictures["fused"])), backend, {}
    )
