"""What is refused without asking a model."""

from collections.abc import Sequence

import pytest

from wordfuse.agent.model.planning import Choices, planned
from wordfuse.agent.model.protocol import Message
from wordfuse.agent.model.turns import Schema
from wordfuse.agent.model.words import refusals


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
    ],
)
def test_neither_picture_is_moved_against_the_other(text: str) -> None:
    assert planned(text, None, nobody, "nobody").refusal == refusals.MOVED
    assert len(refusals.MOVED) <= 300


@pytest.mark.parametrize(
    "text",
    ["move the car on the left toward the infrared", "shift colours to the thermal ones", "push the heat up"],
)
def test_to_go_toward_a_source_is_for_the_model(text: str) -> None:
    with pytest.raises(Asked):
        planned(text, None, nobody, "nobody")
