"""Faults and cautions are no regions."""

import pytest

from wordfuse.agent.model.words import lines
from wordfuse.agent.model.words.placed import placed, turned_round


@pytest.mark.parametrize(
    ("text", "read", "meant"),
    [
        ("take out the pink cast on the ground", "neutral: pink cast on the ground", "neutral: ground"),
        ("the horizontal bands bother me", "destripe: horizontal bands", "destripe"),
        ("the horizontal stripes bother me", "destripe: horizontal stripes", "destripe"),
        ("still see some stripes near the top", "destripe: stripes near the top", "destripe: top"),
        ("get rid of the grain that is in the sky", "denoise: grain that is in the sky", "denoise: sky"),
        ("the haze over the hills and the road", "dehaze: haze over the hills + road", "dehaze: hills + road"),
        ("brighter, but watch out that the lamps dont burn out", "brighter: lamps", "brighter: not lamps"),
        ("lift the shadows without touching the sky", "brighter slight: sky", "brighter slight: not sky"),
        ("more contrast, and careful with the white wall", "contrast: white wall", "contrast: not white wall"),
    ],
)
def test_what_is_no_region_is_not_edited(text: str, read: str, meant: str) -> None:
    assert lines.written(placed(lines.read(read), text)) == meant


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("don't lose the power lines", "stand out: power lines"),
        ("brighten the lamps, careful with the lamps", "brighter: lamps"),
        ("darken the glare on the road", "darker: glare on the road"),
        ("make the stripes of the crossing stand out", "stand out: stripes of the crossing"),
        ("brighten everything but the sky, without touching the sky", "brighter: not sky"),
        ("it is not easy to see the man, brighten the man", "brighter: man"),
        ("denoise the fence", "denoise: fence"),
        ("please take care of the shadows, make them brighter", "brighter: shadows"),
        ("please don't lose the power lines, sharpen them", "sharpen: power lines"),
        ("remove the stripes from the power lines", "destripe: power lines"),
        ("more colour in the lines on the road", "vivid: lines on the road"),
    ],
)
def test_regions_stay(text: str, read: str) -> None:
    assert lines.written(placed(lines.read(read), text)) == read


@pytest.mark.parametrize(
    "text", ["hide everything that's cold", "blur all that is cold", "Blur anything that\u2019s cold"]
)
def test_everything_that_is_so_is_not_everything_else(text: str) -> None:
    assert lines.written(placed(lines.read("blur: not cold"), text)) == "blur: cold"


@pytest.mark.parametrize(
    ("text", "sure"),
    [
        ("hide the people", False),
        ("the people are to be hidden", False),
        ("hide all but the people", True),
        ("do not touch the people, blur it all", True),
        ("more contrast around the people", True),
        ("again, stronger", True),  # of the turn before
    ],
)
def test_nobody_is_sure_of_what_is_turned_round(text: str, sure: bool) -> None:
    assert turned_round(lines.read("blur: not people"), text) is not sure


def test_what_is_not_for_the_rest_is_for_what_is_named() -> None:
    text = "sharpen the crosswalk and make its colours livelier, but not the rest of the picture"
    read = lines.read("sharpen: crosswalk; vivid: not crosswalk")
    assert lines.written(placed(read, text)) == "sharpen: crosswalk; vivid: crosswalk"
    assert lines.written(placed(lines.read("blur: not crosswalk"), "blur the rest, not the crosswalk")) == (
        "blur: not crosswalk"
    )


def test_a_colour_to_mark_all_of_a_kind_in_is_not_what_they_wear() -> None:
    read = lines.read("stand out: pedestrians in yellow")
    assert lines.written(placed(read, "highlight all the pedestrians in yellow")) == "stand out: pedestrians"
    assert placed(read, "highlight the pedestrians in yellow by the car") == read
