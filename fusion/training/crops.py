"""Random augmented crops of pairs: what a fusion network is trained on."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from wordfuse.fusion.colour import LUMA
from wordfuse.fusion.files.pairs import PairFiles
from wordfuse.fusion.images import luma_uint8, read_pair, to_uint8

NIGHT_LUMA = 60  # mean luma of the visible picture below which it counts as taken at night
NIGHT_SHARE = 0.4  # of the crops, where there are both
FAR_SHARE = 0.2  # of the crops are shrunk to half their size: the same scene with a smaller camera
NOISE = 0.03  # largest standard deviation of added sensor noise


def random_piece(random: np.random.Generator, picture: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """A square of (H, W, C) somewhere, turned and mirrored at random; smaller pictures are continued by reflection."""
    pad = [max(side - length, 0) for length in picture.shape[:2]]
    if any(pad):
        picture = np.pad(picture, ((0, pad[0]), (0, pad[1]), (0, 0)), mode="reflect")
    top, left = (int(random.integers(length - side + 1)) for length in picture.shape[:2])
    crop = picture[top : top + side, left : left + side]
    if random.random() < 0.5:
        crop = crop[:, ::-1]
    if random.random() < 0.5:
        crop = crop[::-1]
    if random.random() < 0.5:
        crop = crop.transpose(1, 0, 2)
    return crop


class CropSampler:
    """Draws crops of pairs held in memory as 8-bit.

    Augmentation: flips and transposition; half-size crops; a gray visible picture, by its luma or mean; gamma, gain and
    offset of either source; sensor noise in both, which is part of the picture to fuse, not to be removed; a fixed
    share of night scenes.
    """

    def __init__(self, pairs: list[PairFiles], crop_px: int, seed: int) -> None:
        """Decode all pairs; 400 of 640x480 take half a gigabyte."""
        self.crop_px = crop_px
        self.random = np.random.default_rng(seed)
        self.pictures: list[NDArray[np.uint8]] = []
        for files in pairs:
            pair = read_pair(files.infrared, files.visible)
            self.pictures.append(to_uint8(np.concatenate([pair.infrared[..., None], pair.visible], axis=2)))
        night = np.array([luma_uint8(picture[..., 1:]).mean() < NIGHT_LUMA for picture in self.pictures])
        self.chances = np.full(len(night), 1 / len(night))
        if night.any() and not night.all():
            self.chances = np.where(night, NIGHT_SHARE / night.sum(), (1 - NIGHT_SHARE) / (~night).sum())

    def state(self) -> dict[str, object]:
        """The generator's state, JSON-native: restoring it makes a resumed run draw what an undisturbed one would."""
        return dict(self.random.bit_generator.state)

    def restore(self, state: dict[str, object]) -> None:
        """Go on from a state that :meth:`state` returned."""
        self.random.bit_generator.state = state

    def batch(self, size: int) -> tuple[Tensor, Tensor]:
        """Draw ``size`` crops: infrared (B, 1, S, S) and visible (B, 3, S, S), float32 in [0, 1]."""
        crops = [self._vary(self.crop(2 if self.random.random() < FAR_SHARE else 1)) for _ in range(size)]
        stack = torch.from_numpy(np.stack(crops)).permute(0, 3, 1, 2)
        return stack[:, :1], stack[:, 1:]

    def crop(self, shrink: int = 1) -> NDArray[np.float32]:
        """A piece of a picture, ``shrink`` times smaller: (S, S, 4) in [0, 1]: infrared, red, green, blue."""
        picture = self.pictures[self.random.choice(len(self.pictures), p=self.chances)]
        shrink = min(shrink, max(1, min(picture.shape[:2]) // self.crop_px))
        side = self.crop_px * shrink
        crop = random_piece(self.random, picture, side)
        values: NDArray[np.float32] = crop.astype(np.float32) / np.float32(255)
        if shrink > 1:
            cells = values.reshape(self.crop_px, shrink, self.crop_px, shrink, 4)
            values = cells.mean(axis=(1, 3), dtype=np.float32)
        return values

    def _vary(self, crop: NDArray[np.float32]) -> NDArray[np.float32]:
        """The same scene by another camera, in another light."""
        if self.random.random() < 0.35:
            weights = np.array(LUMA if self.random.random() < 0.5 else (1 / 3,) * 3, np.float32)
            crop[..., 1:] = (crop[..., 1:] @ weights)[..., None]
        noisy = self.random.random() < 0.15
        for source in (crop[..., :1], crop[..., 1:]):
            if self.random.random() < 0.3:
                source **= np.exp(self.random.uniform(-0.6, 0.6))
            if self.random.random() < 0.2:
                source *= self.random.uniform(0.5, 1.2)
                source += self.random.uniform(-0.1, 0.2)
            if noisy:
                grain = self.random.standard_normal((*source.shape[:2], 1), np.float32)
                source += grain * np.float32(self.random.uniform(0, NOISE))
        return crop.clip(0, 1).astype(np.float32)
