"""Which pixels are hot, cold, bright, dark, overexposed, underexposed or red: from the pictures alone, no network.

All thresholds adapt to the picture, with bounds where a word has an absolute meaning: nothing in a black picture is
bright. Otsu's threshold: N. Otsu, "A threshold selection method from gray-level histograms", 1979.
"""

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from wordfuse.fusion.regions.colours import BOUNDS, coloured
from wordfuse.fusion.regions.types import Picture, Sources
from wordfuse.fusion.regions.words.colours import Colour
from wordfuse.fusion.regions.words.grammar import Tone, ToneName

Selection = npt.NDArray[np.bool_]

# A thermal object stands out by at least this much of the full scale (15 of 255 levels); less is sensor noise.
_THERMAL_FLOOR = 0.06
# ... and by a fifth of what the strongest one stands out by. Chosen on street scenes, where people are a third as far
# above their surroundings as an exhaust is: higher loses the people, lower takes in walls and tree trunks.
_THERMAL_SHARE = 0.2
# Above this share of the picture the objects are split again into hot and less hot: what covers more is background.
_THERMAL_AREA = 0.25
# A picture whose luma spans less than this has no dark and bright to tell apart.
_FLAT = 0.06
# Otsu's separability from which the picture is plainly two things, hot and cold, whatever their size.
_TWO_LEVELS = 0.9
# Bounds of the adaptive thresholds on luma: brighter than DARK_MOST is never dark, and so on.
_DARK_LEAST, _DARK_MOST = 0.12, 0.42
_BRIGHT_LEAST, _BRIGHT_MOST = 0.45, 0.85
_BLOWN, _BLOWN_HALO = 0.95, 0.8
# Components below this share of the picture are specks (31 pixels of 640x480).
_SPECK = 1e-4


def select(sources: Sources, tone: Tone) -> Selection:
    """The pixels of a tone.

    Returns:
        (H, W) bool; nowhere true where the tone does not exist, as "hot" in a constant infrared image.
    """
    values, selection = _READERS[tone.name](sources)
    return _extreme(values, selection) if tone.most else selection


def _hot(sources: Sources) -> tuple[Picture, Selection]:
    return sources.infrared, _standing_out(sources.infrared)


def _cold(sources: Sources) -> tuple[Picture, Selection]:
    return 1 - sources.infrared, _standing_out(1 - sources.infrared)


def _bright(sources: Sources) -> tuple[Picture, Selection]:
    values = luma(sources.fused)
    smooth = _smooth_area(values)
    threshold = _threshold_between(smooth, _BRIGHT_LEAST, _BRIGHT_MOST, flat=_BRIGHT_MOST)
    return values, drop_specks(smooth > threshold)


def _dark(sources: Sources) -> tuple[Picture, Selection]:
    values = luma(sources.fused)
    smooth = _smooth_area(values)
    threshold = _threshold_between(smooth, _DARK_LEAST, _DARK_MOST, flat=_DARK_LEAST)
    return 1 - values, drop_specks(smooth < threshold)


def _overexposed(sources: Sources) -> tuple[Picture, Selection]:
    values = luma(sources.visible)
    selection = blown_out(values)
    if not selection.any():  # fusing may blow out what the camera had not
        values = luma(sources.fused)
        selection = blown_out(values)
    return values, selection


def _underexposed(sources: Sources) -> tuple[Picture, Selection]:
    values = luma(sources.visible)
    return 1 - values, drop_specks(_smooth_area(values) < _DARK_LEAST)


def _colour(colour: Colour) -> Callable[[Sources], tuple[Picture, Selection]]:
    def read(sources: Sources) -> tuple[Picture, Selection]:
        selection = drop_specks(coloured(sources.visible, colour))
        return selection.astype(np.float32), selection

    return read


# Each reader returns the values that the tone is high in, (H, W) float32, and the pixels it chose.
_READERS: dict[ToneName, Callable[[Sources], tuple[Picture, Selection]]] = {
    "hot": _hot,
    "cold": _cold,
    "bright": _bright,
    "dark": _dark,
    "overexposed": _overexposed,
    "underexposed": _underexposed,
    **{colour: _colour(colour) for colour in BOUNDS},
}


def luma(picture: Picture) -> Picture:
    """BT.601 luma, (H, W) float32 in [0, 1], of an (H, W, 3) RGB picture."""
    return np.asarray(picture @ np.array([0.299, 0.587, 0.114], np.float32), np.float32)


