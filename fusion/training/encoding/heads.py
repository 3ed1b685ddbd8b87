"""Train the two heads of the embedded encoder alone, once its picture network has learned to see.

What the network tells of a picture before its head makes a vector of it is kept for some thousand pieces, so a step
costs next to nothing and there is time for many more captions: the heads learn which of them mean the same.
"""

import hashlib
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from wordfuse.fusion.device import mixed_precision
from wordfuse.fusion.errors import InputError
from wordfuse.fusion.networks.tower import PictureTower, TwoTowers
from wordfuse.fusion.training.encoding.facts import Bits
from wordfuse.fusion.training.encoding.lesson import CaptionBank, compared, in_all, spoken_of
from wordfuse.fusion.training.encoding.questions import QuestionBank
from wordfuse.fusion.training.encoding.samples import SMALL_SIZE, PieceSampler, drawn, drawn_size, scene_of, stacked
from wordfuse.fusion.training.loop import Batch, Lesson, Recipe
from wordfuse.fusion.training.region_samples import read_examples

PIECES, ASIDE = 4000, 400  # that are learned from, and of pictures that are held back
SEEING = ("pictures.stem.", "pictures.stages.", "pictures.fine.")
AT_ONCE = 16
OTHER_SIZES = 0.3  # of the small copies have another shape than usual
DESCRIBED, CAPTIONS_EACH = 400, 14  # pieces that captions are made of, and how many of each
DROPPED = 0.2  # of the numbers that go into the heads, so that none is relied on alone


class KeptSampler:
    """Draws what is kept of pieces, and captions and questions for them."""

    def __init__(self, told: Tensor, facts: Bits, bank: CaptionBank, questions: QuestionBank, seed: int) -> None:
        """Of so many pieces: ``told`` (N, features), ``facts`` (N, K)."""
        self.told, self.facts, self.bank, self.questions = told, facts, bank, questions
        self.random = np.random.default_rng(seed)

    def state(self) -> dict[str, object]:
        """Of the generator."""
        return dict(self.random.bit_generator.state)

    def restore(self, state: dict[str, object]) -> None:
        """Of the generator."""
        self.random.bit_generator.state = state

    def batch(self, size: int) -> Batch:
        """What is told (N, features), then the tensors of :func:`spoken_of`."""
        places = self.random.integers(len(self.told), size=size)
        said = spoken_of(self.facts[places], self.bank, self.questions, self.random)
        return self.told[torch.from_numpy(places)], *said


class HeadsLesson(Lesson):
    """See the module."""

    name = "encoder"
    network: TwoTowers

    def __init__(self, data: Path, start: Path, recipe: Recipe, keep: Path) -> None:
        """Look at the pieces and make the captions: some minutes.

        Args:
            data: folder of labelled sets.
            start: an encoder that was trained, ``encoder.safetensors``; of it what sees is taken.
            recipe: how long and in which portions.
            keep: file for what is seen of the pieces; one that the same encoder left there is read instead.

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
        pieces = kept_pieces(self.network.pictures, data, keep)
        bank = CaptionBank(pieces["facts"][:DESCRIBED].numpy(), np.random.default_rng(12), CAPTIONS_EACH)
        questions = QuestionBank(np.random.default_rng(13))
        self.training = KeptSampler(pieces["told"], pieces["facts"].numpy(), bank, questions, recipe.seed)
        self.validation = KeptSampler(pieces["told aside"], pieces["facts aside"].numpy(), bank, questions, seed=0)
        self.network.pictures.requires_grad_(False)
        for head in self._heads:
            head.requires_grad_(True)
        torch.manual_seed(recipe.seed)  # what is left out is the same, whether pieces were looked at or read

    @property
    def _heads(self) -> tuple[nn.Module, nn.Module]:
        return self.network.pictures.head, self.network.pictures.numbers

    def follow(self, average: dict[str, Tensor]) -> None:
        """Statistics of the network that sees stay as they are, those of its head do not."""
        self.network.pictures.eval()
        for head in self._heads:
            head.train()

    def terms(self, batch: Batch) -> dict[str, Tensor]:
        """See :func:`wordfuse.fusion.training.encoding.lesson.compared`."""
        told, *said = batch
        dropped = DROPPED if torch.is_grad_enabled() else 0.0
        return compared(self.network, self.network.pictures.place(told, dropped), tuple(said), dropped)

    def total(self, terms: dict[str, Tensor]) -> Tensor:
        """See :func:`wordfuse.fusion.training.encoding.lesson.in_all`."""
        return in_all(terms)


def kept_pieces(tower: PictureTower, data: Path, keep: Path) -> dict[str, Tensor]:
    """What the network tells of pieces, and their facts, of pictures to learn from and of those that are held back.

    Returns:
        ``told`` (N, features), ``facts`` (N, K) uint8, and of others ``told aside`` and ``facts aside``.
    """
    marks = {"seen by": _mark(tower), "pieces": f"{PIECES}, {ASIDE}"}
    if keep.is_file():
        with safe_open(keep, "pt") as stored:
            if stored.metadata() == marks:
                return {name: stored.get_tensor(name) for name in stored.keys()}
    sets, held_back = read_examples(data)
    pieces: dict[str, Tensor] = {}
    for name, examples, count, seed in (("", sets, PIECES, 11), (" aside", [held_back], ASIDE, 14)):
        scenes = [[scene_of(example) for example in group] for group in examples]
        told, facts = look_at(tower, PieceSampler(scenes, seed), count)
        pieces |= {f"told{name}": told, f"facts{name}": torch.from_numpy(facts)}
    keep.parent.mkdir(parents=True, exist_ok=True)
    save_file(pieces, keep, marks)
    return pieces


def _mark(tower: PictureTower) -> str:
    """Of the weights that see."""
    digest = hashlib.sha256()
    for name, values in tower.state_dict().items():
        if f"pictures.{name}".startswith(SEEING):
            digest.update(values.float().numpy().tobytes())
    return digest.hexdigest()


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
            told.append(tower.told(stacked(pieces, size)))
        facts += [piece.facts for piece in pieces]
    return torch.cat(told)[:count], np.stack(facts)[:count]
