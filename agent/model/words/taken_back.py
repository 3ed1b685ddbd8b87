"""Whether words of taking back are of a change, or of a thing in the picture.

"Undo that" and "get rid of that last change" are of what was done. "Get rid of the writing in the corner" is of what is
seen there: a small model takes it for "undo", and a good edit would be lost.
"""

import re
from typing import Final

from wordfuse.agent.model.words import refusals
from wordfuse.agent.telling.hearing import heard

_REMOVES: Final = (
    r"get(?:ting)? rid of|remove|delete|erase|hide|(?:take|cut|clear|wipe|throw) (?:away|out|off)|"
    r"(?:photoshop|edit|crop) out"
)
_RETURNS: Final = r"(?:put|bring|get) back|give (?:me |us )?back|restore"
_UNDOES: Final = r"undo|redo|revert|reverse|roll back|take back|cancel"
_VERB_FIRST: Final = re.compile(
    rf"\b(?:(?P<removes>{_REMOVES})|(?P<returns>{_RETURNS})|(?:{_UNDOES}))\s+(?P<what>[^,.;:!?]+)"
)
_VERB_AROUND: Final = re.compile(
    r"\b(?:(?P<removes>(?:take|cut|clear|wipe|throw|crop|photoshop)(?= .* (?:away|out|off)\b))"
    r"|(?P<returns>(?:put|bring|get|give (?:me|us)|want|have)(?= .* back\b))|(?:take|roll))"
    r"\s+(?P<what>[^,.;:!?]+?)\s+(?:away|out|off|back)\b"
)
# Where the name of a thing ends: "the writing in the corner".
_HEAD_ENDS: Final = re.compile(
    r"\b(?:in|on|at|from|over|under|near|with|to|by|behind|and|but|so|because|then|as|like|how|again|please|pls|plz|"
    r"now|completely|entirely)\b"
)
#: Words that name a change or its effect, and no thing in the picture.
CHANGES: Final = frozenset(
    "change changes edit edits edited editing step steps action operation effect effects filter filters adjustment "
    "adjustments correction corrections tweak tweaks modification modifications enhancement enhancements undo undone "
    "blur blurring sharpening sharpness contrast brightening brightness darkening colour colours color colors "
    "colouring saturation noise grain glow halo halos rim rims ring rings haze dehazing denoising smoothing softness "
    "heat infrared thermal tint cast warmth highlight highlighting emphasis boost lighting".split()
)
# What the picture as a whole is called; who removes one, means one that hangs on a wall.
_STATES: Final = frozenset(
    "picture image photo version state look original result settings setting fused before start beginning".split()
)
_WHAT_WAS_DONE: Final = frozenset("it everything all last latest previous thing things what whatever mess".split())
_SOME_STAY: Final = re.compile(
    r"\b(?:except|apart from|aside from|besides|other than|save for|(?:everything|all|rest) but)\b|"
    r"\b(?:start over|begin again|reset|everything|all|scratch)\b.*"
    r"\b(?:keep|leave) (?:only |just )?(?:the|my|those|these|what) (?!rest\b|others?\b)"
)
_POINTS: Final = re.compile(r"(?:all (?:of )?)?(?:it|that|this|them|those|these)(?: ones?)?(?: all)?")
_NAMES_ONE: Final = re.compile(r"(?:the|that|this|those|these|my|his|her|their|our|a|an|all|every|any|some)\s+\S")
_START: Final = re.compile(
    r"\b(?:at|to|in) the (?:very )?(?:start|beginning|outset)\b"
    r"|\b(?:to|back) (?:the )?(?:very )?first (?:picture|image|photo|one|version)\b"
    r"|\b(?:to|back|restore|bring|want) (?:me )?(?:the )?original"
    r"(?: (?:picture|image|photo|one|version))?(?: back)?\W*$"
    r"|\b(?:undo|take back|revert|reverse) (?:everything|it all)\b|\ball of (?:it|them|that)\W*$"
    r"|\b(?:everything|it all|them all) back\b|\bbefore (?:all|any) of (?:it|this|that)\W*$"
)
#: One change is named: "undo the change at the start", "undo that, the original was nicer".
_ONE_CHANGE: Final = re.compile(
    r"(?:\W|no\b|please\b)*(?:undo|take back|revert|reverse) (?:that|it|this|the)\b(?! all\b)"
)


def to_the_start(text: str) -> bool:
    """Whether words of taking back go all the way to the first picture, where a small model takes back one change.

    Example:
        >>> to_the_start("turn it back to how it was at the beginning"), to_the_start("undo that, it was better before")
        (True, False)
    """
    said = heard(text)
    return _START.search(said) is not None and _ONE_CHANGE.match(said) is None


def not_taken_back(text: str) -> str | None:
    """Why words that were read as undo, redo or reset are none: they are of a thing, or keep some; None: they are.

    Example:
        >>> not_taken_back("get rid of that last change") is None
        True
        >>> not_taken_back("get rid of the writing in the corner")[:22]
        'That cannot be done: n'
    """
    said = heard(text)
    if _SOME_STAY.search(said):
        return refusals.THINGS_BACK
    found = _VERB_AROUND.search(said) or _VERB_FIRST.search(said)
    if found is None or not _is_thing(found):
        return None
    return refusals.told("edit") if found["removes"] else refusals.THINGS_BACK


def _is_thing(found: re.Match[str]) -> bool:
    """Whether what is to be removed or put back is a thing in the picture."""
    head = _HEAD_ENDS.split(found["what"], maxsplit=1)[0].strip()
    words = frozenset(re.findall(r"[\w']+", head))
    if not words or _POINTS.fullmatch(head) or words & CHANGES:
        return False
    # Not at the top: what it needs takes a while to load, and few wishes get here.
    from wordfuse.fusion.regions.words.grammar import parse
    from wordfuse.fusion.regions.words.meaning import noun_in

    if noun_in(head) is not None:
        return True
    if words & _WHAT_WAS_DONE or (words & _STATES and not found["removes"]):
        return False
    if parse(re.sub(r"^(?:the|that|this|those|these|my)\s+", "", head)) is not None:
        return True
    # Nobody knows the noun. "Undo the mess" is of a change all the same, "remove the watermark" is not.
    return bool(found["removes"] or found["returns"]) and _NAMES_ONE.match(head) is not None
