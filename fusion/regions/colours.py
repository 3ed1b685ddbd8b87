"""Which pixels have a colour, in the visible picture.

Measured in CIELAB, whose hue changes least with the light that falls on a thing. Hues are of photographed things, whose
blues lie at 230 to 290 degrees; bounds of neighbours overlap, for so do the words. Black, gray and white are held
against the darkest and the brightest of the picture: the white post of a night is no brighter than gray by day.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from wordfuse.fusion.regions.types import Picture
from wordfuse.fusion.regions.words.colours import Colour

WHITEST, LEAST_WHITE = 99.0, 45.0  # percentile of lightness that counts as white, and the least it is taken for
BLACKEST, MOST_BLACK = 1.0, 20.0  # likewise as black, and the most: haze lifts it
SEEN = 6.0  # lightness (0 to 100) below which no hue can be told
BLUR = 0.0015  # of the diagonal: colours are said of things, not of single noisy pixels


@dataclass(frozen=True)
class Bounds:
    """What pixels of a colour have.

    Attributes:
        hue: from and to, degrees of CIELAB, counter-clockwise; None: any.
        chroma: least and most.
        lightness: least and most, 100 is the white of the picture.
    """

    hue: tuple[float, float] | None
    chroma: tuple[float, float]
    lightness: tuple[float, float] = (SEEN, 200.0)


BOUNDS: dict[Colour, Bounds] = {
    "red": Bounds((350, 50), (16, 200), (SEEN, 75)),
    "orange": Bounds((42, 78), (30, 200), (35, 200)),
    "yellow": Bounds((76, 112), (22, 200), (40, 200)),
    "green": Bounds((100, 185), (10, 200)),
    "blue": Bounds((215, 308), (11, 200)),
    "purple": Bounds((300, 348), (14, 200)),
    "pink": Bounds((325, 32), (14, 70), (50, 200)),
    "brown": Bounds((35, 92), (9, 45), (SEEN, 52)),
    "black": Bounds(None, (0, 14), (-100, 28)),
    "gray": Bounds(None, (0, 10), (26, 82)),
    "white": Bounds(None, (0, 18), (76, 200)),
}
HUES: frozenset[str] = frozenset(colour for colour, bounds in BOUNDS.items() if bounds.hue is not None)
WIDER, PALER = 14.0, 0.65  # degrees of hue to either side, and share of the least chroma, of what nearly has a colour
COLOURLESS = 4.0  # chroma: a picture with less everywhere is a gray camera's; compressing leaves it some


def shows_hues(visible: Picture) -> bool:
    """Whether a picture shows any colours, as no gray camera's does: red can be told from blue in it.

    Args:
        visible: (H, W, 3) float32 RGB in [0, 1].
    """
    lab = _lab(visible)
    return bool(np.hypot(lab[..., 1], lab[..., 2]).max() >= COLOURLESS)


def coloured(visible: Picture, colour: Colour, *, nearly: bool = False) -> npt.NDArray[np.bool_]:
    """The pixels of a colour.

    Args:
        visible: (H, W, 3) float32 RGB in [0, 1].
        colour: one of `BOUNDS`.
        nearly: paler and of neighbouring hues as well, as things are called so in a washed-out picture.

    Returns:
        (H, W) bool.
    """
    lab = _lab(visible)
    lightness, a, b = (lab[..., at] for at in range(3))
    bounds = _wider(BOUNDS[colour]) if nearly else BOUNDS[colour]
    darkest, brightest = np.percentile(lightness, [BLACKEST, WHITEST]).tolist()
    black, white = min(MOST_BLACK, darkest), max(LEAST_WHITE, brightest)
    if bounds.hue is not None:
        black = 0.0  # how dark a red may be to be seen as red, haze does not change
    stretched = (lightness - black) * np.float32(100 / (white - black))
    inside = _between(np.hypot(a, b), bounds.chroma) & _between(stretched, bounds.lightness)
    if bounds.hue is not None:
        start, end = bounds.hue
        hue = np.degrees(np.arctan2(b, a))
        inside &= (hue - start) % 360 <= (end - start) % 360
    return np.asarray(inside, np.bool_)


def _wider(bounds: Bounds) -> Bounds:
    if bounds.hue is None:
        return bounds
    (start, end), (least, most), (darkest, lightest) = bounds.hue, bounds.chroma, bounds.lightness
    return Bounds((start - WIDER, end + WIDER), (PALER * least, most), (darkest * PALER, lightest + 10))


def _lab(visible: Picture) -> npt.NDArray[np.float32]:
    """CIELAB without the noise of single pixels: (H, W, 3)."""
    sigma_px = max(0.5, BLUR * float(np.hypot(*visible.shape[:2])))
    smooth = np.ascontiguousarray(cv2.GaussianBlur(visible, (0, 0), sigma_px))
    return np.asarray(cv2.cvtColor(smooth, cv2.COLOR_RGB2LAB), np.float32)


def _between(values: npt.NDArray[np.floating], bounds: tuple[float, float]) -> npt.NDArray[np.bool_]:
    return np.asarray((values >= bounds[0]) & (values <= bounds[1]), np.bool_)
