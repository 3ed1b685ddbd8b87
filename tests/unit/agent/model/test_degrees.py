"""Temperatures in wishes are kept out of the model's sight, and come back in the person's words."""

import pytest

from tests.fakes import plan, step
from wordfuse.agent.model.planning import planned
from wordfuse.agent.model.protocol import LanguageModel, Message
from wordfuse.agent.model.turns import Schema
from wordfuse.agent.model.words import lines, refusals
from wordfuse.agent.model.words.degrees import hide
from wordfuse.agent.plan import Plan


@pytest.mark.parametrize(
    ("wish", "read", "line", "meant"),
    [
        (
            "brighten everything hotter than 40 C",
            "brighten the hot objects",
            "brighter: hot objects",
            "brighter: hotter than 40 C",
        ),
        (
            "make people warmer than 37 C stand out",
            "make people on the left stand out",
            "stand out: people on the left",
            "stand out: people warmer than 37 C",
        ),
        (
            "blur people on the left above body temperature",
            "blur people on the left on the right",
            "blur: people on the left on the right",
            "blur: people on the left above body temperature",
        ),
        (
            "recolour heat what is above 50 degrees",
            "recolour heat the hot objects",
            "heat: hot objects",
            "heat: above 50 degrees",
        ),
        (
            "darken the hottest 10% of the road by 20%",
            "darken the hot objects of the road by 20%",
            "darker 20%: hot objects of the road",
            "darker 20%: hottest 10% of the road",
        ),
        (
            "make everything but what is hotter than 104 \u00b0F darker",
            "make everything but the hot objects darker",
            "darker: not hot objects",
            "darker: not hotter than 104 \u00b0F",
        ),
        (
            "sharpen cars hotter than 60 C and blur people warmer than 36 C",
            "sharpen cars on the left and blur people on the right",
            "sharpen: cars on the left; blur: people on the right",
            "sharpen: cars hotter than 60 C; blur: people warmer than 36 C",
        ),
        (
            "make hot spots above 50 C on the roof stand out",
            "make the hot objects on the roof stand out",
            "stand out: hot objects on the roof",
            "stand out: hot spots above 50 C on the roof",
        ),
        ("is anything hotter than 60 C?", "is anything on the left?", "? find: anything on the left", None),
        ("where is it above 40 \u2103?", "where is the hot objects?", "? find: hot objects", "? find: above 40 \u2103"),
        ("how many people are warmer than 37 C?", "how many people on the left?", "? count: people", None),
        ("how hot is the roof in \u00b0F?", "how hot is the roof?", "? measure: roof", "? measure: roof"),
        ("make it 20% brighter above 30 C", "make it 20% brighter on the left", "brighter 20%: left", None),
    ],
)
def test_there_and_back(wish: str, read: str, line: str, meant: str | None) -> None:
    hidden = hide(wish)
    assert hidden.text == read
    told = hidden.meant(lines.read(line))
    expected = {
        "is anything hotter than 60 C?": "? find: anything hotter than 60 C",
        "how many people are warmer than 37 C?": "? count: people warmer than 37 C",
        "make it 20% brighter above 30 C": "brighter 20%: above 30 C",
    }.get(wish, meant)
    assert told is not None and lines.written(told) == expected


@pytest.mark.parametrize(
    "wish",
    [
        "brighten the road by 40%",
        "make it 5 degrees warmer",
        "hotter",
        "brighten the coldest spot",
        "tilt it above 5 degrees",
    ],
)
def test_other_wishes_are_left_as_they_are(wish: str) -> None:
    hidden = hide(wish)
    assert hidden.text == wish
    made = plan(step("relight", "brighter", "road"))
    assert hidden.meant(made) == made and hidden.seen(made) == made


def ask(line: str, seen: list[str]) -> object:
    def answer(messages: list[Message], schema: Schema) -> tuple[str, list[tuple[int, float]]]:
        seen.append(messages[-1]["content"])
        return line, []

    return answer


def told(wish: str, line: str, before: Plan | None = None) -> tuple[Plan, str]:
    seen: list[str] = []
    made = planned(wish, before, ask(line, seen), "scripted")  # type: ignore[arg-type]
    return made, seen[0] if seen else ""


def test_a_temperature_that_was_lost_is_not_left_out() -> None:
    """The model forgot it, and nothing tells of which of two it was said: another region would be edited."""
    made, seen = told("brighten the cars and people warmer than 37 C", "brighter: cars + people")
    assert lines.written(made) == "brighter: cars + people warmer than 37 C"
    assert seen == "brighten the cars and people on the left"
    lost, _ = told("brighten the cars above 60 C and the road", "brighter: road")
    assert lost.refusal == refusals.told("unclear")


def test_follow_ups_see_no_temperature_either() -> None:
    before = lines.read("brighter: people warmer than 37 C")
    made, seen = told("a bit more", "brighter slight: people on the left", before)
    assert seen == "Before: brighter: people on the left\na bit more"
    assert lines.written(made) == "brighter slight: people warmer than 37 C"
    whole, seen = told("denoise it", "denoise: hot objects", lines.read("brighter: hotter than 40 C"))
    assert seen == "Before: brighter: hot objects\ndenoise it"
    assert lines.written(whole) == "denoise: hotter than 40 C"


def test_isotherms_are_told_where_they_are_drawn() -> None:
    made, seen = told("draw isotherms at 30 and 40 C", "contrast")
    assert seen == "" and made.refusal == refusals.ISOTHERMS
    assert "temperatures --isotherms" in refusals.ISOTHERMS and len(refusals.ISOTHERMS) <= 300


@pytest.fixture(scope="module")
def embedded() -> LanguageModel:
    from wordfuse.agent.model.connect import connect

    return connect("embedded")


@pytest.mark.real
@pytest.mark.parametrize(
    ("wish", "meant"),
    [
        ("brighten everything hotter than 40 C", "brighter: hotter than 40 C"),
        ("make people warmer than 37 C stand out", "stand out: people warmer than 37 C"),
        ("recolour heat what is above 50 degrees", "heat: above 50 degrees"),
        ("denoise everything below 10 \u00b0C by 30%", "denoise 30%: below 10 \u00b0C"),
        ("brighten between 30 and 35 degrees", "brighter: between 30 and 35 degrees"),
        ("how hot is the roof in Fahrenheit?", "? measure: roof"),
        ("where is it hotter than 120 F?", "? find: hotter than 120 F"),
    ],
)
def test_the_embedded_model(embedded: LanguageModel, wish: str, meant: str) -> None:
    made = embedded.plan(wish, None)
    assert made.refusal is None and lines.written(made) == meant
