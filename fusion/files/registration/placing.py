"""Brings an infrared picture, and what belongs to each of its pixels, to where the visible picture has them."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.errors import InputError, argument_named
from wordfuse.fusion.files.registration.align import CannotAlign, Similarity, find_alignment, warp
from wordfuse.fusion.files.registration.shift import measure_shift


@dataclass(frozen=True, eq=False)
class Placed:
    """An infrared picture in its place.

    Attributes:
        infrared: (H, W).
        moved: how, where it was corrected; None: it stays where it was.
        figures: JSON-native, for the notes of a pair.
        remarks: for the user.
    """

    infrared: NDArray[np.float32]
    moved: Similarity | None = None
    figures: dict[str, Any] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()


def register(infrared: NDArray[np.float32], visible: NDArray[np.float32], ir: Path, vi: Path, *, align: bool) -> Placed:
    """Measure how far the infrared picture is shifted, and correct it if that is asked for.

    Args:
        infrared: (H, W) in [0, 1].
        visible: (H, W, 3) in [0, 1], RGB.
        ir: what messages call the infrared picture.
        vi: what they call the visible one.
        align: whether it is corrected.

    Raises:
        InputError: no correction was found that can be trusted.
    """
    shift = measure_shift(infrared, visible)
    figures: dict[str, Any] = {"registration": shift.as_notes() if shift else None, "alignment": None}
    if not align:
        if shift is None or not shift.worth_a_warning:
            return Placed(infrared, None, figures)
        remark = (
            f"{_thermal(ir, vi)}: is shifted against {_scene(ir, vi)} by {shift.distance_px:.0f} px "
            f"({shift.x_px:+.0f} across, {shift.y_px:+.0f} down), by its edges; align it ({argument_named('align')}), "
            "or register the pair"
        )
        return Placed(infrared, None, figures, (remark,))
    try:
        found = find_alignment(infrared, visible)
    except CannotAlign as error:
        raise InputError(
            f"{_thermal(ir, vi)} cannot be aligned with {_scene(ir, vi)}: {error}",
            remedy=f"register them by hand, or leave {argument_named('align')} out",
        ) from error
    moved, outside = warp(infrared, found.map)
    figures["alignment"] = found.as_notes() | {"outside": round(outside, 4)}
    how = None if found.map == Similarity() else found.map
    if outside < 0.0005:
        return Placed(moved, how, figures)
    remark = f"{ir}: after alignment {outside:.1%} of the view lies outside of it; its border is repeated there"
    return Placed(moved, how, figures, (remark,))


def _thermal(ir: Path, vi: Path) -> str:
    """What the infrared picture is called beside the visible one: one file may hold both."""
    return f"{ir} (its thermal picture)" if ir == vi else str(ir)


def _scene(ir: Path, vi: Path) -> str:
    return "its photograph" if ir == vi else str(vi)


def match_size(
    infrared: NDArray[np.float32], shape: tuple[int, ...], ir: Path, vi: Path, *, aspect_tolerance: float
) -> tuple[NDArray[np.float32], dict[str, object]]:
    """Resample the infrared picture to the visible one's (height, width); what was done goes with it, JSON-native.

    Raises:
        InputError: the ratios of their sides differ by more than ``aspect_tolerance``.
    """
    (old_height, old_width), (height, width) = infrared.shape, shape
    # Crosswise products: exactly 2 % must not fail for a rounding error.
    if abs(old_width * height - old_height * width) > aspect_tolerance * old_height * width:
        raise InputError(
            f"{ir} is {old_width}x{old_height} but {vi} is {width}x{height}: the two do not show the same view",
            remedy="register or crop them to the same shape first",
        )
    shrinking = height <= old_height and width <= old_width
    method = cv2.INTER_AREA if shrinking else cv2.INTER_CUBIC
    resized = cv2.resize(infrared, (width, height), interpolation=method)
    # Bicubic overshoots at edges; no pixel may be hotter than the hottest one measured.
    clipped = np.clip(resized, infrared.min(), infrared.max()).astype(np.float32)
    return clipped, {
        "from": [old_width, old_height],
        "to": [width, height],
        "method": "area" if shrinking else "bicubic",
    }
