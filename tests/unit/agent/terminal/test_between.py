"""While a question is open, one may ask oneself, or go on with something else: nobody is held to it."""

from pathlib import Path

import pytest

from tests.fakes import Small
from tests.unit.agent.terminal import test_controls
from tests.unit.agent.terminal.test_controls import PLANS, chatted, said
from wordfuse.agent.model.words import lines

pytestmark = pytest.mark.usefixtures("quick")


@pytest.fixture(autouse=True)
def more_plans(monkeypatch: pytest.MonkeyPatch) -> None:
    more = {
        "how many skies are there?": lines.read("? count: sky"),
        "brighten the unicorn": lines.read("brighter: unicorn"),
    }
    monkeypatch.setattr(test_controls, "PLANS", PLANS | more)


def test_a_question_of_ones_own_is_answered_and_the_open_one_put_again(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown, record, _ = chatted(small, tmp_path, monkeypatch, "brighten the unicorn", "how many skies are there?", "sky")
    assert said(record) == ["how many skies are there?", "brighten the unicorn"]
    assert shown.count("Which region instead?") == 2
    assert record.instructions[0].answer is not None
    assert record.instructions[1].steps[0].output == "images/001.png"


def test_words_that_point_to_what_was_spoken_of_are_not_said_again_behind_ones_back(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(test_controls.PLANS, "brighten them", lines.read("brighter: unicorns"))
    shown, record, _ = chatted(small, tmp_path, monkeypatch, "brighten them", "how many skies are there?")
    assert said(record) == ["how many skies are there?"]
    assert "'brighten them' is not done yet: say it again with what is meant." in shown


@pytest.mark.parametrize("text", ["a bit less", "nah, go back to before the people", "still not enough"])
def test_what_goes_on_with_an_edit_before_is_no_answer(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setitem(test_controls.PLANS, "still not enough", lines.read("infrared: people"))
    shown, record, _ = chatted(small, tmp_path, monkeypatch, "warm", "odd", text, "/history")
    assert not any(text in step.region.phrases for step in record.steps), "it is the name of nothing"
    assert shown.count("Which region instead?") == 1
