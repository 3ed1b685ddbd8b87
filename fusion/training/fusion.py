"""Train a fusion network on the loss of its preset."""

from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import Tensor

from wordfuse.fusion.device import mixed_precision
from wordfuse.fusion.files.pairs import PairFiles, find_pairs
from wordfuse.fusion.losses import fusion_terms
from wordfuse.fusion.networks.mgfusion import MgNetwork
from wordfuse.fusion.networks.presets import WEIGHTS, build_network
from wordfuse.fusion.training.crops import CropSampler
from wordfuse.fusion.training.loop import Batch, Lesson, Recipe
from wordfuse.fusion.weighing import FusionWeights
from wordfuse.fusion.weights import load_fusion

VALIDATION_SHARE = 16  # one pair in sixteen is held back from training


def take_encoder(network: MgNetwork) -> None:
    """Give a network the trained encoder of the one that ships: it is kept with it, and later ones look at more.

    Raises:
        InputError: the weights of that network are missing or damaged.
    """
    shipped = load_fusion("mgfusion")
    assert isinstance(shipped, MgNetwork)
    network.encoder.load_state_dict(shipped.encoder.state_dict())


@dataclass(frozen=True)
class FusionRecipe(Recipe):
    """A recipe, and the weights of the loss's terms that differ from the preset's."""

    terms: dict[str, float] = field(default_factory=dict)


def split(pairs: list[PairFiles]) -> tuple[list[PairFiles], list[PairFiles]]:
    """Pairs to train on, and pairs to validate on."""
    kept = [pair for i, pair in enumerate(pairs) if i % VALIDATION_SHARE]
    return kept or pairs, pairs[::VALIDATION_SHARE]


class FusionLesson(Lesson):
    """Equation 9, with the preset's terms."""

    training: CropSampler
    validation: CropSampler

    def __init__(self, data: Path, preset: str, recipe: FusionRecipe) -> None:
        """Read the pairs, all into memory.

        Raises:
            InputError: unknown preset, or no pairs.
        """
        torch.manual_seed(recipe.seed)
        self.name = f"fusion-{preset}"
        self.network = build_network(preset)
        if preset == "mgfusion":
            assert isinstance(self.network, MgNetwork)
            take_encoder(self.network)
        self.weights = WEIGHTS.get(preset, FusionWeights()).changed(recipe.terms)
        kept, others = split(find_pairs(data))
        self.training = CropSampler(kept, recipe.crop_px, recipe.seed)
        self.validation = CropSampler(others, recipe.crop_px, seed=0)

    def terms(self, batch: Batch) -> dict[str, Tensor]:
        """See ``fusion.losses``."""
        infrared, visible = batch
        with mixed_precision(visible.device):
            fused = self.network(infrared, visible)
        return fusion_terms(fused, infrared, visible)

    def total(self, terms: dict[str, Tensor]) -> Tensor:
        """Weighted sum."""
        return self.weights.total(terms)
