"""Regions by tone: hot, cold, bright, dark, over- and underexposed, and the background."""

import json

import numpy as np
import pytest
from PIL import Image

from tests.unit.fusion.regions.squares import HEIGHT, WIDTH, mask_of, overlap, pictures, square
from wordfuse.fusion.regions import Sources
from wordfuse.fusion.regions.phrases import resolve
from wordfuse.fusion.regions.tones import otsu
from wordfuse.tools.calls.spelling import dashed


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
    assert grounding.told(dashed).endswith("; name another region or give a mask with --mask")


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
