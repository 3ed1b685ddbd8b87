"""Recolouring: the measured goal, and that light, hue and gray stay."""

from pathlib import Path
from typing import Literal

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from wordfuse.fusion.colour.oklab import from_oklab, most_chroma, to_oklab
from wordfuse.fusion.errors import InputError, RegionError
from wordfuse.fusion.images import to_uint8
from wordfuse.fusion.metrics.goals.chroma import cast, mean_chroma
from wordfuse.fusion.recolour.chroma import recolour
from wordfuse.fusion.tensors import to_array, to_tensor

HEIGHT, WIDTH = 120, 160
Picture = NDArray[np.uint8]
Direction = Literal["vivid", "muted", "neutral"]


def edited(picture: Picture, direction: Direction, amount: float, mask: Picture | None = None) -> Picture:
    region = None if mask is None else to_tensor(mask)
    return to_uint8(to_array(recolour(to_tensor(picture), direction=direction, amount=amount, mask=region).image))


def lab_of(picture: Picture) -> NDArray[np.float32]:
    return to_oklab(picture.astype(np.float32) / 255)


@pytest.fixture(scope="module")
def street() -> Picture:
    """Gray stones, green and blue and red things, some dull and some strong, in soft light with a little grain."""
    random = np.random.default_rng(6)
    colours = np.array(
        [
            (128, 128, 128),
            (110, 130, 105),
            (100, 110, 140),
            (150, 110, 100),
            (200, 40, 40),
            (60, 60, 62),
            (190, 188, 185),
        ]
    )
    cells = colours[random.integers(0, len(colours), (6, 8))].astype(np.float32)
    picture = cv2.resize(cells, (WIDTH, HEIGHT), interpolation=cv2.INTER_NEAREST)
    return np.clip(cv2.GaussianBlur(picture, (0, 0), 0.7) + random.normal(0, 1, picture.shape), 0, 255).astype(np.uint8)


def test_oklab_of_known_colours_and_back() -> None:
    # White and pure red, as in Ottosson's article and in CSS Color 4.
    rgb = np.array([[[1, 1, 1], [1, 0, 0]]], np.float32)
    expected = np.array([[[1, 0, 0], [0.62796, 0.22486, 0.12585]]])
    assert to_oklab(rgb) == pytest.approx(expected, abs=2e-4)
    assert from_oklab(to_oklab(rgb)) == pytest.approx(rgb, abs=2e-4)


def test_the_largest_chroma_is_on_the_screen_and_a_little_more_is_not() -> None:
    random = np.random.default_rng(7)
    light, hue = (
        x.astype(np.float32) for x in (random.uniform(0.15, 0.9, (40, 40)), random.uniform(0, 6.28, (40, 40)))
    )
    most = most_chroma(light, hue)
    for share, there in ((0.97, True), (1.06, False)):
        rgb = from_oklab(np.stack([light, share * most * np.cos(hue), share * most * np.sin(hue)], axis=-1))
        on_screen = ((rgb >= -0.003) & (rgb <= 1.003)).all(axis=-1)
        assert (on_screen == there).mean() > 0.97


@pytest.mark.parametrize(
    ("direction", "amount"), [("vivid", 1.2), ("vivid", 1.45), ("muted", 1 / 1.2), ("muted", 0.55)]
)
def test_the_chroma_is_multiplied_as_asked(street: Picture, direction: Direction, amount: float) -> None:
    disc = cv2.circle(np.zeros((HEIGHT, WIDTH), np.uint8), (80, 60), 45, 255, -1)
    for mask in (None, disc):
        after = edited(street, direction, amount, mask)
        assert mean_chroma(after, mask) / mean_chroma(street, mask) == pytest.approx(amount, abs=0.03)
        assert mask is None or (after[mask == 0] == street[mask == 0]).all()


def test_light_and_hue_stay_and_nothing_is_clipped(street: Picture) -> None:
    after = edited(street, "vivid", 1.45)
    old, new = lab_of(street), lab_of(after)
    assert np.abs(new[..., 0] - old[..., 0]).max() < 0.01
    coloured = np.hypot(old[..., 1], old[..., 2]) > 0.03
    turned = np.angle(np.exp(1j * (np.arctan2(new[..., 2], new[..., 1]) - np.arctan2(old[..., 2], old[..., 1]))))
    assert np.degrees(np.quantile(np.abs(turned[coloured]), 0.98)) < 8
    inside = (street > 5).all(axis=2) & (street < 250).all(axis=2)
    assert (after[inside].min(axis=1) > 0).mean() > 0.999


