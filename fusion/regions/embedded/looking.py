"""What the embedded network sees in a pair: objects with boxes, and what every pixel shows."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional as F

from wordfuse.fusion.device import mixed_precision
from wordfuse.fusion.networks.regions import CELL_PX, OBJECTS, STRIDE, Found, RegionNetwork
from wordfuse.fusion.regions.types import Sources

# Rows at which the network looks, and whether into a mirror: the first for what is small, the last for what is near.
LOOKS = ((672, False), (480, True), (320, False))
WIDTH_LIMIT = 2.0  # times the height: wider pictures are looked at in less detail
LEAST_SCORE = 0.1
MOST = 100
OVERLAP = 0.55  # intersection over union above which two boxes of a class are one object

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Object:
    """Something the network found: its class, its box (x0, y0, x1, y1) in pixels of the pair, a score in [0, 1]."""

    name: str
    box: Box
    score: float


@dataclass(frozen=True, eq=False)
class View:
    """A pair as the network sees it.

    Attributes:
        objects: the surest first.
        chances: (11, h, w) float32, that a pixel shows a class, on a coarse grid over the whole picture.
    """

    objects: tuple[Object, ...]
    chances: npt.NDArray[np.float32]


@torch.inference_mode()
def look(network: RegionNetwork, sources: Sources) -> View:
    """Look at a pair, at several sizes.

    Args:
        network: its device is where the work happens.
        sources: the fused picture is not looked at.
    """
    height, width = sources.shape
    objects: list[Object] = []
    chances: list[npt.NDArray[np.float32]] = []
    for rows, mirrored in LOOKS:
        scale = min(rows / height, WIDTH_LIMIT * rows / width)
        size = max(CELL_PX, round(width * scale)), max(CELL_PX, round(height * scale))
        found = _look_at(network, sources, size, mirrored)
        grid = -(-size[1] // STRIDE), -(-size[0] // STRIDE)
        chances.append(found.classes[0, :, : grid[0], : grid[1]].softmax(dim=0).permute(1, 2, 0).cpu().numpy())
        objects += _objects(found, np.array([width / size[0], height / size[1]] * 2), (height, width))
    finest = chances[0].shape[1::-1]
    mean = np.mean([cv2.resize(one, finest, interpolation=cv2.INTER_LINEAR) for one in chances], axis=0)
    return View(_merged(objects), np.ascontiguousarray(mean.transpose(2, 0, 1), np.float32))


def _look_at(network: RegionNetwork, sources: Sources, size: tuple[int, int], mirrored: bool) -> Found:
    """One pass over the pair at (width, height); what a mirror shows is turned back."""
    way = cv2.INTER_AREA if size[1] < sources.shape[0] else cv2.INTER_LINEAR
    picture = cv2.resize(np.dstack([sources.infrared, sources.visible]), size, interpolation=way)
    pixels = torch.from_numpy(np.ascontiguousarray(picture, np.float32)).permute(2, 0, 1)[None]
    padded = F.pad(pixels, (0, -size[0] % CELL_PX, 0, -size[1] % CELL_PX))
    padded = padded.flip(3) if mirrored else padded
    device = next(network.parameters()).device
    with mixed_precision(device):
        found: Found = network(padded[:, :1].to(device), padded[:, 1:].to(device))
    if not mirrored:
        return found
    sides = found.sides.flip(3)[:, [2, 1, 0, 3]]  # left and right change places
    return Found(found.classes.flip(3), found.centres.flip(3), sides)


def _objects(found: Found, factors: npt.NDArray[np.float64], shape: tuple[int, int]) -> list[Object]:
    """Peaks among the centres, with their boxes in pixels of the pair."""
    scores = found.centres[0].sigmoid()
    peaks = F.max_pool2d(scores[None], 3, 1, 1)[0] == scores
    values, places = (scores * peaks).flatten().topk(min(MOST, scores.numel()))
    _, height, width = scores.shape
    objects = []
    for score, place in zip(values.tolist(), places.tolist(), strict=True):
        if score < LEAST_SCORE:
            break
        kind, row, column = place // (height * width), place // width % height, place % width
        x, y = (column + 0.5) * STRIDE, (row + 0.5) * STRIDE
        left, top, right, bottom = found.sides[0, :, row, column].tolist()
        corners = np.array([x - left, y - top, x + right, y + bottom]) * factors
        x0, x1 = np.clip(corners[[0, 2]], 0, shape[1]).tolist()
        y0, y1 = np.clip(corners[[1, 3]], 0, shape[0]).tolist()
        if min(x1 - x0, y1 - y0) >= 1:  # and not in the padding
            objects.append(Object(OBJECTS[kind], (x0, y0, x1, y1), score))
    return objects


def _merged(objects: list[Object]) -> tuple[Object, ...]:
    """One object for all boxes of a class that overlap, the surest first.

    Its box is their mean, weighted by their scores, which lies better than the best of them (weighted boxes fusion,
    Solovyev et al., Image and Vision Computing 2021); its score is the best.
    """
    groups: list[list[Object]] = []
    boxes: list[Box] = []
    for one in sorted(objects, key=lambda seen: -seen.score):
        for i, group in enumerate(groups):
            if group[0].name == one.name and overlap(boxes[i], one.box) > OVERLAP:
                group.append(one)
                boxes[i] = _mean_box(group)
                break
        else:
            groups.append([one])
            boxes.append(one.box)
    return tuple(Object(group[0].name, box, group[0].score) for group, box in zip(groups, boxes, strict=True))


def _mean_box(group: list[Object]) -> Box:
    x0, y0, x1, y1 = np.average([seen.box for seen in group], axis=0, weights=[seen.score for seen in group]).tolist()
    return x0, y0, x1, y1


def overlap(one: Box, two: Box) -> float:
    """Intersection over union of two boxes."""
    common = max(0.0, min(one[2], two[2]) - max(one[0], two[0])) * max(0.0, min(one[3], two[3]) - max(one[1], two[1]))
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (one, two)]
    return common / max(sum(areas) - common, 1e-6)
