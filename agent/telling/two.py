"""Questions that hold two named things against each other: "which is taller, the man or the woman?"."""

import re
from dataclasses import dataclass
from typing import Final, Literal

from wordfuse.agent.telling.hearing import fully_read, heard, led_by
from wordfuse.fusion.regions.words.grammar import parse
from wordfuse.fusion.regions.words.meaning import noun_in

By = Literal["height", "width", "area", "nearness", "side", "warmth", "light", "noise", "sharpness"]

#: What is compared by a word, and whether more of it is asked for.
_HOW: Final[dict[str, tuple[By, bool]]] = {
    r"taller|tallest|higher|highest": ("height", True),
    r"shorter|shortest": ("height", False),
    r"wider|widest|broader|broadest": ("width", True),
    r"narrower|narrowest|thinner|thinnest": ("width", False),
    r"bigger|biggest|larger|largest": ("area", True),
    r"smaller|smallest|tinier": ("area", False),
    r"closer|closest|nearer|nearest": ("nearness", True),
    r"farther|further|farthest|furthest|more distant": ("nearness", False),
    r"warmer|warmest|hotter|hottest": ("warmth", True),
    r"colder|coldest|cooler|coolest": ("warmth", False),
    r"brighter|brightest|lighter|lightest": ("light", True),
    r"darker|darkest|dimmer": ("light", False),
    r"noisier|noisiest|grainier|more noisy|more grainy": ("noise", True),
    r"sharper|sharpest|crisper|clearer": ("sharpness", True),
    r"blurrier|blurriest|softer|more blurred|more blurry": ("sharpness", False),
}
_ANY: Final = "|".join(_HOW)
_LEADS: Final = led_by("tell me", "do you know", "say", "can you (?:tell|say)(?: me)?", "in (?:this|the) picture")
_THING: Final = r"(?P<{}>(?:(?:the|that|this|those|these|a|an|my) )?[\w' -]{{2,50}}?)"
_WHICH: Final = (
    r"(?:which|who|what)(?: one| thing| person)?(?: of (?:the (?:two|both)|(?:these|those|them)(?: two)?|both))?"
    r"(?:'s| is| are| looks?| seems?| stands?)?(?: the)?"
)
_ASKED: Final = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_LEADS}{_WHICH} (?P<how>{_ANY})(?: (?:away|here|now|there))?\s*[,:;?-]*\s*(?:is it )?"
        rf"{_THING.format('one')} or {_THING.format('other')}\W*",
        rf"{_LEADS}(?:how much )?(?:is|are) {_THING.format('one')} (?:any |much |really )?(?P<how>{_ANY})"
        rf"(?: away)? than {_THING.format('other')}\W*",
        rf"{_LEADS}(?:is (?:it|there)|where is it) (?:any |much |more )?(?P<how>{_ANY})[ ,:;]+(?:on|in|at) "
        rf"{_THING.format('one')} or (?:(?:is it )?(?:on|in|at) )?{_THING.format('other')}\W*",
        rf"{_LEADS}how much (?P<how>{_ANY}) (?:is|are) {_THING.format('one')} than {_THING.format('other')}\W*",
        rf"{_LEADS}{_THING.format('one')} or {_THING.format('other')}\s*[,:;?-]+\s*{_WHICH} (?P<how>{_ANY})\W*",
    )
)
_ARTICLE: Final = re.compile(r"^(?:the|that|this|those|these|a|an|my) ")

_ONE: Final = re.compile(r"^ones?\b")


@dataclass(frozen=True)
class Two:
    """Two things that are compared.

    Attributes:
        one: what the first is called, without an article.
        other: the second.
        by: what is compared.
        more: which of them has more of it is asked; else which has less.
        how: the comparative, in the person's words.
    """

    one: str
    other: str
    by: By
    more: bool
    how: str


def two_in(text: str, noun: str | None = None) -> Two | None:
    """The two things that a question compares; None: it compares no two that it names.

    Args:
        text: the question.
        noun: what "one" is in it, "the one on the left"; people of "who". None: nobody knows.

    Example:
        >>> two_in("which of the two is taller, the man or the woman?").other
        'woman'
        >>> two_in("is the road brighter than before?") is None
        True
    """
    said = heard(text)
    found = fully_read(said, _ASKED)
    if found is None or not all(_is_thing(found[name]) for name in ("one", "other")):
        return None
    one, other = (_ARTICLE.sub("", found[name]) for name in ("one", "other"))
    if _ONE.match(one) or _ONE.match(other):
        noun = "person" if re.search(r"\bwho\b", said) else noun
        if noun is None:
            return None
        one, other = _ONE.sub(noun, one), _ONE.sub(noun, other)
    by, more = next(how for words, how in _HOW.items() if re.fullmatch(words, found["how"]))
    return Two(one, other, by, more, found["how"])


def _is_thing(said: str) -> bool:
    """Whether words name something that may be looked for, known or not."""
    name = _ARTICLE.sub("", said)
    return name != said or noun_in(name) is not None or parse(name) is not None
