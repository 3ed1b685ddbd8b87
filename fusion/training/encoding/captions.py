"""Captions of what is known of pictures, in many wordings.

Each statement says which states of a fact it is true of, and how people put it: as an adjective before the noun, or as
something behind it. The last wording of each is never trained on: benchmarks ask with it.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from wordfuse.fusion.training.encoding.facts import PLACE, STATES, Bits, bits, unknown

WORDINGS = Path(__file__).with_name("wordings.yaml")
COUNTS = (0.1, 0.4, 0.3, 0.14, 0.06)  # how often a caption states none, one, two... facts beside the kind
UNNAMED = 0.4  # of the captions do not tell the kind


@dataclass(frozen=True)
class Statement:
    """One thing that can be said.

    Attributes:
        fact: that it is about.
        states: that it is true of.
        before: wordings as adjectives.
        behind: wordings that follow the noun.
        made: whether they come from templates; then none is kept to ask with.
    """

    fact: str
    states: int
    before: tuple[str, ...]
    behind: tuple[str, ...]
    made: bool = False

    def wordings(self, held_out: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Those to train with, or the last of each kind, to ask with."""
        if self.made:
            return ((), ()) if held_out else (self.before, self.behind)
        if held_out:
            return self.before[-1:], self.behind[-1:]
        return self.before[:-1], self.behind[:-1]


@cache
def wordings() -> tuple[dict[str, list[str]], tuple[Statement, ...]]:
    """Nouns by the kind of picture, and all statements: what ``wordings.yaml`` holds."""
    table = yaml.safe_load(WORDINGS.read_text(encoding="utf-8"))
    asked = {entry[place][-1] for entry in table["statements"] for place in ("before", "behind") if place in entry}
    statements = tuple(
        Statement(
            entry["fact"],
            bits(entry["fact"], *entry["states"]),
            tuple(entry.get("before", ())),
            tuple(entry.get("behind", ())) or _expanded(entry, table["templates"], asked),
            "things" in entry,
        )
        for entry in table["statements"]
    )
    return table["nouns"], statements


def _expanded(entry: dict[str, Any], templates: dict[str, list[str]], asked: set[str]) -> tuple[str, ...]:
    """What templates make of things, but for what holds a wording that benchmarks ask with."""
    made = (template.format(thing) for thing in entry["things"] for template in templates[entry["template"]])
    return tuple(wording for wording in made if not any(word in wording for word in asked))


def statements_of(facts: Bits) -> list[Statement]:
    """All that is true of a picture."""
    return [one for one in wordings()[1] if facts[PLACE[one.fact]] & one.states]


def compose(facts: Bits, random: np.random.Generator) -> tuple[str, Bits] | None:
    """A caption that is true of a picture, and what it states; None where it would state nothing."""
    said = unknown()
    kinds = [state for state in STATES["kind"] if facts[PLACE["kind"]] == bits("kind", state)]
    kind = "any"
    if kinds and random.random() >= UNNAMED:
        kind = kinds[0]
        said[PLACE["kind"]] = bits("kind", kind)
    nouns = wordings()[0][kind][:-1]
    noun = nouns[random.integers(len(nouns))]
    # Each fact as often as another, whatever number of statements there are of it.
    by_fact: dict[str, list[Statement]] = {}
    for one in statements_of(facts):
        by_fact.setdefault(one.fact, []).append(one)
    by_fact.pop("kind", None)
    count = min(len(by_fact), int(random.choice(len(COUNTS), p=COUNTS)))
    before: list[str] = []
    behind: list[str] = []
    for name in random.permutation(sorted(by_fact))[:count]:
        statements = by_fact[str(name)]
        one = statements[random.integers(len(statements))]
        front, back = one.wordings(held_out=False)
        wording = int(random.integers(len(front) + len(back)))
        (before if wording < len(front) else behind).append((front + back)[wording])
        said[PLACE[one.fact]] = one.states
    if not said.any():
        return None
    return spoken(before, noun, behind, article=random.random() < 0.8), said


def spoken(before: list[str], noun: str, behind: list[str], *, article: bool = True) -> str:
    """Put together what is said: "a noisy picture with people, by night"."""
    text = f"{', '.join(before)} {noun}" if before else noun
    if article:
        text = ("an " if text[0].lower() in "aeio" or text.startswith(("un", "LWIR", "RGB")) else "a ") + text
    for number, part in enumerate(behind):
        # As people say it: "with X and Y", not "with X and with Y".
        if number and part.startswith("with ") and behind[number - 1].startswith("with "):
            text += " and " + part.removeprefix("with ")
        else:
            text += (", " if number else " ") + part
    return text
