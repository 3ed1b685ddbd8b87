"""Train the embedded encoder: pictures and captions that are true of them come together, those that are false apart.

The contrastive loss has as many positives as there are (Khosla et al., "Supervised contrastive learning", NeurIPS 2020,
equation 2, between two modalities as in CLIP, Radford et al., ICML 2021): a caption of a batch is compared with every
picture of it that is known to fit or not to fit; what is not known takes no part.
"""

from collections.abc import Iterable
from copy import deepcopy
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from wordfuse.fusion.device import mixed_precision
from wordfuse.fusion.encoders.sentences import sentence_features
from wordfuse.fusion.networks.tower import TwoTowers, Views
from wordfuse.fusion.training.encoding.captions import compose, spoken, wordings
from wordfuse.fusion.training.encoding.facts import PLACE, STATES, Bits, bits, judge, unknown
from wordfuse.fusion.training.encoding.losses import contrastive, ordered, within_facts
from wordfuse.fusion.training.encoding.questions import QuestionBank
from wordfuse.fusion.training.encoding.samples import Drawn, PieceSampler, Scene, drawn, drawn_size, scene_of, stacked
from wordfuse.fusion.training.loop import Batch, Lesson, Recipe
from wordfuse.fusion.training.region_samples import read_examples
from wordfuse.fusion.weights import load_regions

PICTURES, CAPTIONS_EACH = 300, 16  # that the captions are made of
CAPTIONS_A_PICTURE = 2  # in a batch
LOOKED_AT = 2500  # captions that those of a batch are chosen from
FRESH = 0.35  # of the pieces of a batch are new
KEPT = 2500  # pieces; 175 KB each
COUNTED = 24  # captions of a batch that are counted for the log
SHARPEST = 4.0  # of the logarithm of the inverse temperature


class CaptionBank:
    """Captions with their features, made once: reading a sentence costs more than a step of training."""

    def __init__(self, pictures: Iterable[Bits], random: np.random.Generator, each: int = CAPTIONS_EACH) -> None:
        """Compose so many captions of each of some pictures, of which the facts are given."""
        made: dict[str, Bits] = {}
        for facts in pictures:
            for _ in range(each):
                caption = compose(facts, random)
                if caption is not None:
                    made[caption[0]] = caption[1]
        composed = len(made)
        for kind in STATES["kind"]:  # so that there is something to say of every picture
            said = unknown()
            said[PLACE["kind"]] = bits("kind", kind)
            made |= {spoken([], noun, []): said for noun in wordings()[0][kind][:-1]}
        self.texts = [*made]
        self.always = np.arange(composed, len(self.texts))
        self.said = np.stack([made[text] for text in self.texts])
        self.features = torch.from_numpy(sentence_features()(self.texts))
        # Facts that are seldom stated are drawn as often as others.
        stated = self.said != 0
        rarity = 1 / np.maximum(stated.mean(axis=0), 0.01)
        self.weights = (stated * rarity).sum(axis=1) / stated.sum(axis=1)

    def choose(self, facts: np.ndarray, random: np.random.Generator) -> list[int]:
        """Captions for the pictures of a batch, (N, K), each true of its own."""
        some = random.choice(len(self.texts), min(LOOKED_AT, len(self.texts)), replace=False)
        some = np.union1d(some, self.always)
        true = judge(facts, self.said[some]).true
        chosen = []
        for row in true:
            places = some[row]
            chances = self.weights[places]
            chosen += [int(place) for place in random.choice(places, CAPTIONS_A_PICTURE, p=chances / chances.sum())]
        return chosen


def spoken_of(facts: np.ndarray, bank: CaptionBank, questions: QuestionBank, random: np.random.Generator) -> Batch:
    """What is said to the pictures of a batch, of which the facts are given, (N, K).

    Returns:
        Of captions: features (M, 384), true and false (N, M) as floats. Of questions the same, and their facts.
    """
    told: list[Tensor] = []
    for texts, chosen in ((bank, bank.choose(facts, random)), (questions, questions.draw(random))):
        truth = judge(facts, texts.said[chosen])
        told += [
            texts.features[chosen],
            torch.from_numpy(truth.true.astype(np.float32)),
            torch.from_numpy(truth.false.astype(np.float32)),
        ]
        if isinstance(texts, QuestionBank):
            told.append(torch.from_numpy(texts.facts[chosen]))
    return tuple(told)


