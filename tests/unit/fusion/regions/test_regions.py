"""Regions that need no object detector: which pixels are meant, and who is asked in which order."""

import json
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from wordfuse.fusion.errors import InputError, RegionError, spelled
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
from wordfuse.fusion.regions.phrases import place_selection, resolve
from wordfuse.fusion.regions.tones import otsu
from wordfuse.fusion.regions.words.grammar import Place
from wordfuse.tools.spelling import dashed

HEIGHT, WIDTH = 90, 120


def pictures(
    infrared: np.ndarray | float = 0.3, visible: np.ndarray | float = 0.5, fused: np.ndarray | float = 0.5
) -> Sources:
    """Gray pictures from (H, W) arrays or constants."""
    planes = [np.broadcast_to(np.asarray(p, np.float32), (HEIGHT, WIDTH)) for p in (infrared, visible, fused)]
    return Sources(planes[0], *(np.repeat(plane[..., None], 3, axis=2) for plane in planes[1:]))


def square(y: int, x: int, size: int = 16, value: float = 0.9, around: float = 0.3) -> np.ndarray:
    plane = np.full((HEIGHT, WIDTH), around, np.float32)
    plane[y : y + size, x : x + size] = value
    return plane


def mask_of(sources: Sources, phrase: str) -> Mask:
    grounding = resolve(sources, phrase)
    assert grounding is not None and grounding.found and grounding.mask is not None, grounding
    assert grounding.mask.dtype == np.uint8 and grounding.mask.shape == (HEIGHT, WIDTH)
    assert set(np.unique(grounding.mask)) <= {0, 255}
    return grounding.mask


def overlap(mask: Mask, expected: np.ndarray) -> float:
    """Intersection over union."""
    inside, wanted = mask > 0, expected.astype(bool)
    return float((inside & wanted).sum() / max(1, (inside | wanted).sum()))


# --- tones ------------------------------------------------------------------------------------------------------------


def test_a_hot_square_is_the_hot_object() -> None:
    infrared = square(20, 30)
    assert overlap(mask_of(pictures(infrared), "hot objects"), infrared > 0.5) > 0.8


def test_a_cold_square_is_the_cold_area() -> None:
    infrared = square(20, 30, value=0.1, around=0.6)
    assert overlap(mask_of(pictures(infrared), "cold areas"), infrared < 0.3) > 0.8


def test_hot_does_not_mind_slow_changes_and_noise() -> None:
    rng = np.random.default_rng(1)
    ramp = np.linspace(0.2, 0.4, WIDTH, dtype=np.float32)[None, :]
    infrared = np.maximum(square(40, 50, value=0.8, around=0), ramp)
    noisy = np.clip(infrared + rng.normal(0, 0.02, infrared.shape), 0, 1)
    assert overlap(mask_of(pictures(noisy), "hot objects"), infrared > 0.7) > 0.8


def test_a_weaker_hot_object_beside_a_hotter_one_is_hot_too_and_not_the_hottest() -> None:
    infrared = np.maximum(square(20, 20, value=1.0), square(50, 80, value=0.6))
    sources = pictures(infrared)
    assert overlap(mask_of(sources, "hot objects"), infrared > 0.5) > 0.8
    assert overlap(mask_of(sources, "the hottest spot"), infrared > 0.8) > 0.8


