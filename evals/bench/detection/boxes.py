"""From what the detector says of its cells to boxes."""

from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from wordfuse.evals.bench.detection.fastest import SIDE_PX, FastestDet, Raw

LEAST_SCORE = 0.005  # COCO's precision wants unsure boxes as well
OVERLAP = 0.45  # intersection over union from which a less sure box of the class is the same object; as published
CANDIDATES, MOST = 300, 100  # boxes before and after that


class Seen(NamedTuple):
    """What was found in a picture, the surest first.

    Attributes:
        kinds: (N,) int64, index in OBJECTS (or in the classes that the detector has).
        scores: (N,) float32 in [0, 1].
        boxes: (N, 4) float32, x0, y0, x1, y1 as shares of the picture's width and height, in [0, 1].
    """

    kinds: NDArray[np.int64]
    scores: NDArray[np.float32]
    boxes: NDArray[np.float32]


def decoded(box: Tensor) -> Tensor:
    """Boxes of all cells.

    The centre lies within a cell's side of the cell's own corner, by tanh; the size is a share of the picture, by a
    logistic function.

    Args:
        box: (B, 4, h, w) of :class:`Raw`.

    Returns:
        (B, h, w, 4): x0, y0, x1, y1 as shares of the picture; they may reach beyond it.
    """
    _, _, height, width = box.shape
    columns = torch.arange(width, device=box.device, dtype=box.dtype)
    rows = torch.arange(height, device=box.device, dtype=box.dtype)[:, None]
    x, y = (box[:, 0].tanh() + columns) / width, (box[:, 1].tanh() + rows) / height
    across, down = box[:, 2].sigmoid() / 2, box[:, 3].sigmoid() / 2
    return torch.stack((x - across, y - down, x + across, y + down), dim=-1)


@torch.inference_mode()
def seen(network: FastestDet, pictures: NDArray[np.uint8]) -> list[Seen]:
    """What a detector finds.

    Args:
        network: in evaluation mode; its device is where the work happens.
        pictures: (B, SIDE_PX, SIDE_PX, 3) uint8 RGB.
    """
    if pictures.shape[1:] != (SIDE_PX, SIDE_PX, 3):
        raise ValueError(f"expected (B, {SIDE_PX}, {SIDE_PX}, 3), got {pictures.shape}")
    device = next(network.parameters()).device
    values = torch.from_numpy(pictures).to(device).permute(0, 3, 1, 2).float() / 255
    raw: Raw = network(values)
    boxes = decoded(raw.box).flatten(1, 2).clamp(0, 1).cpu().numpy()
    sure, kinds = raw.kind.softmax(dim=1).flatten(2).max(dim=1)
    scores = (raw.there.sigmoid().flatten(1) * sure).cpu().numpy()
    return [_one_a_thing(*of_picture) for of_picture in zip(kinds.cpu().numpy(), scores, boxes, strict=True)]


def _one_a_thing(kinds: NDArray[np.int64], scores: NDArray[np.float32], boxes: NDArray[np.float32]) -> Seen:
    """Without boxes that overlap a surer one of their class (non-maximum suppression)."""
    order = np.argsort(-scores, kind="stable")[:CANDIDATES]
    order = order[scores[order] >= LEAST_SCORE]
    kinds, scores, boxes = kinds[order], scores[order], boxes[order]
    same = (overlaps(boxes, boxes) > OVERLAP) & (kinds[:, None] == kinds[None])
    kept: list[int] = []
    for i in range(len(kinds)):
        if not same[i, kept].any():
            kept.append(i)
    kept = kept[:MOST]
    return Seen(kinds[kept], scores[kept], boxes[kept])


def overlaps(one: NDArray[np.float32], two: NDArray[np.float32]) -> NDArray[np.float32]:
    """Intersection over union of (N, 4) boxes with (M, 4): (N, M)."""
    low = np.maximum(one[:, None, :2], two[None, :, :2])
    high = np.minimum(one[:, None, 2:], two[None, :, 2:])
    common = (high - low).clip(0).prod(axis=-1)
    areas = [(boxes[:, 2:] - boxes[:, :2]).prod(axis=1) for boxes in (one, two)]
    union = areas[0][:, None] + areas[1][None] - common
    return np.asarray(common / np.maximum(union, 1e-12), np.float32)
