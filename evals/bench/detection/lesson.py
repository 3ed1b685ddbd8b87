"""How the detector is fine-tuned: its loss, and random augmented pictures.

The loss is that of FastestDet's authors: the four cells around the centre of a box are asked for it, of all of these
the better half (by intersection over union, above the mean) learns box and class, and what an object's cell should say
of being there is how well its box fits. Boxes learn by generalised intersection over union (Rezatofighi et al., CVPR
2019) in place of their SIoU.
"""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from wordfuse.evals.bench.detection.boxes import decoded
from wordfuse.evals.bench.detection.fastest import SIDE_PX, Raw, start
from wordfuse.fusion.images import read_picture
from wordfuse.fusion.training.loop import Batch, Lesson, Recipe
from wordfuse.fusion.training.region_samples import moved_boxes

WEIGHTS = {"boxes": 8.0, "there": 16.0, "kinds": 1.0}  # as published
EMPTY, FULL = 0.75, 0.25  # how much cells without and with an object count of "there", a picture; as published
HELD_BACK = 12  # one picture in so many is kept from training, for the curve
MOST_OBJECTS = 64  # in a picture
BESIDE = 114  # gray level beside a picture that is made smaller
ZOOM, STRETCH = (0.7, 1.6), 0.1
GAIN, GAMMA = 0.2, 0.2


@dataclass(frozen=True)
class Example:
    """A picture to learn from.

    Attributes:
        file: of (SIDE_PX, SIDE_PX, 3) pixels.
        boxes: (N, 5) float32: index in OBJECTS, x0, y0, x1, y1 as shares of the picture.
    """

    file: Path
    boxes: NDArray[np.float32]


class DetectionLesson(Lesson):
    """See the module."""

    name = "detector"

    def __init__(self, examples: list[Example], detector: Path | None, recipe: Recipe) -> None:
        """One lesson a row of the table: with the same seed all draw the same pictures and change them alike.

        Args:
            examples: of the training part.
            detector: see :func:`wordfuse.evals.bench.detection.fastest.start`.
            recipe: its seed decides about random weights, pictures and augmentation.

        Raises:
            InputError: the detector cannot be loaded.
        """
        torch.manual_seed(recipe.seed)
        self.network = start(detector)
        self.training = PictureSampler([one for i, one in enumerate(examples) if i % HELD_BACK], recipe.seed)
        self.validation = PictureSampler(examples[::HELD_BACK], seed=0)

    def terms(self, batch: Batch) -> dict[str, Tensor]:
        """One number for each of ``WEIGHTS``."""
        pictures, boxes = batch
        raw: Raw = self.network(pictures)
        return loss_terms(raw, boxes)

    def total(self, terms: dict[str, Tensor]) -> Tensor:
        """Weighted sum."""
        return torch.stack([weight * terms[name] for name, weight in WEIGHTS.items()]).sum()


def loss_terms(raw: Raw, boxes: Tensor) -> dict[str, Tensor]:
    """The terms of the loss, each a mean.

    Args:
        raw: what the network says.
        boxes: (B, N, 5): class, x0, y0, x1, y1 as shares of the picture; rows that are not used have the class -1.
    """
    _, _, height, width = raw.there.shape
    there = raw.there[:, 0].sigmoid()
    target, weight = torch.zeros_like(there), torch.full_like(there, EMPTY)
    zero = raw.box.sum() * 0
    terms = {"boxes": zero, "kinds": zero}
    picture, row, column, wanted = _asked(boxes, height, width)
    if len(picture):
        found = decoded(raw.box)[picture, row, column]
        fit, generalised = fits(found, wanted[:, 1:])
        better = fit >= fit.mean()  # at least one of them
        picture, row, column, fit = picture[better], row[better], column[better], fit[better]
        terms["boxes"] = (1 - generalised[better]).mean()
        terms["kinds"] = F.cross_entropy(raw.kind[picture, :, row, column], wanted[better, 0].long())
        target[picture, row, column] = fit.detach()
        weight[picture, row, column] = FULL * height * width / torch.bincount(picture)[picture].to(weight.dtype)
    terms["there"] = (F.smooth_l1_loss(there, target, reduction="none") * weight).mean()
    return terms


