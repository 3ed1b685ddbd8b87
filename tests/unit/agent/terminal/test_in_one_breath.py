"""Several things said in one line of ``wordfuse chat`` are followed one after the other."""

from pathlib import Path

import pytest

from tests.fakes import Small
from tests.unit.agent.terminal import test_controls
from tests.unit.agent.terminal.test_controls import PLANS, chatted, said
from wordfuse.agent.model.words import lines

pytestmark = pytest.mark.usefixtures("quick")

LINE = "what is that unicorn? brighten it. how many skies are there?"


@pytest.fixture(autouse=True)
def more_plans(monkeypatch: pytest.MonkeyPatch) -> None:
    more = {
        "what is that unicorn?": lines.read("? describe: unicorn"),
        "brighten the unicorn": lines.read("brighter slight: unicorn"),
        "how many skies are there?": lines.read("? count: sky"),
        "what is it made of?": lines.read("? describe"),
    }
    monkeypatch.setattr(test_controls, "PLANS", PLANS | more)


def test_also_after_the_question_that_the_first_leads_to(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown, record, _ = chatted(small, tmp_path, monkeypatch, LINE, "sky")
    assert said(record) == ["what is that unicorn?", "brighten the unicorn", "how many skies are there?"]
    assert record.instructions[1].steps[0].region.phrases == ["sky"]
    assert "is not done yet" not in shown


@pytest.mark.parametrize("instead", ["bright", "undo", "/undo"])
def test_what_is_left_is_told_where_another_thing_is_said_instead(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, instead: str
) -> None:
    words = "brighten the people" if instead == "bright" else instead
    shown, record, _ = chatted(small, tmp_path, monkeypatch, LINE, words, "/history")
    assert "how many skies are there?" not in said(record)
    assert "'how many skies are there?' is not done yet: say it again after this." in shown


def test_it_is_not_guessed_where_nobody_knows_what_it_is(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(test_controls.PLANS, "what is on the left?", lines.read("? describe"))
    shown, record, _ = chatted(small, tmp_path, monkeypatch, "what is on the left? brighten it")
    assert said(record) == ["what is on the left?"]
    assert "'brighten it' is not done: say what is meant by 'it'." in shown
