"""From a number to how bad it is: 0 as clean pictures are, 1 where hardly anything is left."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from wordfuse.fusion.errors import InputError

ALARM = 0.15  # a severity that is told; below it nobody would see the fault
APART = 0.05  # of a scale: damage that is nearer to clean pictures, or to the step before, is no step of its own
SCALES = Path(__file__).with_name("scales.json")


@dataclass(frozen=True)
class Scale:
    """A rising map of a number to [0, 1].

    Attributes:
        numbers: strictly monotone, from the 95th percentile of clean pictures to the median at the worst damage; it
            falls where less is worse.
    """

    numbers: tuple[float, ...]

    def __post_init__(self) -> None:
        """Refuse what is no map."""
        steps = np.diff(self.numbers)
        if len(self.numbers) < 2 or not ((steps > 0).all() or (steps < 0).all()):
            raise InputError(f"a scale needs two or more numbers that rise or fall, got {self.numbers}")

    def severity(self, number: float) -> float:
        """In [0, 1]: linear between the numbers, which are evenly spaced."""
        sign = 1.0 if self.numbers[-1] > self.numbers[0] else -1.0
        places = np.linspace(0, 1, len(self.numbers))
        return float(np.interp(sign * number, sign * np.array(self.numbers), places))


@cache
def scales() -> Mapping[str, Scale]:
    """The fitted scales, by kind and source ("noise infrared")."""
    return {name: Scale(tuple(numbers)) for name, numbers in json.loads(SCALES.read_text()).items()}


def fitted(clean: float, steps: list[float]) -> Scale:
    """A scale from what was measured on damage of known amounts.

    Args:
        clean: the 95th percentile of the numbers of clean pictures (the 5th, where less is worse).
        steps: the medians at rising amounts of damage, the last where hardly anything is left.

    Raises:
        InputError: the worst damage does not stand apart from clean pictures.
    """
    sign = 1.0 if steps[-1] > clean else -1.0
    least = APART * abs(steps[-1] - clean)
    numbers = [clean]
    for number in steps:
        if sign * (number - numbers[-1]) > least:
            numbers.append(number)
    return Scale(tuple(numbers))
