"""Masks that users bring themselves (``NAME=FILE``), found by their names."""

import re
from collections.abc import Mapping

import numpy as np

from wordfuse.fusion.errors import InputError, argument_named
from wordfuse.fusion.regions.types import Grounding, Mask

_ARTICLES = frozenset({"the", "a", "an"})
_SINGULAR = {
    "people": "person",
    "men": "man",
    "women": "woman",
    "children": "child",
    "feet": "foot",
    "buses": "bus",
    "busses": "bus",
    "leaves": "leaf",
    "knives": "knife",
    "wolves": "wolf",
    "mice": "mouse",
    "geese": "goose",
    "policemen": "policeman",
    "firemen": "fireman",
    "firefighters": "firefighter",
}


def same_name(phrase: str, name: str) -> bool:
    """Whether a phrase names a mask: equal but for case, articles, punctuation and singular or plural.

    Example:
        >>> same_name("the People", "person"), same_name("red cars", "red_car"), same_name("cars", "truck")
        (True, True, False)
    """
    words = _canonical(phrase)
    return bool(words) and words == _canonical(name)


def resolve(phrase: str, masks: Mapping[str, Mask], shape: tuple[int, int]) -> Grounding | None:
    """The user's mask for a phrase, or None when no mask has that name.

    Args:
        phrase: as the user said it.
        masks: name -> (H, W) uint8, 255 inside.
        shape: (H, W) the mask must have.

    Raises:
        InputError: the mask has another size than the pictures.
    """
    # A mask called exactly so wins over one that only differs in number: "person" and "people" may both be given.
    names = [name for name in masks if name.casefold() == phrase.casefold()]
    names += [name for name in masks if same_name(phrase, name)]
    if not names:
        return None
    name, mask = names[0], masks[names[0]]
    if mask.shape != shape:
        raise InputError(
            f"the mask is {mask.shape[1]}x{mask.shape[0]} pixels, the pictures are {shape[1]}x{shape[0]}",
            argument="mask",
            subject=name,
            remedy="give a mask of the pictures' size",
        )
    found = bool(np.any(mask > 127))
    reason, remedy = f"'{phrase}' is the mask '{name}' that you gave", None
    if not found:
        reason = f"'{phrase}': the mask '{name}' that you gave has no pixel inside"
        remedy = "give one with white (255) pixels"
    inside: Mask = np.where(mask > 127, np.uint8(255), np.uint8(0))
    return Grounding(phrase, found, "user", (), inside if found else None, reason, remedy)


def _canonical(text: str) -> tuple[str, ...]:
    words = re.findall(r"[^\W_]+", text.casefold())
    return tuple(_singular(word) for word in words if word not in _ARTICLES)


def _singular(word: str) -> str:
    if word in _SINGULAR:
        return _SINGULAR[word]
    if len(word) <= 3 or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    return word.removesuffix("s")


def mask_for(phrase: str) -> str:
    """What a user gives to mask a phrase, for remedies; a phrase of several words in quotes, as shells want it."""
    name = f'"{phrase}"' if " " in phrase else phrase
    return f"{argument_named('mask')} {name}=FILE"
