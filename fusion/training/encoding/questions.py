"""Sentences that state one thing, and of which a picture fits some and not others: hard to tell apart by their words.

"Striped" and "unstriped", "sharp" and "not sharp at all" lie close together for whoever read texts alone. So of every
fact a few sentences of each state are held against the pictures of a batch, and against each other, not against
captions of something else.
"""

import numpy as np
import torch

from wordfuse.fusion.encoders.sentences import sentence_features
from wordfuse.fusion.training.encoding.captions import spoken, wordings
from wordfuse.fusion.training.encoding.facts import PLACE, STATES, bits, unknown

NOUNS_EACH = 2  # that a wording is put with; those of templates are many, and put with one
EACH = 2  # sentences of a state, and of its templates, in a batch


class QuestionBank:
    """Sentences with their features.

    Attributes:
        texts: M of them.
        said: (M, K) uint8, what each states.
        facts: (M,) places of the facts.
        features: (M, 384).
    """

    def __init__(self, random: np.random.Generator) -> None:
        """Make them of all wordings that are trained on.

        Raises:
            InputError: sentences cannot be read.
        """
        nouns, statements = wordings()
        plain = nouns["any"][:-1]
        told: list[tuple[str, str, int, bool]] = [
            (spoken([], noun, [], article=random.random() < 0.8), "kind", bits("kind", kind), False)
            for kind in STATES["kind"]
            for noun in nouns[kind][:-1]
        ]
        for one in statements:
            before, behind = one.wordings(held_out=False)
            for wording in (*before, *behind):
                for noun in random.choice(plain, 1 if one.made else NOUNS_EACH, replace=False):
                    front, back = ([wording], []) if wording in before else ([], [wording])
                    text = spoken(front, str(noun), back, article=random.random() < 0.8)
                    told.append((text, one.fact, one.states, one.made))
        self.texts = [text for text, *_ in told]
        self.facts = np.array([PLACE[fact] for _, fact, *_ in told])
        self.said = np.stack([unknown() for _ in told])
        self.said[np.arange(len(told)), self.facts] = [states for _, _, states, _ in told]
        self.features = torch.from_numpy(sentence_features()(self.texts))
        alike: dict[tuple[str, int, bool], list[int]] = {}
        for place, (_, fact, states, made) in enumerate(told):
            alike.setdefault((fact, states, made), []).append(place)
        self.groups = [np.array(places) for places in alike.values()]

    def draw(self, random: np.random.Generator) -> list[int]:
        """Some of every state of every fact."""
        return [int(place) for group in self.groups for place in random.choice(group, EACH)]
