"""Metrics of gray values alone, wherever they stand: entropy, mutual information, deviation, correlation."""

import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.metrics.gray import Gray, Inside


def entropy(fused: Gray, inside: Inside) -> float:
    """EN = -sum p log2 p over the histogram of 256 gray values, in bits; 0 for a constant picture.

    Roberts, van Aardt, Ahmed, "Assessment of image fusion procedures using entropy, image quality, and multispectral
    classification", J. Applied Remote Sensing 2, 2008.
    """
    counts = np.bincount(fused[inside].astype(np.intp), minlength=256)
    shares = counts[counts > 0] / counts.sum()
    return max(0.0, -float(np.sum(shares * np.log2(shares))))


def mutual_information(fused: Gray, source: Gray, inside: Inside) -> float:
    """MI = sum p(f, s) ln(p(f, s) / (p(f) p(s))) over a 256x256 histogram, in nats; 0 if either is constant.

    Qu, Zhang, Yan, "Information measure for performance of image fusion", Electronics Letters 38(7), 2002.
    """
    cells = fused[inside].astype(np.intp) * 256 + source[inside].astype(np.intp)
    joint = np.bincount(cells, minlength=256 * 256).reshape(256, 256) / cells.size
    independent = joint.sum(1, keepdims=True) * joint.sum(0, keepdims=True)
    filled = joint > 0
    return max(0.0, float(np.sum(joint[filled] * np.log(joint[filled] / independent[filled]))))


def standard_deviation(fused: Gray, inside: Inside) -> float:
    """SD = sqrt(mean (f - mean f)^2), in gray values: the contrast of the picture; 0 for a constant one.

    Divided by the number of pixels, as in the benchmarks of the field (Ma, Ma, Li, "Infrared and visible image fusion
    methods and applications: a survey", Information Fusion 45, 2019).
    """
    return float(fused[inside].std())


def correlation(fused: Gray, source: Gray, inside: Inside) -> float:
    """CC: Pearson's correlation of fused and source; 0 if either is constant.

    Deshmukh, Bhosale, "Image fusion and image quality assessment of fused images", Int. J. Image Processing 4(5), 2010.
    """
    return _pearson(fused[inside], source[inside])


def sum_of_correlations_of_differences(fused: Gray, infrared: Gray, visible: Gray, inside: Inside) -> float:
    """SCD = r(f - visible, infrared) + r(f - infrared, visible), in [-2, 2]; r is 0 where a side is constant.

    Aslantas, Bendes, "A new image quality metric for image fusion: the sum of the correlations of differences",
    AEU 69(12), 2015. Inside a mask, the means in r are those of the pixels inside.
    """
    f, a, b = fused[inside], infrared[inside], visible[inside]
    return _pearson(f - b, a) + _pearson(f - a, b)


def _pearson(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    x, y = x - x.mean(), y - y.mean()
    scale = float(np.sqrt((x @ x) * (y @ y)))
    return float(x @ y) / scale if scale > 0 else 0.0
