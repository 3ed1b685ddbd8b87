"""Each guard sees its own fault, in the order of its strength, and lets good edits pass."""

import cv2
import numpy as np
import pytest

from wordfuse.evals.seen.guards import FAULTS, Picture, ellipse, good_edits
from wordfuse.examples import street
from wordfuse.fusion.images import Pair
from wordfuse.fusion.metrics.gray import to_gray
from wordfuse.fusion.metrics.guards import MOST_PX, blobs, guards
from wordfuse.fusion.metrics.seen import seen_difference
from wordfuse.tools.aims import GUARDS, SEEN, Line

HEIGHT, WIDTH = 240, 320
LINES = {line.name: line for line in GUARDS if line is not SEEN}


@pytest.fixture(scope="module")
def picture() -> Picture:
    """A wall of coloured stones: edges, fine structure and colour everywhere, nothing black or white."""
    random = np.random.default_rng(0)
    stones = cv2.resize(random.uniform(45, 210, (12, 16, 3)).astype(np.float32), (WIDTH, HEIGHT), interpolation=0)
    grain = cv2.GaussianBlur(random.normal(0, 1, (HEIGHT, WIDTH)).astype(np.float32), (0, 0), 1.2)
    return np.clip(stones + 12 * (grain / grain.std())[..., None], 0, 255).astype(np.uint8)


