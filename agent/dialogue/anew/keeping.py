"""Some of what was done taken back: "put everything back except the trees", "take back what you did to the sky"."""

import re
from collections.abc import Sequence

from wordfuse.agent.dialogue.anew.naming import counted, effect_named, is_of_colours, named_steps, steps_named
from wordfuse.agent.dialogue.anew.returning import unknown_edit
from wordfuse.agent.dialogue.anew.standing import MOST_STEPS, Anew, all_done, began, done_by, named, standing
from wordfuse.agent.model.words.taken_back import CHANGES
from wordfuse.agent.plan import Plan, Step
from wordfuse.agent.record import Instruction
from wordfuse.agent.telling.hearing import fully_read, heard, led_by
from wordfuse.fusion.regions.words.qualifiers import NUMBERS

NOTHING_YET = "Nothing was changed yet. Say what should change in the picture."
TOO_MANY = (
    "Too many changes came after it to be done anew without it. Say 'undo' for the last one, 'undo 3 steps' for more, "
    "or 'start over'."
)

_LEADS = led_by("no", "actually")
_ALL = (
    r"(?:everything(?: else)?|it all|all of (?:it|that)|all (?:of )?(?:the|my|your|these|those) (?:changes|edits|steps)"
    r"|(?:all )?the (?:rest|others?)|all)"
)
_BACK = (
    rf"(?:(?:undo|reset|revert|take back|put back|roll back|scrap|discard|forget) {_ALL}"
    rf"|(?:put|take|bring|set|change|turn|roll|get) {_ALL} back(?: (?:to|as|like|how|the way) [\w' ]+?)?"
    r"|(?:(?:go|take it|put it|all the way) )*back to the (?:very )?"
    r"(?:start|beginning|(?:original|first|fused)(?: (?:picture|image|photo|one|version))?)|start over(?: again)?)"
)
_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_LEADS}{_BACK}\W+(?:except(?: for)?|apart from|aside from|besides|other than|save for|but(?: not)?) "
        r"(?!keep |leave )(?P<kept>.+)",
        rf"{_LEADS}{_BACK}\W+(?:(?:and|but|just|only) )*(?:keep|leave) (?P<kept>.+)",
        rf"{_LEADS}(?:(?:just|only) )*(?:keep|leave) (?P<kept>.+?)\W+(?:(?:and|but|then) )*{_BACK}\W*",
    )
)
_DONE = r"(?:change|edit|step|effect|thing|one)s?"
_TO = r"(?:to|on|of|for|with|about)"
_NAMED_EDIT = (
    rf"(?:(?:what|everything|all) (?:that )?you (?:did|have done|changed) (?:{_TO} )?"
    rf"|(?:the |that |your )?{_DONE} {_TO} )?"
)
_REST_STAYS = (
    r"(?:\W+(?:and|but|then) (?:keep|leave) "
    r"(?:everything(?: else)?|all(?: the)?(?: others?| rest)?|the (?:rest|others?))(?: \w+){0,5})?"
    r"(?:\W+(?:both|all|two|three|every|each) times?)?"
)
_GONE = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_LEADS}(?:(?:just|only) )*(?:undo|revert|take back|roll back|cancel|reverse) (?:(?:just|only) )*"
        rf"{_NAMED_EDIT}(?P<gone>(?:the |that |those |my )?[\w' -]+?)(?: {_DONE})?{_REST_STAYS}(?:\W+please)?\W*",
        rf"{_LEADS}(?:(?:just|only) )*(?:take|roll) (?:(?:just|only) )*{_NAMED_EDIT}(?P<gone>(?:the |that |those |my )?"
        rf"[\w' -]+?)(?: {_DONE})? back{_REST_STAYS}(?:\W+please)?\W*",
    )
)
_AS_IT_WAS = (
    r"(?:(?:to )?(?:(?:exactly|just) )?(?:as|how|like|the way|what) (?:it|they|he|she|that|those) "
    r"(?:was|were|had been|looked|used to be)(?: before| at first| originally)?|to normal|as before|like before)"
)
#: "Put the people back as they were", "bring the original colours back".
_PUT_BACK = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_LEADS}(?:put|bring|turn|set|change|get|make|return|give me) (?:the |that |those |my |his |her )"
        rf"(?P<gone>[\w' -]+?) back(?: {_AS_IT_WAS})?(?:\W+please)?\W*",
        rf"{_LEADS}(?:bring|put|get|give me|restore) (?:back )?(?:the |that |those |my |his |her )"
        r"(?:original|old|natural) (?P<gone>[\w' -]+?)(?:\W+please)?\W*",
    )
)
_FIRST_ONES = re.compile(r"^(?:original|old|natural|real|true|normal) ")
#: So many of the last changes, but for one of them: "take back the last two changes but keep the blurred faces".
_LAST_BUT = re.compile(
    rf"{_LEADS}(?:undo|revert|take back|roll back|cancel|reverse) (?:the |my |your )?last (?:(?P<count>\w+) )?{_DONE}"
    r"\W+(?:(?:but|and|though|only|just|please) )*(?:keep|leave|not) (?P<kept>.+)"
)
_KEEPS = re.compile(r"\b(?:keep|leave|but|except|without)\b")
_DOING = re.compile(
    r"(?:the |that |your )?\w+ing(?: (?:of|on|in|to) .+)?"
)  # names an edit and no thing: "the sharpening"
_TAIL = re.compile(r"(?:\W+(?:please|alone|in|as (?:it|they) (?:is|are)))*\W*$")
_LAST = re.compile(r"(?:the )?(?:very )?(?:last|latest)(?: one| thing| step| edit| change)?")
_ABOUT = re.compile(
    r"^(?:what you did (?:to|with|for|on) )?(?:the )?(?:(?:edit|change|step|one|thing)s? (?:to|on|of|for|with|about) )?"
    r"(?:the |my |those |these |that )?|(?: (?:edit|change|step)s?)$"
)


