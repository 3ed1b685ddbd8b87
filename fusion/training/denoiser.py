"""Train the denoiser on pictures that are made noisy."""

from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter
from torch import Tensor

from wordfuse.fusion.colour import LUMA
from wordfuse.fusion.device import mixed_precision
from wordfuse.fusion.files.pairs import find_pairs
from wordfuse.fusion.networks.denoiser import Denoiser
from wordfuse.fusion.training.crops import CropSampler
from wordfuse.fusion.training.fusion import split
from wordfuse.fusion.training.loop import Batch, Lesson, Recipe

SHRINK = (2, 3)  # times smaller, pictures have little noise left of their own
WEAKEST, STRONGEST = 1.5 / 255, 60 / 255  # standard deviation of the noise
PEAKS = (8, 400)  # photons that make white
CLEAN_SHARE, POISSON_SHARE, CORRELATED_SHARE, COMPRESSED_SHARE = 0.08, 0.4, 0.4, 0.15
FLOOR = 2 / 255  # weak noise counts in proportion down to here

Values = NDArray[np.float32]


def view(
    random: np.random.Generator, crop: Values, shares: tuple[float, float, float, float] = (0.2, 0.2, 0.25, 0.35)
) -> Values:
    """One picture of a pair, or both in one, brighter or darker.

    Args:
        random: draws which.
        crop: (H, W, 4) in [0, 1]: infrared, red, green, blue.
        shares: how often it is the infrared picture, the visible one as gray, both mixed, the visible one.

    Returns:
        (H, W, 3) float32 in [0, 1].
    """
    infrared, visible = crop[..., :1], crop[..., 1:]
    luma = (visible @ np.array(LUMA, np.float32))[..., None]
    kind = random.random()
    if kind < shares[0]:
        picture = np.repeat(infrared, 3, axis=2)
    elif kind < sum(shares[:2]):
        picture = np.repeat(luma, 3, axis=2)
    elif kind < sum(shares[:3]):
        share = np.float32(random.random())
        picture = visible + share * (np.maximum(infrared, luma) - luma)
    else:
        picture = visible
    gain, gamma = random.uniform(0.6, 1.1), np.exp(random.uniform(-0.4, 0.4))
    return (gain * picture.clip(0, 1) ** gamma).clip(0, 1).astype(np.float32)


class NoisySampler:
    """Draws pieces of visible, infrared and mixed pictures, noisy and clean."""

    def __init__(self, crops: CropSampler) -> None:
        """Draw from the pairs of ``crops``."""
        self.crops = crops
        self.random = crops.random

    def batch(self, size: int) -> Batch:
        """Noisy and clean, (B, 3, S, S) float32 in [0, 1]."""
        clean = [view(self.random, self.crops.crop(int(self.random.choice(SHRINK)))) for _ in range(size)]
        noisy = [self.add_noise(picture) for picture in clean]
        first, second = (torch.from_numpy(np.stack(stack)).permute(0, 3, 1, 2) for stack in (noisy, clean))
        return first, second

    def state(self) -> dict[str, object]:
        """Of the generator."""
        return self.crops.state()

    def restore(self, state: dict[str, object]) -> None:
        """Of the generator."""
        self.crops.restore(state)

    def add_noise(self, clean: Values) -> Values:
        """The picture as a worse camera would have taken it, in steps of 1/255."""
        random = self.random
        gray = bool((clean[..., :1] == clean).all())
        noisy = clean
        if random.random() >= CLEAN_SHARE:
            if random.random() < POISSON_SHARE:
                peak = np.exp(random.uniform(*np.log(PEAKS)))
                noise = random.poisson(clean * peak) / peak - clean
                noise = noise + random.uniform(0, 5 / 255) * random.standard_normal(clean.shape)
            else:
                sigma = np.exp(random.uniform(np.log(WEAKEST), np.log(STRONGEST)))
                noise = sigma * random.standard_normal(clean.shape)
            if random.random() < CORRELATED_SHARE:
                spread = noise.std()
                noise = gaussian_filter(noise, (*random.uniform(0.25, 1.2, 2), 0))
                noise *= spread / max(float(noise.std()), 1e-6)
            if gray or random.random() < 0.3:
                noise = np.repeat(noise[..., :1], 3, axis=2)
            noisy = clean + noise
        picture = np.rint(255 * noisy.clip(0, 1)).astype(np.uint8)
        if random.random() < COMPRESSED_SHARE:
            quality = [cv2.IMWRITE_JPEG_QUALITY, int(random.integers(50, 96))]
            file = cv2.imencode(".jpg", picture[..., ::-1], quality)[1]  # OpenCV wants blue first
            picture = np.asarray(cv2.imdecode(file, cv2.IMREAD_COLOR))[..., ::-1]
        return picture.astype(np.float32) / np.float32(255)


class DenoiserLesson(Lesson):
    """Absolute error, of each picture in proportion to how noisy it is: weak noise matters as much as strong."""

    name = "denoiser"

    def __init__(self, data: Path, recipe: Recipe) -> None:
        """Read the pairs, all into memory.

        Raises:
            InputError: no pairs.
        """
        torch.manual_seed(recipe.seed)
        self.network = Denoiser()
        kept, others = split(find_pairs(data))
        self.training = NoisySampler(CropSampler(kept, recipe.crop_px, recipe.seed))
        self.validation = NoisySampler(CropSampler(others, recipe.crop_px, seed=0))

    def terms(self, batch: Batch) -> dict[str, Tensor]:
        """``error``: what is left of the noise, as a share of it; ``psnr``: of the result, in dB, for the log alone."""
        noisy, clean = batch
        with mixed_precision(noisy.device):
            noise = self.network(noisy)
        rest = noisy - noise - clean
        level = (noisy - clean).square().mean(dim=(1, 2, 3)).sqrt() + FLOOR
        psnr = -10 * torch.log10(rest.detach().square().mean(dim=(1, 2, 3)) + 1e-9)
        return {"error": (rest.abs().mean(dim=(1, 2, 3)) / level).mean(), "psnr": psnr.mean()}

    def total(self, terms: dict[str, Tensor]) -> Tensor:
        """The error."""
        return terms["error"]