def test_dull_colours_gain_more_than_strong_ones_and_gray_nothing(street: Picture) -> None:
    old, new = (
        np.hypot(*np.moveaxis(cv2.GaussianBlur(lab_of(x), (0, 0), 2), 2, 0)[1:])
        for x in (street, edited(street, "vivid", 1.45))
    )
    gray, dull, strong = old < 0.008, (old > 0.03) & (old < 0.05), old > 0.15
    assert new[dull].mean() / old[dull].mean() > 1.15 * new[strong].mean() / old[strong].mean()
    assert np.abs(new[gray] - old[gray]).mean() < 0.002


def test_coloured_grain_on_gray_is_no_colour() -> None:
    random = np.random.default_rng(8)
    gray = np.clip(random.normal(110, 8, (HEIGHT, WIDTH, 3)), 0, 255)
    gray[30:60, 40:80] = (90, 120, 90)
    picture = gray.astype(np.uint8)
    after = edited(picture, "vivid", 1.45)
    ground = np.s_[70:, :]
    assert mean_chroma(after[ground], None) < 1.1 * mean_chroma(picture[ground], None)


def test_a_cast_goes_and_red_things_stay_red(street: Picture) -> None:
    tinted = np.clip(street * np.array([1.12, 1.0, 0.78]), 0, 255).astype(np.uint8)
    assert cast(street, None) < 4 < 10 < cast(tinted, None)
    for amount in (0.4, 0.7, 0.95):
        after = edited(tinted, "neutral", amount)
        assert cast(after, None) / cast(tinted, None) == pytest.approx(1 - amount, abs=0.06)
    assert np.abs(lab_of(after)[..., 0] - lab_of(tinted)[..., 0]).max() < 0.02
    red = street[..., 0] > street[..., 1] + 100
    assert np.abs(after[red].astype(int) - street[red]).mean() < 25


def test_the_measure_of_a_cast_is_not_taken_in_by_a_lawn() -> None:
    random = np.random.default_rng(9)
    picture = np.clip(random.normal(0, 4, (HEIGHT, WIDTH, 1)) + np.full((HEIGHT, WIDTH, 3), 140.0), 0, 255)
    picture[:70] = (70, 130, 50)
    assert cast(picture.astype(np.uint8), None) < 4


@pytest.mark.parametrize(
    ("picture", "least", "most"),
    [("LLVIP/vi/190005.jpg", 28.0, 45.0), ("LLVIP/vi/190006.jpg", 28.0, 45.0), ("MSRS/vi/00486D.webp", 0.0, 4.0)],
)
def test_strong_light_of_lamps_is_found_and_daylight_is_none(
    shared: Path, picture: str, least: float, most: float
) -> None:
    read = cv2.imread(str(shared / "data/dev" / picture))
    assert read is not None
    assert least < cast(np.asarray(read[..., ::-1], np.uint8), None) < most


@pytest.mark.parametrize("direction", ["vivid", "muted", "neutral"])
def test_gray_has_no_colour_to_change(direction: Direction) -> None:
    gray = np.random.default_rng(10).integers(20, 230, (40, 50, 1)).astype(np.uint8).repeat(3, axis=2)
    outcome = recolour(to_tensor(gray), direction=direction, amount=1.4 if direction == "vivid" else 0.7)
    assert outcome.saturated
    assert (to_uint8(to_array(outcome.image)) == gray).all()


@pytest.mark.parametrize(("direction", "amount"), [("vivid", 0.9), ("muted", 1.2), ("neutral", 0.0), ("neutral", 1.1)])
def test_amounts_that_do_not_fit_are_refused(street: Picture, direction: Direction, amount: float) -> None:
    with pytest.raises(InputError):
        edited(street, direction, amount)


def test_an_empty_region_is_refused(street: Picture) -> None:
    with pytest.raises(RegionError):
        mean_chroma(street, np.zeros((HEIGHT, WIDTH), np.uint8))


def test_what_does_not_have_the_lights_colour_takes_on_no_other() -> None:
    """Gray people out of the infrared picture in a street in yellow light, and a lamp that is nearly white."""
    picture = np.full((HEIGHT, WIDTH, 3), (120, 110, 60), np.uint8)
    picture += np.random.default_rng(0).integers(0, 12, (HEIGHT, WIDTH, 1), np.uint8)
    picture[30:90, 40:60] = 150
    picture[10:30, 120:140] = (245, 240, 180)
    edited = to_uint8(to_array(recolour(to_tensor(picture), direction="neutral", amount=0.9).image))
    assert cast(edited, None) < 0.5 * cast(picture, None)
    assert np.abs(edited[40:80, 45:55].astype(int) - 150).max() <= 2
    assert edited.max() < 250
