"""What a wish asks for that its plan does not do: "show what is warm in colour and the rest in grey" has two halves.

A small model that knows no step for a part of a wish plans the other part, and nobody would be told. So a wish is taken
apart into clauses, and each that orders or finds fault is held against the plan: does a step do what its words speak
of, by the second reading, where it says? The thresholds were chosen on the suite ``calibration``.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from wordfuse.agent.model.gist import gist
from wordfuse.agent.model.words import lines
from wordfuse.agent.model.words.refusals import colour_said, in_a_colour, paints
from wordfuse.agent.model.words.settled import HUES
from wordfuse.agent.model.words.spelling import WISHING
from wordfuse.agent.plan import Plan
from wordfuse.agent.telling.closer import closer_in
from wordfuse.agent.telling.hearing import heard, led_by
from wordfuse.fusion.regions.words.meaning import noun_in

#: How likely a clause must speak of an effect that no step has, and how little of any that one has.
SPEAKS, UNHEARD = 0.5, 0.15
#: Where it names a thing of its own besides, less will do; and how likely it is of what nothing here can do.
SPEAKS_OF_A_THING, IMPOSSIBLE = 0.12, 0.3
#: Effects that the same words may ask for: whoever finds glare washes the contrast out of a picture, or the other way.
_AKIN: Final = (
    frozenset({"darker", "contrast", "dehaze", "flatter", "blend in"}),
    frozenset({"brighter", "stand out", "contrast"}),
    frozenset({"sharpen", "stand out", "contrast", "dehaze"}),
    frozenset({"visible", "neutral", "vivid"}),
    frozenset({"infrared", "heat", "stand out"}),
    frozenset({"blend in", "muted", "blur"}),
    frozenset({"denoise", "blur", "destripe"}),
    frozenset({"brighter", "darker"}),
)

#: Effects that bring colours, which may be those that are wanted.
_COLOURING: Final = frozenset({"heat", "visible", "neutral", "infrared"})

_LEADS: Final = led_by(
    "also", "just", "finally", "at the same time", "as well", "plus", "maybe", "while you'?re at it", "let'?s"
)
_VERBS: Final = (
    "brighten|lighten|darken|dim|sharpen|blur|denoise|dehaze|destripe|clean|smooth|soften|make|turn|show|give|bring|"
    "take|get|put|remove|delete|erase|crop|cut|undo|reduce|increase|raise|lower|boost|lift|zoom|enlarge|magnify|rotate|"
    "flip|mirror|move|add|replace|swap|colou?r|paint|tint|dye|mark|circle|outline|draw|highlight|hide|fix|mend|tone|pull|"
    "push|straighten|stretch|fill|even|enhance|emphasi[sz]e|restore|write|insert|pixelate|desaturate|mute"
)
_ORDER: Final = re.compile(rf"{_LEADS}(?P<verb>{_VERBS})\b")
#: Verbs of what nothing here does; "take the haze out" is none of these.
_NEVER_DONE: Final = re.compile(
    rf"{_LEADS}(?:delete|erase|crop|cut|zoom|enlarge|magnify|rotate|move|add|replace|swap|paint|tint|dye|mark|circle|"
    r"outline|draw|hide|straighten|stretch|write|insert|remove|pixelate|colou?r|"
    r"(?:flip|mirror) (?:it|(?:the|this) (?:picture|image|photo)))\b"
)
_MORE_OR_LESS: Final = re.compile(rf"{_LEADS}(?:(?:a )?(?:bit|little|lot|much|way|far) )?(?:more|less|too)\b")
_FAULT: Final = re.compile(
    rf"{_LEADS}(?:there(?:'s| is| are)|(?:the|that|those|these|this|his|their|my|all|some)\b.*\b"
    r"(?:is|are|looks?|seems?|has|have|should|needs?|'s|'re)\b)"
)
_REST: Final = re.compile(
    rf"{_LEADS}(?:(?:make|leave|keep|turn|show|put|with|have) )?(?:all )?(?:of )?"
    r"(?:the (?:rest|others?|remainder)|(?:every|any)thing else|all else|every(?:one|body) else)"
    r"(?: of (?:it|the \w+))? (?:(?:all|just|only) )?"
    r"(?:is (?:to be|too)|are (?:to be|too)|should|must|may|can|could|in|into|to|nearly|almost|a bit|a little|much|"
    r"more|less|\w+er|gr[ae]y\w*|black|white|dark|dim\w*|blurr\w*|muted|faded|out|hidden|invisible|off|gone)\b.*"
)
#: What is to stay as it is needs no step, nor what something is wanted for.
_STAYS: Final = re.compile(
    r"\b(?:alone|as (?:it|they|is|are|were|was)|unchanged|untouched|the same|stays?|normal|like)\b"
)
_KEEPS: Final = re.compile(
    rf"{_LEADS}(?:keep|leave|leaving|keeping|don't|do not|not|never|without|so|because|since|that|which|who|if|when)\b"
)
#: "Take the yellow out of it": that is colour, and nothing to be removed.
_HUE_OUT: Final = re.compile(
    r"\b(?:take|get|pull|bring|remove|lose|drop|less of)\b[^,.;]*?"
    rf"\b{HUES}(?:ness|ish)?\b"
    r"(?= (?:tones? |cast |tint )?(?:out|off|away|from|in|of|there)\b|\W*$)"
)
_LESS_COLOUR: Final = frozenset({"neutral", "muted"})
#: An order about what was spoken of before names nothing of its own.
_OF_BEFORE: Final = re.compile(
    rf"{_LEADS}(?:{_VERBS})(?: rid of| out| up| back| down)? (?:it|them|him|her|this|that|these|those|both|all of)\b"
)
_CUT: Final = re.compile(
    r"\s*[;.!?:]+(?=\s|$)\s*|\s*,\s*|\s+(?=(?:and|but|then|plus|while|whereas)\s)|\s+[-\u2013\u2014]+\s+"
)
_JOINS: Final = re.compile(r"^(?:(?:and|but|then|plus|while|whereas)\b\W*)+", re.IGNORECASE)
_NAMED: Final = re.compile(r"\b(?:the|its|his|her|their|every|both)\s+([a-z]+)")
_EMPTY: Final = frozenset(
    """
    a an the of in on at to by for from near behind under above below beside between with and or but then also too i me
    my we you your he she it its they them his her their this that there these those what who which is are was were be
    been do does did can could will would should may might must have has had get got go let if so as just now here very
    bit lot some any way enough put set take bring thing things part area side left right top bottom middle centre
    center all one ones both each every please plus while
    """.split()
)


def left_out(text: str, plan: Plan) -> list[str]:
    """The clauses of a wish that no step of its plan carries out, in the person's words; none: all is carried out.

    Args:
        text: the wish.
        plan: what was made of it; of anything but steps nothing is said.

    Example:
        >>> left_out("darken the sky and make the wheels red", lines.read("darker: sky"))
        ['make the wheels red']
        >>> left_out("darken the sky, it is too bright", lines.read("darker: sky"))
        []
    """
    if not plan.steps or any(step.task == "improve" for step in plan.steps):
        return []
    clauses = clauses_of(text)
    faults = [_FAULT.match(heard(clause)) is not None for clause in clauses]
    told: list[str] = []
    for at, clause in enumerate(clauses):
        if len(clauses) > 1 and _undone(heard(clause), plan, first_of_two=at == 0 and not any(faults[1:])):
            told.append(clause)
        elif _painted(heard(clause), plan):
            told.append(colour_said(clause) or clause)
    return told


def is_order(clause: str) -> bool:
    """Whether a clause orders something: "sharpen the cars", "a bit less noise"."""
    said = heard(clause)
    return any(rule.match(said) for rule in (_ORDER, _MORE_OR_LESS))


def is_to_stay(clause: str) -> bool:
    """Whether a clause says what is to stay as it is, or what an order is for."""
    return _KEEPS.match(heard(clause)) is not None


def clauses_of(text: str) -> list[str]:
    """The clauses of a text; what orders nothing and finds no fault belongs to the one before it.

    A fault is the reason of what is ordered behind it, unless another is found in the same breath: "the sky is hazy and
    the roof is too bright" are two.
    """
    text = " ".join(text.replace("\u2019", "'").split())
    clauses: list[tuple[int, int]] = []
    for start, end in _pieces(text):
        said = heard(_JOINS.sub("", text[start:end]))
        of_two = _FAULT.match(said) and text[start:end].casefold().startswith("and ") and clauses
        if not clauses or of_two or any(rule.match(said) for rule in (_ORDER, _MORE_OR_LESS, _REST, _KEEPS)):
            clauses.append((start, end))
        else:
            clauses[-1] = clauses[-1][0], end
    return [bare for bare in (_JOINS.sub("", text[start:end]) for start, end in clauses) if bare]


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Where a text may be cut: what lies between commas, full stops and words that join, none of it empty."""
    start = 0
    for cut in [*_CUT.finditer(text), None]:
        end = len(text) if cut is None else cut.start()
        if end > start:
            yield start, end
        start = len(text) if cut is None else cut.end()


