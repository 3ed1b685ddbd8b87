"""The only door for pictures into and out of wordfuse.

Reads PNG, JPEG, WebP, TIFF and BMP in any of their modes and depths (``fusion.files.decoders`` knows how), and writes
PNG. Whatever is wrong with a file ends in an :class:`~wordfuse.fusion.errors.InputError` that names it. Files appear
whole or not at all.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.choices import MAX_PIXELS as MAX_PIXELS
from wordfuse.fusion.errors import InputError, argument_named, spelled
from wordfuse.fusion.files.atomic import write_bytes_atomic
from wordfuse.fusion.files.decoders import Decoded, decode
from wordfuse.fusion.files.fill import LEAST_MEASURED, Fill, fill_in, find_fill
from wordfuse.fusion.files.flir import decode_photograph, decode_temperatures, is_radiometric
from wordfuse.fusion.files.levels import doubts
from wordfuse.fusion.files.orientation import same_way_up
from wordfuse.fusion.files.palettes import recognise
from wordfuse.fusion.files.registration.align import CannotAlign, find_alignment, warp
from wordfuse.fusion.files.registration.shift import measure_shift

# Pictures of a pair may differ this much in aspect ratio: rounding of a resize, not another view.
ASPECT_TOLERANCE = 0.02
# Where the minimum, 1st percentile, 99th percentile and maximum of a deep picture come to lie in [0, 1].
LEVELS = (0.0, 0.02, 0.98, 1.0)
# ITU-R BT.601, as everywhere in wordfuse.
LUMA = np.array([0.299, 0.587, 0.114])


@dataclass(frozen=True, eq=False)
class Pair:
    """An infrared and a visible picture of the same view and size.

    Attributes:
        infrared: (H, W) float32 in [0, 1].
        visible: (H, W, 3) float32 in [0, 1], RGB.
        gray: the visible picture has no colour, so outputs have none either.
        notes: what was done to the files, JSON-native: sizes, depths, scale knots, resampling, warnings.
    """

    infrared: NDArray[np.float32]
    visible: NDArray[np.float32]
    gray: bool
    notes: dict[str, Any] = field(default_factory=dict)

    @property
    def warnings(self) -> list[str]:
        """What the user should know about the files."""
        return [str(warning) for warning in self.notes.get("warnings", [])]


def read_pair(
    ir: Path,
    vi: Path,
    *,
    max_pixels: int = MAX_PIXELS,
    align: bool = False,
    spelling: Callable[[str], str] = str,
) -> Pair:
    """Read an infrared and a visible picture and bring the infrared to the visible one's size.

    8-bit pictures are divided by 255. Deeper ones (16-bit, 32-bit, float) are mapped by a rising piecewise-linear curve
    that sends their minimum, 1st percentile, 99th percentile and maximum to 0, 0.02, 0.98 and 1: nothing is clipped,
    and a hot spot or a dead pixel does not take the contrast of the rest. A constant deep picture becomes 0.5. An
    infrared picture in the colours of a known palette is turned back to gray, any other colouring to its luma. Pixels
    that were never measured (NaN, no data, frames that a warp left, dead lines: :mod:`wordfuse.fusion.files.fill`) are
    left out of the curve and filled in from around, with a warning; where that is not sure
    (:mod:`wordfuse.fusion.files.levels`), they stay, with a warning. Where only one file has an EXIF orientation, or
    both have different ones, these are followed if the pictures fit so, with a warning
    (:mod:`wordfuse.fusion.files.orientation`). A FLIR radiometric JPEG gives its temperatures as infrared, its
    photograph as visible picture; it may be both.

    Args:
        ir: infrared or thermal picture.
        vi: visible picture, gray or colour.
        max_pixels: cap on width x height of either, checked on the header before anything is decoded.
        align: move, turn and scale the infrared picture onto the visible one.
        spelling: how warnings name an argument, such as "align".

    Raises:
        InputError: a file cannot be read, is too large, smaller than 16 px on a side, has hardly a pixel that was
            measured, the two differ in aspect ratio by more than 2 %, or they cannot be aligned though they should be.
    """
    return pair_of(
        decode_infrared(ir, max_pixels), decode_visible(vi, max_pixels), ir, vi, align=align, spelling=spelling
    )


def decode_infrared(path: Path, max_pixels: int) -> Decoded:
    """An infrared picture as stored; of a FLIR radiometric JPEG, the temperatures."""
    return decode_temperatures(path, max_pixels) if is_radiometric(path) else decode(path, max_pixels)


def decode_visible(path: Path, max_pixels: int) -> Decoded:
    """A visible picture as stored; of a FLIR radiometric JPEG, the photograph."""
    return decode_photograph(path, max_pixels) if is_radiometric(path) else decode(path, max_pixels)


def pair_of(
    thermal: Decoded, scene: Decoded, ir: Path, vi: Path, *, align: bool = False, spelling: Callable[[str], str] = str
) -> Pair:
    """What :func:`read_pair` makes of two decoded pictures; ``ir`` and ``vi`` are what messages call them."""
    heat, palette, coloured = _without_colour(thermal, ir)
    ir_fill = _fill_of(heat, thermal, ir)
    # What is transparent in an 8-bit photograph still shows something.
    vi_fill = None if scene.bits == 8 else _fill_of(scene.values, scene, vi, both_ends=False)
    infrared, ir_scale = _to_unit(heat, thermal.bits, ir_fill)
    colour, vi_scale = _to_unit(scene.values, scene.bits, vi_fill)
    infrared, colour, way_up, turned = _same_way_up(infrared, colour, thermal, scene, ir, vi)
    filled = [f"{path}: {fill.remark()}" for path, fill in ((ir, ir_fill), (vi, vi_fill)) if fill is not None]
    kept = [
        *(f"{ir}: {doubt}" for doubt in _doubts(heat, thermal, ir_fill)),
        *(f"{vi}: {doubt}" for doubt in _doubts(scene.values, scene, vi_fill, both_ends=False)),
    ]
    remarks = [*thermal.remarks, *scene.remarks, *coloured, *filled, *kept, *turned]
    if infrared.min() == infrared.max():
        remarks.append(f"{ir}: every infrared pixel has the same value; it adds nothing to the fusion")
    notes: dict[str, Any] = {
        "infrared": {"width": infrared.shape[1], "height": infrared.shape[0], "bits": thermal.bits, "scale": ir_scale}
        | ({"unit": thermal.unit} if thermal.unit else {})
        | ({"palette": palette} if palette else {})
        | ({"fill": ir_fill.as_notes()} if ir_fill else {}),
        "visible": {"width": colour.shape[1], "height": colour.shape[0], "bits": scene.bits, "scale": vi_scale}
        | ({"fill": vi_fill.as_notes()} if vi_fill else {}),
        "resampled": None,
        "warnings": [],
    } | ({"orientation": way_up} if way_up else {})
    if infrared.shape != colour.shape[:2]:
        infrared, notes["resampled"] = _match_size(infrared, colour.shape[:2], ir, vi)
    # A format without a gray mode (WebP) holds gray pictures as three equal channels.
    gray = colour.ndim == 2 or bool((colour == colour[..., :1]).all())
    visible = np.repeat(colour[..., None], 3, axis=2) if colour.ndim == 2 else colour
    if gray and palette is None and thermal.values.ndim == 3 and np.ptp(thermal.values, axis=2).any():
        remarks.append(f"{ir} is in colour and {vi} is gray: they may have been swapped")
    infrared, figures, registered = _register(infrared, visible, ir, vi, align=align)
    notes["warnings"] = [spelled(remark, spelling) for remark in (*remarks, *registered)]
    notes |= figures
    return Pair(np.ascontiguousarray(infrared), np.ascontiguousarray(visible), gray, notes)


def read_picture(path: Path, *, max_pixels: int = MAX_PIXELS) -> NDArray[np.uint8]:
    """Read an 8-bit picture, such as a fused one, as (H, W, 3) uint8 RGB; gray is repeated.

    Raises:
        InputError: the file cannot be read or holds more than 8 bits a channel.
    """
    return picture_of(decode(path, max_pixels), path)


def picture_of(picture: Decoded, path: Path) -> NDArray[np.uint8]:
    """What :func:`read_picture` makes of a decoded picture; ``path`` is what messages call it."""
    if picture.bits != 8:
        raise InputError(
            f"has {picture.bits} bits a channel, 8 are needed here", subject=path, remedy="save it as an 8-bit PNG"
        )
    values = picture.values
    return np.ascontiguousarray(np.repeat(values[..., None], 3, axis=2) if values.ndim == 2 else values)


def fitting(pixels: NDArray[np.uint8], pair: Pair, source: Path) -> NDArray[np.uint8]:
    """A picture of the user's as it is worked on: (H, W, 3), on a gray pair its luma; raises as :func:`check_size`."""
    check_size(pixels, pair, source)
    return np.repeat(luma_uint8(pixels)[..., None], 3, axis=2) if pair.gray else pixels


