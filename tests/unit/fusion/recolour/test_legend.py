"""The legend of heat: the scale that was drawn, with temperatures where they are known, else counts or percent."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.radiometric import Radiometric, counts_of
from wordfuse.fusion.errors import InputError, RegionError
from wordfuse.fusion.images import Pair, read_pair
from wordfuse.fusion.metrics.goals.heat import scale_bar
from wordfuse.fusion.recolour.legend import Values, heat_legend, legend, round_values, values_of

CELSIUS = Values((0.0, 100.0), (0.0, 1.0), "C")


def test_the_legend_has_the_scale_and_round_values() -> None:
    drawn = legend(0.184, 0.369, CELSIUS)
    bar = drawn[8:-8, 8]
    assert (bar[0] == scale_bar(len(bar))[-1]).all()
    assert (bar[-1] == scale_bar(len(bar))[0]).all()
    assert (drawn[:, 40:] < 100).any()  # numbers
    assert round_values(18.4, 36.9, 5) == [20, 25, 30, 35]
    assert round_values(-0.31, 0.29, 5) == pytest.approx([-0.2, 0.0, 0.2])


def test_marks_stand_where_the_scale_has_their_value() -> None:
    bent = Values((0.0, 20.0, 30.0), (0.0, 0.5, 1.0), "C")  # half of the scale for a third of the values
    drawn = legend(0.0, 1.0, bent)
    rows = np.flatnonzero((drawn[:, 27] < 60).all(axis=1))  # the marks right of the bar
    length = len(drawn) - 16
    shares = (len(drawn) - 9 - rows[::-1]) / (length - 1)
    assert shares == pytest.approx([bent.level(value) for value in round_values(0, 30, 5)], abs=0.01)
    assert bent.level(10) == 0.25 and bent.of(0.75) == 25


def test_a_few_hot_pixels_do_not_take_all_the_numbers() -> None:
    hot = Values((0.0, 10.0, 20.0, 500.0), (0.0, 0.02, 0.98, 1.0), "C")
    rows = np.flatnonzero((legend(0.02, 0.99, hot)[:, 27] < 60).all(axis=1))
    assert len(rows) == 5
    assert np.diff(rows).min() > 20


def test_temperatures_of_a_radiometric_file(tmp_path: Path) -> None:
    pytest.importorskip("flyr")
    celsius = np.linspace(10, 40, 64 * 48).reshape(48, 64)
    photograph = np.random.default_rng(3).integers(0, 255, (48, 64, 3)).astype(np.uint8)
    file = tmp_path / "flir.jpg"
    file.write_bytes(Radiometric(counts_of(celsius), np.zeros((48, 64, 3), np.uint8), photograph).data())
    pair = read_pair(file, file)
    values = values_of(pair.notes)
    assert values.unit == "C"
    assert (values.of(0.0), values.of(1.0)) == pytest.approx((10, 40), abs=0.3)
    assert heat_legend(pair, None).shape[0] == 320


def test_counts_of_a_deep_file_and_percent_of_any_other(tmp_path: Path) -> None:
    counts = np.linspace(20_000, 24_000, 48 * 64).reshape(48, 64).astype(np.uint16)
    Image.fromarray(counts).save(tmp_path / "deep.png")
    Image.fromarray((counts // 256).astype(np.uint8)).save(tmp_path / "flat.png")
    deep = values_of(read_pair(tmp_path / "deep.png", tmp_path / "flat.png").notes)
    assert deep.unit == "" and deep.of(0.0) == 20_000 and deep.of(1.0) == 24_000
    flat = values_of(read_pair(tmp_path / "flat.png", tmp_path / "flat.png").notes)
    assert (flat.of(0.25), flat.unit) == (25.0, "%")


def test_the_scale_is_that_of_the_region() -> None:
    infrared = np.tile(np.linspace(0, 1, 64, dtype=np.float32), (48, 1))
    pair = Pair(infrared, np.zeros((48, 64, 3), np.float32), gray=False)
    cold = np.where(infrared < 0.5, 255, 0).astype(np.uint8)
    assert not np.array_equal(heat_legend(pair, cold), heat_legend(pair, None))
    with pytest.raises(RegionError):
        heat_legend(pair, np.zeros_like(cold))


@pytest.mark.parametrize(("low", "high"), [(0.3, 0.3), (0.5, 0.1), (float("nan"), 1.0)])
def test_a_legend_of_nothing_is_refused(low: float, high: float) -> None:
    with pytest.raises(InputError):
        legend(low, high, CELSIUS)
