"""How far is far: limits, what a share is as an amount, and what is left of a way."""

from itertools import pairwise

import pytest

from wordfuse.fusion.restore.dehaze import LEAST_HAZE
from wordfuse.fusion.restore.destripe import LEAST_STRIPES
from wordfuse.tools.aims import Divided, Falls, Multiplied, Nears, Rises, Way
from wordfuse.tools.effects import ALREADY_CLEAR, ALREADY_EVEN, EFFECTS, SCENE, THING
from wordfuse.tools.means import STRENGTHS
from wordfuse.tools.types import Task


@pytest.mark.parametrize(
    ("way", "share", "after"),
    [
        (Falls(low=0.0), 0.2, 80.0),
        (Multiplied(high=1e6), 0.2, 120.0),
        (Divided(low=0.0), 0.2, 80.0),
        (Rises(high=1e6), 0.2, 120.0),
        (Nears(full=200.0, enough=1e6), 0.2, 120.0),
    ],
)
def test_by_a_fifth_is_a_fifth_whichever_way_it_goes(way: Way, share: float, after: float) -> None:
    amount = way.of_share(share)
    assert way.limit(100.0, amount, 1.0) == pytest.approx(after)
    # Half of the way is done: what is left, from there, ends at the same place.
    half = (100 + after) / 2
    assert way.limit(half, way.left(amount, 100.0, half), 1.0) == pytest.approx(after)


@pytest.mark.parametrize(
    ("way", "after"),
    [(Falls(low=0.0, least=5.0), 5.0), (Multiplied(high=1e6, least=5.0), 15.0), (Divided(low=0.0, least=5.0), 5.0)],
)
def test_an_amount_goes_so_far_that_it_can_be_seen(way: Way, after: float) -> None:
    little = way.of_share(0.01)
    assert way.limit(10.0, way.seen(little, 10.0), 1.0) == pytest.approx(after)
    assert way.limit(10.0, little, 1.0) == pytest.approx(after)
    assert way.seen(way.of_share(0.9), 10.0) == way.of_share(0.9)


def test_nothing_can_be_taken_away_more_than_once() -> None:
    assert Falls(low=0.0).of_share(3.0) == 1.0
    assert Divided(low=0.0).of_share(1.0) == pytest.approx(20.0)
    assert Nears(full=1.0, enough=1.0).of_share(2.0) == 1.0


def test_nearly_there_is_enough() -> None:
    assert Nears(full=1.0, enough=0.95).limit(0.97, 1.0, 1.0) == 0.97
    assert Nears(full=1.0, enough=0.95).limit(0.0, 1.0, 1.0) == 0.95


@pytest.mark.parametrize("task", list(EFFECTS))
def test_each_strength_goes_farther_than_the_one_before(task: str) -> None:
    effect = EFFECTS[task]  # type: ignore[index]  # a task
    for direction in effect.goals:
        amounts = [effect.amount(direction, strength) for strength in ("slight", "normal", "strong")]
        assert amounts == sorted(set(amounts))
        if not effect.goals[direction]:
            continue  # an open wish has no goal of its own: its amounts are shares of what was found
        way = effect.way(direction)
        assert effect.amount(direction, "strong", 0.1) == pytest.approx(way.of_share(0.1))


def test_what_goals_call_clear_and_even_is_what_the_methods_leave_alone() -> None:
    assert (ALREADY_CLEAR, ALREADY_EVEN) == (LEAST_HAZE, LEAST_STRIPES)


def test_the_dark_is_brought_up_by_what_can_be_seen_of_it() -> None:
    """CIE L*: 6 more of a luma of 20, which is 6.3, is 1.61 times its luma."""
    relight = EFFECTS["relight"]
    assert relight.amount("brighter", "normal", first=20.0) == pytest.approx(1.607, abs=0.001)
    assert relight.amount("brighter", "normal", first=120.0) == relight.amounts["normal"]
    assert relight.amount("darker", "normal", first=20.0) == relight.amounts["normal"]
    assert relight.amount("brighter", "normal", 0.1, first=20.0) == pytest.approx(1.1), "as it was said"
    assert relight.amount("brighter", "strong", first=1.0) == 3.0, "the rest of it is noise"


def test_a_thing_goes_nearly_all_the_way_to_a_source_and_what_it_stands_in_does_not() -> None:
    incline = EFFECTS["incline"]
    assert [incline.amount("infrared", strength, area=THING) for strength in STRENGTHS] == [0.5, 0.75, 0.92]
    assert [incline.amount("infrared", strength, area=SCENE) for strength in STRENGTHS] == [0.15, 0.35, 0.7]
    assert [incline.amount("visible", strength) for strength in STRENGTHS] == [0.15, 0.35, 0.7], "the whole picture"
    assert incline.amount("infrared", "normal", 0.2, area=0.05) == 0.2, "as it was said"
    assert EFFECTS["relight"].amount("brighter", "normal", area=0.05) == 1.3, "light goes as far everywhere"


def test_between_a_thing_and_its_surroundings_no_pixel_more_makes_a_leap() -> None:
    areas = [THING - 0.02 + 0.001 * step for step in range(290)]
    amounts = [EFFECTS["incline"].amount("infrared", "normal", area=area) for area in areas]
    falls = [before - after for before, after in pairwise(amounts)]
    assert 0 <= min(falls) and max(falls) < 0.003
    assert EFFECTS["incline"].amount("infrared", "normal", area=(THING + SCENE) / 2) == pytest.approx(0.55), "half-way"


@pytest.mark.parametrize("task", [task for task in EFFECTS if task != "improve"])
def test_an_amount_is_told_as_a_person_says_it(task: Task) -> None:
    effect = EFFECTS[task]
    for direction in effect.goals:
        way = effect.way(direction)
        assert way.as_share(way.of_share(0.3)) == pytest.approx(0.3)
