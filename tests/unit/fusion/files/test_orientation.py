"""EXIF orientations that differ within a pair: followed where the pictures fit so, not where they do not, and told."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.pictures import save
from wordfuse.evals.bench.orientation import as_markdown, bench, outcome
from wordfuse.fusion.files.decoders import as_stored, upright
from wordfuse.fusion.images import Pair, read_pair, to_uint8

HEIGHT, WIDTH = 120, 160


def view(seed: int = 3, height: int = HEIGHT, width: int = WIDTH) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Things in the same places, with grays of their own in either picture."""
    rng = np.random.default_rng(seed)
    infrared, visible = (rng.normal(base, 4, (height, width)) for base in (90, 120))
    for _ in range(14):
        top, left = rng.integers(0, height - 20), rng.integers(0, width - 20)
        corner = int(left + rng.integers(8, 40)), int(top + rng.integers(8, 30))
        for picture in (infrared, visible):
            cv2.rectangle(picture, (int(left), int(top)), corner, float(rng.integers(0, 256)), -1)
    return np.clip(infrared, 0, 255).astype(np.uint8), np.clip(visible, 0, 255).astype(np.uint8)


def tagged(path: Path, pixels: NDArray[np.uint8], orientation: int) -> Path:
    exif = Image.Exif()
    exif[274] = orientation
    return save(path, Image.fromarray(pixels), exif=exif)


def read(folder: Path, pixels: tuple[NDArray[np.uint8], NDArray[np.uint8]], tags: tuple[int, int]) -> Pair:
    """Read pixels as the files hold them, with these tags."""
    ir, vi = (
        tagged(folder / f"{name}.png", np.ascontiguousarray(stored), tag)
        for name, stored, tag in zip(("ir", "vi"), pixels, tags, strict=True)
    )
    return read_pair(ir, vi)


@pytest.mark.parametrize("orientation", range(2, 9))
@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("stale", [False, True])
def test_one_tag(tmp_path: Path, which: int, orientation: int, stale: bool) -> None:
    right = view()
    stored = [*right]
    if not stale:
        stored[which] = as_stored(right[which], orientation)
    tags = (orientation, 1) if which == 0 else (1, orientation)
    pair = read(tmp_path, (stored[0], stored[1]), tags)
    np.testing.assert_array_equal(to_uint8(pair.infrared), right[0])
    np.testing.assert_array_equal(to_uint8(pair.visible[..., 0]), right[1])
    name = ("ir", "vi")[which]
    [told] = [warning for warning in pair.warnings if "EXIF" in warning]
    assert str(tmp_path / f"{name}.png") in told.split(":")[0]
    assert f"orientation ({orientation})" in told
    assert ("is not followed" in told and "save it again" in told) if stale else "says; it fits" in told
    notes = pair.notes["orientation"]
    assert notes["decided"] and notes["exif"] == dict(zip(("infrared", "visible"), tags, strict=True))
    assert notes["followed"][("infrared", "visible")[which]] is not stale
    assert json.loads(json.dumps(notes, allow_nan=False)) == notes


@pytest.mark.parametrize("orientation", range(1, 9))
def test_equal_tags_are_followed_in_silence(tmp_path: Path, orientation: int) -> None:
    right = view()
    pair = read(tmp_path, (as_stored(right[0], orientation), as_stored(right[1], orientation)), (orientation,) * 2)
    np.testing.assert_array_equal(to_uint8(pair.infrared), right[0])
    np.testing.assert_array_equal(to_uint8(pair.visible[..., 0]), right[1])
    assert pair.warnings == [] and "orientation" not in pair.notes


@pytest.mark.parametrize("stale", ["neither", "infrared", "visible", "both"])
def test_two_different_tags(tmp_path: Path, stale: str) -> None:
    infrared, visible = view()
    stored = (
        infrared if stale in ("infrared", "both") else as_stored(infrared, 3),
        visible if stale in ("visible", "both") else as_stored(visible, 4),
    )
    pair = read(tmp_path, stored, (3, 4))
    np.testing.assert_array_equal(to_uint8(pair.infrared), infrared)
    np.testing.assert_array_equal(to_uint8(pair.visible[..., 0]), visible)
    assert len([warning for warning in pair.warnings if "EXIF" in warning]) == 2


@pytest.mark.parametrize("stale", [False, True])
def test_square_pictures_go_by_their_edges_alone(tmp_path: Path, stale: bool) -> None:
    infrared, visible = view(height=128, width=128)
    pair = read(tmp_path, (infrared, visible if stale else as_stored(visible, 6)), (1, 6))
    np.testing.assert_array_equal(to_uint8(pair.visible[..., 0]), visible)


@pytest.mark.parametrize("stale", [False, True])
def test_pictures_that_are_shifted_go_by_their_correlation(tmp_path: Path, stale: bool) -> None:
    infrared, visible = view(height=240, width=320)
    shifted = np.roll(infrared, (14, 20), (0, 1))
    pair = read(tmp_path, (shifted, visible if stale else as_stored(visible, 3)), (1, 3))
    np.testing.assert_array_equal(to_uint8(pair.visible[..., 0]), visible)
    assert pair.notes["orientation"]["decided"]


def test_where_the_pictures_do_not_tell_the_tag_is_followed_and_that_is_said(tmp_path: Path) -> None:
    infrared, visible = np.full((HEIGHT, WIDTH), 90, np.uint8), view()[1]
    pair = read(tmp_path, (infrared, visible), (1, 3))
    np.testing.assert_array_equal(to_uint8(pair.visible[..., 0]), upright(visible, 3))
    assert not pair.notes["orientation"]["decided"]
    assert any(
        "do not tell whether it fits" in warning and "look at the result" in warning for warning in pair.warnings
    )


def test_case_of_the_stale_jpeg(shared: Path) -> None:
    folder = shared / "cases"
    stale, plain = (read_pair(folder / "ir.png", folder / name) for name in ("vi_exif3.jpg", "vi.png"))
    assert np.abs(stale.visible - plain.visible).mean() < 0.02  # but for the JPEG
    assert any("is not followed" in warning for warning in stale.warnings)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_as_stored_undoes_upright(orientation: int) -> None:
    pixels = np.arange(12).reshape(3, 4)
    np.testing.assert_array_equal(as_stored(upright(pixels, orientation), orientation), pixels)


class TestBenchmark:
    def test_it_writes_what_it_says(self, tmp_path: Path) -> None:
        infrared, visible = view()
        pictures = {"infrared": infrared, "visible": visible}
        assert outcome(tmp_path, pictures, "visible", 3, stale=True) == "right"
        assert Image.open(tmp_path / "visible.jpg").getexif()[274] == 3
        wrong = {"infrared": infrared, "visible": np.ascontiguousarray(visible[::-1, ::-1])}
        assert outcome(tmp_path, wrong, "visible", 3, stale=True) == "wrong"  # the tag was right after all
        blank = {"infrared": np.zeros_like(infrared), "visible": visible}
        assert outcome(tmp_path, blank, "visible", 3, stale=True) == "undecided"

    def test_the_table(self, tmp_path: Path) -> None:
        from rich.console import Console

        for name, picture in zip(("ir", "vi"), view(), strict=True):
            (tmp_path / name).mkdir()
            save(tmp_path / name / "1.png", Image.fromarray(picture))
        counts = bench(tmp_path, 1, 0.0, Console(quiet=True))
        assert len(counts) == 12 and all(found == {"right": 1} for found in counts.values())
        assert "| visible, 6, stale | 1 | 100.0% | 0.0% | 0.0% |" in as_markdown(counts)
