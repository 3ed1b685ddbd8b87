"""Why nothing is done, in words that end with what can be done: the kinds of refusal that a small model tells apart."""

import re
from collections.abc import Sequence
from typing import Final

from wordfuse.agent.plan import Doubted, Plan, Undecided, Unknown
from wordfuse.agent.telling.hearing import led_by
from wordfuse.agent.telling.text import cut_short

WHAT_CAN_BE_DONE: Final = (
    "make something stand out, brighter, darker, sharper or clearer, take out noise, haze or stripes, "
    "blur, more or less contrast, change colours, nearer to the infrared or the visible picture"
)

#: What each kind is told as; the second half is always something the person can do.
_TOLD: Final[dict[str, str]] = {
    "chat": f"That is no wish about the picture. What can be done: {WHAT_CAN_BE_DONE}.",
    "edit": "That cannot be done: nothing is added, removed, moved, cut or painted. "
    f"What can be done: {WHAT_CAN_BE_DONE}.",
    "outside": "Only this pair of pictures is looked at and changed, no other files or places. "
    "Say what should change in it, as in 'brighten the road'.",
    "rules": "The rules stay as they are. Say what should change in the picture, as in 'brighten the road'.",
    "unclear": "It is unclear what is meant. Name what should change, and where, as in 'make the people stand out'.",
    "nothing": "Nothing is to be done: the picture stays as it is. Say what should change, as in 'brighten the road'.",
    "language": "Only English is understood. Say it in English, as in 'make the people stand out'.",
}
KINDS: Final = tuple(_TOLD)
#: Said without asking a model: lines over a picture are no edit of ours, and there is a command for these.
ISOTHERMS: Final = (
    "Isotherms are not drawn into results. `wordfuse temperatures --isotherms 30,40 --out FILE` draws them into a "
    "picture of its own. Say what should change in the picture, as in 'make everything hotter than 40 C stand out'."
)
#: What is said to who wants light evened out that nobody says where it is.
UNEVEN: Final = (
    "Uneven light over all of the picture cannot be evened out. A part can be made brighter or darker; it fades in "
    "gently: 'brighten the corners', 'darken the right half'."
)
_UNEVEN = re.compile(
    r"\bvignett(?:e|es|ed|ing)\b|\bone (?:side|half|end)\b.*\b(?:brighter|darker|lighter|dimmer) than the other",
    re.IGNORECASE,
)
_SOMEWHERE = re.compile(
    r"\b(?:corners?|edges?|borders?|margins?|rims?|left|right|top|bottom|upper|lower|middle|cent(?:er|re))\b",
    re.IGNORECASE,
)
#: Ordered in so many words, whatever places are named: "the top is lighter than the bottom, even it out".
_EVENED = re.compile(
    r"\b(?:left|right|top|bottom|upper|lower|middle|cent(?:er|re)|sides?|half|halves|corners?|edges?|uneven)\b.*"
    r"\b(?:even|level|balance) (?:it|them|that|both)(?: all)?(?: out| up)?\W*$"
    r"|\b(?:even|level|balance|match|equali[sz]e) (?:out )?(?:the )?(?:light|lighting|brightness|exposure)"
    r"(?: out| up)?(?=\W*$|[,.;])",
    re.IGNORECASE,
)
#: What is said to who wants one of the two pictures moved against the other.
MOVED: Final = (
    "Neither picture is moved by hand. Where they do not lie on each other, --align brings the infrared one onto the "
    "visible one before they are fused. Say what else should change, as in 'brighten the road'."
)
_MOVED = re.compile(
    r"\b(?:shift|move|nudge|slide|offset|push|drag|pull) (?:the |your )?(?:whole |entire )?"
    r"(?:thermal|infra-?red|ir|heat|visible|rgb|daylight|normal)"
    r"(?: (?:picture|image|photo|frame|layer|channel|camera|one|half))?(?=\W)[^.;]*"
    r"\b(?:pixels?|px|(?:to the|further|more) (?:left|right)|upwards?|downwards?|sideways)\b"
    rf"|^\W*{led_by('also', 'just')}(?:re-?)?(?:align|register|line up) (?:the )?(?:two |both )?"
    r"(?:pictures?|images?|photos?|cameras?|layers?|sources?|them)\W*$",
    re.IGNORECASE,
)
#: What is said to who sees things twice: it is the pictures that are moved, not what is in them.
DOUBLED: Final = (
    "What is seen twice is where the two pictures do not lie on each other, and no edit moves that. Begin anew with "
    "`--align`: it moves, turns and scales the infrared picture onto the visible one. Here it helps to show one of the "
    "two there: 'bring it nearer to the visible picture'."
)
#: What is said to who wants a thing back in the picture as it was: what is taken back are changes, one after the other.
THINGS_BACK: Final = (
    "What can be taken back are changes, the last one first, not what was done to one thing. Say 'undo' for the last "
    "change, 'undo 2 steps' for more, 'start over' for all, or what should change, as in 'brighten the road'."
)

