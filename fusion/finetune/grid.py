"""Maps on a grid that are held to values and tied to their neighbours.

Such a map is the minimum of

    sum held (x - value)^2 + sum over neighbours tie (difference of x)^2.

Its equations are solved by conjugate gradients, preconditioned by one V-cycle of a multigrid whose cells are the sums
of four (Notay, "An aggregation-based algebraic multigrid method", ETNA 37, 2010). With NumPy alone: a general sparse
solver takes longer, and longer still to import.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.abandon import still_wanted

Grid = NDArray[np.floating[Any]]

TOLERANCE = 1e-6  # error of a pixel, of the largest value
MOST = 500  # steps; fades take fewer than sixty, light up to some hundred
COARSEST = 64  # cells
WHITE, BLACK = 0, 1


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
    finest, levels = _Level.of(ties, held), _levels(ties, held)
    wanted = held * values
    found = (values if start is None else start).astype(np.float64)
    # The energy of an error, which the preconditioner tells, is at least that of holding the weakest pixel.
    enough = float(held.min()) * (TOLERANCE * float(np.abs(values).max())) ** 2
    left = wanted - finest.times(found)
    way, steep = np.zeros_like(found), 1.0
    for step in range(MOST):
        still_wanted()
        turned = _cycle(levels, left.astype(np.float32)).astype(np.float64)
        before, steep = steep, _inner(left, turned)
        if steep <= enough:
            break
        way = turned if step == 0 else turned + (steep / before) * way
        moved = finest.times(way)
        length = steep / _inner(way, moved)
        found += length * way
        left -= length * moved
    return found


def _inner(one: Grid, other: Grid) -> float:
    """Their inner product. OpenBLAS would have threads wait for each other at every step."""
    return float(np.einsum("ij,ij->", one, other))


class _Level:
    """The equations on one grid, and what smoothing them takes: every second pixel, as on a chessboard, at a time.

    Attributes:
        ties: between neighbours.
        diagonal: of the equations.
        colours: one over the diagonal on white pixels and on black ones, 0 on the others.
        others: 1 on black pixels and on white ones, 0 on the others.
    """

    def __init__(self, ties: Ties, diagonal: Grid) -> None:
        """Take them in the precision of the ties."""
        self.ties, self.diagonal = ties, diagonal
        white = (np.arange(diagonal.shape[0])[:, None] + np.arange(diagonal.shape[1])) % 2 == 0
        self.colours = white / diagonal, ~white / diagonal
        self.others = (~white).astype(diagonal.dtype), white.astype(diagonal.dtype)
        # To ask for memory takes as long as to reckon.
        self._total, self._across, self._down = (np.empty_like(grid) for grid in (diagonal, *ties))

    @classmethod
    def of(cls, ties: Ties, held: Grid) -> "_Level":
        """From what holds each pixel."""
        diagonal = held.copy()
        diagonal[:, :-1] += ties.across
        diagonal[:, 1:] += ties.across
        diagonal[:-1] += ties.down
        diagonal[1:] += ties.down
        return cls(ties, diagonal)

    def rough(self) -> "_Level":
        """The same in float32, which is enough for a preconditioner."""
        return _Level(Ties(*(tie.astype(np.float32) for tie in self.ties)), self.diagonal.astype(np.float32))

    def tied(self, x: Grid) -> Grid:
        """What the neighbours of each pixel add; it holds until the next call."""
        across, down = self.ties
        total = self._total
        total[:, -1:] = 0
        np.multiply(across, x[:, 1:], out=total[:, :-1])
        total[:, 1:] += np.multiply(across, x[:, :-1], out=self._across)
        total[:-1] += np.multiply(down, x[1:], out=self._down)
        total[1:] += np.multiply(down, x[:-1], out=self._down)
        return total

    def times(self, x: Grid) -> Grid:
        """The left side of the equations."""
        return self.diagonal * x - self.tied(x)

    def sweep(self, x: Grid, wanted: Grid, colour: int) -> None:
        """Change each pixel of a colour to what its equation says."""
        right = self.tied(x)
        right += wanted
        right *= self.colours[colour]
        x *= self.others[colour]
        x += right


def _levels(ties: Ties, held: Grid) -> list[_Level]:
    """From the finest grid to the coarsest, in float32."""
    levels = [_Level.of(ties, held).rough()]
    while held.size > COARSEST and min(held.shape) > 1:
        ties, held = _coarser(ties, held)
        levels.append(_Level.of(ties, held).rough())
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
    whole = np.zeros((2 * height, 2 * width), grid.dtype)
    whole[: grid.shape[0], : grid.shape[1]] = grid
    return whole


def _summed(grid: Grid) -> Grid:
    """The sums of cells."""
    height, width = -(-grid.shape[0] // 2), -(-grid.shape[1] // 2)
    return _even(grid, height, width).reshape(height, 2, width, 2).sum(axis=(1, 3))


def _cycle(levels: list[_Level], wanted: Grid) -> Grid:
    """A map that solves the equations of the finest level roughly; linear in what is wanted, and symmetric."""
    level, coarser = levels[0], levels[1:]
    x = level.colours[WHITE] * wanted
    level.sweep(x, wanted, BLACK)
    if coarser:
        height, width = wanted.shape
        cells = _cycle(coarser, _summed(wanted - level.times(x)))
        x += cells.repeat(2, axis=0).repeat(2, axis=1)[:height, :width]
    # Back in the other order, or it would not be symmetric.
    level.sweep(x, wanted, BLACK)
    level.sweep(x, wanted, WHITE)
    return x
