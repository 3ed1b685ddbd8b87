"""False colours of infrared pictures: recognised by their palette and turned back into the gray they were made from.

A palette is a curve through the colours, from cold to hot. A picture coloured with it lies on that curve, but for
noise, JPEG (which halves the resolution of the colour, so that edges stray) and a legend or logo drawn over it; a
photograph does not. Each pixel's gray is the place of the nearest colour of the curve.

The curves: those of OpenCV, and those of FLIR by control points. FLIR's iron is from the palette record that its
cameras write into their files; rainbow and iron black are those of its Lepton cameras.
"""

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.spatial import cKDTree

# Colours on a curve: finer than the 256 of a picture, so that JPEG does not cost levels twice.
STEPS = 1021
# Pixels that are looked at to recognise a palette.
SAMPLES = 4000
# A pixel further from the curve than this is not of it. In the units of _space().
NEAR = 20.0
# Share of pixels, and of the colourful ones, that must lie near. The rest: edges under JPEG, legends, logos.
LEAST_NEAR = 0.88
# Mean distance of the colourful pixels, none counted as more than NEAR. Pictures under JPEG of quality 75 come to 8,
# hardly a photograph below 8.5 (docs/cameras.md).
FARTHEST = 8.0
# Chroma (distance from gray) that makes a pixel colourful, and how many of them a picture needs to be judged.
COLOURFUL = 24.0
LEAST_COLOURFUL = 0.04