def otsu(values: npt.NDArray[np.floating[Any]]) -> tuple[float, float]:
    """Otsu's threshold of values in [0, 1] over 256 bins, and how well it separates them.

    Returns:
        (threshold, separability): the upper class is ``values > threshold``; the separability is the between-class
        share of the variance, 0 for constant values and 1 for exactly two levels.
    """
    counts, _ = np.histogram(values, 256, (0.0, 1.0))
    centres = (np.arange(256) + 0.5) / 256
    weight, moment = np.cumsum(counts).astype(np.float64), np.cumsum(counts * centres)
    total = weight[-1]
    below, above = weight, total - weight  # pixels in each class, for every cut
    between = np.divide(
        (moment[-1] * below - moment * total) ** 2,
        below * above * total**2,
        out=np.zeros(256),
        where=(below > 0) & (above > 0),
    )
    variance = float(np.sum(counts * (centres - moment[-1] / total) ** 2) / total)
    # Between two far levels every threshold is as good: the middle one leaves room for noise on both sides.
    best = np.flatnonzero(between >= between.max() * (1 - 1e-9))
    cut = int(best[len(best) // 2])
    return (cut + 1) / 256, float(between.max()) / variance if variance > 0 else 0.0


def _standing_out(values: Picture) -> Selection:
    """Pixels hotter than both their surroundings and the picture as a whole."""
    smooth = np.asarray(cv2.GaussianBlur(values, (0, 0), 1.0), np.float32)
    typical = np.maximum(_surroundings(smooth), np.float32(np.median(smooth)))
    excess = np.maximum(smooth - typical, np.float32(0))
    peak = float(excess.max())
    if peak < _THERMAL_FLOOR:
        selection = np.zeros(smooth.shape, np.bool_)
    else:
        relative = excess / peak
        threshold = otsu(relative)[0]
        for _ in range(4):
            if float(np.mean(relative > threshold)) <= _THERMAL_AREA:
                break
            threshold = otsu(relative[relative > threshold])[0]
        selection = drop_specks(relative > max(threshold, _THERMAL_SHARE))
    # What fills its own surroundings has no excess over them: a vehicle at arm's length, or half the picture.
    threshold, separability = otsu(smooth)
    if separability > _TWO_LEVELS and float(smooth.max() - smooth.min()) > _THERMAL_FLOOR:
        selection = selection | drop_specks(smooth > threshold)
    return selection


def _surroundings(values: Picture) -> Picture:
    """The median of a neighbourhood of 0.6 of the longer side, computed on a thumbnail."""
    height, width = values.shape
    scale = 128 / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(values, size, interpolation=cv2.INTER_AREA)
    middle = cv2.medianBlur(np.clip(np.rint(small * 255), 0, 255).astype(np.uint8), 77)
    return np.asarray(cv2.resize(middle.astype(np.float32) / 255, (width, height)), np.float32)


def _smooth_area(values: Picture) -> Picture:
    """Blurred by 0.3 % of the diagonal: dark and bright are said of areas, not of single noisy pixels."""
    sigma_px = max(0.5, 0.003 * float(np.hypot(*values.shape)))
    return np.asarray(cv2.GaussianBlur(values, (0, 0), sigma_px), np.float32)


def _threshold_between(values: Picture, least: float, most: float, *, flat: float) -> float:
    """Otsu's threshold kept inside [least, most]; `flat` where the picture has no two classes to tell apart."""
    low, high = np.percentile(values, [1, 99])
    if high - low < _FLAT:
        return flat
    return float(np.clip(otsu(values)[0], least, most))


def blown_out(values: Picture) -> Selection:
    """Clipped pixels with the halo that belongs to them: halo pixels connected to a clipped one."""
    halo = (values > _BLOWN_HALO).astype(np.uint8)
    _, labels = cv2.connectedComponents(halo, connectivity=8)
    keep = np.zeros(int(labels.max()) + 1, np.bool_)
    keep[labels[values > _BLOWN]] = True  # never label 0: what is blown out lies in its own halo
    return drop_specks(np.asarray(keep[labels], np.bool_))


def _extreme(values: Picture, selection: Selection) -> Selection:
    """The upper class of the selected pixels: "the hottest spot" of the hot ones."""
    if not selection.any():
        return selection
    inside = values[selection]
    # Stretched to [0, 1], so that the bins of Otsu's histogram resolve a narrow range.
    low, high = float(inside.min()), float(inside.max())
    if high - low < 1 / 255:
        return selection
    threshold, _ = otsu((inside - low) / (high - low))
    extreme = selection & (values > low + threshold * (high - low))
    cleaned = drop_specks(extreme)
    return cleaned if cleaned.any() else extreme


def drop_specks(selection: Selection, least: float = _SPECK) -> Selection:
    """Close one-pixel gaps, then drop components below a share of the picture, too small to be a region."""
    closed = cv2.morphologyEx(selection.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(closed, connectivity=8)
    keep = stats[:, cv2.CC_STAT_AREA] >= max(4, least * selection.size)
    keep[0] = False  # label 0 is what was not selected
    return np.asarray(keep[labels], np.bool_)


def largest_part(selection: Selection) -> Selection:
    """Of what hangs together, the largest: (H, W) bool; nothing of nothing."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(selection.astype(np.uint8), connectivity=8)
    areas = stats[:, cv2.CC_STAT_AREA].copy()
    areas[0] = 0  # label 0 is what was not selected
    return selection & (labels == int(np.argmax(areas)))


def filled(selection: Selection, most_px: int) -> Selection:
    """The selection with its holes closed: what it surrounds on all sides, up to an area in pixels."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats((~selection).astype(np.uint8), connectivity=4)
    x, y, wide, high = (stats[:, at] for at in range(4))
    height, width = selection.shape
    inside = (x > 0) & (y > 0) & (x + wide < width) & (y + high < height)
    holes = inside & (stats[:, cv2.CC_STAT_AREA] <= most_px)
    holes[0] = False  # label 0 is what is selected
    return selection | holes[labels]
