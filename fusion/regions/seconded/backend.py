"""The embedded backend with a second opinion: NanoDet, trained on COCO, looks at the visible picture as well.

The embedded network knows infrared and was trained on a few hundred streets; the other one knows 120,000 photographs
of everything and no infrared. It is no part of wordfuse: it is fetched at first use (``fusion.fetched.detector``).
"""

from dataclasses import replace
from functools import cache

import numpy as np
import numpy.typing as npt

from wordfuse.fusion.fetched.detector import detector_weights
from wordfuse.fusion.networks.arrays.nanodet import Detector, nanodet
from wordfuse.fusion.networks.classes import CLASSES
from wordfuse.fusion.regions.embedded.backend import EmbeddedBackend
from wordfuse.fusion.regions.embedded.looking import Object, View, believed
from wordfuse.fusion.regions.seconded.merging import BESIDE, SHOWN, seconded
from wordfuse.fusion.regions.seconded.sighting import sight
from wordfuse.fusion.regions.types import Models, Sources

FILLED = 0.6  # chance that a pixel in the middle of a thing shows it, where the embedded network names none there
NAMED = 0.3  # it names a thing there if so likely on average


class SecondedBackend(EmbeddedBackend):
    """Finds what the embedded backend does, people, cars and bicycles by two networks."""

    name = "seconded"

    def look(self, sources: Sources) -> View:
        """What both see in a pair; see `EmbeddedBackend.look`.

        Raises:
            BackendUnreachable: the second network cannot be fetched.
        """
        detector = _detector()  # before the pictures are looked at: it may not be had
        view = super().look(sources)
        objects = seconded(view.objects, sight(detector, sources.visible))
        both = View(objects, view.chances, SHOWN, BESIDE)
        return replace(both, chances=_filled(view.chances, believed(both), sources.shape))


@cache
def _detector() -> Detector:
    return nanodet(detector_weights())


def _filled(chances: npt.NDArray[np.float32], objects: list[Object], shape: tuple[int, int]) -> npt.NDArray[np.float32]:
    """What every pixel shows, with an ellipse for each thing that the embedded network did not name pixel by pixel."""
    filled = chances.copy()
    height, width = chances.shape[1:]
    rows, columns = np.mgrid[:height, :width] + 0.5
    sx, sy = width / shape[1], height / shape[0]
    for one in objects:
        x0, y0, x1, y1 = one.box[0] * sx, one.box[1] * sy, one.box[2] * sx, one.box[3] * sy
        away = ((2 * columns - x0 - x1) / max(x1 - x0, 1)) ** 2 + ((2 * rows - y0 - y1) / max(y1 - y0, 1)) ** 2
        inside, kind = away <= 1, CLASSES.index(one.name)
        if not inside.any() or float(filled[kind][inside].mean()) >= NAMED:
            continue
        before = filled[:, inside]
        raised = np.maximum(before[kind], FILLED)
        filled[:, inside] = before * ((1 - raised) / np.maximum(1 - before[kind], 1e-6))
        filled[kind][inside] = raised
    return filled


def create(models: Models) -> SecondedBackend:
    """The backend on a device; its second network is computed on the processor."""
    return SecondedBackend(models.device)
