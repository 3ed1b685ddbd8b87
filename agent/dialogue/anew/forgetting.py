"""Of a wish, one part that is no longer wanted: "forget the wheels, just keep the sharpening"."""

import re
from collections.abc import Sequence

from wordfuse.agent.dialogue.anew.naming import steps_named
from wordfuse.agent.dialogue.anew.standing import MOST_STEPS, Anew, all_done, began, done_by, named, standing
from wordfuse.agent.plan import Plan
from wordfuse.agent.record import Instruction
from wordfuse.agent.telling.hearing import fully_read, heard, led_by

_SAY = "Say 'undo' for the last change, or what should change, as in 'brighten the road'."

_LEADS = led_by("no", "actually", "oh", "please", "just", "maybe", "let'?s", "you (?:can|may)", "never mind")
_THING = r"(?:about )?(?:the|that|those|these|my|any) (?P<{}>[\w' -]{{2,60}}?)"
_ONLY = r"(?:(?:just|only|do|still) )*(?:keep|leave|want|need|do|i(?:'d)? (?:want|need|like))(?: (?:just|only))*"
_STAYS = rf"(?:\W+(?:(?:and|but|so) )*{_ONLY} (?:the |that |those |my )?[\w' -]{{2,60}}?)?"
_TAIL = r"(?:\W+(?:please|then|though|after all|instead|is (?:fine|enough|ok|okay|good)))*\W*"
_FORGETS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_LEADS}(?:forget|ignore|scrap|never ?mind|don'?t bother with|leave out) {_THING.format('gone')}"
        rf"(?: (?:then|though|after all|please))*{_STAYS}{_TAIL}",
        rf"{_LEADS}(?:i )?no longer (?:want|need) {_THING.format('gone')}{_STAYS}{_TAIL}",
        rf"{_LEADS}(?:i )?do(?:n'?t| not) (?:want|need) {_THING.format('gone')} (?:any ?more|after all){_STAYS}{_TAIL}",
    )
)
# What "forget" is said of that is no part of a wish: all of it, an edit, the turn.
_NO_PART = re.compile(
    r"(?:(?:last|previous|whole|first|other) )*(?:(?:one|thing|step|edit|change)s?|wish|request|rest|lot|question|"
    r"picture|image|photo)"
)


def forgotten(text: str, told: Sequence[Instruction]) -> Anew | None:
    """What is left of the last edit without the part that is to be forgotten; None where nothing is.

    What was never done is forgotten by itself: then nothing changes, and that is said. Nothing is undone for it.

    Args:
        text: the instruction.
        told: those before it.
    """
    said = heard(text)
    found = fully_read(said, _FORGETS)
    if found is None or _NO_PART.fullmatch(found["gone"]):
        return None
    there = standing(told)
    if not there:
        return Anew(Plan(refusal=f"Nothing was done to '{found['gone']}': the picture stays as it is. {_SAY}"), None)
    names = re.split(r", | and |&", found["gone"])
    last = next((said for said in reversed(there) if steps_named(done_by(said), names)), None)
    if last is None:
        return Anew(Plan(refusal=_stays(found["gone"], there[-1])), None)
    first = there.index(last)
    gone = steps_named(done_by(last), names)
    left = [step for step in done_by(last) if step not in gone]
    left += all_done(there[first + 1 :])
    if not left:
        return Anew(Plan(control="undo"), None)
    return Anew(Plan(steps=left), began(last)) if len(left) <= MOST_STEPS else None


def _stays(gone: str, last: Instruction) -> str:
    """What is said where nothing was done to what is to be forgotten."""
    return f"Nothing was done to '{gone}', so nothing changes: {named(done_by(last))} stays. {_SAY}"