#: What is said to who wants something in a colour of their choice.
TINT: Final = (
    "Nothing is painted in a colour of one's choice. By how warm it is, it can be coloured: 'show the person in heat "
    "colours'. What colours there are can be made more vivid, taken away or freed of a cast."
)
_COLOURS = (
    "red|orange|yellow|green|blue|purple|violet|pink|magenta|cyan|turquoise|gold|brown|sepia|teal|maroon|beige|lilac"
    "|crimson|scarlet"
)
_TINTED = re.compile(
    rf"\b(make|paint|colou?r|tint|turn|dye|show|mark|highlight)\b.*\b(in )?({_COLOURS})( on top( of it)?)?\W*$|"
    rf"\bin ({_COLOURS})\b|^\W*({_COLOURS}),? not \w+|\b(paint|colou?r|tint|dye) (it|him|her|them|the)\b",
    re.IGNORECASE,
)
#: The same as an order, whatever it is for: "colour this orange so that I notice him".
_PAINTS = re.compile(
    rf"{led_by('no', 'nope', 'rather', 'also', 'just')}(?:paint|colou?r|tint|dye) [\w' ]+? (?:in )?"
    rf"(?:bright |dark |light )?(?:{_COLOURS})"
    r"(?=\W*$|,| (?:so|and|to|then|please|because|for)\b)",
    re.IGNORECASE,
)
_NAMED = re.compile(
    rf"\b(?:in )?(?:bright |dark |light )?(?:{_COLOURS})(?: (?:or|and) (?:{_COLOURS}))?\b", re.IGNORECASE
)
_OF_HEAT = re.compile(r"\b(?:hot|warm|heat|therm)", re.IGNORECASE)
_OTHERWISE = re.compile(r"\b(remove|delete|erase|crop|cut|replace|add|move|rotate|zoom|hide)\b", re.IGNORECASE)
_OUT: Final = r"(?:take|cut|crop|edit|paint)"
_THE: Final = r"(?:(?:the|that|this|those|these|my) )?"
_REMOVED: Final = rf"\b(?:(?:remove|delete|erase|get rid of|{_OUT} out) {_THE}{{0}}\b|{_OUT} {_THE}{{0}} out\b)"


def told(kind: str) -> str:
    """The sentence of a kind.

    Raises:
        KeyError: there is no such kind.
    """
    return _TOLD[kind]


def in_a_colour(text: str) -> bool:
    """Whether a wish that cannot be done is for something in a colour: not "remove the guy in red"."""
    return _TINTED.search(text) is not None and not _OTHERWISE.search(text)


def removes(text: str, names: Sequence[str]) -> bool:
    """Whether a wish is for one of some things to be gone: to make it stand out is not even worth a question.

    Example:
        >>> removes("take out the lamp post", ["lamp post"]), removes("get rid of the grain", ["people"])
        (True, False)
    """
    return any(re.search(_REMOVED.format(re.escape(name)), text, re.IGNORECASE) for name in names)


def uneven(text: str) -> bool:
    """Whether a wish is for even light, and names no place that is to become brighter or darker.

    Example:
        >>> uneven("remove the vignetting"), uneven("the corners are dark, that's vignetting: lift them")
        (True, False)
    """
    return (_UNEVEN.search(text) is not None and not _SOMEWHERE.search(text)) or _EVENED.search(text) is not None


def moves(text: str) -> bool:
    """Whether a wish is for one of the two pictures to be moved against the other.

    Example:
        >>> moves("shift the thermal a few pixels to the left"), moves("move the left people toward the infrared")
        (True, False)
    """
    return _MOVED.search(text) is not None


def colour_said(text: str) -> str | None:
    """The colour that a wish for something in a colour names last, in its words: "in red"; None: it names none."""
    named = _NAMED.findall(text)
    return named[-1] if named else None


def paints(text: str) -> bool:
    """Whether a wish orders something painted in a colour; what is hot may be shown in colours of heat.

    Example:
        >>> paints("colour this orange so that I notice him"), paints("colour the orange car more strongly")
        (True, False)
    """
    return _PAINTS.match(text) is not None and not _OF_HEAT.search(text)


def unknown(text: str, nearest: Sequence[str]) -> Unknown:
    """What is said where the words speak of nothing that can be done.

    Args:
        text: the wish.
        nearest: what the words may be near to, as wishes; may be empty.
    """
    near = " or ".join(f"'{one}'" for one in nearest) if nearest else WHAT_CAN_BE_DONE
    told = f"It is unclear what to do about '{cut_short(text, 60)}'. The nearest that can be done: {near}."
    return Unknown(refusal=told[:300])


def doubted(reading: Plan, agreement: float = 0.0) -> Doubted:
    """What is said where there is a reading, but too little is sure of it; how far two agree, where that is known."""
    told = f"It is unclear what is meant, perhaps: {reading}? Say it in other words, with what should change and where."
    return Doubted(refusal=told[:300], reading=reading, agreement=agreement)


def two_ways(wishes: tuple[str, str]) -> Undecided:
    """What is said where the words lead to two different edits."""
    told = f"It is unclear which is meant: '{wishes[0][:100]}' or '{wishes[1][:100]}'? Say one of the two."
    return Undecided(refusal=told, wishes=wishes)