# OpenCV's, but for those that end where they began (hsv, twilight) or are gray for the eye (bone).
_OPENCV = {
    name: getattr(cv2, f"COLORMAP_{name.upper()}")
    for name in (
        "autumn", "cividis", "cool", "deepgreen", "hot", "inferno", "jet", "magma", "ocean", "parula", "pink",
        "plasma", "rainbow", "spring", "summer", "turbo", "viridis", "winter",
    )
}  # fmt: skip
# (place in [0, 1], red, green, blue)
_FLIR = {
    "iron": (
        (0.0, 0, 17, 24), (0.049, 2, 4, 85), (0.108, 52, 0, 135), (0.148, 80, 0, 154), (0.22, 128, 0, 169),
        (0.256, 148, 3, 166), (0.332, 186, 22, 148), (0.422, 219, 51, 105), (0.52, 244, 91, 54), (0.587, 255, 121, 23),
        (0.632, 255, 140, 5), (0.753, 255, 193, 0), (0.816, 255, 216, 25), (0.857, 255, 230, 53), (0.883, 255, 237, 79),
        (0.915, 254, 245, 116), (0.951, 250, 253, 167), (1.0, 244, 255, 255),
    ),
    "iron black": (
        (0.0, 255, 255, 255), (0.498, 0, 0, 0), (0.56, 31, 0, 118), (0.65, 121, 1, 136), (0.722, 186, 7, 141),
        (0.804, 223, 55, 59), (0.863, 239, 112, 12), (0.941, 255, 224, 30), (1.0, 255, 255, 235),
    ),
    "FLIR rainbow": (
        (0.0, 1, 3, 74), (0.16, 0, 71, 170), (0.224, 0, 107, 221), (0.243, 0, 118, 220), (0.298, 10, 144, 162),
        (0.345, 51, 164, 79), (0.39, 118, 189, 19), (0.43, 173, 206, 1), (0.463, 220, 213, 3), (0.537, 247, 197, 11),
        (0.604, 255, 155, 23), (0.66, 254, 77, 43), (0.7, 251, 32, 59), (0.745, 248, 24, 73), (0.78, 248, 55, 94),
        (0.843, 252, 109, 117), (0.898, 255, 168, 149), (0.945, 255, 203, 175), (1.0, 255, 233, 208),
    ),
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Recognised:
    """A false-colour picture turned back.

    Attributes:
        name: of the palette.
        gray: (H, W) float32 in [0, 1], cold to hot.
        near: share of the pixels that lie on the palette, in [0, 1].
    """

    name: str
    gray: NDArray[np.float32]
    near: float


def names() -> list[str]:
    """Every palette that is known."""
    return [*_FLIR, *_OPENCV]


@cache
def curve(name: str) -> NDArray[np.float32]:
    """A palette as (1021, 3) RGB in [0, 255], from cold to hot.

    Raises:
        KeyError: no palette has this name.
    """
    if name in _FLIR:
        stops = np.array(_FLIR[name])
        places, colours = stops[:, 0], stops[:, 1:]
    else:
        ramp = np.arange(256, dtype=np.uint8)[:, None]
        places = np.linspace(0, 1, 256)
        colours = cv2.applyColorMap(ramp, _OPENCV[name])[:, 0, ::-1].astype(np.float64)
    fine = np.linspace(0, 1, STEPS)
    return np.stack([np.interp(fine, places, channel) for channel in colours.T], axis=1).astype(np.float32)


def colourise(gray: NDArray[np.uint8], name: str) -> NDArray[np.uint8]:
    """Colour a picture: (H, W) -> (H, W, 3) uint8 RGB. The inverse of :func:`recognise`."""
    levels = np.rint(np.linspace(0, STEPS - 1, 256)).astype(np.intp)
    colours: NDArray[np.uint8] = np.rint(curve(name)[levels]).astype(np.uint8)
    return colours[gray]


def recognise(colours: NDArray[np.uint8]) -> Recognised | None:
    """Find the palette that a picture was coloured with, and turn it back.

    Args:
        colours: (H, W, 3) uint8 RGB.

    Returns:
        The gray picture, or None where no palette fits: a photograph, or a palette that is not known.
    """
    every = max(1, round((colours.shape[0] * colours.shape[1] / SAMPLES) ** 0.5))  # of rows and of columns
    pixels = _space(colours[every // 2 :: every, every // 2 :: every].reshape(-1, 3))
    colourful = np.hypot(pixels[:, 1], pixels[:, 2]) > COLOURFUL * _CHROMA
    if colourful.mean() < LEAST_COLOURFUL:
        return None
    fits = []
    for name in names():
        distance = np.minimum(_tree(name).query(pixels)[0], NEAR)
        fits.append((float(distance[colourful].mean()), name, distance < NEAR))
    distance, name, on_it = min(fits, key=lambda fit: fit[0])
    near = float(min(on_it.mean(), on_it[colourful].mean()))
    if distance > FARTHEST or near < LEAST_NEAR:
        return None
    return Recognised(name, _places(colours, name), near)


# Errors in colour count half: JPEG keeps them coarser than the light.
_CHROMA = 0.5


def _space(colours: NDArray[np.uint8] | NDArray[np.float32]) -> NDArray[np.float32]:
    """(N, 3) RGB in [0, 255] -> luma and weighted chroma (BT.601), where nearness is measured."""
    red, green, blue = np.moveaxis(colours.astype(np.float32), -1, 0)
    luma = 0.299 * red + 0.587 * green + 0.114 * blue
    return np.stack([luma, _CHROMA * 0.713 * (red - luma), _CHROMA * 0.564 * (blue - luma)], axis=-1)


@cache
def _tree(name: str) -> "cKDTree":
    from scipy.spatial import cKDTree  # most pairs have no false colours, and need it not

    return cKDTree(_space(curve(name)))


def _places(colours: NDArray[np.uint8], name: str) -> NDArray[np.float32]:
    """Where on the palette each pixel lies, (H, W) in [0, 1]."""
    packed = colours.astype(np.uint32) @ np.array([1 << 16, 1 << 8, 1], np.uint32)
    distinct, where = np.unique(packed, return_inverse=True)  # each colour is looked up once
    rgb = np.stack([distinct >> 16, distinct >> 8 & 255, distinct & 255], axis=-1).astype(np.float32)
    places = _tree(name).query(_space(rgb))[1].astype(np.float32) / (STEPS - 1)
    return places[where].reshape(colours.shape[:2])