def check_size(pixels: NDArray[np.uint8], pair: Pair, source: Path) -> None:
    """Raise an InputError, which calls the picture ``source``, where it has another size than the pair."""
    (height, width), (h, w) = pair.visible.shape[:2], pixels.shape[:2]
    if (height, width) != (h, w):
        sizes = f"is {w}x{h}, the visible picture is {width}x{height}"
        raise InputError(sizes, subject=source, remedy="sizes must be equal")


def read_mask(path: Path, shape: tuple[int, ...], *, max_pixels: int = MAX_PIXELS) -> NDArray[np.uint8]:
    """Read a mask as (H, W) uint8: 255 inside, 0 outside.

    Pixels above 127 are inside; in a file of only zeros and ones, the ones are.

    Args:
        path: 8-bit or 1-bit picture; colour is reduced to its luma.
        shape: (height, width) that it must have.
        max_pixels: as in :func:`read_pair`.

    Raises:
        InputError: the file cannot be read, is deeper than 8 bits or has another size.
    """
    return mask_of(read_picture(path, max_pixels=max_pixels), path, shape)


def mask_of(values: NDArray[np.uint8], path: Path, shape: tuple[int, ...]) -> NDArray[np.uint8]:
    """What :func:`read_mask` makes of an 8-bit picture; ``path`` is what messages call it."""
    if values.shape[:2] != tuple(shape):
        raise InputError(
            f"the mask is {values.shape[1]}x{values.shape[0]} but the picture is {shape[1]}x{shape[0]}",
            subject=path,
            remedy="draw it on the visible picture at full size",
        )
    inside = values[..., 0] > 0 if values.max() == 1 else luma_array(values) > 127
    return np.where(inside, np.uint8(255), np.uint8(0))


