"""A dull infrared picture, and a shade by day: what infrared shows there plainly is shown, and nothing else is."""

from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.pairs_by_eye import NOISE, Scene, day, night, under_a_house
from wordfuse.fusion.look import blend
from wordfuse.fusion.look.blend import fuse_look
from wordfuse.fusion.look.filters import luma_of
from wordfuse.fusion.look.stretch import Stretch
from wordfuse.fusion.look.surroundings import Whole, survey


def dull(scene: Scene, noise: float = NOISE) -> Scene:
    """The scene as a camera shows it that uses a fifth of its range."""
    grain = np.random.default_rng(1).normal(0, noise, scene.infrared.shape)
    return replace(scene, infrared=(0.35 + 0.2 * scene.infrared + grain).astype(np.float32))


def gray(scene: Scene) -> Scene:
    return replace(scene, visible=np.repeat(luma_of(scene.visible)[..., None], 3, axis=2))


def looked(scene: Scene) -> NDArray[np.float32]:
    return luma_of(fuse_look(scene.infrared, scene.visible).picture)


def ring(mask: NDArray[np.uint8]) -> NDArray[np.bool_]:
    return (cv2.dilate(mask, np.ones((25, 25))) - cv2.dilate(mask, np.ones((5, 5)))) > 0


@pytest.mark.parametrize("of", [night, lambda: gray(night())], ids=["colour", "gray"])
def test_by_night_somebody_is_shown_however_dull_infrared_is(of: Callable[[], Scene]) -> None:
    scene = dull(of())
    y = looked(scene)
    assert y[scene.person > 0].mean() > y[ring(scene.person)].mean() + 0.2


def test_grain_of_a_dull_picture_is_not_drawn_and_the_cold_night_stays_dark() -> None:
    scene = night()
    shown, smooth = looked(dull(scene, 0.004)), looked(dull(scene, 0))
    there = (scene.sky > 0) | (scene.road > 0)
    assert (shown - smooth)[there].std() < 0.004
    assert np.abs(looked(dull(scene)) - luma_of(scene.visible))[scene.sky > 0].mean() < 0.02


@pytest.mark.parametrize(
    ("infrared", "gain"),
    [
        ("rich", 1.0),
        ("dull", 2.5),
        ("dull and noisy", 1.0),
        ("of one temperature", 2.5),
    ],
)
def test_a_picture_is_stretched_as_far_as_its_range_asks_and_its_noise_allows(infrared: str, gain: float) -> None:
    scene = night()
    picture = {
        "rich": scene.infrared,
        "dull": dull(scene).infrared,
        "dull and noisy": dull(scene, 0.008).infrared,
        "of one temperature": np.full((240, 320), 0.4, np.float32),
    }[infrared]
    assert Stretch.of(picture).gain == pytest.approx(gain, abs=0.05)


def test_by_day_somebody_in_the_shade_of_a_sunlit_wall_is_shown() -> None:
    scene = under_a_house()
    y, before = looked(scene), luma_of(scene.visible)
    person, around = scene.person > 0, ring(scene.person)
    assert abs(before[person].mean() - before[around].mean()) < 0.02
    assert y[person].mean() > y[around].mean() + 0.08
    # The wall, the shade and what is far from anybody stay, without a halo.
    assert np.quantile(np.abs(y - before)[~(person | around)], 0.99) < 3 / 255
    assert np.abs(y - before)[around].mean() < 0.02


def test_by_day_a_dark_coat_is_no_shade_and_stays_dark() -> None:
    scene = day()
    coat = cv2.ellipse(np.zeros((240, 320), np.uint8), (160, 150), (14, 45), 0, 0, 360, 1, -1)
    chest = cv2.ellipse(np.zeros((240, 320), np.uint8), (160, 130), (7, 18), 0, 0, 360, 1, -1)
    visible, infrared = scene.visible.copy(), np.full((240, 320), 0.30, np.float32)
    visible[coat > 0] = (0.06, 0.06, 0.08)
    infrared[scene.sky > 0], infrared[coat > 0], infrared[chest > 0] = 0.05, 0.4, 0.75
    scene = replace(
        scene, visible=cv2.GaussianBlur(visible, (0, 0), 0.8), infrared=cv2.GaussianBlur(infrared, (0, 0), 1)
    )
    change = looked(scene) - luma_of(scene.visible)
    assert np.quantile(change[coat > 0], 0.95) < 0.05


@pytest.mark.parametrize("of", [night, under_a_house], ids=["night", "shade"])
def test_strips_of_a_stretched_picture_leave_no_trace(of: Callable[[], Scene], monkeypatch: pytest.MonkeyPatch) -> None:
    scene = dull(of()) if of is night else of()
    assert survey(scene.infrared, scene.visible).whole.stretch.gain > 1.5
    whole = looked(scene)
    monkeypatch.setattr(blend, "STRIP_PX", 1)
    assert np.abs(looked(scene) - whole).max() < 1e-4


def test_what_is_told_of_a_film_says_how_it_is_stretched_and_what_was_told_before_stretches_nothing() -> None:
    scene = dull(night())
    whole = survey(scene.infrared, scene.visible).whole
    numbers = whole.numbers()
    assert Whole.from_numbers(numbers) == whole
    older = {name: value for name, value in numbers.items() if not name.startswith("stretch_")}
    assert Whole.from_numbers(older) == replace(whole, stretch=Stretch())
