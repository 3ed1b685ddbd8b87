"""The benchmark of encoders on a few small pictures: what it asks, how it counts."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from rich.console import Console
from torch import Tensor

from tests.commandline import complaint, wordfuse
from wordfuse.evals.bench.encoders import run as module
from wordfuse.evals.bench.encoders.asked import Labelled, Whole, asked_of_whole, questions
from wordfuse.evals.bench.encoders.run import EncoderReport, Recognised, bench_encoders, follow, recognise
from wordfuse.fusion.encoders.encoder import Encoder
from wordfuse.fusion.training.encoding.captions import wordings

DARK = {"dark", "poorly", "dim", "underexposed", "low-light", "gloomy", "little", "hardly", "badly", "barely", "unlit"}
SILENT = Console(quiet=True)


class Bright(Encoder):
    """Tells how bright a picture is, and reads "dark" in sentences."""

    name, size = "bright", 2

    def __init__(self) -> None:
        super().__init__()
        self.scale = torch.nn.Parameter(torch.ones(()), requires_grad=False)

    def pictures(self, pictures: Tensor) -> Tensor:
        turn = pictures.mean(dim=(1, 2, 3)) * torch.pi / 2
        return torch.stack([turn.cos(), turn.sin()], dim=1)

    def texts(self, sentences: list[str]) -> Tensor:  # type: ignore[override]
        return torch.tensor([[1.0, 0.0] if set(text.split()) & DARK else [0.6, 0.8] for text in sentences])

    def levels(self, pictures: Tensor) -> list[Tensor]:
        return [pictures]


def picture(level: int, side: int = 48) -> np.ndarray:
    return np.full((side, side, 3), level, np.uint8)


def test_a_picture_is_told_by_the_sentences_it_is_most_like() -> None:
    labelled = [Labelled(picture(20), "dark"), Labelled(picture(30), "dark"), Labelled(picture(120), "dark")]
    labelled += [Labelled(picture(150), "normal")]
    told = recognise(Bright(), "light", labelled)
    assert told.shares == {"dark": pytest.approx(2 / 3), "normal": 1.0}
    assert told.counts == {"dark": 3, "normal": 1}
    assert told.share == pytest.approx(5 / 6)
    assert told.unfamiliar == pytest.approx(5 / 6), "the words it knows are in both"


def test_questions_are_put_in_words_that_were_never_trained_on() -> None:
    asked = questions("noise", ("none", "clear"))
    assert asked["none"][:2] == ["a denoised image", "an image free from grain"]
    assert asked["clear"][:2] == ["a granular image", "an image with visible grain"]
    kept = {word for one in wordings()[1] for part in one.wordings(held_out=False) for word in part}
    assert not {"denoised", "free from grain", "granular", "with visible grain"} & kept
    familiar = questions("noise", ("none", "clear"), familiar=True)
    assert "a noisy image" in familiar["clear"] and "an image without noise" in familiar["none"]
    assert not {*familiar["clear"]} & {*asked["clear"]}


def test_likeness_that_follows_the_light_follows_its_ladder() -> None:
    random = np.random.default_rng(0)
    scene = random.integers(60, 200, (64, 64, 3)).astype(np.uint8)
    whole = [Whole("MSRS", scene, scene, scene), Whole("TNO", scene, scene, scene)]
    difference, alone = follow(Bright(), "dark", whole)
    assert difference > 0.99 and alone > 0.9, "near black, gray values are the same"


def test_damage_is_done_to_pictures_that_have_none() -> None:
    random = np.random.default_rng(0)
    grainy = random.integers(0, 255, (64, 64, 3)).astype(np.uint8)
    clean = np.tile(np.linspace(20, 230, 64).astype(np.uint8)[:, None, None], (1, 64, 3))
    asked = asked_of_whole([Whole("MSRS", grainy, grainy, grainy), Whole("MSRS night", clean, clean, clean)])
    assert [one.state for one in asked["noise"]] == ["none", "clear"] * 2, "both pictures of the clean pair"
    assert [one.state for one in asked["time"]] == ["day", "night"]
    assert [one.state for one in asked["kind"]] == ["visible", "infrared", "fused"] * 2


def test_goals_are_those_of_whole_pictures_and_ladders() -> None:
    report = EncoderReport(
        "ours",
        whole={"noise": Recognised({"none": 1.0, "clear": 0.9}, 0.5, {"none": 4, "clear": 4})},
        ladders={"blur": (0.7, 0.6)},
    )
    assert report.goals() == {"noise: 0.950, at least 0.9": True, "ladder of blur: 0.700, at least 0.8": False}
    assert "NOT reached: ladder of blur" in report.markdown()
    assert json.loads(report.as_json())["whole"]["noise"]["shares"]["clear"] == 0.9


def test_all_of_it_runs_on_small_sets(bench_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = tmp_path / "data"
    shutil.copytree(bench_data, data)
    for source in ("ir", "vi"):  # one is held back
        shutil.copy(data / "RoadScene" / source / "RoadScene-1.png", data / "RoadScene" / source / "RoadScene-2.png")
    box = {"boxes": [["person", 20, 20, 60, 80]]}
    (data / "RoadScene" / "boxes.json").write_text(json.dumps({"RoadScene-1": box, "RoadScene-2": box}))
    monkeypatch.setattr(module, "FOLLOWING", {"dark": module.FOLLOWING["dark"]})
    report = bench_encoders(data, tmp_path / "out", Bright(), 2, 60, SILENT)
    assert set(report.whole) >= {"kind", "colour"} and 0 <= report.whole["kind"].share <= 1
    assert report.ladders["dark"][0] > 0.9
    assert json.loads((tmp_path / "out" / "bench_encoders.json").read_text())["encoder"] == "bright"
    assert (tmp_path / "out" / "bench_encoders.md").read_text().startswith("# Encoder bright")


def test_the_command_names_what_it_cannot_use(tmp_path: Path) -> None:
    usual = ["bench", "encoders", "--data", tmp_path / "none", "--out", tmp_path / "out"]
    assert "--encoder vgg: unknown" in complaint(wordfuse(*usual, "--encoder", "vgg"), 2)
    assert not (tmp_path / "out").exists()