def write_png(path: Path, pixels: NDArray[np.uint8]) -> None:
    """Write a PNG, whole or not at all.

    Args:
        path: file to write or replace; its folder must exist.
        pixels: (H, W) or (H, W, 3) uint8.

    Raises:
        InputError: the name does not end in .png, the array is no picture, or the folder cannot be written.
    """
    if path.suffix.lower() != ".png":
        raise InputError("pictures are written as PNG", subject=path, remedy="give a name that ends in .png")
    if pixels.dtype != np.uint8 or pixels.ndim not in (2, 3) or pixels.shape[2:] not in ((), (3,)):
        raise InputError(f"a PNG needs uint8 (H, W) or (H, W, 3), got {pixels.dtype} {pixels.shape}", subject=path)
    # OpenCV packs in a fifth of the time that zlib takes as Pillow asks it to, into files 3% larger.
    blue_first = pixels if pixels.ndim == 2 else pixels[..., ::-1]
    write_bytes_atomic(path, cv2.imencode(".png", np.ascontiguousarray(blue_first))[1].tobytes())


def to_uint8(picture: NDArray[Any]) -> NDArray[np.uint8]:
    """Float in [0, 1], any shape, to uint8: clipped and rounded half up."""
    pixels: NDArray[np.uint8] = np.floor(np.clip(picture, 0, 1) * 255 + 0.5).astype(np.uint8)
    return pixels


