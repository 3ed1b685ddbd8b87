"""Train the two heads of the embedded encoder alone, once its picture network has learned to see.

What the network tells of a picture before its head makes a vector of it is kept for some thousand pieces, so a step
costs next to nothing and there is time for many more captions: the heads learn which of them mean the same.
"""

from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor
from torch.nn import functional as F

from wordfuse.fusion.device import mixed_precision
from wordfuse.fusion.errors import InputError
from wordfuse.fusion.networks.tower import PictureTower, TwoTowers, Views
from wordfuse.fusion.training.encoding.facts import Bits, judge
from wordfuse.fusion.training.encoding.lesson import SHARPEST, CaptionBank, contrastive, ordered
from wordfuse.fusion.training.encoding.samples import SMALL_SIZE, PieceSampler, drawn, drawn_size, scene_of, stacked
from wordfuse.fusion.training.loop import Batch, Lesson, Recipe
from wordfuse.fusion.training.region_samples import read_examples

PIECES = 3200
SEEING = ("pictures.stem.", "pictures.stages.", "pictures.fine.")
AT_ONCE = 16
OTHER_SIZES = 0.3  # of the small copies have another shape than usual
DESCRIBED, CAPTIONS_EACH = 400, 14  # pieces that captions are made of, and how many of each
HELD_BACK = 0.1  # of the pieces
DROPPED = 0.2  # of the numbers that go into the heads, so that none is relied on alone


class KeptSampler:
    """Draws what is kept of pieces, and captions for them."""

    def __init__(self, told: Tensor, facts: Bits, bank: CaptionBank, seed: int) -> None:
        """Of so many pieces: ``told`` (N, features), ``facts`` (N, K)."""
        self.told, self.facts, self.bank = told, facts, bank
        self.random = np.random.default_rng(seed)

    def state(self) -> dict[str, object]:
        """Of the generator."""
        return dict(self.random.bit_generator.state)

    def restore(self, state: dict[str, object]) -> None:
        """Of the generator."""
        self.random.bit_generator.state = state

    def batch(self, size: int) -> Batch:
        """What is told (N, features), features of captions (M, 384), true and false (N, M) as floats."""
        places = self.random.integers(len(self.told), size=size)
        chosen = self.bank.choose(self.facts[places], self.random)
        truth = judge(self.facts[places], self.bank.said[chosen])
        return (
            self.told[torch.from_numpy(places)],
            self.bank.features[chosen],
            torch.from_numpy(truth.true.astype(np.float32)),
            torch.from_numpy(truth.false.astype(np.float32)),
        )


class HeadsLesson(Lesson):
    """See the module."""

    name = "encoder"
    network: TwoTowers

    def __init__(self, data: Path, start: Path, recipe: Recipe) -> None:
        """Look at the pieces and make the captions: some minutes.

        Args:
            data: folder of labelled sets.
            start: an encoder that was trained, ``encoder.safetensors``.
            recipe: how long and in which portions.

        Raises:
            InputError: no labelled pictures, no such encoder, or sentences cannot be read.
        """
        torch.manual_seed(recipe.seed)
        self.network = TwoTowers()
        try:
            seen = {name: value.float() for name, value in load_file(start).items() if name.startswith(SEEING)}
            missing = self.network.load_state_dict(seen, strict=False).missing_keys
            if any(name.startswith(SEEING) for name in missing):
                raise RuntimeError(f"it lacks {missing[0]}")
        except (OSError, SafetensorError, RuntimeError) as error:
            raise InputError(
                f"is no encoder to start with ({error})", argument="heads_of", subject=start, remedy="train one first"
            ) from error
        sets, held_back = read_examples(data)
        scenes = [[scene_of(example) for example in examples] for examples in (*sets, held_back)]
        sampler = PieceSampler(scenes, seed=11)
        told, facts = look_at(self.network.pictures, sampler, PIECES)
        bank = CaptionBank(facts[:DESCRIBED], np.random.default_rng(12), CAPTIONS_EACH)
        self._begin(told, facts, bank, recipe)

    def _begin(self, told: Tensor, facts: Bits, bank: CaptionBank, recipe: Recipe) -> None:
        """Hold some pieces back and let nothing but the heads learn."""
        kept = round(len(told) * (1 - HELD_BACK))
        self.training = KeptSampler(told[:kept], facts[:kept], bank, recipe.seed)
        self.validation = KeptSampler(told[kept:], facts[kept:], bank, seed=0)
        self.network.pictures.requires_grad_(False)
        self.network.pictures.head.requires_grad_(True)

    def follow(self, average: dict[str, Tensor]) -> None:
        """Statistics of the network that sees stay as they are, those of its head do not."""
        self.network.pictures.eval()
        self.network.pictures.head.train()

    def terms(self, batch: Batch) -> dict[str, Tensor]:
        """As :class:`wordfuse.fusion.training.encoding.lesson.EncoderLesson` has them."""
        told, features, true, false = batch
        network, learning = self.network, torch.is_grad_enabled()
        seen = network.pictures.place(F.dropout(told, DROPPED, learning))
        likeness = seen @ network.words(F.dropout(features, DROPPED, learning)).T
        logits = likeness * network.sharpness.clamp(max=SHARPEST).exp()
        return {
            "texts": contrastive(logits.T, true.T, false.T),
            "pictures": contrastive(logits, true, false),
            "wrong": 1 - ordered(likeness[:, ::8], true[:, ::8], false[:, ::8]),
        }

    def total(self, terms: dict[str, Tensor]) -> Tensor:
        """Both ways alike."""
        return (terms["texts"] + terms["pictures"]) / 2


@torch.no_grad()
def look_at(tower: PictureTower, sampler: PieceSampler, count: int) -> tuple[Tensor, Bits]:
    """Draw pieces; what the network tells of them, (count, features), and their facts, (count, K)."""
    tower.eval()
    told: list[Tensor] = []
    facts: list[Bits] = []
    while len(facts) < count:
        pieces = [drawn(sampler.piece()) for _ in range(AT_ONCE)]
        size = drawn_size(sampler.random) if sampler.random.random() < OTHER_SIZES else SMALL_SIZE
        with mixed_precision(torch.device("cpu")):
            told.append(tower.told(Views(*stacked(pieces, size))))
        facts += [piece.facts for piece in pieces]
    return torch.cat(told)[:count], np.stack(facts)[:count]
