"""Commands that call one tool, without a language model."""

import json
import re
import signal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.commandline import Scene, wordfuse
from tests.pictures import pixels

pytestmark = pytest.mark.usefixtures("here")


def test_fuse_writes_a_picture_of_the_visible_size(scene: Scene, here: Path) -> None:
    result = wordfuse("fuse", *scene.pair, *scene.network, "--out", "fused.png", "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert (told["out"], told["width"], told["height"]) == ("fused.png", 128, 96)
    assert pixels(here / "fused.png").shape == (96, 128, 3)
    assert result.stderr == ""


def test_a_gray_visible_picture_gives_a_gray_one(scene: Scene, here: Path) -> None:
    Image.open(scene.vi).convert("L").save("gray.png")
    result = wordfuse("fuse", "--ir", scene.ir, "--vi", "gray.png", *scene.network, "--out", "fused.png")
    assert result.exit_code == 0, result.output
    assert result.stdout == ""
    assert result.stderr == "wrote fused.png: 0.50 of infrared, chosen from the pair\n"
    assert Image.open("fused.png").mode == "L"


@pytest.mark.parametrize(
    "given", [["incline", "--direction", "infrared"], ["relight"], ["denoise"]], ids=lambda g: g[0]
)
def test_an_edit_stays_inside_its_mask(scene: Scene, here: Path, given: list[str]) -> None:
    usual = [
        *given,
        "--strength",
        "slight",
        *scene.pair,
        *scene.network,
        "--fused",
        scene.vi,
        "--mask",
        scene.mask("cars"),
    ]
    result = wordfuse(*usual, "--out", "edited.png", "--json", "--quiet")
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    told = json.loads(result.stdout)
    assert told["task"] == given[0]
    assert (told["epochs"] > 0) == (given[0] == "incline")  # the others need no training
    before, after = pixels(scene.vi), pixels(here / "edited.png")
    outside = pixels(scene.mask("cars")) == 0
    assert np.array_equal(before[outside], after[outside])
    assert not np.array_equal(before, after)


def test_the_same_seed_gives_the_same_picture(scene: Scene, here: Path) -> None:
    for name in ("a.png", "b.png"):
        given = ["denoise", "--strength", "slight", "--mask", scene.mask("cars"), *scene.pair, *scene.network]
        result = wordfuse(*given, "--seed", 7, "--out", name, "--quiet")
        assert (result.exit_code, result.output) == (0, "")
    assert (here / "a.png").read_bytes() == (here / "b.png").read_bytes()


def test_segment_finds_what_the_pixels_say(scene: Scene, here: Path) -> None:
    result = wordfuse("segment", "the hot objects", *scene.pair, *scene.network, "--out", "mask.png", "--json")
    assert result.exit_code == 0, result.output
    told, mask = json.loads(result.stdout), pixels(here / "mask.png")
    assert set(np.unique(mask)) == {0, 255}
    assert told["found"] is True
    assert told["area"] == pytest.approx((mask == 255).mean(), abs=1e-6)


@pytest.mark.parametrize("more", [[], ["--json"], ["--quiet"]])
def test_a_region_that_is_not_there_leaves_no_file(scene: Scene, here: Path, more: list[str]) -> None:
    result = wordfuse("segment", "unicorns", *scene.pair, *scene.network, "--out", "mask.png", *more)
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr.startswith("wordfuse: ")
    assert "'unicorns'" in result.stderr
    assert "--mask unicorns=FILE" in result.stderr
    assert list(here.iterdir()) == []


@pytest.mark.parametrize("given", [["segment", " "], ["relight", "--region", ""]], ids=lambda g: g[0])
def test_an_empty_region_is_said_to_be_empty(scene: Scene, here: Path, given: list[str]) -> None:
    result = wordfuse(*given, *scene.pair, *scene.network, "--out", "cut.png")
    assert result.exit_code == 2
    assert "the words for the region are empty; name one, as in 'people' or 'dark areas'" in result.stderr
    assert not (here / "cut.png").exists()


@pytest.mark.parametrize("mask", [None, "people"])
def test_metrics_are_those_of_the_library(examples: Path, mask: str | None) -> None:
    from wordfuse.fusion.images import read_mask, read_picture
    from wordfuse.fusion.metrics import evaluate

    street = examples / "street"
    ir, vi = street / "ir.png", street / "vi.png"
    masked = [] if mask is None else ["--mask", street / "masks" / f"{mask}.png"]
    result = wordfuse("metrics", "--ir", ir, "--vi", vi, "--fused", vi, *masked, "--json")
    assert result.exit_code == 0, result.output
    picture = read_picture(vi)
    inside = read_mask(Path(masked[1]), picture.shape[:2]) if masked else None
    assert json.loads(result.stdout) == evaluate(picture, read_picture(ir), picture, inside)


def test_metrics_for_people_are_a_table(scene: Scene) -> None:
    result = wordfuse("metrics", *scene.pair, "--fused", scene.vi)
    assert result.exit_code == 0, result.output
    for name in ("AG", "EN", "SF", "SD", "MI", "SSIM", "VIF", "Qabf", "SCD", "CC", "Qcv"):
        assert re.search(rf"\b{name}\b", result.stdout)


def test_ctrl_c_during_an_edit_keeps_what_was_reached(
    scene: Scene, here: Path, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from wordfuse.fusion.finetune import run
    from wordfuse.fusion.images import read_picture

    told = run.EpochProgress

    def interrupted(epoch: int, *rest: Any) -> Any:
        if epoch == 3:
            signal.raise_signal(signal.SIGINT)
        return told(epoch, *rest)

    monkeypatch.setattr(run, "EpochProgress", interrupted)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in the background of a shell
    result = wordfuse("incline", *scene.pair, *scene.network, "--out", "out.png")
    signal.signal(signal.SIGINT, before)
    assert result.exit_code == 130
    assert "interrupted after 3 epochs; out.png is what they reached" in result.stderr
    assert read_picture(here / "out.png").shape == read_picture(scene.vi).shape


def test_heat_comes_with_its_scale_beside_it(scene: Scene, here: Path) -> None:
    usual = ["recolour", "--direction", "heat", *scene.pair, *scene.network, "--fused", scene.vi]
    result = wordfuse(*usual, "--mask", scene.mask("people"), "--out", "hot.png", "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["legend"] == "hot.legend.png"
    assert pixels(here / "hot.legend.png").shape[0] == 320
    (here / "taken.legend.png").mkdir()
    refused = wordfuse(*usual, "--out", "taken.png")
    assert (refused.exit_code, (here / "taken.png").exists()) == (2, False)
