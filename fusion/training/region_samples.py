"""Random augmented pieces of labelled pictures: what the region network is trained on.

A set is a folder with ``vi/`` and, if there is one, ``ir/``, and with labels: ``boxes.json`` ({stem: {boxes: [[class,
x0, y0, x1, y1], ...]}}) or ``mask/`` (the index of the class, 11 is unknown). Pairs of its pictures without labels are
drawn too: there is something to learn from how the two agree. A set of visible pictures alone gets infrared ones made
up: every class of a picture has a temperature, so that what the mask tells can be learned from heat as well.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from wordfuse.fusion.colour import LUMA
from wordfuse.fusion.errors import InputError
from wordfuse.fusion.files.pairs import is_hidden, pictures_by_stem
from wordfuse.fusion.images import read_picture
from wordfuse.fusion.networks.classes import CLASSES, OBJECTS
from wordfuse.fusion.training.loop import Batch

UNKNOWN = len(CLASSES)
SYNONYMS = {"bus": "car", "truck": "car", "motorcycle": "bicycle"}
SCALES = (0.35, 2.5)  # of a picture at 480 rows: far cars of a few pixels, people as tall as the picture
SHARES = (0.4, 0.4, 0.2)  # of OBJECTS among the objects that pieces are centred on: bicycles are rare
MOST_OBJECTS = 48  # in a piece
VALIDATION_SHARE = 12  # one picture in so many is held back
# How warm a class is beside others, and how much that varies: made-up infrared pictures.
WARMTH = {"sky": (0.1, 0.1), "person": (0.8, 0.15), "car": (0.5, 0.25), "bicycle": (0.45, 0.2), "tree": (0.4, 0.15)}
USUAL_WARMTH = (0.4, 0.15)

Values = NDArray[np.float32]


@dataclass(frozen=True)
class Example:
    """A labelled picture.

    Attributes:
        picture: (H, W, 4) uint8: infrared, red, green, blue.
        boxes: (N, 5): index in OBJECTS, x0, y0, x1, y1; None: not known.
        mask: (H, W) index in CLASSES or UNKNOWN; None: not known.
        infrared: whether there is a real one.
    """

    picture: NDArray[np.uint8]
    boxes: Values | None
    mask: NDArray[np.uint8] | None
    infrared: bool

    @property
    def labelled(self) -> bool:
        """Whether anything is known."""
        return self.boxes is not None or self.mask is not None


def read_examples(root: Path) -> tuple[list[list[Example]], list[Example]]:
    """Every labelled picture and every pair below ``root``: those to train on, set by set, and those held back.

    Raises:
        InputError: nothing is labelled.
    """
    sets: list[list[Example]] = []
    held_back: list[Example] = []
    for folder in sorted(path for path in root.iterdir() if (path / "vi").is_dir() and not is_hidden(Path(path.name))):
        examples = sorted(_read_set(folder), key=lambda example: not example.labelled)
        if examples:
            held_back += examples[::VALIDATION_SHARE]
            sets.append([example for i, example in enumerate(examples) if i % VALIDATION_SHARE])
    if not any(example.labelled for examples in sets for example in examples):
        raise InputError("no labelled set", subject=root, remedy="expected folders with vi/ and boxes.json or mask/")
    return sets, held_back


def _read_set(folder: Path) -> list[Example]:
    file = folder / "boxes.json"
    boxes = json.loads(file.read_text()) if file.exists() else {}
    masks = (
        {stem.name: path for stem, path in pictures_by_stem(folder / "mask").items()}
        if (folder / "mask").is_dir()
        else {}
    )
    infrared = (
        {stem.name: path for stem, path in pictures_by_stem(folder / "ir").items()} if (folder / "ir").is_dir() else {}
    )
    examples = []
    for stem, path in pictures_by_stem(folder / "vi").items():
        name = stem.name
        drawn = _boxes(boxes[name]["boxes"]) if name in boxes else None
        if drawn is not None and not len(drawn):
            drawn = None  # not proven empty
        if drawn is None and name not in masks and name not in infrared:
            continue
        visible = read_picture(path)
        heat = read_picture(infrared[name])[..., :1] if name in infrared else np.zeros_like(visible[..., :1])
        if heat.shape[:2] != visible.shape[:2]:
            raise InputError(
                f"{_size(heat)} pixels, but {path.name} has {_size(visible)}",
                subject=infrared[name],
                remedy="register the pair first",
            )
        mask = _read_mask(masks[name]) if name in masks else None
        examples.append(Example(np.concatenate([heat, visible], axis=2), drawn, mask, name in infrared))
    return examples


def _size(picture: NDArray[np.uint8]) -> str:
    return f"{picture.shape[1]}x{picture.shape[0]}"


def _read_mask(path: Path) -> NDArray[np.uint8]:
    mask = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    if mask is None or mask.ndim != 2 or mask.dtype != np.uint8 or mask.max() > UNKNOWN:
        raise InputError(f"must be a gray picture of class indices, at most {UNKNOWN}", subject=path)
    return np.asarray(mask, np.uint8)


def _boxes(rows: list[list[object]]) -> Values:
    kept = []
    for name, *corners in rows:
        name = SYNONYMS.get(str(name), str(name))
        if name in OBJECTS:
            kept.append([OBJECTS.index(name), *corners])
    return np.array(kept, np.float32).reshape(-1, 5)


class RegionSampler:
    """Draws pieces, a set as often as its square root tells; see the module."""

    def __init__(self, sets: list[list[Example]], crop_px: int, seed: int) -> None:
        """``crop_px`` is a multiple of the network's cells."""
        self.sets, self.crop_px = sets, crop_px
        self.random = np.random.default_rng(seed)
        weights = np.sqrt([len(examples) for examples in sets])
        self.chances = weights / weights.sum()

    def state(self) -> dict[str, object]:
        """Of the generator."""
        return dict(self.random.bit_generator.state)

    def restore(self, state: dict[str, object]) -> None:
        """Of the generator."""
        self.random.bit_generator.state = state

    def batch(self, size: int) -> Batch:
        """Pictures (B, 4, S, S), masks (B, S, S) int64, boxes (B, MOST_OBJECTS, 5), what is known (B, 2), originals.

        The first of what is known is 1 where the boxes are, the second where the mask is. Rows of boxes that are not
        used have the class -1. The originals are the pictures before light and cameras were varied.
        """
        pieces = [self._piece() for _ in range(size)]
        pictures = torch.from_numpy(np.stack([piece[0] for piece in pieces])).permute(0, 3, 1, 2)
        masks = torch.from_numpy(np.stack([piece[1] for piece in pieces]).astype(np.int64))
        boxes = torch.from_numpy(np.stack([piece[2] for piece in pieces]))
        known = torch.from_numpy(np.stack([piece[3] for piece in pieces]))
        originals = torch.from_numpy(np.stack([piece[4] for piece in pieces])).permute(0, 3, 1, 2)
        return pictures, masks, boxes, known, originals

    def _piece(self) -> tuple[Values, NDArray[np.uint8], Values, Values, Values]:
        random, side = self.random, self.crop_px
        examples = self.sets[random.choice(len(self.sets), p=self.chances)]
        example = examples[random.integers(len(examples))]
        height, width = example.picture.shape[:2]
        scale = float(np.exp(random.uniform(*np.log(SCALES)))) * (480 / height)
        stretch = float(np.exp(random.uniform(-0.1, 0.1)))
        sx, sy = scale * stretch, scale / stretch
        # Most pieces are centred on an object, for there is little else to find in most places.
        centre = np.array([random.uniform(0, width), random.uniform(0, height)])
        if example.boxes is not None and len(example.boxes) and random.random() < 0.6:
            chances = np.array(SHARES)[example.boxes[:, 0].astype(int)]
            box = example.boxes[random.choice(len(example.boxes), p=chances / chances.sum()), 1:]
            centre = (box[:2] + box[2:]) / 2 + random.uniform(-0.3, 0.3, 2) * side / scale
        left, top = (
            _start(middle * s, length * s, side)
            for middle, length, s in zip(centre, (width, height), (sx, sy), strict=True)
        )
        matrix = np.array([[sx, 0, -left], [0, sy, -top]], np.float64)
        flip = random.random() < 0.5
        if flip:
            matrix = np.array([[-1, 0, side - 1], [0, 1, 0]]) @ np.vstack([matrix, [0, 0, 1]])
        shrunk = example.picture
        if min(sx, sy) < 0.7:  # no aliasing
            shrunk = np.asarray(cv2.GaussianBlur(shrunk, (0, 0), 0.35 / min(sx, sy)))
        picture = cv2.warpAffine(shrunk, matrix, (side, side), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
        inside = cv2.warpAffine(np.ones((height, width), np.uint8), matrix, (side, side), flags=cv2.INTER_NEAREST)
        mask: NDArray[np.uint8] = np.full((side, side), UNKNOWN, np.uint8)
        if example.mask is not None:
            moved_mask = cv2.warpAffine(
                example.mask, matrix, (side, side), flags=cv2.INTER_NEAREST, borderValue=UNKNOWN
            )
            mask = np.asarray(moved_mask, np.uint8)
        values = picture.astype(np.float32) / np.float32(255)
        if not example.infrared:
            values[..., 0] = self._made_up_heat(values[..., 1:], mask)
        original = values * inside[..., None]
        values = self._vary(values) * inside[..., None]
        boxes = np.full((MOST_OBJECTS, 5), -1, np.float32)
        if example.boxes is not None:
            edges = matrix + np.array([[0, 0, 1.0 * flip], [0, 0, 0]])  # the last pixel's far edge is at ``side``
            moved = moved_boxes(example.boxes, edges, side)[:MOST_OBJECTS]
            boxes[: len(moved)] = moved
        known = np.array([example.boxes is not None, example.mask is not None], np.float32)
        return values.astype(np.float32), mask, boxes, known, original.astype(np.float32)

    def _made_up_heat(self, visible: Values, mask: NDArray[np.uint8]) -> Values:
        random = self.random
        table = np.zeros(UNKNOWN + 1, np.float32)
        for index, name in enumerate((*CLASSES, "unknown")):
            mean, spread = WARMTH.get(name, USUAL_WARMTH)
            table[index] = np.clip(random.normal(mean, spread), 0, 1)
        luma = visible @ np.array(LUMA, np.float32)
        luma = (luma - luma.mean()) * random.uniform(-0.5, 0.9)
        heat = table[mask] * random.uniform(0.4, 1.0) + luma
        heat = cv2.GaussianBlur(heat, (0, 0), random.uniform(0.5, 2.0))
        return (heat + random.uniform(-0.1, 0.15)).clip(0, 1).astype(np.float32)

    def _vary(self, values: Values) -> Values:
        """Other cameras, other light, one of the two blind."""
        random = self.random
        heat, colours = values[..., :1], values[..., 1:]
        heat = heat ** np.exp(random.uniform(-0.5, 0.5)) * random.uniform(0.6, 1.1) + random.uniform(-0.1, 0.1)
        if random.random() < 0.3:  # as at night, headlights stay
            colours = colours ** random.uniform(1.2, 2.2) * random.uniform(0.15, 0.7)
        else:
            colours = colours ** np.exp(random.uniform(-0.5, 0.5)) * random.uniform(0.6, 1.15)
        colours = colours * np.exp(random.uniform(-0.12, 0.12, 3))
        if random.random() < 0.2:
            colours = np.repeat((colours @ np.array(LUMA, np.float32))[..., None], 3, axis=2)
        for source in (heat, colours):
            if random.random() < 0.3:
                source += random.standard_normal(source.shape, np.float32) * np.float32(random.uniform(0, 0.05))
        blind = random.random()
        if blind < 0.08:
            heat = np.zeros_like(heat)
        elif blind < 0.2:
            colours = np.zeros_like(colours)
        return np.concatenate([heat, colours], axis=2).clip(0, 1).astype(np.float32)


def _start(middle: float, length: float, side: int) -> float:
    """Where a piece begins that has ``middle`` in its middle and lies inside, if it can."""
    return float(np.clip(middle - side / 2, min(0.0, length - side), max(0.0, length - side)))


def moved_boxes(boxes: Values, matrix: NDArray[np.float64], side: int) -> Values:
    """Boxes after the transformation; those that are mostly outside or tiny are left out."""
    first = boxes[:, 1:3] @ matrix[:, :2].T + matrix[:, 2]
    second = boxes[:, 3:5] @ matrix[:, :2].T + matrix[:, 2]
    low, high = np.minimum(first, second), np.maximum(first, second)
    cut_low, cut_high = low.clip(0, side), high.clip(0, side)
    seen = (cut_high - cut_low).prod(axis=1) / np.maximum((high - low).prod(axis=1), 1e-6)
    kept = (seen > 0.35) & ((cut_high - cut_low).min(axis=1) >= 4)
    return np.concatenate([boxes[:, :1], cut_low, cut_high], axis=1)[kept].astype(np.float32)
