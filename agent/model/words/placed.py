"""Where a step is to be, where a small model took for its region what is none.

"The pink cast on the ground" is no place but the ground, "the stripes" are wherever they are: a fault is what its own
tool takes away, not a region. And what one is to be careful of is spared: "brighter, but don't burn out the lamps" is
no wish to brighten the lamps.
"""

import re
from typing import Final

from wordfuse.agent.model.words.granted import inferred
from wordfuse.agent.plan import Plan, Step
from wordfuse.agent.telling.hearing import HESITANT, POLITE
from wordfuse.tools.types import Region, Task

#: What each of these effects takes away, as a noun.
_FAULTS: Final[dict[Task, str]] = {
    "denoise": r"noise|grain|graininess|speckles?|specks|static|(?:bl|spl)otches",
    "destripe": r"stripes?|banding|streaks|(?:horizontal|vertical|sensor|scan)[ -](?:bands|lines|columns|rows)",
    "dehaze": r"haze|fog|mist|murk|veil",
    "recolour": r"(?:colou?r )?cast|tint",
}
_PLACE: Final = (
    r"(?: (?:that (?:is|are) )?(?:all )?(?:on|in|over|across|near|at|along|of)(?: the| my| that| this)? (?P<place>.+))?"
)
_NAMED: Final = {
    task: re.compile(rf"(?:[\w-]+ ){{0,3}}(?:{nouns}){_PLACE}", re.IGNORECASE) for task, nouns in _FAULTS.items()
}
_CAREFUL: Final = (
    r"(?:watch out|(?:be )?caref\w+|mind|beware|easy)(?: (?:that|with|of|about|on|for))?|"
    r"(?:don'?t|do not|without|not) (?:let(?:ting)? )?(?:burn\w*|blow\w*|los\w+|clip\w*|overexpos\w+|wash\w*|touch\w*|"
    r"chang\w+|affect\w*|ruin\w*|spoil\w*)(?: out)?"
)
_POLITE: Final = re.compile(rf"\b(?:{POLITE}|{HESITANT}|also|just|try to)\b", re.IGNORECASE)
_POINTS_BACK: Final = re.compile(r"\b(?:them|it|him|her|those|these)\b")
_CAUTION: Final = re.compile(rf"\b(?:{_CAREFUL}) (?:the |my |that |those |these )?(?P<spared>.+)", re.IGNORECASE)
_ALL_IN: Final = re.compile(
    r"\b(?:highlight|mark|colou?r|paint|outline|circle|draw)\b[^.;]*?\b(?:all|every|each|both)\b[^.;]*? "
    r"(?P<colour>in (?:bright |dark )?(?:red|orange|yellow|green|blue|purple|violet|pink|magenta|cyan))\W*$",
    re.IGNORECASE,
)
_NOT_THE_REST: Final = re.compile(
    r"\bnot (?:on |to |in |at )?(?:the )?(?:rest|others?|remainder|anything else|everything else)\b"
    r"(?! ones?\b| of (?!the (?:picture|image|photo|scene|frame)))",
    re.IGNORECASE,
)
#: What leaves something out, or sets what is named against the rest.
_LEAVES_OUT: Final = re.compile(
    r"\b(?:but|except\w*|exclud\w*|not|others?|rest|else|besides?|apart|aside|only|just|around|backgrounds?|everywhere"
    r"|outside|beyond|leav\w+|leve|left|keep\w*|kept|spar\w+|without|surround\w*|instead|alone|unlike|save|focus"
    r"|isolate\w*|minus|bar|barring|behind|remain\w*|skip|never|nothing|no|stays?|untouched|elsewhere|off|away|main"
    r"|ones?|mind|world|may)\b|n['\u2019]?t\b",
    re.IGNORECASE,
)


def placed(plan: Plan, text: str) -> Plan:
    """A plan whose steps have no fault and nothing that was to be spared for a region.

    Args:
        plan: what a model made of the words.
        text: the words.
    """
    steps = [_straight(_spared(_without_fault(step), text), text) for step in plan.steps]
    steps = [_unpainted(step, text) for step in steps]
    return plan.model_copy(update={"steps": steps}) if steps != plan.steps else plan


def turned_round(plan: Plan, text: str) -> bool:
    """Whether a step is for everything but what the words name, and no word of them leaves anything out.

    Of 510 such steps of the wishes that the model learnt from, the words leave nothing out in 4: nobody is sure of one.

    Example:
        >>> from wordfuse.agent.model.words import lines
        >>> plan = lines.read("blur: not people")
        >>> turned_round(plan, "hide the people"), turned_round(plan, "hide all but the people")
        (True, False)
    """
    named = [step for step in plan.steps if step.region.invert and not inferred(Plan(steps=[step]), text, None)]
    return bool(named) and not _LEAVES_OUT.search(text)


def _straight(step: Step, text: str) -> Step:
    """A step for "everything that is cold", or "..., not the rest", where the model took it for everything but that."""
    region = step.region
    if not region.invert or len(region.phrases) != 1:
        return step
    so = rf"\b(?:everything|all|anything) that(?:['\u2019]?s| is| are) {re.escape(region.phrases[0])}\b"
    if not re.search(so, text, re.IGNORECASE) and not _NOT_THE_REST.search(text):
        return step
    return step.model_copy(update={"region": region.model_copy(update={"invert": False})})


def _unpainted(step: Step, text: str) -> Step:
    """A step for all of a kind that are to be marked in a colour, where the model took it for what they wear."""
    found = _ALL_IN.search(text)
    if found is None:
        return step
    bare = [
        re.sub(rf" {re.escape(found['colour'])}$", "", phrase, flags=re.IGNORECASE) for phrase in step.region.phrases
    ]
    return step.model_copy(update={"region": step.region.model_copy(update={"phrases": bare})})


def _without_fault(step: Step) -> Step:
    named = _NAMED.get(step.task)
    if named is None or step.region.invert or (step.task == "recolour" and step.direction != "neutral"):
        return step
    phrases = []
    for phrase in step.region.phrases:
        found = named.fullmatch(phrase)
        if found is None:
            phrases.append(phrase)
        elif found["place"]:
            phrases.append(found["place"])
    if phrases == step.region.phrases:
        return step
    return step.model_copy(update={"region": step.region.model_copy(update={"phrases": phrases})})


def _spared(step: Step, text: str) -> Step:
    """A step beside what one is to be careful of, where the model took that for its only region."""
    found = _CAUTION.search(text)
    if found is None or step.region.invert or step.region.exceptions or len(step.region.phrases) != 1:
        return step
    # "Please don't lose the power lines" alone is a wish for them, and so is "..., sharpen them".
    name, spared = step.region.phrases[0], found["spared"].lower()
    alone = not re.search(r"\w", _POLITE.sub("", text[: found.start()])) or step.task == "stand_out"
    if alone or not spared.startswith(name) or text.lower().count(name) > 1 or _POINTS_BACK.search(spared):
        return step
    return step.model_copy(update={"region": Region(phrases=[name], invert=True)})
