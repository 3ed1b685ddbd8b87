"""Text of others - instructions, a model's words, names of files - made fit for a terminal, or for a sentence."""

import re
from typing import Final

_LUMA: Final = re.compile(r"\bluma\b")


def printable(text: str) -> str:
    """Join the lines of a text and write its control characters as escapes (a backslash, ``x1b``)."""
    words = " ".join(part.strip() for part in text.splitlines() if part.strip())
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in words)


def sentence(text: str) -> str:
    """A text with a full stop, if it has no other end."""
    return text if text.endswith((".", "!", "?")) else f"{text}."


def cut_short(text: str, most: int) -> str:
    """A text of at most so many letters: where it is longer, its first whole words and three dots.

    Example:
        >>> cut_short("brighter: the people on the left", 20)
        'brighter: the ...'
    """
    return text if len(text) <= most else f"{text[: most - 4].rsplit(' ', 1)[0]} ..."


def plainly(text: str) -> str:
    """What was measured, in words that are no technical terms.

    Example:
        >>> plainly("mean luma (0-255)")
        'mean brightness (0-255)'
    """
    return _LUMA.sub("brightness", text)
