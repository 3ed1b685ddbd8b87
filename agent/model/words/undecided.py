"""Wishes whose words lead to two different edits: "change the contrast", "make it softer", "make it warmer".

Neither reading is likelier, so neither is done: whoever is there is asked which, and elsewhere both are named. Both are
told as wishes, in the person's words as far as those go.
"""

import re
from typing import Final

from wordfuse.agent.model.words.refusals import colour_said
from wordfuse.agent.plan import Plan
from wordfuse.agent.telling.hearing import POLITE, led_by

Wishes = tuple[str, str]

_NOT = re.compile(r"\b(?:not|never|without|don'?t|doesn'?t|no need|leave|keep)\b", re.IGNORECASE)
_ASKING = re.compile(r"\b(?:what|which|why|how|where|who|is|are|does|do|than)\b", re.IGNORECASE)

# A quantity that is to change, without a word of which way.
_CHANGE: Final = re.compile(
    r"\b(?P<verb>change|adjust|alter|modify|tweak|vary|set|fix|correct|sort out|work on|play (?:around )?with"
    r"|do something (?:about|with|to))"
    r" (?:(?:the|its|overall|general) |(?:picture|image)(?:'s)? )*"
    r"(?:contrast|brightness|exposure|saturation|sharpness)\b",
    re.IGNORECASE,
)
_BOTH_WAYS: Final = ("increase", "reduce")
# Any of these says which way, or how far, or that something else is meant.
_WAY = re.compile(
    r"\b(?:more|less|higher|(?<!the )lower(?! (?:left|right|half|part|edge))|greater|up|down|increase"
    r"|decrease|raise|boost|reduce|bright(?:er|en)?|light\w*|dark(?:er|en)?"
    r"|dim(?:mer)?|vivid|muted?|dull|pale|washed|flat(?:ter)?|harsh|too|punch\w*|natural\w*|neutral|sharp(?:er|en)?|blur\w*"
    r"|crisp\w*|soft(?:er)?|double|in half|by half|twice|(?<!the )back|same|like|as|infrared"
    r"|thermal|visible|bad|poor|low|high|weak|strong\w*)"
    r"\b|\d ?(?:%|percent|per cent)",
    re.IGNORECASE,
)

# Comparatives that no effect is called by: what each may be of a thing, and what of the whole picture.
_COMPARATIVES: Final[tuple[tuple[str, Wishes | None, Wishes], ...]] = (
    ("fainter|subtler|more subtle|more subdued", None, ("darker", "less contrasty")),  # a thing: less conspicuous
    ("softer light(?:ing)?", ("less contrast", "less light"), ("less contrast", "less light")),
    ("softer", ("less contrasty", "blurred"), ("less contrasty", "blurred")),
    ("gentler|milder|calmer", ("less conspicuous", "less contrasty"), ("less contrasty", "less colourful")),
    ("quieter", ("less conspicuous", "less colourful"), ("less contrasty", "less colourful")),
    ("weaker", ("less conspicuous", "less contrasty"), ("less contrasty", "less colourful")),
    ("stronger|bolder|more intense", ("more conspicuous", "more contrasty"), ("more contrasty", "more colourful")),
    ("louder", ("more conspicuous", "more colourful"), ("more contrasty", "more colourful")),
    ("richer", ("more colourful", "more contrasty"), ("more colourful", "more contrasty")),
    ("paler", ("less colourful", "brighter"), ("less colourful", "brighter")),
    (
        "(?<!shadows )(?<!blacks )(?<!darks )deeper(?! (?:shadows|blacks|darks))",
        ("darker", "more colourful"),
        ("darker", "more colourful"),
    ),
    ("cooler|colder", ("less thermal", "less tinted"), ("less thermal", "less tinted")),
)
# Something is to be coloured, without a colour: so that it is found, or by its heat.
_COLOURED = re.compile(
    rf"\W*{led_by('no', 'also', 'just')}(?:colou?r|tint|paint|dye)(?: in)? "
    r"(?P<what>it|him|her|them|these|those|everyone|everybody|(?:the|this|that|these|those|all|both|every|each|my) "
    r"(?!(?:whole|picture|image|photo|scene)\b)(?![^,]*ly\b)[\w' -]+?)(?: in)?"
    r"(?:,? (?:so|to|because|please|then|now)\b.*)?\W*",
    re.IGNORECASE,
)
_OF_HEAT = re.compile(r"\b(?:warm|hot|cold|cool|heat|thermal|infrared)\w*", re.IGNORECASE)
_PICTURE = re.compile(r"\b(?:it|everything|this|all|picture|image|photo|scene|view|look|shot)\b", re.IGNORECASE)
# Words of an effect: with one of them beside it, the comparative is said of that.
_EFFECT = re.compile(
    r"\b(?:contrast\w*|dramatic|colou?r\w*|tints?|tones?|hues?|noise|grain|bright\w*|dark\w*|dim\w*|blur\w*|sharp\w*|infrared"
    r"|thermal\w*|visible|natural\w*|saturat\w*|vivid|haze|fog|stripes?|conspicuous|stands? out|eye|attention|edges?"
    r"|crisp\w*|clear\w*|noisy|grainy|denoise|emphasis|highlight\w*|effect|recede|muted?)\b",
    re.IGNORECASE,
)
_MAKES = re.compile(
    rf"\W*{led_by('just', '(?:can|could) (?:i|we)')}"
    r"(?:make|get|turn|render)\b",
    re.IGNORECASE,
)
# "The cooler areas" are areas: a comparative that a noun follows says which, not how it is to become.
_ADJECTIVE = re.compile(
    r" (?!(?:please|now|overall|and|in|on|at|for|by|there|here|too|again|then|than"
    r"|if|so|but|thanks?|a|all|over|around)\b)\w"
)
_PHRASE = re.compile(r"\b(?:a|an|the|some|please|slightly|bit|little|much|and|i|want|would|like|need)\b", re.IGNORECASE)
_LESS = re.compile(r"\b(?:remove|less|reduce|avoid|rid|without|no|out|kill|lose|drop|fix|correct)\b", re.IGNORECASE)
_SHORT = 5  # words: "a bit softer please" needs no verb

