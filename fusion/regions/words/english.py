"""Whether a word is English: then it is no slip of another one."""

import gzip
import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spellchecker import SpellChecker


def is_english(word: str) -> bool:
    """Whether a word of lower-case letters and apostrophes is known to the spelling checker.

    Example:
        >>> is_english("lines"), is_english("peeple")
        (True, False)
    """
    return f'"{word}":'.encode() in _listed()


@cache
def checker() -> "SpellChecker":
    """The spelling checker with all of its words, which takes half a second to read."""
    from spellchecker import SpellChecker  # here, for to read all of its words takes as long as to plan

    return SpellChecker(language="en")


@cache
def _listed() -> bytes:
    """The words of the spelling checker as they are stored, a JSON object: a few are sooner found than all are read."""
    try:
        return gzip.decompress(files("spellchecker").joinpath("resources", "en.json.gz").read_bytes())
    except FileNotFoundError:  # a version that stores them otherwise
        return json.dumps(dict.fromkeys(checker()), ensure_ascii=False).encode()
