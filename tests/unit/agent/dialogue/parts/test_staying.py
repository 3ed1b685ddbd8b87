"""What a wish says is to stay as it is, is kept out of its steps."""

import pytest

from wordfuse.agent.dialogue.parts.staying import with_what_stays
from wordfuse.agent.model.words import lines, refusals
from wordfuse.agent.plan import Doubted


@pytest.mark.parametrize(
    ("text", "read", "kept"),
    [
        ("brighten the picture and keep the trees as they are", "brighter", "brighter: not trees"),
        ("brighten it, don't touch the sky", "brighter", "brighter: not sky"),
        (
            "make the dark areas brighter, leaving the road alone",
            "brighter: dark areas",
            "brighter: dark areas - road",
        ),
        ("darken the picture without touching the road", "darker", "darker: not road"),
        ("darken everything and leave the people bright", "darker", "darker: not people"),
        # It is so already, or is for things of another kind anyway.
        ("brighten all and keep the trees as they are", "brighter: not trees", "brighter: not trees"),
        ("brighten the road and keep the trees as they are", "brighter: road", "brighter: road"),
        # But for the sky: outlines take some of it with them.
        (
            "brighten the houses on the left, not the sky",
            "brighter: houses on the left",
            "brighter: houses on the left - sky",
        ),
        ("show me the trees but leave the sky black", "brighter: trees", "brighter: trees - sky"),
        # What an order is for is changed all the same.
        ("brighten the road and keep the road as it is", "brighter: road", "brighter: road"),
        # How it is to be done, and what it is done instead of, are no things that are to stay.
        ("take out the stripes without blurring the trees", "destripe", "destripe"),
        ("make the sky look as it was, not that dark cloud", "visible: sky", "visible: sky"),
        ("sharpen it and keep the colours natural", "sharpen", "sharpen"),
    ],
)
def test_it_becomes_an_exception(text: str, read: str, kept: str) -> None:
    plan, unknown = with_what_stays(lines.read(read), text)
    assert (lines.written(plan), unknown) == (kept, ())


def test_a_thing_that_nobody_knows_is_told() -> None:
    plan, unknown = with_what_stays(lines.read("darker"), "darken the picture and leave the wheels glowing")
    assert (lines.written(plan), unknown) == ("darker", ("leave the wheels glowing",))


def test_a_reading_that_is_asked_about_leaves_it_out_as_well() -> None:
    doubt = refusals.doubted(lines.read("muted"))
    plan, _ = with_what_stays(doubt, "make it all grey and keep the sky as it is")
    assert isinstance(plan, Doubted) and "everything but sky" in str(plan.refusal)
