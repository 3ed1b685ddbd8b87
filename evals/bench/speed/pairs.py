"""Pairs to measure on: a rendered street, as often as needed, each time shifted a little, so that no two are alike."""

from pathlib import Path

import numpy as np

from wordfuse.examples.street import render
from wordfuse.fusion.images import write_png

SIZE = (640, 480)  # width, height: of most infrared cameras
_STEP_PX = 7


def write_pairs(folder: Path, count: int, size: tuple[int, int] = SIZE) -> tuple[Path, Path]:
    """Write pairs of a size (width, height) below a folder; returns the folders of infrared and visible pictures."""
    scene = render(size=size)
    folders = folder / "ir", folder / "vi"
    for kind, picture in zip(folders, (scene.infrared, scene.visible), strict=True):
        kind.mkdir(parents=True)
        for number in range(count):
            write_png(kind / f"{number:04d}.png", np.roll(picture, _STEP_PX * number, axis=1))
    return folders
