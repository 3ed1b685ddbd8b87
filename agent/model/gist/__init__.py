"""A second, much simpler reading of a wish: how likely its words speak of each effect, question, control and refusal.

A linear classifier on words, pairs of words and parts of words, learnt from the same lines as the adapter. It knows
nothing of order or regions, and so it errs elsewhere than a language model: what both read alike is seldom wrong.
"""

import re
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final, get_args

import numpy as np
from numpy.typing import NDArray

from wordfuse.agent.model.words import lines, refusals
from wordfuse.agent.plan import Control, Plan, QuestionKind
from wordfuse.fusion.checksums import verify

WEIGHTS: Final = Path(__file__).parent / "gist.safetensors"
SUMS: Final = WEIGHTS.parent / "SHA256SUMS"
BUCKETS: Final = 1 << 15
#: How much it counts that the words speak of what a plan does, and that they speak of nothing that it leaves out: for
#: how sure a plan is, and for which of two is meant; chosen on the suite ``calibration``.
DOING, CHOOSING = (0.1, 0.1), (0.8, 0.3)
#: What is told apart, as ``lines.effects_in`` names it.
KINDS: Final = (
    *lines.NAMES.values(),
    *(f"? {kind}" for kind in get_args(QuestionKind)),
    *(f"! {control}" for control in get_args(Control)),
    *(f"- {kind}" for kind in refusals.KINDS),
)


class Gist:
    """The classifier.

    Attributes:
        weights: (BUCKETS, kinds) float32.
        bias: (kinds,) float32.
    """

    def __init__(self, weights: NDArray[np.float32], bias: NDArray[np.float32]) -> None:
        """Use these weights."""
        self.weights, self.bias = weights, bias

    def __call__(self, text: str, before: Plan | None = None) -> dict[str, float]:
        """How likely a wish speaks of each of ``KINDS``, 0 to 1, each by itself: a wish may speak of several."""
        places, values = features(text, before)
        scores = self.bias + values @ self.weights[places]
        return dict(zip(KINDS, (1 / (1 + np.exp(-scores))).tolist(), strict=True))


@cache
def gist() -> Gist:
    """The classifier that ships.

    Raises:
        InputError: its file is missing or damaged.
    """
    from safetensors.numpy import load_file

    verify(WEIGHTS, SUMS)
    tensors = load_file(WEIGHTS)
    return Gist(tensors["weights"].astype(np.float32), tensors["bias"].astype(np.float32))


def agreement(line: str, sure: float, spoken: Mapping[str, float], counting: tuple[float, float] = DOING) -> float:
    """How far two readings of a wish agree on what is to be done.

    Args:
        line: the plan that a language model wrote (``agent.model.words.lines``).
        sure: how sure it was, 0 to 1.
        spoken: what the words speak of, as a :class:`Gist` says.
        counting: how much that counts: of what the plan does, and of what it leaves out.

    Returns:
        0 to 1: lower where the model was unsure, where the words hardly speak of what it wrote, and where they speak of
        something that it left out.
    """
    names = lines.effects_in(line)
    support = supported(line, spoken)
    left_out = max(likely for kind, likely in spoken.items() if kind not in names)
    return float(sure * support ** counting[0] * (1 - left_out) ** counting[1])


def supported(line: str, spoken: Mapping[str, float]) -> float:
    """How likely the words speak of what a plan does, of its least likely effect, 0 to 1; arguments as above."""
    return min(spoken[name] for name in lines.effects_in(line))


def features(text: str, before: Plan | None = None) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """What a wish is told by: buckets of hashed names, and a value in each; of unit length."""
    counts = Counter(_names(text, before))
    buckets: dict[int, float] = {}
    for name, count in counts.items():
        bucket = zlib.crc32(name.encode()) % BUCKETS
        # Parts of words are many and overlap; whole words and pairs say more.
        weight = 0.5 if name.startswith("part ") else 1.0
        buckets[bucket] = buckets.get(bucket, 0.0) + weight * (1 + np.log(count))
    values = np.array(list(buckets.values()), np.float32)
    return np.array(list(buckets), np.int64), values / max(float(np.linalg.norm(values)), 1e-6)


def _names(text: str, before: Plan | None) -> Sequence[str]:
    words = re.findall(r"[\w']+|[%?!]", text.lower().replace("\u2019", "'"))
    around = ["<", *words, ">"]
    names = [f"word {word}" for word in words]
    names += [f"pair {first} {second}" for first, second in pairwise(around)]
    names += [f"three {' '.join(three)}" for three in zip(around, around[1:], around[2:], strict=False)]
    for word in words:
        framed = f"^{word}$"
        names += [f"part {framed[at : at + size]}" for size in (3, 4, 5) for at in range(len(framed) - size + 1)]
    names.append(f"length {min(len(words), 12)}")
    if before is not None:
        last = lines.effects_in(lines.written(before))[-1]
        names += [f"after {last}", "after", *(f"after {last} {word}" for word in words)]
        names += [f"after {word}" for word in around]
    return names
