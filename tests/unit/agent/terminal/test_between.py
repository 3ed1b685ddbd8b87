"""While a question is open, one may ask oneself, or go on with something else: nobody is held to it."""

from pathlib import Path

import pytest

from tests.fakes import Small
from tests.unit.agent.terminal import test_controls
from tests.unit.agent.terminal.test_controls import PLANS, chatted, said
from wordfuse.agent.model.words import lines
from wordfuse.agent.plan import Doubted

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


def test_a_wish_of_its_own_is_no_name_and_the_open_question_is_put_away(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(test_controls.PLANS, "varnish the sky for me", lines.read("brighter slight: sky"))
    talk = ("brighten the unicorn", "varnish the sky for me", "/history")
    shown, record, _ = chatted(small, tmp_path, monkeypatch, *talk)
    assert "put away: 'brighten the unicorn'. Say it again to come back to it." in shown
    assert said(record) == ["brighten the unicorn", "varnish the sky for me"]
    assert record.instructions[1].steps[0].output == "images/001.png"
    assert shown.count("Which region instead?") == 1


def test_a_question_of_ones_own_after_an_answer_is_answered_too(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = ("brighten the unicorn", "a griffin", "how many skies are there?")
    shown, record, _ = chatted(small, tmp_path, monkeypatch, *talk)
    assert said(record) == ["brighten the unicorn", "how many skies are there?"]
    assert record.instructions[1].answer is not None and "put away: 'brighten the unicorn'" in shown


def test_a_wish_at_the_question_what_is_to_be_done_has_its_own_name(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading = lines.read("brighter: people")
    monkeypatch.setitem(test_controls.PLANS, "the people, hm", Doubted(refusal="It is unclear.", reading=reading))
    monkeypatch.setitem(test_controls.PLANS, "make the sky nicer", lines.read("brighter slight: sky"))
    shown, record, _ = chatted(small, tmp_path, monkeypatch, "the people, hm", "make the sky nicer", "/history")
    assert said(record) == ["the people, hm", "make the sky nicer"]
    assert "2. 'make the sky nicer': brighter (slight): sky: done" in shown


def test_what_a_person_left_at_a_question_is_not_gone_on_with(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = ("bright", "brighten the unicorn", "skip", "brighter still")
    _, record, _ = chatted(small, tmp_path, monkeypatch, *talk)
    assert [step.region.phrases for step in record.instructions[-1].planned] == [["sky"]]


def test_who_says_that_there_is_none_leaves_the_step_out(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = ("bright", "brighten the unicorn", "oh there is no unicorn, skip that")
    _, record, _ = chatted(small, tmp_path, monkeypatch, *talk)
    assert said(record) == ["bright", "brighten the unicorn"] and record.instructions[0].steps[0].output


def test_never_mind_and_another_wish(small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(test_controls.PLANS, "lighten the sky", lines.read("brighter slight: sky"))
    _, record, _ = chatted(small, tmp_path, monkeypatch, "brighten the unicorn", "never mind, lighten the sky")
    assert said(record) == ["brighten the unicorn", "lighten the sky"]


def test_who_does_not_know_is_asked_again(small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown, record, _ = chatted(small, tmp_path, monkeypatch, "brighten the unicorn", "I don't know", "hm", "sky")
    assert shown.count("Any of these will do") == 2
    assert [one.answer for one in record.instructions[0].asked] == ["sky"]


def test_who_skips_and_asks_something_is_not_asked_again(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = ("brighten the unicorn", "skip that, how many skies are there?")
    shown, record, _ = chatted(small, tmp_path, monkeypatch, *talk)
    assert said(record) == ["brighten the unicorn", "how many skies are there?"]
    assert shown.count("Which region instead?") == 1
