"""A goal that is met by a change that nobody sees: the step goes on until it is seen, or does harm."""

from pathlib import Path

import pytest

from tests.fakes import Small, step
from tests.unit.agent.small_plans import eyes_as_dull_as, scripted, steps
from wordfuse.agent.critic import may_go_on, measured
from wordfuse.agent.plan import Step

pytestmark = pytest.mark.usefixtures("quick")

UNHARMED = {"edges": 1.0, "blobs": 0.0, "rim": 0.0, "halo": 0.0, "colour": 1.0, "texture": 1.0, "luma": 100.0}
SOFT = {"sharpness": 3.1}, {"sharpness": 3.7, "seen": 1.0}


@pytest.mark.parametrize(
    ("edit", "before", "after", "further"),
    [
        (step("sharpen"), *SOFT, True),
        (step("sharpen"), SOFT[0], {"sharpness": 3.7, "seen": 3.0}, False),
        (step("sharpen").model_copy(update={"amount": 0.1}), SOFT[0], {"sharpness": 3.7, "seen": 0.9}, False),
        (step("contrast", "more"), {"contrast": 10.0}, {"contrast": 14.0, "seen": 2.0}, True),
        (step("contrast", "more"), {"contrast": 59.0}, {"contrast": 60.0, "seen": 2.0}, False),  # there is no room
        (step("denoise"), {"noise": 5.0}, {"noise": 2.4, "seen": 1.0}, False),  # it is gone: there is no more of it
        (step("stand_out", "more"), {"difference": 10.0}, {"difference": 16.0, "seen": 1.0}, False),  # by its means
    ],
)
def test_a_goal_that_was_met_unseen_goes_on(
    edit: Step, before: dict[str, float], after: dict[str, float], further: bool
) -> None:
    result = measured(edit, UNHARMED | {"seen": 0.0} | before, UNHARMED | after)
    assert result.met
    assert may_go_on(edit, result) is further


def test_a_goal_that_is_met_unseen_goes_on_until_it_is_seen(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = steps(small.run(tmp_path / "first", scripted(), "rich"))[0]["attempts"][0]["after"]["seen"]
    eyes_as_dull_as(first + 0.5, monkeypatch)
    (done,) = steps(small.run(tmp_path / "run", scripted(), "rich"))
    tried = done["attempts"]
    edits = [attempt["tool_calls"][-2]["args"] for attempt in tried]
    assert [attempt["move"] for attempt in tried] == ["again", "accept"]
    assert [edit["image"] == "fused" for edit in edits] == [True, False], "it goes on from what it came to"
    assert [edit.get("amount") for edit in edits] == [None, 0.14], "by four tenths of what it is asked for"
    assert tried[-1]["after"]["seen"] >= first + 0.5
    assert (done["satisfied"], done.get("reason"), done["output"]) == (True, None, "images/001.png")


def test_what_goes_on_ends_where_it_does_harm(small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = steps(small.run(tmp_path / "first", scripted(), "rich"))[0]["attempts"][0]["after"]
    eyes_as_dull_as(90.0, monkeypatch, halo=first["halo"] + 0.1)
    (done,) = steps(small.run(tmp_path / "run", scripted(), "rich"))
    assert [attempt["goal_met"] for attempt in done["attempts"]] == [True, False]
    assert (done["satisfied"], done["reason"], done["output"]) == (True, "already", None)
    assert "stronger does harm (halo" in done["notice"]
