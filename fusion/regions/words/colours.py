"""Words for colours, and which of eleven colours each of them means (Berlin and Kay's basic colour terms, 1969)."""

from typing import Literal

Colour = Literal["red", "orange", "yellow", "green", "blue", "purple", "pink", "brown", "black", "white", "gray"]

COLOURS: dict[str, Colour] = {
    **dict.fromkeys(["red", "reddish", "crimson", "scarlet", "maroon"], "red"),
    **dict.fromkeys(["orange", "orangish"], "orange"),
    **dict.fromkeys(["yellow", "yellowish"], "yellow"),
    **dict.fromkeys(["green", "greenish"], "green"),
    **dict.fromkeys(["blue", "bluish", "navy"], "blue"),
    **dict.fromkeys(["purple", "violet"], "purple"),
    **dict.fromkeys(["pink", "pinkish"], "pink"),
    **dict.fromkeys(["brown", "brownish"], "brown"),
    **dict.fromkeys(["black", "blackish"], "black"),
    **dict.fromkeys(["white", "whitish"], "white"),
    **dict.fromkeys(["gray", "grey", "grayish", "greyish", "silver"], "gray"),
}
