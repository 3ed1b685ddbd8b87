"""What the embedded language model asks of a network, whichever library computes it."""

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Features = NDArray[np.float32]


class Network(Protocol):
    """A LLaMA that reads tokens and says what may follow.

    Attributes:
        vocabulary: how many tokens it knows.
        context: how many it can read in a row.
    """

    vocabulary: int
    context: int

    def memory(self) -> Any:
        """What is remembered of nothing read yet."""

    def copied(self, memory: Any) -> Any:
        """A memory of the same, which is extended by itself."""

    def cut(self, memory: Any, length: int) -> None:
        """Forget all but the first so many tokens."""

    def read(self, tokens: Sequence[int], memory: Any) -> Features:
        """Read tokens after those in the memory, which they join.

        Returns:
            A row of features for each, (tokens, hidden) float32.
        """

    def scores(self, features: Features, words: NDArray[np.int64]) -> Features:
        """The logits of some words after the token that has these features.

        Args:
            features: (hidden,), a row of what :meth:`read` gave.
            words: which words, (n,).

        Returns:
            (n,) float32.
        """
