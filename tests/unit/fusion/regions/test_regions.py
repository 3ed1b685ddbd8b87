"""Who is asked for a region, in which order: the user's masks, the pixels, a backend; and the mask that comes of it."""

from collections.abc import Sequence

import numpy as np
import pytest

from tests.unit.fusion.regions.squares import HEIGHT, WIDTH, pictures, square
from wordfuse.fusion.errors import InputError, RegionError
from wordfuse.fusion.regions import (
    BACKENDS,
    Detection,
    Grounding,
    Mask,
    Models,
    Sources,
    create_backend,
    ground,
    segment,
)
from wordfuse.fusion.regions.masks import same_name
from wordfuse.tools.calls.spelling import dashed

# --- masks of the user's own ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phrase", "name"),
    [
        ("the person", "person"),
        ("person", "persons"),
        ("people", "person"),
        ("Men", "man"),
        ("women", "woman"),
        ("the children", "child"),
        ("buses", "bus"),
        ("a lorry", "Lorries"),
        ("benches", "bench"),
        ("glass", "glasses"),
        ("red cars", "red_car"),
        ("the top left", "top-left"),
    ],
)
def test_names_differ_in_case_article_and_number_only(phrase: str, name: str) -> None:
    assert same_name(phrase, name) and same_name(name, phrase)


@pytest.mark.parametrize(
    ("phrase", "name"),
    [
        ("car", "cart"),
        ("red car", "car"),
        ("pedestrian", "person"),
        ("gas", "ga"),
        ("bus", "bu"),
        ("the", "a"),
        ("", ""),
    ],
)
def test_names_are_never_guessed(phrase: str, name: str) -> None:
    assert not same_name(phrase, name)


class Recorder:
    """A backend that finds a box for everything and remembers what it was asked."""

    name: str = "recorder"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def ground(self, sources: Sources, phrases: Sequence[str]) -> list[Grounding]:
        self.asked.extend(phrases)
        boxes = [Detection(phrase, (10.0, 20.0, 30.0, 50.0), 0.9) for phrase in phrases]
        return [Grounding(box.phrase, True, self.name, (box,), None, "found") for box in boxes]

    def segment(self, sources: Sources, detections: Sequence[Detection]) -> Mask:
        return create_backend("pixels").segment(sources, detections)


def test_the_users_mask_comes_first_then_the_pixels_then_the_backend() -> None:
    own = np.zeros((HEIGHT, WIDTH), np.uint8)
    own[:10, :10] = 255
    backend, sources = Recorder(), pictures(square(20, 30))
    phrases = ["cars", "the background", "people", "hot objects", "everything"]
    groundings = ground(sources, phrases, backend=backend, masks={"person": own, "background": own})
    assert [grounding.phrase for grounding in groundings] == phrases
    assert [grounding.source for grounding in groundings] == ["recorder", "user", "user", "pixels", "whole"]
    assert backend.asked == ["cars"]
    for grounding in (groundings[1], groundings[2]):
        assert grounding.mask is not None
        np.testing.assert_array_equal(grounding.mask, own)


def test_the_backend_is_not_asked_without_need() -> None:
    class Unreachable(Recorder):
        def ground(self, sources: Sources, phrases: Sequence[str]) -> list[Grounding]:
            raise AssertionError(phrases)

    assert ground(pictures(), ["top half"], backend=Unreachable(), masks={})[0].found
    assert ground(pictures(), [], backend=Unreachable(), masks={}) == []


def test_the_mask_of_exactly_that_name_wins() -> None:
    person, people = np.zeros((2, HEIGHT, WIDTH), np.uint8)
    person[0, 0], people[1, 1] = 255, 255
    (grounding,) = ground(pictures(), ["people"], backend=Recorder(), masks={"person": person, "people": people})
    assert grounding.mask is not None and grounding.mask[1, 1] == 255 and grounding.mask[0, 0] == 0


