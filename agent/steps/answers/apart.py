"""Words that tell several things, or places, of one picture apart."""

from collections.abc import Sequence
from itertools import groupby
from typing import Final

Box = tuple[float, float, float, float]

_ORDINALS: Final = "first second third fourth fifth sixth seventh eighth ninth tenth".split()


def place_of(box: Sequence[float], width: int, height: int) -> str:
    """Where in a picture a box lies, in words: "lower left", "centre"."""
    x, y = (box[0] + box[2]) / 2 / width, (box[1] + box[3]) / 2 / height
    across = "left" if x < 1 / 3 else "right" if x > 2 / 3 else ""
    down = "upper" if y < 1 / 3 else "lower" if y > 2 / 3 else ""
    if not across and not down:
        return "centre"
    return f"{down} {across}".strip() if across and down else across or f"{down} middle"


def places_of(boxes: Sequence[Sequence[float]], width: int, height: int) -> list[str]:
    """Where boxes lie, in words of which no two are the same.

    Example:
        >>> places_of([(40, 40, 42, 42), (52, 40, 54, 42), (1, 40, 2, 42)], 100, 100)
        ['centre (first of 2 from the left)', 'centre (second of 2 from the left)', 'left']
    """
    words = [place_of(box, width, height) for box in boxes]
    for place in dict.fromkeys(words):
        there = [at for at, word in enumerate(words) if word == place]
        for number, at in enumerate(sorted(there, key=lambda at: boxes[at][0] + boxes[at][2]), start=1):
            if len(there) > 1:
                words[at] = f"{place} ({_ordinal(number)} of {len(there)} from the left)"
    return words


def standing(noun: str, number: int, count: int) -> str:
    """Which of things that stand from left to right one is, in words.

    Args:
        noun: what one of them is called.
        number: of it, from 1 on the left.
        count: of all.

    Example:
        >>> [standing("car", number, 5) for number in (1, 2, 4, 5)]
        ['the leftmost car', 'the second car from the left', 'the second car from the right', 'the rightmost car']
    """
    if count == 1:
        return f"the {noun}"
    if number in (1, count):
        side = "left" if number == 1 else "right"
        return f"the {side if count == 2 else f'{side}most'} {noun}"
    if 2 * number == count + 1:
        return f"the middle {noun}" if count == 3 else f"the {noun} in the middle of the row"
    side, at = ("left", number) if 2 * number < count + 1 else ("right", count + 1 - number)
    return f"the {_ordinal(at)} {noun} from the {side}"


def numbers(of: Sequence[int]) -> str:
    """Numbers, rising, in words: "number 3", "numbers 1, 2 and 4", "numbers 1 to 3 and 5"."""
    runs = [[number for _, number in run] for _, run in groupby(enumerate(of), lambda one: one[1] - one[0])]
    parts = [
        part
        for run in runs
        for part in ([f"{run[0]} to {run[-1]}"] if len(run) > 2 else [str(number) for number in run])
    ]
    return f"number{'s' if len(of) > 1 else ''} {listed(parts)}"


def listed(parts: Sequence[str]) -> str:
    """Words as a list: "1, 2 and 4"."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _ordinal(number: int) -> str:
    return _ORDINALS[number - 1] if number <= len(_ORDINALS) else f"{number}th"
