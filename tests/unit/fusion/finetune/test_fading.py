"""Where an edit ends: at edges of the picture at once, elsewhere softly, outside the region never."""

import pytest
import torch
from torch import Tensor

from wordfuse.fusion.finetune import relight
from wordfuse.fusion.finetune.fading import REACH, fade_of_light, fading

HEIGHT, WIDTH = 96, 128
HALF = torch.zeros(1, 1, HEIGHT, WIDTH)
HALF[..., WIDTH // 2 :] = 1


def flat(value: float) -> Tensor:
    return torch.full((1, 3, HEIGHT, WIDTH), value)


WALL = torch.zeros_like(HALF)  # a thing on the right that lacks a corner and ends where no part of the picture does
WALL_FROM = WIDTH // 2 + 5
WALL[..., WALL_FROM:] = 1
WALL[..., :8, -8:] = 0


def test_it_fades_out_where_nothing_ends_and_is_whole_where_something_does() -> None:
    even = fading(flat(0.4), WALL)
    stepped = fading(torch.where(WALL > 0, 0.8, 0.2).expand(1, 3, -1, -1), WALL)
    first = WALL_FROM
    assert float(even[..., first].max()) < 0.3
    inner = slice(None)
    assert float(stepped[..., inner, first].min()) == 0.5 and float(stepped[..., inner, first + 1].min()) > 0.9
    assert float(even[..., 24:, first + int(4 * REACH * HEIGHT)].min()) > 0.9, "deep inside it is whole"
    row = even[0, 0, HEIGHT // 2, first:]
    assert bool((row.diff() >= -1e-5).all()), "it rises inward"


def test_outside_it_is_nothing_and_a_mask_of_everything_has_no_border() -> None:
    picture = torch.rand(1, 3, HEIGHT, WIDTH, generator=torch.Generator().manual_seed(0))
    weight = fading(picture, HALF)
    assert float(weight[HALF == 0].abs().max()) == 0
    assert 0 <= float(weight.min()) <= float(weight.max()) <= 1
    assert bool((fading(picture, torch.ones_like(HALF)) == 1).all())


def test_a_small_thing_is_faded_less_than_a_large_one() -> None:
    """As far as half its width allows: a person would be lost in the fade of a road."""
    small = torch.zeros_like(HALF)
    small[..., 40:52, 60:72] = 1
    assert float(fading(flat(0.4), small)[..., 46, 66]) > 0.4


@pytest.mark.parametrize("ratio", [1.3, 1 / 1.3])
def test_light_changes_without_a_rim_in_an_even_place(ratio: float) -> None:
    picture = flat(0.4) + 0.02 * torch.rand(1, 3, HEIGHT, WIDTH, generator=torch.Generator().manual_seed(1))
    change = (relight(picture, luma_ratio=ratio, mask=HALF).image - picture).mean(dim=1)[0, HEIGHT // 2]
    steps = change.diff().abs()
    assert float(change.abs().max()) > 0.05
    assert float(steps.max()) < 0.03, "no step of more than seven gray values"


def test_darkening_takes_the_same_share_everywhere() -> None:
    """A dark thing that the mask of a bright sky takes in does not turn black."""
    picture = flat(0.75)
    picture[..., 30:40, 90:110] = 0.25
    darker = relight(picture, luma_ratio=0.75, mask=torch.ones_like(HALF)).image
    assert float((darker / picture).amax()) == pytest.approx(0.75, abs=0.02)
    assert float((darker / picture).amin()) == pytest.approx(0.75, abs=0.02)


def test_least_gain_is_no_limit_where_nothing_glares() -> None:
    assert float(fade_of_light(flat(0.3), HALF).least_gain[HALF > 0].max()) == 0


def test_half_of_the_picture_fades_in_widely_whatever_lies_at_its_border() -> None:
    """A band would be left at the middle, had it ended at the edges of things there."""
    picture = flat(0.3) + 0.2 * (torch.arange(WIDTH) % 8 < 4)
    row = fading(picture, HALF)[0, 0, HEIGHT // 2, WIDTH // 2 :]
    assert float(row[0]) < 0.01 and float(row[-1]) == 1
    assert bool((row.diff() >= 0).all()) and float(row.diff().max()) < 0.06
    assert float(row[int(0.1 * HEIGHT)]) < 0.3


def test_half_of_the_picture_that_is_a_picture_of_its_own_ends_where_it_ends() -> None:
    """A shade that falls over a half is lifted as far as it goes: the fade would leave a dark band of it."""
    shaded = (flat(0.5) + 0.05 * (torch.arange(WIDTH) % 8 < 4)) * torch.where(HALF > 0, 0.4, 1.0)
    row = fading(shaded, HALF)[0, 0, HEIGHT // 2]
    assert float(row[WIDTH // 2]) == 1 and float(row[WIDTH // 2 - 1]) == 0


def test_a_canopy_that_is_cut_at_the_middle_fades_in_widely_whatever_lies_there() -> None:
    """As halves do, a band would be left at the middle; but a house that ends there ends there."""
    canopy = torch.zeros_like(HALF)
    canopy[..., 10:60, WIDTH // 2 :] = 1
    canopy[..., 40:60, WIDTH - 20 :] = 0
    leaves = flat(0.3) + 0.2 * (torch.arange(WIDTH) % 4 < 2)
    row = fading(leaves, canopy)[0, 0, 30, WIDTH // 2 :]
    assert float(row[0]) < 0.01 and float(row[int(0.1 * HEIGHT)]) < 0.35 < 0.8 < float(row[40])
    assert bool((row[:40].diff() > -0.01).all()) and float(row.diff().max()) < 0.07
    house = fading(torch.where(canopy > 0, 0.8, 0.2).expand(1, 3, -1, -1), canopy)
    assert float(house[0, 0, 30, WIDTH // 2 + 2]) > 0.9
    apart = canopy.clone()
    apart[..., 70:90, 20:60] = 1  # a bush of its own, which is not cut
    assert float(fading(leaves, apart)[0, 0, 80, 40]) > 0.9


def test_a_white_sky_is_darkened_most_overhead() -> None:
    sky = torch.zeros_like(HALF)
    sky[..., :40, :] = 1
    random = torch.rand(1, 3, HEIGHT, WIDTH, generator=torch.Generator().manual_seed(2))
    picture = torch.where(sky > 0, 0.97 + 0.02 * random, 0.3)
    rows = relight(picture, luma_ratio=1 / 1.3, mask=sky).image[0].mean(dim=(0, 2))
    assert float(rows[2]) < 0.75 < float(rows[30]) < 0.96
    assert float(rows[:40].mean()) == pytest.approx(0.98 / 1.3, abs=0.03)
    assert bool((rows[2:36].diff() > -0.01).all())


@pytest.mark.parametrize("share", [0.1, 0.2, 0.5])
def test_a_place_at_a_border_of_the_picture_fades_in_over_all_of_it(share: float) -> None:
    """Darkened at once, the right edge is a black band."""
    place = torch.zeros_like(HALF)
    place[..., WIDTH - round(share * WIDTH) :] = 1
    picture = flat(0.5) + 0.02 * torch.rand(1, 3, HEIGHT, WIDTH, generator=torch.Generator().manual_seed(3))
    edited = relight(picture, luma_ratio=1 / 1.3, mask=place).image
    gain = (edited / picture).mean(dim=1)[0, HEIGHT // 2, WIDTH - round(share * WIDTH) :]
    assert float(gain[0]) > 0.95 and bool((gain.diff() < 1e-3).all())
    assert float(gain.diff().abs().max()) < 1.2 / (share * WIDTH), "no step"
    assert float(gain.mean()) == pytest.approx(1 / 1.3, abs=0.02), "and it is as dark as was asked for"


def test_corners_and_edges_all_around_fade_in_too() -> None:
    corners, edges = torch.zeros_like(HALF), torch.ones_like(HALF)
    third, band = HEIGHT // 3, 10
    for rows in (slice(0, third), slice(HEIGHT - third, None)):
        for columns in (slice(0, third), slice(WIDTH - third, None)):
            corners[..., rows, columns] = 1
    edges[..., band:-band, band:-band] = 0
    textured = flat(0.3) + 0.2 * (torch.arange(WIDTH) % 8 < 4)
    for mask in (corners, edges):
        weight = fading(textured, mask)[0, 0]
        assert float(weight[mask[0, 0] == 0].max()) == 0 and float(weight[0, 0]) > 0.98
        assert float(weight.diff(dim=0).abs().max()) < 0.16 and float(weight.diff(dim=1).abs().max()) < 0.16
