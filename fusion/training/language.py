"""Train a fusion network toward an objective in words: the loss of LDFusion.

::

    2 L(whole) + 10 L(patches) + 6 S + 10 P

with L, S and P of ``fusion.encoders.objective``. L of the patches is the artifact regulariser: parts of the fused
picture are held to the ways from the whole sources, and only parts where both sources show something count.
"""

from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import Tensor

from wordfuse.fusion.colour import luma
from wordfuse.fusion.device import mixed_precision
from wordfuse.fusion.encoders.choose import load_encoder
from wordfuse.fusion.encoders.encoder import Encoder
from wordfuse.fusion.encoders.objective import (
    ENTROPY_BITS,
    GOAL,
    draw_patches,
    objective,
    perceptual_loss,
    style_loss,
    telling,
)
from wordfuse.fusion.errors import InputError
from wordfuse.fusion.files.pairs import find_pairs
from wordfuse.fusion.networks.presets import build_network
from wordfuse.fusion.training.crops import CropSampler
from wordfuse.fusion.training.fusion import FusionRecipe, split
from wordfuse.fusion.training.loop import Batch, Lesson

PRESETS = ("ldfusion", "tiny-ldfusion")  # that are trained so
WEIGHTS = {"whole": 2.0, "patches": 10.0, "style": 6.0, "perceptual": 10.0}
PATCHES = 6  # of a crop; published: 32
PATCH_SHARE = 0.6  # of the crop's side that patches are brought to; published: all of it
INPUT_NOISE = 0.01  # standard deviation; published: 0.03


@dataclass(frozen=True)
class LanguageRecipe(FusionRecipe):
    """A recipe, what the picture should be, and who judges it.

    Attributes:
        goal: the sentence.
        encoder: ``embedded`` or ``clip``.
        encoder_model: folder or hub id of the latter.
        gate_bits: entropy that both sources of a patch must have; 0: every patch counts.
    """

    goal: str = GOAL
    encoder: str = "embedded"
    encoder_model: str | None = None
    gate_bits: float = ENTROPY_BITS
    terms: dict[str, float] = field(default_factory=dict)


class LanguageLesson(Lesson):
    """See the module."""

    training: CropSampler
    validation: CropSampler

    def __init__(self, data: Path, preset: str, recipe: LanguageRecipe) -> None:
        """Read the pairs, all into memory, and the encoder.

        Raises:
            InputError: unknown preset, term or encoder, no pairs, or a goal that says nothing.
            BackendUnreachable: the CLIP model cannot be had.
        """
        for name in recipe.terms:
            if name not in WEIGHTS:
                raise InputError("unknown", argument="term", subject=name, remedy=f"choose one of {', '.join(WEIGHTS)}")
        torch.manual_seed(recipe.seed)
        self.name = f"fusion-{preset}"
        self.network = build_network(preset)
        self.weights = WEIGHTS | recipe.terms
        self.recipe = recipe
        self.encoder: Encoder = load_encoder(recipe.encoder, recipe.encoder_model)
        self.objective = objective(self.encoder, recipe.goal)
        kept, others = split(find_pairs(data))
        self.training = CropSampler(kept, recipe.crop_px, recipe.seed)
        self.validation = CropSampler(others, recipe.crop_px, seed=0)

    def terms(self, batch: Batch) -> dict[str, Tensor]:
        """``whole``, ``patches``, ``style`` and ``perceptual``; for the log ``counted``, the share of the patches."""
        infrared, visible = batch
        visible_y = luma(visible)
        with mixed_precision(visible.device):
            noise = [INPUT_NOISE * torch.randn_like(source) for source in (infrared, visible)]
            fused = self.network(infrared + noise[0], visible + noise[1])
        fused_y = luma(fused)
        sources = [_gray(source) for source in (infrared, visible_y)]
        with torch.no_grad():
            heat, light = (self.encoder.pictures(source) for source in sources)
        seen = self.encoder.pictures(_gray(fused_y))
        patches, counted = self._patches(fused_y, infrared, visible_y, heat, light)
        return {
            "whole": self.objective.loss(seen, heat, light).mean(),
            "patches": patches,
            "style": style_loss(seen, heat, light),
            "perceptual": perceptual_loss(self.encoder, _gray(fused_y), *sources),
            "counted": counted,
        }

    def _patches(
        self, fused_y: Tensor, infrared: Tensor, visible_y: Tensor, heat: Tensor, light: Tensor
    ) -> tuple[Tensor, Tensor]:
        if not self.weights["patches"]:
            return fused_y.new_zeros(()), fused_y.new_zeros(())
        side = round(fused_y.shape[-1] * PATCH_SHARE)
        drawn = draw_patches(torch.cat([fused_y, infrared, visible_y], dim=1), PATCHES, side)
        part, hot, lit = drawn.pictures.split(1, dim=1)
        counts = telling(hot, lit, self.recipe.gate_bits)
        if not counts.any():
            return fused_y.sum() * 0, counts.float().mean()
        owner = drawn.owner[counts]
        loss = self.objective.loss(self.encoder.pictures(_gray(part[counts])), heat[owner], light[owner])
        return loss.mean(), counts.float().mean()

    def total(self, terms: dict[str, Tensor]) -> Tensor:
        """Weighted sum."""
        return torch.stack([weight * terms[name] for name, weight in self.weights.items()]).sum()


def _gray(plane: Tensor) -> Tensor:
    """(B, 1, H, W) as three equal channels, within range."""
    return plane.clamp(0, 1).expand(-1, 3, -1, -1)
