"""The default look, on rendered scenes: what infrared may add, and what it must leave alone."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.pairs_by_eye import Scene, day, night
from wordfuse.fusion.fusing import Fuser
from wordfuse.fusion.images import read_pair
from wordfuse.fusion.look import blend
from wordfuse.fusion.look.blend import fuse_look
from wordfuse.fusion.look.surroundings import luma_of


def looked(scene: Scene) -> NDArray[np.float32]:
    return fuse_look(scene.infrared, scene.visible).picture


def test_by_night_a_person_whom_only_infrared_sees_is_seen_and_keeps_folds() -> None:
    scene = night()
    y, before = luma_of(looked(scene)), luma_of(scene.visible)
    person, around = scene.person, cv2.dilate(scene.person, np.ones((25, 25))) - scene.person
    assert before[person > 0].mean() < 0.1
    assert y[person > 0].mean() > y[around > 0].mean() + 0.3
    # Bright, not a white cut-out: its structure is there, and nothing of it is clipped.
    assert y[person > 0].std() > 0.03
    assert y[person > 0].max() < 0.97


def test_the_night_stays_dark_where_it_is_cold() -> None:
    scene = night()
    change = luma_of(looked(scene)) - luma_of(scene.visible)
    assert np.abs(change[scene.sky > 0]).mean() < 0.02


def test_by_day_what_the_visible_picture_shows_well_stays() -> None:
    scene = day()
    change = np.abs(looked(scene) - scene.visible)
    # A warm road, its markings and the sky: less than an eye sees.
    for region in (scene.road, scene.sky):
        assert np.quantile(change[region > 0], 0.95) < 3 / 255
    # A pedestrian in the sun, 0.5 warmer than what is around: hardly touched, and red as he was.
    assert np.median(change[scene.person > 0]) < 0.02
    assert np.quantile(change[scene.person > 0], 0.95) < 0.08


def test_by_day_somebody_in_the_shade_is_shown() -> None:
    scene = day(hidden=True)
    y, before = luma_of(looked(scene)), luma_of(scene.visible)
    person, around = scene.person > 0, (cv2.dilate(scene.person, np.ones((25, 25))) - scene.person) > 0
    assert abs(before[person].mean() - before[around].mean()) < 0.02
    assert y[person].mean() > y[around].mean() + 0.06


def test_colour_stays_that_of_the_visible_picture() -> None:
    scene = night()
    fused, visible = looked(scene), scene.visible
    inside = (fused > 0.02).all(axis=2) & (fused < 0.98).all(axis=2)  # clipping moves colour
    difference = (fused - luma_of(fused)[..., None]) - (visible - luma_of(visible)[..., None])
    assert np.abs(difference[inside]).max() < 1e-3


def test_grain_and_dead_pixels_of_infrared_are_left_behind() -> None:
    scene, random = night(), np.random.default_rng(1)
    grainy = np.clip(scene.infrared + random.normal(0, 0.012, scene.infrared.shape), 0, 1).astype(np.float32)
    grainy[20, 30] = grainy[90, 200] = 1.0
    fused, clean = fuse_look(grainy, scene.visible).picture, looked(scene)
    there = (scene.sky > 0) | (scene.road > 0)
    assert np.abs(luma_of(fused) - luma_of(clean))[there].std() < 0.5 * 0.012
    assert abs(float(luma_of(fused)[20, 30] - luma_of(clean)[20, 30])) < 0.05


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_the_frame_of_a_narrower_infrared_camera_leaves_no_edge(value: float) -> None:
    scene = night()
    framed = scene.infrared.copy()
    framed[:14], framed[-14:], framed[:, :20], framed[:, -20:] = value, value, value, value
    change = luma_of(fuse_look(framed, scene.visible).picture) - luma_of(scene.visible)
    steps = np.abs(np.diff(change[:, 10:30], axis=1)).max(axis=1)
    assert steps.max() < 0.03


def test_strips_leave_no_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    scene, done = night(), list[tuple[int, int]]()
    whole = looked(scene)
    monkeypatch.setattr(blend, "STRIP_PX", 1)
    strips = fuse_look(scene.infrared, scene.visible, lambda *parts: done.append(parts)).picture
    assert len(done) == done[-1][1] > 2
    assert np.abs(strips - whole).max() < 1e-4


@pytest.mark.parametrize("size", [(1, 1), (5, 40), (33, 47)])
def test_a_picture_of_any_size_is_fused(size: tuple[int, int]) -> None:
    random = np.random.default_rng(0)
    visible = random.random((*size, 3), np.float32)
    fused = fuse_look(random.random(size, np.float32), visible)
    assert fused.picture.shape == visible.shape and fused.picture.dtype == np.float32
    assert np.isfinite(fused.picture).all() and 0 <= fused.share <= 1


def test_sources_of_different_sizes_are_refused() -> None:
    with pytest.raises(ValueError, match="sizes must be equal"):
        fuse_look(np.zeros((8, 8), np.float32), np.zeros((8, 9, 3), np.float32))


def test_more_is_needed_by_night_than_by_day() -> None:
    shares = [fuse_look(scene.infrared, scene.visible).share for scene in (day(), night())]
    assert shares[0] < 0.1 < 0.3 < shares[1]


@pytest.mark.real
def test_real_days_stay_and_real_nights_gain(shared: Path) -> None:
    """MSRS: people's boxes by day keep their luma, by night they become lighter than what is around them."""
    import json

    folder = shared / "data" / "dev" / "MSRS"
    boxes = json.loads((folder / "boxes.json").read_text())
    moved: dict[str, list[float]] = {"D": [], "N": []}
    for stem in sorted(boxes)[::5]:
        people = [box for kind, *box in boxes[stem]["boxes"] if kind == "person"]
        pair = read_pair(folder / "ir" / f"{stem}.webp", folder / "vi" / f"{stem}.webp")
        change = luma_of(Fuser().fuse(pair.infrared, pair.visible).picture) - luma_of(pair.visible)
        for x0, y0, x1, y1 in people:
            moved[stem[-1]].append(float(change[round(y0) : round(y1), round(x0) : round(x1)].mean()))
    assert len(moved["D"]) > 5 and len(moved["N"]) > 5
    assert np.median(moved["D"]) < 0.03
    assert np.median(moved["N"]) > 0.08
