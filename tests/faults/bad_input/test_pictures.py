"""Pictures and masks that cannot be used, and odd names of those that can."""

import json
import os
import shutil
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image

from tests.commandline import REFUSED, Scene, complaint, wordfuse

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


def test_a_mask_of_another_size_says_both(scene: Scene, here: Path) -> None:
    gray(here / "small.png", 64, 48)
    given = ["segment", "people", *scene.pair, *scene.network, "--mask", "people=small.png", "--out", "out.png"]
    said = complaint(wordfuse(*given, "--json"), 2)
    assert "64x48" in said
    assert "128x96" in said


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
