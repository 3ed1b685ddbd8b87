"""Which frames belong together, and the offset of two clocks from what moves."""

import numpy as np
import pytest

from wordfuse.fusion.film.pace import Changes, find_offset, paced
from wordfuse.fusion.film.reader import Frame

NOTHING = np.zeros((16, 16), np.uint8)


def stream(fps: float, seconds: float, start: float = 0.0) -> list[Frame]:
    return [Frame(number, start + number / fps, NOTHING) for number in range(round(fps * seconds))]


def test_every_visible_frame_gets_the_nearest_infrared_one() -> None:
    pairs = [(one.visible.number, one.infrared.number) for one in paced(stream(9, 1), stream(30, 1))]
    assert len(pairs) == 29  # the last infrared frame, at 0.889 s, stands for half a frame's time
    for visible, infrared in pairs:
        assert abs(infrared / 9 - visible / 30) <= 0.5 / 9 + 1e-9


def test_only_where_both_run() -> None:
    # The infrared clock is set 2 s later: its film runs from 2 s to 4 s of the visible one.
    moments = list(paced(stream(10, 2), stream(10, 10), offset_s=2.0))
    assert moments[0].visible.seconds == pytest.approx(2.0)
    assert moments[-1].visible.seconds == pytest.approx(3.9, abs=0.11)
    assert [one.number for one in moments] == list(range(len(moments)))
    assert moments[0].seconds == 0.0
    assert list(paced(stream(10, 2), stream(10, 3), offset_s=60.0)) == []
    assert list(paced([], stream(10, 3))) == []


def changes(fps: float, seconds: float, later: float, seed: int = 0) -> Changes:
    """A film in which something moves now and then, seen by a clock that began ``later``."""
    bursts = np.random.default_rng(seed).uniform(0, 40, 25)
    times = np.arange(1, round(fps * seconds)) / fps
    amounts = 5.0 + sum(40 * np.exp(-(((times + later - burst) / 0.12) ** 2)) for burst in bursts)
    return Changes(times, np.asarray(amounts))


@pytest.mark.parametrize("later", [0.0, 0.5, -1.3, 3.0])
def test_the_offset_of_two_films(later: float) -> None:
    found = find_offset(changes(25, 20, max(later, 0)), changes(30, 20, max(-later, 0)))
    assert found.sure
    assert found.seconds == pytest.approx(later, abs=0.03)


def test_films_that_tell_no_offset() -> None:
    still = Changes(np.arange(1, 100) / 25, np.full(99, 3.0))
    assert not find_offset(still, changes(25, 10, 0)).sure
    assert not find_offset(changes(25, 0.2, 0), changes(25, 10, 0)).sure
    assert not find_offset(changes(25, 0.48, 0), changes(25, 0.48, 0)).sure
    unrelated = find_offset(changes(25, 20, 0, seed=1), changes(25, 20, 0, seed=2))
    assert not unrelated.sure and unrelated.seconds == 0.0
