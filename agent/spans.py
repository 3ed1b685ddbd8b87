"""The runs of words in an instruction that may name a region.

A region is called what the user called it. A small model that is free to write any word now and then writes one of its
own ("motorcycles" for "motorbikes", "michael" for "mechanic"); held to what was said, it cannot.
"""

import re

MOST_WORDS = 14
MOST_CHARACTERS = 80
#: Where a name cannot go on: punctuation with nothing behind it, brackets, quotes, arrows, dashes between spaces.
_BREAKS = re.compile(r"[,;:!?()\[\]{}\"\u201c\u201d\u2026<>|=\n]|[.]+(?=\s|$)|(?<=\s)[-\u2013\u2014+&/]+>?(?=\s)|->")
_EDGES = "'`\u2018\u2019.-\u2013\u2014_*"
_POSSESSIVE = re.compile(r"['\u2019]s$|(?<=s)['\u2019]$")
#: A name begins with none of these and ends with none of them.
_NOT_FIRST = frozenset("the a an and or of to".split())
_NOT_LAST = frozenset("the a an and or of".split())


def spans(text: str) -> list[str]:
    """Every run of words in a text that may name a region, in lower case and each once.

    Example:
        >>> spans("Dim the lamp's base!")
        ['dim', 'dim the lamp', "dim the lamp's base", 'lamp', "lamp's base", 'base']
    """
    found: dict[str, None] = {}
    for part in _BREAKS.split(text.lower()):
        words = [word for word in part.split() if word.strip(_EDGES)]
        for start, first in enumerate(words):
            if first.strip(_EDGES) in _NOT_FIRST:
                continue
            for end in range(start + 1, min(len(words), start + MOST_WORDS) + 1):
                *before, last = words[start:end]
                span = " ".join((*before, _POSSESSIVE.sub("", last))).strip(_EDGES)
                if last not in _NOT_LAST and 0 < len(span) <= MOST_CHARACTERS:
                    found[span] = None
    return list(found)
