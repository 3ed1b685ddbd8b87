"""Bad input: the documented exit code, one clear line that names what is wrong, and nothing left behind."""

import json
import os
import shutil
import struct
import subprocess
import sys
import threading
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import tifffile
import typer.testing
from PIL import Image

from tests.commandline import (
    MODELS,
    REFUSED,
    Scene,
    as_json,
    complaint,
    completion,
    files_under,
    serving,
    usage_complaint,
    wordfuse,
)
from tests.patience import PATIENCE_S

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def nothing_left(here: Path, tmp_path: Path) -> Iterator[None]:
    """After every test: no result, no half of one, no temporary folder."""
    yield
    assert files_under(tmp_path / "temporary") == {}
    left = [name for name in files_under(here) if name.startswith(("out", "runs", ".wordfuse")) or "/.wordfuse" in name]
    assert left == []


# Pictures.


def png_bomb(side: int) -> bytes:
    """A PNG whose header claims side x side pixels, and whose data is a few bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 64)) + chunk(b"IEND", b"")
    )


def nan_tiff(path: Path) -> None:
    tifffile.imwrite(path, np.full((96, 128), np.nan, np.float32))


def gray(path: Path, width: int, height: int) -> None:
    Image.fromarray(np.full((height, width), 90, np.uint8)).save(path)


MakeFile = Callable[[Path, Scene], object]
BAD_PICTURES: dict[str, tuple[MakeFile, str]] = {
    "missing": (lambda path, scene: None, "no such file; check the name"),
    "text": (lambda path, scene: path.write_text("not a picture"), "save it again as PNG"),
    "truncated": (lambda path, scene: path.write_bytes(scene.vi.read_bytes()[:2000]), "cut short"),
    "header only": (lambda path, scene: path.write_bytes(scene.vi.read_bytes()[:20]), "save it again as PNG"),
    "zero bytes": (lambda path, scene: path.touch(), "0 bytes"),
    "folder": (lambda path, scene: path.mkdir(), "is a folder"),
    "fifo": (lambda path, scene: os.mkfifo(path), "is not a regular file"),
    "one pixel": (lambda path, scene: gray(path, 1, 1), "1x1 pixels is too small"),
    "other shape": (lambda path, scene: gray(path, 96, 128), "96x128"),
    "bomb": (lambda path, scene: path.write_bytes(png_bomb(20000)), "400.0 megapixels"),
    "NaN": (lambda path, scene: nan_tiff(path), "hold no measurement"),
}


@pytest.mark.parametrize("option", ["--ir", "--vi"])
@pytest.mark.parametrize("kind", BAD_PICTURES)
def test_a_picture_that_cannot_be_used_is_named(scene: Scene, here: Path, kind: str, option: str) -> None:
    make, words = BAD_PICTURES[kind]
    bad = here / "bad picture.png"
    make(bad, scene)
    pair = {"--ir": scene.ir, "--vi": scene.vi} | {option: bad}
    files = [part for both in pair.items() for part in both]
    said = complaint(wordfuse("fuse", *files, *scene.network, "--out", "out.png", "--json"), 2)
    assert str(bad) in said
    assert words in said


@pytest.mark.parametrize("kind", ["missing", "truncated", "other shape", "bomb"])
def test_a_run_makes_no_folder_for_a_picture_that_cannot_be_used(scene: Scene, here: Path, kind: str) -> None:
    bad = here / "bad.png"
    BAD_PICTURES[kind][0](bad, scene)
    # The language model is out of reach as well: the picture, which is looked at first, is what is complained about.
    given = ["--ir", bad, "--vi", scene.vi, "-i", "denoise", "--llm", REFUSED, *scene.network]
    assert str(bad) in complaint(wordfuse("run", *given, "--json"), 2)


@pytest.mark.parametrize(
    ("command", "option", "others"),
    [
        ("metrics", "--fused", []),
        ("incline", "--fused", ["--out", "out.png"]),
        ("relight", "--mask", ["--out", "out.png"]),
        ("denoise", "--mask", ["--out", "out.png"]),
    ],
)
@pytest.mark.parametrize("kind", ["missing", "text", "other shape"])
def test_a_fused_picture_or_a_mask_that_cannot_be_used_is_named(
    scene: Scene, here: Path, command: str, option: str, others: list[str], kind: str
) -> None:
    make, words = BAD_PICTURES[kind]
    bad = here / "bad.png"
    make(bad, scene)
    network = [] if command == "metrics" else scene.network
    said = complaint(wordfuse(command, *scene.pair, *others, *network, option, bad, "--json"), 2)
    assert str(bad) in said
    assert words in said


def test_a_deep_picture_is_no_fused_picture(scene: Scene, here: Path) -> None:
    nan_free = here / "deep.tiff"
    tifffile.imwrite(nan_free, np.arange(96 * 128, dtype=np.uint16).reshape(96, 128))
    said = complaint(wordfuse("metrics", *scene.pair, "--fused", nan_free, "--json"), 2)
    assert "16 bits" in said
    assert "8-bit PNG" in said


def test_the_cap_on_pixels_can_be_lowered(scene: Scene) -> None:
    said = complaint(wordfuse("fuse", *scene.pair, *scene.network, "--out", "out.png", "--max-pixels", 1000), 2)
    assert "128x96" in said
    assert "--max-pixels" in said


@pytest.mark.parametrize("command", ["incline", "relight", "denoise", "metrics"])
def test_an_empty_mask_leaves_nothing_to_work_on(scene: Scene, here: Path, command: str) -> None:
    gray_mask = here / "black.png"
    Image.fromarray(np.zeros((96, 128), np.uint8)).save(gray_mask)
    others = ["--fused", scene.vi] if command == "metrics" else ["--out", "out.png", *scene.network]
    said = complaint(wordfuse(command, *scene.pair, *others, "--mask", gray_mask, "--json"), 3)
    assert f"{gray_mask}: the" in said
    assert "is empty" in said


def test_a_named_mask_that_is_empty_finds_nothing(scene: Scene, here: Path) -> None:
    empty = here / "empty.png"
    Image.fromarray(np.zeros((96, 128), np.uint8)).save(empty)
    given = ["segment", "people", *scene.pair, *scene.network, "--mask", f"people={empty}", "--out", "out.png"]
    assert "people" in complaint(wordfuse(*given, "--json"), 3)


# Names of files.


@pytest.mark.parametrize(
    "name",
    ["with space.png", 'it\'s "quoted".png', "$(touch here)`id`.png", "тепло-日本-é.png", "-dash.png", "a;b&c|d.png"],
)
def test_odd_names_are_only_names(scene: Scene, here: Path, name: str) -> None:
    (here / "in").mkdir()
    source, made = here / "in" / name, here / f"made {name}"
    said = complaint(wordfuse("fuse", "--ir", scene.ir, "--vi", source, *scene.network, "--out", "out.png"), 2)
    assert name in said
    shutil.copy(scene.vi, source)
    result = wordfuse("fuse", "--ir", scene.ir, "--vi", source, *scene.network, f"--out={made}", "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["out"] == str(made)
    assert made.is_file()
    assert not (here / "here").exists()


@pytest.mark.parametrize("name", ["two\nlines.png", "\x1b[31mred.png", os.fsdecode(b"latin-\xe9.png")])
def test_names_that_would_upset_a_terminal_stay_one_plain_line(scene: Scene, here: Path, name: str) -> None:
    missing = wordfuse("fuse", "--ir", scene.ir, "--vi", here / name, *scene.network, "--out", "out.png")
    assert complaint(missing, 2).rstrip("\n").isprintable()
    shutil.copy(scene.vi, here / name)
    result = wordfuse(
        "fuse", "--ir", scene.ir, "--vi", here / name, *scene.network, "--out", here / f"made-{name}", "--json"
    )
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["out"] == str(here / f"made-{name}")


# Where results go.


@pytest.mark.parametrize(
    ("out", "words"),
    [
        ("missing/out.png", "folder does not exist"),
        ("file/out.png", "folder does not exist"),
        (".", "is a folder"),
        ("", "is a folder"),
        ("out.jpg", "end the name in .png"),
        ("/proc/out.png", "cannot be written"),
        ("x" * 300 + ".png", "File name too long"),
    ],
)
def test_an_output_that_cannot_be_written(scene: Scene, here: Path, out: str, words: str) -> None:
    (here / "file").touch()
    result = wordfuse("fuse", *scene.pair, *scene.network, "--out", out, "--json")
    assert words in complaint(result, 2)


@pytest.mark.parametrize("name", ["ir", "vi", "fused", "mask"])
def test_inputs_are_never_changed(scene: Scene, here: Path, name: str) -> None:
    files = {}
    for option, source in {"ir": "ir", "vi": "vi", "fused": "vi", "mask": "people"}.items():
        files[option] = here / f"{option}.png"
        shutil.copy(scene.folder / f"{source}.png", files[option])
    before = files_under(here)
    (here / "link.png").symlink_to(files[name])
    given = [part for option, path in files.items() for part in (f"--{option}", path)]
    for out in (files[name], here / "link.png"):
        said = complaint(wordfuse("incline", *given, *scene.network, "--out", out, "--json"), 2)
        assert "one of the inputs" in said
    (here / "link.png").unlink()
    assert files_under(here) == before


@pytest.mark.parametrize(
    ("out", "words"),
    [
        ("full", "not an empty folder"),
        ("file", "not an empty folder"),
        ("file/below", "cannot be made"),
        ("/proc/run", "cannot be made"),
        ("x" * 300, "File name too long"),
    ],
)
def test_a_run_folder_that_cannot_be_used(scene: Scene, here: Path, out: str, words: str) -> None:
    (here / "full").mkdir()
    (here / "full" / "thesis.txt").write_text("mine")
    (here / "file").write_text("mine")
    before = files_under(here)
    with serving(lambda path, sent: MODELS) as server:
        given = [*scene.pair, "-i", "denoise", "--llm", server.url, *scene.network, "--out", out, "--json"]
        assert words in complaint(wordfuse("run", *given), 2)
    assert files_under(here) == before


def test_only_a_run_folder_can_be_resumed(here: Path) -> None:
    (here / "full").mkdir()
    (here / "broken").mkdir()
    (here / "broken" / "session.json").write_text('{"given": {}, "settings": [1, 2')
    for folder in ("missing", "full", "broken"):
        said = complaint(wordfuse("resume", folder, "--json"), 2)
        assert folder in said
        assert "--out" in said


# Options.


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


def test_a_mask_of_another_size_says_both(scene: Scene, here: Path) -> None:
    gray(here / "small.png", 64, 48)
    given = ["segment", "people", *scene.pair, *scene.network, "--mask", "people=small.png", "--out", "out.png"]
    said = complaint(wordfuse(*given, "--json"), 2)
    assert "64x48" in said
    assert "128x96" in said


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


# Language models.


def run_with(scene: Scene, url: str, *more: str) -> typer.testing.Result:
    return wordfuse("run", *scene.pair, *scene.network, "-i", "denoise", "--llm", url, "--json", *more)


def test_a_server_that_is_down_leaves_no_folder(scene: Scene) -> None:
    for result in (run_with(scene, REFUSED), wordfuse("plan", "denoise", "--llm", REFUSED, "--json")):
        said = complaint(result, 4)
        assert REFUSED in said
        assert "--llm embedded" in said


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:99999/v1",
        "http://",
        "http://no such host/v1",
        "http://[::1/v1",
    ],
)
def test_an_address_that_is_none(url: str) -> None:
    assert url in complaint(wordfuse("plan", "denoise", "--llm", url, "--json"), 4)


@pytest.mark.parametrize(
    "answer",
    [
        as_json({"error": "broken"}, 500),
        as_json({"error": "who are you"}, 401),
        (200, "text/html", b"<html>a router's login page</html>"),
        (200, "application/json", b"\xff\xfe"),
        as_json([]),
        as_json({"data": None}),
        as_json({"data": [{"name": "no id"}]}),
    ],
)
def test_an_address_of_something_else(answer: tuple[int, str, bytes]) -> None:
    with serving(lambda path, sent: answer) as server:
        assert server.url in complaint(wordfuse("plan", "denoise", "--llm", server.url, "--json"), 4)


def test_a_server_without_a_model() -> None:
    with serving(lambda path, sent: as_json({"object": "list", "data": []})) as server:
        said = complaint(wordfuse("plan", "denoise", "--llm", server.url, "--json"), 4)
    assert server.url in said
    assert "--model" in said


@pytest.mark.parametrize(
    ("answer", "exit_code"),
    [
        (as_json({"error": {"message": "out of memory"}}, 500), 4),
        (as_json({"error": {"message": "no such model"}}, 404), 4),
        (as_json({"error": {"message": "who are you"}}, 401), 4),
        (as_json({"error": {"message": "too many"}}, 429), 4),
        ((200, "text/html", b"<html>login</html>"), 3),
        ((200, "application/json", b"{garbage"), 3),
        (as_json({}), 3),
        (as_json({"choices": []}), 3),
        (as_json([1, 2]), 3),
        (completion({"content": "I would love to!"}), 3),
        (completion({"content": '{"steps": [{"task": "paint"}], "refusal": null}'}), 3),
        (completion({"content": None}), 3),
    ],
)
def test_a_model_that_answers_nonsense(answer: tuple[int, str, bytes], exit_code: int) -> None:
    with serving(lambda path, sent: MODELS if sent is None else answer) as server:
        said = complaint(wordfuse("plan", "denoise", "--llm", server.url, "--json"), exit_code)
    assert "wordfuse-stand-in" in said


def test_a_named_model_is_not_asked_for_but_its_server_is_missed(scene: Scene, here: Path) -> None:
    said = complaint(run_with(scene, REFUSED, "--model", "mine", "--out", "kept"), 4)
    assert "start a server there or use --llm embedded" in said
    assert not (here / "kept").exists()


def test_a_server_that_fails_on_the_way_leaves_a_run_to_resume(scene: Scene, here: Path) -> None:
    with serving(lambda path, sent: MODELS if sent is None else (500, "text/plain", b"out of memory")) as server:
        result = run_with(scene, server.url, "--out", "kept")
    assert (result.exit_code, result.stdout) == (4, "")
    assert result.stderr.splitlines()[-1].endswith("(go on later with: wordfuse resume kept)")


def test_a_run_whose_model_never_plans_ends_with_the_fused_picture(scene: Scene, here: Path) -> None:
    nonsense = completion({"content": "I would love to!"})
    with serving(lambda path, sent: MODELS if sent is None else nonsense) as server:
        result = run_with(scene, server.url, "--out", "kept")
    assert result.exit_code == 3, result.output
    record = json.loads(result.stdout)
    assert "no valid plan" in record["instructions"][0]["refusal"]
    assert (here / "kept" / "result.png").read_bytes() == (here / "kept" / "fused.png").read_bytes()


# The same through real processes.


def process(*args: object, module: bool = False) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "wordfuse"] if module else [str(Path(sys.executable).with_name("wordfuse"))]
    return subprocess.run(
        [*command, *map(str, args)], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=PATIENCE_S
    )


@pytest.mark.parametrize("module", [False, True])
def test_a_process_leaves_with_the_exit_code_of_bad_input(scene: Scene, module: bool) -> None:
    given = ["fuse", "--ir", "missing.png", "--vi", scene.vi, *scene.network, "--out", "out.png", "--json"]
    ended = process(*given, module=module)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == "wordfuse: missing.png: no such file; check the name\n"


def test_a_process_leaves_with_the_exit_code_of_bad_usage() -> None:
    ended = process("fuse", "--nonsense")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "--nonsense" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_process_leaves_with_the_exit_code_of_a_backend_out_of_reach() -> None:
    ended = process("plan", "denoise", "--llm", REFUSED, "--json")
    assert (ended.returncode, ended.stdout) == (4, "")
    assert ended.stderr.startswith(f"wordfuse: --llm {REFUSED}: no answer")
    assert ended.stderr.count("\n") == 1


def test_a_server_that_never_answers_can_be_interrupted_by_its_end() -> None:
    """A connection that is closed without an answer is a server out of reach."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as listener:

        def hang_up() -> None:
            for _ in range(4):  # it is asked again three times
                connection, _ = listener.accept()
                connection.recv(1000)
                connection.close()

        thread = threading.Thread(target=hang_up)
        thread.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
        assert url in complaint(wordfuse("plan", "denoise", "--llm", url, "--json"), 4)
        thread.join()
