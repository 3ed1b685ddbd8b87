"""The veil network's training: depth, clear pictures, haze that is made of them, and learning."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from wordfuse.fusion.errors import InputError
from wordfuse.fusion.images import write_png
from wordfuse.fusion.networks.classes import CLASSES
from wordfuse.fusion.networks.veil import VeilNetwork
from wordfuse.fusion.training.depth import FARTHEST, find_segments, ground_depth, segment_depth
from wordfuse.fusion.training.loop import Training
from wordfuse.fusion.training.veil import HazeSampler, VeilLesson, VeilRecipe, read_clear, without_veil


@pytest.fixture
def street() -> tuple[np.ndarray, np.ndarray]:
    """A picture of sky, houses and a road, (72, 96, 3) uint8, and its classes."""
    classes = np.full((72, 96), CLASSES.index("building"), np.uint8)
    classes[:20], classes[36:, 10:] = CLASSES.index("sky"), CLASSES.index("road")
    colours = {"building": (120, 60, 40), "sky": (180, 200, 230), "road": (90, 90, 92)}
    picture = np.zeros((72, 96, 3), np.uint8)
    for name, colour in colours.items():
        picture[classes == CLASSES.index(name)] = colour
    picture[40:46, 30:40] = 0
    return picture, classes


@pytest.fixture
def data(tmp_path: Path, street: tuple[np.ndarray, np.ndarray]) -> Path:
    """A set with masks, one with depth, one with neither, one with fog."""
    picture, classes = street
    for name in ("Masked/vi", "Masked/mask", "Deep/vi", "Deep/depth", "Plain/visible", "Foggy/vi"):
        (tmp_path / name).mkdir(parents=True)
    write_png(tmp_path / "Masked/vi/a.png", picture)
    write_png(tmp_path / "Masked/mask/a.png", classes)
    write_png(tmp_path / "Deep/vi/b.png", picture[:, ::-1])
    far = np.linspace(60000, 300, 72)[:, None].repeat(96, axis=1).astype(np.uint16)
    (tmp_path / "Deep/depth/b.png").write_bytes(cv2.imencode(".png", far)[1].tobytes())
    write_png(tmp_path / "Plain/visible/c.png", picture)
    write_png(tmp_path / "Foggy/vi/d.png", picture)
    return tmp_path


def test_what_stands_on_the_ground_is_as_far_as_its_foot(street: tuple[np.ndarray, np.ndarray]) -> None:
    depth = ground_depth(street[1])
    assert (depth[:20] == FARTHEST).all()
    assert depth[71, 50] == pytest.approx(1.03, abs=0.02), "the nearest ground"
    assert (np.diff(depth[38:, 50]) < 0).all()
    assert (depth[25:36, 50] == depth[36, 50]).all(), "a house stands on the first row of the road"


@pytest.mark.parametrize("seed", range(5))
def test_other_pictures_get_a_depth_that_fits_their_segments(street: tuple[np.ndarray, np.ndarray], seed: int) -> None:
    segments = find_segments(street[0])
    assert len({int(segments[y, x]) for y, x in ((5, 5), (28, 50), (60, 60))}) == 3
    depth = segment_depth(segments, np.random.default_rng(seed))
    assert depth.dtype == np.float32 and 1 <= depth.min() and depth.max() <= FARTHEST
    assert depth[5, 50] > depth[68, 50], "the sky is farther than the road"


def test_clear_pictures_are_read_with_what_is_known_of_their_depth(data: Path) -> None:
    found = read_clear(data, ("Foggy",))
    assert [(one.depth is None, one.segments is None) for one in found] == [(False, True), (False, True), (True, False)]
    deep = found[0].depth
    assert deep is not None and deep.min() == 1 and deep.max() == FARTHEST and deep[0, 0] > deep[-1, 0]
    assert len(read_clear(data)) == 4
    with pytest.raises(InputError, match="no pictures"):
        read_clear(data, ("",))


def test_a_veil_of_the_cameras_own_is_taken_away(street: tuple[np.ndarray, np.ndarray]) -> None:
    picture = street[0]
    np.testing.assert_array_equal(without_veil(picture), picture)
    lifted = np.rint(50 + picture * (205 / 255)).astype(np.uint8)
    np.testing.assert_allclose(without_veil(lifted), picture, atol=1)


def test_haze_follows_the_law_and_a_third_stays_clear(data: Path) -> None:
    hazy, through, airlight, clear = HazeSampler(read_clear(data), seed=0).batch(60)
    assert hazy.shape == clear.shape == (60, 3, 128, 160)
    assert through.shape == (60, 1, 128, 160) and airlight.shape == (60, 3, 1, 1)
    law = clear * through + airlight * (1 - through)
    assert float((hazy - law).abs().mean()) < 3 / 255, "but for grain"
    untouched = (through == 1).flatten(1).all(dim=1)
    assert 0.2 < float(untouched.float().mean()) < 0.55
    shares = 1 - through[~untouched].mean(dim=(1, 2, 3))
    assert float(shares.min()) < 0.25 and float(shares.max()) > 0.6, "thin and thick"
    top, bottom = through[~untouched][:, 0, :20].mean(), through[~untouched][:, 0, -20:].mean()
    assert top < bottom - 0.1, "thicker where it is farther"


def test_a_sampler_goes_on_where_it_was(data: Path) -> None:
    clear = read_clear(data)
    sampler, other = HazeSampler(clear, seed=0), HazeSampler(clear, seed=1)
    sampler.batch(2)
    other.restore(json.loads(json.dumps(sampler.state())))
    for one, same in zip(sampler.batch(2), other.batch(2), strict=True):
        torch.testing.assert_close(one, same, rtol=0, atol=0)


def test_the_network_learns_and_goes_on(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wordfuse.fusion.training.veil.VeilNetwork", lambda: VeilNetwork(8, 8, 8))
    monkeypatch.setattr("wordfuse.fusion.training.loop.VALIDATION_BATCHES", 2)
    recipe = VeilRecipe(steps=2, batch=2, checkpoint_steps=2)
    lesson = VeilLesson(data, recipe)
    batch = lesson.training.batch(8)
    descent = torch.optim.Adam(lesson.network.parameters(), lr=5e-3)
    losses = []
    for _ in range(30):
        loss = lesson.total(lesson.terms(batch))
        descent.zero_grad()
        loss.backward()
        descent.step()
        losses.append(loss.item())
    assert max(losses[-5:]) < 0.8 * losses[0]
    exported = Training(lesson, tmp_path / "out", recipe, "cpu").run(lambda progress: None)
    assert exported.name == "veil.safetensors"
    log = json.loads((tmp_path / "out" / "log.jsonl").read_text())
    assert set(log["validation"]) == {"through", "airlight", "restored", "clear", "loss"}
    assert Training(lesson, tmp_path / "out", recipe, "cpu").step == 2
