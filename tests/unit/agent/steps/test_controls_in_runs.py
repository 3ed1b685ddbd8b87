"""Controls lead back and forth, as far as a run has them."""

from pathlib import Path

import numpy as np
import pytest

from tests.fakes import Small, exit_of
from tests.unit.agent.asking import WISHES, run
from tests.unit.agent.small_plans import steps
from wordfuse.agent.context import Event
from wordfuse.fusion.images import read_mask, read_picture

pytestmark = pytest.mark.usefixtures("quick")


@pytest.mark.parametrize(
    ("words", "left"),
    [
        (["warm", "undo that"], "fused.png"),
        (["warm", "bright", "undo that"], "images/001.png"),
        (["warm", "bright", "undo that", "undo that"], "fused.png"),
        (["both", "undo that"], "fused.png"),  # an instruction with two steps goes as one
        (["warm", "start over"], "fused.png"),
        (["warm", "start over", "undo that"], "images/001.png"),
        (["start over"], "fused.png"),
        (["warm", "undo that", "redo that"], "images/001.png"),
        (["warm", "bright", "undo that", "undo that", "redo that"], "images/001.png"),
        (["warm", "bright", "undo that", "undo that", "redo that", "redo that"], "images/002.png"),
        (["warm", "undo that", "redo that", "undo that"], "fused.png"),
        (["warm", "unicorn", "undo that"], "fused.png"),  # of what changed nothing there is nothing to undo
        (["warm", "how many skies?", "undo that"], "fused.png"),
        (["warm", "show me", "compare", "save it"], "images/001.png"),
    ],
)
def test_controls_lead_back_and_forth(small: Small, tmp_path: Path, words: list[str], left: str) -> None:
    record = run(small, tmp_path, *words)
    folder = tmp_path / "run"
    assert (folder / "result.png").read_bytes() == (folder / left).read_bytes()
    for word, said in zip(words, record["instructions"], strict=True):
        assert said.get("control") == WISHES[word].control
        assert (said["refusal"], said["steps"] == []) == (None, not WISHES[word].steps)
    assert exit_of(record) == (3 if "unicorn" in words else 0)


@pytest.mark.parametrize(
    ("words", "left"),
    [
        (["warm", "bright", "rich", "go back to before the sky thing"], "images/001.png"),
        (["warm", "bright", "rich", "undo everything after the people"], "images/001.png"),
        (["warm", "bright", "rich", "go back to before the sky thing", "undo that"], "fused.png"),
    ],
)
def test_a_control_leads_back_to_the_edit_that_it_names(
    small: Small, tmp_path: Path, words: list[str], left: str
) -> None:
    run(small, tmp_path, *words)
    assert (tmp_path / "run" / "result.png").read_bytes() == (tmp_path / "run" / left).read_bytes()


@pytest.mark.parametrize(
    ("words", "left", "told"),
    [
        (["undo that"], "fused.png", "Nothing was changed yet, so there is nothing to undo."),
        (["how many skies?", "undo that"], "fused.png", "Nothing was changed yet"),
        (["warm", "undo that", "undo that"], "fused.png", "Nothing was changed yet"),
        (["warm", "redo that"], "images/001.png", "Nothing was undone that could be done again."),
        (["warm", "undo that", "bright", "redo that"], "images/002.png", "Nothing was undone"),
        (["warm", "undo that", "start over", "redo that"], "fused.png", "Nothing was undone"),
    ],
)
def test_what_cannot_be_undone_or_done_again_is_refused(
    small: Small, tmp_path: Path, words: list[str], left: str, told: str
) -> None:
    record = run(small, tmp_path, *words)
    last = record["instructions"][-1]
    assert last["refusal"].startswith(told)
    assert "control" not in last, "it was not carried out"
    assert (tmp_path / "run/result.png").read_bytes() == (tmp_path / f"run/{left}").read_bytes()
    assert exit_of(record) == 3


def test_what_follows_on_an_undo_starts_from_the_picture_before(small: Small, tmp_path: Path) -> None:
    run(small, tmp_path, "warm", "undo that", "bright")
    fused, result = (read_picture(tmp_path / "run" / name) for name in ("fused.png", "result.png"))
    sky = read_mask(small.masks["sky"], (96, 128)) > 127
    assert np.array_equal(fused[~sky], result[~sky]), "the people are as they were"
    assert result[sky].mean() > fused[sky].mean()


def test_the_same_wish_after_an_undo_is_no_second_helping(small: Small, tmp_path: Path) -> None:
    record = run(small, tmp_path, "warm", "undo that", "warm")
    first, second = (read_picture(tmp_path / "run" / done["output"]) for done in steps(record))
    people = read_mask(small.masks["people"], (96, 128)) > 127
    gone = np.abs(first.astype(int) - read_picture(tmp_path / "run/fused.png"))[people].mean()
    assert np.abs(first.astype(int) - second)[people].mean() < 0.2 * gone
    assert [done["satisfied"] for done in steps(record)] == [True, True]


@pytest.mark.parametrize(
    ("words", "told"),
    [("show me", "result.png"), ("compare", "fused.png"), ("save it", "images/"), ("start over", "back to fused.png")],
)
def test_a_control_in_a_run_says_where_to_look(small: Small, tmp_path: Path, words: str, told: str) -> None:
    seen: list[Event] = []
    run(small, tmp_path, words, notify=seen.append)
    (said,) = [event.text for event in seen if event.kind == "answered"]
    assert told in said
    assert (tmp_path / "run/result.png").is_file() and (tmp_path / "run/report.html").is_file()