def compared(network: TwoTowers, seen: Tensor, said: Batch, dropped: float = 0.0) -> dict[str, Tensor]:
    """The terms of a batch.

    Args:
        network: of which the words are asked.
        seen: (N, D), where its pictures lie.
        said: as :func:`spoken_of` has it.
        dropped: share of the numbers of the sentences' features that is left out; more than 0 only in a training.

    Returns:
        ``texts``: pictures for a caption; ``pictures``: captions for a picture; ``questions``: states of a fact for a
        picture; ``answers``: pictures for a state; for the log alone ``wrong``: captions that like the wrong of two
        pictures, and ``mistaken``: questions that do.
    """
    features, true, false, asked, fits, fits_not, facts = said
    words = network.words(F.dropout(torch.cat([features, asked]), dropped, dropped > 0))
    likeness = seen @ words.T
    logits = likeness * network.sharpness.clamp(max=SHARPEST).exp()
    count = len(features)
    every = max(1, count // COUNTED)
    return {
        "texts": contrastive(logits[:, :count].T, true.T, false.T),
        "pictures": contrastive(logits[:, :count], true, false),
        "questions": within_facts(logits[:, count:], fits, fits_not, facts),
        "answers": contrastive(logits[:, count:].T, fits.T, fits_not.T),
        "wrong": 1 - ordered(likeness[:, :count:every], true[:, ::every], false[:, ::every]),
        "mistaken": 1 - ordered(likeness[:, count:][:, ::4], fits[:, ::4], fits_not[:, ::4]),
    }


def in_all(terms: dict[str, Tensor]) -> Tensor:
    """All of them, what a picture is recognised by most."""
    return (terms["texts"] + terms["pictures"] + terms["answers"]) / 2 + 2 * terms["questions"]


class EncodingSampler:
    """Draws pieces, and captions and questions for them.

    Drawing a piece costs as much as learning from it: some are new in every batch, the others were drawn before. After
    an interruption the earlier ones are forgotten, so a resumed training is not the same to the last bit.
    """

    def __init__(self, sets: list[list[Scene]], bank: CaptionBank, questions: QuestionBank, seed: int) -> None:
        """See :class:`PieceSampler`."""
        self.pieces, self.bank, self.questions = PieceSampler(sets, seed), bank, questions
        self.kept: list[Drawn] = []

    def state(self) -> dict[str, object]:
        """Of the generator."""
        return dict(self.pieces.random.bit_generator.state)

    def restore(self, state: dict[str, object]) -> None:
        """Of the generator."""
        self.pieces.random.bit_generator.state = state

    def batch(self, size: int) -> Batch:
        """The tensors of ``Views``, then those of :func:`spoken_of`."""
        random = self.pieces.random
        fresh = size if len(self.kept) < 2 * size else max(1, round(FRESH * size))
        pieces = [drawn(self.pieces.piece()) for _ in range(fresh)]
        pieces += [self.kept[place] for place in random.choice(len(self.kept), size - fresh, replace=False)]
        self.kept = (self.kept + pieces[:fresh])[-KEPT:]
        facts = np.stack([piece.facts for piece in pieces])
        said = spoken_of(facts, self.bank, self.questions, random)
        seen = stacked(pieces, drawn_size(random))
        assert seen.numbers is not None
        return seen.whole, seen.windows, seen.numbers, *said


class EncoderLesson(Lesson):
    """See the module."""

    name = "encoder"
    network: TwoTowers

    def __init__(self, data: Path, recipe: Recipe) -> None:
        """Read the pictures, all into memory, and make the captions.

        Raises:
            InputError: no labelled pictures, or sentences cannot be read.
        """
        torch.manual_seed(recipe.seed)
        self.network = TwoTowers()
        start = load_regions()  # it knows already what streets show
        self.network.pictures.stem.load_state_dict(deepcopy(start.stem.state_dict()))
        self.network.pictures.stages.load_state_dict(deepcopy(start.stages.state_dict()))
        sets, held_back = read_examples(data)
        scenes = [[scene_of(example) for example in examples] for examples in sets]
        others = PieceSampler(scenes, seed=1)
        bank = CaptionBank((others.piece().facts for _ in range(PICTURES)), np.random.default_rng(1))
        questions = QuestionBank(np.random.default_rng(2))
        self.training = EncodingSampler(scenes, bank, questions, recipe.seed)
        self.validation = EncodingSampler([[scene_of(example) for example in held_back]], bank, questions, seed=0)

        for part in self._known:
            part.requires_grad_(False)

    @property
    def _known(self) -> tuple[nn.Module, nn.Module]:
        """The layers that stay as they are: edges and corners are those that regions are told by."""
        return self.network.pictures.stem, self.network.pictures.stages[0]

    def follow(self, average: dict[str, Tensor]) -> None:
        """Their statistics stay, too."""
        for part in self._known:
            part.eval()

    def terms(self, batch: Batch) -> dict[str, Tensor]:
        """See :func:`compared`."""
        whole, windows, numbers, *said = batch
        with mixed_precision(whole.device):
            seen = self.network.pictures.look(Views(whole, windows, numbers))
        return compared(self.network, seen, tuple(said))

    def total(self, terms: dict[str, Tensor]) -> Tensor:
        """See :func:`in_all`."""
        return in_all(terms)