def _undone(said: str, plan: Plan, *, first_of_two: bool) -> bool:
    """Whether no step does what a clause says."""
    if _REST.fullmatch(said):
        inverted = any(step.region.invert or step.region.exceptions for step in plan.steps)
        return not inverted and len(plan.steps) == 1 and not _STAYS.search(said)
    if _KEEPS.match(said):
        return False
    done = {lines.NAMES[step.task, step.direction] for step in plan.steps}
    if done & _LESS_COLOUR and _HUE_OUT.search(said):
        return False
    orders = _ORDER.match(said) is not None
    if closer_in(said) is not None:
        return True
    spoken = gist()(said)
    heard_of = max(spoken[name] for name in done)
    if _NEVER_DONE.match(said) and spoken["- edit"] >= IMPOSSIBLE and heard_of < UNHEARD:
        return True
    likeliest = max(lines.NAMES.values(), key=spoken.__getitem__)
    if not orders and not _MORE_OR_LESS.match(said):
        return (_FAULT.match(said) is not None and not first_of_two) and (
            spoken[likeliest] >= SPEAKS_OF_A_THING and _elsewhere(said, plan)
        )
    if orders and _elsewhere(said, plan, unknown=heard_of < SPEAKS):
        return True
    akin = any(likeliest in group and done & group for group in _AKIN)
    return likeliest not in done and not akin and spoken[likeliest] >= SPEAKS and heard_of < UNHEARD


def _painted(said: str, plan: Plan) -> bool:
    """Whether a clause orders something in a colour, and no step changes colours toward any that there is."""
    done = {lines.NAMES[step.task, step.direction] for step in plan.steps}
    return (paints(said) or (_ORDER.match(said) is not None and in_a_colour(said))) and not done & _COLOURING


def _elsewhere(said: str, plan: Plan, *, unknown: bool = False) -> bool:
    """Whether a clause names a thing, and nothing that any step is for; ``unknown``: also one of an unknown name."""
    named = [name for step in plan.steps for name in (*step.region.phrases, *step.region.exceptions)]
    if any(not step.region.phrases for step in plan.steps) or _OF_BEFORE.match(said):
        return False
    if any(name.casefold() in said for name in named) or _words(said) & {word for one in named for word in _words(one)}:
        return False
    return noun_in(said) is not None or (unknown and any(_words(word) for word in _NAMED.findall(said)))


def _words(text: str) -> set[str]:
    """What words name, each without the ending of its plural."""
    found: Sequence[str] = re.findall(r"[a-z]+", text.casefold().replace("'s", ""))
    named = {word for word in found if word not in _EMPTY and word not in WISHING}
    return {word[:-1] if len(word) > 3 and word.endswith("s") else word for word in named}
