"""What "this" becomes in the words of somebody who points at something."""

import pytest

from wordfuse.agent.dialogue.pointing import MOST, area_name, mask_file, named, names_it

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
    ],
)
def test_what_points_is_named(said: str, meant: str) -> None:
    assert named(said, NAME) == meant
    assert names_it(said)


@pytest.mark.parametrize("said", ["denoise the sky", "brighter", "make the people stand out", "thistle", "a hermit"])
def test_what_does_not_point_stays(said: str) -> None:
    assert named(said, NAME) == said
    assert not names_it(said)


def test_no_two_areas_have_one_name() -> None:
    names = [area_name(number) for number in range(1, MOST + 1)]
    assert len(set(names)) == MOST
    assert names[0] == NAME
    assert all(name.replace(" ", "").isalpha() for name in names), "a number would be read as an amount"
    assert mask_file(3) == "masks/marked-3.png"
