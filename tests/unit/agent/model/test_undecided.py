"""Words that lead to two different edits are nobody's wish for one of them."""

import pytest

from tests.fakes import plan, step
from wordfuse.agent.model.words import lines
from wordfuse.agent.model.words.undecided import NEAR_INFRARED, NEUTRAL, undecided, warmer
from wordfuse.agent.plan import Plan

BEFORE = plan(step("relight", "brighter", "people"))


@pytest.mark.parametrize(
    ("said", "one", "other"),
    [
        ("change the contrast", "increase the contrast", "reduce the contrast"),
        ("Could you adjust the brightness of the road?", "Could you increase the brightness of the road?", None),
        ("fix the exposure", "increase the exposure", "reduce the exposure"),
        ("do something about the contrast", "increase the contrast", None),
        ("make the people softer", "make the people less contrasty", "make the people blurred"),
        ("softer background", "less contrasty background", "blurred background"),
        ("softer", "make it less contrasty", "make it blurred"),
        ("softer light on the road", "less contrast on the road", "less light on the road"),
        ("make the car louder", "make the car more conspicuous", "make the car more colourful"),
        ("colour him so that I find him", "make him stand out", "show him in heat colours"),
        ("Color the people, please", "make the people stand out", "show the people in heat colours"),
        ("make it stronger", "make it more contrasty", "make it more colourful"),
        ("make the sky deeper", "make the sky darker", "make the sky more colourful"),
        ("make it fainter", "make it darker", "make it less contrasty"),
        ("a colder picture", "a less thermal picture", "a less tinted picture"),
        ("warmer tones please", NEUTRAL, "show it in heat colours"),
    ],
)
def test_two_wishes_where_the_words_say_no_more(said: str, one: str, other: str | None) -> None:
    wishes = undecided(said, None)
    assert wishes is not None and wishes[0] == one and other in (None, wishes[1])


@pytest.mark.parametrize(
    "said",
    [
        "more contrast",
        "change the contrast to be lower",
        "the contrast is too weak, fix the contrast",
        "don't change the contrast",
        "make the people stand out but do not adjust the brightness",
        "softer contrast on the cliff",
        "softer colours in the advert, they scream",
        "make the car fainter",  # of a thing it is settled: less conspicuous
        "colour the car more strongly",
        "colour the warm spots",
        "colour correct the picture",
        "deeper colours",
        "deeper shadows",
        "make the dog warmer",
        "is the left bearing colder than the right?",
        "anything colder than the pipe",
        "the wet road should be calmer, denoise it",
        "the windows could have been stronger in the old building on the left",
    ],
)
def test_none_where_they_do(said: str) -> None:
    assert undecided(said, None) is None


def test_after_a_wish_less_of_it_may_be_meant() -> None:
    assert undecided("softer", BEFORE) is None
    assert undecided("change the contrast", BEFORE) is not None


@pytest.mark.parametrize(
    ("said", "line", "two"),
    [
        ("make it warmer", "infrared", True),
        ("a bit warmer please", "infrared slight", True),
        ("warm the whole picture up", "infrared", True),
        ("make it look warm", "infrared", True),
        ("give me the warm picture where the headlights don't reach", "infrared", False),
        ("I only want to see what is warm", "infrared", False),
        ("a warmer, more thermal look", "infrared", False),
        ("make the people warmer", "infrared: people", False),
        ("more of the infrared", "infrared", False),
        ("warmer people and darker trees", "infrared; darker: trees", False),
    ],
)
def test_a_warmer_picture_may_be_one_in_warmer_colours(said: str, line: str, two: bool) -> None:
    read: Plan = lines.read(line)
    assert warmer(said, read) == ((NEAR_INFRARED, NEUTRAL) if two else None)


@pytest.mark.parametrize(
    "text",
    [
        *("make the cooler areas pop", "show the colder areas", "find the colder objects", "undo the stronger one"),
        *("remove the warm tint", "less warm tones", "crop out the paler car"),
    ],
)
def test_what_says_which_and_what_says_less_is_decided(text: str) -> None:
    assert undecided(text, None) is None


def test_a_place_is_no_direction() -> None:
    assert undecided("adjust the contrast of the car on the lower left", None) == (
        "increase the contrast of the car on the lower left",
        "reduce the contrast of the car on the lower left",
    )
