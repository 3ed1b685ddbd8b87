"""Metrics of local structure as the eye sees it: SSIM, VIF, Qcv."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.metrics.derivative import edge_slopes
from wordfuse.fusion.metrics.gray import Gray, Inside
from wordfuse.fusion.metrics.similarity import WINDOW_PX, similarity_map

# VIFp: variance of the eye's own noise in gray values squared, and below what a variance counts as none.
VIF_NOISE = 2.0
VIF_TINY = 1e-10
# Gaussian windows of 17, 9, 5 and 3 px, sigma a fifth of that, one for each scale.
VIF_WINDOWS_PX = (17, 9, 5, 3)
# The smallest side on which the coarsest scale still holds a window.
VIF_SIDE_PX = 41
QCV_BLOCK_PX = 16
QCV_SALIENCY_POWER = 5
QCV_VIEW_DEGREES = 4


def ssim(fused: Gray, source: Gray, inside: Inside) -> float:
    """Mean structural similarity with a 7x7 uniform window, sample covariance, L = 255; at most 1.

    Wang, Bovik, Sheikh, Simoncelli, "Image quality assessment: from error visibility to structural similarity", IEEE
    TIP 13(4), 2004 (``fusion.metrics.similarity``). The mean runs over windows that lie in the picture; inside a mask,
    over those centred inside it, or, where a mask hugs the border of the picture and has none, over mirrored windows.
    """
    similarity = similarity_map(fused, source)
    margin = WINDOW_PX // 2
    whole_windows = np.zeros_like(inside)
    whole_windows[margin:-margin, margin:-margin] = inside[margin:-margin, margin:-margin]
    return float(similarity[whole_windows if whole_windows.any() else inside].mean())


def vif(fused: Gray, source: Gray, inside: Inside) -> float:
    """Pixel-domain visual information fidelity of the fused picture with one source as the reference.

    VIFp = sum log(1 + g^2 s^2 / (v + n)) / sum log(1 + s^2 / n) over windows at four scales, where s^2 is the source's
    local variance, g and v the gain and the residual variance of fused on source, and n = 2. Sheikh, Bovik, "Image
    information and visual quality", IEEE TIP 15(2), 2006. 1 for identical pictures, more where contrast grew; 0 for
    a constant source or fused picture.

    Inside a mask, both sums run over windows centred inside it; the mask is thinned out like the picture from scale to
    scale. Pictures below 41 px, and those whose mask touches only the border, are mirrored outward to have a window.
    """
    margin = VIF_WINDOWS_PX[0] // 2
    grow = [max(0, -(-(VIF_SIDE_PX - side) // 2)) for side in inside.shape]
    if not any(grow) and not inside[margin:-margin, margin:-margin].any():
        grow = [margin, margin]
    if any(grow):
        widths = [(side, side) for side in grow]
        fused, source = np.pad(fused, widths, mode="symmetric"), np.pad(source, widths, mode="symmetric")
        inside = np.pad(inside, widths, mode="symmetric")
    kept = possible = 0.0
    for scale, size in enumerate(VIF_WINDOWS_PX):
        if scale:
            fused, source = _blur(fused, size)[::2, ::2], _blur(source, size)[::2, ::2]
            inside = _crop(inside, size)[::2, ::2]
        centred = _crop(inside, size)
        if centred.any():
            kept_here, possible_here = _vif_scale(fused, source, size, centred)
            kept, possible = kept + kept_here, possible + possible_here
    return kept / possible if possible > 0 else 0.0


def _vif_scale(fused: Gray, source: Gray, size: int, centred: Inside) -> tuple[float, float]:
    """Information kept in the fused picture and present in the source at one scale."""
    mean_s, mean_f = _blur(source, size)[centred], _blur(fused, size)[centred]
    var_s = np.maximum(_blur(source * source, size)[centred] - mean_s**2, 0)
    var_f = np.maximum(_blur(fused * fused, size)[centred] - mean_f**2, 0)
    covariance = _blur(source * fused, size)[centred] - mean_s * mean_f
    # No gain where one of the two is flat, or where contrast is reversed: all of fused is then residue.
    valid = (var_s >= VIF_TINY) & (var_f >= VIF_TINY) & (covariance > 0)
    gain = np.where(valid, covariance / (var_s + VIF_TINY), 0)
    residue = np.maximum(np.where(valid, var_f - gain * covariance, var_f), VIF_TINY)
    var_s = np.where(var_s < VIF_TINY, 0, var_s)
    kept = np.log1p(gain**2 * var_s / (residue + VIF_NOISE)).sum()
    return float(kept), float(np.log1p(var_s / VIF_NOISE).sum())


def _blur(picture: Gray, size: int) -> Gray:
    """Gaussian window of ``size`` px where it lies in the picture: smaller by size - 1."""
    kernel = np.exp(-0.5 * ((np.arange(size) - size // 2) / (size / 5)) ** 2)
    kernel /= kernel.sum()
    return _crop(np.asarray(cv2.sepFilter2D(picture, cv2.CV_64F, kernel, kernel), np.float64), size)


def _crop(picture: NDArray[Any], size: int) -> NDArray[Any]:
    margin = size // 2
    return picture[margin:-margin, margin:-margin]


def qcv(fused: Gray, infrared: Gray, visible: Gray, inside: Inside) -> float:
    """Qcv = sum l D / sum l over 16x16 blocks and both sources: visible error where the sources have edges.

    Lower is better, 0 for identical pictures. D is the mean squared difference of fused and source in the block after
    filtering by the contrast sensitivity of the eye (Mannos, Sakrison, IEEE Trans. Information Theory 20(4), 1974), for
    a picture that spans 4 degrees of view; l is the sum of the source's Sobel gradient to the power 5. Chen, Varshney,
    "A human perception inspired quality metric for image fusion based on regional information", Information Fusion
    8(2), 2007.

    Toolboxes in use differ: they stretch each picture to [0, 255] first, which hides changes of brightness, count the
    frame of the picture as an edge and have 0.144 for Mannos and Sakrison's 0.114. Inside a mask, l and D are taken
    over a block's pixels inside. Where no source has an edge, all pixels weigh the same.
    """
    weighted = weights = plain = 0.0
    count = _block_sums(inside.astype(np.float64))
    for source in (infrared, visible):
        error = _block_sums(np.where(inside, _as_seen(source - fused) ** 2, 0))
        gradient = np.hypot(*edge_slopes(source, cv2.BORDER_REPLICATE))
        saliency = _block_sums(np.where(inside, gradient**QCV_SALIENCY_POWER, 0))
        weighted += float((saliency * error / np.maximum(count, 1)).sum())
        weights += float(saliency.sum())
        plain += float(error.sum()) / (2 * float(count.sum()))
    return weighted / weights if weights > 0 else plain


def _as_seen(difference: Gray) -> Gray:
    """Filter by the eye's contrast sensitivity: 2.6 (0.0192 + 0.114 r) exp(-(0.114 r)^1.1), r in cycles a degree."""
    height, width = difference.shape
    vertical = np.fft.fftfreq(height) * height / QCV_VIEW_DEGREES
    horizontal = np.fft.rfftfreq(width) * width / QCV_VIEW_DEGREES
    r = 0.114 * np.hypot(vertical[:, None], horizontal)
    sensitivity = 2.6 * (0.0192 + r) * np.exp(-(r**1.1))
    return np.fft.irfft2(np.fft.rfft2(difference) * sensitivity, s=difference.shape)


def _block_sums(values: Gray) -> Gray:
    """Sums over blocks of 16x16; the last ones may be cut by the border."""
    height, width = values.shape
    rows, columns = np.arange(0, height, QCV_BLOCK_PX), np.arange(0, width, QCV_BLOCK_PX)
    return np.add.reduceat(np.add.reduceat(values, rows, axis=0), columns, axis=1)
