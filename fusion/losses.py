"""What a fused picture is trained for: TeRF's equations 6-9, and their inclined forms 10-13.

Every function takes float32 batches (B, C, H, W) in [0, 1] and returns a scalar tensor. The paper's l1 norm is taken
as a mean over pixels, so that the weights do not depend on the size of a crop. With ``region`` (B, 1, H, W), 1 inside,
the means are taken inside the region only.
"""

from functools import cache
from typing import Literal

import torch
from torch import Tensor
from torch.nn import functional as F

from wordfuse.fusion.colour import luma, rgb_to_ycrcb
from wordfuse.fusion.weighing import FusionWeights

BINS = 64  # of the soft histograms; a crop has too few pixels for 256


def region_mean(values: Tensor, region: Tensor | None) -> Tensor:
    """Mean over all pixels, or over those inside ``region``."""
    if region is None:
        return values.mean()
    weights = region.expand_as(values)
    return (values * weights).sum() / weights.sum().clamp_min(1.0)


def sobel(x: Tensor) -> tuple[Tensor, Tensor]:
    """Horizontal and vertical Sobel derivative of every channel; the border is replicated.

    Returns:
        Two tensors of the input's shape, in [-4, 4] for an input in [0, 1].
    """
    x = F.pad(x, (1, 1, 1, 1), mode="replicate")
    left, right = x[..., :-2], x[..., 2:]
    across = right - left
    horizontal = across[..., :-2, :] + 2 * across[..., 1:-1, :] + across[..., 2:, :]
    smooth = left + 2 * x[..., 1:-1] + right
    return horizontal, smooth[..., 2:, :] - smooth[..., :-2, :]


def gradient(x: Tensor) -> Tensor:
    """The paper's Sobel operation: |dx| + |dy| of every channel, the input's shape."""
    horizontal, vertical = sobel(x)
    return horizontal.abs() + vertical.abs()


@cache
def _gaussian(size: int, sigma: float) -> Tensor:
    offsets = torch.arange(size, dtype=torch.float32) - size // 2
    window = torch.exp(-(offsets**2) / (2 * sigma**2))
    return window / window.sum()


def gaussian_blur(x: Tensor, size: int = 11, sigma: float = 1.5) -> Tensor:
    """Separable Gaussian filter of every channel; the border is replicated, the shape kept."""
    channels, half = x.shape[1], size // 2
    window = _gaussian(size, sigma).to(x)
    x = F.pad(x, (half, half, half, half), mode="replicate")
    x = F.conv2d(x, window.view(1, 1, 1, -1).expand(channels, 1, 1, size), groups=channels)
    return F.conv2d(x, window.view(1, 1, -1, 1).expand(channels, 1, size, 1), groups=channels)


def ssim_map(a: Tensor, b: Tensor) -> Tensor:
    """Structural similarity at every pixel, in [-1, 1] (Wang et al., TIP 2004; 11x11 Gaussian window, sigma 1.5)."""
    c1, c2 = 0.01**2, 0.03**2
    parts = gaussian_blur(torch.cat([a, b, a * a, b * b, a * b], dim=1))
    mean_a, mean_b, square_a, square_b, product = parts.chunk(5, dim=1)
    variance_a, variance_b = square_a - mean_a**2, square_b - mean_b**2
    covariance = product - mean_a * mean_b
    return ((2 * mean_a * mean_b + c1) * (2 * covariance + c2)) / (
        (mean_a**2 + mean_b**2 + c1) * (variance_a + variance_b + c2)
    )


def gradient_loss(fused_y: Tensor, infrared: Tensor, visible_y: Tensor, region: Tensor | None = None) -> Tensor:
    """Second term of equations 6, 10 and 12: the stronger of the sources' gradients is kept."""
    target = torch.maximum(gradient(infrared), gradient(visible_y))
    return region_mean((gradient(fused_y) - target).abs(), region)


def colour_loss(fused: Tensor, visible: Tensor, region: Tensor | None = None) -> Tensor:
    """Equation 7: Cr and Cb stay those of the visible picture."""
    difference = (rgb_to_ycrcb(fused)[:, 1:] - rgb_to_ycrcb(visible)[:, 1:]).abs()
    return 2 * region_mean(difference, region)


