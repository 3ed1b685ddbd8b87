"""The classical methods that ours stand beside: (H, W, 3) float32 in [0, 1] in and out.

Their settings are those of their papers, or the best of a few on pictures of ``train/``; none is told the damage.
"""

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pywt  # type: ignore[import-untyped]
from numpy.typing import NDArray
from skimage import restoration

from wordfuse.fusion.guided import guided_filter

Values = NDArray[np.float32]

_lucy: Callable[..., NDArray[Any]] = restoration.richardson_lucy
_sigma: Callable[..., float] = restoration.estimate_sigma
_wiener: Callable[..., NDArray[Any]] = restoration.wiener

WINDOW_PX = 8.0  # sigma of the mean over columns that their means are matched to
NOTCH = 0.02  # cycles a pixel: lower frequencies are the scene's
NOTCH_WIDTH = 1.0  # of the notch, in frequency bins along the lines
WAVELET, LEVELS, DAMPING = "db8", 5, 4.0
NL_STRENGTH, NL_PATCH, NL_REACH = 1.0, 7, 21  # times the noise; sides in px
BLUR_PX = 2.0  # sigma of the point spread that deconvolution assumes
STEPS = 10
BALANCE = 0.01


def nothing(picture: Values) -> Values:
    """As it is."""
    return picture


def column_means(picture: Values) -> Values:
    """Every column is moved so that its mean is that of the columns around it."""
    means = picture.mean(axis=0, keepdims=True)
    around = np.asarray(cv2.GaussianBlur(means, (0, 0), WINDOW_PX), np.float32).reshape(means.shape)
    return np.asarray(picture - means + around, np.float32)


def fft_notch(picture: Values) -> Values:
    """Frequencies that do not vary along columns are taken out, but for the low ones."""
    spectrum = np.fft.fft2(picture, axes=(0, 1))
    along = np.fft.fftfreq(picture.shape[0])[:, None, None] * picture.shape[0]
    across = np.abs(np.fft.fftfreq(picture.shape[1]))[None, :, None]
    kept = 1 - np.exp(-((along / NOTCH_WIDTH) ** 2) / 2) * (across > NOTCH)
    return np.real(np.fft.ifft2(spectrum * kept, axes=(0, 1))).astype(np.float32)


def wavelet_fft(picture: Values) -> Values:
    """The vertical detail of every level is damped where it does not vary along columns.

    Munch, Trtik, Marone and Stampanoni, "Stripe and ring artifact removal with combined wavelet - Fourier filtering",
    Optics Express 17(10), 2009.
    """
    coarse: NDArray[np.float64] = picture.astype(np.float64)
    details = []
    for _ in range(LEVELS):
        coarse, (across, along, both) = pywt.dwt2(coarse, WAVELET, axes=(0, 1))
        spectrum = np.fft.fft(along, axis=0)
        frequency = np.fft.fftfreq(along.shape[0])[:, None, None] * along.shape[0]
        damped = np.real(np.fft.ifft(spectrum * (1 - np.exp(-(frequency**2) / (2 * DAMPING**2))), axis=0))
        details.append((across, damped, both))
    for level in reversed(details):
        height, width = level[0].shape[:2]
        coarse = pywt.idwt2((coarse[:height, :width], level), WAVELET, axes=(0, 1))
    return coarse[: picture.shape[0], : picture.shape[1]].astype(np.float32)


def nl_means(picture: Values) -> Values:
    """Non-local means (Buades, Coll and Morel, CVPR 2005), OpenCV's, of a gray picture, three channels alike.

    As strong as the noise, which is estimated from the finest wavelet band as scikit-image does.
    """
    gray = np.clip(picture[..., 0] * 255 + 0.5, 0, 255).astype(np.uint8)
    strength = NL_STRENGTH * 255 * float(_sigma(picture[..., 0]))
    clean = cv2.fastNlMeansDenoising(gray, None, strength, NL_PATCH, NL_REACH)
    return np.repeat((clean / np.float32(255))[..., None], 3, axis=2).astype(np.float32)


def unsharp_mask(picture: Values) -> Values:
    """What a Gaussian takes away is added once more."""
    return 2 * picture - np.asarray(cv2.GaussianBlur(picture, (0, 0), BLUR_PX), np.float32)


def lucy(picture: Values) -> Values:
    """Richardson and Lucy's deconvolution, scikit-image's."""
    return _channels(picture, lambda x: _lucy(x, _spread(), num_iter=STEPS))


def wiener_filter(picture: Values) -> Values:
    """Wiener-Hunt deconvolution, scikit-image's."""
    return _channels(picture, lambda x: _wiener(x, _spread(), BALANCE))


def dark_channel(picture: Values) -> Values:
    """He, Sun and Tang, "Single Image Haze Removal Using Dark Channel Prior", TPAMI 33(12), 2011.

    Patches of 15 pixels, 95% of the haze, at least 0.1 of the scene; refined by their guided filter, radius 60.
    """
    patch = np.ones((15, 15), np.uint8)
    dark = cv2.erode(np.ascontiguousarray(picture.min(axis=2)), patch)
    brightest = np.argsort(dark.ravel())[-max(1, dark.size // 1000) :]
    candidates = picture.reshape(-1, 3)[brightest]
    airlight = candidates[candidates.sum(axis=1).argmax()].clip(0.05)
    haze = cv2.erode(np.ascontiguousarray((picture / airlight).min(axis=2)), patch)
    light = guided_filter(picture, (1 - 0.95 * haze).astype(np.float32), 60, 1e-3).clip(0.1, 1)[..., None]
    return np.asarray((picture - airlight) / light + airlight, np.float32)


def _spread() -> NDArray[np.float64]:
    side = 2 * round(3 * BLUR_PX) + 1
    line = cv2.getGaussianKernel(side, BLUR_PX)
    return np.asarray(line @ line.T, np.float64)


def _channels(picture: Values, method: Callable[[Values], NDArray[Any]]) -> Values:
    return np.dstack([method(picture[..., channel]) for channel in range(3)]).astype(np.float32)
