"""How far something is to go, and the lines of a goal that say so.

How far follows from where the picture was, how much is asked for and which way it goes.

An amount counts as the way does: a share of what was there where a value falls or rises (0.35 is a third), a ratio
where it is multiplied or divided (1.3 is by a third). What a person says, "by 20%", is always a share: ``of_share``
turns it into the amount.
"""

import math
from dataclasses import dataclass
from typing import Protocol

from wordfuse.fusion.choices import GUARD_LIMITS
from wordfuse.tools.types import Strength

LEAST_DROP = 0.02  # a further attempt moves at least so far, or it would end where the one before ended
LEAST_RATIO = 1.02
MOST_TAKEN = 0.95  # a share to which something can be divided: nothing is left of it at 1


class Way(Protocol):
    """The aim of a main line, which has an amount."""

    def limit(self, before: float, amount: float, share: float) -> float:
        """What is to be measured, where it was ``before`` and ``share`` of the task's ``amount`` is asked for."""

    def of_share(self, share: float) -> float:
        """The amount that a share is, as a person says it: 0.2 for "by 20%"."""

    def room(self, now: float) -> bool:
        """Whether there is further to go from ``now``."""

    def as_share(self, amount: float) -> float:
        """The share that an amount is, as a person says it."""

    def part(self, amount: float, share: float) -> float:
        """The amount that goes a share of the way of another, 0 to 1."""

    def seen(self, amount: float, first: float) -> float:
        """The amount, or more of it where that would be too little to be seen from ``first``."""

    def left(self, amount: float, first: float, now: float) -> float:
        """The amount that is left of the way, where it began at ``first`` and has come to ``now``."""


@dataclass(frozen=True)
class Falls:
    """By the amount, a share of what was there, and at least by ``least``; ``low`` is low enough."""

    low: float
    least: float = 0.0

    def limit(self, before: float, amount: float, share: float) -> float:
        """See :class:`Way`."""
        return max(before - share * max(before * amount, self.least), self.low)

    def of_share(self, share: float) -> float:
        """See :class:`Way`."""
        return min(share, 1.0)

    def room(self, now: float) -> bool:
        """See :class:`Way`."""
        return now > self.low

    def as_share(self, amount: float) -> float:
        """See :class:`Way`."""
        return amount

    def part(self, amount: float, share: float) -> float:
        """See :class:`Way`."""
        return amount * share

    def seen(self, amount: float, first: float) -> float:
        """See :class:`Way`."""
        return min(1.0, max(amount, self.least / max(first, 1e-6)))

    def left(self, amount: float, first: float, now: float) -> float:
        """See :class:`Way`."""
        return min(1.0, max(1 - (1 - amount) * first / max(now, 1e-6), LEAST_DROP))


@dataclass(frozen=True)
class Multiplied:
    """By the amount, a ratio, and at least by ``least``; beyond ``high`` there is no room."""

    high: float
    least: float = 0.0

    def limit(self, before: float, amount: float, share: float) -> float:
        """See :class:`Way`."""
        return min(before + share * max(before * (amount - 1), self.least), max(before, self.high))

    def of_share(self, share: float) -> float:
        """See :class:`Way`."""
        return 1 + share

    def room(self, now: float) -> bool:
        """See :class:`Way`."""
        return now < self.high

    def as_share(self, amount: float) -> float:
        """See :class:`Way`."""
        return amount - 1

    def part(self, amount: float, share: float) -> float:
        """See :class:`Way`."""
        return math.pow(amount, share)

    def seen(self, amount: float, first: float) -> float:
        """See :class:`Way`."""
        return max(amount, 1 + self.least / max(first, 1e-3))

    def left(self, amount: float, first: float, now: float) -> float:
        """See :class:`Way`."""
        return max(amount * max(first, 1e-3) / max(now, 1e-3), LEAST_RATIO)


@dataclass(frozen=True)
class Divided:
    """By the amount, a ratio, and at least by ``least``; below ``low`` there is no room."""

    low: float
    least: float = 0.0

    def limit(self, before: float, amount: float, share: float) -> float:
        """See :class:`Way`."""
        divided = min(before / (1 + share * (amount - 1)), before - share * self.least)
        return max(divided, min(before, self.low))

    def of_share(self, share: float) -> float:
        """See :class:`Way`."""
        return 1 / (1 - min(share, MOST_TAKEN))

    def room(self, now: float) -> bool:
        """See :class:`Way`."""
        return now > self.low

    def as_share(self, amount: float) -> float:
        """See :class:`Way`."""
        return 1 - 1 / amount

    def part(self, amount: float, share: float) -> float:
        """See :class:`Way`."""
        return math.pow(amount, share)

    def seen(self, amount: float, first: float) -> float:
        """See :class:`Way`."""
        return max(amount, first / max(first - self.least, 1.0))  # what is nearly nothing is not taken to nothing

    def left(self, amount: float, first: float, now: float) -> float:
        """See :class:`Way`."""
        return max(amount * max(now, 1e-3) / max(first, 1e-3), LEAST_RATIO)


