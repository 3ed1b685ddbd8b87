"""Maps on a grid: what a general solver of sparse equations gives."""

import numpy as np
import pytest
from scipy import sparse
from scipy.sparse.linalg import spsolve

from wordfuse.fusion.finetune.grid import Ties, solve


def by_scipy(ties: Ties, held: np.ndarray, values: np.ndarray) -> np.ndarray:
    height, width = held.shape
    numbers = np.arange(height * width).reshape(height, width)
    system = sparse.diags(held.ravel()).tocsc()
    pairs = (numbers[:, :-1], numbers[:, 1:], ties.across), (numbers[:-1], numbers[1:], ties.down)
    for first, second, strength in pairs:
        one, two, tie = first.ravel(), second.ravel(), strength.ravel()
        rows = np.concatenate([one, two, one, two])
        columns = np.concatenate([one, two, two, one])
        system = system + sparse.csc_matrix(
            (np.concatenate([tie, tie, -tie, -tie]), (rows, columns)), shape=system.shape
        )
    return spsolve(system, (held * values).ravel()).reshape(height, width)


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (7, 3), (33, 18), (60, 81)])
@pytest.mark.parametrize("strongest", [1.0, 1e6])
def test_the_map_is_the_minimum(shape: tuple[int, int], strongest: float) -> None:
    rng = np.random.default_rng(0)
    height, width = shape
    # As edges of a picture have it: ties, and what holds, differ by orders of magnitude.
    ties = Ties(*(strongest ** rng.random(size) for size in ((height, width - 1), (height - 1, width))))
    held, values = np.where(rng.random(shape) < 0.5, 1.0, 1e4), rng.random(shape)
    expected = by_scipy(ties, held, values)
    np.testing.assert_allclose(solve(ties, held, values), expected, atol=1e-6)
    np.testing.assert_allclose(solve(ties, held, values, start=expected), expected, atol=1e-6)


def test_what_is_not_tied_is_as_it_is_held() -> None:
    values = np.random.default_rng(0).random((12, 10))
    nothing = Ties(np.zeros((12, 9)), np.zeros((11, 10)))
    np.testing.assert_allclose(solve(nothing, np.full((12, 10), 2.0), values), values, atol=1e-12)
