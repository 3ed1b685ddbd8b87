"""Less of what was done last: "half of that", "a bit less on the bikes", "not so much, they look like ghosts".

Half is half of what was measured, and a bit less is a third less: the steps are done anew, that far, from the picture
that they began at.
"""

import re
from collections.abc import Sequence

from wordfuse.agent.dialogue.anew.keeping import is_same
from wordfuse.agent.dialogue.anew.standing import Anew, began
from wordfuse.agent.plan import Plan, Step
from wordfuse.agent.record import Instruction, StepRecord
from wordfuse.agent.telling.hearing import heard, led_by

LEAST_SHARE, MOST_SHARE = 0.01, 10.0  # that a step may go
HALF, A_BIT_LESS = 1 / 2, 2 / 3  # of what was done, that is left of it

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
    r"|(?:looks?|feels?|seems?|gets?|hides|hurts)\b[^.;!?]*)\W*)?",
    re.IGNORECASE,
)
# Words of a wish of its own in what seemed a complaint: "too much, it should only glow".
_WISHES_MORE = re.compile(
    r"\b(?:make|brighten|lighten|darken|sharpen|blur|denoise|turn|bring|put|leave|keep|give|show|undo|reset|want|need|"
    r"should|must|could|can you|please|instead|rather|only|just|half|but|back)\b",
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


def wants_less(text: str) -> bool:
    """Whether words ask for less of what was done last, however much less."""
    return wants_half(text) or back_a_bit(text) or _A_BIT_LESS.fullmatch(heard(text)) is not None


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


def lessened(text: str, told: Sequence[Instruction]) -> Anew | None:
    """Less of the last effect, as far as it was measured; None where that is not asked, or nothing was done.

    Args:
        text: the instruction.
        told: those before it.
    """
    found = _A_BIT_LESS.fullmatch(heard(text))
    if not wants_less(text):
        return None
    left = A_BIT_LESS if _MILDLY.search(text) and not wants_half(text) else HALF
    said = next((said for said in reversed(told) if said.plan.question is None and (said.steps or said.control)), None)
    done = [step for step in said.steps if step.output and step.best is not None] if said is not None else []
    start = began(said) if said is not None and done else None
    if start is None:
        return None
    where = found["where"] if found is not None else None
    of = [step for step in done if where is None or any(is_same(where, name) for name in step.region.phrases)]
    if not of:
        return None  # of something else
    return Anew(Plan(steps=[_as_far(step, left if step in of else 1.0) for step in done]), start)


def _as_far(done: StepRecord, left: float) -> Step:
    """A step that goes so much of the way that this one came; 1: as it was asked for."""
    step = Step(**{name: getattr(done, name) for name in Step.model_fields})
    best = done.best
    if best is None or left == 1:
        return step
    main = best.main
    # Colours of heat come from nothing: their share is of the way that there was.
    whole = 1 - main.before if done.direction == "heat" else main.before
    share = abs(main.after - main.before) / max(abs(whole), 1e-6) * left
    amount = float(f"{min(max(share, LEAST_SHARE), MOST_SHARE):.2g}")  # as a person would say it: by 6%
    return step.model_copy(update={"strength": "normal", "amount": amount})
