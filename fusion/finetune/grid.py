"""Maps on a grid that are held to values and tied to their neighbours.

Such a map is the minimum of

    sum held (x - value)^2 + sum over neighbours tie (difference of x)^2.

Its equations are solved by conjugate gradients, preconditioned by one V-cycle of a multigrid whose cells are the sums
of four (Notay, "An aggregation-based algebraic multigrid method", ETNA 37, 2010). With NumPy alone: a general sparse
solver takes longer, and longer still to import.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.abandon import still_wanted

Grid = NDArray[np.float64]

TOLERANCE = 1e-6  # error of a pixel, of the largest value
MOST = 500  # steps; most maps take fewer than sixty
COARSEST = 64  # cells


class Ties(NamedTuple):
    """How strongly neighbours are tied.

    Attributes:
        across: (H, W - 1), each pixel to the one on its right.
        down: (H - 1, W), each pixel to the one below.
    """

    across: Grid
    down: Grid


def solve(ties: Ties, held: Grid, values: Grid, start: Grid | None = None) -> Grid:
    """The map.

    Args:
        ties: between neighbours, 0 or more.
        held: (H, W) above 0, how strongly each pixel is held.
        values: (H, W), to what.
        start: (H, W), a map that is near; None: ``values``.

    Returns:
        (H, W) float64.
    """
    levels = _levels(ties, held)
    finest = levels[0]
    wanted = held * values
    found = (values if start is None else start).astype(np.float64)
    # The energy of an error, which the preconditioner tells, is at least that of holding the weakest pixel.
    enough = float(held.min()) * (TOLERANCE * float(np.abs(values).max())) ** 2
    left = wanted - finest.times(found)
    way, steep = np.zeros_like(found), 1.0
    for step in range(MOST):
        still_wanted()
        turned = _cycle(levels, left)
        before, steep = steep, float(np.vdot(left, turned))
        if steep <= enough:
            break
        way = turned if step == 0 else turned + (steep / before) * way
        moved = finest.times(way)
        length = steep / float(np.vdot(way, moved))
        found += length * way
        left -= length * moved
    return found


@dataclass(frozen=True, eq=False)
class _Level:
    """The equations on one grid, and what smoothing them takes: every second pixel, as on a chessboard, at a time."""

    ties: Ties
    diagonal: Grid
    white: Grid  # one over the diagonal, 0 on black
    black: Grid

    @classmethod
    def of(cls, ties: Ties, held: Grid) -> "_Level":
        diagonal = held.copy()
        diagonal[:, :-1] += ties.across
        diagonal[:, 1:] += ties.across
        diagonal[:-1] += ties.down
        diagonal[1:] += ties.down
        is_white = (np.arange(held.shape[0])[:, None] + np.arange(held.shape[1])) % 2 == 0
        return cls(ties, diagonal, is_white / diagonal, ~is_white / diagonal)

    def tied(self, x: Grid) -> Grid:
        """What the neighbours of each pixel add."""
        across, down = self.ties
        total = np.zeros_like(x)
        total[:, :-1] += across * x[:, 1:]
        total[:, 1:] += across * x[:, :-1]
        total[:-1] += down * x[1:]
        total[1:] += down * x[:-1]
        return total

    def times(self, x: Grid) -> Grid:
        """The left side of the equations."""
        return self.diagonal * x - self.tied(x)


def _levels(ties: Ties, held: Grid) -> list[_Level]:
    """From the finest grid to the coarsest."""
    levels = [_Level.of(ties, held)]
    while held.size > COARSEST and min(held.shape) > 1:
        ties, held = _coarser(ties, held)
        levels.append(_Level.of(ties, held))
    return levels


def _coarser(ties: Ties, held: Grid) -> tuple[Ties, Grid]:
    """The equations for maps that are constant in cells of two by two."""
    height, width = -(-held.shape[0] // 2), -(-held.shape[1] // 2)
    across = _even(ties.across, height, width)[:, 1::2]
    down = _even(ties.down, height, width)[1::2]
    between = Ties(
        across.reshape(height, 2, width).sum(axis=1)[:, : width - 1],
        down.reshape(height, width, 2).sum(axis=2)[: height - 1],
    )
    return between, _summed(held)


def _even(grid: Grid, height: int, width: int) -> Grid:
    """A grid with zeros to the right and below, (2 height, 2 width)."""
    whole = np.zeros((2 * height, 2 * width))
    whole[: grid.shape[0], : grid.shape[1]] = grid
    return whole


def _summed(grid: Grid) -> Grid:
    """The sums of cells."""
    height, width = -(-grid.shape[0] // 2), -(-grid.shape[1] // 2)
    return _even(grid, height, width).reshape(height, 2, width, 2).sum(axis=(1, 3))


def _cycle(levels: list[_Level], wanted: Grid) -> Grid:
    """A map that solves the equations of the finest level roughly; linear in what is wanted, and symmetric."""
    level, coarser = levels[0], levels[1:]
    x = level.white * wanted
    x += level.black * (wanted + level.tied(x))
    if coarser:
        height, width = wanted.shape
        cells = _cycle(coarser, _summed(wanted - level.times(x)))
        x += cells.repeat(2, axis=0).repeat(2, axis=1)[:height, :width]
    # Back in the other order, on black first, or it would not be symmetric.
    x = _swept(level, x, wanted, level.black)
    return _swept(level, x, wanted, level.white)


def _swept(level: _Level, x: Grid, wanted: Grid, on: Grid) -> Grid:
    """Each pixel of one colour as its equation has it."""
    return np.where(on > 0, on * (wanted + level.tied(x)), x)
