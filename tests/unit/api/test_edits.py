"""Single tools from Python: the same pixels as from the command line, and no trace left."""

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import wordfuse
from tests.fakes import Small

pytestmark = pytest.mark.usefixtures("quick")


@pytest.fixture
def given(small: Small) -> dict[str, Any]:
    """The tiny network."""
    return {"preset": "tiny-compact", "weights": str(small.weights), "device": "cpu"}


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary folders are made."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def test_fuse_gives_what_the_command_writes(small: Small, given: dict[str, Any], tmp_path: Path, empty: Path) -> None:
    from tests.commandline import wordfuse as command

    ends = list[tuple[str, int, int]]()
    fused = wordfuse.fuse(wordfuse.read_pair(small.ir, small.vi), progress=lambda *done: ends.append(done), **given)
    out = tmp_path / "fused.png"
    told = command(
        *("fuse", "--ir", small.ir, "--vi", small.vi, "--out", out),
        *("--preset", "tiny-compact", "--weights", small.weights, "--device", "cpu"),
    )
    assert told.exit_code == 0
    assert np.array_equal(fused, np.asarray(Image.open(out)))
    assert fused.flags.writeable
    assert ends == [("fuse", 1, 1)]
    assert list(empty.glob("wordfuse-*")) == []


def test_edits_stay_inside_the_mask(small: Small, given: dict[str, Any], empty: Path) -> None:
    pair = wordfuse.read_pair(Image.open(small.ir), Image.open(small.vi))
    fused = wordfuse.fuse(pair, **given)
    mask = wordfuse.segment(
        pair, "lit thing", masks={"lit thing": np.asarray(Image.open(small.masks["people"]))}, **given
    )
    assert np.array_equal(mask, np.asarray(Image.open(small.masks["people"])))
    outside = wordfuse.segment(pair, "people", masks={"people": small.masks["people"]}, invert=True, **given)
    assert np.array_equal(outside, 255 - mask)
    ends = list[tuple[str, int, int]]()
    for edited in (
        wordfuse.incline(fused, pair, mask, toward="visible", **given),
        wordfuse.relight(fused, pair, Image.fromarray(mask), direction="darker", strength="strong", **given),
        wordfuse.denoise(fused, pair, mask > 0, progress=lambda *done: ends.append(done), **given),
    ):
        assert edited.shape == fused.shape
        assert np.array_equal(edited[mask == 0], fused[mask == 0])
        assert not np.array_equal(edited, fused)
    assert ends == [("denoise", 1, 1)]
    assert list(empty.glob("wordfuse-*")) == []


def test_incline_gives_what_the_command_writes(small: Small, given: dict[str, Any], tmp_path: Path) -> None:
    from tests.commandline import wordfuse as command

    pair = wordfuse.read_pair(small.ir, small.vi)
    fused = wordfuse.fuse(pair, **given)
    wordfuse.save(fused, tmp_path / "fused.png")
    told = command(
        *("incline", "--ir", small.ir, "--vi", small.vi, "--fused", tmp_path / "fused.png"),
        *("--mask", small.masks["people"], "--direction", "infrared", "--seed", "3", "--out", tmp_path / "out.png"),
        *("--preset", "tiny-compact", "--weights", small.weights, "--device", "cpu"),
    )
    assert told.exit_code == 0, told.output
    edited = wordfuse.incline(tmp_path / "fused.png", pair, small.masks["people"], toward="infrared", seed=3, **given)
    assert np.array_equal(edited, np.asarray(Image.open(tmp_path / "out.png")))


def test_gray_pairs_give_one_channel(small: Small, given: dict[str, Any]) -> None:
    pair = wordfuse.read_pair(small.ir, small.vi_gray)
    fused = wordfuse.fuse(pair, **given)
    assert fused.shape == (96, 128, 1)
    assert wordfuse.relight(fused, pair, **given).shape == (96, 128, 1)
    assert wordfuse.metrics(pair, fused).keys() == wordfuse.metrics(pair, fused[..., 0], small.masks["cars"]).keys()


