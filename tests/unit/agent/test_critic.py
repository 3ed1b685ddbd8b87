"""When a step counts as done: literal goals, and what holds for any measurements and any verdict."""

import pytest
from pydantic import TypeAdapter

from tests.fakes import step
from wordfuse.agent import critic
from wordfuse.agent.critic import Check, decide, expected, measured, table
from wordfuse.agent.plan import Judgement, Step, Verdict
from wordfuse.tools.effects import EDGES_LEFT
from wordfuse.tools.means import STRENGTHS
from wordfuse.tools.types import Strength, Task


def numbers(**more: float) -> dict[str, float]:
    values = {"distance_infrared": 100.0, "distance_visible": 100.0, "ssim_infrared": 0.5, "ssim_visible": 0.5}
    values |= {"luma": 100.0, "noise": 5.0, "edges": 1.0, "difference": 10.0, "seen": 9.0}
    return values | {"blobs": 0.0, "rim": 0.0, "halo": 0.0, "colour": 1.0, "texture": 1.0} | more


EDITS = [step("incline", "infrared"), step("relight", "brighter"), step("relight", "darker"), step("denoise")]
EDITS += [step("stand_out", "more"), step("stand_out", "less")]
# What eyes take offence at: the last value that is let pass and the first that is not, whatever the task.
KEPT = [
    ("blobs", 0.1, 0.101),
    ("rim", 4.5, 4.6),
    ("colour", 0.7, 0.69),
    ("texture", 0.45, 0.44),
]


# 80 % of the amounts in tools.effects: distance falls by 15, 35, 70 %; luma grows by 12, 30, 60 % (or shrinks by that
# ratio); noise falls by 25, 50, 80 %; the difference to what is around moves by 20, 45, 90 %, and by 5 at least.
@pytest.mark.parametrize(
    ("task", "direction", "strength", "target"),
    [
        ("incline", "infrared", "slight", 88.0),
        ("incline", "infrared", "normal", 72.0),
        ("incline", "visible", "strong", 44.0),
        ("relight", "brighter", "slight", 109.6),
        ("relight", "brighter", "normal", 124.0),
        ("relight", "brighter", "strong", 148.0),
        ("relight", "darker", "slight", 91.2409),
        ("relight", "darker", "normal", 80.6452),
        ("relight", "darker", "strong", 67.5676),
        ("denoise", None, "slight", 4.0),
        ("denoise", None, "normal", 3.0),
        ("denoise", None, "strong", 1.8),
        ("stand_out", "more", "slight", 14.0),
        ("stand_out", "more", "normal", 14.0),
        ("stand_out", "more", "strong", 17.2),
        ("stand_out", "less", "slight", 6.0),
        ("stand_out", "less", "normal", 6.0),
        ("stand_out", "less", "strong", 6.0),  # which is hardly noticed
    ],
)
def test_goal_of_each_task(task: Task, direction: str, strength: Strength, target: float) -> None:
    main = measured(step(task, direction, strength=strength), numbers(), numbers()).checks[0]
    assert main.main
    assert main.target == pytest.approx(target, rel=1e-5)
    assert main.at_most == (direction not in ("brighter", "more"))


# Of a thing 45 % of the amounts: it goes by 50, 75 and 92 %, but for its soft edge. Half-way to what things stand in,
# 62.5 % of 32.5, 55 and 81 %.
@pytest.mark.parametrize(
    ("area", "targets"),
    [
        (0.02, (77.5, 66.25, 58.6)),
        (0.24, (79.6875, 65.625, 49.375)),
        (0.5, (88.0, 72.0, 44.0)),
        (None, (88.0, 72.0, 44.0)),
    ],
)
def test_the_goal_fits_how_far_a_region_goes(area: float | None, targets: tuple[float, ...]) -> None:
    before = numbers() if area is None else numbers(area=area)
    for strength, target in zip(STRENGTHS, targets, strict=True):
        main = measured(step("incline", "infrared", strength=strength), before, before).main
        assert main.target == pytest.approx(target)


