from pathlib import Path

import numpy as np
import pytest
import torch

from wordfuse.evals.bench.detection.fastest import SIDE_PX, FastestDet, Raw
from wordfuse.evals.bench.detection.lesson import BESIDE, WEIGHTS, Example, PictureSampler, fits, loss_terms
from wordfuse.fusion.images import write_png

BOX = (0.25, 0.3, 0.5, 0.7)  # shares


def logit(share: float) -> float:
    return float(np.log(share / (1 - share)))


def said(there: float = -20.0, width: float = 0.25) -> Raw:
    """8 x 8 cells that all speak of a car: in row 4 and column 3 as large as BOX (or of another width), else tiny.

    The centre of BOX is (0.375, 0.5), the corner of that cell.
    """
    raw = Raw(torch.full((1, 1, 8, 8), there), torch.zeros(1, 4, 8, 8), torch.zeros(1, 3, 8, 8))
    raw.box[:, 2:], raw.kind[:, 1] = -10.0, 20.0
    raw.box[0, 2:, 4, 3] = torch.tensor([logit(width), logit(0.4)])
    return raw


def target(kind: float = 1.0) -> torch.Tensor:
    boxes = torch.full((1, 2, 5), -1.0)
    boxes[0, 0] = torch.tensor([kind, *BOX])
    return boxes


def test_fits_by_hand() -> None:
    one, two = torch.tensor([[0.0, 0, 2, 2], [0, 0, 1, 1]]), torch.tensor([[1.0, 1, 3, 3], [2, 0, 3, 1]])
    fit, generalised = fits(one, two)
    torch.testing.assert_close(fit, torch.tensor([1 / 7, 0]))
    # The hulls are 9 and 3, the unions 7 and 2.
    torch.testing.assert_close(generalised, torch.tensor([1 / 7 - 2 / 9, -1 / 3]))


def test_a_right_answer_costs_nothing_and_wrong_ones_do() -> None:
    right = said()
    right.there[0, 0, 4, 3] = 20
    terms = loss_terms(right, target())
    assert set(terms) == set(WEIGHTS)
    assert all(float(term) < 1e-3 for term in terms.values()), terms
    assert float(loss_terms(right, target(kind=0))["kinds"]) == pytest.approx(20, rel=0.01)
    # Smooth L1 of 1 is 1/2: of the one cell with an object a quarter counts, of all others three quarters.
    assert float(loss_terms(said(), target())["there"]) == pytest.approx(0.25 / 2, rel=0.01), "overlooked"
    assert float(loss_terms(said(20), target())["there"]) == pytest.approx(0.75 / 2 * 63 / 64, rel=0.01), "everywhere"
    # Twice as wide: half of it fits, and nothing lies beside both.
    assert float(loss_terms(said(width=0.5), target())["boxes"]) == pytest.approx(0.5, abs=0.01)


def test_a_picture_without_objects_teaches_that_none_is_there() -> None:
    empty = torch.full((1, 2, 5), -1.0)
    terms = loss_terms(said(0.0), empty)
    # Smooth L1 of 1/2 is 1/8, three quarters of it count.
    assert float(terms["there"]) == pytest.approx(0.75 / 8)
    assert float(terms["boxes"]) == float(terms["kinds"]) == 0


def test_it_learns() -> None:
    torch.manual_seed(0)
    network, boxes = FastestDet(), torch.tensor([[[0, 0.2, 0.2, 0.5, 0.8]], [[1, 0.4, 0.5, 0.9, 0.8]]])
    pictures = torch.rand(2, 3, 96, 96)
    optimizer = torch.optim.Adam(network.parameters(), lr=3e-3)
    losses = []
    for _ in range(25):
        terms = loss_terms(network(pictures), boxes)
        loss = sum(weight * terms[name] for name, weight in WEIGHTS.items())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert min(losses[-5:]) < losses[0] / 2, losses


@pytest.fixture
def examples(tmp_path: Path) -> list[Example]:
    """A white box on black, twice, of two colours."""
    made = []
    for number, colour in enumerate(((255, 255, 255), (255, 0, 0))):
        picture = np.zeros((SIDE_PX, SIDE_PX, 3), np.uint8)
        x0, y0, x1, y1 = (round(share * SIDE_PX) for share in BOX)
        picture[y0:y1, x0:x1] = colour
        write_png(tmp_path / f"{number}.png", picture)
        corners = np.array([x0, y0, x1, y1]) / SIDE_PX
        made.append(Example(tmp_path / f"{number}.png", np.array([[2, *corners]], np.float32)))
    return made


def test_boxes_go_where_the_pixels_go(examples: list[Example]) -> None:
    pictures, boxes = PictureSampler(examples[:1], seed=1).batch(24)
    assert pictures.shape == (24, 3, SIDE_PX, SIDE_PX) and 0 <= float(pictures.min()) <= float(pictures.max()) <= 1
    widths, met = set(), 0
    for picture, rows in zip(pictures, boxes, strict=True):
        real = rows[rows[:, 0] >= 0]
        inside = (picture[0] > BESIDE / 255 + 0.2).nonzero()
        if not len(real):
            continue
        met += 1
        assert real[0, 0] == 2
        (y0, x0), (y1, x1) = inside.amin(dim=0).tolist(), (inside.amax(dim=0) + 1).tolist()
        assert np.abs(real[0, 1:].numpy() * SIDE_PX - [x0, y0, x1, y1]).max() < 2
        widths.add(x1 - x0)
    assert met > 12 and len(widths) > 5


def test_what_is_drawn_depends_on_no_pixel_and_goes_on_where_it_was(examples: list[Example]) -> None:
    one, two = (PictureSampler([example], seed=4) for example in examples)
    torch.testing.assert_close(one.batch(4)[1], two.batch(4)[1])
    state = one.state()
    later = one.batch(2)
    two.restore(state)
    torch.testing.assert_close(two.batch(2)[1], later[1])
    again = PictureSampler(examples[:1], seed=0)
    again.restore(state)
    torch.testing.assert_close(again.batch(2), later)
