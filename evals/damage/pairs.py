"""Real pairs as the benches of damage take them: of one set, evenly spread, no larger than needed."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.errors import InputError
from wordfuse.fusion.files.pairs import PairFiles, find_pairs
from wordfuse.fusion.images import read_pair, to_uint8

Picture = NDArray[np.uint8]

SHORTER_PX = 480  # larger pictures are measured at this size
MIDDLE_PX = 240, 320  # of a picture that is damaged, this much is looked at, for time


def pairs_by_set(data: Path) -> dict[str, list[PairFiles]]:
    """Every pair below a folder, by the name of its set.

    Raises:
        InputError: the folder is missing or holds no pairs.
    """
    by_set: dict[str, list[PairFiles]] = {}
    for files in find_pairs(data):
        by_set.setdefault(set_of(files, data), []).append(files)
    return by_set


def set_of(files: PairFiles, data: Path) -> str:
    """The set's name; the pictures of MSRS by night are one of their own."""
    parts = files.visible.relative_to(data).parts
    name = parts[0] if len(parts) > 2 else data.name
    return "MSRS night" if name == "MSRS" and files.visible.stem.endswith("N") else name


def spread(pairs: Sequence[PairFiles], count: int) -> Iterator[tuple[int, PairFiles]]:
    """As many pairs, evenly spread; those in front are spread as well.

    Raises:
        InputError: there are none.
    """
    if not pairs:
        raise InputError("no pairs")
    places = np.unique(np.linspace(0, len(pairs) - 1, min(count, len(pairs))).round().astype(int))
    order = np.random.default_rng(0).permutation(len(places))
    yield from ((index, pairs[places[at]]) for index, at in enumerate(order))


def read_sources(files: PairFiles) -> tuple[Picture, Picture]:
    """Infrared (H, W) and visible (H, W, 3) of a pair, at most ``SHORTER_PX`` on the shorter side.

    Raises:
        InputError: a picture cannot be read, or the two do not belong together.
    """
    pair = read_pair(files.infrared, files.visible)
    infrared, visible = to_uint8(pair.infrared), to_uint8(pair.visible)
    factor = SHORTER_PX / min(infrared.shape)
    if factor < 1:
        size = round(infrared.shape[1] * factor), round(infrared.shape[0] * factor)
        infrared, visible = (
            np.asarray(cv2.resize(one, size, interpolation=cv2.INTER_AREA), np.uint8) for one in (infrared, visible)
        )
    return infrared, visible


def middle(pixels: Picture) -> Picture:
    """The middle of (H, W) or (H, W, 3), at most ``MIDDLE_PX``."""
    top, left = (max(0, (side - most) // 2) for side, most in zip(pixels.shape, MIDDLE_PX, strict=False))
    return np.ascontiguousarray(pixels[top : top + MIDDLE_PX[0], left : left + MIDDLE_PX[1]])
