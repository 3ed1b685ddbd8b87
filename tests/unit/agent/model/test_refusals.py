"""What is refused without asking a model."""

from collections.abc import Sequence

import pytest

from wordfuse.agent.model.planning import Ask, Choices, planned
from wordfuse.agent.model.protocol import Message
from wordfuse.agent.model.turns import Schema
from wordfuse.agent.model.words import refusals
from wordfuse.agent.plan import Doubted, Unknown


class Asked(Exception):
    """A model was asked."""


def nobody(messages: Sequence[Message], schema: Schema) -> tuple[str, Choices]:
    raise Asked


@pytest.mark.parametrize(
    "text",
    [
        "colour this orange so that I notice him at once",
        "Paint the car red.",
        "could you tint the sky in blue",
        "no, colour the people red",
    ],
)
def test_nothing_is_painted_in_a_colour(text: str) -> None:
    assert planned(text, None, nobody, "nobody").refusal == refusals.TINT


@pytest.mark.parametrize("text", ["colour the orange car more strongly", "colour the warm spots red", "make it orange"])
def test_all_other_colours_are_for_the_model(text: str) -> None:
    with pytest.raises(Asked):
        planned(text, None, nobody, "nobody")


@pytest.mark.parametrize("text", ["remove the vignetting", "One side is brighter than the other, even it out."])
def test_uneven_light_that_nobody_places_is_not_evened_out(text: str) -> None:
    assert planned(text, None, nobody, "nobody").refusal == refusals.UNEVEN
    assert len(refusals.UNEVEN) <= 300


@pytest.mark.parametrize(
    "text", ["the right edge is still too bright, even out the vignetting", "lift the dark corners"]
)
def test_light_at_a_place_is_for_the_model(text: str) -> None:
    with pytest.raises(Asked):
        planned(text, None, nobody, "nobody")


@pytest.mark.parametrize(
    "text",
    [
        "shift the thermal a few pixels to the left then",
        "Nudge the infrared picture 3 px, it is beside the car",
        "move the visible one to the right",
        "can you align the two pictures?",
    ],
)
def test_neither_picture_is_moved_against_the_other(text: str) -> None:
    assert planned(text, None, nobody, "nobody").refusal == refusals.MOVED
    assert len(refusals.MOVED) <= 300


@pytest.mark.parametrize(
    "text",
    [
        "the cyclist is doubled",
        "everything has double edges",
        "the two pictures don't line up",
        "there's a ghost of the man beside him",
        "I see the car twice",
        "the thermal picture is shifted to the left",
        "the edges are ghosted",
    ],
)
def test_what_is_seen_twice_is_told_to_be_the_pictures_place(text: str) -> None:
    told = planned(text, None, nobody, "nobody").refusal
    assert told == refusals.DOUBLED
    assert "--align" in told
    assert len(told) <= 300


@pytest.mark.parametrize(
    "text",
    ["move the car on the left toward the infrared", "shift colours to the thermal ones", "push the heat up"],
)
def test_to_go_toward_a_source_is_for_the_model(text: str) -> None:
    with pytest.raises(Asked):
        planned(text, None, nobody, "nobody")


@pytest.mark.parametrize(
    "text",
    ["make it twice as bright", "double the contrast", "do it twice", "the people look like ghosts", "shift the sky"],
)
def test_twice_as_much_is_for_the_model(text: str) -> None:
    with pytest.raises(Asked):
        planned(text, None, nobody, "nobody")


def writes(line: str) -> Ask:
    """A model that writes this line, and is not sure of it."""

    def ask(messages: Sequence[Message], schema: Schema) -> tuple[str, Choices]:
        return line, [(len('{"plan":"'), 0.2)]

    return ask


def test_what_the_words_do_not_speak_of_is_not_offered() -> None:
    plan = planned("the car has a halo around it", None, writes("darker: car"), "unsure")
    assert isinstance(plan, Unknown)
    assert plan.refusal is not None
    assert plan.refusal.startswith("It is unclear what to do about 'the car has a halo around it'.")
    assert "darker: car" not in plan.refusal
    assert refusals.WHAT_CAN_BE_DONE[:40] in plan.refusal


def test_what_the_words_speak_of_is_offered() -> None:
    plan = planned("could the car be less dark", None, writes("brighter: car"), "unsure")
    assert isinstance(plan, Doubted)
    assert str(plan.reading) == "brighter: car"


def test_a_question_that_goes_on_with_an_order_is_a_fault() -> None:
    said: list[str] = []

    def ask(messages: Sequence[Message], schema: Schema) -> tuple[str, Choices]:
        said.append(messages[-1]["content"])
        raise Asked

    for text in ("why is it all orange, fix the colours", "why is it all orange?"):
        with pytest.raises(Asked):
            planned(text, None, ask, "nobody")
    assert said == ["it is all orange, fix the colours", "why is it all orange?"]