def test_what_is_dark_is_made_no_darker_to_stand_out() -> None:
    more = step("stand_out", "more")
    assert measured(more, numbers(luma=30.0), numbers(luma=29.0, difference=20.0)).met
    assert not measured(more, numbers(luma=30.0), numbers(luma=28.0, difference=20.0)).met
    less = step("stand_out", "less")
    assert measured(less, numbers(luma=30.0), numbers(luma=20.0, difference=5.0)).met, "hidden in the dark"


def test_what_is_taken_from_a_source_to_stand_out_may_have_its_outlines() -> None:
    more, after = step("stand_out", "more"), numbers(difference=20.0, halo=25.0)
    assert measured(more, numbers(), after, ("incline", "infrared")).met
    for by in (("relight", "brighter"), None):
        assert not measured(more, numbers(), after, by).met


def test_how_much_of_what_was_done_keeps_the_guards() -> None:
    more = step("stand_out", "more")
    assert measured(more, numbers(), numbers(difference=20.0)).within == 1
    assert measured(more, numbers(), numbers(difference=20.0, halo=40.0)).within == pytest.approx(0.378, abs=1e-3)
    assert measured(more, numbers(luma=60.0), numbers(difference=20.0, luma=30.0)).within == pytest.approx(
        0.378, abs=1e-3
    )
    barely = measured(more, numbers(), numbers(difference=20.0, halo=20.7)).within
    assert 0.85 < barely < 0.9, "what went hardly too far goes hardly less far"
    both = numbers(difference=20.0, halo=40.0, rim=45.0)
    assert measured(more, numbers(), both).within == pytest.approx(0.9 * 0.1**1.25), "the worst of them"


@pytest.mark.parametrize(
    ("edit", "key", "kept", "broken"),
    [
        (step("incline", "infrared"), "ssim_infrared", 0.5, 0.499),
        (step("incline", "visible"), "ssim_visible", 0.5, 0.499),
        (step("denoise"), "edges", 0.8, 0.799),  # a fifth of the edges
        *((edit, *kept) for edit in EDITS for kept in KEPT),
        *((edit, "halo", 20.0, 20.1) for edit in EDITS if edit.task != "incline" and edit.direction != "more"),
        (step("stand_out", "more"), "luma", 45.0, 44.9),  # a black shape
        (step("incline", "infrared"), "halo", 28.0, 28.1),  # two outlines, where sources lie apart
        (step("stand_out", "more"), "halo", 20.0, 20.1),
    ],
)
def test_what_must_not_suffer(edit: Step, key: str, kept: float, broken: float) -> None:
    good = {"distance_infrared": 50.0, "distance_visible": 50.0, "noise": 2.5}
    good["luma"] = 150.0 if edit.direction == "brighter" else 50.0
    good["difference"] = 20.0 if edit.direction == "more" else 5.0
    assert measured(edit, numbers(), numbers(**good | {key: kept})).met
    overshot = measured(edit, numbers(), numbers(**good | {key: broken}))
    assert not overshot.met
    assert overshot.progress == -1.0, "such an attempt is never the best"
    assert expected(overshot, 1, 3).verdict == "adjust"
    assert expected(overshot, 3, 3).verdict == "give_up"


@pytest.mark.parametrize(
    ("edit", "before", "target"),
    [
        (step("incline", "infrared"), {"distance_infrared": 1.0}, 4.0),  # closer than an eye sees
        (step("denoise"), {"noise": 0.5}, 1.5),  # texture, not grain
        (step("relight", "brighter"), {"luma": 230.0}, 235.0),  # no room above
        (step("relight", "brighter"), {"luma": 240.0}, 240.0),
        (step("relight", "darker"), {"luma": 9.0}, 8.0),  # nor below
        (step("relight", "darker"), {"luma": 5.0}, 5.0),
        (step("stand_out", "more"), {"difference": 20.0}, 25.0),  # nobody overlooks it
        (step("stand_out", "more"), {"difference": 24.0}, 28.0),  # what is not seen is nothing
        (step("stand_out", "more"), {"difference": 40.0}, 40.0),
        (step("stand_out", "more", strength="slight"), {"difference": 26.0}, 30.16),  # a bit more is a bit more
        (step("stand_out", "more", strength="slight"), {"difference": 38.0}, 42.0),
        (step("stand_out", "more", strength="slight"), {"difference": 41.0}, 41.0),  # torn out of its picture
        (step("stand_out", "less"), {"difference": 8.0}, 6.0),  # hardly noticed
        (step("stand_out", "less"), {"difference": 3.0}, 6.0),
    ],
)
def test_goals_leave_room(edit: Step, before: dict[str, float], target: float) -> None:
    assert measured(edit, numbers(**before), numbers(**before)).checks[0].target == pytest.approx(target)


