"""Pairs to measure on: the bundled street, enlarged, and shifted a little each time, so that no two are alike."""

from pathlib import Path

import cv2
import numpy as np

from wordfuse.fusion.images import read_pair, to_uint8, write_png

SIZE = (640, 480)  # width, height: of most infrared cameras
_STREET = Path(__file__).parents[3] / "examples" / "street"
_STEP_PX = 7


def write_pairs(folder: Path, count: int, size: tuple[int, int] = SIZE) -> tuple[Path, Path]:
    """Write pairs of a size (width, height) below a folder; returns the folders of infrared and visible pictures."""
    pair = read_pair(_STREET / "ir.png", _STREET / "vi.png")
    folders = folder / "ir", folder / "vi"
    for kind, picture in zip(folders, (pair.infrared, pair.visible), strict=True):
        kind.mkdir(parents=True)
        large = to_uint8(np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_CUBIC)))
        for number in range(count):
            write_png(kind / f"{number:04d}.png", np.roll(large, _STEP_PX * number, axis=1))
    return folders
