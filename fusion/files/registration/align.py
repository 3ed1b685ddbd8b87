"""Moves, turns and scales an infrared picture so that its edges lie on those of the visible one (``align``).

A similarity is looked for in three stages: a coarse grid of turns and scales, each with the shift that phase
correlation gives; the enhanced correlation coefficient of the gradient magnitudes (Evangelidis and Psarakis 2008,
OpenCV's ``findTransformECC``), from blurred to sharp, each result brought back to the nearest similarity; and a check,
since a wrong correction is worse than none: the edges must agree better than before, and phase correlation must find
the corrected picture in place.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.abandon import still_wanted
from wordfuse.fusion.files.registration.shift import (
    CONFIDENT,
    LARGEST,
    MIN_SIDE_PX,
    SIDE_PX,
    correlate,
    edge_directions,
    edge_strength,
    measure_shift,
    shrunk,
    working_pictures,
)

# What is looked for, and believed. Rigs are mounted better than this; anything beyond is another view.
TURNS_DEG = (-6, -4, -2, 0, 2, 4, 6)
SCALES = (0.88, 0.92, 0.96, 1.0, 1.04, 1.08, 1.12)
LARGEST_TURN_DEG = 9.0
LARGEST_SCALE = 1.18
LARGEST_SHIFT = 0.15  # of the longer side
# How far off phase correlation may still find the corrected picture, of the longer side.
LEFT_OVER = 0.0065
# A pair that is surely off by less than this, of the longer side, may stay as it is.
IN_PLACE = 0.01

_COARSE_SIDE_PX = 192
_BLURS_PX = (4.0, 2.0, 1.5)
_LONGEST_PX = 32_766  # OpenCV warps no longer ones
_STOP = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 40, 1e-4)

Matrix = NDArray[np.float64]


class CannotAlign(Exception):
    """No correction was found that can be trusted; the message says why."""


@dataclass(frozen=True)
class Similarity:
    """From a place in the visible picture to the place in the infrared one that shows the same.

    Attributes:
        x_px: shift to the right of the picture's centre, in pixels of the visible picture.
        y_px: shift down.
        turn_deg: rotation about the centre, clockwise as seen.
        scale: factor about the centre; above 1 the infrared picture shows everything larger.
    """

    x_px: float = 0.0
    y_px: float = 0.0
    turn_deg: float = 0.0
    scale: float = 1.0

    def matrix(self, shape: tuple[int, ...]) -> Matrix:
        """As (2, 3), for pictures of a (height, width)."""
        centre = _centre(shape)
        angle = np.radians(self.turn_deg)
        cos, sin = self.scale * np.cos(angle), self.scale * np.sin(angle)
        turn = np.array([[cos, -sin], [sin, cos]])
        return np.column_stack([turn, centre + np.array([self.x_px, self.y_px]) - turn @ centre])

    @classmethod
    def nearest(cls, matrix: Matrix, shape: tuple[int, ...]) -> "Similarity":
        """The similarity nearest to an affine map, in least squares, with the same shift of the centre."""
        cos, sin = (matrix[0, 0] + matrix[1, 1]) / 2, (matrix[1, 0] - matrix[0, 1]) / 2
        centre = _centre(shape)
        x, y = matrix[:, :2] @ centre + matrix[:, 2] - centre
        return cls(float(x), float(y), float(np.degrees(np.arctan2(sin, cos))), float(np.hypot(cos, sin)))


@dataclass(frozen=True)
class Alignment:
    """A correction and how well it was found.

    Attributes:
        map: the correction.
        agreement: of the edges' directions, before and after, in [-1, 1].
        ecc: the enhanced correlation coefficient that was reached; None where the pair may stay as it is.
    """

    map: Similarity
    agreement: tuple[float, float]
    ecc: float | None

    def as_notes(self) -> dict[str, object]:
        """JSON-native, for the notes of a pair."""
        return {
            "shift_px": [round(self.map.x_px, 2), round(self.map.y_px, 2)],
            "turn_deg": round(self.map.turn_deg, 3),
            "scale": round(self.map.scale, 4),
            "edge_agreement": [round(value, 3) for value in self.agreement],
            "ecc": None if self.ecc is None else round(self.ecc, 3),
        }


def find_alignment(infrared: NDArray[np.float32], visible: NDArray[np.float32]) -> Alignment:
    """Find how the infrared picture must be moved, turned and scaled.

    Args:
        infrared: (H, W) in [0, 1].
        visible: (H, W, 3) in [0, 1], RGB.

    Raises:
        CannotAlign: nothing was found that can be trusted.
    """
    thermal, scene, scale = working_pictures(infrared, visible)
    if min(thermal.shape) < MIN_SIDE_PX or max(infrared.shape) > _LONGEST_PX:
        raise CannotAlign(
            f"both sides need at least {MIN_SIDE_PX} and at most {_LONGEST_PX} pixels, and one may be at most "
            f"{SIDE_PX / MIN_SIDE_PX:.0f} times the other"
        )
    before = _agreement(thermal, scene, Similarity())
    try:
        found, ecc = _refined(thermal, scene, _start(thermal, scene))
        _check(thermal, scene, found, before)
    except CannotAlign:
        shift = measure_shift(infrared, visible)
        if shift is None or not shift.confident or shift.distance_px > IN_PLACE * max(infrared.shape):
            raise
        return Alignment(Similarity(), (before, before), None)
    full = Similarity(found.x_px / scale, found.y_px / scale, found.turn_deg, found.scale)
    return Alignment(full, (before, _agreement(thermal, scene, found)), ecc)


def warp(infrared: NDArray[np.float32], found: Similarity) -> tuple[NDArray[np.float32], float]:
    """Apply a correction.

    Args:
        infrared: (H, W).
        found: what :func:`find_alignment` found.

    Returns:
        The corrected picture, with its border repeated where nothing was measured, and the share of such pixels.
    """
    if found == Similarity():
        return infrared, 0.0
    moved = _warped(infrared, found, cv2.INTER_CUBIC)
    outside = 1 - float(_inside(infrared.shape, found).mean())
    # Bicubic overshoots at edges; no pixel may be hotter than the hottest one measured.
    return np.clip(moved, infrared.min(), infrared.max()), outside


def _start(thermal: NDArray[np.float32], scene: NDArray[np.float32]) -> Similarity:
    """The best of a grid of turns and scales, on small pictures."""
    factor = min(1.0, _COARSE_SIDE_PX / max(scene.shape))
    size = round(scene.shape[1] * factor), round(scene.shape[0] * factor)
    small, fixed = (shrunk(picture, size) for picture in (thermal, scene))
    target = edge_directions(fixed, 1.0)
    best: tuple[float, Matrix] | None = None
    for turn in TURNS_DEG:
        for scale in SCALES:
            still_wanted()
            tried = Similarity(turn_deg=turn, scale=scale)
            found = correlate(edge_directions(_warped(small, tried), 1.0), target, LARGEST)
            if found is not None and (best is None or found[1] > best[0]):
                # What lies at x + shift in the turned picture lies at map(x + shift) in the one before.
                matrix = tried.matrix(small.shape)
                matrix[:, 2] += matrix[:, :2] @ np.array(found[0])
                best = found[1], matrix
    if best is None:
        raise CannotAlign("the pictures have no edges to compare")
    start = Similarity.nearest(best[1], small.shape)
    return Similarity(start.x_px / factor, start.y_px / factor, start.turn_deg, start.scale)


def _refined(thermal: NDArray[np.float32], scene: NDArray[np.float32], start: Similarity) -> tuple[Similarity, float]:
    found, ecc = start, 0.0
    for blur in _BLURS_PX:
        still_wanted()
        matrix = found.matrix(scene.shape).astype(np.float32)
        try:
            ecc, affine = cv2.findTransformECC(
                edge_strength(scene, blur), edge_strength(thermal, blur), matrix, cv2.MOTION_AFFINE, _STOP
            )
        except cv2.error as error:
            raise CannotAlign("the search for a correction did not converge") from error
        found = Similarity.nearest(np.asarray(affine, np.float64), scene.shape)
    return found, float(ecc)


def _check(thermal: NDArray[np.float32], scene: NDArray[np.float32], found: Similarity, before: float) -> None:
    longer = max(scene.shape)
    distance = np.hypot(found.x_px, found.y_px) / longer
    if (
        distance > LARGEST_SHIFT
        or abs(found.turn_deg) > LARGEST_TURN_DEG
        or not 1 / LARGEST_SCALE <= found.scale <= LARGEST_SCALE
    ):
        raise CannotAlign(
            f"the best correction found is implausible: a shift of {distance:.0%} of the longer side, "
            f"{found.turn_deg:.1f} degrees, scale {found.scale:.2f}"
        )
    after = _agreement(thermal, scene, found)
    if after <= before:
        raise CannotAlign(f"the edges agree no better after the best correction found ({before:.2f} -> {after:.2f})")
    left = correlate(edge_directions(_warped(thermal, found)), edge_directions(scene), LARGEST)
    if left is None or left[1] < CONFIDENT or np.hypot(*left[0]) > LEFT_OVER * longer:
        raise CannotAlign("the two have too few edges in common to be sure of a correction")


def _agreement(thermal: NDArray[np.float32], scene: NDArray[np.float32], found: Similarity) -> float:
    """Correlation of the edges' directions where both pictures were measured, in [-1, 1]."""
    # The gradient of a pixel next to the outside is that of the repeated border.
    inside = cv2.erode(_inside(scene.shape, found).astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    moved, fixed = (edge_directions(picture)[inside] for picture in (_warped(thermal, found), scene))
    norm = np.sqrt((np.abs(moved) ** 2).sum() * (np.abs(fixed) ** 2).sum())
    return float((moved * fixed.conj()).real.sum() / norm) if norm > 0 else 0.0


def _warped(
    picture: NDArray[np.float32], found: Similarity, method: int = cv2.INTER_LINEAR, border: int = cv2.BORDER_REPLICATE
) -> NDArray[np.float32]:
    matrix = found.matrix(picture.shape).astype(np.float32)
    size = picture.shape[1], picture.shape[0]
    moved = cv2.warpAffine(picture, matrix, size, flags=method | cv2.WARP_INVERSE_MAP, borderMode=border)
    return np.asarray(moved, np.float32)


def _inside(shape: tuple[int, ...], found: Similarity) -> NDArray[np.bool_]:
    inside: NDArray[np.bool_] = _warped(np.ones(shape[:2], np.float32), found, border=cv2.BORDER_CONSTANT) > 0.5
    return inside


def _centre(shape: tuple[int, ...]) -> NDArray[np.float64]:
    return np.array([shape[1] - 1, shape[0] - 1]) / 2
