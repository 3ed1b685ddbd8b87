"""What can be known of a picture, fact by fact, so that a caption is true, false or undecided of it.

A fact has states. A picture is in one of them, or it is not known in which: a byte with one bit set, or 0. A caption
states a set of them ("noisy" means slightly, clearly or very): a byte with several bits set, or 0 where it says
nothing.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

PLACES = ("left", "middle", "right")
# name: its states, in order
STATES: dict[str, tuple[str, ...]] = {
    "kind": ("visible", "infrared", "fused"),
    "colour": ("gray", "colour"),
    "time": ("day", "night"),
    "light": ("dark", "normal", "bright"),
    "noise": ("none", "slight", "clear", "strong"),
    "stripes": ("none", "slight", "clear", "strong"),
    "blur": ("none", "slight", "clear", "strong"),
    "haze": ("none", "slight", "clear", "strong"),
    "contrast": ("low", "normal", "high"),
    "quality": ("damaged", "good"),
    "salience": ("hidden", "standing out"),
    "detail": ("little", "much"),
    **{name: ("none", "some") for name in ("person", "car", "bicycle", "sky", "building", "tree", "road")},
    **{f"{name} {place}": ("none", "some") for name in ("person", "car") for place in PLACES},
}
NAMES = (*STATES,)
PLACE = {name: place for place, name in enumerate(NAMES)}

Bits = NDArray[np.uint8]  # (K,) of one picture or caption, (N, K) of many


def unknown() -> Bits:
    """Nothing is known, or nothing said."""
    return np.zeros(len(NAMES), np.uint8)


def bits(name: str, *states: str) -> int:
    """The byte of some states of a fact."""
    return sum(1 << STATES[name].index(state) for state in states)


@dataclass(frozen=True, eq=False)
class Truth:
    """Which captions hold for which pictures, both (pictures, captions) bool; where neither, it is not known."""

    true: NDArray[np.bool_]
    false: NDArray[np.bool_]


def judge(pictures: Bits, captions: Bits) -> Truth:
    """Hold every caption, (M, K), against every picture, (N, K)."""
    seen, said = pictures[:, None], captions[None]
    agree = (seen & said) != 0
    stated = said != 0
    return Truth((agree | ~stated).all(axis=2), (stated & (seen != 0) & ~agree).any(axis=2))
