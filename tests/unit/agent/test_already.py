"""A wish that is met already, or whose change nobody would see: said everywhere, and the picture left as it was."""

from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from tests.fakes import Small, exit_of, satisfied
from tests.unit.agent.small_plans import eyes_as_dull_as, scripted, steps
from wordfuse.agent import critic
from wordfuse.agent.context import Event
from wordfuse.agent.dialogue.why import explain
from wordfuse.agent.record import Record
from wordfuse.agent.state import Json
from wordfuse.agent.terminal.console import step_table
from wordfuse.fusion.images import read_picture, write_png

pytestmark = pytest.mark.usefixtures("quick")


def run_on_like_pictures(small: Small, folder: Path, *words: str) -> Json:
    """A run on a pair that shows the same twice: nothing is nearer to either picture than the fused one."""
    gray = read_picture(small.vi)[..., 1]
    write_png(folder / "same.png", np.repeat(gray[..., None], 3, 2))
    write_png(folder / "ir.png", gray)
    alike = Small(folder / "ir.png", folder / "same.png", small.vi_gray, small.masks, small.weights)
    return alike.run(folder / "run", scripted(), *words)


def test_a_goal_that_was_met_before(small: Small, tmp_path: Path) -> None:
    record = run_on_like_pictures(small, tmp_path, "warm")
    (done,) = steps(record)
    assert (done["satisfied"], done["reason"], done["output"]) == (True, "already", None)
    assert done["notice"].startswith("nothing to gain here: already like the infrared picture (distance ")
    assert exit_of(record) == 0
    run = tmp_path / "run"
    assert (run / "result.png").read_bytes() == (run / "fused.png").read_bytes()
    assert record["llm"]["calls"] == 4, "a plan and three acts; no model judges what numbers say alone"


def test_it_is_said_in_the_report_on_the_terminal_and_when_asked_why(small: Small, tmp_path: Path) -> None:
    record = Record.model_validate(run_on_like_pictures(small, tmp_path, "warm"))
    said = "nothing to gain here: already like the infrared picture"
    page = (tmp_path / "run/report.html").read_text()
    assert said in page
    assert "already so" in page
    console = Console(width=200, record=True, file=(tmp_path / "shown").open("w"))
    console.print(step_table(record.instructions))
    assert said in " ".join(console.export_text().split())
    assert any(said in line and "nothing was changed" in line for line in explain(record.instructions[0]))


def test_a_change_that_nobody_sees_is_not_kept(small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    eyes_as_dull_as(90.0, monkeypatch)
    told: list[Event] = []
    record = small.run(tmp_path / "run", scripted(verdict=satisfied), "rich", notify=told.append)
    (done,) = steps(record)
    assert done["attempts"][0]["goal_met"]
    assert len(done["attempts"]) > 1, "more of it was tried"
    assert (done["satisfied"], done["reason"], done["output"]) == (True, "already", None)
    assert any("nothing to gain here" in event.text for event in told if event.kind == "advanced")


def test_what_was_done_has_no_such_reason(small: Small, tmp_path: Path) -> None:
    (done,) = steps(small.run(tmp_path / "run", scripted(), "warm"))
    assert done["satisfied"]
    assert "reason" not in done


def test_unseen_attempts_short_of_the_goal_are_not_kept(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wordfuse.agent.critic.OF_THINGS", 2.0)  # twice as far as the tool aims
    for name in ("seen", "just_seen"):
        monkeypatch.setattr(critic.Measured, name, property(lambda self: False))
    (done,) = steps(small.run(tmp_path / "run", scripted(verdict=satisfied), "warm"))
    assert (done["satisfied"], done["output"]) == (False, None)
