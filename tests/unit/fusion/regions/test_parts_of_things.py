"""Parts that cannot be told from the whole are said and asked for, never silently the whole."""

import numpy as np
import pytest

from wordfuse.fusion.networks.classes import CLASSES
from wordfuse.fusion.regions import Sources
from wordfuse.fusion.regions.embedded.backend import EmbeddedBackend
from wordfuse.fusion.regions.embedded.looking import View
from wordfuse.fusion.regions.resolve import ground
from wordfuse.fusion.regions.words.parts import whole_of


class Street(EmbeddedBackend):
    """The backend before a house beside a road, for what its network would see; there is no tree."""

    def _view(self, sources: Sources) -> View:
        chances = np.full((len(CLASSES), 25, 50), 0.01, np.float32)
        chances[CLASSES.index("building"), :12] = 0.9
        chances[CLASSES.index("road"), 12:] = 0.9
        return View((), chances)


def street() -> Sources:
    gray = np.full((100, 200, 3), 0.4, np.float32)
    return Sources(gray[..., 0], gray, gray)


@pytest.mark.parametrize(
    ("phrase", "whole"),
    [
        ("the roof", "the building"),
        ("the roof of the house", "the house"),
        ("roofs on the left", "buildings on the left"),
        ("the white wall", "the white building"),
        ("walls of the building", "the building"),
        ("house walls", "house"),
        ("the trunk of the big tree", "the big tree"),
        ("branches", "trees"),
        ("tree trunks", "trees"),
        ("the crosswalk", "the road"),
        ("the left lane", "the left road"),
        ("the kerb", "the pavement"),
        ("people and the roof", "people and the building"),
        ("leaves", None),  # what is seen of a tree
        ("leaves of the big tree", None),
        ("the facade", None),
        ("the man by the wall", None),
        ("the house", None),
    ],
)
def test_the_whole_that_a_part_is_of(phrase: str, whole: str | None) -> None:
    assert whole_of(phrase) == whole


@pytest.mark.parametrize(
    ("phrase", "offer"), [("the roof", "the building"), ("roof tiles", "building"), ("windows on the wall", "building")]
)
def test_a_part_is_asked_for_and_never_taken(phrase: str, offer: str) -> None:
    asked, whole = ground(street(), [phrase, offer], backend=Street("cpu"), masks={})
    assert not asked.found and asked.mask is None and asked.offer == offer
    assert whole.found and whole.mask is not None


def test_it_is_said_that_the_part_cannot_be_told() -> None:
    (roof,) = ground(street(), ["the roof"], backend=Street("cpu"), masks={})
    assert roof.plain == "'the roof' cannot be told from the whole: is all of it meant, 'the building'?"
    (trunk,) = ground(street(), ["the trunk"], backend=Street("cpu"), masks={})
    assert not trunk.found and trunk.offer is None and "no tree found" in str(trunk.plain)


def test_what_is_by_a_part_is_still_looked_for() -> None:
    (man,) = ground(street(), ["the man by the wall"], backend=Street("cpu"), masks={})
    assert "no person found" in str(man.plain)
