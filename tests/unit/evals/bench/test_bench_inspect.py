"""The table of the benchmark, by hand; and its damage, which is as much as it says."""

import numpy as np
import pytest

from wordfuse.evals.bench.inspect import Sample, fit_scales, rows
from wordfuse.evals.damage.ladders import LADDERS
from wordfuse.evals.damage.scene import fade
from wordfuse.fusion.inspect.severity import Scale


def samples(name: str, source: str, picture: int, numbers: dict[float, float]) -> list[Sample]:
    return [Sample(name, source, picture, amount, number) for amount, number in numbers.items()]


def test_a_row_by_hand() -> None:
    noise = "noise visible"
    measured = [
        *samples(noise, "MSRS", 0, {0: 1, 5: 4, 10: 8}),
        *samples(noise, "MSRS", 1, {0: 1, 5: 8, 10: 4}),  # the wrong way round
        *samples(noise, "MSRS", 2, {0: 9}),  # a false alarm
        *samples(noise, "TNO", 3, {0: 9}),  # of other cameras: apart
    ]
    (row,) = rows(measured, {noise: Scale((2, 10))})
    assert (row.pictures, row.clean, row.alarms, row.faulty) == (2, 3, pytest.approx(1 / 3), 1.0)
    assert row.within == pytest.approx((1 + 0.5) / 2)
    assert 0 < row.pooled < 1


def test_a_scale_is_fitted() -> None:
    measured = [
        *samples("dark visible", "MSRS", 0, {0: 100, 0.5: 50, 0.9: 10}),
        *samples("dark visible", "MSRS", 1, {0: 140, 0.5: 70, 0.9: 14}),
        *samples("dark visible", "MSRS night", 2, {0: 5}),  # is dark, and says nothing of clean pictures
    ]
    assert fit_scales(measured) == {"dark visible": Scale((102, 60, 12))}


@pytest.mark.parametrize("kind", LADDERS)
def test_more_is_worse_and_nothing_is_nothing(kind: str) -> None:
    ladder = LADDERS[kind]
    random = np.random.default_rng(0)
    picture = np.kron(random.integers(60, 200, (12, 16, 3)), np.ones((10, 10, 1))).astype(np.uint8)
    hurt = [ladder.damage(picture, amount, np.random.default_rng(1)) for amount in ladder.steps]
    assert np.array_equal(hurt[0], picture)
    distances = [float(np.abs(one.astype(float) - picture).mean()) for one in hurt]
    assert distances == sorted(distances)
    assert distances[-1] > 1


def test_somebody_fades_into_what_is_around() -> None:
    picture = np.full((60, 60, 3), 100, np.uint8)
    mask = np.zeros((60, 60), np.uint8)
    mask[20:40, 25:35] = 255
    picture[mask > 0] = 220
    gone = fade(picture, mask, 1.0)
    assert np.abs(gone.astype(int) - 100).max() <= 1
    half = fade(picture, mask, 0.5)[30, 30]
    assert half == pytest.approx([160, 160, 160], abs=2)