@pytest.mark.parametrize(
    ("edit", "noise", "target"),
    [
        (step("denoise"), 26.0, 7.28),  # 80 % of what leaves 2.6, which nobody takes offence at
        (step("denoise", strength="strong"), 26.0, 7.28),
        (step("denoise", strength="slight"), 26.0, 20.8),
        (step("denoise").model_copy(update={"amount": 0.2}), 26.0, 21.84),
        (step("denoise"), 5.2, 3.12),
        (step("denoise"), 100.0, 24.0),  # by 95 % at most
    ],
)
def test_a_strong_fault_is_taken_out_further(edit: Step, noise: float, target: float) -> None:
    before = numbers(noise=noise)
    assert measured(edit, before, before).main.target == pytest.approx(target)


@pytest.mark.parametrize(
    ("edit", "least"),
    [
        (step("contrast", "less"), 2.5),
        (step("contrast", "less", strength="slight"), 1.0),
        (step("contrast", "less").model_copy(update={"amount": 0.05}), 1.0),
    ],
)
def test_a_bit_may_be_hardly_seen(edit: Step, least: float) -> None:
    before = numbers(contrast=15.0)
    assert measured(edit, before, before | {"contrast": 10.0, "seen": least}).seen
    assert not measured(edit, before, before | {"contrast": 10.0, "seen": least - 0.01}).seen


@pytest.mark.parametrize(
    ("after", "attempt", "verdict"),
    [
        (72.0, 1, "satisfied"),
        (72.1, 1, "again"),
        (96.5, 1, "again"),  # an eighth of the way
        (97.5, 1, "give_up"),  # less than a tenth of the way: no progress
        (100.5, 1, "undo"),
        (72.1, 3, "give_up"),
        (100.5, 3, "give_up"),
        (72.0, 3, "satisfied"),
    ],
)
def test_verdict_that_follows_from_the_numbers(after: float, attempt: int, verdict: str) -> None:
    result = measured(step("incline", "infrared"), numbers(), numbers(distance_infrared=after))
    assert expected(result, attempt, 3).verdict == verdict


@pytest.mark.parametrize(
    ("verdict", "reason", "told"),
    [
        ("satisfied", "distance 40.0 at last", "distance 40.0 at last"),
        ("satisfied", "all goals met: distance 14.0", "all goals met: distance 40.0"),
        ("undo", "distance 400", "distance: 100.0 -> 40.0, goal at most 72.0, met"),
        ("satisfied", "it looks right", "it looks right"),
    ],
)
def test_a_reason_names_no_number_that_was_not_measured(verdict: Verdict, reason: str, told: str) -> None:
    result = measured(step("incline", "infrared"), numbers(), numbers(distance_infrared=40.0))
    judgement = critic.true_to_numbers(Judgement(verdict=verdict, reason=reason), result, 1, 3)
    assert judgement == Judgement(verdict=verdict, reason=told)


def test_table_that_the_model_reads() -> None:
    edit = step("incline", "infrared", "people", strength="strong")
    result = measured(edit, numbers(), numbers(distance_infrared=80.0, ssim_infrared=0.25))
    assert table(edit, result, 2, 3) == (
        "step: toward infrared (strong): people\n"
        "attempt: 2 of 3\n"
        "distance: 100.0 -> 80.0, goal at most 44.0, missed\n"
        "ssim: 0.500 -> 0.250, goal at least 0.500, missed"
    )
    kept = measured(edit, numbers(), numbers(distance_infrared=80.0))
    assert table(edit, kept, 1, 3).splitlines()[2:] == [
        "distance: 100.0 -> 80.0, goal at most 44.0, missed",
        "guards: kept",
    ]


