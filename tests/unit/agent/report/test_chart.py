"""Charts and words of a report."""

import pytest

from tests.fakes import step
from wordfuse.agent.critic import Check
from wordfuse.agent.report.chart import draw_chart
from wordfuse.agent.report.engine import plain
from wordfuse.agent.report.wording import number, seconds, share, signed, step_words


def check(after: float, *, before: float = 10.0, target: float = 8.0, at_most: bool = True) -> Check:
    return Check("noise", before, after, target, at_most, main=True)


def test_a_chart_shows_every_attempt_beside_its_goal() -> None:
    chart = draw_chart([check(9.0), check(8.5), check(7.0)], "noise")
    assert [point.value for point in chart.points] == ["10.0", "9.0", "8.5", "7.0"]
    assert [point.met for point in chart.points] == [False, False, False, True]
    assert chart.summary == (
        "noise: 10.0 before, 9.0 after try 1, 8.5 after try 2, 7.0 after try 3; the goal is at most 8.0."
    )
    ys = [point.y for point in chart.points]
    assert ys == sorted(ys), "lower values stand lower"
    assert ys[2] < chart.goal_y < ys[3]
    assert chart.zone_y == chart.goal_y
    rising = draw_chart([check(12.0, target=11.0, at_most=False)], "luma")
    assert rising.points[1].y < rising.goal_y < rising.points[0].y
    assert rising.zone_y + rising.zone_height == pytest.approx(rising.goal_y)


@pytest.mark.parametrize("attempts", [1, 2, 6, 20])
def test_a_chart_stays_within_its_bounds(attempts: int) -> None:
    for after in (0.0, 10.0, 1e6):
        chart = draw_chart([check(after, target=10.0)] * attempts, "x")
        assert all(0 < point.x < 360 and 0 < point.y < 182 and 0 < point.value_y < 165 for point in chart.points)
        assert 0 < chart.goal_y < 165


def test_numbers_as_people_write_them() -> None:
    assert number(-0.0001) == "0.000"
    assert number(-1.5, 1) == "\u22121.5"
    assert [signed(value) for value in (2.04, -2.04, 0.0)] == ["+2.0", "\u22122.0", "0.0"]
    assert [seconds(value) for value in (0.012, 4.24, 61.0, 125.0)] == ["12 ms", "4.2 s", "61 s", "2 min 5 s"]
    assert [share(value) for value in (1.0, 0.031, 0.0004, 0.0)] == ["100%", "3.1%", "under 0.1%", "0%"]
    assert step_words(step("relight", "darker", "sky", strength="strong")) == "Make sky darker, a lot"


def test_what_no_eye_sees_is_written_out() -> None:
    assert plain("a\x00b\u202ec\udcff\u2066\n\td") == "a\\x00b\\u202ec\\udcff\\u2066\n\td"
    for words in (
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "\U0001f468\u200d\U0001f469\u200d\U0001f467",
        "\u00fc",
    ):
        assert plain(words) == words
