"""From many small cells to a few pieces: the two neighbours that differ least become one, again and again.

Ward's criterion (Journal of the American Statistical Association 58, 1963) with two changes. What differs is both what
two parts are on the whole and how they change where they meet, so that a light that fades is not cut. And areas count
by a root, so that a small thing that stands out is not swallowed.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Table = npt.NDArray[np.float32]

AREAS = 0.5  # exponent of the share of the smaller of two parts; Ward's has 1
SEAM = 0.5  # of a difference that is how two parts change where they meet
HASTE = 1e-3  # times the price where a part is smaller than any piece may be


@dataclass(frozen=True)
class Few:
    """How many pieces there may be.

    Attributes:
        least: where there are so many cells.
        most: at most.
        least_area: share of the smallest piece, in [0, 1].
        alike: price up to which two parts become one even where there are no more than ``most``.
    """

    least: int = 6
    most: int = 14
    least_area: float = 0.002
    alike: float = 4.0


def merged(looks: Table, areas: Table, seams: Table, lengths: Table, few: Few) -> npt.NDArray[np.int64]:
    """Put cells together.

    Args:
        looks: (n, c), what the cells look like, on a scale on which equal distances are equally plain.
        areas: (n,), shares that the cells have of all of them.
        seams: (n, n), squared differences of looks across the border of two cells, summed along it.
        lengths: (n, n), of the borders, in pixels; 0: no neighbours.
        few: how many pieces are wanted.

    Returns:
        (n,), of every cell the number of its piece, from 0.
    """
    parts = _Parts(looks.copy(), areas.copy(), seams.copy(), lengths.copy(), few.least_area)
    owner = np.arange(len(looks))
    while parts.left > few.least:
        one, other = parts.cheapest()
        tiny = min(parts.areas[one], parts.areas[other]) < few.least_area
        if parts.left <= few.most and not tiny and parts.price[one, other] > few.alike:
            break
        parts.unite(one, other)
        owner[owner == other] = one
    return np.unique(owner, return_inverse=True)[1]


class _Parts:
    """Parts that are being put together, with what each pair of neighbours costs; parts that are gone cost infinity."""

    def __init__(self, looks: Table, areas: Table, seams: Table, lengths: Table, least_area: float) -> None:
        self.looks, self.areas, self.seams, self.lengths, self._least = looks, areas, seams, lengths, least_area
        self.left = len(looks)
        self._alive = np.ones(self.left, np.bool_)
        self.price = np.full((self.left, self.left), np.inf, np.float32)
        for one in range(self.left):
            self._put_price(one)
        self._best = self.price.min(axis=1)

    def cheapest(self) -> tuple[int, int]:
        """The two neighbours that cost least; where no parts touch any more, the smallest and what is likest to it."""
        one = int(self._best.argmin())
        if np.isfinite(self._best[one]):
            return one, int(self.price[one].argmin())
        one = int(np.where(self._alive, self.areas, np.inf).argmin())
        apart = ((self.looks - self.looks[one]) ** 2).sum(axis=1)
        apart[one] = np.inf
        return int(np.where(self._alive, apart, np.inf).argmin()), one

    def unite(self, one: int, other: int) -> None:
        """Make two parts one, under the number of the first."""
        area = self.areas[one] + self.areas[other]
        self.looks[one] = (self.areas[one] * self.looks[one] + self.areas[other] * self.looks[other]) / area
        self.areas[one] = area
        for table in (self.seams, self.lengths):
            table[one] += table[other]
            table[:, one] = table[one]
            table[one, one] = 0
            table[other] = table[:, other] = 0
        self._alive[other] = False
        self.price[other] = self.price[:, other] = np.inf
        self._put_price(one)
        changed = np.flatnonzero(self.lengths[one])
        self._best[changed] = self.price[changed].min(axis=1)
        self._best[one], self._best[other] = self.price[one].min(), np.inf
        self.left -= 1

    def _put_price(self, one: int) -> None:
        beside = np.flatnonzero(self.lengths[one])
        apart = ((self.looks[beside] - self.looks[one]) ** 2).sum(axis=1)
        smaller = np.minimum(self.areas[beside], self.areas[one])
        seam = self.seams[one, beside] / self.lengths[one, beside]
        price = ((1 - SEAM) * apart + SEAM * seam) * smaller**AREAS
        self.price[one] = np.inf
        self.price[one, beside] = self.price[beside, one] = np.where(smaller < self._least, HASTE * price, price)