def to_float(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Inverse of :func:`to_uint8`: uint8 to float32 in [0, 1]."""
    return np.divide(picture, 255, dtype=np.float32)


def luma_array(picture: NDArray[np.uint8]) -> NDArray[np.float64]:
    """BT.601 luma, not rounded: (H, W) or (H, W, 3) uint8 -> (H, W) float64 in [0, 255]."""
    values = picture.astype(np.float64)
    return values @ LUMA if values.ndim == 3 else values


def luma_uint8(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """BT.601 luma, rounded half up: (H, W) or (H, W, 3) uint8 -> (H, W) uint8."""
    gray: NDArray[np.uint8] = np.floor(luma_array(picture) + 0.5).astype(np.uint8)
    return gray


def _fill_of(values: NDArray[Any], picture: Decoded, path: Path, *, both_ends: bool = True) -> Fill | None:
    """The pixels that were not measured."""
    deep = picture.bits > 8
    fill = find_fill(values, picture.nodata, picture.nodata_value, search=deep, both_ends=both_ends)
    if fill is None:
        return None
    if 1 - fill.share < LEAST_MEASURED:
        what = ", ".join(str(part) for part in fill.parts)
        raise InputError(
            f"{fill.share:.1%} of it hold no measurement ({what}), which leaves no picture",
            subject=path,
            remedy="export it again",
        )
    return fill


def _doubts(values: NDArray[Any], picture: Decoded, fill: Fill | None, *, both_ends: bool = True) -> list[str]:
    """What to tell of pixels that may not have been measured; black and white are common in 8 bits."""
    known = None if fill is None else fill.mask
    return doubts(values, known, both_ends=both_ends) if picture.bits > 8 else []


def _to_unit(
    values: NDArray[Any], bits: int, fill: Fill | None
) -> tuple[NDArray[np.float32], dict[str, object] | None]:
    """Bring a decoded picture to [0, 1]; the scale knots go with it where it is deeper than 8 bits."""
    if bits == 8:
        unit = np.divide(values, 255, dtype=np.float32)
        return (unit if fill is None else fill_in(unit, fill.mask)), None
    if values.dtype == np.float16:
        values = values.astype(np.float32)  # percentiles of half precision are of half precision
    knots = np.percentile(values if fill is None else values[~fill.mask], (0, 1, 99, 100))
    places = np.unique(knots)
    levels = [float(np.mean([level for knot, level in zip(knots, LEVELS, strict=True) if knot == x])) for x in places]
    if len(places) > 1:
        # Where a percentile falls on an end of the range, the end wins, so that [0, 1] is always filled.
        levels[0], levels[-1] = LEVELS[0], LEVELS[-1]
    unit = np.interp(values, places, levels).astype(np.float32)
    if fill is not None:
        unit = fill_in(unit, fill.mask)
    return unit, {"values": [float(x) for x in places], "levels": levels}


def _same_way_up(
    infrared: NDArray[np.float32],
    colour: NDArray[np.float32],
    thermal: Decoded,
    scene: Decoded,
    ir: Path,
    vi: Path,
) -> tuple[NDArray[np.float32], NDArray[np.float32], dict[str, Any] | None, list[str]]:
    """Where the files tell different orientations, which are followed; figures for the notes and remarks go with it."""
    orientations = thermal.orientation, scene.orientation
    if thermal.orientation == scene.orientation:
        return infrared, colour, None, []
    turned = same_way_up(infrared, colour, orientations, ASPECT_TOLERANCE)
    remarks = turned.remarks((str(ir), str(vi)), orientations)
    return turned.infrared, turned.visible, turned.as_notes(orientations), remarks


def _without_colour(thermal: Decoded, ir: Path) -> tuple[NDArray[Any], str | None, list[str]]:
    """An infrared picture as gray, (H, W), the name of the palette that it was coloured with, if known, and remarks."""
    heat = thermal.values
    if heat.ndim == 2:
        return heat, None, []
    with np.errstate(invalid="ignore"):
        grays = np.ptp(heat, axis=2) == 0
    if (grays | ~np.isfinite(heat).all(axis=2)).all():
        return heat[..., 0], None, []
    found = recognise(heat) if thermal.bits == 8 else None
    if found is None:
        remark = (
            f"{ir}: infrared in colours of no known palette; their luma is used, which may not rise with the heat: "
            "a gray picture from the camera is better"
        )
        return heat @ LUMA, None, [remark]
    remark = (
        f"{ir}: infrared in false colours (palette '{found.name}'), turned back to gray; "
        "a gray picture from the camera is better"
    )
    return found.gray * 255, found.name, [remark]


def _register(
    infrared: NDArray[np.float32],
    visible: NDArray[np.float32],
    ir: Path,
    vi: Path,
    *,
    align: bool,
) -> tuple[NDArray[np.float32], dict[str, Any], list[str]]:
    """The infrared picture, corrected if asked to, how far it was shifted, in figures for the notes, and remarks."""
    shift = measure_shift(infrared, visible)
    figures: dict[str, Any] = {"registration": shift.as_notes() if shift else None, "alignment": None}
    if not align:
        if shift is None or not shift.worth_a_warning:
            return infrared, figures, []
        remark = (
            f"{_thermal(ir, vi)}: is shifted against {_scene(ir, vi)} by {shift.distance_px:.0f} px "
            f"({shift.x_px:+.0f} across, {shift.y_px:+.0f} down), by its edges; align it ({argument_named('align')}), "
            "or register the pair"
        )
        return infrared, figures, [remark]
    try:
        found = find_alignment(infrared, visible)
    except CannotAlign as error:
        raise InputError(
            f"{_thermal(ir, vi)} cannot be aligned with {_scene(ir, vi)}: {error}",
            remedy=f"register them by hand, or leave {argument_named('align')} out",
        ) from error
    moved, outside = warp(infrared, found.map)
    figures["alignment"] = found.as_notes() | {"outside": round(outside, 4)}
    if outside < 0.0005:
        return moved, figures, []
    remark = f"{ir}: after alignment {outside:.1%} of the view lies outside of it; its border is repeated there"
    return moved, figures, [remark]


def _thermal(ir: Path, vi: Path) -> str:
    """What the infrared picture is called beside the visible one: one file may hold both."""
    return f"{ir} (its thermal picture)" if ir == vi else str(ir)


def _scene(ir: Path, vi: Path) -> str:
    return "its photograph" if ir == vi else str(vi)


def _match_size(
    infrared: NDArray[np.float32], shape: tuple[int, ...], ir: Path, vi: Path
) -> tuple[NDArray[np.float32], dict[str, object]]:
    """Resample the infrared picture to the visible one's (height, width)."""
    (old_height, old_width), (height, width) = infrared.shape, shape
    # Crosswise products: exactly 2 % must not fail for a rounding error.
    if abs(old_width * height - old_height * width) > ASPECT_TOLERANCE * old_height * width:
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
