"""Train a fusion network with Adam, on the loss of its preset.

Resumable: the checkpoint is written every ``checkpoint_steps`` steps and at the end, and a second call with the same
folder goes on from it. The learning rate follows a cosine over whichever runs out first, ``steps`` or ``minutes``, so a
run that is cut short by its time budget still ends annealed. What is exported is an exponential moving average of the
weights.
"""

import json
import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

from fusion.device import channels_last, mixed_precision, resolve_device
from fusion.errors import InputError
from fusion.losses import FusionWeights, fusion_terms
from fusion.pairs import find_pairs
from fusion.presets import WEIGHTS, build_network
from fusion.training.crops import CropSampler

VALIDATION_SHARE = 16  # one pair in sixteen is held back from training
VALIDATION_BATCHES = 16


@dataclass(frozen=True)
class Recipe:
    """How long and in which portions to train.

    Attributes:
        steps: optimiser steps; the paper's 100 epochs of 167 pictures are about 17,000 crops.
        minutes: wall-clock budget, or None.
        batch: crops a step (the paper: 32).
        crop_px: side of a crop.
        learning_rate: peak of the cosine.
        terms: weights of the loss that differ from the preset's.
        ema: decay of the averaged weights that are exported.
        seed: of weights, crops and augmentation.
        checkpoint_steps: steps between checkpoints, validations and log lines.
    """

    steps: int = 30000
    minutes: float | None = None
    batch: int = 4
    crop_px: int = 128
    learning_rate: float = 1e-3
    terms: dict[str, float] = field(default_factory=dict)
    ema: float = 0.998
    seed: int = 0
    checkpoint_steps: int = 250


@dataclass(frozen=True)
class TrainingProgress:
    """What a progress bar needs."""

    step: int
    share: float
    seconds: float
    train_loss: float


class FusionTraining:
    """A training run in a folder: ``checkpoint.pt``, ``log.jsonl`` and, at the end, ``fusion.safetensors``."""

    def __init__(self, data: Path, out: Path, preset: str, recipe: Recipe, device: str = "auto") -> None:
        """Read the pairs and go on from the folder's checkpoint if there is one.

        Raises:
            InputError: unknown preset or device, no pairs, or a checkpoint of another preset.
        """
        self.recipe, self.preset, self.out = recipe, preset, out
        self.device = resolve_device(device)
        torch.manual_seed(recipe.seed)
        self.network = channels_last(build_network(preset).to(self.device))
        self.weights = WEIGHTS.get(preset, FusionWeights()).changed(recipe.terms)
        pairs = find_pairs(data)
        held_back = pairs[::VALIDATION_SHARE]
        kept = [pair for i, pair in enumerate(pairs) if i % VALIDATION_SHARE] or pairs
        self.average = {name: value.detach().clone() for name, value in self.network.state_dict().items()}
        self.optimizer = torch.optim.Adam(self.network.parameters(), lr=recipe.learning_rate)
        self.crops = CropSampler(kept, recipe.crop_px, recipe.seed)
        validation = CropSampler(held_back, recipe.crop_px, seed=0)
        self.validation = [validation.batch(recipe.batch, self.device) for _ in range(VALIDATION_BATCHES)]
        self.step, self.seconds = 0, 0.0
        out.mkdir(parents=True, exist_ok=True)
        if self.checkpoint.exists():
            self._resume()

    @property
    def checkpoint(self) -> Path:
        """The file a later call goes on from."""
        return self.out / "checkpoint.pt"

    def share_done(self) -> float:
        """Progress in [0, 1], by steps or by time, whichever is further."""
        by_time = self.seconds / (self.recipe.minutes * 60) if self.recipe.minutes else 0.0
        return min(1.0, max(self.step / self.recipe.steps, by_time))

    def run(self, report: Callable[[TrainingProgress], None]) -> Path:
        """Train to the end of the budget and export the averaged weights.

        Args:
            report: called after every step.

        Returns:
            Path of the exported safetensors file.
        """
        self.network.train()
        while self.share_done() < 1.0:
            started = time.monotonic()
            loss = self._train_step()
            self.step += 1
            validated: dict[str, float] | None = None
            if self.step % self.recipe.checkpoint_steps == 0:
                validated = self._validate()
                self._log(loss, validated)
            self.seconds += time.monotonic() - started
            if validated is not None:
                self._save()
            report(TrainingProgress(self.step, self.share_done(), self.seconds, loss))
        self._save()
        exported = self.out / "fusion.safetensors"
        save_file({name: value.half().contiguous() for name, value in self.average.items()}, exported)
        return exported

    def _train_step(self) -> float:
        warm_up = min(1.0, (self.step + 1) / 50)
        rate = self.recipe.learning_rate * warm_up * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * self.share_done())))
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        infrared, visible = self.crops.batch(self.recipe.batch, self.device)
        loss = self.weights.total(self._terms(infrared, visible))
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self.optimizer.step()
        # A young average forgets fast, so that the random start does not linger in it.
        decay = min(self.recipe.ema, (1 + self.step) / (10 + self.step))
        for name, value in self.network.state_dict().items():
            self.average[name].lerp_(value, 1 - decay)
        return loss.item()

    def _terms(self, infrared: Tensor, visible: Tensor) -> dict[str, Tensor]:
        with mixed_precision(self.device):
            fused = self.network(infrared, visible)
        return fusion_terms(fused, infrared, visible)

    @torch.no_grad()
    def _validate(self) -> dict[str, float]:
        """Mean of every unweighted term over the crops that are held back, and the loss they give."""
        current = {name: value.clone() for name, value in self.network.state_dict().items()}
        self.network.load_state_dict(self.average)
        batches = [self._terms(*batch) for batch in self.validation]
        self.network.load_state_dict(current)
        terms = {name: torch.stack([batch[name] for batch in batches]).mean() for name in batches[0]}
        terms["loss"] = self.weights.total(terms)
        return {name: round(value.item(), 5) for name, value in terms.items()}

    def _log(self, loss: float, validated: dict[str, float]) -> None:
        line = {"step": self.step, "seconds": round(self.seconds, 1), "train": round(loss, 5), "validation": validated}
        with (self.out / "log.jsonl").open("a") as log:
            log.write(json.dumps(line) + "\n")

    def _save(self) -> None:
        state = {
            "preset": self.preset,
            "recipe": asdict(self.recipe),
            "step": self.step,
            "seconds": self.seconds,
            "network": self.network.state_dict(),
            "average": self.average,
            "optimizer": self.optimizer.state_dict(),
            "crops": json.dumps(self.crops.state()),
            "random": torch.get_rng_state(),  # the information term draws its pixels
        }
        partial = self.checkpoint.with_suffix(".partial")
        torch.save(state, partial)
        partial.replace(self.checkpoint)

    def _resume(self) -> None:
        state = torch.load(self.checkpoint, map_location=self.device, weights_only=True)
        if state["preset"] != self.preset:
            raise InputError(f"{self.checkpoint}: holds preset {state['preset']}, not {self.preset}; use another --out")
        self.network.load_state_dict(state["network"])
        self.average = state["average"]
        self.optimizer.load_state_dict(state["optimizer"])
        self.crops.restore(json.loads(state["crops"]))
        torch.set_rng_state(state["random"].cpu())
        self.step, self.seconds = state["step"], state["seconds"]