@dataclass(frozen=True)
class Rises:
    """By the amount, a share of what was there, or up to ``high``; by ``least`` at least, unless it is there.

    Where a bit more is asked for it may go up to ``utmost``: who says so has seen the picture.
    """

    high: float
    least: float = 0.0
    utmost: float = 0.0

    @property
    def further(self) -> "Rises":
        """The same, as far as a bit more may go."""
        return Rises(max(self.high, self.utmost), self.least)

    def limit(self, before: float, amount: float, share: float) -> float:
        """See :class:`Way`."""
        if before >= self.high:
            return before
        return max(min(before * (1 + share * amount), self.high), before + share * self.least)

    def of_share(self, share: float) -> float:
        """See :class:`Way`."""
        return share

    def room(self, now: float) -> bool:
        """See :class:`Way`."""
        return now < self.high

    def as_share(self, amount: float) -> float:
        """See :class:`Way`."""
        return amount

    def part(self, amount: float, share: float) -> float:
        """See :class:`Way`."""
        return amount * share

    def seen(self, amount: float, first: float) -> float:
        """See :class:`Way`."""
        return max(amount, self.least / max(first, 1e-6))

    def left(self, amount: float, first: float, now: float) -> float:
        """See :class:`Way`."""
        return max((1 + amount) * first / max(now, 1e-6) - 1, LEAST_DROP)


@dataclass(frozen=True)
class Nears:
    """To ``full``, by the amount, a share of the way that there was; from ``enough`` on there is nothing to gain."""

    full: float
    enough: float

    def limit(self, before: float, amount: float, share: float) -> float:
        """See :class:`Way`."""
        return max(before, min(before + share * amount * (self.full - before), self.enough))

    def of_share(self, share: float) -> float:
        """See :class:`Way`."""
        return min(share, 1.0)

    def room(self, now: float) -> bool:
        """See :class:`Way`."""
        return now < self.enough

    def as_share(self, amount: float) -> float:
        """See :class:`Way`."""
        return amount

    def part(self, amount: float, share: float) -> float:
        """See :class:`Way`."""
        return amount * share

    def seen(self, amount: float, first: float) -> float:
        """See :class:`Way`."""
        return amount

    def left(self, amount: float, first: float, now: float) -> float:
        """See :class:`Way`."""
        wanted = first + amount * (self.full - first)
        return min(1.0, max((wanted - now) / max(self.full - now, 1e-6), LEAST_DROP))


@dataclass(frozen=True)
class Keeps:
    """Where it was, whatever the amount, but for ``give``; ``enough`` is enough."""

    enough: float = float("inf")
    give: float = 0.0

    def limit(self, before: float, amount: float, share: float) -> float:
        """See :class:`Way`."""
        return min(before - self.give, self.enough)


@dataclass(frozen=True)
class Fixed:
    """The same for every picture."""

    value: float

    def limit(self, before: float, amount: float, share: float) -> float:
        """See :class:`Way`."""
        return self.value


#: How the limit of a line follows from where the picture was: that of a main line, or of a guard.
Aim = Way | Keeps | Fixed


@dataclass(frozen=True)
class Line:
    """One line of a goal.

    Attributes:
        name: what the line is called in tables and records.
        measured: which of the measurements of ``fusion.measures.measure`` it is about.
        aim: how its limit follows.
        at_most: the measurement is to stay at or below the limit; else at or above.
        words: what is measured, for people.
        already: of a main line: how the region is where there is nothing to gain.
        beyond: of a main line: what is told after that, of how to get more all the same.
    """

    name: str
    measured: str
    aim: Aim
    at_most: bool
    words: str
    already: str = "already there"
    beyond: str = ""

    def aim_for(self, strength: Strength) -> Aim:
        """How its limit follows where so much is asked for."""
        return self.aim.further if strength == "slight" and isinstance(self.aim, Rises) else self.aim


Goal = tuple[Line, ...]  # the main line, then the guards

JUST_SEEN = 1.0  # CIEDE2000 that can just be told side by side: enough where "a bit" or a number was asked for
SEEN = Line("seen", "seen", Fixed(2.5), at_most=False, words="difference that an eye sees in it (CIEDE2000)")
GUARDS: Goal = (
    SEEN,
    Line(
        "clipped", "blobs", Fixed(GUARD_LIMITS["blobs"]), at_most=True, words="new black or white blobs (% of picture)"
    ),
    Line("rim", "rim", Fixed(GUARD_LIMITS["rim"]), at_most=True, words="new step at the region's border (0-255)"),
    Line(
        "halo",
        "halo",
        Fixed(GUARD_LIMITS["halo"]),
        at_most=True,
        words="light or dark beside edges that is in no source (0-255)",
    ),
    Line("colour", "colour", Fixed(GUARD_LIMITS["colour"]), at_most=False, words="share of the colour that is left"),
    Line("texture", "texture", Fixed(GUARD_LIMITS["texture"]), at_most=False, words="share of the fine structure left"),
)


def guards_without(*names: str) -> Goal:
    """The guards but for those that the wish itself would break."""
    return tuple(line for line in GUARDS if line.name not in names)
