"""What an eye takes offence at after an edit: blobs, rims, halos, lost colour, wiped texture.

Every measure compares a picture before an edit with the one after it, over all that changed, and says nothing of how
good either is. Gradients and residues are in gray values of 255, on BT.601 luma.

What both sources show is no fault: an edge or a tone that comes from the infrared or the visible picture is what
such an edit is for. So a change is first explained as far as it can be: around every pixel by the line that best makes
the picture after it out of the picture before it and both sources (a guided filter: He, Sun and Tang, "Guided Image
Filtering", TPAMI 35(6), 2013). What is left came from nowhere.
"""

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.abandon import still_wanted
from wordfuse.fusion.guided import local_lines
from wordfuse.fusion.look.parts import away_from_ends, own_picture, part_box
from wordfuse.fusion.metrics.derivative import slopes_at
from wordfuse.fusion.metrics.gray import brightest, to_gray
from wordfuse.fusion.metrics.noise import estimate_noise
from wordfuse.fusion.metrics.seen import lab

Picture = NDArray[np.uint8]
Plane = NDArray[Any]

MOST_PX = 1_200_000  # larger pictures are looked at smaller, as on a screen
WHITE, BLACK = 250, 5  # brightest channel at or beyond which nothing can be told apart any more
SPECK = 1e-4  # of the picture: smaller areas are specks, not blobs
BORDER_PX = 4  # to each side of a region's border
EXPLAINED_PX = 12  # radius within which one line explains a change
STIFF = 25.0  # variance of gray values below which a guide explains nothing
WORST = 0.02  # of the places looked at: a fault is where it is worst
COLOURED = 8.0  # CIELAB chroma below which a pixel is gray
GRAINLESS_PX, GRAINY = 2.0, 5.0  # standard deviation of noise that this smooths away
FINE_PX, COARSE_PX = 1.0, 3.0  # texture lies between these
TEXTURED = 3.0  # times the noise's standard deviation in that band
FAINT = 0.5  # energy in it that no eye sees, square gray values
GLARE = 215.0  # luma from which there is none
ENOUGH = 64  # places to say anything about


def guards(
    before: Picture, after: Picture, mask: NDArray[np.uint8] | None, infrared: Plane, visible: Plane
) -> dict[str, float]:
    """All measures of this file.

    Args:
        before: (H, W, 3) uint8.
        after: the same after an edit.
        mask: (H, W) uint8 of the edit, above 127 is inside; None is the whole picture.
        infrared: (H, W) gray in [0, 255], which the edit may take from.
        visible: the same.

    Returns:
        ``blobs``: per cent of the picture that became a clipped, black or white area;
        ``rim``: new steps along the border of the mask, gray values; ``halo``: unexplained light or dark beside edges,
        gray values; ``colour`` and ``texture``: shares that are left, 1 is all of it.
    """
    if np.array_equal(before, after):
        return {"blobs": 0.0, "rim": 0.0, "halo": 0.0, "colour": 1.0, "texture": 1.0}
    before, after, mask, sources = _small(before, after, mask, (infrared, visible))
    y, new = to_gray(before).astype(np.float32), to_gray(after).astype(np.float32)
    inside = (before != after).any(axis=2) if mask is None else mask > 127
    gray = [source.astype(np.float32) for source in sources]
    # The square lets a change be a bent line, as one that rolls off toward white is.
    residue = unexplained(new, [y, y**2 / 255, *gray])
    # A part of the picture may have other noise than the rest; of a thing there is too little to tell.
    noise = estimate_noise(before, None if mask is None or part_box(inside) is None else mask)
    alone = None if mask is None else own_picture(before, inside)
    reach = 2 * EXPLAINED_PX  # of what no line explains together with what lies beyond the end of a part
    return {
        "blobs": blobs(before, after, gray[1]),
        "rim": rim(y, new, mask, gray, alone=alone is not None),
        # What glares a camera could not show: of a lamp that is turned down anything may come to light there.
        "halo": halo(
            new, np.where(y < GLARE, residue, 0), inside if alone is None else away_from_ends(inside, alone, reach)
        ),
        "colour": colour_left(before, after, inside, noise),
        "texture": texture_left(y, new, inside, noise),
    }


def _small(
    before: Picture, after: Picture, mask: NDArray[np.uint8] | None, sources: Sequence[Plane]
) -> tuple[Picture, Picture, NDArray[np.uint8] | None, list[Plane]]:
    height, width = before.shape[:2]
    scale = (MOST_PX / (height * width)) ** 0.5
    if scale >= 1:
        return before, after, mask, list(sources)
    size = round(width * scale), round(height * scale)

    def less(picture: Plane) -> Plane:
        return cv2.resize(picture, size, interpolation=cv2.INTER_AREA)

    return less(before), less(after), None if mask is None else less(mask), [less(source) for source in sources]


