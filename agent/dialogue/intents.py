"""What a person says in a conversation that is no wish for an edit: undo, redo, why, show, thanks, goodbye.

Only whole sentences that mean nothing else are read here; all others are for the language model, which reads "too much"
or "the same for the cars" by the plan of the turn before.
"""

import re
from typing import Literal

from wordfuse.agent.dialogue.anew.returning import leads_back
from wordfuse.agent.telling.hearing import led_by
from wordfuse.agent.telling.looks import looks_in

Intent = Literal[
    "undo", "redo", "reset", "why", "history", "show", "compare", "praise", "regret", "help", "quit", "skip", "save"
]
Picture = Literal["infrared", "visible", "fused", "result"]

_IT = r"(it|that|this|the last (one|step|edit|change|thing)|last (one|step|edit|change)|the (edit|change))"
_TIMES = {"once": 1, "one": 1, "twice": 2, "two": 2, "three": 3, "four": 4, "five": 5}
_COUNT = rf"({'|'.join(_TIMES)}|[1-9])"
_PICTURES: dict[Picture, str] = {
    "infrared": "infrared|thermal|ir|heat",
    "visible": "visible|normal|ordinary|rgb|colou?r",
    "fused": "fused|original|first",
    "result": "result|current",
}
_NAMED_AS = r"(?:picture|image|photo)"
_BACK = rf"(?:undo|(?:go |step )?back)(?: (?:the|my))?(?: last)? {_COUNT}(?: (?:times|steps?|edits?|changes?))?"
_AGO = (
    r"(?:(?:go |take (?:it|me) |put it )?(?:back )?to )?(?:how|what|the way|where) "
    rf"(?:it|things|we|that|the {_NAMED_AS}) (?:was|were|looked)(?: like)? {_COUNT} "
    r"(?:steps?|edits?|changes?|turns?|times?) (?:ago|before|earlier|back)"
)
# As the picture was at first: "scrap all of it", "bring the original back", "keep it as it was at the start".
_ALL_DONE = (
    r"(?:it all|all of (?:it|that|this)|everything(?: (?:that )?(?:you|we) (?:did|have done|changed))?"
    r"|all (?:of )?(?:the |your |my |these |those )?(?:changes|edits|steps))"
)
_AT_FIRST = (
    r"(?:(?:very )?(?:at|in|from) the (?:very )?(?:start|beginning|outset)|originally|at first|to begin with"
    r"|to start with|when (?:we|i|you) (?:started|began))"
)
_ORIGINAL = rf"the (?:original|first|fused|starting|unedited|untouched)(?: (?:{_NAMED_AS}|one|version))?"
_WHOLE = rf"(?:it|this|things|everything|the {_NAMED_AS})"
_RESTORED = (
    rf"(?:scrap|discard|throw away|wipe) {_ALL_DONE}|"
    r"(?:drop|forget) (?:everything (?:that )?(?:you|we) (?:did|have done|changed)"
    r"|all (?:the |your |my )?(?:changes|edits))|"
    r"(?:(?:keep|leave|put|make|have|get|bring|return|restore|set|take|turn|change|roll|i (?:want|need|prefer|like)) "
    rf"{_WHOLE} (?:back )?)?"
    rf"(?:to )?(?:as|like|how|the way|what) (?:it|things|the {_NAMED_AS}|everything) (?:was|were|looked) {_AT_FIRST}|"
    rf"(?:i (?:want|need|prefer)|give me|get me|let me have|bring|put|get|have) {_ORIGINAL} back(?: again)?|"
    rf"(?:bring|give me|get) back {_ORIGINAL}|restore {_ORIGINAL}"
)
_ANY_PICTURE = "|".join(_PICTURES.values())
_NAMED = rf"({_NAMED_AS}|one|view|result)"
_PICTURE = rf"({_IT}|the {_NAMED})"
_SO_FAR = r"( (so far|until now|up to now|till now|already|in total|in all))?"
_FILE = r"[^\s'\"<>|:*?]+\.(?:png|jpe?g|tiff?)"
_PATTERNS: dict[Intent, str] = {
    "undo": rf"undo( {_IT})?|revert( {_IT})?|(go|step) back( one step)?|take {_IT} back|take back {_IT}|"
    rf"put {_IT} back|undo what you (just )?did|scratch that|as (it was )?before|{_BACK}|{_AGO}|"
    r"((go |put it |take it )?back to )?(how|what|the way) it (was|looked)( like)?( just)? before",
    "redo": rf"redo( {_IT})?|(no )?bring {_IT} back|do {_IT} again after all|undo the undo",
    "reset": r"(start|begin) (over|again|anew|afresh)|reset( everything| it all| all)?|undo (everything|it all|all)|"
    r"start from scratch|((go|take (me|it)|turn it) )?(all the way )?(back )?to the (very )?(start|beginning|"
    rf"(fused|original|first)( (image|picture|one))?)|{_RESTORED}",
    "why": rf"why|why (not|so|that|is that|did (you|it)( do)?( {_IT})?|was that)|how (come|so)|explain( {_IT})?|"
    r"what (happened|did you do|have you done|went wrong)|why (did|does|was|is|has|have)n'?t? .{1,60}",
    "history": rf"(what|everything) (all )?(did you do|have you done|you did|you have done|(did|have) you changed?)"
    rf"( (to|with) {_PICTURE})?{_SO_FAR}|what (was|has been|is) (done|changed)( (to|with) {_PICTURE})?{_SO_FAR}|"
    r"((tell|show) me|list|say)( again)? (what|everything)( all)? you('ve| have)? (did|done|changed?)"
    rf"( (to|with) {_PICTURE})?{_SO_FAR}|"
    rf"what changed{_SO_FAR}|((show( me)?|list) )?((the|all) )?history|"
    rf"(show( me)?|list) ((the|all|all the) )?(edits|changes|steps)( you made)?{_SO_FAR}",
    "show": rf"compare ({_IT} |the (picture|result) )?(with|to|and|against) the ({_ANY_PICTURE})( {_NAMED})?|"
    r"show( (me|it|that|the (result|picture|image)))*|let me see( it| that)?|let'?s see( it)?|"
    rf"how does it look( now)?|show( me)?( only| just)?( the)? ({_ANY_PICTURE})( {_NAMED})?( only| alone)?",
    "save": r"(save|export|download|store)( (it|this|that)|( (the|this))?( current)? (picture|image|result))?"
    rf"( (as|to|in|under|into))?( (an?|the))?( (png|jpe?g|tiff?|{_FILE}))?( file| format| picture| image)?",
    "compare": r"compare( (it|that|them|both))?( (with|to|against) "
    r"(before|how it was|the (start|beginning|first one)))?|(show me )?before and after|show me the difference|"
    r"what('?s| is) the difference",
    "praise": r"(many )?thanks?( you)?( a lot| so much| very much)?|thx|(very |that'?s |looks |it looks |this is )?"
    r"(good|great|nice|perfect|fine|better|lovely|excellent|beautiful|ok|okay|cool|wonderful)( job| work)?( now)?"
    r"( thanks?( you)?)?",
    "regret": rf"i (do not|don'?t) like {_IT}|{_IT} is (worse|bad|wrong|not what i (meant|wanted))|"
    r"that'?s (worse|bad|wrong|not what i (meant|wanted))|not like that|no not that|that looks (bad|worse|wrong)",
    "help": r"help( me)?( please)?|what can you do|what can i (say|ask|do)|how does this work",
    "skip": r"skip( it| this| that)?|yes|no|yep|nope|yeah",
    "quit": r"(?:(?:(?:many )?thanks?(?: you)?(?: a lot| so much)?|thx|great|good|ok|okay|perfect|cheers|"
    r"that'?s (?:all|it|enough)(?: for (?:now|today))?|i'?m (?:happy|fine|good|done)(?: with (?:it|that|this))?) "
    r"(?:and |then )?)*(?:quit|exit|bye(?: bye)?|good ?bye|i'?m done|leave|see you(?: later)?)(?: then)?",
}
_FORMAT = re.compile(rf"({_FILE}|\b(?:png|jpe?g|tiff?))\b", re.IGNORECASE)
# How a second request begins.
_ORDERS = re.compile(
    rf"{led_by('also', 'just', 'only', 'rather', 'instead', 'i want')}(?:i'?d (?:like|rather) )?"
    r"(?:make|brighten|lighten|darken|dim|denoise|blur|sharpen|soften|remove|reduce|"
    r"increase|turn|highlight|emphasi[sz]e|clean|smooth|improve|enhance|show|give|bring|lift|tone|take|put|tell|say|count|find|mark|"
    r"colou?r|recolou?r|dehaze|destripe|mute|do)\b",
    re.IGNORECASE,
)
# What is otherwise than it was then: "... but with the people brighter", "... with less noise".
_BUT_WITH = re.compile(r"(?:but )?(?:just |only )?with (?P<what>.+)", re.IGNORECASE)
# That an edit went the wrong way: "no! the opposite, I want the sky bluer".
_OPPOSITE = re.compile(
    r"(?:no )?(?:that'?s |that is |i (?:want|wanted|meant|said) )?(?:the )?(?:exact |very )?"
    r"(?:opposite|(?:other|wrong) way(?: a?round)?)"
)
# What was to be done instead: "undo that, I meant the whole trunk".
_MEANT = re.compile(
    r"(?:(?:no|sorry|because|as|what|but)\W+)*i (?:really |actually )?(?:mean|meant|want|wanted)(?: you)?"
    r"(?: to| was| is)? (?P<what>.+)",
    re.IGNORECASE,
)
_COMPILED = {intent: re.compile(pattern) for intent, pattern in _PATTERNS.items()}


