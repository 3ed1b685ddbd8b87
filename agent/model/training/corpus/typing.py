"""How somebody types an instruction of the training corpus: case, punctuation, chat spellings and slips.

A region is called what was typed: where a slip falls into its name, the plan has the slip too.
"""

import re
from collections.abc import Callable
from random import Random

from wordfuse.agent.model.training.corpus.phrases import listed
from wordfuse.agent.model.training.corpus.regions import CLOSE, OPEN
from wordfuse.agent.plan import Plan

_NAMED = re.compile(f"{OPEN}([^{CLOSE}]*){CLOSE}")
#: Neighbours on a keyboard.
_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


def typed(rng: Random, text: str, plan: Plan) -> tuple[str, Plan]:
    """The text as somebody types it, without marks around its regions, and the plan with their names as typed."""
    if rng.random() < 0.15:
        text = _outside(text, lambda part: re.sub("(?<=.)'", "", part))  # never the one that ends a name
    roll = rng.random()
    if roll < 0.09:
        text = _careless(rng, text)
        text, plan = _misspelt_names(rng, text, plan)
    elif roll < 0.22:
        text = _slip_somewhere(rng, text)
    if rng.random() < 0.15:
        text = _outside(text, lambda part: re.sub(r"[,;:]( |$)", r"\1", part))
    return _cased(rng, text.replace(OPEN, "").replace(CLOSE, "")), plan


def slip(rng: Random, word: str) -> str:
    """One typing error in a word of at least four letters: swapped, missing, doubled or neighbouring keys."""
    at = rng.randrange(1, len(word) - 1)
    return rng.choice((
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        word[:at] + word[at + 1 :],
        word[:at] + word[at] + word[at:],
        word[:at] + _neighbour(rng, word[at]) + word[at + 1 :],
        word[:-2] + word[-1] + word[-2],
    ))  # fmt: skip


def _cased(rng: Random, text: str) -> str:
    roll = rng.random()
    if roll < 0.38 and text:
        text = re.sub(r"(^|[.!?] )([a-z])", lambda found: found.group(1) + found.group(2).upper(), text)
        text = re.sub(r"\bi\b", "I", text)
    elif roll < 0.41:
        text = text.upper()
    if text and text[-1].isalnum() and rng.random() < 0.25:
        text += rng.choices((".", "!", "..", " .", "?!"), weights=(80, 12, 3, 3, 2))[0]
    return text


def _slip_somewhere(rng: Random, text: str) -> str:
    """One typing error in a word that names no region."""
    parts = _parts(text)
    places = [
        (index, found.span())
        for index, part in enumerate(parts)
        if not part.startswith(OPEN)
        for found in re.finditer(r"[a-z]{5,}", part)
    ]
    if places:
        index, (start, end) = rng.choice(places)
        parts[index] = parts[index][:start] + slip(rng, parts[index][start:end]) + parts[index][end:]
    return "".join(parts)


def _careless(rng: Random, text: str) -> str:
    """Slips and chat spellings all over the words that name no region."""
    chat = _chat()

    def respelt(found: re.Match[str]) -> str:
        word = found.group()
        if word in chat and rng.random() < 0.5:
            return rng.choice(chat[word])
        return slip(rng, word) if len(word) > 3 and rng.random() < 0.25 else word

    return _outside(text, lambda part: re.sub(r"[a-z']+", respelt, part))


def _chat() -> dict[str, list[str]]:
    """How hurried people write a word."""
    pairs = (entry.split(": ") for entry in listed("chat"))
    return {word: spellings.split() for word, spellings in pairs}


def _misspelt_names(rng: Random, text: str, plan: Plan) -> tuple[str, Plan]:
    """Slips in some names, in the text and in the plan alike."""
    changed: dict[str, str] = {}
    for name in dict.fromkeys(_NAMED.findall(text)):
        words = name.split(" ")
        long = [index for index, word in enumerate(words) if re.fullmatch("[a-z]{4,}", word)]
        if long and rng.random() < 0.5:
            index = rng.choice(long)
            words[index] = slip(rng, words[index])
            changed[name] = " ".join(words)
    text = _NAMED.sub(lambda found: f"{OPEN}{changed.get(found.group(1), found.group(1))}{CLOSE}", text)
    return text, plan.renamed(lambda name: changed.get(name, name))


def _neighbour(rng: Random, letter: str) -> str:
    for row in _KEYS:
        if letter in row:
            at = row.index(letter)
            return rng.choice(row[max(0, at - 1) : at] + row[at + 1 : at + 2])
    return letter


def _parts(text: str) -> list[str]:
    return re.split(f"({OPEN}[^{CLOSE}]*{CLOSE})", text)


def _outside(text: str, change: Callable[[str], str]) -> str:
    """Change what stands outside the names of regions."""
    return "".join(part if part.startswith(OPEN) else change(part) for part in _parts(text))
