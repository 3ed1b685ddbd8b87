import numpy as np
import pytest
import torch

from wordfuse.evals.bench.detection.boxes import LEAST_SCORE, decoded, overlaps, seen
from wordfuse.evals.bench.detection.fastest import SIDE_PX, FastestDet, Raw

CELLS = SIDE_PX // 16


class Saying(FastestDet):
    """Finds what a test puts into its cells: {(row, column): (logit there, box, class)}."""

    def __init__(self, cells: dict[tuple[int, int], tuple[float, list[float], int]]) -> None:
        super().__init__()
        self.said = Raw(
            torch.full((1, 1, CELLS, CELLS), -20.0), torch.zeros(1, 4, CELLS, CELLS), torch.zeros(1, 3, CELLS, CELLS)
        )
        for (row, column), (there, box, kind) in cells.items():
            self.said.there[0, 0, row, column] = there
            self.said.box[0, :, row, column] = torch.tensor(box)
            self.said.kind[0, kind, row, column] = 50.0

    def forward(self, pictures: torch.Tensor) -> Raw:
        return self.said


def logit(share: float) -> float:
    return float(np.log(share / (1 - share)))


def test_a_box_by_hand() -> None:
    # The cell in row 1 and column 2 of 4 x 4: its corner is (2, 1) / 4; tanh(0.5493) is 0.5, half a cell.
    box = torch.zeros(1, 4, 4, 4)
    box[0, :, 1, 2] = torch.tensor([0.5493, 0.0, logit(0.25), logit(0.5)])
    x, y = 2.5 / 4, 1 / 4
    expected = torch.tensor([x - 0.125, y - 0.25, x + 0.125, y + 0.25])
    torch.testing.assert_close(decoded(box)[0, 1, 2], expected, atol=1e-4, rtol=0)


def test_one_box_a_thing_the_surest_first() -> None:
    quarter = [0.0, 0.0, logit(0.25), logit(0.25)]
    network = Saying(
        {
            (11, 11): (1.0, quarter, 0),
            (11, 12): (2.0, quarter, 0),  # a cell beside it: the same person, and surer
            (12, 11): (0.5, quarter, 1),  # as near, but a car
            (3, 3): (0.0, quarter, 0),
        }
    )
    (found,) = seen(network, np.zeros((1, SIDE_PX, SIDE_PX, 3), np.uint8))
    assert found.kinds.tolist() == [0, 1, 0]
    np.testing.assert_allclose(found.scores, [0.8808, 0.6225, 0.5], atol=1e-4)  # logistic function of 2, 0.5 and 0
    np.testing.assert_allclose(found.boxes[0], np.tile([12 / 22, 11 / 22], 2) + np.array([-1, -1, 1, 1]) / 8)
    assert found.boxes[2].min() >= 0, "cut off at the border"
    assert LEAST_SCORE > 1e-6, "the other cells are left out"


def test_overlaps_by_hand() -> None:
    one = np.array([[0, 0, 2, 2]], np.float32)
    two = np.array([[1, 1, 3, 3], [0, 0, 2, 2], [5, 5, 6, 6]], np.float32)
    np.testing.assert_allclose(overlaps(one, two), [[1 / 7, 1, 0]])
    assert overlaps(one, np.zeros((0, 4), np.float32)).shape == (1, 0)


def test_pictures_of_another_size_are_refused() -> None:
    with pytest.raises(ValueError, match="expected"):
        seen(FastestDet(), np.zeros((1, 64, 64, 3), np.uint8))
