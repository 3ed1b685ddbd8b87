"""Questions why a place of the picture looks as it does: "why is it so dark in the corners?"."""

import re
from dataclasses import dataclass
from typing import Final, Literal

from wordfuse.agent.telling.hearing import heard, led_by
from wordfuse.tools.types import Direction, Task

Look = Literal["dark", "bright", "noise", "blur", "haze", "flat", "stripes", "gray", "cast"]
#: The effect that mends each look.
MENDS: Final[dict[Look, tuple[Task, Direction | None]]] = {
    "dark": ("relight", "brighter"),
    "bright": ("relight", "darker"),
    "noise": ("denoise", None),
    "blur": ("sharpen", None),
    "haze": ("dehaze", None),
    "flat": ("contrast", "more"),
    "stripes": ("destripe", None),
    "gray": ("recolour", "vivid"),
    "cast": ("recolour", "neutral"),
}

#: How it looks, by the words for it: as it is, and what there is too much of.
_ADJECTIVES: Final[dict[Look, str]] = {
    "flat": r"flat|washed[ -]out|faded|dull|muddy|low in contrast|low[ -]contrast",
    "dark": r"dark|black|dim|dimly lit|gloomy|murky|underexposed|shadowy|hard to see",
    "bright": r"bright|light|white|overexposed|burn(?:t|ed)[ -]out|blown[ -]out|glaring|dazzling",
    "noise": r"noisy|grainy|blotchy|splotchy|mottled|patchy|speckled|speckly|spotty|dirty|pixel(?:l)?ated",
    "blur": r"blurry|blurred|soft|fuzzy|smeared|smeary|smudgy|smudged|unsharp|out of focus|indistinct",
    "haze": r"hazy|foggy|misty|milky|smoky",
    "stripes": r"stripy|striped|streaky|banded|full of (?:lines|stripes)",
    "gray": r"gr[ae]y|colou?rless|pale|black and white",
    "cast": r"(?:yellow|blue|green|red|orange|pink|purple|brown|magenta|cyan)(?:ish|y)?|tinted|odd in colou?r",
}
_NOUNS: Final[dict[Look, str]] = {
    "dark": r"dark(?:ness)?|shadows?",
    "bright": r"glare|light|brightness",
    "noise": r"noise|grain|graininess|speckles?|specks|spots|blotches|splotches|static",
    "blur": r"blur(?:riness)?",
    "haze": r"haze|fog|mist",
    "stripes": r"stripes?|lines|bands|banding|streaks",
}
_ADJECTIVE: Final = "|".join(_ADJECTIVES.values())
_NOUN: Final = "|".join(_NOUNS.values())
_LEADS: Final = led_by("do you know", "tell me", "can you (?:say|tell)(?: me)?")
_WHY: Final = r"(?:why|how come|how is it that)"
_VERB: Final = r"(?:is|are|does|do|'s|'re|has|have)"
_HOW: Final = r"(?:(?:so|that|this|very|too|all|a bit|a little|such|really|rather|quite|still|such an?) )*"
_WHERE: Final = (
    r"(?: (?:(?:over|out|down|up) )?"
    r"(?P<at>(?:in|on|at|near|around|along|under|behind|over|there|here)\b[\w' -]*?))?"
)
_TAIL: Final = r"(?:\W+(?:now|please|then|at all|actually|though))*\W*"
_WHAT: Final = r"(?P<what>(?:(?!\b(?:so|too|very|and)\b)[\w' -]){2,60}?)"
_LOOKS: Final = r"(?:(?:looks?|looking|appears?|seems?|gets?|comes? out) )?"
_MUCH: Final = (
    r"(?:(?:so (?:much|many)|such|all(?: (?:this|these|that|the))?|this|that|these|those|a lot of|an?|so|any) )*"
)
_BESIDE: Final = rf"(?:(?:,| and|, and) {_HOW}[a-z]+)?"  # "so grey and foggy": the first of them
_ADJECTIVES_SAID: Final = rf"{_HOW}(?P<how>{_ADJECTIVE}){_BESIDE}{_WHERE}"
_OF_ADJECTIVES: Final = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_LEADS}{_WHY} ?{_VERB} {_WHAT} {_LOOKS}{_ADJECTIVES_SAID}{_TAIL}",
        rf"{_LEADS}how come {_WHAT} (?:is|are|looks?|seems?|appears?) {_ADJECTIVES_SAID}{_TAIL}",
    )
)
_OF_NOUNS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_LEADS}{_WHY} ?(?:is|are|'s) (?P<what>there) {_MUCH}(?P<how>{_NOUN}){_WHERE}{_TAIL}",
        rf"{_LEADS}how come (?P<what>there)(?: is| are|'s) {_MUCH}(?P<how>{_NOUN}){_WHERE}{_TAIL}",
        rf"{_LEADS}how come {_WHAT} ha(?:s|ve) {_MUCH}(?P<how>{_NOUN}){_WHERE}{_TAIL}",
        rf"{_LEADS}{_WHY} (?:does|do) {_WHAT} have {_MUCH}(?P<how>{_NOUN}){_WHERE}{_TAIL}",
    )
)
_WHOLE: Final = re.compile(
    r"(?:it|this|that|everything|there|all"
    r"|(?:the |this |that )?(?:whole |entire )?(?:thing|picture|image|photo|scene|view)|(?:it|this) all)(?: all)?"
)
_AT: Final = re.compile(r"^(?:in|on|at|near|around|along|under|behind|over) ")
_ARTICLE: Final = re.compile(r"^(?:the|that|this|those|these|my|all the|all) ")


@dataclass(frozen=True)
class Looks:
    """What a person sees and asks the reason of.

    Attributes:
        look: how it looks.
        said: the word for it, as the person said it.
        where: what looks so, by its name; None: the whole picture.
    """

    look: Look
    said: str
    where: str | None


def looks_in(text: str) -> Looks | None:
    """How a question says that something looks, and where; None: it asks no such thing.

    Example:
        >>> looks_in("why is it so dark in the corners?")
        Looks(look='dark', said='dark', where='corners')
        >>> looks_in("why does the sky look so blotchy?").where
        'sky'
        >>> looks_in("why did you darken the sky?") is None
        True
    """
    said = heard(text)
    kinds = ((_ADJECTIVES, _OF_ADJECTIVES), (_NOUNS, _OF_NOUNS))
    read = ((one, looks) for looks, patterns in kinds for pattern in patterns if (one := pattern.fullmatch(said)))
    found, looks = next(read, (None, _NOUNS))
    if found is None:
        return None
    look = next(name for name, words in looks.items() if re.fullmatch(words, found["how"]))
    what = None if _WHOLE.fullmatch(found["what"]) else _ARTICLE.sub("", found["what"])
    at = _AT.sub("", found["at"] or "")
    place = None if not at or at in ("there", "here") or _WHOLE.fullmatch(at) else at
    if what is not None and place is not None:
        return Looks(look, found["how"], f"{what} {found['at']}")
    return Looks(look, found["how"], what or (place and _ARTICLE.sub("", place)))
