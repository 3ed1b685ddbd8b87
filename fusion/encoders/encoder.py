"""What every encoder promises: pictures and sentences that belong together have vectors that point alike."""

from abc import ABC, abstractmethod
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from wordfuse.fusion.errors import InputError


class Encoder(nn.Module, ABC):
    """Frozen: gradients go through it to the pictures, never into its weights.

    Attributes:
        name: of the backend.
        size: of the vectors, D.
    """

    name: str
    size: int

    @abstractmethod
    def pictures(self, pictures: Tensor) -> Tensor:
        """Where pictures lie; differentiable.

        Args:
            pictures: (N, 3, H, W) float32 in [0, 1], RGB, of any size; gray ones have three equal channels.

        Returns:
            (N, D) float32, each of length 1.
        """

    @abstractmethod
    def texts(self, sentences: Sequence[str]) -> Tensor:
        """Where sentences lie.

        Args:
            sentences: M of them, in English.

        Returns:
            (M, D) float32 on the encoder's device, each of length 1.

        Raises:
            InputError: there is none, or one is empty.
        """

    @abstractmethod
    def levels(self, pictures: Tensor) -> list[Tensor]:
        """Feature maps from fine to coarse, (N, C, h, w) each, for a perceptual loss; differentiable."""

    @property
    def device(self) -> torch.device:
        """Where it runs."""
        return next(self.parameters()).device

    def frozen(self) -> "Encoder":
        """Itself, for inference; no weight of it learns."""
        return self.eval().requires_grad_(False)


def check_sentences(sentences: Sequence[str]) -> list[str]:
    """The sentences as they are.

    Raises:
        InputError: there is none, or one is empty.
    """
    if not sentences or not all(sentence.strip() for sentence in sentences):
        raise InputError("a sentence is empty", argument="goal", remedy="say what the picture should look like")
    return [*sentences]
