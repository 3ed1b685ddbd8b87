"""Which of two pictures to turn where their EXIF orientations differ: tags go stale when programs turn the pixels only.

The readings (each picture turned as its tag says, or left as stored) are compared by how well the edges of the two
pictures lie on each other: the mean agreement of their doubled directions (``fusion.files.registration.shift``), and
where that does not tell, as in pairs that are shifted, by how far the peak of their correlation stands out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.files.decoders import as_stored
from wordfuse.fusion.files.registration.shift import (
    CONFIDENT,
    LARGEST,
    MIN_SIDE_PX,
    SIDE_PX,
    correlate,
    edge_directions,
    shrunk,
)

# Edges of 3 px at 384 px a picture: pairs that are off by a percent still agree.
_SIGMA_PX = 3.0
# What one reading's agreement must be above the next one's; of 38 registered pairs of docs/cameras.md the least
# between the true reading and any other was 0.098.
_CLEAR = 0.05
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)  # BT.601

Reading = tuple[bool, bool]  # infrared, visible: turned as its tag says


@dataclass(frozen=True, eq=False)
class Turned:
    """A pair the same way up.

    Attributes:
        infrared: (H, W).
        visible: (H, W) or (H, W, 3).
        reading: which of the two are turned as their tags say.
        decided: whether the pictures tell that; where they do not, the tags are followed.
        fits: the agreement of edges of each reading, in [-1, 1]; None where the pictures have not the same shape.
    """

    infrared: NDArray[np.float32]
    visible: NDArray[np.float32]
    reading: Reading
    decided: bool
    fits: Mapping[Reading, float | None]

    def as_notes(self, orientations: tuple[int, int]) -> dict[str, Any]:
        """JSON-native, for the notes of a pair."""
        names = "infrared", "visible"
        return {
            "exif": dict(zip(names, orientations, strict=True)),
            "followed": dict(zip(names, self.reading, strict=True)),
            "decided": self.decided,
            "fits": [
                {**dict(zip(names, reading, strict=True)), "fit": None if fit is None else round(fit, 3)}
                for reading, fit in self.fits.items()
            ],
        }

    def remarks(self, names: tuple[str, str], orientations: tuple[int, int]) -> list[str]:
        """What to tell of each picture that has a tag.

        Args:
            names: of the infrared and the visible picture.
            orientations: of the two, by EXIF.
        """
        told = []
        for name, other, orientation, followed in zip(names, names[::-1], orientations, self.reading, strict=True):
            if orientation == 1:
                continue
            if not self.decided:
                told.append(
                    f"{name}: is turned as its EXIF orientation ({orientation}) says, though the pictures do not tell "
                    f"whether it fits {other} so; look at the result, or save it again without the tag"
                )
            elif followed:
                told.append(f"{name}: is turned as its EXIF orientation ({orientation}) says; it fits {other} so")
            else:
                told.append(
                    f"{name}: its EXIF orientation ({orientation}) is not followed, since it fits {other} only as "
                    "stored; save it again without the tag"
                )
        return told


def same_way_up(
    infrared: NDArray[np.float32],
    visible: NDArray[np.float32],
    orientations: tuple[int, int],
    aspect_tolerance: float,
) -> Turned:
    """Choose what to turn.

    Args:
        infrared: (H, W) in [0, 1], turned as its tag says.
        visible: (H, W) or (H, W, 3) in [0, 1], likewise.
        orientations: the tags of the two, 1-8.
        aspect_tolerance: how far the ratios of their sides may differ.
    """
    ours, theirs = ((True,) if tag == 1 else (True, False) for tag in orientations)
    candidates: list[Reading] = list(product(ours, theirs))
    readings = {reading: _read((infrared, visible), orientations, reading) for reading in candidates}
    fitting = {key: pair for key, pair in readings.items() if _alike(*pair, tolerance=aspect_tolerance)}
    edges = {key: _edges(*pair) for key, pair in fitting.items()}
    fits = {key: _agreement(*edges[key]) if key in edges else None for key in readings}
    by_the_tags: Reading = (True, True)
    best = _best({key: fit for key, fit in fits.items() if fit is not None}) or _best_peak(edges)
    reading = best or (by_the_tags if by_the_tags in fitting or not fitting else next(iter(fitting)))
    return Turned(*readings[reading], reading, best is not None, fits)


def _read(
    pair: tuple[NDArray[np.float32], NDArray[np.float32]], orientations: tuple[int, int], reading: Reading
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    infrared, visible = (
        picture if turned else np.ascontiguousarray(as_stored(picture, tag))
        for picture, tag, turned in zip(pair, orientations, reading, strict=True)
    )
    return infrared, visible


def _alike(infrared: NDArray[np.float32], visible: NDArray[np.float32], *, tolerance: float) -> bool:
    (height, width), (rows, columns) = infrared.shape, visible.shape[:2]
    return abs(width * rows - columns * height) <= tolerance * height * columns


def _edges(
    infrared: NDArray[np.float32], visible: NDArray[np.float32]
) -> tuple[NDArray[np.complex64], NDArray[np.complex64]]:
    """Edge directions of both at one small size."""
    height, width = visible.shape[:2]
    scale = min(1.0, SIDE_PX / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    scene = shrunk(visible, size)
    gray = scene @ _LUMA if scene.ndim == 3 else scene
    return edge_directions(shrunk(infrared, size), _SIGMA_PX), edge_directions(gray, _SIGMA_PX)


def _agreement(ours: NDArray[np.complex64], theirs: NDArray[np.complex64]) -> float:
    """Mean cosine of twice the angle between edges, weighted by their strength."""
    energy = float(np.sqrt((np.abs(ours) ** 2).sum() * (np.abs(theirs) ** 2).sum()))
    return float((ours * np.conj(theirs)).real.sum()) / energy if energy else 0.0


def _best(fits: Mapping[Reading, float]) -> Reading | None:
    """The reading that is clearly above all others; the only one that is left."""
    ranked = sorted(fits, key=lambda reading: fits[reading], reverse=True)
    if len(ranked) == 1:
        return ranked[0]
    return ranked[0] if len(ranked) > 1 and fits[ranked[0]] - fits[ranked[1]] >= _CLEAR else None


def _best_peak(edges: Mapping[Reading, tuple[NDArray[np.complex64], NDArray[np.complex64]]]) -> Reading | None:
    """The one reading whose edges correlate at some shift."""
    sure = []
    for reading, (ours, theirs) in edges.items():
        found = correlate(ours, theirs, LARGEST) if min(ours.shape) >= MIN_SIDE_PX else None
        if found is not None and found[1] >= CONFIDENT:
            sure.append(reading)
    return sure[0] if len(sure) == 1 else None
