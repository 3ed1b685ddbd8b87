"""Take a known blur out of a picture, without lifting its noise and without ringing."""

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import fft

from wordfuse.fusion.abandon import still_wanted
from wordfuse.fusion.restore.kernel import Blur

Plane = NDArray[np.float32]

TYPICAL_GRADIENT = 5.0  # gray values a pixel: the scale of the Laplacian distribution that gradients follow
LEAST_NOISE = 0.5  # gray values: rounding to 8 bits and compression alone make as much
SHORTEST = (16.0, 8.0, 4.0, 2.0, 1.0, 0.5, 0.25)  # gradients below go, in each step of the splitting, in gray values
TILE_PX = 1024  # planes are worked on in tiles


def deconvolve(y: Plane, blur: Blur, noise: float) -> Plane:
    """The sharp picture that best explains a blurred one.

    Minimises 1/2 |k * x - y|^2 + weight * sum |gradient of x| by half-quadratic splitting: in turn the gradients are
    shrunk, and x is found in closed form by Fourier transforms (Wang, Yang, Yin and Zhang, "A New Alternating
    Minimization Algorithm for Total Variation Image Reconstruction", SIAM J. Imaging Sciences 1(3), 2008).

    Args:
        y: (H, W) float32 in [0, 1].
        blur: its kernel is not empty.
        noise: standard deviation of the noise in ``y``, gray values of 255.

    Returns:
        (H, W) float32, about the range of ``y``.
    """
    height, width = y.shape
    halo = 4 * blur.radius_px + 16
    sharp = np.empty_like(y)
    # The most probable picture under Gaussian noise and Laplacian gradients.
    weight = max(noise, LEAST_NOISE) ** 2 / (TYPICAL_GRADIENT * 255)
    for top in range(0, height, TILE_PX):
        for left in range(0, width, TILE_PX):
            still_wanted()
            rows = slice(max(0, top - halo), min(height, top + TILE_PX + halo))
            columns = slice(max(0, left - halo), min(width, left + TILE_PX + halo))
            tile = _deconvolved(y[rows, columns], blur, weight)
            bottom, right = min(height, top + TILE_PX), min(width, left + TILE_PX)
            sharp[top:bottom, left:right] = tile[
                top - rows.start : bottom - rows.start, left - columns.start : right - columns.start
            ]
    return sharp


def _deconvolved(y: Plane, blur: Blur, weight: float) -> Plane:
    # Mirrored at its borders, so that what is beyond them goes on as it is inside.
    pad = 2 * blur.radius_px + 8
    padded = np.asarray(cv2.copyMakeBorder(y, pad, pad, pad, pad, cv2.BORDER_REFLECT), np.float32)
    size = tuple(fft.next_fast_len(length, real=True) for length in padded.shape)
    more = size[0] - padded.shape[0], size[1] - padded.shape[1]
    padded = np.asarray(cv2.copyMakeBorder(padded, 0, more[0], 0, more[1], cv2.BORDER_REFLECT), np.float32)

    def spectrum(kernel: Plane) -> NDArray[np.complex64]:
        canvas = np.zeros(size, np.float32)
        canvas[: kernel.shape[0], : kernel.shape[1]] = kernel
        return fft.rfft2(np.roll(canvas, (-(kernel.shape[0] // 2), -(kernel.shape[1] // 2)), (0, 1)))

    blurred = spectrum(blur.kernel())
    steps = [
        2 - 2 * np.cos(2 * np.pi * fft.fftfreq(size[0]))[:, None],
        2 - 2 * np.cos(2 * np.pi * fft.rfftfreq(size[1])),
    ]
    squared_slope = (steps[0] + steps[1]).astype(np.float32)
    data, own = np.conj(blurred) * fft.rfft2(padded), np.abs(blurred) ** 2
    sharp = padded
    for shortest in SHORTEST:
        still_wanted()
        across, down = np.roll(sharp, -1, 1) - sharp, np.roll(sharp, -1, 0) - sharp
        kept = np.maximum(0, 1 - np.float32(shortest / 255) / np.maximum(np.hypot(across, down), 1e-9))
        across, down = across * kept, down * kept
        ends = np.roll(across, 1, 1) - across + np.roll(down, 1, 0) - down
        bound = np.float32(weight * 255 / shortest)
        sharp = fft.irfft2((data + bound * fft.rfft2(ends)) / (own + bound * squared_slope), s=size).astype(np.float32)
    return sharp[pad : pad + y.shape[0], pad : pad + y.shape[1]]
