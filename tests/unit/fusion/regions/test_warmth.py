"""Several things held against each other by their heat: each once, and what is warmer and was missed."""

from collections.abc import Sequence

import numpy as np
import pytest

from wordfuse.fusion.regions import Detection, Grounding, Mask, Sources
from wordfuse.fusion.regions.things.ordering import Box
from wordfuse.fusion.regions.things.warmth import Warmth, warmth
from wordfuse.fusion.temperatures.maps import Temperatures

HEIGHT, WIDTH = 90, 200
LEFT, MIDDLE, RIGHT = (10.0, 40.0, 40.0, 60.0), (80.0, 40.0, 110.0, 60.0), (130.0, 40.0, 160.0, 60.0)


class Boxes:
    """Cuts out boxes as they are; people are where they are told to be."""

    name = "boxes"

    def __init__(self, people: Box | None = None) -> None:
        self.people = people

    def ground(self, sources: Sources, phrases: Sequence[str]) -> list[Grounding]:
        return [
            Grounding(phrase, True, self.name, (Detection(phrase, self.people, 0.9),), None, "seen")
            if phrase == "people" and self.people is not None
            else Grounding(phrase, False, self.name, (), None, "not seen")
            for phrase in phrases
        ]

    def segment(self, sources: Sources, detections: Sequence[Detection]) -> Mask:
        mask = np.zeros(sources.shape, np.uint8)
        for one in detections:
            x0, y0, x1, y1 = map(int, one.box)
            mask[y0:y1, x0:x1] = 255
        return mask


def heat(*warm: tuple[Box, float]) -> np.ndarray:
    """A cool picture with warm places; the sides of all things are at 0.3."""
    plane = np.full((HEIGHT, WIDTH), 0.1, np.float32)
    for x0, y0, x1, y1 in (LEFT, MIDDLE, RIGHT):
        plane[int(y0) : int(y1), int(x0) : int(x1)] = 0.3
    for (x0, y0, x1, y1), level in warm:
        plane[int(y0) : int(y1), int(x0) : int(x1)] = level
    return plane


def found(
    plane: np.ndarray,
    *boxes: tuple[Box, float],
    people: Box | None = None,
    cold: bool = False,
    degrees: np.ndarray | None = None,
) -> Warmth:
    gray = np.full((HEIGHT, WIDTH, 3), 0.5, np.float32)
    sources = Sources(plane, gray, gray, None if degrees is None else Temperatures(degrees))
    told = warmth(sources, [Detection("cars", *one) for one in boxes], Boxes(people), cold=cold)
    assert told is not None
    return told


ALL = ((RIGHT, 0.9), (LEFT, 0.8), (MIDDLE, 0.7))


def test_a_warm_bonnet_tells_and_a_single_hot_pixel_does_not() -> None:
    told = found(heat(((80.0, 50.0, 92.0, 60.0), 0.8), ((15.0, 45.0, 17.0, 46.0), 1.0)), *ALL)
    assert [thing.box for thing in told.things] == [LEFT, MIDDLE, RIGHT]
    assert [round(thing.level, 2) for thing in told.things] == [0.3, 0.8, 0.3]
    assert told.alike(told.things[0], told.things[2])
    assert not told.alike(told.things[0], told.things[1])
    assert told.middle == pytest.approx(0.1)


def test_one_thing_that_was_found_twice_is_one() -> None:
    again = (84.0, 40.0, 112.0, 60.0), 0.4
    part = (82.0, 44.0, 90.0, 56.0), 0.3
    behind = (100.0, 40.0, 128.0, 60.0), 0.6  # it hides a part of the one in the middle, and is another
    told = found(heat(), *ALL, again, part, behind)
    assert [thing.score for thing in told.things] == [0.8, 0.7, 0.6, 0.9]


def test_what_is_warmer_at_the_border_is_told() -> None:
    told = found(heat(((185.0, 45.0, 200.0, 65.0), 0.9)), *ALL)
    (missed,) = told.warmer
    assert (missed.box, missed.border) == ((185.0, 45.0, 200.0, 65.0), "right")
    assert missed.level == pytest.approx(0.9)


@pytest.mark.parametrize(
    ("place", "why"),
    [
        ((185.0, 5.0, 200.0, 25.0), "a window above all of them"),
        ((185.0, 45.0, 188.0, 48.0), "too few pixels"),
        ((0.0, 65.0, 200.0, 85.0), "as wide as the picture"),
        ((160.0, 45.0, 163.0, 60.0), "the rim of one of them"),
    ],
)
def test_what_is_no_missed_thing_is_not_told(place: Box, why: str) -> None:
    assert found(heat((place, 0.9)), *ALL).warmer == (), why


def test_people_are_no_missed_cars_and_nothing_is_warm_where_cold_is_asked_for() -> None:
    warm = heat(((185.0, 45.0, 200.0, 65.0), 0.9))
    assert found(warm, *ALL, people=(184.0, 44.0, 200.0, 66.0)).warmer == ()
    assert found(warm, *ALL, cold=True).warmer == ()
    assert len(found(warm, *ALL).warmer) == 1


def test_degrees_go_before_levels_and_what_is_not_known_counts_nowhere() -> None:
    degrees = np.full((HEIGHT, WIDTH), 10.0, np.float32)
    degrees[40:60, 80:110], degrees[40:60, 10:40] = 35.0, np.nan
    told = found(heat(), *ALL, degrees=degrees)
    assert [round(thing.level, 1) for thing in told.things] == [35.0, 10.0]
    assert told.middle == 10.0
