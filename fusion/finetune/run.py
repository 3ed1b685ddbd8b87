"""What the three fine-tuning tasks share: recipes, the epoch loop, the state a repeat goes on from, the outcome."""

import hashlib
import json
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from wordfuse.fusion.abandon import still_wanted
from wordfuse.fusion.applied import Applied
from wordfuse.fusion.colour import luma
from wordfuse.fusion.errors import InputError
from wordfuse.fusion.files.atomic import write_bytes_atomic
from wordfuse.fusion.tensors import Batch

if TYPE_CHECKING:
    from torch import Tensor

Stopped = Literal["epochs", "time", "cancelled", "converged"]
UNFINISHED: tuple[Stopped, ...] = ("time", "cancelled")
Over = Literal["weights", "pixels"]
METADATA_KEY = "wordfuse-finetune-2"  # count up when states of before can no longer be used


@dataclass(frozen=True)
class Recipe:
    """How long to optimise, how fast, and on how much of the region.

    Attributes:
        epochs: optimiser steps; as in the paper, one step is one epoch.
        learning_rate: of Adam.
        side_px: training sees crops of this side inside the region, relight without epochs a copy of the region
            whose longer side is this; None: the whole region at full resolution, as in the paper.
        crops: crops a step.
        final_rate: share of the learning rate that is left in the last epoch; it falls linearly. Below 1 a call ends
            settled rather than wherever its last crop has pulled it, so that a repeat does not step back.
        over: what is optimised: the weights of a network, or the pixels of the region.
    """

    epochs: int
    learning_rate: float
    side_px: int | None
    crops: int = 1
    final_rate: float = 1.0
    over: Over = "weights"


@dataclass(frozen=True)
class EpochProgress:
    """Told after every epoch: ``epoch`` of ``epochs`` is done, its loss, and seconds since the start."""

    epoch: int
    epochs: int
    loss: float
    seconds: float


Progress = Callable[[EpochProgress], None]
Cancelled = Callable[[], bool]


@dataclass(frozen=True)
class State:
    """What a repeat of the same task on the same region goes on from (paper, section 2.4.4).

    Attributes:
        task: ``incline``, ``relight`` or ``denoise``.
        epochs: epochs done so far, over all repeats.
        tensors: weights or maps, as arrays.
        meta: JSON-native facts.
    """

    task: str
    epochs: int
    tensors: dict[str, NDArray[Any]]
    meta: dict[str, Any]

    def save(self, path: Path) -> None:
        """Write a safetensors file; it appears whole or not at all."""
        tensors = {name: np.ascontiguousarray(value) for name, value in self.tensors.items()}
        facts = {"task": self.task, "epochs": self.epochs, "meta": self.meta, "sha256": _digest(tensors)}
        write_bytes_atomic(path, save(tensors, metadata={METADATA_KEY: json.dumps(facts)}))

    @classmethod
    def load(cls, path: Path, task: str) -> Self:
        """Read a state of ``task`` back, bit for bit.

        Raises:
            InputError: the file is missing, damaged, or holds the state of another task.
        """
        try:
            with safe_open(path, framework="np") as file:
                facts = json.loads((file.metadata() or {})[METADATA_KEY])
                tensors = {name: file.get_tensor(name) for name in file.keys()}
            state = cls(str(facts["task"]), int(facts["epochs"]), tensors, dict(facts["meta"]))
            intact = facts["sha256"] == _digest(tensors)
        except (OSError, SafetensorError, KeyError, TypeError, ValueError) as error:
            raise InputError(
                f"not a fine-tuning state ({error})", subject=path, remedy="start this task afresh"
            ) from error
        if not intact:
            raise InputError("the fine-tuning state is damaged", subject=path, remedy="start this task afresh")
        if state.task != task:
            raise InputError(
                f"holds the state of {state.task}, not of {task}", subject=path, remedy="start this task afresh"
            )
        return state