def kept(text: str, told: Sequence[Instruction]) -> Anew | None:
    """What is left where everything is taken back but something; None where that is not asked.

    Args:
        text: the instruction.
        told: those before it.

    Returns:
        A refusal that says which steps there are where it is not clear which stay.
    """
    said = heard(text)
    found = fully_read(said, _PATTERNS)
    if found is None:
        return None
    there, what = standing(told), _TAIL.sub("", found["kept"])
    if not there:
        return Anew(Plan(refusal=NOTHING_YET), None)
    steps = all_done(there)
    stay = done_by(there[-1]) if _LAST.fullmatch(what) else named_steps(steps, _names(what))
    if not 0 < len(stay) <= MOST_STEPS or len(stay) == len(steps):
        return Anew(_asked(steps), None)
    return Anew(Plan(steps=stay), began(there[0]))


def without(text: str, told: Sequence[Instruction]) -> Anew | None:
    """What is left where the edits of a region, or one kind of edit, are taken back; None where none is known by it.

    Args:
        text: the instruction.
        told: those before it.
    """
    said = heard(text)
    some = _LAST_BUT.fullmatch(said)
    if some is not None:
        return _last_but(some["count"] or "one", _TAIL.sub("", some["kept"]), standing(told))
    found = fully_read(said, _GONE)
    put_back = fully_read(said, _PUT_BACK) if found is None else None
    found = found or put_back
    if found is None:
        return None
    there = standing(told)
    place = counted(found["gone"], len(there))
    if place is not None and place < 0:
        return Anew(Plan(refusal=_fewer(found["gone"], there)), None)
    if place is not None:
        return _anew(there, place, all_done(there[place + 1 :]))
    if _KEEPS.search(found["gone"]):
        return None
    of = _FIRST_ONES.sub("", found["gone"]) if put_back else found["gone"]
    done = all_done(there)
    gone = steps_named(done, _names(of))
    if put_back and not gone:
        if not CHANGES.intersection(of.split()):
            return None  # a thing that an edit went over: that is for what is to stay
        # Nearer to the infrared picture, colours fade too.
        gone = [step for step in done if is_of_colours(of) and (step.task, step.direction) == ("incline", "infrared")]
        if not gone:
            return Anew(Plan(refusal=unknown_edit(of, there)), None)
    first = next((place for place, said in enumerate(there) if any(step in gone for step in done_by(said))), None)
    if first is None:
        of_nothing = there and _DOING.fullmatch(found["gone"]) and effect_named(found["gone"])
        return Anew(Plan(refusal=unknown_edit(found["gone"], there)), None) if of_nothing else None
    return _from(there, first, gone)


def _last_but(count: str, kept: str, there: Sequence[Instruction]) -> Anew | None:
    """What is left where so many of the last changes are taken back, but for those that are to be kept."""
    number = int(count) if count.isdecimal() else NUMBERS.get(count, 0)
    if not 0 < number <= len(there):
        return None
    first = len(there) - number
    last, names = all_done(there[first:]), _names(kept)
    stay = [step for name in names for step in steps_named(last, [name])]
    known = stay or steps_named(all_done(there[:first]), names)
    if not known:
        return Anew(_asked(last), None)
    if not stay and number > 1:
        told = f"That was done before the last {number} changes, so they can go: say 'undo {number} steps'."
        return Anew(Plan(refusal=told), None)
    return _from(there, first, [step for step in last if step not in stay])


def _from(there: Sequence[Instruction], first: int, gone: Sequence[Step]) -> Anew | None:
    """What was done from a wish on, anew without some of it."""
    return _anew(there, first, [step for step in all_done(there[first:]) if step not in gone])


def _anew(there: Sequence[Instruction], first: int, stay: list[Step]) -> Anew | None:
    """What stays, done anew from where a wish began."""
    if not stay:
        return Anew(Plan(control="undo"), None) if first == len(there) - 1 else None
    if len(stay) > MOST_STEPS:
        return Anew(Plan(refusal=TOO_MANY), None)
    return Anew(Plan(steps=stay), began(there[first]))


def _names(words: str) -> list[str]:
    """What words name, one after the other, without what is said of edits."""
    return [_ABOUT.sub("", part) for part in re.split(r", | and |&", words)]


def _fewer(words: str, there: Sequence[Instruction]) -> str:
    """What is said where an edit is counted out that there is not."""
    if not there:
        return NOTHING_YET
    edits = "1 edit" if len(there) == 1 else f"{len(there)} edits"
    done = named(f"{at}. {step}" for at, said in enumerate(there, 1) for step in done_by(said))
    which = words.removeprefix("the ").split()[0]
    return f"There is no {which} edit: the picture is made of {edits}: {done}. Say 'undo' for the last."


def _asked(steps: Sequence[Step]) -> Plan:
    """What is said where it is not clear which steps stay."""
    told = f"It is unclear what is to stay. Done were: {named(steps)}. Say 'undo everything except' and one of their"
    return Plan(refusal=f"{told} regions, 'undo' for the last one, or 'start over'.")