def test_an_empty_mask_is_not_found() -> None:
    empty = np.zeros((HEIGHT, WIDTH), np.uint8)
    (grounding,) = ground(pictures(), ["people"], backend=Recorder(), masks={"people": empty})
    assert not grounding.found and grounding.mask is None and "no pixel inside" in grounding.reason


def test_a_mask_of_another_size_is_an_input_error() -> None:
    with pytest.raises(InputError, match=r"^mask people: the mask is 5x4 pixels, the pictures are 120x90"):
        ground(pictures(), ["people"], backend=Recorder(), masks={"people": np.zeros((4, 5), np.uint8)})


def test_pictures_of_different_sizes_are_an_input_error() -> None:
    with pytest.raises(InputError, match=r"\(4, 5\)"):
        Sources(np.zeros((4, 5), np.float32), np.zeros((4, 6, 3), np.float32), np.zeros((4, 5, 3), np.float32))


# --- from groundings to a mask ----------------------------------------------------------------------------------------


def segmented(sources: Sources, phrases: list[str], invert: bool = False) -> Mask:
    backend = Recorder()
    return segment(sources, ground(sources, phrases, backend=backend, masks={}), backend=backend, invert=invert)


def test_the_mask_is_the_union_of_what_was_found() -> None:
    mask = segmented(pictures(), ["cars", "left edge", "hot objects"])
    expected = np.zeros((HEIGHT, WIDTH), np.uint8)
    expected[20:50, 10:30] = 255
    expected[:, :9] = 255
    np.testing.assert_array_equal(mask, expected)
    assert mask.dtype == np.uint8
    np.testing.assert_array_equal(segmented(pictures(), ["cars", "left edge"], invert=True), 255 - expected)


def test_no_phrase_is_the_whole_image() -> None:
    assert segmented(pictures(), []).all()
    assert segmented(pictures(), ["the whole image"]).all()


@pytest.mark.parametrize("invert", [False, True])
def test_nothing_found_is_an_error_even_inverted(invert: bool) -> None:
    with pytest.raises(RegionError, match="nothing in the infrared image stands out as hot"):
        segmented(pictures(), ["hot objects"], invert=invert)


@pytest.mark.parametrize("phrases", [[], ["everything"], ["top half", "bottom half"]])
def test_nothing_is_outside_the_whole_image(phrases: list[str]) -> None:
    with pytest.raises(RegionError, match="covers the whole picture"):
        segmented(pictures(), phrases, invert=True)


# --- backends ---------------------------------------------------------------------------------------------------------


def test_the_pixels_backend_says_what_would_find_an_object() -> None:
    (grounding,) = ground(pictures(), ["people"], backend=create_backend("pixels"), masks={})
    assert not grounding.found and grounding.source == "pixels"
    assert grounding.told(dashed) == (
        "'people' needs an object detector: the backend 'pixels' knows hot, cold, bright, dark and overexposed areas, "
        "positions and background; give --mask people=FILE or --regions embedded or grounding-dino"
    )


def test_a_name_of_two_words_is_quoted_for_the_command_line() -> None:
    (grounding,) = create_backend("pixels").ground(pictures(), ["red car"])
    assert 'give --mask "red car"=FILE or' in grounding.told(dashed)


def test_backends_by_name() -> None:
    assert set(BACKENDS) >= {"auto", "embedded", "pixels", "grounding-dino", "original"}
    assert create_backend("auto", Models("cpu")).name == "embedded"
    models = Models("cpu", grounding_model="a/detector", segmentation_model="a/segmenter")
    assert create_backend("auto", models).name == "grounding-dino"  # loads nothing yet
    with pytest.raises(InputError, match=r"^grounding_picture is for GroundingDINO"):
        create_backend("auto", Models("cpu", picture="infrared"))
    with pytest.raises(InputError, match=r"^regions yolo: unknown region backend; use one of auto, embedded"):
        create_backend("yolo")