def _asked(boxes: Tensor, height: int, width: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """The four cells around the centre of each box, those inside the grid: picture, row, column, and its box."""
    picture, number = (boxes[..., 0] >= 0).nonzero(as_tuple=True)
    real = boxes[picture, number]
    size = torch.tensor([width, height], device=boxes.device)
    corner = ((real[:, 1:3] + real[:, 3:5]) / 2 * size).long()
    around = torch.tensor([[0, 0], [1, 0], [0, 1], [1, 1]], device=boxes.device)
    cells = corner[:, None] + around
    inside = ((cells >= 0) & (cells < size)).all(dim=-1)
    which = inside.nonzero(as_tuple=True)[0]
    column, row = cells[inside].T
    return picture[which], row, column, real[which]


def fits(one: Tensor, two: Tensor) -> tuple[Tensor, Tensor]:
    """Intersection over union of boxes (N, 4) with their counterparts, and the generalised one, which is below it."""
    common = (torch.minimum(one[:, 2:], two[:, 2:]) - torch.maximum(one[:, :2], two[:, :2])).clamp_min(0).prod(dim=1)
    union = (one[:, 2:] - one[:, :2]).prod(dim=1) + (two[:, 2:] - two[:, :2]).prod(dim=1) - common
    hull = (torch.maximum(one[:, 2:], two[:, 2:]) - torch.minimum(one[:, :2], two[:, :2])).prod(dim=1)
    fit = common / union.clamp_min(1e-9)
    return fit, fit - (hull - union) / hull.clamp_min(1e-9)


class PictureSampler:
    """Draws pictures at random: mirrored or not, nearer or farther, lighter or darker.

    What is drawn depends on the seed and on the boxes, never on the pixels: every row learns from the same places.
    """

    def __init__(self, examples: list[Example], seed: int) -> None:
        """At least one example."""
        self.examples = examples
        self.random = np.random.default_rng(seed)

    def state(self) -> dict[str, object]:
        """Of the generator."""
        return dict(self.random.bit_generator.state)

    def restore(self, state: dict[str, object]) -> None:
        """Of the generator."""
        self.random.bit_generator.state = state

    def batch(self, size: int) -> Batch:
        """Pictures (B, 3, SIDE_PX, SIDE_PX) float RGB in [0, 1], and boxes as :func:`loss_terms` wants them."""
        drawn = [self._one() for _ in range(size)]
        pictures = torch.from_numpy(np.stack([picture for picture, _ in drawn])).permute(0, 3, 1, 2)
        return pictures, torch.from_numpy(np.stack([boxes for _, boxes in drawn]))

    def _one(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        random, side = self.random, SIDE_PX
        example = self.examples[random.integers(len(self.examples))]
        zoom = np.exp(random.uniform(*np.log(ZOOM)) + np.array([1, -1]) * random.uniform(-STRETCH, STRETCH))
        # Where the picture's corner lies; a picture that has become larger fills the square, a smaller one lies in it.
        free = side * (1 - zoom)
        left, top = np.minimum(free, 0) + random.uniform(0, 1, 2) * np.abs(free)
        matrix = np.array([[zoom[0], 0, left], [0, zoom[1], top]])
        flip = random.random() < 0.5
        if flip:
            matrix = np.array([[-1, 0, side - 1], [0, 1, 0]]) @ np.vstack([matrix, [0, 0, 1]])
        gain, gamma = random.uniform(1 - GAIN, 1 + GAIN), np.exp(random.uniform(-GAMMA, GAMMA))
        picture = cv2.warpAffine(read_picture(example.file), matrix, (side, side), borderValue=(BESIDE,) * 3)
        values = ((np.arange(256) / 255) ** gamma * gain).clip(0, 1).astype(np.float32)[picture]
        boxes = np.full((MOST_OBJECTS, 5), -1, np.float32)
        edges = matrix + np.array([[0, 0, 1.0 * flip], [0, 0, 0]])  # the last pixel's far edge is at ``side``
        pixels = example.boxes * np.array([1, side, side, side, side], np.float32)
        moved = moved_boxes(pixels, edges, side)[:MOST_OBJECTS]
        moved[:, 1:] /= side
        boxes[: len(moved)] = moved
        return values, boxes
