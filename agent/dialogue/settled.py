"""Wishes and questions whose meaning stands in their words, so that no language model is asked for it.

Numbers and boxes are never drawn into a result. Who asks for them wants to see where things are: that is a question,
and its answer has a picture with all of them numbered. What is written somewhere, and who somebody is, nobody here can
tell. Whether a car was just driven, its heat tells. Who zooms in wants to look, and gets a picture of that part.
"""

import re
from collections.abc import Sequence

from wordfuse.agent.dialogue.driven import driven_in
from wordfuse.agent.plan import Plan, Query
from wordfuse.agent.record import Instruction
from wordfuse.agent.telling.closer import closer_in, whole_again
from wordfuse.agent.telling.hearing import heard, led_by
from wordfuse.agent.telling.looks import looks_in
from wordfuse.agent.telling.two import two_in
from wordfuse.fusion.regions.words.grammar import parse
from wordfuse.fusion.regions.words.meaning import noun_in
from wordfuse.tools.types import Region

_LEADS = led_by("also", "just", "let'?s")
_ROUND = (
    r"(?:a |an |one )?(?:thin |big |small |numbered |red |yellow |green |white |blue |orange )*"
    r"(?:box|boxes|circles?|rings?|frames?|outlines?|rectangles?|numbers?|labels?) (?:around|round|on|at|over|to)"
)
_MARK = re.compile(
    rf"{_LEADS}(?:(?:mark|circle)(?: (?:out|up))?|(?:draw|put|add) {_ROUND}"
    # "Number plate" and "label on the box" are things.
    r"|(?:box|outline|number|label|tag)"
    r"(?= (?:all|both|each|every|any|the|these|those|my|people|cars|everyone|everybody)\b)) "
    r"(?!(?:of|on|in|at)\b)(?P<what>[\w' ,&-]+?)"
    r"(?: (?:for me|please|now|too|as well|in the (?:picture|image|photo)))*\W*",
    re.IGNORECASE,
)
_ALL = re.compile(r"^(?:(?:all|each|every|any|both)(?: of)? )?(?:(?:the|these|those|my|single|one of the) )*")
# What more is asked of them than to be marked: then they are to be changed.
_MORE = re.compile(
    r"\b(?:in|with)? ?(?:red|yellow|green|blue|orange|white|pink|purple)\b|\bso (?:that|they|he|she|it)\b|\bby\b.*ing\b"
)
# What a second wish begins with: it is no thing to be marked.
_ORDER = re.compile(
    rf"{led_by('also')}"
    r"(?:brighten|lighten|darken|dim|sharpen|blur|denoise|dehaze|destripe|clean|smooth|make|"
    r"turn|show|tell|count|give|bring|take|get|put|remove|undo|reduce|increase|raise|lower|boost|crop|zoom|save|hide|move|add|fix)\b"
)
#: What is measured of a place is told with what is wrong there.
_WRONG = re.compile(
    rf"{_LEADS}(?:what(?:'s| is)|is (?:there )?(?:any|some)thing) (?:so )?(?:wrong|the (?:matter|problem)|off) "
    r"(?:with|in|about) (?:the |that |this |those |these )?(?P<what>[\w' -]{2,60}?)\W*"
)
#: What nobody here can judge; what is in the picture is told then.
_UNUSUAL = re.compile(
    rf"{_LEADS}(?:(?:is|are) there |(?:do|can) you (?:see|notice|spot) |see |got |have you )?"
    r"any(?:thing|one|body) "
    r"(?:suspicious|unusual|strange|odd|interesting|weird|out of place|off|notable|going on|to worry about|dangerous)"
    r"(?: (?:here|there|going on|in (?:it|there|here|the picture|this picture|this)|out there|to see))*\W*"
)
_LEVEL = re.compile(
    rf"{_LEADS}(?:(?:(?:tell|give|show|get) (?:me|us)|what(?:'s| is| are)|read|report|measure|check) )"
    r"the (?:exact |mean |average |surface )?(?:temperatures?|brightness|noise(?: level)?) (?:of|in|on|at) "
    r"(?:the |that |this |those |these |my )?(?P<what>[\w' -]{2,60}?)(?: (?:please|too|as well|then|now))*\W*"
)
_IT = re.compile(r"it|this|that|them|everything|you|(?:whole )?(?:picture|image|photo|thing)")
_READ = re.compile(
    rf"{_LEADS}(?:read (?:me |us |out |aloud )*(?:the|that|this|what|out)\b.*|what (?:does|do) .{{1,60}} say\W*|"
    r"what(?:'s| is| are) (?:written|printed|the (?:text|writing|words|letters|number(?= on )|numbers(?= on ))) .*|"
    r"what(?:'s| is) the (?:licen[cs]e|number(?= plate)|registration)(?: plate)?(?: number)?(?: (?:of|on) .*)?\W*|"
    r"what(?:'s| is) (?:it|that|on the (?:sign|plate|label|board)) say(?:ing)?\W*)",
    re.IGNORECASE,
)
_SAYS = re.compile(
    rf"{_LEADS}(?:what (?:does|do) (.{{1,60}}) say|(?:what(?:'s| is| are) (?:written|printed) on|read (?:out )?)"
    r" ?((?:the|that|this) [\w' -]{2,60}))\W*"
)
_WHO = re.compile(
    rf"{_LEADS}who(?:'s|s| is| are| was) (?:(?:that|this|it|those|these|there|he|she|the)\b ?)*(?P<what>[\w' -]*?)\W*",
    re.IGNORECASE,
)
_FAR = re.compile(rf"{_LEADS}how (?:far|distant)(?: away| off)?(?: is| are| do| does)\b.*", re.IGNORECASE)
_FAR_TOO = re.compile(r"\bhow (?:far|distant)(?: away| off)?(?: is| are| do| does)?\b")
# What begins a place in "who is that on the left".
_PLACED = frozenset("on in at by behind before under near next beside over with to left right there".split())