def intent_of(text: str) -> Intent | None:
    """What a sentence asks of the conversation itself; None where it is a wish for an edit.

    Example:
        >>> intent_of("Undo that, please!")
        'undo'
        >>> intent_of("undo the glare on the road") is None
        True
    """
    words = _plain(text)
    if "?" in text.rstrip(" .!?"):
        return None  # "why is it dark? brighten it" goes on with a wish
    found = next((intent for intent, pattern in _COMPILED.items() if pattern.fullmatch(words)), None)
    return None if found == "why" and looks_in(text) is not None else found  # of the picture, not of a turn


def times_in(text: str) -> int:
    """How many edits are to be taken back by what was read as "undo": "go back two steps"; one where no number stands.

    Example:
        >>> times_in("undo the last 3 edits")
        3
    """
    found = re.fullmatch(_BACK, _plain(text)) or re.fullmatch(_AGO, _plain(text))
    return 1 if found is None else _TIMES.get(found[1]) or int(found[1])


def points_back(text: str) -> bool:
    """Whether words that were read as "undo" are of the last turn, whatever came of it: "undo that", "scratch that".

    "Undo" and "undo the last edit" are of what changed the picture last.
    """
    return re.search(r"\b(it|that|this|what you (just )?did)\b", _plain(text)) is not None and times_in(text) == 1


