"""The default look, on rendered scenes: what infrared may add, and what it must leave alone."""

import itertools
from dataclasses import replace
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
from wordfuse.fusion.look.filters import luma_of
from wordfuse.fusion.look.surroundings import survey


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
    assert steps.max() < 0.04


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


def dazzling(*, at_the_top: bool = False, warm: float = 0.25) -> tuple[Scene, NDArray[np.bool_], NDArray[np.bool_]]:
    """A night with a lamp that blinds the camera, what is white by it, and somebody inside whom infrared sees."""
    scene = night()
    height, width = scene.infrared.shape
    rows, columns = np.mgrid[:height, :width]
    middle = (0 if at_the_top else height // 2, width // 3)
    away = np.hypot(rows - middle[0], columns - middle[1]).astype(np.float32)
    radius = 0.22 * height
    glow = np.clip(1.0 - np.maximum(away - radius, 0) / (0.7 * radius), 0, 1)
    inside = (np.abs(rows - middle[0]) < 0.5 * radius) & (np.abs(columns - middle[1]) < 0.15 * radius)
    infrared = np.where(inside, np.float32(0.4 + warm), np.where(away < 2 * radius, np.float32(0.4), scene.infrared))
    visible = np.maximum(scene.visible, glow[..., None]).astype(np.float32)
    return replace(scene, infrared=infrared.astype(np.float32), visible=visible), away < radius, inside


def test_somebody_in_the_glare_of_a_lamp_is_shown_and_the_glare_is_dimmed_without_a_rim() -> None:
    scene, white, inside = dazzling()
    y = luma_of(looked(scene))
    around = white & ~inside
    assert luma_of(scene.visible)[inside].min() > 0.99
    assert y[inside].mean() > y[around].mean() + 0.10
    assert 0.45 < y[around].mean() < 0.85
    # From the lamp outward it grows darker and nowhere lighter again: no ring, no hole.
    rows, columns = np.mgrid[: y.shape[0], : y.shape[1]]
    away = np.hypot(rows - y.shape[0] // 2, columns - y.shape[1] // 3)
    below = rows > y.shape[0] // 2
    radius = 0.22 * y.shape[0]
    steps = [y[below & (np.abs(away - share * radius) < 0.05 * radius)].mean() for share in (0.8, 1.0, 1.2, 1.4, 1.6)]
    assert all(later < earlier + 0.04 for earlier, later in itertools.pairwise(steps))


@pytest.mark.parametrize("case", ["a white sky", "nothing is hidden", "a window", "a wall by day"])
def test_what_is_white_but_no_lamp_that_hides_something_is_left_alone(case: str) -> None:
    if case == "a wall by day":
        scene = day()
        visible, infrared = scene.visible.copy(), scene.infrared.copy()
        visible[80:160, 80:160] = 1.0
        infrared[80:160:8, 80:160] += 0.1
        scene = replace(scene, visible=visible, infrared=infrared)
    else:
        scene, white, _ = dazzling(at_the_top=case == "a white sky", warm=0.0 if case == "nothing is hidden" else 0.25)
        if case == "a window":  # ends at once, where a lamp glows
            visible = np.where(white[..., None], scene.visible, night().visible)
            scene = replace(scene, visible=visible)
    assert not survey(scene.infrared, scene.visible).dazzle.any()
