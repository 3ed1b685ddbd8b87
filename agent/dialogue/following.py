"""Follow-ups whose meaning follows from the turns before and from nothing else: half of it, show him, the other one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from wordfuse.agent.dialogue.standing import began
from wordfuse.agent.plan import Plan, Step
from wordfuse.agent.record import Instruction, StepRecord
from wordfuse.agent.telling.hearing import led_by
from wordfuse.fusion.regions.words.meaning import noun_in
from wordfuse.fusion.regions.words.nouns import numbered_as
from wordfuse.tools.types import Region

LEAST_SHARE, MOST_SHARE = 0.01, 10.0  # that a step may go

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
_SHOW = re.compile(
    rf"{_LEADS}(?:show|point out|let me see)(?: me)? "
    r"(?:him|her|them|that one|those|these|that (?:guy|man|woman|person|car|thing))(?: out)?"
    r"(?: (?:to me|to us|then|now|please|better|more clearly|clearly))*\W*",
    re.IGNORECASE,
)
_WHICH = r"(?P<noun>[a-z]+)(?P<where>(?: [\w' -]+?)??)"
_APPOSED = (
    r"(?:(?:(?:the |that )?[a-z]+ )?(?P<more>(?:with|in|on|at|by|near|behind|next|beside|under|"
    r"over|carrying|holding|wearing|coming|walking|standing|sitting|further)\b[\w' -]*?)"
    r"|(?:the |that )(?P<how>[\w-]+) ones?)"
)
_OTHER = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_LEADS}(?:do )?(?:the )?same (?:thing )?(?:for|to|with|on|goes for) the other {_WHICH}"
        r"(?: (?:too|as well|also|please))*\W*",
        rf"{_LEADS}(?:also |now |do )*the other {_WHICH} (?:too|as well|the same|likewise)(?: please)?\W*",
        rf"{_LEADS}also (?:do )?the other {_WHICH}(?: please)?\W*",
        # "The other one too, the one with the bag", "... the same, the white one".
        rf"{_LEADS}(?:also |now |do )*(?:(?:the )?same (?:thing )?(?:for|to|with|on) )?the other {_WHICH}"
        rf"(?: (?:too|as well|the same|likewise|also|please))*\s*[,;:-]+\s*(?:i mean )?{_APPOSED}"
        r"(?: (?:too|as well|also|please))*\W*",
    )
)


@dataclass(frozen=True)
class Halved:
    """The steps of a wish once more, half as far, and the picture that they begin at: the one before that wish."""

    plan: Plan
    start: str


@dataclass(frozen=True)
class Other:
    """Of things of one kind, the one that nothing was done for yet.

    Attributes:
        phrases: what it may be called, the likeliest first.
        several: more than one is meant.
    """

    phrases: tuple[str, ...]
    several: bool


def wants_half(text: str) -> bool:
    """Whether words ask for half of what was done last: "hmm too much, half of that".

    Example:
        >>> wants_half("half of that"), wants_half("brighten half of that car")
        (True, False)
    """
    return _HALF.fullmatch(text.strip()) is not None


def halved(text: str, told: Sequence[Instruction]) -> Halved | None:
    """What half of the last effect is, as far as it was measured; None where that is not asked, or nothing was done.

    Args:
        text: the instruction.
        told: those before it.
    """
    if not wants_half(text):
        return None
    for said in reversed(told):
        done = [step for step in said.steps if step.output and step.best is not None]
        if said.plan.question is not None or not (said.steps or said.control):
            continue
        start = began(said) if done else None
        return None if start is None else Halved(Plan(steps=[_half(step) for step in done]), start)
    return None


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


def _half(done: StepRecord) -> Step:
    """A step that goes half as far as this one came."""
    best = done.best
    if best is None:
        raise RuntimeError(f"nothing was done for {done}")
    main = best.main
    # Colours of heat come from nothing: their share is of the way that there was.
    whole = 1 - main.before if done.direction == "heat" else main.before
    share = abs(main.after - main.before) / max(abs(whole), 1e-6) / 2
    amount = float(f"{min(max(share, LEAST_SHARE), MOST_SHARE):.2g}")  # as a person would say it: by 6%
    return Step(task=done.task, direction=done.direction, region=done.region, strength="normal", amount=amount)


def shown(text: str, told: Sequence[Instruction]) -> Plan | None:
    """What "show him" is after a question that found somebody: that one is made to stand out.

    Args:
        text: the instruction.
        told: those before it.
    """
    last = told[-1] if told else None
    if last is None or last.answer is None or last.plan.question is None or not _SHOW.fullmatch(text.strip()):
        return None
    asked = last.plan.question
    if asked.kind not in ("find", "count") or not asked.region.phrases or "picture" not in last.answer.evidence:
        return None
    return Plan(steps=[Step(task="stand_out", direction="more", region=asked.region, strength="normal")])


def other_of(text: str, before: Plan | None) -> Other | None:
    """Which other thing is meant by "the same for the other one"; None where none is.

    Args:
        text: the instruction.
        before: the plan that it follows on.
    """
    found = next((one for one in (pattern.fullmatch(text.strip()) for pattern in _OTHER) if one), None)
    region = before.steps[-1].region if before is not None and before.steps else Region()
    if found is None or not region.phrases:
        return None
    word, noun = found["noun"].casefold(), noun_in(region.phrases[-1])
    several = word in ("ones", "two", "three") or (word != "one" and numbered_as(word, several=True) == word)
    if word in ("one", "ones", "two", "three"):
        if noun is None:
            return None
        word = numbered_as(noun, several=several)
    elif noun_in(word) is None:
        return None
    # "over by the tree" is by the tree, not above it.
    said = found.groupdict()
    where = f"{found['where'].strip()} {said.get('more') or ''}".strip()
    where = re.sub(r"^(?:over|out|back|up|down) (?=by |at |near |next |in |on |behind )", "", where)
    if said.get("how"):
        return Other((f"{said['how']} {word} {where}".strip(), word), several)
    return Other(tuple(dict.fromkeys(filter(None, [f"{word} {where}".strip() if where else "", word]))), several)


def repeated(before: Plan, phrase: str) -> Plan:
    """The steps of a plan in another place."""
    steps = [step.model_copy(update={"region": Region(phrases=[phrase])}) for step in before.steps]
    return Plan(steps=steps)
