"""The effects that the training corpus asks for."""

from wordfuse.tools.types import Direction, Task

Effect = tuple[Task, Direction | None]
INFRARED: Effect = ("incline", "infrared")
VISIBLE: Effect = ("incline", "visible")
BRIGHTER: Effect = ("relight", "brighter")
DARKER: Effect = ("relight", "darker")
DENOISE: Effect = ("denoise", None)
EFFECTS = (INFRARED, VISIBLE, BRIGHTER, DARKER, DENOISE)


def list_for(effect: Effect, kind: str) -> str:
    """The name of the list that holds the phrases of one kind for an effect: its "commands", say, or its "nouns"."""
    task, direction = effect
    return f"{direction or task}.{kind}"
