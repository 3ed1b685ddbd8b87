"""What an edit changed inside its region: the few numbers that goals are stated in.

All on BT.601 luma, 0-255, inside the mask (uint8, 255 inside) or over the whole picture.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.errors import RegionError
from wordfuse.fusion.images import to_uint8
from wordfuse.fusion.look.parts import own_picture
from wordfuse.fusion.metrics.blotches import noise_level
from wordfuse.fusion.metrics.derivative import slopes_at
from wordfuse.fusion.metrics.goals.chroma import cast, mean_chroma
from wordfuse.fusion.metrics.goals.contrast import local_contrast
from wordfuse.fusion.metrics.goals.haze import estimate_haze
from wordfuse.fusion.metrics.goals.heat import heat_share
from wordfuse.fusion.metrics.goals.readable import readable
from wordfuse.fusion.metrics.goals.sharpness import sharpness
from wordfuse.fusion.metrics.goals.standout import difference, has_surroundings
from wordfuse.fusion.metrics.goals.stripes import estimate_stripes
from wordfuse.fusion.metrics.gray import Gray, brightest, to_gray
from wordfuse.fusion.metrics.guards import guards
from wordfuse.fusion.metrics.kept import Kept
from wordfuse.fusion.metrics.seen import seen_difference
from wordfuse.fusion.metrics.similarity import similarity_inside

CLIPPED_LOW, CLIPPED_HIGH = 1, 254  # 8-bit values at or beyond which detail is gone
EDGE_SHARE = 0.9  # edges are the strongest tenth of the gradient inside the region


_ALONE: Kept[dict[str, float]] = Kept(16)


def measure(
    picture: NDArray[np.uint8],
    infrared: NDArray[np.float32],
    visible: NDArray[np.float32],
    mask: NDArray[np.uint8] | None,
    before: NDArray[np.uint8] | None = None,
) -> dict[str, float]:
    """Measure a picture inside a region.

    Args:
        picture: (H, W, 3) uint8, the picture before or after an edit.
        infrared: (H, W) float32 in [0, 1].
        visible: (H, W, 3) float32 in [0, 1].
        mask: (H, W) uint8, 255 inside; None is the whole picture.
        before: the picture before the edit, which ``edges`` and what follows it are about; None: ``picture`` itself.

    Returns:
        ``distance_infrared``, ``distance_visible``: mean absolute luma difference to the source, 0-255;
        ``ssim_infrared``, ``ssim_visible``: mean structural similarity to it (7x7 uniform window), [-1, 1];
        ``area``: share of the picture that the region covers, [0, 1];
        ``luma``: mean, 0-255; ``clipped``: share of pixels at the ends of the range, [0, 1];
        ``noise``: estimated sigma of the noise, 0-255, of grain or of blotches of colour, whichever is worse;
        ``edges``: strength left of the gradient of ``before`` along its own strongest edges, 1 is all of it;
        ``difference``: CIEDE2000 between the region and what is around it, 0 where nothing is;
        ``contrast``: local, root mean square, 0-255; ``sharpness``: fine gradients above the noise, 0-255 a pixel;
        ``haze``: share of the light that is the haze's, [0, 1]; ``stripes``: pattern of rows and columns, 0-255;
        ``chroma``: mean CIELAB chroma; ``cast``: that of what should be gray; ``heat``: share by which colours follow
        the scale of heat, [0, 1];
        ``readable``: gradients at the scale of faces and letters, 0-255;
        ``seen``: what an eye sees of the change (``fusion.metrics.seen``), CIEDE2000;
        and, over all that changed, ``blobs``, ``rim``, ``halo``, ``colour``, ``texture`` (``fusion.metrics.guards``).

    Raises:
        RegionError: the mask is empty.
    """
    if mask is not None and not (mask > 127).any():
        raise RegionError("the mask is empty: no pixel to measure")
    start = picture if before is None else before
    gray = to_gray(to_uint8(infrared)), to_gray(to_uint8(visible))
    # A picture is measured again with every attempt that begins with it, and as the start of the next step.
    alone = _ALONE.of(lambda: _alone(picture, infrared, gray, mask), picture, infrared, visible, mask)
    changed = {"edges": edges_left(start, picture, mask), "seen": seen_difference(start, picture, mask)}
    # Looked at as before, whatever an edit made of the ends of the region.
    changed["haze"] = estimate_haze(picture, mask, alone=None if mask is None else own_picture(start, mask > 127))
    return alone | changed | guards(start, picture, mask, *gray)


def measure_sources(
    infrared: NDArray[np.float32], visible: NDArray[np.float32], mask: NDArray[np.uint8] | None
) -> tuple[dict[str, float], dict[str, float]]:
    """What :func:`measure` says of either source inside a region, as if it were the picture: infrared, then visible."""
    gray, colour = np.repeat(to_uint8(infrared)[..., None], 3, axis=2), to_uint8(visible)
    return measure(gray, infrared, visible, mask), measure(colour, infrared, visible, mask)


def _alone(
    picture: NDArray[np.uint8],
    infrared: NDArray[np.float32],
    gray: tuple[Gray, Gray],
    mask: NDArray[np.uint8] | None,
) -> dict[str, float]:
    """What can be said of a picture whatever it was before; ``gray`` are its sources, 0-255."""
    inside = np.ones(picture.shape[:2], bool) if mask is None else mask > 127
    y = to_gray(picture)
    values: dict[str, float] = {}
    for name, source in zip(("infrared", "visible"), gray, strict=True):
        values[f"distance_{name}"] = float(np.abs(y - source)[inside].mean())
        values[f"ssim_{name}"] = similarity_inside(y, source, inside)
    values["area"] = round(float(inside.mean()), 6)
    values["luma"] = float(y[inside].mean())
    most = brightest(picture)
    values["clipped"] = float(((most >= CLIPPED_HIGH) | (most <= CLIPPED_LOW))[inside].mean())
    values["noise"] = noise_level(picture, mask)
    values["difference"] = difference(picture, mask) if mask is not None and has_surroundings(mask) else 0.0
    values["contrast"] = local_contrast(picture, mask)
    values["sharpness"] = sharpness(picture, mask)
    values["stripes"] = estimate_stripes(picture, mask)
    values["chroma"], values["cast"] = mean_chroma(picture, mask), cast(picture, mask)
    values["heat"] = heat_share(picture, infrared, mask)
    values["readable"] = readable(picture, mask)
    return values


def edges_left(before: NDArray[np.uint8], after: NDArray[np.uint8], mask: NDArray[np.uint8] | None) -> float:
    """How much of the edges of a picture is left after an edit, 1 is all of it.

    Projection of the new gradient on the old one along the old one's strongest edges inside the mask. Lines that run
    through all of the region, and went, were a sensor's and no edges.
    """
    inside = np.ones(before.shape[:2], bool) if mask is None else mask > 127
    sharp, edited = to_gray(before), to_gray(after)
    sharp = sharp + _lines(edited - sharp, inside)
    # A Gaussian derivative of sigma 1.5 averages grain away, so that removing grain does not count as losing edges.
    old, new = slopes_at(sharp, 1.5), slopes_at(edited, 1.5)
    strength = np.hypot(*old)
    strong = inside & (strength >= np.quantile(strength[inside], EDGE_SHARE)) & (strength > 0)
    if not strong.any():
        return 1.0
    kept = (old[0] * new[0] + old[1] * new[1])[strong].sum()
    return float(kept / (strength[strong] ** 2).sum())


def _lines(change: Gray, inside: NDArray[np.bool_]) -> Gray:
    """What columns or rows, whichever are more, have of a change all along them: a value and a slope each."""
    columns, rows = _along(change, inside), _along(change.T, inside.T).T
    return max(columns, rows, key=lambda lines: float(np.square(lines).sum()))


def _along(change: Gray, inside: NDArray[np.bool_]) -> Gray:
    """Of each column of (H, W) the straight line that comes nearest to it inside; 0 outside."""
    weight = inside.astype(np.float64)
    count = np.maximum(weight.sum(axis=0), 1)
    place = np.arange(len(change))[:, None] - (weight * np.arange(len(change))[:, None]).sum(axis=0) / count
    mean = (weight * change).sum(axis=0) / count
    slope = (weight * place * change).sum(axis=0) / np.maximum((weight * place**2).sum(axis=0), 1)
    return (weight * (mean + slope * place)).astype(change.dtype)


def mean_distance(picture: NDArray[np.uint8], source: NDArray[Any], mask: NDArray[np.uint8] | None) -> float:
    """Mean absolute luma difference of (H, W, 3) uint8 to a source (H, W[, 3]) inside a mask, 0-255."""
    difference = np.abs(to_gray(picture) - to_gray(source))
    return float(difference.mean() if mask is None else difference[mask > 127].mean())


def mean_luma(picture: NDArray[np.uint8], mask: NDArray[np.uint8] | None) -> float:
    """Mean luma of (H, W, 3) uint8 inside a mask, 0-255."""
    y = to_gray(picture)
    return float(y.mean() if mask is None else y[mask > 127].mean())
