"""The runs of words in an instruction that may name a region.

A region is called what the user called it. A small model that is free to write any word now and then writes one of its
own ("motorcycles" for "motorbikes", "michael" for "mechanic"); held to what was said, it cannot.
"""

import re

MOST_WORDS = 14
MOST_SPANS = 400  # of a long instruction without punctuation only shorter names are taken
MOST_CHARACTERS = 80
#: Where a name cannot go on: punctuation with nothing behind it, brackets, quotes, arrows, dashes between spaces.
_BREAKS = re.compile(
    r"[,;:!?()\[\]{}\"\u3001\u3002\uff0c\uff1a\uff1b\u201c\u201d\u2026<>|=\n]|[.]+(?=\s|$)|(?<=\s)[-\u2013\u2014+&/]+>?(?=\s)|->"
)
_EDGES = "'`\u2018\u2019.-\u2013\u2014_*"
_POSSESSIVE = re.compile(r"['\u2019]s$|(?<=s)['\u2019]$")
#: A name begins with none of these and ends with none of them: articles, what joins, and what says the wish itself.
_NOT_FIRST = frozenset(
    """
    the a an and or of to this that these those it them but than then also now please pls plz so just only not more less
    brighten brightening lighten darken darkening denoise denoising despeckle emphasise emphasize make making get
    reduce reducing increase increasing remove removing can could would should is are be want need
    needs don't i'd everything everywhere how many where why when
    """.split()
)
_NOT_LAST = frozenset(
    """
    the a an and or of but then also too more less very please pls plz brighter darker warmer hotter
    smoother slightly strongly gently heavily is are should would could needs
    """.split()
)


# Scripts that write no spaces between words, or write words together with their endings.
_WITHOUT_WORDS = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def names_in(text: str) -> list[str] | None:
    """What regions may be called, none where nothing is named; None where the words do not tell: any name will do."""
    if _WITHOUT_WORDS.search(text):
        return None
    for most_words in (MOST_WORDS, 8, 5):
        # "people/cars" are two, "on/off switch" is one: both readings are offered.
        found = list(dict.fromkeys(spans(text, most_words) + spans(text.replace("/", ", "), most_words)))
        if len(found) <= MOST_SPANS:
            return found
    return None


def spans(text: str, most_words: int = MOST_WORDS) -> list[str]:
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
            for end in range(start + 1, min(len(words), start + most_words) + 1):
                *before, last = words[start:end]
                span = " ".join((*before, _POSSESSIVE.sub("", last))).strip(_EDGES)
                if last.strip(_EDGES) not in _NOT_LAST and 0 < len(span) <= MOST_CHARACTERS:
                    found[span] = None
    return list(found)
