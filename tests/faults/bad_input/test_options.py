"""Options and files named by them that no command can use."""

import shutil
from pathlib import Path

import pytest

from tests.commandline import MODELS, REFUSED, Scene, complaint, serving, usage_complaint, wordfuse


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["--regions", "foo"], ["--regions foo", "grounding-dino"]),
        (["--device", "cuda:9"], ["--device cuda:9", "--device cpu"]),
        (["--device", "tpu"], ["--device tpu", "cuda:N"]),
        (["--preset", "huge"], ["--preset huge", "terf"]),
        (["--mask", "people.png"], ["--mask people.png", "NAME=PATH"]),
        (["--mask", "=people.png"], ["NAME=PATH"]),
        (["--mask", "people="], ["NAME=PATH"]),
        (["--mask", "people=missing.png"], ["missing.png", "no such file"]),
        (["--llm", "gpt"], ["--llm gpt", "embedded"]),
        (["-i", "  "], ["instruction is empty"]),
    ],
)
def test_values_that_no_run_can_use(scene: Scene, given: list[str], words: list[str]) -> None:
    with serving(lambda path, sent: MODELS) as server:
        usual = [*scene.pair, *scene.network, "-i", "denoise", "--llm", server.url, "--json"]
        said = complaint(wordfuse("run", *usual, *given), 2)
    for word in words:
        assert word in said


def test_a_preset_without_weights_asks_for_them(scene: Scene) -> None:
    said = complaint(wordfuse("fuse", *scene.pair, "--preset", "tiny", "--out", "out.png"), 2)
    assert "--weights" in said


@pytest.mark.parametrize(
    ("given", "word"),
    [
        (["fuse", "--nonsense"], "--nonsense"),
        (["nonsense"], "nonsense"),
        (["fuse"], "--out"),
        (["incline", "--direction", "sideways"], "sideways"),
        (["relight", "--direction", "infrared"], "infrared"),
        (["incline", "--strength", "x"], "--strength"),
        (["run", "--attempts", "0"], "--attempts"),
        (["run", "--max-seconds", "0"], "--max-seconds"),
        (["run", "--max-seconds", "-5"], "--max-seconds"),
        (["run", "--max-seconds", "nan"], "--max-seconds"),
        (["run", "--max-model-calls", "0"], "--max-model-calls"),
        (["run", "--max-tool-calls", "-1"], "--max-tool-calls"),
        (["run", "--max-pixels", "10"], "--max-pixels"),
        (["run", "--max-pixels", "many"], "--max-pixels"),
        (["run", "--seed", "-1"], "--seed"),
        (["run", "--seed", "99999999999999999999"], "--seed"),
        (["run", "-i"], "-i"),
        (["plan"], "TEXT"),
        (["train", "fusion", "--steps", "0"], "--steps"),
    ],
)
def test_usage_errors_name_the_option(scene: Scene, given: list[str], word: str) -> None:
    result = wordfuse(*given)
    assert result.exit_code == 2
    assert word.lower() in usage_complaint(result).lower()


@pytest.mark.parametrize("kind", ["missing", "folder", "text", "empty", "other"])
def test_weights_that_cannot_be_used(scene: Scene, here: Path, kind: str) -> None:
    weights = here / "my.safetensors"
    if kind == "folder":
        weights.mkdir()
    elif kind == "text":
        weights.write_text("not weights at all, but long enough to have a header")
    elif kind == "empty":
        weights.touch()
    elif kind == "other":
        shutil.copy(scene.folder / "tiny.safetensors", weights)
    said = complaint(wordfuse("fuse", *scene.pair, "--weights", weights, "--out", "out.png", "--json"), 2)
    assert str(weights) in said
    with serving(lambda path, sent: MODELS) as server:
        given = [*scene.pair, "-i", "denoise", "--llm", server.url, "--weights", weights, "--out", "out", "--json"]
        assert str(weights) in complaint(wordfuse("run", *given), 2)


@pytest.mark.parametrize("text", [None, "", "[]", '{"steps": 1}', "\x00\xff", '{"steps": [], "refusal": null, "x": 1}'])
def test_after_takes_a_plan(here: Path, text: str | None) -> None:
    if text is not None:
        (here / "plan.json").write_text(text, encoding="latin-1")
    said = complaint(wordfuse("plan", "again", "--after", "plan.json", "--llm", REFUSED, "--json"), 2)
    assert "--after plan.json" in said
    assert "wordfuse plan --json" in said


def test_no_words_no_plan() -> None:
    assert "instruction is empty" in complaint(wordfuse("plan", " ", "--llm", REFUSED, "--json"), 2)


@pytest.mark.parametrize("data", ["missing", "empty"])
def test_training_needs_pairs(here: Path, data: str) -> None:
    (here / "empty").mkdir()
    assert data in complaint(wordfuse("train", "fusion", "--data", data, "--out", "out", "--device", "cpu"), 2)
