"""Typing errors in the words that say what is to be done, mended before a small model reads them.

A small model takes "smoth the grass" for gibberish. What is no English word, and one of the words for effects, amounts
and order but for a slip or two, is taken for that. Names of regions are the user's own, and stay as they were typed.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from wordfuse.agent.plan import Plan
from wordfuse.fusion.regions.words.english import checker, is_english

# From how many letters on a word may have one error, and two; and how long a word is looked at at all.
ONE_ERROR, TWO_ERRORS, LONGEST = 5, 7, 20

#: The words of the annotation rules, and those around them without which a sentence is not understood.
WISHING = frozenset(
    """
    thermal heat hotter warmer warm infrared lwir salient saliency stand out down pop highlight highlighted easier spot
    emphasise emphasised emphasize emphasized emphasis signature glow noticeable prominent incline toward towards push
    conspicuous inconspicuous obvious accentuate attention catch catching draw blend distracting unobtrusive prominence
    visible natural naturally texture textures detail details detailed true colour colours color colors normal photo
    ordinary camera image picture realistic restore
    brighter brighten brightened brightening brightness lighten lighter light shadow shadows exposure underexposed dark
    illuminate relight
    darker darken darkened darkening dimmer dimmed glare glaring blinding overexposed bright reduce lower
    denoise denoised denoising noise noisy grain grainy speckle speckled clean cleaner cleanup smooth smoother smoothed
    smoothing gritty remove sensor
    slightly little gently touch hint smidge strongly strong much stronger possible considerably heavily
    make making made show give increase decrease boost turn tone lift raise improve look looks looking
    change adjust alter modify tweak
    should want need needs please everything everywhere except apart whole entire rest leave alone
    contrast contrasty washed flat flatter harsh sharpen sharpened sharper sharpness crisp crisper blur blurry blurred
    fuzzy focus unrecognisable unreadable fog foggy haze hazy mist misty smoke smoky clear clearer stripe stripes lines
    bands banding vivid vibrant colourful colorful saturate saturated saturation desaturate muted garish tint cast
    balance neutral better nicer undo redo revert compare save hottest coldest where many
    first then after before finally also again more less very really overall same with without and the but not
    """.split()
)


# What templates, pages and shells are written in: placeholders, tags, substitutions. No person names a region so.
_MARKUP = re.compile(r"\{\{|\}\}|\{%|%\}|</?[a-zA-Z][^<>]*>|<\||\|>|\$\{|\$\(|%[sn]\b|\[/?INST\]")
# Letters of scripts that no English word has; accents and the like are found in names.
_FOREIGN = re.compile(r"[\u0370-\u1cff\u2c00-\ud7ff]")


@dataclass(frozen=True)
class Mended:
    """An instruction as it may have been meant.

    Attributes:
        text: the instruction with its typing errors mended.
        typed: where a word was mended (first and last but one character in ``text``), and what stood there.
    """

    text: str
    typed: tuple[tuple[int, int, str], ...]

    def as_typed(self, plan: Plan) -> Plan:
        """A plan of the mended text with its regions called what the user called them."""
        return plan.renamed(self._as_typed) if self.typed else plan

    def _as_typed(self, phrase: str) -> str:
        begin = self.text.lower().find(phrase)
        if begin < 0 or len(self.text.lower()) != len(self.text):
            return phrase
        for start, end, typed in reversed(self.typed):
            if begin <= start and end <= begin + len(phrase):
                phrase = phrase[: start - begin] + typed.lower() + phrase[end - begin :]
        return phrase


def mend(text: str) -> Mended:
    """Mend what is nearly a word of effects, amounts or order.

    Example:
        >>> mend("smoth the grass a litle").text
        'smooth the grass a little'
    """
    typed: list[tuple[int, int, str]] = []
    parts: list[str] = []
    done = length = 0
    for found in re.finditer(r"[A-Za-z']+", text):
        right = _nearest(found.group().lower())
        if right is not None:
            before = text[done : found.start()]
            start = length + len(before)
            typed.append((start, start + len(right), found.group()))
            parts += [before, right]
            done, length = found.end(), start + len(right)
    return Mended("".join(parts) + text[done:], tuple(typed))


def is_gibberish(text: str) -> bool:
    """Whether none of several words is English: "asdf qwer zxcv". One alone may be a name."""
    words = re.findall(r"[^\W\d_]+", mend(text).text.casefold())
    return len(words) > 1 and all(word.isascii() and word not in WISHING and not is_english(word) for word in words)


def has_markup(text: str) -> bool:
    """Whether a text holds what is meant for a program: a placeholder, a tag, a token of a language model.

    Example:
        >>> has_markup("brighten {{7*7}}"), has_markup("by 20% more light, please")
        (True, False)
    """
    return _MARKUP.search(text) is not None


def is_foreign(text: str) -> bool:
    """Whether a text is written in another script than English is."""
    letters = sum(char.isalpha() for char in text)
    return len(_FOREIGN.findall(text)) > letters / 2


@cache
def _slips() -> dict[str, set[str]]:
    """Everything that is one error away from a longer word, and which words those are."""
    table: dict[str, set[str]] = {}
    for known in WISHING:
        if len(known) >= TWO_ERRORS - 1:
            for slip in checker().edit_distance_1(known):
                table.setdefault(slip, set()).add(known)
    return table


@lru_cache(maxsize=1000)
def _nearest(word: str) -> str | None:
    """The word that was meant, or None where it is right, or nothing near enough is known."""
    if not 3 <= len(word) <= LONGEST or word in WISHING or is_english(word):
        return None
    english = checker()
    slips = set(english.edit_distance_1(word))
    near = WISHING & slips
    if len(word) < ONE_ERROR:
        near = frozenset(known for known in near if sorted(known) == sorted(word))  # "otu" is clear, "hae" is not
    elif not near and len(word) >= TWO_ERRORS and not english.known(slips):
        # What is one error away from both is two from one to the other.
        near = frozenset().union(*(_slips().get(slip, ()) for slip in slips))
    # Of two the longer: letters are left out more often than put in ("slighty").
    return max((known for known in near if known[0] == word[0]), key=lambda known: (len(known), known), default=None)