@pytest.fixture(scope="module")
def mask() -> Picture:
    disc = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.circle(disc, (WIDTH // 2, HEIGHT // 2), 70, 255, -1)
    return disc


def found(before: Picture, after: Picture, mask: Picture | None) -> dict[str, float]:
    gray = to_gray(before)
    return guards(before, after, mask, gray, gray)


def kept(line: Line, value: float) -> bool:
    limit = line.aim.limit(0.0, 0.0, 1.0)
    return value <= limit if line.at_most else value >= limit


@pytest.mark.parametrize("name", LINES)
def test_the_number_rises_with_the_fault_and_the_strongest_breaks_the_guard(
    name: str, picture: Picture, mask: Picture
) -> None:
    line = LINES[name]
    values = [
        found(picture, FAULTS[name](picture, mask, strength), None if name in ("clipped", "halo") else mask)
        for strength in range(3)
    ]
    numbers = [one[line.measured] * (1 if line.at_most else -1) for one in values]
    assert numbers == sorted(numbers)
    assert kept(line, values[0][line.measured]), "a trace of it is no fault"
    assert not kept(line, values[2][line.measured])


def test_colour_noise_that_goes_is_no_colour_that_is_lost(picture: Picture) -> None:
    muted = np.clip(0.25 * picture.astype(float) + 0.75 * picture.mean(axis=2, keepdims=True), 0, 255)
    noise = np.random.default_rng(1).normal(0, 30, picture.shape)
    noisy = np.clip(muted + noise, 0, 255).astype(np.uint8)
    clean = muted.astype(np.uint8)
    assert found(noisy, clean, None)["colour"] > 0.9
    gray = np.repeat(to_gray(clean)[..., None], 3, axis=2).astype(np.uint8)
    assert found(noisy, gray, None)["colour"] < 0.3, "what was colour is missed all the same"


def test_nothing_done_is_no_fault(picture: Picture, mask: Picture) -> None:
    assert found(picture, picture.copy(), mask) == {"blobs": 0, "rim": 0, "halo": 0, "colour": 1, "texture": 1}


def test_good_edits_pass() -> None:
    """By hand and by the tools' own functions, in a region that knows nothing of the picture."""
    scene = street.render(size=(WIDTH, HEIGHT))
    region = ellipse(HEIGHT, WIDTH)
    pair = Pair(np.float32(scene.infrared) / 255, np.float32(scene.visible) / 255, gray=False)
    for name, before, after, where in good_edits(np.asarray(scene.visible), pair, region, 0):
        values = guards(before, after, where, to_gray(scene.infrared), to_gray(scene.visible))
        broken = {line.name: values[line.measured] for line in LINES.values() if not kept(line, values[line.measured])}
        assert not broken, name


@pytest.mark.parametrize(("size", "share"), [(3, 0.0), (9, 100 * 81 / (HEIGHT * WIDTH))])
@pytest.mark.parametrize("value", [0, 255])
def test_a_blob_is_an_area_and_more_than_a_speck(picture: Picture, size: int, share: float, value: int) -> None:
    after = picture.copy()
    after[100 : 100 + size, 50 : 50 + size] = value
    after[10, 10:200:2] = value  # dots all over are no blob
    # 3x3 is nine pixels, as large as a speck of this picture at most.
    expected = 100 * 9 / (HEIGHT * WIDTH) if size == 3 else share
    assert blobs(picture, after, to_gray(picture)) == pytest.approx(expected)


def test_what_is_white_in_the_visible_picture_is_no_new_blob(picture: Picture) -> None:
    after = picture.copy()
    after[100:120, 50:80] = 255
    assert blobs(picture, after, to_gray(after)) == 0


def test_a_border_that_falls_on_an_edge_of_the_picture_is_no_rim() -> None:
    flat = np.full((HEIGHT, WIDTH, 3), 60, np.uint8)
    half = np.zeros((HEIGHT, WIDTH), np.uint8)
    half[:, WIDTH // 2 :] = 255
    two = flat.copy()
    two[half > 0] = 160
    brighter = [np.where(half[..., None] > 0, one + np.uint8(30), one).astype(np.uint8) for one in (flat, two)]
    assert found(flat, brighter[0], half)["rim"] > 4.5
    assert found(two, brighter[1], half)["rim"] == 0


def test_a_half_that_is_a_picture_of_its_own_may_lose_its_step_and_its_grain(picture: Picture) -> None:
    """What ends at the middle is what is to go: neither a rim nor a halo, and grain in one half is no texture."""
    half = np.zeros((HEIGHT, WIDTH), np.uint8)
    half[:, WIDTH // 2 :] = 255
    inside = half[..., None] > 0
    dark = np.where(inside, (picture * 0.4).astype(np.uint8), picture)
    values = found(dark, picture, half)
    assert values["rim"] < 4.5 and values["halo"] < 15
    smooth = np.asarray(cv2.GaussianBlur(picture, (0, 0), 2.0), np.uint8)
    grain = np.clip(smooth + np.random.default_rng(4).normal(0, 24, smooth.shape), 0, 255).astype(np.uint8)
    assert found(np.where(inside, grain, smooth), smooth, half)["texture"] > 0.7


def test_an_edge_that_a_source_shows_is_no_halo(picture: Picture) -> None:
    """A thing that only the infrared picture shows comes in with all its edges."""
    thing = np.zeros((HEIGHT, WIDTH), np.float32)
    cv2.circle(thing, (160, 120), 25, 60, -1)
    after = np.clip(picture + thing[..., None], 0, 255).astype(np.uint8)
    gray = to_gray(picture)
    assert guards(picture, after, None, gray, gray)["halo"] > 15
    assert guards(picture, after, None, thing, gray)["halo"] < 5


def test_large_pictures_are_looked_at_as_on_a_screen(picture: Picture, mask: Picture) -> None:
    """The same picture with four times as many pixels a side has about the same faults."""
    after = FAULTS["rim"](picture, mask, 2)
    large = [np.asarray(cv2.resize(one, None, fx=5, fy=5, interpolation=0)) for one in (picture, after, mask)]
    assert large[0].shape[0] * large[0].shape[1] > MOST_PX
    values = found(large[0], large[1], large[2])
    assert not kept(LINES["rim"], values["rim"])


def test_seen_is_what_changed_most_in_the_region(picture: Picture, mask: Picture) -> None:
    assert seen_difference(picture, picture, mask) == 0
    lighter = np.clip(picture.astype(int) + 1, 0, 255).astype(np.uint8)
    assert seen_difference(picture, lighter, mask) < 1, "one gray value is not seen"
    clearly = np.clip(picture.astype(int) + 25, 0, 255).astype(np.uint8)
    assert seen_difference(picture, clearly, mask) > 5
    # A fifth of the region that is changed clearly is seen, however little happens to the rest.
    inside = np.argwhere(mask > 127)
    part = picture.copy()
    rows = inside[: len(inside) // 5]
    part[rows[:, 0], rows[:, 1]] = clearly[rows[:, 0], rows[:, 1]]
    assert seen_difference(picture, part, mask) > 4


def test_seen_agrees_with_the_published_example() -> None:
    # Mid-gray 119 has L* 50.03 and 122 51.22 (sRGB, D65): with S_L of 1.0 at 50.6, CIEDE2000 is 1.19.
    before, after = (np.full((8, 8, 3), value, np.uint8) for value in (119, 122))
    assert seen_difference(before, after, None) == pytest.approx(1.19, abs=0.01)
