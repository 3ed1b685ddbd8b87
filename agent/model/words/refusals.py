"""Why nothing is done, in words that end with what can be done: the kinds of refusal that a small model tells apart."""

from typing import Final

from wordfuse.agent.plan import Doubted, Plan

WHAT_CAN_BE_DONE: Final = (
    "make something stand out, brighter, darker, sharper or clearer, take out noise, haze or stripes, "
    "blur, more or less contrast, change colours, nearer to the infrared or the visible picture"
)

#: What each kind is told as; the second half is always something the person can do.
_TOLD: Final[dict[str, str]] = {
    "chat": f"That is no wish about the picture. What can be done: {WHAT_CAN_BE_DONE}.",
    "edit": "That cannot be done: nothing is added, removed, moved, cut or painted. "
    f"What can be done: {WHAT_CAN_BE_DONE}.",
    "outside": "Only this pair of pictures is looked at and changed, no other files or places. "
    "Say what should change in it, as in 'brighten the road'.",
    "rules": "The rules stay as they are. Say what should change in the picture, as in 'brighten the road'.",
    "unclear": "It is unclear what is meant. Name what should change, and where, as in 'make the people stand out'.",
    "nothing": "Nothing is to be done: the picture stays as it is. Say what should change, as in 'brighten the road'.",
    "language": "Only English is understood. Say it in English, as in 'make the people stand out'.",
}
KINDS: Final = tuple(_TOLD)


def told(kind: str) -> str:
    """The sentence of a kind.

    Raises:
        KeyError: there is no such kind.
    """
    return _TOLD[kind]


def doubted(reading: Plan) -> Doubted:
    """What is said where there is a reading, but too little is sure of it."""
    told = f"It is unclear what is meant, perhaps: {reading}? Say it in other words, with what should change and where."
    return Doubted(refusal=told[:300], reading=reading)
