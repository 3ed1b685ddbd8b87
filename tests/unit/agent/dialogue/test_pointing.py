"""What "this" becomes in the words of somebody who points at something."""

import pytest

from wordfuse.agent.dialogue.pointing import MOST, area_name, mask_file, named, names_it, pointing_at

NAME = "first marked area"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("make this brighter", "make the first marked area brighter"),
        ("Brighten this, please!", "Brighten the first marked area, please!"),
        ("make this person stand out", "make the first marked area stand out"),
        ("make this thing darker", "make the first marked area darker"),
        ("denoise these cars", "denoise the first marked area"),
        ("brighten that", "brighten the first marked area"),
        ("make it like this", "make it like the first marked area"),
        ("blur him", "blur the first marked area"),
        ("it is too dark here", "it is too dark in the first marked area"),
        ("less noise in here", "less noise in the first marked area"),
        ("brighten everything but this", "brighten everything but the first marked area"),
        ("darken this by 20%", "darken the first marked area by 20%"),
        ("make this dark part brighter", "make the first marked area brighter"),
        ("brighten this shiny black car", "brighten the first marked area"),
        ("brighten this shiny black car, please", "brighten the first marked area, please"),
        ("brighten this window a bit", "brighten the first marked area a bit"),
        ("make this shop window sharper", "make the first marked area sharper"),
        ("make this tall street lamp much darker", "make the first marked area much darker"),
        ("this puddle is too dark", "the first marked area is too dark"),
        ("less noise in that dim doorway over there", "less noise in the first marked area"),
        ("blur this man on the left and the car", "blur the first marked area and the car"),
        ("make those two parked cars stand out", "make the first marked area stand out"),
        ("make this dark", "make the first marked area dark"),
        ("make this more visible", "make the first marked area more visible"),
        ("make this natural", "make the first marked area natural"),
        ("make this pop like the sky", "make the first marked area pop like the sky"),
        ("brighten this slightly", "brighten the first marked area slightly"),
        ("turn this blue", "turn the first marked area blue"),
        ("this is too bright", "the first marked area is too bright"),
        ("make this stand out", "make the first marked area stand out"),
        ("brighten this car's roof", "brighten the first marked area"),
        ("blur this, then denoise the sky", "blur the first marked area, then denoise the sky"),
    ],
)
def test_what_points_is_named(said: str, meant: str) -> None:
    assert named(said, NAME) == meant
    assert names_it(said)


@pytest.mark.parametrize("said", ["denoise the sky", "brighter", "make the people stand out", "thistle", "a hermit"])
def test_what_does_not_point_stays(said: str) -> None:
    assert named(said, NAME) == said
    assert not names_it(said)


@pytest.mark.parametrize(
    ("said", "phrase", "meant"),
    [
        ("make the cyclist easier to see", "cyclist", "make this easier to see"),
        ("I can hardly see the bicycles on the left", "bicycles on the left", "I can hardly see this"),
        ("Brighten all of the people, then denoise the sky", "the people", "Brighten this, then denoise the sky"),
        ("brighten unicorns", "unicorns", "brighten this"),
        ("denoise the skyline", "sky", None),
        ("brighten her", "person", None),
    ],
)  # fmt: skip
def test_what_was_not_found_can_be_pointed_at(said: str, phrase: str, meant: str | None) -> None:
    assert pointing_at(said, phrase) == meant


def test_no_two_areas_have_one_name() -> None:
    names = [area_name(number) for number in range(1, MOST + 1)]
    assert len(set(names)) == MOST
    assert names[0] == NAME
    assert all(name.replace(" ", "").isalpha() for name in names), "a number would be read as an amount"
    assert mask_file(3) == "masks/marked-3.png"
