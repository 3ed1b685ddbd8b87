"""Guesses at plans: whole answers that go on from what is written, and mostly the right ones for plain wishes."""

import json

import pytest

from wordfuse.agent.model.embedded.guesses import guess
from wordfuse.agent.model.turns import BEFORE_LINE, answer_of, plan_messages
from wordfuse.agent.model.words import lines
from wordfuse.agent.plan import Plan

SKY = lines.read("denoise: sky")


def asked(wish: str, before: Plan | None = None) -> str:
    return plan_messages(wish, before, "compact")[-1]["content"]


@pytest.mark.parametrize(
    ("wish", "before", "line"),
    [
        ("make the people stand out", None, "stand out: people"),
        ("denoise the sky", None, "denoise: sky"),
        ("brighten the car on the left a little", None, "brighter slight: car on the left"),
        ("how many people are there?", None, "? count: people"),
        ("undo that", None, "! undo"),
        ("the same for the road", SKY, "denoise: road"),
        ("brighten everything but the sky", None, "brighter: not sky"),
    ],
)
def test_a_plain_wish_is_guessed(wish: str, before: Plan | None, line: str) -> None:
    assert guess(asked(wish, before), "") == answer_of(line)


@pytest.mark.parametrize(
    "wish", ["make the people stand out", 'dim the lamp\'s "base"', "", "?!", "Before: \nno", "50%"]
)
@pytest.mark.parametrize(
    "line",
    ["", "br", "brighter", "brighter: ", "brighter: pe", "denoise: sky", "denoise: sky; ", "denoise: sky; bri", "? co"],
)
def test_a_guess_goes_on_from_what_is_written_and_is_an_answer(wish: str, line: str) -> None:
    begun = BEFORE_LINE + line
    found = guess(asked(wish), begun)
    assert found is None or found.startswith(begun)
    assert found is None or json.loads(found)["plan"].startswith(line)


def test_answers_of_another_form_are_not_guessed() -> None:
    assert guess("make the people stand out", '{"verdict":"sat') is None
    assert guess("make the people stand out", BEFORE_LINE[:4]) == answer_of("stand out: people")