def test_a_picture_in_colour_on_a_gray_pair_is_taken_by_its_luma(
    small: Small, given: dict[str, Any], tmp_path: Path
) -> None:
    from tests.commandline import wordfuse as command

    pair = wordfuse.read_pair(small.ir, small.vi_gray)
    colour = np.random.default_rng(0).integers(0, 256, (96, 128, 3), dtype=np.uint8)
    luma = np.floor(colour @ np.array([0.299, 0.587, 0.114]) + 0.5)
    mask = np.asarray(Image.open(small.masks["people"]))
    edited = wordfuse.relight(colour, pair, mask, **given)
    assert np.array_equal(edited[mask == 0][..., 0], luma[mask == 0])
    wordfuse.save(colour, tmp_path / "colour.png")
    told = command(
        *("relight", "--ir", small.ir, "--vi", small.vi_gray, "--fused", tmp_path / "colour.png"),
        *("--mask", small.masks["people"], "--direction", "brighter", "--out", tmp_path / "out.png"),
        *("--preset", "tiny-compact", "--weights", small.weights, "--device", "cpu"),
    )
    assert told.exit_code == 0, told.output
    assert np.array_equal(np.asarray(Image.open(tmp_path / "out.png")), edited[..., 0])
    assert wordfuse.metrics(pair, colour) == wordfuse.metrics(pair, luma.astype(np.uint8))


def test_metrics_are_those_of_the_command(small: Small, given: dict[str, Any], tmp_path: Path) -> None:
    import json

    from tests.commandline import wordfuse as command

    told = command("metrics", "--ir", small.ir, "--vi", small.vi, "--fused", small.vi, "--json")
    pair = wordfuse.read_pair(small.ir, small.vi)
    assert wordfuse.metrics(pair, pair.visible) == pytest.approx(json.loads(told.stdout), rel=1e-12)


@pytest.mark.parametrize(
    ("call", "argument"),
    [
        (lambda pair, **given: wordfuse.fuse(pair, llm="zzz", **given), "llm"),
        (lambda pair, **given: wordfuse.fuse(pair, ask=True, **given), "ask"),
        (lambda pair, **given: wordfuse.fuse(pair, align=True, **given), "align"),
        (lambda pair, **given: wordfuse.fuse(pair, max_pixels=9, **given), "max_pixels"),
        (lambda pair, **given: wordfuse.fuse((1, 2), **given), "pair"),
        (lambda pair, **given: wordfuse.fuse(pair, **given | {"weights": 3}), "weights"),
        (lambda pair, **given: wordfuse.fuse(pair, progress=3, **given), "progress"),
        (lambda pair, **given: wordfuse.segment(pair, None, **given), "words"),
        (lambda pair, **given: wordfuse.segment(pair, "people", masks=[3], **given), "masks"),
        (lambda pair, **given: wordfuse.segment(pair, "people", masks={3: 3}, **given), "masks"),
        (lambda pair, **given: wordfuse.segment(pair, "people", masks={"people": 3}, **given), "masks['people']"),
        (lambda pair, **given: wordfuse.segment((1, 2), "people", **given), "pair"),
        (lambda pair, **given: wordfuse.denoise(pair.visible, pair, masks={"x": "nofile"}, **given), "masks"),
        (lambda pair, **given: wordfuse.relight(3, pair, **given), "picture"),
        (lambda pair, **given: wordfuse.relight(pair.visible, None, **given), "pair"),
        (lambda pair, **given: wordfuse.metrics(None, pair.visible), "pair"),
        (lambda pair, **given: wordfuse.metrics(pair, None), "picture"),
        (lambda pair, **given: wordfuse.save("picture", "x.png"), "picture"),
        (lambda pair, **given: wordfuse.save(pair.visible, 3), "path"),
        (lambda pair, **given: wordfuse.read_pair(None, pair.visible), "ir"),
        (lambda pair, **given: wordfuse.read_pair(pair.visible, pair.visible, max_pixels="9"), "max_pixels"),
    ],
)
def test_what_is_given_wrong_is_named(small: Small, given: dict[str, Any], call: Any, argument: str) -> None:
    with pytest.raises(wordfuse.InputError) as raised:
        call(wordfuse.read_pair(small.ir, small.vi), **given)
    assert raised.value.argument == argument


def test_errors_name_arguments(small: Small, given: dict[str, Any], empty: Path) -> None:
    pair = wordfuse.read_pair(small.ir, small.vi)
    with pytest.raises(wordfuse.RegionError, match=r"nothing was found: .*banana"):
        wordfuse.segment(pair, "banana", regions="pixels", **given)
    with pytest.raises(wordfuse.InputError, match="direction"):
        wordfuse.relight(pair.visible, pair, direction="up", **given)  # type: ignore[arg-type]
    with pytest.raises(wordfuse.InputError, match="quality"):
        wordfuse.fuse(pair, quality=3, **given)  # type: ignore[call-arg]
    assert list(empty.glob("wordfuse-*")) == []
