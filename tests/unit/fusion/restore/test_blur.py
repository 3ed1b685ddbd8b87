"""blur: nothing can be read in the region, up to its border, and nothing of it or of what is around it leaks."""

import cv2
import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from wordfuse.fusion.errors import InputError, RegionError
from wordfuse.fusion.finetune import Control
from wordfuse.fusion.images import to_uint8
from wordfuse.fusion.metrics.goals.readable import readable
from wordfuse.fusion.restore.blur import blur
from wordfuse.fusion.tensors import to_array, to_tensor

Picture = NDArray[np.uint8]


@pytest.fixture(scope="module")
def sign() -> Picture:
    """A light sign full of dark letters, on a green wall."""
    picture = np.full((240, 320, 3), (40, 120, 50), np.uint8)
    cv2.rectangle(picture, (60, 60), (259, 179), (230, 220, 210), -1)
    for row in range(4):
        cv2.putText(picture, "EXIT 24 HOUR", (64, 84 + 28 * row), cv2.FONT_HERSHEY_SIMPLEX, 0.8, (30, 20, 20), 2)
    return picture


@pytest.fixture(scope="module")
def mask() -> Picture:
    inside = np.zeros((240, 320), np.uint8)
    inside[60:180, 60:260] = 255
    return inside


def blurred(picture: Picture, mask: Picture | None, amount: float) -> tuple[Picture, float, bool]:
    outcome = blur(to_tensor(picture), amount=amount, mask=None if mask is None else to_tensor(mask))
    return to_uint8(to_array(outcome.image)), outcome.state.meta["sigma_px"], outcome.saturated


@pytest.mark.parametrize("amount", [0.45, 0.65, 0.85])
def test_what_can_be_read_falls_by_the_amount(sign: Picture, mask: Picture, amount: float) -> None:
    after, _, saturated = blurred(sign, mask, amount)
    fell = 1 - readable(after, mask) / readable(sign, mask)
    assert not saturated
    assert fell == pytest.approx(amount, abs=0.05)
    assert np.array_equal(after[mask == 0], sign[mask == 0])


def test_no_letter_is_left_up_to_the_very_border(sign: Picture, mask: Picture) -> None:
    """Letters lie across the border of this mask: what is inside of it must not tell them."""
    half = np.where(np.arange(240)[:, None] < 112, mask, 0).astype(np.uint8)
    after, _, _ = blurred(sign, half, 0.85)
    rim = (half > 0) & (cv2.erode(half, np.ones((7, 7), np.uint8)) == 0)
    rim[:100] = False  # the border that runs through a line of letters
    letters, seen = (picture[..., 1][rim].astype(float) for picture in (sign, after))
    assert letters.std() > 60
    assert seen.std() < 0.35 * letters.std()


def test_no_colour_of_outside_leaks_in(sign: Picture, mask: Picture) -> None:
    after, _, _ = blurred(sign, mask, 0.85)
    deep = cv2.erode(mask, np.ones((9, 9), np.uint8)) > 0
    green = after[..., 1].astype(int) - after[..., 0]
    # The sign and its letters are redder than green, the wall is the other way round.
    assert green[deep].max() <= 1


def test_more_blur_where_more_is_asked(sign: Picture, mask: Picture) -> None:
    sigmas = [blurred(sign, mask, amount)[1] for amount in (0.45, 0.65, 0.85)]
    assert sigmas == sorted(sigmas)
    assert sigmas[0] < 0.6 * sigmas[2]


def test_called_again_it_goes_on(sign: Picture, mask: Picture) -> None:
    once, _, _ = blurred(sign, mask, 0.5)
    twice, _, _ = blurred(once, mask, 0.5)
    assert readable(twice, mask) < 0.65 * readable(once, mask)


def test_gray_stays_gray_and_the_same_call_gives_the_same_bits(sign: Picture, mask: Picture) -> None:
    gray = np.repeat(sign[..., :1], 3, axis=2)
    first, second = (blurred(gray, mask, 0.65)[0] for _ in range(2))
    assert (first == first[..., :1]).all()
    assert np.array_equal(first, second)


def test_a_region_of_one_colour_stays_as_it_is() -> None:
    even = np.full((64, 64, 3), 90, np.uint8)
    assert np.array_equal(blurred(even, None, 0.85)[0], even)


def test_a_cancelled_call_changes_nothing(sign: Picture) -> None:
    outcome = blur(to_tensor(sign), amount=0.5, control=Control(cancelled=lambda: True))
    assert outcome.stopped == "cancelled"
    assert torch.equal(outcome.image, to_tensor(sign))


@pytest.mark.parametrize("amount", [0.0, 1.01, -1.0, float("nan")])
def test_an_amount_out_of_range_is_named(sign: Picture, amount: float) -> None:
    with pytest.raises(InputError, match="amount"):
        blur(to_tensor(sign), amount=amount)


def test_an_empty_region_is_an_error(sign: Picture) -> None:
    nothing: Tensor = torch.zeros(1, 1, 240, 320)
    with pytest.raises(RegionError):
        blur(to_tensor(sign), amount=0.5, mask=nothing)


class TestReadable:
    def test_it_ranks_pictures_by_how_blurred_they_are(self, sign: Picture) -> None:
        ladder = [sign, *(np.asarray(cv2.GaussianBlur(sign, (0, 0), sigma), np.uint8) for sigma in (1, 2, 4, 8, 16))]
        values = [readable(picture) for picture in ladder]
        assert values == sorted(values, reverse=True)
        assert values[0] > 4 * values[-1]

    def test_what_is_around_the_region_does_not_count(self, sign: Picture, mask: Picture) -> None:
        other = sign.copy()
        other[mask == 0] = np.random.default_rng(0).integers(0, 256, (int((mask == 0).sum()), 3))
        assert readable(other, mask) == pytest.approx(readable(sign, mask), rel=1e-6)

    def test_one_gray_has_nothing_to_read(self) -> None:
        assert readable(np.full((40, 50), 128, np.uint8)) == pytest.approx(0, abs=1e-3)

    def test_masks_that_do_not_fit_are_named(self, sign: Picture) -> None:
        with pytest.raises(InputError, match="shape"):
            readable(sign, np.ones((3, 3), np.uint8))
        with pytest.raises(RegionError):
            readable(sign, np.zeros((240, 320), np.uint8))