def blobs(before: Picture, after: Picture, visible: Plane) -> float:
    """Per cent of the picture in areas that became black or white, and are not so in the visible picture.

    An area counts where it is larger than a speck; growth of an area that was black or white before counts as well.
    """
    old, made, area = brightest(before), brightest(after), 0
    black = (made <= BLACK) & (np.minimum(old, visible) > BLACK)
    white = (made >= WHITE) & (np.maximum(old, visible) < WHITE)
    for dead in (black, white):
        # A blob is open inside: threads of single pixels along edges are none.
        new = cv2.morphologyEx(dead.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
        _, _, stats, _ = cv2.connectedComponentsWithStats(new, connectivity=8)
        sizes = stats[1:, cv2.CC_STAT_AREA]
        area += int(sizes[sizes >= max(9, SPECK * new.size)].sum())
    return 100 * area / (before.shape[0] * before.shape[1])


def rim(
    y: Plane, new: Plane, mask: NDArray[np.uint8] | None, sources: Sequence[Plane], *, alone: bool = False
) -> float:
    """Step that the border of the mask left in the picture, where neither it nor a source has an edge of its own.

    The gradient of the change (Gaussian derivative, sigma 1), less that of the picture before and of the sources, at
    the worst tenth of the border; 0 where there is no border. Where the region is a picture of its own (``alone``), a
    step that was there may go: there it has to be a step after the edit, too, and more than all that was before.
    """
    if mask is None:
        return 0.0
    inside = (mask > 127).astype(np.uint8)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * BORDER_PX + 1,) * 2)
    # Nothing beyond the picture's own border.
    border = cv2.morphologyEx(inside, cv2.MORPH_GRADIENT, kernel, borderType=cv2.BORDER_REPLICATE) > 0
    if not border.any():
        return 0.0
    # A border that misses an edge by a pixel lies on it all the same.
    own = cv2.dilate(np.max([_gradient(picture, 1.0) for picture in (y, *sources)], axis=0), np.ones((3, 3), np.uint8))
    made = _gradient(new - y, 1.0)
    if alone:
        made = np.minimum(made, _gradient(new, 1.0))
    excess = np.maximum(made - own, 0)
    return _worst(excess[border], 0.1)


def unexplained(new: Plane, guides: Sequence[Plane]) -> Plane:
    """What is left of a picture after an edit once the best local line of the guides is taken out; all (H, W)."""
    still_wanted()
    stacked = np.stack(guides, axis=-1)
    slopes, offset = local_lines(stacked, new, EXPLAINED_PX, STIFF)
    left: Plane = new - offset - (slopes * stacked).sum(axis=-1)
    return left


def halo(new: Plane, residue: Plane, inside: NDArray[np.bool_]) -> float:
    """Unexplained light or dark beside the edges of the picture after an edit, gray values, where it is worst."""
    smooth = np.abs(cv2.GaussianBlur(residue, (0, 0), 2.0))
    edges = _gradient(new, 1.5)
    strong = inside & (edges >= max(4.0, float(np.quantile(edges[inside], 0.9))))
    if not strong.any():
        return 0.0
    near = cv2.dilate(strong.astype(np.uint8), np.ones((13, 13), np.uint8)).astype(bool) & inside
    return _worst(smooth[near], WORST)


def colour_left(before: Picture, after: Picture, inside: NDArray[np.bool_], noise: float) -> float:
    """Share of the colour that is left: CIELAB chroma over lightness, where there was some, weighted by it.

    The pictures are smoothed first, the further the stronger the noise (a standard deviation, 0-255): grain is no
    colour, and taking it out takes none away.
    """
    sigma = GRAINLESS_PX * max(1.0, noise / GRAINY)
    smooth = (np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma), np.uint8) for picture in (before, after))
    old, new = (lab(picture[inside]) for picture in smooth)
    chroma = np.hypot(old[:, 1], old[:, 2])
    coloured = chroma > COLOURED
    if coloured.mean() < 0.002:
        return 1.0
    old, new, chroma = old[coloured], new[coloured], chroma[coloured]
    fair = chroma * new[:, 0].clip(5) / old[:, 0].clip(5)  # what a change of light alone makes of it
    wanted = np.minimum(chroma, fair)
    return float(np.minimum(np.hypot(new[:, 1], new[:, 2]), wanted).sum() / wanted.sum().clip(1e-6))


def texture_left(y: Plane, new: Plane, inside: NDArray[np.bool_], noise: float) -> float:
    """Share of the fine structure that is left, measured against the light, where most of it went.

    Texture is what a picture has between two scales, above its noise (a standard deviation, 0-255). It is left where
    the picture after the edit still has it or another, as that of a source. The mean of the worst quarter of the places
    that had any; glare has none.
    """
    old, made = _band(y), _band(new)
    energy = _local(old**2)
    # White noise of sigma s has this energy in the band of the two Gaussians.
    a, b = FINE_PX**2, COARSE_PX**2
    least = TEXTURED**2 * noise**2 * (1 / a + 1 / b - 4 / (a + b)) / (4 * np.pi) + FAINT
    textured = inside & (energy > least) & (_local(y) < GLARE)
    if textured.sum() < ENOUGH:
        return 1.0
    light = ((_local(new) + 8) / (_local(y) + 8)).clip(0.2, 1.0)
    left = np.sqrt(_local(made**2) / np.maximum(energy, least)) / light
    values = left[textured].clip(0, 1)
    return 1 - _worst(1 - values, 0.25)


def _band(x: Plane) -> Plane:
    fine: Plane = cv2.GaussianBlur(x, (0, 0), FINE_PX) - cv2.GaussianBlur(x, (0, 0), COARSE_PX)
    return fine


def _local(x: Plane) -> Plane:
    """Mean of a neighbourhood of some pixels."""
    still_wanted()
    mean: Plane = cv2.GaussianBlur(x, (0, 0), 4.0)
    return mean


def _gradient(x: Plane, sigma: float) -> Plane:
    """Gray values a pixel."""
    still_wanted()
    strength: Plane = np.hypot(*slopes_at(x, sigma))
    return strength


def _worst(values: Plane, share: float) -> float:
    """Mean of the largest ``share`` of some values."""
    most = max(1, round(share * values.size))
    return float(np.partition(values, -most)[-most:].mean())