# "The warm ones" and "what is warm" are hot; who wants it warm, warmer or warmth does not say in what way.
_WARM = re.compile(
    r"\b(?:warmer|warmth|warm(?: \w+){0,3} up"
    r"|(?:it|this|everything|picture|image|photo|scene|look)(?: look)?(?: \w+)? warm)\b",
    re.IGNORECASE,
)
_TONES = re.compile(
    r"\bwarm(?:er)? (?:colou?rs?|tones?|tints?|hues?)\b|\bwarm(?:er)? in (?:colou?r|tone)\b", re.IGNORECASE
)
_THERMAL = re.compile(
    r"\b(?:thermal\w*|infrared|ir|lwir|heat\w*|hot\w*|glow\w*|temperatures?|body|degrees?)\b", re.IGNORECASE
)
NEAR_INFRARED, NEUTRAL, HEAT = (
    "show more of the infrared picture",
    "take the colour cast out",
    "show it in heat colours",
)


def undecided(text: str, before: Plan | None) -> Wishes | None:
    """The two wishes that a wish may be by its words alone; None: no such words, or others decide.

    Args:
        text: the wish.
        before: the plan of the turn before: after one, "softer" may be less of the same.

    Example:
        >>> undecided("change the contrast of the car", None)
        ('increase the contrast of the car', 'reduce the contrast of the car')
        >>> undecided("make the road softer", None)
        ('make the road less contrasty', 'make the road blurred')
        >>> undecided("colour the man so I find him", None)
        ('make the man stand out', 'show the man in heat colours')
    """
    if _NOT.search(text):
        return None
    change = _CHANGE.search(text)
    if change is not None:
        start, end = change.span("verb")
        said_way = _WAY.search(text[: change.start()]) or _WAY.search(text[change.end() :])
        return None if said_way or _ASKING.search(text[:start]) else _put(text, start, end, _BOTH_WAYS)
    coloured = _COLOURED.fullmatch(text)
    what = "" if coloured is None else coloured["what"]
    if what and not (_WAY.search(what) or _OF_HEAT.search(text) or colour_said(what)):
        return f"make {what} stand out", f"show {what} in heat colours"
    if before is not None or _ASKING.search(text) or not (_MAKES.match(text) or len(text.split()) <= _SHORT):
        return None
    if _TONES.search(text):
        return None if _THERMAL.search(text) or _LESS.search(text) else (NEUTRAL, HEAT)
    for words, of_thing, of_picture in _COMPARATIVES:
        found = re.search(rf"\b(?:{words})\b", text, re.IGNORECASE)
        if found is not None:
            if _ADJECTIVE.match(text[found.end() :]) and re.search(r"\w", _PHRASE.sub("", text[: found.start()])):
                return None
            beside = f"{text[: found.start()]} {text[found.end() :]}"
            alone = not re.search(r"\w", re.sub(rf"\b(?:{POLITE})\b", "", beside))
            wishes = of_picture if alone or _PICTURE.search(beside) else of_thing
            if wishes is None or _EFFECT.search(beside) or _THERMAL.search(beside):
                return None
            return _put("make it ", 8, 8, wishes) if alone else _put(text, *found.span(), wishes)
    return None


def warmer(text: str, plan: Plan) -> Wishes | None:
    """The two wishes that "make it warmer" may be, said of the whole picture: like the infrared one, or in its colours.

    A thing that is to be warmer is one to show its heat; None for it, and where heat is spoken of.
    """
    alone = len(plan.steps) == 1 and not plan.steps[0].region.phrases
    if not alone or plan.steps[0].direction != "infrared" or not _WARM.search(text) or _THERMAL.search(text):
        return None
    return NEAR_INFRARED, NEUTRAL


def _put(text: str, start: int, end: int, instead: Wishes) -> Wishes:
    """The text with either of two words in the place of what stands there."""
    one, other = (f"{text[:start]}{word}{text[end:]}" for word in instead)
    return one, other