def test_a_hot_half_is_hot_though_it_is_its_own_surroundings() -> None:
    infrared = np.full((HEIGHT, WIDTH), 0.2, np.float32)
    infrared[:, : WIDTH // 2] = 0.8
    assert overlap(mask_of(pictures(infrared), "hot areas"), infrared > 0.5) > 0.95


def test_specks_are_no_objects() -> None:
    infrared = square(20, 30)
    infrared[70, 100] = 1.0
    assert mask_of(pictures(infrared), "hot objects")[60:, 90:].sum() == 0


@pytest.mark.parametrize("value", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("phrase", ["hot objects", "cold areas", "the hottest part", "foreground"])
def test_nothing_is_hot_or_cold_in_a_constant_infrared(value: float, phrase: str) -> None:
    grounding = resolve(pictures(infrared=value), phrase)
    assert grounding is not None and not grounding.found and grounding.mask is None
    assert "stands out" in grounding.reason
    assert spelled(grounding.reason, dashed).endswith("; name another region or give a mask with --mask")


def test_sensor_noise_alone_is_not_hot() -> None:
    noise = np.random.default_rng(2).normal(0.4, 0.02, (HEIGHT, WIDTH))
    grounding = resolve(pictures(noise), "hot objects")
    assert grounding is not None and not grounding.found


def test_dark_and_bright_are_read_from_the_fused_picture() -> None:
    fused = square(30, 40, size=30, value=0.1, around=0.8)
    sources = pictures(visible=0.5, fused=fused)
    assert overlap(mask_of(sources, "dark areas"), fused < 0.5) > 0.8
    assert overlap(mask_of(sources, "bright areas"), fused > 0.5) > 0.95


@pytest.mark.parametrize(("value", "dark", "bright"), [(0.02, True, False), (0.5, False, False), (0.97, False, True)])
def test_dark_and_bright_in_a_flat_picture_are_absolute(value: float, dark: bool, bright: bool) -> None:
    sources = pictures(fused=value)
    for phrase, expected in (("dark areas", dark), ("bright areas", bright)):
        grounding = resolve(sources, phrase)
        assert grounding is not None and grounding.found is expected


def test_a_lamp_at_night_is_bright_and_the_rest_dark() -> None:
    fused = square(10, 100, size=12, value=0.9, around=0.05)
    sources = pictures(fused=fused)
    assert overlap(mask_of(sources, "bright areas"), fused > 0.5) > 0.7
    assert overlap(mask_of(sources, "shadows"), fused < 0.5) > 0.95


def test_overexposed_is_what_the_camera_clipped_with_its_halo() -> None:
    visible = np.maximum(square(30, 40, size=20, value=0.9), square(34, 44, size=12, value=1.0))
    visible = np.maximum(visible, square(70, 100, size=10, value=0.9))  # bright, but nothing clipped near it
    fused = square(0, 0, size=10, value=1.0)  # a hot object is white there, and no glare
    assert overlap(mask_of(pictures(visible=visible, fused=fused), "overexposed areas"), square(30, 40, 20) > 0.5) > 0.9


def test_overexposed_by_an_edit_is_found_in_the_fused_picture() -> None:
    fused = square(30, 40, value=1.0)
    assert overlap(mask_of(pictures(fused=fused), "glare"), fused > 0.5) > 0.9


def test_no_overexposed_area_is_said_so() -> None:
    grounding = resolve(pictures(), "overexposed areas")
    assert grounding is not None and not grounding.found
    assert grounding.reason.startswith("'overexposed areas': no area is overexposed")


def test_underexposed_is_what_the_camera_hardly_saw() -> None:
    visible = square(30, 40, size=30, value=0.03, around=0.5)
    assert overlap(mask_of(pictures(visible=visible), "underexposed areas"), visible < 0.1) > 0.8


def test_background_and_foreground_share_out_the_picture() -> None:
    sources = pictures(square(20, 30))
    background, foreground = mask_of(sources, "the background"), mask_of(sources, "foreground")
    np.testing.assert_array_equal(foreground, mask_of(sources, "hot objects"))
    np.testing.assert_array_equal(background, 255 - foreground)


def test_without_salient_objects_all_is_background() -> None:
    assert mask_of(pictures(), "background").all()


def test_tone_and_place_intersect() -> None:
    infrared = np.maximum(square(10, 10), square(60, 90))
    sources = pictures(infrared)
    both = mask_of(sources, "hot objects")
    left = mask_of(sources, "hot objects on the left")
    assert left[:, WIDTH // 2 :].sum() == 0
    np.testing.assert_array_equal(left[:, : WIDTH // 2], both[:, : WIDTH // 2])
    grounding = resolve(sources, "hot objects in the top right corner")
    assert grounding is not None and not grounding.found
    assert "none in the part you named" in grounding.reason


def test_and_is_a_union() -> None:
    sources = pictures(np.maximum(square(10, 10), square(60, 90)) - square(40, 50, value=0.25, around=0))
    expected = np.maximum(mask_of(sources, "hot areas"), mask_of(sources, "cold areas"))
    np.testing.assert_array_equal(mask_of(sources, "hot and cold areas"), expected)


@pytest.mark.parametrize("shape", [(1, 1), (1, 50), (3, 2), (7, 200)])
@pytest.mark.parametrize("tone", ["hottest", "coldest", "brightest", "darkest", "overexposed", "underexposed"])
def test_pictures_of_any_size_can_be_read(shape: tuple[int, int], tone: str) -> None:
    planes = [np.random.default_rng(3).random((*shape, *channels), np.float32) for channels in ((), (3,), (3,))]
    grounding = resolve(Sources(*planes), f"{tone} areas")
    assert grounding is not None and (grounding.mask is None or grounding.mask.shape == shape)


def test_a_phrase_that_names_an_object_is_left_to_others() -> None:
    assert resolve(pictures(square(20, 30)), "hot people") is None


def test_otsu_splits_two_levels_in_the_middle() -> None:
    # Two equal classes at 0.2 and 0.8: every cut between them is optimal, all variance lies between the classes.
    threshold, separability = otsu(np.array([0.2, 0.2, 0.8, 0.8], np.float32))
    assert threshold == pytest.approx(0.5, abs=0.01) and separability == pytest.approx(1.0, abs=1e-6)
    assert otsu(np.full(10, 0.3, np.float32))[1] == 0.0


# --- places -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        # of 90 rows and 120 columns: a pixel belongs to the place that its centre lies in
        ("top half", np.s_[:45, :]),
        ("bottom", np.s_[45:, :]),
        ("left side", np.s_[:, :60]),
        ("right third", np.s_[:, 80:]),
        ("top quarter", np.s_[:22, :]),
        ("upper left quadrant", np.s_[:45, :60]),
        ("lower right", np.s_[45:, 60:]),
        ("lower right corner", np.s_[60:, 80:]),
        ("centre", np.s_[22:67, 30:90]),
        ("middle third", np.s_[30:60, 40:80]),
        ("top middle", np.s_[:45, 40:80]),
        ("left edge", np.s_[:, :9]),
        ("bottom edge", np.s_[81:, :]),
    ],
)
def test_places(phrase: str, expected: tuple[slice, slice]) -> None:
    wanted = np.zeros((HEIGHT, WIDTH), np.uint8)
    wanted[expected] = 255
    np.testing.assert_array_equal(mask_of(pictures(), phrase), wanted)


def test_edges_are_all_four_and_corners_too() -> None:
    edges, corners = mask_of(pictures(), "edges"), mask_of(pictures(), "corners")
    inner = np.zeros((HEIGHT, WIDTH), np.uint8)
    inner[9:81, 9:111] = 255
    np.testing.assert_array_equal(edges, 255 - inner)
    expected = np.zeros((HEIGHT, WIDTH), np.uint8)
    for rows in (slice(0, 30), slice(60, 90)):
        for columns in (slice(0, 40), slice(80, 120)):
            expected[rows, columns] = 255
    np.testing.assert_array_equal(corners, expected)


shapes = st.tuples(st.integers(1, 40), st.integers(1, 40))
sides = st.sampled_from([None, "low", "middle", "high"])
extents = st.sampled_from([None, "half", "third", "quarter"])


@given(shapes, sides, sides, extents)
@settings(max_examples=60, deadline=None)
def test_two_sides_are_the_intersection_of_each(shape: tuple[int, int], v: str, h: str, extent: str) -> None:
    if extent == "quarter" or "middle" in (v, h):
        return  # a quarter of both axes is a quadrant, and a middle depends on what stands beside it
    both = place_selection(shape, Place(v, h, extent))  # type: ignore[arg-type]
    one = place_selection(shape, Place(v, None, extent))  # type: ignore[arg-type]
    other = place_selection(shape, Place(None, h, extent))  # type: ignore[arg-type]
    assert both.shape == shape
    np.testing.assert_array_equal(both, one & other)


@given(shapes)
@settings(max_examples=30, deadline=None)
def test_halves_partition_the_picture(shape: tuple[int, int]) -> None:
    for low, high in ((Place("low"), Place("high")), (Place(None, "low"), Place(None, "high"))):
        first, second = place_selection(shape, low), place_selection(shape, high)
        assert (first ^ second).all()


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
    assert spelled(grounding.reason, dashed) == (
        "'people' needs an object detector: the backend 'pixels' knows hot, cold, bright, dark and overexposed areas, "
        "positions and background; give --mask people=FILE or --regions embedded or grounding-dino"
    )


def test_a_name_of_two_words_is_quoted_for_the_command_line() -> None:
    (grounding,) = create_backend("pixels").ground(pictures(), ["red car"])
    assert 'give --mask "red car"=FILE or' in spelled(grounding.reason, dashed)


def test_backends_by_name() -> None:
    assert set(BACKENDS) >= {"auto", "embedded", "pixels", "grounding-dino", "original"}
    assert create_backend("auto", Models("cpu")).name == "embedded"
    models = Models("cpu", grounding_model="a/detector", segmentation_model="a/segmenter")
    assert create_backend("auto", models).name == "grounding-dino"  # loads nothing yet
    with pytest.raises(InputError, match=r"^grounding_picture is for GroundingDINO"):
        create_backend("auto", Models("cpu", picture="infrared"))
    with pytest.raises(InputError, match=r"^regions yolo: unknown region backend; use one of auto, embedded"):
        create_backend("yolo")


# --- real pictures ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("pair", "person"), [("00500D", 0), ("01012N", 2)])
def test_people_are_the_hot_objects_of_a_street(shared, pair: str, person: int) -> None:  # type: ignore[no-untyped-def]
    folder = shared / "data/dev/MSRS"
    infrared = np.asarray(Image.open(folder / f"ir/{pair}.webp").convert("L"), np.float32) / np.float32(255)
    visible = np.asarray(Image.open(folder / f"vi/{pair}.webp").convert("RGB"), np.float32) / np.float32(255)
    grounding = resolve(Sources(infrared, visible, visible), "hot objects")
    assert grounding is not None and grounding.mask is not None
    boxes = json.loads((folder / "boxes.json").read_text())[pair]["boxes"]
    _, x0, y0, x1, y1 = [box for box in boxes if box[0] == "person"][person]
    assert (grounding.mask[int(y0) : int(y1) + 1, int(x0) : int(x1) + 1] > 0).mean() > 0.3
    assert (grounding.mask > 0).mean() < 0.1
