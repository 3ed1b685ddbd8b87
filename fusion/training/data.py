"""Registered infrared/visible pairs on disk, and random crops of them.

Layouts that are recognised below a data folder, at any depth:

========================  =====================================================
folders                   as published by
========================  =====================================================
``ir/``, ``vi/``          MSRS, M3FD (``Ir``, ``Vis`` in its first release), this project
``cropinfrared/``,        RoadScene
``crop_LR_visible/``
``infrared/``,            LLVIP (``infrared/train``, ``visible/train``), TNO collections
``visible/``
========================  =====================================================

Pictures are matched by file stem.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from fusion.errors import InputError
from fusion.images import read_pair, to_uint8

FOLDER_NAMES = {
    "ir": ("vi", "vis"),
    "cropinfrared": ("crop_lr_visible",),
    "infrared": ("visible",),
}
SUFFIXES = {".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp"}


@dataclass(frozen=True)
class PairFiles:
    """Where one pair lies."""

    infrared: Path
    visible: Path


def find_pairs(root: Path) -> list[PairFiles]:
    """Every pair below ``root``, sorted by path.

    Raises:
        InputError: the folder is missing or holds no pair in a known layout.
    """
    if not root.is_dir():
        raise InputError(f"{root}: not a folder; --data names the folder that holds the pairs")
    pairs = []
    for folder in [root, *sorted(path for path in root.rglob("*") if path.is_dir())]:
        partners = FOLDER_NAMES.get(folder.name.lower(), ())
        siblings = {path.name.lower(): path for path in folder.parent.iterdir() if path.is_dir()}
        for visible in (siblings[name] for name in partners if name in siblings):
            pairs += list(_match(folder, visible))
    if not pairs:
        raise InputError(
            f"{root}: no pairs found; expected folders ir/ and vi/, cropinfrared/ and crop_LR_visible/, or infrared/ "
            "and visible/ with pictures of the same name"
        )
    return pairs


def _match(infrared: Path, visible: Path) -> Iterator[PairFiles]:
    partners = {
        path.relative_to(visible).with_suffix(""): path
        for path in visible.rglob("*")
        if path.suffix.lower() in SUFFIXES
    }
    for path in sorted(infrared.rglob("*")):
        key = path.relative_to(infrared).with_suffix("")
        if path.suffix.lower() in SUFFIXES and key in partners:
            yield PairFiles(path, partners[key])


class CropSampler:
    """Random augmented crops of pairs held in memory as 8-bit.

    Augmentation: flips and transposition, and now and then a gamma or a gray visible picture, so that day, night and
    gray cameras are all met.
    """

    def __init__(self, pairs: list[PairFiles], crop_px: int, seed: int) -> None:
        """Decode all pairs; 400 of 640x480 take half a gigabyte."""
        self.crop_px = crop_px
        self.random = np.random.default_rng(seed)
        self.pictures: list[NDArray[np.uint8]] = []
        for files in pairs:
            pair = read_pair(files.infrared, files.visible)
            self.pictures.append(to_uint8(np.concatenate([pair.infrared[..., None], pair.visible], axis=2)))

    def state(self) -> dict[str, object]:
        """The generator's state, JSON-native: restoring it makes a resumed run draw what an undisturbed one would."""
        return dict(self.random.bit_generator.state)

    def restore(self, state: dict[str, object]) -> None:
        """Go on from a state that :meth:`state` returned."""
        self.random.bit_generator.state = state

    def batch(self, size: int, device: torch.device) -> tuple[Tensor, Tensor]:
        """Draw ``size`` crops: infrared (B, 1, S, S) and visible (B, 3, S, S), float32 in [0, 1]."""
        crops = np.stack([self._crop() for _ in range(size)])
        stack = torch.from_numpy(crops).to(device).permute(0, 3, 1, 2).float() / 255
        return stack[:, :1], stack[:, 1:]

    def _crop(self) -> NDArray[np.uint8]:
        picture = self.pictures[self.random.integers(len(self.pictures))]
        height, width = picture.shape[:2]
        pad = (max(self.crop_px - height, 0), max(self.crop_px - width, 0))
        if any(pad):
            picture = np.pad(picture, ((0, pad[0]), (0, pad[1]), (0, 0)), mode="reflect")
            height, width = picture.shape[:2]
        top = int(self.random.integers(height - self.crop_px + 1))
        left = int(self.random.integers(width - self.crop_px + 1))
        crop = picture[top : top + self.crop_px, left : left + self.crop_px]
        if self.random.random() < 0.5:
            crop = crop[:, ::-1]
        if self.random.random() < 0.5:
            crop = crop[::-1]
        if self.random.random() < 0.5:
            crop = crop.transpose(1, 0, 2)
        crop = np.ascontiguousarray(crop)
        if self.random.random() < 0.2:
            exponent = float(np.exp(self.random.uniform(-0.6, 0.6)))
            table = (255 * (np.arange(256) / 255) ** exponent + 0.5).astype(np.uint8)
            crop[..., 1:] = table[crop[..., 1:]]
        if self.random.random() < 0.1:
            crop[..., 1:] = crop[..., 1:].mean(axis=2, keepdims=True).astype(np.uint8)
        return crop
