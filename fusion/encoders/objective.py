"""What a fused picture should be, said in words: the objective of LDFusion, in the space of an encoder.

With unit vectors f, v, i of the fused, visible and infrared picture, t_v, t_i of sentences that name the sources, g of
the one that names the goal, and n(x) = x / |x|, the way from each source to the fused picture should run as the way
from its sentence to the goal::

    L = (1 - cos(n(f - v), n(g - t_v))) / 2 + (1 - cos(n(f - i), n(g - t_i))) / 2

(Wang et al., ACM MM 2024.) Sources and fused picture are seen as gray ones.
"""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from wordfuse.fusion.encoders.encoder import Encoder

GOAL = "a clear image with detailed background and salient objects"
VISIBLE = "a visible gray image"
INFRARED = "an infrared image"
SHORTEST = 1e-4  # of a way that has a direction
ENTROPY_BITS = 6.0  # that both sources of a patch must have, or there is nothing in it to judge
PATCH_SIDES = 0.5, 0.8  # of the picture's
TURN_DEGREES, STRETCH = 8.0, 0.08  # of patches, at the most


@dataclass(frozen=True, eq=False)
class Objective:
    """Ways in the space of an encoder, (D,) unit vectors.

    Attributes:
        from_visible: n(g - t_v).
        from_infrared: n(g - t_i).
    """

    from_visible: Tensor
    from_infrared: Tensor

    def loss(self, fused: Tensor, infrared: Tensor, visible: Tensor) -> Tensor:
        """L of every picture, (N,) in [0, 2], from vectors (N, D)."""
        return _astray(fused - visible, self.from_visible) + _astray(fused - infrared, self.from_infrared)


def objective(encoder: Encoder, goal: str = GOAL, infrared: str = INFRARED, visible: str = VISIBLE) -> Objective:
    """The objective that sentences tell.

    Raises:
        InputError: a sentence is empty.
    """
    with torch.no_grad():
        told, heat, light = encoder.texts([goal, infrared, visible])
    return Objective(F.normalize(told - light, dim=0), F.normalize(told - heat, dim=0))


def _astray(way: Tensor, wanted: Tensor) -> Tensor:
    return (1 - F.normalize(way, dim=1, eps=SHORTEST) @ wanted) / 2


def style_loss(fused: Tensor, infrared: Tensor, visible: Tensor) -> Tensor:
    """S = (1 - cos(f, v)) / 2 + (1 - cos(f, i)) / 2, mean over (N, D) unit vectors: no source is left altogether."""
    return ((1 - (fused * visible).sum(1)) / 2 + (1 - (fused * infrared).sum(1)) / 2).mean()


def perceptual_loss(encoder: Encoder, fused: Tensor, infrared: Tensor, visible: Tensor) -> Tensor:
    """P: distance of feature maps to the element-wise maximum of both sources' maps; a scalar.

    The published loss takes three maps of VGG-19, whose weights we may not ship; these are the encoder's own. As theirs
    have another scale, the squared distance of each map is divided by the mean square of what it is held to.
    """
    with torch.no_grad():
        targets = [torch.maximum(a, b) for a, b in zip(encoder.levels(infrared), encoder.levels(visible), strict=True)]
    levels = encoder.levels(fused)
    parts = [
        (level - target).square().mean() / target.square().mean().clamp_min(1e-6)
        for level, target in zip(levels, targets, strict=True)
    ]
    return torch.stack(parts).mean()


@dataclass(frozen=True, eq=False)
class Patches:
    """Random parts of pictures.

    Attributes:
        pictures: (N * K, C, s, s).
        owner: (N * K,) int64, whose part each is.
    """

    pictures: Tensor
    owner: Tensor


def draw_patches(pictures: Tensor, count: int, side_px: int) -> Patches:
    """Parts of half to four fifths of the side, turned and stretched a little, at ``side_px``; differentiable.

    Args:
        pictures: (N, C, H, W).
        count: K of each. Drawn from torch's global generator.
        side_px: of what comes out.
    """
    number = len(pictures) * count
    owner = torch.arange(len(pictures), device=pictures.device).repeat_interleave(count)

    def uniform(low: float, high: float) -> Tensor:
        return low + (high - low) * torch.rand(number, device=pictures.device)

    size = uniform(*PATCH_SIDES)
    room = 1 - size
    turn = uniform(-TURN_DEGREES, TURN_DEGREES).deg2rad()
    across, down = size * uniform(1 - STRETCH, 1), size * uniform(1 - STRETCH, 1)
    rows = torch.stack([across * turn.cos(), -down * turn.sin(), room * uniform(-1, 1)], dim=1)
    columns = torch.stack([across * turn.sin(), down * turn.cos(), room * uniform(-1, 1)], dim=1)
    grid = F.affine_grid(
        torch.stack([rows, columns], dim=1), [number, pictures.shape[1], side_px, side_px], align_corners=False
    )
    patches = F.grid_sample(pictures[owner], grid, mode="bilinear", padding_mode="reflection", align_corners=False)
    return Patches(patches, owner)


def entropy_bits(pictures: Tensor) -> Tensor:
    """Shannon entropy of the 256 gray values of each of (N, 1, H, W) in [0, 1]: (N,), 0 to 8 bits."""
    levels = (pictures.detach().clamp(0, 1) * 255).round().long().flatten(1)
    counts = torch.zeros(len(levels), 256, device=pictures.device)
    counts.scatter_add_(1, levels, torch.ones_like(levels, dtype=counts.dtype))
    share = counts / levels.shape[1]
    return -(share * share.clamp_min(1e-12).log2()).sum(dim=1)


def telling(infrared: Tensor, visible: Tensor, bits: float = ENTROPY_BITS) -> Tensor:
    """Which patches count: (N,) bool, those of whose sources, (N, 1, H, W) each, both have more than ``bits``."""
    return (entropy_bits(infrared) > bits) & (entropy_bits(visible) > bits)
