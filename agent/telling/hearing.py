"""How what a person says is heard: in plain letters, and past the words that only make it polite.

Patterns for wishes and questions begin with :func:`led_by`, so that "could you please undo that" is "undo that".
"""

import re
from collections.abc import Iterable
from typing import Final

#: What makes a wish polite and says nothing else: "please", "could you", "I'd like you to", "I want you to".
POLITE: Final = (
    r"please|pls|plz|kindly|(?:can|could|would|will) you|(?:i[' \u2019]?d|i would) (?:like|love|want) (?:you|it) to"
    r"|i (?:want|need) (?:you|it) to|(?:i[' \u2019]?d|i would) like to|i (?:want|need) to"
)
#: What people say before they come to it.
HESITANT: Final = r"hm+|ok|okay|well|wow|oh|hey|hi|now|and|but|so|then|sorry|wait"


def heard(text: str) -> str:
    r"""A text as patterns read it: in lower case, with plain apostrophes and single spaces.

    Example:
        >>> heard("  Don\u2019t   touch it ")
        "don't touch it"
    """
    return " ".join(text.casefold().replace("\u2019", "'").split())


def fully_read(text: str, patterns: Iterable[re.Pattern[str]]) -> re.Match[str] | None:
    """The first of some patterns that all of a text fits; None where none does.

    Example:
        >>> fully_read("undo it", [re.compile("undo"), re.compile("undo (it|that)")])[1]
        'it'
    """
    return next((found for found in (pattern.fullmatch(text) for pattern in patterns) if found), None)


def led_by(*others: str) -> str:
    r"""The beginning of a pattern: what may stand before the words that matter, in any order and as often as one likes.

    Args:
        others: patterns of more that may stand there.

    Example:
        >>> import re
        >>> re.match(led_by("no"), "No, sorry: could you please undo that", re.IGNORECASE).end()
        28
    """
    return rf"(?:(?:{'|'.join([*others, POLITE, HESITANT])})\b\W+)*"
