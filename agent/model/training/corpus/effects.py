"""The effects that the training corpus asks for, and what their lists of phrases are called."""

from wordfuse.tools.types import Direction, Task

Effect = tuple[Task, Direction | None]
INFRARED: Effect = ("incline", "infrared")
VISIBLE: Effect = ("incline", "visible")
BRIGHTER: Effect = ("relight", "brighter")
DARKER: Effect = ("relight", "darker")
DENOISE: Effect = ("denoise", None)
STAND_OUT: Effect = ("stand_out", "more")
BLEND_IN: Effect = ("stand_out", "less")
#: How often each is asked for. Words that came to mean something else of late are asked for more often: what an adapter
#: knew before is to be kept, these are to be learnt.
SHARES: dict[Effect, int] = {
    INFRARED: 13,
    VISIBLE: 9,
    BRIGHTER: 10,
    DARKER: 10,
    DENOISE: 10,
    STAND_OUT: 34,
    BLEND_IN: 14,
}
EFFECTS = tuple(SHARES)
OPPOSITE = {
    INFRARED: VISIBLE,
    VISIBLE: INFRARED,
    BRIGHTER: DARKER,
    DARKER: BRIGHTER,
    STAND_OUT: BLEND_IN,
    BLEND_IN: STAND_OUT,
}
#: A direction that says nothing without its task is no name for a list.
_LISTS = {STAND_OUT: "stand_out", BLEND_IN: "blend_in"}


def list_for(effect: Effect, kind: str) -> str:
    """The name of the list that holds the phrases of one kind for an effect: its "commands", say, or its "nouns"."""
    task, direction = effect
    return f"{_LISTS.get(effect) or direction or task}.{kind}"
