"""The encoder that ships: 2.6 M parameters for pictures; sentences by MiniLM's features and a small trained head.

Trained on captions of what is known and measured of street pictures (``fusion.training.encoding``): kind, day or night,
light, noise, stripes, blur, haze, contrast, what is in a picture and where. It is no CLIP: what lies beyond these words
it has not seen.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from wordfuse.fusion.device import mixed_precision
from wordfuse.fusion.encoders.encoder import Encoder, check_sentences
from wordfuse.fusion.encoders.sentences import sentence_features
from wordfuse.fusion.networks.tower import TwoTowers, small_copy
from wordfuse.fusion.weights import load_encoder

PERCEPTUAL_PX = 320  # longer side of what is compared level by level


class EmbeddedEncoder(Encoder):
    """See the module."""

    name = "embedded"

    def __init__(self, towers: TwoTowers) -> None:
        """On towers that are loaded."""
        super().__init__()
        self.towers = towers
        self.size = towers.pictures.size

    def pictures(self, pictures: Tensor) -> Tensor:
        """See :class:`Encoder`."""
        with mixed_precision(pictures.device):
            return self.towers.pictures(pictures)

    def texts(self, sentences: Sequence[str]) -> Tensor:
        """See :class:`Encoder`; the sentences' features need the extra ``encoders``."""
        features = torch.from_numpy(sentence_features()(check_sentences(sentences)))
        return self.towers.words(features.to(self.device))

    def levels(self, pictures: Tensor) -> list[Tensor]:
        """At 1/4, 1/8 and 1/16 of the size."""
        with mixed_precision(pictures.device):
            return [level.float() for level in self.towers.pictures.levels(small_copy(pictures, PERCEPTUAL_PX))[:3]]


def create(device: torch.device) -> EmbeddedEncoder:
    """On the weights that ship.

    Raises:
        InputError: they are missing or damaged.
    """
    encoder = EmbeddedEncoder(load_encoder(device))
    encoder.frozen()
    return encoder
