"""The lines that fit a plane around every pixel."""

import numpy as np
import pytest

from wordfuse.fusion.guided import local_lines

RADIUS = 2


@pytest.mark.parametrize("channels", [1, 2, 4])
def test_lines_are_those_of_ridge_regression_in_every_window(channels: int) -> None:
    random = np.random.default_rng(channels)
    guide, smoothness = random.random((24, 20, channels)).astype(np.float32), 1e-3
    plane = (guide @ random.random(channels)).astype(np.float32) + 0.1 * random.random((24, 20)).astype(np.float32)
    slopes, offset = local_lines(guide, plane, RADIUS, smoothness)

    def fitted(row: int, column: int) -> np.ndarray:
        window = slice(row - RADIUS, row + RADIUS + 1), slice(column - RADIUS, column + RADIUS + 1)
        x, y = guide[window].reshape(-1, channels).astype(float), plane[window].ravel().astype(float)
        about = x - x.mean(axis=0)
        matrix = about.T @ about / len(x) + smoothness * np.eye(channels)
        slope = np.linalg.solve(matrix, about.T @ (y - y.mean()) / len(x))
        return np.append(slope, y.mean() - slope @ x.mean(axis=0))

    around = [fitted(row, column) for row in range(10, 15) for column in range(8, 13)]
    expected = np.mean(around, axis=0)  # of the windows that the pixel in the middle is in
    np.testing.assert_allclose(slopes[12, 10], expected[:-1], atol=2e-4)
    assert offset[12, 10] == pytest.approx(expected[-1], abs=2e-4)