def test_record_lines_carry_both_numbers_and_the_limit() -> None:
    result = measured(step("denoise"), numbers(), numbers(noise=2.75))
    lines = TypeAdapter(tuple[Check, ...]).dump_python(result.checks)
    assert lines[0] == {
        "name": "noise",
        "before": 5.0,
        "after": 2.75,
        "target": pytest.approx(3.0),
        "at_most": True,
        "main": True,
        "met": True,
    }


@pytest.mark.parametrize(
    ("before", "after", "kept"),
    [
        ({"noise": 1.2, "seen": 0.0}, {"noise": 0.7, "seen": 0.7}, True),  # somebody sees grain, little was measured
        ({"noise": 0.2, "seen": 0.0}, {"noise": 0.1, "seen": 0.7}, False),  # there is none
        ({"noise": 1.2, "seen": 0.0}, {"noise": 1.1, "seen": 0.7}, False),  # hardly any of it went
        ({"noise": 1.2, "seen": 0.0}, {"noise": 0.7, "seen": 0.3}, False),  # nobody sees that it went
        ({"noise": 1.2, "seen": 0.0}, {"noise": 0.7, "seen": 0.7, "texture": 0.4}, False),  # texture went with it
    ],
)
def test_a_fault_that_is_named_is_mended_gently_where_little_of_it_was_measured(
    before: dict[str, float], after: dict[str, float], kept: bool
) -> None:
    result = measured(step("denoise"), numbers(**before), numbers(**after))
    assert (result.little, result.already) == (kept, not kept)
    reason = critic.nothing_to_gain(step("denoise"), result).reason
    assert reason.startswith("done gently: little of it was measured" if kept else "nothing to gain here")


@pytest.mark.parametrize(
    ("seen", "kept"),
    [
        (3.0, True),
        (0.7, True),  # halved, and seen by who looks for it
        (0.3, True),  # sparse specks: on average little of them is seen
        (0.1, False),
    ],
)
def test_a_fault_that_went_is_not_brought_back(seen: float, kept: bool) -> None:
    result = measured(step("denoise"), numbers(noise=2.6, seen=0.0), numbers(noise=1.3, seen=seen))
    assert result.met and result.already is not kept
    if result.faint:
        assert (
            critic.nothing_to_gain(step("denoise"), result).reason
            == "done, though it can hardly be seen (noise 2.6 -> 1.3)"
        )
    other = measured(step("relight", "brighter"), numbers(luma=100.0), numbers(luma=150.0, seen=seen))
    assert not other.faint


@pytest.mark.parametrize(
    ("after", "attempt", "move"),
    [
        (85.0, 1, "again"),  # more than half of the way: the numbers speak for another attempt
        (85.0, 3, "stop"),
        (99.0, 1, "stop"),  # no progress
        (70.0, 1, "stop"),  # the goal is met, yet the model will not have it
    ],
)
def test_giving_up_while_there_is_progress(after: float, attempt: int, move: str) -> None:
    result = measured(step("incline", "infrared"), numbers(), numbers(distance_infrared=after))
    assert decide(Judgement(verdict="give_up", reason="tired"), result, attempt, 3) == move


def test_guard_numbers() -> None:
    assert (EDGES_LEFT, critic.GOAL_SHARE) == (0.8, 0.8)


def test_what_is_just_missed_does_not_read_as_if_it_were_met() -> None:
    check = Check("difference", before=27.9, after=37.78, target=37.82, at_most=False, main=True)
    assert str(check) == "difference: 27.90 -> 37.78, goal at least 37.82, missed"


@pytest.mark.parametrize(
    ("luma", "texture", "guard"),
    [
        (90.0, 0.95, None),  # half the way, and nobody sees harm
        (90.0, 0.75, None),
        (90.0, 0.50, "texture"),  # nearly all that texture may lose, for half the way
        (98.0, 0.65, "texture"),
        (84.0, 0.70, None),
        (80.0, 0.46, None),  # there: what is asked for may cost as much
    ],
)
def test_what_falls_short_and_suffers_more_than_it_gains_looks_worse(
    luma: float, texture: float, guard: str | None
) -> None:
    came = measured(step("relight", "darker"), numbers(), numbers(luma=luma, texture=texture)).worse
    assert (came and came.name) == guard
