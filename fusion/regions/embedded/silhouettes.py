"""The outline of a thing whose mask is hardly more than its box, as a strong edit would show.

One Gaussian of each picture does not tell a dark coat over bright trousers from a street as mixed. So where a mask
fills its box as no thing does, it is cut again: mixtures of Gaussians over heat, light and colour, inside and outside,
and the border where pixels change most (Rother, Kolmogorov and Blake, "GrabCut", SIGGRAPH 2004, as OpenCV has it).
"""

import cv2
import numpy as np
import numpy.typing as npt

from wordfuse.fusion.regions.tones import Selection, luma
from wordfuse.fusion.regions.types import Picture

FILLS = {"car": 0.84, "person": 0.78, "bicycle": 0.84}  # of its own box, from which a mask is hardly more than that
LEAST_PX = 10  # of the shorter side of a box: what is smaller has no outline
SIDE_PX = (64, 96)  # the shorter side at which it is cut, at least and at most
REACH = 1.12  # of a box's half sides: beyond it nothing belongs to the thing
CORE, INNER = 0.35, 0.75  # of the mask's greatest depth, and of the box's half sides: what surely belongs to it
ROUNDS = 3
KEPT = (0.5, 1.35)  # of the area of the mask: what is smaller or larger has gone astray
EDGE = 1.15  # times the change of the whole window, which there is at least at the border of what was cut out
COLOURED = 2.0  # weight of blue against red

Box = tuple[float, float, float, float]


def fills_its_box(mask: Selection, name: str) -> bool:
    """Whether a mask is hardly more than a box; ``name`` is the class of the thing."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not rows.size or min(len(rows), len(columns)) < LEAST_PX:
        return False
    box = (rows[-1] - rows[0] + 1) * (columns[-1] - columns[0] + 1)
    return bool(mask.sum() >= FILLS[name] * box)


def outlined(heat: Picture, visible: Picture, mask: Selection, chance: Picture, box: Box) -> Selection:
    """A mask along the outline of what is in it; the mask itself where no outline is found.

    Args:
        heat: (h, w), a window of the infrared picture that is wider than the box.
        visible: (h, w, 3), of the visible one.
        mask: (h, w) bool.
        chance: (h, w), that a pixel shows the class of the thing.
        box: of the thing, in pixels of the window.
    """
    height, width = mask.shape
    shorter = min(height, width)
    scale = float(np.clip(shorter, *SIDE_PX)) / shorter
    size = max(1, round(width * scale)), max(1, round(height * scale))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    bluer = 0.5 + COLOURED * (visible[..., 2] - visible[..., 0])
    planes = np.dstack([_ranged(heat), _ranged(luma(visible)), bluer]).astype(np.float32)
    picture = np.rint(np.clip(cv2.resize(planes, size, interpolation=way), 0, 1) * 255).astype(np.uint8)
    own = cv2.resize(mask.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
    likely = np.asarray(cv2.resize(chance, size, interpolation=cv2.INTER_LINEAR), np.float32)
    rows, columns = (np.mgrid[: size[1], : size[0]] + 0.5) / scale
    x0, y0, x1, y1 = box
    away = np.maximum(np.abs(2 * columns - x0 - x1) / (x1 - x0), np.abs(2 * rows - y0 - y1) / (y1 - y0))
    depth = cv2.distanceTransform(own.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    core = (depth > CORE * depth.max()) & (away < INNER) & (likely > likely.max() / 2)
    told = np.full(own.shape, cv2.GC_BGD, np.uint8)
    told[away < REACH] = cv2.GC_PR_BGD
    told[(away < REACH) & own] = cv2.GC_PR_FGD
    told[core] = cv2.GC_FGD
    if not core.any() or (away < REACH).all():
        return mask
    cv2.setRNGSeed(0)  # its first guess is drawn
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(picture, told, (0, 0, 1, 1), *models, ROUNDS, cv2.GC_INIT_WITH_MASK)
    cut = np.isin(told, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.float32)
    back = cv2.INTER_AREA if scale > 1 else cv2.INTER_LINEAR
    found = np.asarray(cv2.resize(cut, (width, height), interpolation=back) > 0.5, np.bool_)
    least, most = (share * int(mask.sum()) for share in KEPT)
    return found if least <= int(found.sum()) <= most and _is_outline(picture, cut > 0) else mask


def _is_outline(picture: npt.NDArray[np.uint8], cut: Selection) -> bool:
    """Whether a picture changes more at the border of what was cut out than elsewhere."""
    square = np.ones((3, 3), np.uint8)
    changes = cv2.morphologyEx(cv2.GaussianBlur(picture, (0, 0), 1), cv2.MORPH_GRADIENT, square).max(axis=2)
    border = cv2.morphologyEx(cut.astype(np.uint8), cv2.MORPH_GRADIENT, square) > 0
    return bool(border.any()) and float(changes[border].mean()) > EDGE * float(changes.mean())


def _ranged(values: Picture) -> npt.NDArray[np.float32]:
    low, high = np.percentile(values, (1, 99))
    return np.asarray(np.clip((values - low) / max(float(high - low), 0.1), 0, 1), np.float32)