#: What is done to the frame of a picture, said alone.
_FRAMED = re.compile(
    rf"{_LEADS}(?:crop|rotate|flip|mirror|resize|rescale|straighten)\b(?! out\b)"
    r"(?!.*\b(?:and|then|but|so)\b)[^,;.!?]*\W*"
)

KEEPS_ITS_FRAME = (
    "A result has the size and the place of its pair: it is not cropped, turned or resized. To look closer, say "
    "'zoom in on the man'."
)
READS_NOTHING = (
    "Text is not read here: what a plate or a sign says has to be seen by eye. 'Sharpen the car' or 'more contrast on "
    "the sign' may make it clearer."
)
TELLS_NOBODY = "Who somebody is cannot be told from the picture."
JUDGES_NOTHING = "Whether any of it is out of the ordinary nobody here can judge."
TELLS_NO_DISTANCE = "How far away something is cannot be measured here: the pictures hold no distances."


def settled(text: str, told: Sequence[Instruction] = ()) -> Plan | None:
    """The plan of words that mean one thing only; None: a language model is to read them.

    Args:
        text: the words.
        told: the instructions before: "zoom in" is on what was spoken of last.

    Example:
        >>> settled("mark all the people in the picture").question.region.phrases
        ['people']
    """
    said = heard(text)
    closer = closer_in(text)
    if closer is not None:
        return Plan(question=Query(kind="find", region=Region(phrases=[closer]) if closer else _spoken_of(told)))
    if whole_again(text):
        return Plan(control="show")
    if _FRAMED.fullmatch(said):
        return Plan(refusal=KEEPS_ITS_FRAME)
    if _READ.fullmatch(said) or _FAR.fullmatch(said):
        return Plan(question=Query(kind="describe", region=Region(phrases=_said_to_say(said))))
    two = two_in(text, next((noun for name in reversed(_spoken_of(told).phrases) if (noun := noun_in(name))), None))
    if two is not None:
        return Plan(question=Query(kind="measure", region=Region(phrases=[two.one[:80], two.other[:80]])))
    looks = looks_in(text)
    if looks is not None:
        return Plan(question=Query(kind="why", region=Region(phrases=[looks.where[:80]] if looks.where else [])))
    wrong = _WRONG.fullmatch(said)
    if wrong is not None and not _IT.fullmatch(wrong["what"]):
        return Plan(question=Query(kind="measure", region=Region(phrases=[wrong["what"][:80]])))
    level = _LEVEL.fullmatch(said)
    if level is not None and not _IT.fullmatch(level["what"]):
        named = re.split(r" and (?:(?:of|in|on|at) )?(?:the )?", level["what"])
        return Plan(question=Query(kind="measure", region=Region(phrases=named[:8])))
    if _UNUSUAL.fullmatch(said):
        return Plan(question=Query(kind="describe"))
    vehicles = driven_in(text)
    if vehicles is not None:
        return Plan(question=Query(kind="hottest", region=Region(phrases=[vehicles])))
    marked = _MARK.fullmatch(said)
    if marked is not None and not _MORE.search(marked["what"]):
        things = [_ALL.sub("", part.strip()) for part in re.split(r",|\band\b|&", marked["what"])]
        if all(_is_named(thing) for thing in things) and not any(_ORDER.match(thing) for thing in things[1:]):
            return Plan(question=Query(kind="find", region=Region(phrases=[*dict.fromkeys(things)])))
    who = _WHO.fullmatch(said)
    if who is not None:
        place = who["what"].strip()
        if place and noun_in(place.partition(" ")[0]) is None and place.partition(" ")[0] not in _PLACED:
            return None  # "who are you"
        what = place if noun_in(place.partition(" ")[0]) else f"person {place}".strip()
        return Plan(question=Query(kind="find", region=Region(phrases=[what[:80]])))
    return None


def _said_to_say(said: str) -> list[str]:
    """What a question thinks something stands on: what follows may be about it, as in "..., make it readable"."""
    found = _SAYS.fullmatch(said)
    what = found and _ALL.sub("", next(filter(None, found.groups())))
    return [what] if what and what not in ("it", "that", "they") else []


def cannot_tell(text: str) -> str | None:
    """What a question asks for that no picture of ours tells: what is written there, how far something is."""
    said = heard(text)
    if _READ.fullmatch(said):
        return READS_NOTHING
    return TELLS_NO_DISTANCE if _FAR.fullmatch(said) else None


def cannot_tell_too(text: str) -> str | None:
    """What a question asks for that its answer does not hold: "how many are there, and how far away are they?"."""
    if _UNUSUAL.fullmatch(heard(text)):
        return JUDGES_NOTHING
    return TELLS_NO_DISTANCE if _FAR_TOO.search(heard(text)) and cannot_tell(text) is None else None


def asks_who(text: str) -> bool:
    """Whether a question is who somebody is."""
    return _WHO.fullmatch(heard(text)) is not None


def asks_to_mark(text: str) -> bool:
    """Whether somebody wants things marked rather than asks where they are."""
    return _MARK.fullmatch(heard(text)) is not None


def _spoken_of(told: Sequence[Instruction]) -> Region:
    """The region that was spoken of last; the whole picture where none was."""
    for said in reversed(told):
        asked = [said.plan.question.region] if said.plan.question is not None else []
        named = [region for region in (*asked, *(step.region for step in said.planned)) if region.phrases]
        if named:
            return named[-1]
    return Region()


def _is_named(thing: str) -> bool:
    """Whether words name things that may be looked for."""
    return bool(thing) and (noun_in(thing) is not None or parse(thing) is not None)
