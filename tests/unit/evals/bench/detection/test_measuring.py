from pathlib import Path

import numpy as np
import pytest

from wordfuse.evals.bench.detection.boxes import Seen
from wordfuse.evals.bench.detection.labelled import Labelled
from wordfuse.evals.bench.detection.measuring import (
    Judged,
    Measured,
    at_best_f1,
    average_precision_of,
    by_seeds,
    interval_of,
    mean_precision,
    measure,
    replicated,
)
from wordfuse.fusion.files.pairs import PairFiles

PERSON, CAR = (0.1, 0.1, 0.3, 0.6), (0.4, 0.2, 0.9, 0.5)
Found = list[tuple[int, float, tuple[float, ...]]]


def labelled(stem: str, *boxes: tuple[int, tuple[float, ...]], name: str = "MSRS") -> Labelled:
    rows = np.array([[kind, *box] for kind, box in boxes], np.float32).reshape(-1, 5)
    return Labelled("dev", name, PairFiles(Path(f"{stem}.png"), Path(f"{stem}.png")), rows)


def seen(*found: tuple[int, float, tuple[float, ...]]) -> Seen:
    kinds, scores, boxes = ([one[i] for one in found] for i in range(3))
    return Seen(np.array(kinds, np.int64), np.array(scores, np.float32), np.array(boxes, np.float32).reshape(-1, 4))


def test_the_columns_by_hand() -> None:
    pairs = [labelled("1D", (0, PERSON), (1, CAR)), labelled("2N", (0, PERSON))]
    exact = measure(pairs, [seen((0, 0.9, PERSON), (1, 0.8, CAR)), seen((0, 0.7, PERSON))])
    assert exact.columns == pytest.approx(dict.fromkeys(exact.columns, 1.0))
    assert exact.classes == pytest.approx({"person": 1, "car": 1}), "no bicycle is drawn: it does not count"
    assert exact.groups == pytest.approx({"MSRS by day": 1, "MSRS at night": 1})
    assert exact.confidence <= 0.7

    # People: a wrong box is the surest, one of two is found; cars: found with an overlap of 0.64 (0.8 of each side).
    smaller = (0.4, 0.2, 0.8, 0.44)
    found = measure(pairs, [seen((0, 0.95, CAR), (0, 0.9, PERSON), (1, 0.8, smaller)), seen()])
    half = 0.5 * 51 / 101  # precision 1/2 up to a recall of 1/2: 51 of 101 steps
    assert found.classes == pytest.approx({"person": half, "car": 1})
    assert found.columns["mAP@.5"] == pytest.approx((half + 1) / 2)
    assert found.columns["mAP@.75"] == pytest.approx(half / 2), "the car does not fit well enough"
    # At the overlaps 0.5, 0.55 and 0.6 the car is found, at the seven others it is not.
    assert found.columns["mAP@[.5:.95]"] == pytest.approx((half + 0.3) / 2)
    # Shown from 0.8 on: people 1 of 2 boxes right and 1 of 2 found, cars all.
    assert (found.columns["precision"], found.columns["recall"]) == (0.75, 0.75)
    assert found.groups["MSRS at night"] == 0


def test_nothing_found_is_measured_too() -> None:
    nothing = measure([labelled("1", (0, PERSON), name="LLVIP")], [seen()])
    assert set(nothing.columns.values()) == {0.0} and nothing.groups == {"LLVIP": 0.0}
    assert mean_precision(nothing.judged, [0, 0]) == 0


def test_our_fast_average_precision_is_pycocotools_own() -> None:
    random = np.random.default_rng(5)

    def box() -> tuple[float, ...]:
        x, y = random.uniform(0, 0.7, 2)
        return x, y, x + random.uniform(0.1, 0.3), y + random.uniform(0.1, 0.3)

    pairs, found = [], []
    for number in range(30):
        drawn = [(int(random.integers(3)), box()) for _ in range(random.integers(0, 5))]
        near: Found = [
            (kind, float(random.random()), tuple(np.array(one) + random.normal(0, 0.02, 4)))
            for kind, one in drawn
            if random.random() < 0.8
        ]
        wrong: Found = [(int(random.integers(3)), float(random.random()), box()) for _ in range(random.integers(0, 3))]
        pairs.append(labelled(f"{number}N", *drawn))
        found.append(seen(*near, *wrong))
    measured = measure(pairs, found)
    ours = {kind: average_precision_of(judged) for kind, judged in measured.judged.items()}
    assert ours == pytest.approx(measured.classes, abs=1e-9)
    assert mean_precision(measured.judged, range(30)) == pytest.approx(measured.columns["mAP@.5"], abs=1e-9)
    assert 0.3 < measured.columns["mAP@.5"] < 0.95


def test_where_nothing_is_drawn_there_is_no_precision() -> None:
    nobody = [Judged(np.array([0.5]), np.array([False]), 0)]
    assert np.isnan(average_precision_of(nobody))
    somebody = [Judged(np.array([0.5]), np.array([True]), 1)]
    assert mean_precision({"person": nobody, "car": somebody}, [0]) == 1


def test_the_best_confidence() -> None:
    # Right at 0.9 and 0.6, wrong at 0.7 and 0.2, one of three never found: F1 is 2/4 from 0.9, 2/5 from 0.7, 4/6 from
    # 0.6, 4/7 from 0.2.
    judged = Judged(np.array([0.9, 0.7, 0.6, 0.2]), np.array([True, False, True, False]), 3)
    confidence, precision, recall = at_best_f1({"person": [judged]})
    assert 0.2 < confidence <= 0.6
    assert (precision, recall) == (pytest.approx(2 / 3), pytest.approx(2 / 3))


def test_the_interval_over_trainings() -> None:
    # Student's t for three trainings is 4.303 (any table); the standard deviation of 1, 2, 3 is 1.
    assert by_seeds([1, 2, 3]) == (2, pytest.approx(4.303 / np.sqrt(3), abs=1e-3))
    assert by_seeds([2]) == (2, None)


def measured(right: list[bool]) -> Measured:
    """A training that finds somebody in these pictures, one person in each."""
    found = [Judged(np.array([0.9] * one), np.ones(int(one), bool), 1) for one in right]
    return Measured({}, {}, {}, 0.5, {"person": found})


def test_pictures_are_drawn_alike_for_all_rows() -> None:
    better = [True] * 8 + [False] * 8
    worse = [True] * 6 + [False] * 10
    rows = {"a": [measured(better)] * 2, "b": [measured(worse)] * 2, "c": [measured(better)]}
    values = replicated(rows, ["person"], 300)
    assert (values["a"] == values["c"]).all(), "the same pictures: the same number"
    low, high = interval_of(values["a"] - values["b"])
    # Two pictures of 16 make the difference, 0.125 of recall: never negative, for b finds nothing that a does not.
    assert 0 <= low < 0.125 < high < 0.4
    low, high = interval_of(values["a"])
    assert 0.2 < low < 0.45 and 0.55 < high < 0.8
