"""Words that ask for less of what was done last: "half of that", "a bit less on the bikes", "not so much"."""

import re
from dataclasses import dataclass

from wordfuse.agent.telling.hearing import heard, led_by

HALF, A_BIT_LESS = 1 / 2, 2 / 3  # of what was done, that is to be left of it

_LEADS = led_by("no", "maybe", "just", "only", "about", "rather")
_TOO_MUCH = (
    r"(?:(?:that'?s|that is|it'?s|that was|this is)\W+)?"
    r"(?:(?:(?:a|an?|bit|little|way|far|much|still|now) )*too (?:much|strong|heavy|intense|harsh|loud)(?: now)?"
    r"|not so (?:much|strong|loud|harsh))"
)
_HALF = re.compile(
    rf"{_LEADS}(?:{_TOO_MUCH}[\s,.;:!-]+{_LEADS})?"
    r"(?:(?:do|make|use|try|keep|want|i(?:'d)? (?:want|like)|give me|let'?s (?:do|try)) )?"
    r"(?:(?:it|that|this) )?(?:(?:just|only|about|by|to) )*"
    r"(?:half (?:of )?(?:that|it|this|the (?:effect|amount|strength))|half (?:as|so) (?:much|strong)"
    r"|halve (?:it|that|this)|(?:cut|reduce) (?:it|that|this) (?:by|in|to) half|put half of (?:it|that|this) back"
    r"|(?<=it |at )half)"
    r"(?: (?:please|instead|then|maybe|(?:will|would|should) (?:do|be (?:enough|plenty|fine))|is (?:enough|plenty)))*"
    r"\W*",
    re.IGNORECASE,
)
_NOT_SO = r"not (?:so|that|quite so|as) (?:much|strong|loud|harsh|far|heavy)"
_MILD = rf"{_NOT_SO}|(?:(?:that'?s|that is|it'?s) )?(?:a (?:bit|little|touch) much|overdone|over the top)"
_BACK_A_BIT = re.compile(
    rf"{_LEADS}(?:(?P<mild>{_MILD})"
    rf"|{_TOO_MUCH}|(?:(?:a|just|bit|little|touch|much) )*(?:less|weaker|gentler|softer))"
    r"(?: (?:please|now|though|then|maybe))*\W*"
    # What is wrong with it now, said of nothing but it.
    r"(?:(?<=[,.;:!-] )(?:(?:and|but|now|because|cause|cos|since|as|then) )*"
    r"(?P<why>(?:it|they|he|she|that|this|these|those|everything|all of (?:it|them))(?:'s|'re)?\b[^.;!?]*"
    r"|(?:looks?|feels?|seems?|gets?|hides|hurts)\b[^.;!?]*"
    r"|(?:i|we|you|one) (?:can(?:'?t|not| no longer| hardly| barely| not)|couldn'?t|lose|lost|miss)\b[^.;!?]*)\W*)?",
    re.IGNORECASE,
)
# Words of a wish of its own in what seemed a complaint: "too much, it should only glow"; contrast is one, too.
_WISHES_MORE = re.compile(
    r"\b(?:make|brighten|lighten|darken|sharpen|blur|denoise|turn|bring|put|leave|keep|give|show|undo|reset|want|need|"
    r"should|must|could|can you|please|instead|rather|only|just|half|but|back|dramatic|contrasty)\b",
    re.IGNORECASE,
)
_LITTLE = r"(?:a (?:(?:little|tiny) )?(?:bit|touch|tad|notch)|a little|slightly|somewhat|bit)"
_A_BIT_LESS = re.compile(
    rf"{_LEADS}(?:(?:(?:make|do|have|use|try) )?(?:it|that|this|they|those)(?:'s|'re| is| are| was| were| looks?)? )?"
    rf"(?:(?:just|still|maybe|perhaps|now) )*{_LITTLE} (?:less|weaker|gentler|too (?:much|strong|heavy|intense|harsh))"
    r"(?: (?:of (?:it|that|this)|strong|intense))?(?: now)?"
    r"(?: (?:on|for|with|to|at|around|in) (?P<where>(?:(?:the|that|this|those|these|my|his|her) )?[\w' -]{2,60}?))?"
    r"(?: (?:please|now|though|then|maybe|again|instead))*\W*"
)
_MILDLY = re.compile(rf"\b(?:{_MILD}|{_LITTLE})\b", re.IGNORECASE)


def wants_half(text: str) -> bool:
    """Whether words ask for half of what was done last: "hmm too much, half of that".

    Example:
        >>> wants_half("half of that"), wants_half("brighten half of that car")
        (True, False)
    """
    return _HALF.fullmatch(text.strip()) is not None


def back_a_bit(text: str) -> bool:
    """Whether words ask for a bit less of what was done last and say no more than what is wrong with it.

    Example:
        >>> back_a_bit("hmm not so much, they look like ghosts now")
        True
        >>> back_a_bit("too much, make the sky darker"), back_a_bit("less noise")
        (False, False)
    """
    found = _BACK_A_BIT.fullmatch(" ".join(text.replace("\u2019", "'").split()))
    if found is None or _WISHES_MORE.search(found["why"] or ""):
        return False
    return found["why"] is not None or found["mild"] is not None


@dataclass(frozen=True)
class Less:
    """How much is to be left of what was done last, from 0 to 1, and of which region alone; None: of all of it."""

    left: float
    where: str | None


def less_wanted(text: str) -> Less | None:
    """How much less words ask for; None where they ask for something else.

    Example:
        >>> less_wanted("half of that"), less_wanted("less noise")
        (Less(left=0.5, where=None), None)
    """
    if wants_half(text):
        return Less(HALF, None)
    found = _A_BIT_LESS.fullmatch(heard(text))
    if found is not None:
        return Less(A_BIT_LESS, found["where"])
    if not back_a_bit(text):
        return None
    return Less(A_BIT_LESS if _MILDLY.search(text) else HALF, None)
