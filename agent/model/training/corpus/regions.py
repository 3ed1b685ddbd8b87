"""Regions of the training corpus: a noun phrase as said, and how words must agree with it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Literal

from wordfuse.agent.model.training.corpus.phrases import everything, listed, listed_below

Split = Literal["train", "validation"]

HELD_OUT_PERCENT = 6
_WHO = ("nouns.people", "nouns.people_at_work")
OPEN, CLOSE = "\x01", "\x02"  # around words that are the user's own: no typing errors there


@dataclass(frozen=True)
class Noun:
    """A noun phrase without its article."""

    phrase: str
    plural: bool
    pronoun: str = "it"
    """What a later clause may call it."""


@dataclass(frozen=True)
class Spoken:
    """A region as it stands in a sentence, and what the plan says of it."""

    text: str
    plural: bool
    phrases: tuple[str, ...]
    invert: bool = False
    pronouns: tuple[str, ...] = ()
    """What a later clause may call it."""


@cache
def held_out(entry: str) -> bool:
    """Whether a wording belongs to validation alone; depends on nothing but the wording.

    The commonest wordings never do: to keep them back would only make the model worse.
    """
    return (
        entry not in everything().always_trained
        and hashlib.sha256(entry.encode()).digest()[0] * 100 < HELD_OUT_PERCENT * 256
    )


class Picker:
    """Random choices that keep the wordings of validation out of training."""

    def __init__(self, rng: Random, split: Split) -> None:
        """Draw with ``rng`` for ``split``."""
        self.rng = rng
        self.split = split

    def pick(self, entries: Sequence[str]) -> str:
        """One entry; validation prefers those that training never sees."""
        if len(entries) < 10:  # too few to keep any back
            return self.rng.choice(entries)
        held = self.split == "validation" and self.rng.random() < 0.5
        pool = [entry for entry in entries if held_out(entry) == held]
        return self.rng.choice(pool or list(entries))

    def say(self, name: str) -> str:
        """One phrase of the list with this name, as ``pick`` takes it."""
        return self.pick(listed(name))

    def often(self, name: str) -> str:
        """One of the few in ``name.common`` as often as one of all in ``name``; the few are never held back."""
        return self.word(f"{name}.common") if self.chance(0.5) else self.say(name)

    def word(self, name: str) -> str:
        """One phrase of a list of which validation keeps none for itself."""
        return self.rng.choice(listed(name))

    def chance(self, share: float) -> bool:
        """True with probability ``share``."""
        return self.rng.random() < share


def _plural(singular: str, ending: str) -> str:
    return singular + ending[1:] if ending.startswith("+") else ending


def noun(picker: Picker) -> tuple[str, bool, bool]:
    """A head noun, whether it is plural, and whether it is a person."""
    if picker.chance(0.06):
        return made_up(picker), False, False
    if picker.chance(0.15):
        common = picker.word("common_nouns")
        many = (common.endswith("s") and common not in {"bus", "grass"}) or common == "people"
        return common, many, common in _people()
    singular, ending = picker.pick(listed_below("nouns")).split("|")
    person = singular in _people()
    if ending and picker.chance(0.55):
        return _plural(singular, ending), True, person
    return singular, False, person


@cache
def _people() -> frozenset[str]:
    """The nouns that are "who" and "them"."""
    return frozenset(entry.split("|")[0] for kind in _WHO for entry in listed(kind))


def _called(head: str, *, person: bool) -> str:
    """What a later clause calls one of these."""
    for pronoun in ("him", "her"):
        if head in listed(f"called.{pronoun}"):
            return pronoun
    return "them" if person else "it"


def made_up(picker: Picker) -> str:
    """A word of no language, so that the model learns to copy and not to recall."""
    rng = picker.rng
    onsets, vowels = listed("made_up.onsets"), listed("made_up.vowels")
    syllables = [rng.choice(onsets) + rng.choice(vowels) for _ in range(rng.choice((1, 2, 2)))]
    return "".join(syllables) + picker.word("made_up.codas") + picker.word("made_up.endings")


def phrase(picker: Picker, *, simple: bool = False) -> Noun:
    """A noun phrase: an object with what is said of it, or a part of the picture that names no object."""
    if picker.chance(0.2):
        return _area(picker)
    head, plural, person = noun(picker)
    before = _attributes(picker, plural)
    if picker.chance(0.03):
        return Noun(f"{head} {picker.word('numbers')}", False)
    roll = picker.rng.random() * (0.62 if simple else 1.0)
    pronoun = "them" if plural else _called(head, person=person)
    if roll < 0.55:
        return Noun(before + head, plural, pronoun)
    if roll < 0.66:
        return Noun(f"{before}{head} {picker.say('places')}", plural, pronoun)
    if roll < 0.74:
        other, *_ = noun(picker)
        other = picker.say("colours") + " " + other if picker.chance(0.3) else other
        return Noun(f"{before}{head} {picker.say('relations')} the {other}", plural, pronoun)
    if roll < 0.80:
        part = picker.say("parts")
        if picker.chance(0.4) and not plural:
            return Noun(f"{before}{head}'s {part}", part in listed("parts.plural"))
        return Noun(f"{part} of the {before}{head}", part in listed("parts.plural"))
    if roll < 0.84:
        return Noun(before + head + _placed_twice(picker, person=person), plural, pronoun)
    if roll < 0.91:
        clauses = listed("participles.person" if person else "participles.thing")
        return Noun(f"{before}{head} {picker.pick(clauses)}", plural, pronoun)
    return Noun(before + head + _relative_clause(picker, plural=plural, person=person), plural, pronoun)


def _placed_twice(picker: Picker, *, person: bool) -> str:
    """Two things that say which: "in the hoodie by gate 4", "with the open door behind the fence"."""
    other, *_ = noun(picker)
    attributes = listed("worn" if person else "fitted")
    first = picker.rng.choice((
        f"{picker.say('relations')} the {noun(picker)[0]}", picker.pick(attributes), picker.pick(attributes),
    ))  # fmt: skip
    second = picker.rng.choice((
        f"{picker.say('relations')} {picker.rng.choice(('the', 'a', 'that'))} {other}",
        f"{picker.word('near')} {other} {picker.word('numbers')}",
        picker.say("places"),
    ))  # fmt: skip
    return f" {first} {second}" if picker.chance(0.75) else f" {second}"


def _relative_clause(picker: Picker, *, plural: bool, person: bool) -> str:
    clause = picker.pick(listed("clauses.person" if person else "clauses.thing"))
    if clause.startswith("i ") or clause.startswith("we "):
        opening = picker.rng.choice((" ", " that "))
    else:
        opening = picker.rng.choice((" who ", " who ", " that ") if person else (" that ", " that ", " which "))
        if plural:
            clause = clause.replace("looks ", "look ")
    verb = picker.rng.choice(("are", "are", "are", "were")) if plural else picker.rng.choice(("is", "is", "is", "was"))
    return opening + clause.replace("{v}", verb)


def _attributes(picker: Picker, plural: bool) -> str:
    roll = picker.rng.random()
    if roll < 0.55:
        return ""
    if roll < 0.75:
        return picker.say("colours") + " "
    if roll < 0.82:
        return picker.say("materials") + " "
    attribute = picker.say("attributes")
    if not plural and attribute in {"two", "three", "four", "several"}:
        attribute = "single"
    return attribute + " " + (picker.say("colours") + " " if roll > 0.97 else "")


def _area(picker: Picker) -> Noun:
    roll = picker.rng.random()
    if roll < 0.3:
        return Noun(f"{picker.say('area_adjectives')} {picker.say('area_kinds')}", True)
    if roll < 0.45:
        kind = picker.say("object_kinds")
        return Noun(f"{picker.say('object_adjectives')} {kind}", kind != "stuff")
    if roll < 0.6:
        return Noun(f"{picker.word('sides')} {picker.word('shares')}", False)
    if roll < 0.72:
        return Noun(picker.say("corners"), False)
    if roll < 0.78:
        singular = picker.say("area_kinds")[:-1]
        return Noun(f"{picker.say('area_adjectives')} {singular}", False)
    text, plural = picker.say("fixed_areas").split("|")
    return Noun(text, plural == "1")


def spoken(picker: Picker, *, phrases: int = 0, simple: bool = False) -> Spoken:
    """A region as named in a sentence: one phrase, or ``phrases`` of them joined."""
    count = phrases or (1 if picker.chance(0.78) else picker.rng.choice((2, 2, 2, 3)))
    nouns: list[Noun] = []
    while len(nouns) < count:
        candidate = phrase(picker, simple=simple or count > 1)
        if len(candidate.phrase) <= 70 and all(candidate.phrase != other.phrase for other in nouns):
            nouns.append(candidate)
    said = tuple(one.phrase for one in nouns)
    if count == 1:
        return Spoken(
            _with_article(picker, nouns[0]),
            nouns[0].plural,
            said,
            pronouns=("them" if nouns[0].plural else nouns[0].pronoun,),
        )
    terse = picker.chance(0.25)
    texts = [_marked(one.phrase) if terse else _with_article(picker, one) for one in nouns]
    pronouns = ("them", "both", "them both") if count == 2 else ("them", "all of them")
    return Spoken(_joined(picker, texts), True, said, pronouns=pronouns)


def _joined(picker: Picker, texts: list[str]) -> str:
    *most, last = texts
    lead = picker.rng.choice(("", "", "", "", "both ")) if len(texts) == 2 else ""
    end = picker.word("and")
    if lead:
        end = " and "
    elif len(texts) > 2 and picker.chance(0.2):
        end = ", "
    return lead + ", ".join(most) + end + last


def _with_article(picker: Picker, one: Noun) -> str:
    roll = picker.rng.random()
    article = "the "
    if roll > 0.86:
        article = ""
    elif roll > 0.80:
        article = picker.rng.choice(("those ", "these ") if one.plural else ("that ", "this "))
    elif roll > 0.79 and not one.plural:
        article = "a "
    return article + _marked(one.phrase)


def _marked(text: str) -> str:
    return f"{OPEN}{text}{CLOSE}"


def whole(picker: Picker) -> Spoken:
    """The whole image."""
    return Spoken(picker.often("whole"), False, (), pronouns=("it",))


def all_but(picker: Picker) -> Spoken:
    """Everything but a region."""
    kept = spoken(picker, simple=True)
    return Spoken(picker.say("all_but").replace("{X}", kept.text), False, kept.phrases, invert=True)
