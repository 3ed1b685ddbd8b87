"""Who wants to see a part of the picture larger, and what is told of it: a look at it, and no edit."""

import re
from typing import Final

from wordfuse.agent.telling.hearing import heard, led_by
from wordfuse.fusion.regions.words.grammar import parse
from wordfuse.fusion.regions.words.meaning import noun_in

_LEADS: Final = led_by(
    "also", "just", "let'?s", "(?:can|could|may) (?:i|we)", "let (?:me|us)", "no", "i(?:'d| would) like"
)
_WHAT: Final = r"(?P<what>[\w' -]+?)"
_MORE: Final = r"(?: (?:right|way|much|even|still|a (?:bit|little|lot)|closer|further|more|again))*"
_NEARER: Final = r"(?:closer(?: up)?|up close|close ?up|nearer|bigger|larger|enlarged|magnified|zoomed(?: in)?)"
_CLOSE_UP: Final = r"close-? ?up"
# What it is wanted for says nothing of what is to be seen; a second wish ("and brighten him") is not behind these.
_FOR: Final = (
    r"(?:\W+(?:so|to|in order to|because|since|until|till|i (?:want|need|would|can't|cannot|can|have)|who)\b.*)?"
)
_TAIL: Final = (
    rf"(?:[ ,]+(?:for me|please|now|again|too|first|there|here|a (?:bit|little|lot)|more|(?:some )?more))*{_FOR}\W*"
)
_FORMS: Final = tuple(
    re.compile(rf"{_LEADS}{form}{_TAIL}")
    for form in (
        rf"zoom{_MORE}(?: in)?{_MORE}(?:,? (?:on|onto|to|into|at|towards?)(?: to)? {_WHAT})?",
        rf"(?:move|go|get|come){_MORE} in{_MORE} (?:on|onto|at|towards?) {_WHAT}",
        rf"(?:move|go|get|come){_MORE} closer (?:on|onto|to|into|at) {_WHAT}",
        rf"(?:enlarge|magnify|blow up) {_WHAT}",
        rf"blow {_WHAT} up",
        rf"(?:show|give)(?: me| us)? {_WHAT}{_MORE} {_NEARER}",
        rf"(?:see|view|inspect|look at|have a look at|take a look at) {_WHAT}{_MORE} {_NEARER}",
        rf"look{_MORE} closer at {_WHAT}",
        rf"(?:(?:show|give|get|make|take|have|i want|do)(?: me| us)? )?(?:an? )?(?:{_CLOSE_UP}|enlargement|"
        rf"(?:(?:close|closer|bigger|larger|enlarged|magnified|zoomed(?:-in)?|{_CLOSE_UP}) "
        rf"(?:look|view|picture|image|version|crop))) (?:at|of|on) {_WHAT}",
    )
)
#: Said of something in the picture it is a look; "make the contrast bigger" is none.
_MAKE: Final = re.compile(rf"{_LEADS}(?:make|render|get) {_WHAT}{_MORE} (?:bigger|larger){_TAIL}")
_ARTICLES: Final = re.compile(
    r"^(?:(?:all|each|every|both|some)(?: of)? )?(?:(?:the|this|that|these|those|my|a|an|one of the|whatever is) )*"
)
_BACK: Final = re.compile(
    r"(?:it|him|her|them|this|that|there|here|(?:that|this|the) (?:one|thing|part|area|spot|place))?", re.IGNORECASE
)
_WHOLE: Final = re.compile(r"(?:(?:whole|entire|full) )?(?:picture|image|photo|scene|thing|everything|frame)")
_SECOND: Final = re.compile(
    r"\b(?:and|then|but) (?:then |also |please )?(?:make|brighten|lighten|darken|dim|sharpen|blur|denoise|dehaze|clean|"
    r"turn|tell|count|give|take|put|remove|undo|reduce|increase|raise|lower|boost|enhance|fix|colou?r|improve)\b"
)
_TOWARD: Final = re.compile(
    r"\b(?:closer|nearer) to (?:the )?(?:infrared|thermal|ir|heat|visible|day\w*|normal|original)\b"
)
_OUT: Final = re.compile(rf"{_LEADS}zoom(?: (?:back|right|all the way))* (?:out|back){_TAIL}")

#: Said of every enlargement: nobody takes a larger picture for one that shows more.
NOTHING_ADDED: Final = (
    "It is a picture of its own, the result is as it was. Enlarging adds no detail: what these pixels do not hold "
    "cannot be seen"
)


def closer_in(text: str) -> str | None:
    """What somebody wants to see larger; None: nothing of the kind is asked.

    Returns:
        A region in the person's words; "" where they point back ("zoom in on him") or name nothing.

    Example:
        >>> closer_in("zoom in on the man so I can recognise his face"), closer_in("zoom in, please")
        ('man', '')
        >>> closer_in("make the contrast bigger") is None
        True
    """
    said = heard(text)
    if _SECOND.search(said) or _TOWARD.search(said):
        return None
    found = next((one for one in (form.fullmatch(said) for form in _FORMS) if one), None)
    made = _MAKE.fullmatch(said) if found is None else None
    if made is not None and noun_in(made["what"]) is not None:
        found = made
    if found is None:
        return None
    what = (found["what"] or "").strip(" -'")
    bare = _ARTICLES.sub("", what)
    if _BACK.fullmatch(what) or _WHOLE.fullmatch(bare):
        return ""
    return bare[:80] if noun_in(bare) or parse(bare) or not made else None


def whole_again(text: str) -> bool:
    """Whether somebody who looked at a part wants to see the whole picture again: "zoom out"."""
    return _OUT.fullmatch(heard(text)) is not None