def difference_loss(fused_y: Tensor, infrared: Tensor, visible_y: Tensor) -> Tensor:
    """1 - SCD / 2, in [0, 2]: what was added to one source should look like the other.

    SCD is the sum of the correlations of differences (Aslantas, Bendes, AEU 69(12), 2015). Equation 6 aims at the
    brighter of the sources, which whitens pictures where one of them is bright everywhere; this holds against it.
    """
    scd = _correlation(fused_y - visible_y, infrared) + _correlation(fused_y - infrared, visible_y)
    return 1 - scd.mean() / 2


def _correlation(x: Tensor, y: Tensor) -> Tensor:
    """Pearson's, (B,); toward 0 where one of the two is flat."""
    x, y = (values.flatten(1) - values.flatten(1).mean(dim=1, keepdim=True) for values in (x, y))
    variances = (x.square().mean(dim=1) + 1e-5) * (y.square().mean(dim=1) + 1e-5)
    return (x * y).mean(dim=1) / variances.sqrt()


def information_loss(fused_y: Tensor, infrared: Tensor, visible_y: Tensor) -> Tensor:
    """Negative sum of the mutual information with both sources, in nats, from soft histograms of every fourth pixel.

    A gray value counts for its two nearest bins. Bins and pixels shift at random from call to call (global random
    state), so that no gray value, row or column is favoured. The measure is that of Qu, Zhang, Yan, Electronics Letters
    38(7), 2002. It lets a pixel follow one source where a mean of both, which the structure term likes, shows neither.
    """
    offset = torch.rand((), device=fused_y.device)
    row, column = (int(start) for start in torch.randint(2, (2,)))
    centres = torch.arange(BINS + 1, device=fused_y.device)

    def assign(x: Tensor) -> Tensor:
        values = x[..., row::2, column::2].flatten(1).clamp(0, 1) * (BINS - 1) + offset
        return (1 - (values.unsqueeze(-1) - centres).abs()).clamp_min(0)

    in_fused = assign(fused_y).transpose(1, 2)
    information = fused_y.new_zeros(len(fused_y))
    for source in (infrared, visible_y):
        in_source = assign(source)
        joint = in_fused @ in_source / in_source.shape[1]
        independent = joint.sum(dim=2, keepdim=True) * joint.sum(dim=1, keepdim=True)
        information = information + (joint * ((joint + 1e-9).log() - (independent + 1e-9).log())).sum(dim=(1, 2))
    return -information.mean()


def fusion_terms(fused: Tensor, infrared: Tensor, visible: Tensor) -> dict[str, Tensor]:
    """Equations 6-8, and our terms: what a fusion network is trained for.

    Args:
        fused: (B, 3, H, W) output of the network.
        infrared: (B, 1, H, W).
        visible: (B, 3, H, W).

    Returns:
        The terms that :class:`FusionWeights` weighs, unweighted.
    """
    fused_y, visible_y = luma(fused), luma(visible)
    return {
        "intensity": (fused_y - torch.maximum(infrared, visible_y)).abs().mean(),
        "gradient": gradient_loss(fused_y, infrared, visible_y),
        "colour": colour_loss(fused, visible),
        "structure": (1 - ssim_map(fused, visible).mean()) + (1 - ssim_map(fused_y, infrared).mean()),
        "difference": difference_loss(fused_y, infrared, visible_y),
        "information": information_loss(fused_y, infrared, visible_y),
    }


def inclination_loss(
    fused: Tensor,
    infrared: Tensor,
    visible: Tensor,
    toward: Literal["infrared", "visible"],
    *,
    region: Tensor | None = None,
    weights: FusionWeights = FusionWeights(),
) -> dict[str, Tensor]:
    """Equations 10-11 (toward visible) and 12-13 (toward infrared), with equation 7's colour term kept as in 9.

    Args:
        fused: (B, 3, H, W) output of the network.
        infrared: (B, 1, H, W).
        visible: (B, 3, H, W).
        toward: the source to resemble.
        region: (B, 1, H, W), 1 inside; confines every term.
        weights: the trade-off of equation 9.

    Returns:
        The weighted ``total`` and its unweighted parts ``intensity``, ``gradient``, ``colour`` and ``structure``.
    """
    fused_y, visible_y = luma(fused), luma(visible)
    source_y = infrared if toward == "infrared" else visible_y
    similarity = ssim_map(fused_y, infrared) if toward == "infrared" else ssim_map(fused, visible)
    parts = {
        "intensity": region_mean((fused_y - source_y).abs(), region),
        "gradient": gradient_loss(fused_y, infrared, visible_y, region),
        "colour": colour_loss(fused, visible, region),
        "structure": 1 - region_mean(similarity, region),
    }
    parts["total"] = weights.total(parts)
    return parts
