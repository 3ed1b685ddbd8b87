"""Faults whose cause the words do not tell: colours that look wrong, texture that is missed, a band.

What mends them is measured before anything is done (``agent.steps.weighing``).
"""

import re
from typing import Final, Literal

Complaint = Literal["colours", "hue", "texture", "band"]

_HUES: Final = r"(?:red|orange|yellow|green|blue|purple|violet|pink|magenta|cyan|brown|sepia)(?:ish)?"
_SO: Final = r"(?:(?:so|very|too|really|all|rather|quite|a bit|a little|way|just|completely|totally) )*"
#: Who names a source wants that one, whatever is measured.
_SOURCE: Final = re.compile(
    r"\b(?:visible|visual|infra-?red|thermal|heat|photos?|cameras?|daylight|the eye)\b", re.IGNORECASE
)
_HUE: Final = re.compile(
    rf"\b(?:is|are|was|it'?s|looks?|seems?|turned|went|comes? out|everything|all) {_SO}{_HUES}\b|\b(?:too|so) {_HUES}\b"
    rf"|\b(?:{_HUES}|colou?r) (?:cast|tint|tinge|veil)\b",
    re.IGNORECASE,
)
_COLOURS: Final = re.compile(r"\bcolou?rs?\b|\bwhite balance\b", re.IGNORECASE)
_TEXTURE: Final = re.compile(
    r"\b(?:blown|burnt|burned|bleached|whited)[- ]?out\b|\bclipped\b|\bover-?exposed\b|\bfeatureless\b"
    r"|\bwhite (?:blobs?|patch(?:es)?|holes?|spots?|areas?|slabs?)\b"
    r"|\b(?:no|any|some|more|without|lost|missing|lacks?|bring back|get back|recover) (?:\w+ )?"
    r"(?:details?|textures?|structures?)\b",
    re.IGNORECASE,
)
_BAND: Final = re.compile(r"\b(?:bands?|bars?|strips?|streaks?)\b", re.IGNORECASE)


def complaint_in(text: str) -> tuple[Complaint, ...]:
    """What a wish finds fault with, of the faults whose cause is to be measured.

    Example:
        >>> complaint_in("everything is yellow, make the colours look natural")
        ('hue',)
        >>> complaint_in("white blob, no detail"), complaint_in("take the texture from the visible picture")
        (('texture',), ())
    """
    if _SOURCE.search(text):
        return ()
    found: list[Complaint] = []
    if _HUE.search(text):
        found.append("hue")
    elif _COLOURS.search(text):
        found.append("colours")
    if _TEXTURE.search(text):
        found.append("texture")
    if _BAND.search(text):
        found.append("band")
    return tuple(found)