def parted(text: str) -> tuple[str, str] | None:
    """A control and what is asked for after it in the same breath: "undo that, and tell me what you changed so far".

    Returns:
        Both; None where there are no two. What only says why ("undo that, it is ugly") is no second request.
    """
    if intent_of(text) is not None:
        return None
    for between in re.finditer(r"\s*[,;.!:]\s*(?:(?:and|then|but|now)\s+)*|\s+(?:and\s+then|and|then|but)\s+", text):
        first, second = text[: between.start()], text[between.end() :]
        turned = _OPPOSITE.fullmatch(_plain(first)) is not None
        if not second.strip() or not (
            turned or intent_of(first) in ("undo", "redo", "reset", "history") or leads_back(first)
        ):
            continue
        first = "undo that" if turned else first
        meant = _MEANT.fullmatch(second)
        if meant is not None and intent_of(meant["what"]) is None:
            return first, second if re.match(r"(?:it|to|you)\b", meant["what"]) else meant["what"]
        otherwise = _BUT_WITH.fullmatch(second)
        if otherwise is not None and "but" in text[between.start() : between.end() + 3]:
            return first, _wish_of(otherwise["what"])
        then = intent_of(second)
        if then in ("praise", "regret", "skip", "quit") or (then == "undo" and intent_of(first) == "undo"):
            return None
        if then is not None or _ORDERS.match(second) or second.rstrip().endswith("?"):
            return first, second
    return None


def _wish_of(what: str) -> str:
    """What is to be otherwise, as a wish: "the people brighter" is made so, "less noise" is wanted."""
    return f"make {what}" if re.match(r"(?:the|that|those|these|all|my|his|her|their)\b", what.casefold()) else what


def _plain(text: str) -> str:
    """The words of a sentence, without what only makes it polite."""
    words = re.sub(r"[,!?;:\u2026]+|\.+(?=\s|$)", " ", text.casefold().replace("\u2019", "'"))
    words = " ".join(words.split())
    words = re.sub(rf"^{led_by('no', 'actually')}(?=\S)", "", words)
    return re.sub(r"\s+(please|again please|then|now please)$", "", words)


def picture_in(text: str) -> Picture | None:
    """Which picture is to be shown by what was read as "show"; None where it is not said."""
    return next((name for name, words in _PICTURES.items() if re.search(rf"\b({words})\b", text.casefold())), None)


def file_in(text: str) -> str | None:
    """The file, or only its format, that a picture is to be saved as: "out.png", "jpg"; None where none is named."""
    found = _FORMAT.search(text)
    return found[1] if found else None
