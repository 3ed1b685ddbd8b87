"""Regions of the training corpus: a noun phrase as said, and how words must agree with it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal

from wordfuse.agent.model.training.corpus import words

Split = Literal["train", "validation"]

HELD_OUT_PERCENT = 6
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


def held_out(entry: str) -> bool:
    """Whether a wording belongs to validation alone; depends on nothing but the wording.

    The commonest wordings never do: to keep them back would only make the model worse.
    """
    return entry not in words.CORE and hashlib.sha256(entry.encode()).digest()[0] * 100 < HELD_OUT_PERCENT * 256


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

    def often(self, common: Sequence[str], others: Sequence[str]) -> str:
        """One of a few common entries as often as one of all the others; the common are never held back."""
        return self.rng.choice(common) if self.chance(0.5) else self.pick(others)

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
        common = picker.rng.choice(words.COMMON)
        return (
            common,
            (common.endswith("s") and common not in {"bus", "grass"}) or common == "people",
            common in words.PEOPLE,
        )
    singular, ending = picker.pick(_NOUNS).split("|")
    person = singular in words.PEOPLE
    if ending and picker.chance(0.55):
        return _plural(singular, ending), True, person
    return singular, False, person


def made_up(picker: Picker) -> str:
    """A word of no language, so that the model learns to copy and not to recall."""
    rng = picker.rng
    syllables = [rng.choice(words.ONSETS) + rng.choice(words.VOWELS) for _ in range(rng.choice((1, 2, 2)))]
    return "".join(syllables) + rng.choice(words.CODAS) + rng.choice(words.ENDINGS)


def phrase(picker: Picker, *, simple: bool = False) -> Noun:
    """A noun phrase: an object with what is said of it, or a part of the picture that names no object."""
    if picker.chance(0.2):
        return _area(picker)
    head, plural, person = noun(picker)
    before = _attributes(picker, plural)
    if picker.chance(0.03):
        return Noun(f"{head} {picker.rng.choice(words.NUMBERS)}", False)
    roll = picker.rng.random() * (0.62 if simple else 1.0)
    pronoun = "them" if plural else words.PRONOUNS.get(head, "them" if person else "it")
    if roll < 0.55:
        return Noun(before + head, plural, pronoun)
    if roll < 0.66:
        return Noun(f"{before}{head} {picker.pick(words.PLACES)}", plural, pronoun)
    if roll < 0.74:
        other, *_ = noun(picker)
        other = picker.pick(words.COLOURS) + " " + other if picker.chance(0.3) else other
        return Noun(f"{before}{head} {picker.pick(words.RELATIONS)} the {other}", plural, pronoun)
    if roll < 0.80:
        part = picker.pick(words.PARTS_OF)
        if picker.chance(0.4) and not plural:
            return Noun(f"{before}{head}'s {part}", part in words.PLURAL_PARTS)
        return Noun(f"{part} of the {before}{head}", part in words.PLURAL_PARTS)
    if roll < 0.84:
        return Noun(before + head + _placed_twice(picker, person=person), plural, pronoun)
    if roll < 0.91:
        clauses = words.PARTICIPLES_PERSON if person else words.PARTICIPLES_THING
        return Noun(f"{before}{head} {picker.pick(clauses)}", plural, pronoun)
    return Noun(before + head + _relative_clause(picker, plural=plural, person=person), plural, pronoun)


def _placed_twice(picker: Picker, *, person: bool) -> str:
    """Two things that say which: "in the hoodie by gate 4", "with the open door behind the fence"."""
    other, *_ = noun(picker)
    attributes = words.WORN if person else words.FITTED
    first = picker.rng.choice((
        f"{picker.pick(words.RELATIONS)} the {noun(picker)[0]}", picker.pick(attributes), picker.pick(attributes),
    ))  # fmt: skip
    second = picker.rng.choice((
        f"{picker.pick(words.RELATIONS)} {picker.rng.choice(('the', 'a', 'that'))} {other}",
        f"{picker.rng.choice(words.NEAR)} {other} {picker.rng.choice(words.NUMBERS)}",
        picker.pick(words.PLACES),
    ))  # fmt: skip
    return f" {first} {second}" if picker.chance(0.75) else f" {second}"


def _relative_clause(picker: Picker, *, plural: bool, person: bool) -> str:
    clause = picker.pick(words.PERSON_CLAUSES if person else words.THING_CLAUSES)
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
        return picker.pick(words.COLOURS) + " "
    if roll < 0.82:
        return picker.pick(words.MATERIALS) + " "
    attribute = picker.pick(words.ATTRIBUTES)
    if not plural and attribute in {"two", "three", "four", "several"}:
        attribute = "single"
    return attribute + " " + (picker.pick(words.COLOURS) + " " if roll > 0.97 else "")


def _area(picker: Picker) -> Noun:
    roll = picker.rng.random()
    if roll < 0.3:
        return Noun(f"{picker.pick(words.AREA_ADJECTIVES)} {picker.pick(words.AREA_KINDS)}", True)
    if roll < 0.45:
        kind = picker.pick(words.OBJECT_KINDS)
        return Noun(f"{picker.pick(words.OBJECT_ADJECTIVES)} {kind}", kind != "stuff")
    if roll < 0.6:
        return Noun(f"{picker.rng.choice(words.SIDES)} {picker.rng.choice(words.SHARES)}", False)
    if roll < 0.72:
        return Noun(picker.pick(words.CORNERS), False)
    if roll < 0.78:
        singular = picker.pick(words.AREA_KINDS)[:-1]
        return Noun(f"{picker.pick(words.AREA_ADJECTIVES)} {singular}", False)
    text, plural = picker.pick(words.FIXED_AREAS).split("|")
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
    end = picker.rng.choice(
        (" and ", " and ", " and ", " and ", " & ", " as well as ", " plus ", ", and ", " and also ")
    )
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


_COMMON_WHOLE = ("everything", "the picture", "the image", "the whole picture", "the whole image", "the entire image")
_WHOLE = (
    "the picture|the image|everything|the whole image|the whole picture|the whole thing|the photo|the scene|"
    "the entire image|the frame|the shot|this image|this picture|the fused image|the entire picture|it all|"
    "the full frame|all of it|this photo|the whole frame|the entire frame|the fusion|the result|"
    "the overall picture|the complete image|this|it|the whole scene|the pic|the lot"
).split("|")
_ALL_BUT = (
    "everything but {X}|everything except {X}|everything except for {X}|everything apart from {X}|"
    "everything other than {X}|all but {X}|the whole picture except {X}|the image except {X}|everything but {X}|"
    "anything but {X}|all except {X}|the entire image but not {X}|everything but not {X}|"
    "everything in the picture except {X}|everything that isn't {X}|everything aside from {X}|"
    "everything besides {X}|the whole image excluding {X}|everything excluding {X}|all apart from {X}|"
    "the picture (except {X})|everything bar {X}|everything minus {X}|the whole thing but {X}|"
    "everything outside {X}|every part but {X}"
).split("|")


def whole(picker: Picker) -> Spoken:
    """The whole image."""
    return Spoken(picker.often(_COMMON_WHOLE, _WHOLE), False, (), pronouns=("it",))


def all_but(picker: Picker) -> Spoken:
    """Everything but a region."""
    kept = spoken(picker, simple=True)
    return Spoken(picker.pick(_ALL_BUT).replace("{X}", kept.text), False, kept.phrases, invert=True)


_NOUNS = [entry.strip() for entry in words.NOUNS.replace("\n", " ").split(";")]