@dataclass(frozen=True)
class Outcome:
    """The result of a fine-tuning task.

    Attributes:
        image: (1, 3, H, W) float32 in [0, 1], the size and the kind (array or tensor) of the input. Pixels outside the
            region may differ from the input: ``fusion.compose`` brings them back (equation 5).
        state: what a repeat goes on from.
        epochs: epochs done in this call.
        losses: one per epoch.
        seconds: wall time of this call.
        stopped: what ended it: all ``epochs`` done, out of ``time``, ``cancelled``, or ``converged``: there was
            nothing (left) to learn.
        saturated: the wanted effect was not reached and a repeat would bring no more: there is none left to have.
        applied: tells what was done, for other pictures of the same scene; None: it cannot be done to another.
        source: of an edit through a source, the source as it is now, (1, 3, H, W).
    """

    image: Batch
    state: State
    epochs: int
    losses: list[float]
    seconds: float
    stopped: Stopped
    saturated: bool = False
    applied: Callable[[], Applied] | None = None
    source: Batch | None = None


@dataclass(frozen=True)
class Control:
    """The caller's hand on a running task: told of progress, asked between epochs whether to stop."""

    progress: Progress | None = None
    cancelled: Cancelled | None = None
    max_seconds: float | None = None
    gently: Callable[[], AbstractContextManager[None]] = nullcontext  # entered while epochs run

    def halted(self, started: float) -> Stopped | None:
        """Why a task that began at ``started`` (``time.monotonic()``) is to stop now; None: it is not."""
        still_wanted()
        if self.cancelled is not None and self.cancelled():
            return "cancelled"
        if self.max_seconds is not None and time.monotonic() - started >= self.max_seconds:
            return "time"
        return None

    def run(self, step: "Callable[[], Tensor | float]", epochs: int, started: float) -> tuple[list[float], Stopped]:
        """Call ``step`` up to ``epochs`` times.

        Args:
            step: does one epoch and returns its loss.
            epochs: how many.
            started: ``time.monotonic()`` when the task began.

        Returns:
            The losses, and what ended the loop.
        """
        losses: list[float] = []
        with self.gently():
            for epoch in range(1, epochs + 1):
                halted = self.halted(started)
                if halted is not None:
                    return losses, halted
                losses.append(float(step()))
                if self.progress is not None:
                    self.progress(EpochProgress(epoch, epochs, losses[-1], time.monotonic() - started))
        return losses, "epochs"


def smallest(enough: Callable[[float], bool], low: float, high: float, halvings: int) -> float:
    """The smallest value between ``low`` and ``high`` that is enough, by bisection; ``high`` must be.

    Args:
        enough: false up to some value, true from there.
        low: where to begin.
        high: a value that is enough.
        halvings: the result is at most (high - low) / 2^halvings too large.
    """
    for _ in range(halvings):
        still_wanted()
        middle = (low + high) / 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def is_gray(picture: Batch) -> bool:
    """Whether the three channels of (1, 3, H, W) are equal everywhere."""
    return bool((picture[:, 1:] == picture[:, :1]).all())


def follow_gray(image: Batch, source: Batch) -> Batch:
    """Give ``image`` three equal channels, its luma, if ``source`` has them; clipped to [0, 1]."""
    if is_gray(source):
        image = np.repeat(luma(image), 3, axis=1)
    return np.clip(image, 0, 1)


def check_repeat(state: State, task: str, facts: dict[str, Any]) -> None:
    """Make sure that a state belongs to the task and to the picture size, region... that ``facts`` tell.

    Raises:
        InputError: it does not.
    """
    if state.task != task:
        raise InputError(f"belongs to {state.task}, not to {task}", subject="state", remedy="start this task afresh")
    for name, value in facts.items():
        if state.meta.get(name) != value:
            raise InputError(
                f"its {name} is {state.meta.get(name)}, here it is {value}",
                subject="state",
                remedy="a state goes on with the same task on the same region only: start afresh",
            )


def _digest(tensors: dict[str, NDArray[Any]]) -> str:
    digest = hashlib.sha256()
    for name in sorted(tensors):
        digest.update(name.encode())
        digest.update(tensors[name].tobytes())
    return digest.hexdigest()
