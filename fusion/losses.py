"""What a fused picture is trained for: TeRF's equations 6-9, and their inclined forms 10-13.

Every function takes float32 batches (B, C, H, W) in [0, 1] and returns a scalar tensor. The paper's l1 norm is taken
as a mean over pixels, so that the weights do not depend on the size of a crop. With ``region`` (B, 1, H, W), 1 inside,
the means are taken inside the region only.
"""

from dataclasses import dataclass
from functools import cache
from typing import Literal

import torch
from torch import Tensor
from torch.nn import functional as F

from fusion.colour import luma, rgb_to_ycrcb


@dataclass(frozen=True)
class FusionWeights:
    """Trade-off of equation 9; the paper's values (section 3.1.2)."""

    intensity: float = 1.0  # alpha
    colour: float = 1.0  # beta
    structure: float = 0.1  # eta


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


def fusion_loss(
    fused: Tensor, infrared: Tensor, visible: Tensor, weights: FusionWeights = FusionWeights()
) -> dict[str, Tensor]:
    """Equations 6-9: what the fusion network is trained for.

    Args:
        fused: (B, 3, H, W) output of the network.
        infrared: (B, 1, H, W).
        visible: (B, 3, H, W).
        weights: the trade-off of equation 9.

    Returns:
        The weighted ``total`` and its unweighted parts ``intensity``, ``gradient``, ``colour`` and ``structure``.
    """
    fused_y, visible_y = luma(fused), luma(visible)
    parts = {
        "intensity": (fused_y - torch.maximum(infrared, visible_y)).abs().mean(),
        "gradient": gradient_loss(fused_y, infrared, visible_y),
        "colour": colour_loss(fused, visible),
        "structure": (1 - ssim_map(fused, visible).mean()) + (1 - ssim_map(fused_y, infrared).mean()),
    }
    parts["total"] = (
        weights.intensity * (parts["intensity"] + parts["gradient"])
        + weights.colour * parts["colour"]
        + weights.structure * parts["structure"]
    )
    return parts


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

    Arguments and result are those of :func:`fusion_loss`; ``region`` confines every term.
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
    parts["total"] = (
        weights.intensity * (parts["intensity"] + parts["gradient"])
        + weights.colour * parts["colour"]
        + weights.structure * parts["structure"]
    )
    return parts
