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
from wordfuse.fusion.errors import InputError, spelled
from wordfuse.fusion.files.arrays import decode_numpy, is_numpy
from wordfuse.fusion.files.atomic import write_bytes_atomic
from wordfuse.fusion.files.decoders import Decoded, as_stored, decode
from wordfuse.fusion.files.fill import LEAST_MEASURED, Fill, fill_in, find_fill
from wordfuse.fusion.files.flir import decode_photograph, decode_temperatures, is_radiometric
from wordfuse.fusion.files.levels import doubts
from wordfuse.fusion.files.orientation import same_way_up
from wordfuse.fusion.files.palettes import recognise
from wordfuse.fusion.files.registration.placing import match_size, register
from wordfuse.fusion.temperatures.maps import Temperatures
from wordfuse.fusion.temperatures.meaning import Meant, Numbers, meant
from wordfuse.fusion.temperatures.reading import Reading
from wordfuse.fusion.temperatures.scale import Scale

# Pictures of a pair may differ this much in aspect ratio: rounding of a resize, not another view.
ASPECT_TOLERANCE = 0.02
TINT = 2  # gray values between channels that rounding leaves in a gray picture
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
        temperatures: of its pixels; None: they are not known (``fusion.temperatures.meaning.why_none`` says why).
    """

    infrared: NDArray[np.float32]
    visible: NDArray[np.float32]
    gray: bool
    notes: dict[str, Any] = field(default_factory=dict)
    temperatures: Temperatures | None = None

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
    reading: Reading = Reading(),
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
    photograph as visible picture; it may be both. Where the temperatures of the infrared picture are known
    (:mod:`wordfuse.fusion.temperatures.meaning`), a map of them goes with it through all of this.

    Args:
        ir: infrared or thermal picture.
        vi: visible picture, gray or colour.
        max_pixels: cap on width x height of either, checked on the header before anything is decoded.
        align: move, turn and scale the infrared picture onto the visible one.
        reading: how the infrared file's numbers are to be read as temperatures.
        spelling: how warnings name an argument, such as "align".

    Raises:
        InputError: a file cannot be read, is too large, smaller than 16 px on a side, has hardly a pixel that was
            measured, the two differ in aspect ratio by more than 2 %, they cannot be aligned though they should be, or
            the file's temperatures cannot be read as it is said.
    """
    thermal, scene = decode_infrared(ir, max_pixels, reading), decode_visible(vi, max_pixels)
    return pair_of(thermal, scene, ir, vi, align=align, reading=reading, spelling=spelling)


def decode_infrared(path: Path, max_pixels: int, reading: Reading = Reading()) -> Decoded:
    """An infrared picture as stored; of a FLIR radiometric JPEG, the temperatures."""
    if is_radiometric(path):
        return decode_temperatures(path, max_pixels, reading)
    return decode_numpy(path, max_pixels) if is_numpy(path) else decode(path, max_pixels)


def decode_visible(path: Path, max_pixels: int) -> Decoded:
    """A visible picture as stored; of a FLIR radiometric JPEG, the photograph."""
    if is_radiometric(path):
        return decode_photograph(path, max_pixels)
    return decode_numpy(path, max_pixels) if is_numpy(path) else decode(path, max_pixels)


