"""What kind of machine this is, and how fast it is just now."""

import os
import statistics
import time

import cv2
import numpy as np
import torch

from wordfuse.evals.bench.speed.processor import processor
from wordfuse.fusion.device import has_fast_bfloat16

_REPEATS = 5


def kind() -> str:
    """Processor, cores and instructions: machines of one kind take about the same time."""
    bfloat16 = ", bfloat16" if has_fast_bfloat16(torch.device("cpu")) else ""
    count = len(os.sched_getaffinity(0))
    return f"{processor()}, {count} core{'s' * (count != 1)}, {torch.backends.cpu.get_cpu_capability()}{bfloat16}"


class Yardstick:
    """A fixed piece of work, of the kinds that wordfuse does: convolutions, filters of planes, and plain Python.

    How long it takes beside a measurement tells how busy the machine was: of two runs it is the times in units of this
    work that can be compared.
    """

    def __init__(self) -> None:
        """Make what is worked on, and do it once."""
        random = np.random.default_rng(0)
        self._plane = random.random((480, 640), np.float32)
        self._layer = torch.nn.Conv2d(32, 32, 3, padding=1).requires_grad_(False)
        self._features = torch.from_numpy(random.random((1, 32, 240, 320), np.float32))
        self._once()

    def seconds(self) -> float:
        """How long it takes now, the median of a few."""
        return statistics.median(self._once() for _ in range(_REPEATS))

    def _once(self) -> float:
        began = time.perf_counter()
        self._layer(self._features)
        for sigma in (1.5, 4.0):
            np.clip(np.sqrt(cv2.GaussianBlur(self._plane, (0, 0), sigma)), 0, 1)
        counts: dict[int, int] = {}
        for number in range(60_000):
            counts[number % 97] = counts.get(number % 97, 0) + 1
        return time.perf_counter() - began
