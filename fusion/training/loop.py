"""The training loop that every network of ours shares: Adam, a cosine, an averaged copy, checkpoints.

Resumable: the checkpoint is written every ``checkpoint_steps`` steps and at the end, and a second call with the same
folder goes on from it. The learning rate follows a cosine over whichever runs out first, ``steps`` or ``minutes``, so a
run that is cut short by its time budget still ends annealed. What is exported is an exponential moving average of the
weights.
"""

import json
import math
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from wordfuse.fusion.device import channels_last, resolve_device
from wordfuse.fusion.errors import InputError, argument_named

Batch = tuple[Tensor, ...]
VALIDATION_BATCHES = 16


@dataclass(frozen=True)
class Recipe:
    """How long and in which portions to train.

    Attributes:
        steps: optimiser steps; for fusion the paper's 100 epochs of 167 pictures are about 17,000 crops.
        minutes: wall-clock budget, or None.
        batch: crops a step (the paper: 32).
        crop_px: side of a crop.
        learning_rate: peak of the cosine.
        ema: decay of the averaged weights that are exported.
        seed: of weights, crops and augmentation.
        checkpoint_steps: steps between checkpoints, validations and log lines.
    """

    steps: int = 30000
    minutes: float | None = None
    batch: int = 4
    crop_px: int = 128
    learning_rate: float = 1e-3
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


class Sampler(Protocol):
    """Draws batches at random."""

    def batch(self, size: int) -> Batch:
        """``size`` samples, on the CPU."""

    def state(self) -> dict[str, object]:
        """Of the random generator, JSON-native: restoring it makes a resumed run draw what an undisturbed one would."""

    def restore(self, state: dict[str, object]) -> None:
        """Go on from a state that :meth:`state` returned."""


class Lesson(ABC):
    """What a network is to learn, and from what.

    Attributes:
        name: of the exported file; a checkpoint belongs to it.
        network: with random weights.
        training: draws what it learns from.
        validation: draws from pictures that training never sees, the same whenever it is made.
    """

    name: str
    network: nn.Module
    training: Sampler
    validation: Sampler

    @abstractmethod
    def terms(self, batch: Batch) -> dict[str, Tensor]:
        """The loss's unweighted terms of a batch, on the batch's device."""

    def follow(self, average: dict[str, Tensor]) -> None:  # noqa: B027 - most lessons need nothing of it
        """Told before every step what the averaged weights are; a lesson may learn from them."""

    @abstractmethod
    def total(self, terms: dict[str, Tensor]) -> Tensor:
        """The loss."""


class Training:
    """A training run in a folder: ``checkpoint.pt``, ``log.jsonl`` and, at the end, ``<name>.safetensors``."""

    def __init__(self, lesson: Lesson, out: Path, recipe: Recipe, device: str = "auto") -> None:
        """Prepare, and go on from the folder's checkpoint if there is one.

        Raises:
            InputError: unknown device, or a checkpoint of something else.
        """
        self.lesson, self.recipe, self.out = lesson, recipe, out
        self.device = resolve_device(device)
        self.network = channels_last(lesson.network.to(self.device))
        self.average = {name: value.detach().clone() for name, value in self.network.state_dict().items()}
        self.optimizer = torch.optim.Adam(self.network.parameters(), lr=recipe.learning_rate)
        self.validation = [self._moved(lesson.validation.batch(recipe.batch)) for _ in range(VALIDATION_BATCHES)]
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
        exported = self.out / f"{self.lesson.name}.safetensors"
        save_file({name: value.half().contiguous() for name, value in self.average.items()}, exported)
        return exported

    def _moved(self, batch: Batch) -> Batch:
        return tuple(_laid_out(values.to(self.device)) for values in batch)

    def _train_step(self) -> float:
        warm_up = min(1.0, (self.step + 1) / 50)
        rate = self.recipe.learning_rate * warm_up * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * self.share_done())))
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.lesson.follow(self.average)
        loss = self.lesson.total(self.lesson.terms(self._moved(self.lesson.training.batch(self.recipe.batch))))
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self.optimizer.step()
        # A young average forgets fast, so that the random start does not linger in it.
        decay = min(self.recipe.ema, (1 + self.step) / (10 + self.step))
        for name, value in self.network.state_dict().items():
            if value.is_floating_point():  # and no counter
                self.average[name].lerp_(value, 1 - decay)
        return loss.item()

    @torch.no_grad()
    def _validate(self) -> dict[str, float]:
        """Mean of every unweighted term over the batches that are held back, and the loss they give."""
        current = {name: value.clone() for name, value in self.network.state_dict().items()}
        self.network.load_state_dict(self.average)
        self.network.eval()
        batches = [self.lesson.terms(batch) for batch in self.validation]
        self.network.train()
        self.network.load_state_dict(current)
        terms = {name: torch.stack([batch[name] for batch in batches]).mean() for name in batches[0]}
        terms["loss"] = self.lesson.total(terms)
        return {name: round(value.item(), 5) for name, value in terms.items()}

    def _log(self, loss: float, validated: dict[str, float]) -> None:
        line = {"step": self.step, "seconds": round(self.seconds, 1), "train": round(loss, 5), "validation": validated}
        with (self.out / "log.jsonl").open("a") as log:
            log.write(json.dumps(line) + "\n")

    def _save(self) -> None:
        state = {
            "name": self.lesson.name,
            "recipe": asdict(self.recipe),
            "step": self.step,
            "seconds": self.seconds,
            "network": self.network.state_dict(),
            "average": self.average,
            "optimizer": self.optimizer.state_dict(),
            "drawing": json.dumps(self.lesson.training.state()),
            "random": torch.get_rng_state(),  # losses may draw, too
        }
        partial = self.checkpoint.with_suffix(".partial")
        torch.save(state, partial)
        partial.replace(self.checkpoint)

    def _resume(self) -> None:
        state = torch.load(self.checkpoint, map_location=self.device, weights_only=True)
        if state.get("name") != self.lesson.name:
            raise InputError(
                f"holds {state.get('name')}, not {self.lesson.name}",
                subject=self.checkpoint,
                remedy=f"use another {argument_named('out')}",
            )
        self.network.load_state_dict(state["network"])
        self.average = state["average"]
        self.optimizer.load_state_dict(state["optimizer"])
        self.lesson.training.restore(json.loads(state["drawing"]))
        torch.set_rng_state(state["random"].cpu())
        self.step, self.seconds = state["step"], state["seconds"]


def _laid_out(values: Tensor) -> Tensor:
    return values.contiguous(memory_format=torch.channels_last) if values.dim() == 4 else values