def pair_of(
    thermal: Decoded,
    scene: Decoded,
    ir: Path,
    vi: Path,
    *,
    align: bool = False,
    reading: Reading = Reading(),
    spelling: Callable[[str], str] = str,
) -> Pair:
    """What :func:`read_pair` makes of two decoded pictures; ``ir`` and ``vi`` are what messages call them."""
    heat, palette, coloured = _without_colour(thermal, ir)
    ir_fill = _fill_of(heat, thermal, ir)
    # What is transparent in an 8-bit photograph still shows something.
    vi_fill = None if scene.bits == 8 else _fill_of(scene.values, scene, vi, both_ends=False)
    degrees = _degrees(heat, thermal, ir_fill, reading, ir)
    infrared, ir_scale = _by_heat(degrees) or _to_unit(heat, thermal.bits, ir_fill)
    colour, vi_scale = _to_unit(scene.values, scene.bits, vi_fill)
    known, orientations = degrees.temperatures, (thermal.orientation, scene.orientation)
    same = thermal.orientation == scene.orientation
    turned = None if same else same_way_up(infrared, colour, orientations, ASPECT_TOLERANCE)
    if turned is not None:
        infrared, colour = turned.infrared, turned.visible
        if known is not None and not turned.reading[0]:
            known = known.rearranged(lambda plane: as_stored(plane, thermal.orientation))
    remarks = [
        *(*thermal.remarks, *scene.remarks, *coloured),
        *(f"{path}: {fill.remark()}" for path, fill in ((ir, ir_fill), (vi, vi_fill)) if fill is not None),
        *(f"{ir}: {doubt}" for doubt in _doubts(heat, thermal, ir_fill)),
        *(f"{vi}: {doubt}" for doubt in _doubts(scene.values, scene, vi_fill, both_ends=False)),
        *([] if degrees.remark is None else [f"{ir}: {degrees.remark}"]),
        *([] if turned is None else turned.remarks((str(ir), str(vi)), orientations)),
    ]
    if infrared.min() == infrared.max():
        remarks.append(f"{ir}: every infrared pixel has the same value; it adds nothing to the fusion")
    unit = "celsius" if degrees.bent else thermal.unit
    notes: dict[str, Any] = {
        "infrared": _noted(infrared, thermal, ir_scale, ir_fill, unit=unit, palette=palette),
        "visible": _noted(colour, scene, vi_scale, vi_fill),
        "resampled": None,
        "warnings": [],
    }
    notes |= {"orientation": turned.as_notes(orientations)} if turned is not None else {}
    notes |= {"temperatures": _spelled(degrees.notes, spelling)} if degrees.notes else {}
    if infrared.shape != colour.shape[:2]:
        height, width = colour.shape[:2]
        infrared, notes["resampled"] = match_size(infrared, (height, width), ir, vi, aspect_tolerance=ASPECT_TOLERANCE)
        known = None if known is None else known.resized((width, height))
    # A format without a gray mode (WebP) holds gray pictures as three equal channels.
    gray = colour.ndim == 2 or bool((colour == colour[..., :1]).all())
    visible = np.repeat(colour[..., None], 3, axis=2) if colour.ndim == 2 else colour
    if gray and ir != vi and palette is None and thermal.values.ndim == 3 and np.ptp(thermal.values, axis=2).any():
        remarks.append(f"{ir} is in colour and {vi} is gray: they may have been swapped")
    placed = register(infrared, visible, ir, vi, align=align)
    if known is not None and placed.moved is not None:
        known = known.warped(placed.moved.matrix(known.shape))
    notes["warnings"] = [spelled(remark, spelling) for remark in (*remarks, *placed.remarks)]
    notes |= placed.figures
    return Pair(np.ascontiguousarray(placed.infrared), np.ascontiguousarray(visible), gray, notes, known)


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
    blue_first = pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR)
    write_bytes_atomic(path, cv2.imencode(".png", blue_first)[1].tobytes())


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


def without_tint(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A picture of a gray pair as it is kept: its luma, (H, W), unless an edit has coloured it, as heat does.

    Args:
        picture: (H, W) or (H, W, 3) uint8.
    """
    if picture.ndim == 3 and int(np.ptp(picture, axis=2).max()) > TINT:
        return picture
    return luma_uint8(picture)


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
    scale = Scale.of(values if fill is None else values[~fill.mask])
    unit = scale.to_unit(values)
    if fill is not None:
        unit = fill_in(unit, fill.mask)
    return unit, {"values": list(scale.values), "levels": list(scale.levels)}


def _degrees(heat: NDArray[Any], thermal: Decoded, fill: Fill | None, reading: Reading, ir: Path) -> Meant:
    """What the infrared picture's numbers mean in degrees; an error names the file."""
    numbers = Numbers(
        heat,
        thermal.bits,
        unit=thermal.unit,
        unmeasured=None if fill is None else fill.mask,
        saturated=thermal.saturated,
        camera=thermal.camera,
        foreign=thermal.foreign,
        carried=thermal.carried,
    )
    try:
        return meant(numbers, reading)
    except InputError as error:
        raise error.again(InputError, within=ir) from error


def _by_heat(degrees: Meant) -> tuple[NDArray[np.float32], dict[str, object] | None] | None:
    """The infrared picture made of its temperatures, where its numbers do not rise with them along a line; else None.

    What is over the limit is as hot as that; where nothing is known, it is filled in.
    """
    known = degrees.temperatures
    if known is None or not degrees.bent:
        return None
    celsius = known.up_to_limit
    unknown = ~np.isfinite(celsius)
    return _to_unit(celsius, 32, Fill(unknown, []) if unknown.any() else None)


def _noted(
    picture: NDArray[np.float32],
    source: Decoded,
    scale: dict[str, object] | None,
    fill: Fill | None,
    *,
    unit: str | None = None,
    palette: str | None = None,
) -> dict[str, Any]:
    """What is noted of one source."""
    return (
        {"width": picture.shape[1], "height": picture.shape[0], "bits": source.bits, "scale": scale}
        | ({"unit": unit} if unit else {})
        | ({"palette": palette} if palette else {})
        | ({"fill": fill.as_notes()} if fill else {})
    )


def _spelled(notes: dict[str, Any], spelling: Callable[[str], str]) -> dict[str, Any]:
    return {name: spelled(value, spelling) if isinstance(value, str) else value for name, value in notes.items()}


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
    coloured = f"{ir}: infrared in false colours (palette '{found.name}'), turned back to gray"
    return found.gray * 255, found.name, [f"{coloured}; a gray picture from the camera is better"]
