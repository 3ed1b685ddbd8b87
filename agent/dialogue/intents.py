"""What a person says in a conversation that is no wish for an edit: undo, redo, why, show, thanks, goodbye.

Only whole sentences that mean nothing else are read here; all others are for the language model, which reads "too much"
or "the same for the cars" by the plan of the turn before.
"""

import re
from typing import Literal

Intent = Literal["undo", "redo", "reset", "why", "show", "compare", "praise", "regret", "help", "quit", "skip"]

_IT = r"(it|that|this|the last (one|step|edit|change|thing)|last (one|step|edit|change)|the (edit|change))"
_PATTERNS: dict[Intent, str] = {
    "undo": rf"undo( {_IT})?|revert( {_IT})?|(go|step) back( one step)?|take {_IT} back|take back {_IT}|"
    rf"put {_IT} back|undo what you (just )?did|scratch that|as (it was )?before",
    "redo": rf"redo( {_IT})?|(no )?bring {_IT} back|do {_IT} again after all|undo the undo",
    "reset": r"(start|begin) (over|again|anew|afresh)|reset( everything| it all| all)?|undo (everything|it all|all)|"
    r"back to the (start|beginning|fused (image|picture))",
    "why": rf"why|why (not|so|that|is that|did (you|it)( do)?( {_IT})?|was that)|how (come|so)|explain( {_IT})?|"
    r"what (happened|did you do|have you done|went wrong)|why (did|does|was|is|has|have)n'?t? .{1,60}",
    "show": r"show( (me|it|that|the (result|picture|image)))*|let me see( it| that)?|let'?s see( it)?|"
    r"how does it look( now)?",
    "compare": r"compare( (it|them|both))?|(show me )?before and after|show me the difference|"
    r"what('?s| is) the difference",
    "praise": r"(many )?thanks?( you)?( a lot| so much| very much)?|thx|(very |that'?s |looks |it looks |this is )?"
    r"(good|great|nice|perfect|fine|better|lovely|excellent|beautiful|ok|okay|cool|wonderful)( job| work)?( now)?"
    r"( thanks?( you)?)?",
    "regret": rf"i (do not|don'?t) like {_IT}|{_IT} is (worse|bad|wrong|not what i (meant|wanted))|"
    r"that'?s (worse|bad|wrong|not what i (meant|wanted))|not like that|no not that|that looks (bad|worse|wrong)",
    "help": r"help( me)?( please)?|what can you do|what can i (say|ask|do)|how does this work",
    "skip": r"skip( it| this| that)?|yes|no|yep|nope|yeah",
    "quit": r"quit|exit|bye|good ?bye|i'?m done|leave|see you",
}
_COMPILED = {intent: re.compile(pattern) for intent, pattern in _PATTERNS.items()}


def intent_of(text: str) -> Intent | None:
    """What a sentence asks of the conversation itself; None where it is a wish for an edit.

    Example:
        >>> intent_of("Undo that, please!")
        'undo'
        >>> intent_of("undo the glare on the road") is None
        True
    """
    words = re.sub(r"[.,!?;:\u2026]+", " ", text.casefold().replace("\u2019", "'"))
    words = re.sub(r"^\s*(please|ok|okay|hm+|well|no|now|and|so|oh|wait|sorry)\s+(?=\S)", "", " ".join(words.split()))
    words = re.sub(r"\s+(please|again please|then|now please)$", "", words)
    if "?" in text.rstrip(" .!?"):
        return None  # "why is it dark? brighten it" goes on with a wish
    return next((intent for intent, pattern in _COMPILED.items() if pattern.fullmatch(words)), None)
