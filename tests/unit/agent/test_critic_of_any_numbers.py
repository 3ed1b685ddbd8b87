"""What holds of verdicts and tables whatever was measured."""

from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import step
from wordfuse.agent.critic import decide, expected, measured, table
from wordfuse.agent.model.mock import right_verdict as judged
from wordfuse.agent.plan import Judgement, Step, Verdict
from wordfuse.tools.effects import EFFECTS
from wordfuse.tools.types import Strength

# An open wish has no goal: the steps that are chosen for it have theirs.
WITH_GOALS = [(task, direction) for task, effect in EFFECTS.items() for direction, goal in effect.goals.items() if goal]
STEPS = st.builds(
    lambda pair, strength: step(pair[0], pair[1], strength=strength),
    st.sampled_from(WITH_GOALS),
    st.sampled_from(get_args(Strength)),
)
VALUES = st.fixed_dictionaries(
    {
        "distance_infrared": st.floats(0, 255),
        "distance_visible": st.floats(0, 255),
        "ssim_infrared": st.floats(-1, 1),
        "ssim_visible": st.floats(-1, 1),
        "luma": st.floats(0, 255),
        "noise": st.floats(0, 100),
        "edges": st.floats(-1, 2),
        "difference": st.floats(0, 100),
        "contrast": st.floats(0, 128),
        "sharpness": st.floats(0, 100),
        "haze": st.floats(0, 1),
        "stripes": st.floats(0, 50),
        "readable": st.floats(0, 100),
        "chroma": st.floats(0, 130),
        "cast": st.floats(0, 100),
        "heat": st.floats(-1, 1),
        "seen": st.floats(0, 50),
        "blobs": st.floats(0, 100),
        "rim": st.floats(0, 255),
        "halo": st.floats(0, 255),
        "colour": st.floats(0, 1),
        "texture": st.floats(0, 1),
    }
)
JUDGEMENTS = st.builds(Judgement, verdict=st.sampled_from(get_args(Verdict)), reason=st.just("because"))


@given(STEPS, VALUES, VALUES, JUDGEMENTS, st.integers(1, 5), st.integers(1, 5))
def test_accepted_only_where_verdict_and_numbers_agree(
    edit: Step, before: dict[str, float], after: dict[str, float], judgement: Judgement, attempt: int, limit: int
) -> None:
    result = measured(edit, before, after)
    move = decide(judgement, result, attempt, limit)
    assert (move == "accept") == (judgement.verdict == "satisfied" and (result.met or result.already))
    if attempt >= limit:
        assert move in ("accept", "stop"), "no attempt after the last"


@given(STEPS, VALUES, VALUES, st.integers(1, 5))
def test_verdict_of_the_rules_is_kept(
    edit: Step, before: dict[str, float], after: dict[str, float], attempt: int
) -> None:
    result = measured(edit, before, after)
    judgement = expected(result, attempt, 5)
    assert (judgement.verdict == "satisfied") == result.met
    moves = {"satisfied": "accept", "give_up": "stop"}
    assert decide(judgement, result, attempt, 5) == moves.get(judgement.verdict, judgement.verdict)


@given(STEPS, VALUES, VALUES)
def test_progress_is_never_nan_and_full_where_met(
    edit: Step, before: dict[str, float], after: dict[str, float]
) -> None:
    result = measured(edit, before, after)
    assert result.progress == result.progress
    assert result.progress == 1.0 or not result.met


@given(STEPS, VALUES)
def test_nothing_done_is_no_progress(edit: Step, before: dict[str, float]) -> None:
    """Unless there was nothing to do."""
    result = measured(edit, before, before)
    assert result.progress in (0.0, 1.0, -1.0)


@given(STEPS, VALUES, VALUES, st.integers(1, 3))
def test_printed_table_is_enough_to_judge_by(
    edit: Step, before: dict[str, float], after: dict[str, float], attempt: int
) -> None:
    result = measured(edit, before, after)
    assert (judged(table(edit, result, attempt, 3)).verdict == "satisfied") == result.met


def test_every_task_but_the_open_wish_has_a_goal() -> None:
    assert {task for task in EFFECTS} - {task for task, _ in WITH_GOALS} == {"improve"}
