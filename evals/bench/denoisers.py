"""Denoising beside well-known denoisers, on noise that is known.

The pairs are shrunk, which takes most of their own noise away, and fused, and noise is added: Gaussian and Poisson at
three levels each, and Gaussian noise that neighbouring pixels share, as in pictures that were interpolated or
compressed. Every method sees the noisy picture only; the true noise level is told to none. The trained denoiser has
seen noise of all these kinds and strengths, on other pictures.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter
from skimage.metrics import peak_signal_noise_ratio, structural_similarity
from skimage.restoration import calibrate_denoiser, denoise_tv_chambolle, denoise_wavelet

from wordfuse.fusion.errors import InputError
from wordfuse.fusion.finetune import denoise
from wordfuse.fusion.finetune.denoise import RECIPES
from wordfuse.fusion.images import to_uint8
from wordfuse.fusion.tensors import to_array, to_tensor

Values = NDArray[np.float32]  # (H, W, 3) in [0, 1]
STRENGTHS = [3.0, 6.0, 10.0, 15.0, 22.0]  # of non-local means, in gray values
TV_WEIGHTS = [0.02, 0.05, 0.1, 0.2, 0.3]


@dataclass(frozen=True)
class Score:
    """Against the clean picture: PSNR in dB, SSIM up to 1."""

    psnr: float
    ssim: float


def _gaussian(sigma: float) -> Callable[[Values, np.random.Generator], Values]:
    return lambda clean, random: clean + sigma / 255 * random.standard_normal(clean.shape, np.float32)


def _poisson(peak: float) -> Callable[[Values, np.random.Generator], Values]:
    return lambda clean, random: (random.poisson(clean * peak) / peak).astype(np.float32)


def _correlated(clean: Values, random: np.random.Generator) -> Values:
    noise = gaussian_filter(random.standard_normal(clean.shape), (0.7, 0.7, 0))
    return (clean + 15 / 255 * noise / noise.std()).astype(np.float32)


NOISES: dict[str, Callable[[Values, np.random.Generator], Values]] = {
    "Gaussian 10": _gaussian(10),
    "Gaussian 25": _gaussian(25),
    "Gaussian 50": _gaussian(50),
    "Poisson 120": _poisson(120),
    "Poisson 30": _poisson(30),
    "Poisson 10": _poisson(10),
    "correlated 15": _correlated,
}


def _ours(recipe: str) -> Callable[[Values], Values]:
    return lambda noisy: to_array(denoise(to_tensor(noisy), recipe=RECIPES[recipe]).image)


def _non_local_means(noisy: Values, strength: float) -> Values:
    picture = np.ascontiguousarray(to_uint8(noisy)[..., ::-1])  # OpenCV wants blue first
    return cv2.fastNlMeansDenoisingColored(picture, None, strength, strength, 7, 21)[..., ::-1] / np.float32(255)


def _wavelet(noisy: Values) -> Values:
    """Its thresholds follow the noise that it estimates itself."""
    return denoise_wavelet(noisy, channel_axis=-1, convert2ycbcr=True, rescale_sigma=True)


def _calibrated(denoiser: Callable[..., Values], **settings: list[float]) -> Callable[[Values], Values]:
    """With the setting that predicts left-out pixels of the picture best (J-invariance; Batson and Royer, 2019)."""

    def run(noisy: Values) -> Values:
        _, (tested, losses) = calibrate_denoiser(noisy, denoiser, settings, extra_output=True)
        return denoiser(noisy, **tested[int(np.argmin(losses))])

    return run


def _total_variation(noisy: Values, weight: float) -> Values:
    return denoise_tv_chambolle(noisy, weight=weight, channel_axis=-1)


Scores = dict[str, dict[str, Score]]  # noise -> method -> score

METHODS: dict[str, Callable[[Values], Values]] = {
    "noisy": lambda noisy: noisy,
    "fast": _ours("fast"),
    "paper": _ours("paper"),
    "non-local means": _calibrated(_non_local_means, strength=STRENGTHS),
    "wavelet": _wavelet,
    "TV": _calibrated(_total_variation, weight=TV_WEIGHTS),
}


def score_denoisers(clean: torch.Tensor, seed: int = 0) -> tuple[Scores, NDArray[np.uint8]]:
    """Add every noise to one clean picture, (1, 3, H, W), and let every method have a go.

    Returns:
        The scores; and a sheet, one row a noise, the clean picture first.
    """
    truth = np.asarray(to_array(clean), np.float32)
    truth = truth if truth.ndim == 3 else np.repeat(truth[..., None], 3, axis=2)
    scores: Scores = {}
    rows = []
    for noise, add in NOISES.items():
        noisy = np.clip(add(truth, np.random.default_rng(seed)), 0, 1).astype(np.float32)
        results = {name: np.clip(method(noisy), 0, 1).astype(np.float32) for name, method in METHODS.items()}
        scores[noise] = {
            name: Score(
                float(peak_signal_noise_ratio(truth, result, data_range=1)),
                float(structural_similarity(truth, result, data_range=1, channel_axis=-1)),
            )
            for name, result in results.items()
        }
        rows.append(np.hstack([to_uint8(picture) for picture in (truth, *results.values())]))
    return scores, np.vstack(rows)


def denoisers_table(measured: list[Scores]) -> list[str]:
    """Lines of a Markdown table of the means over pictures; the best PSNR of each row is bold."""
    lines = [
        "PSNR (dB) and SSIM against the clean picture, means; noise as standard deviation in gray values, Poisson as "
        "photons that make white.",
        "",
        f"| noise | {' | '.join(METHODS)} |",
        "|---" * (len(METHODS) + 1) + "|",
    ]
    for noise in NOISES:
        psnr = {name: float(np.mean([scores[noise][name].psnr for scores in measured])) for name in METHODS}
        ssim = {name: float(np.mean([scores[noise][name].ssim for scores in measured])) for name in METHODS}
        best = max(psnr, key=lambda name: psnr[name])
        cells = (f"**{psnr[name]:.2f}**" if name == best else f"{psnr[name]:.2f}" for name in METHODS)
        both = (f"{cell} {ssim[name]:.3f}" for cell, name in zip(cells, METHODS, strict=True))
        lines.append(f"| {noise} | {' | '.join(both)} |")
    return lines


def check_installed() -> None:
    """Make sure that scikit-image can do wavelets.

    Raises:
        InputError: it cannot.
    """
    if find_spec("pywt") is None:
        raise InputError("PyWavelets is missing, which scikit-image's wavelet denoiser needs: pip install PyWavelets")
