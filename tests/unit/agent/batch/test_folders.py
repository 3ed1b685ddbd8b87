import json
import shutil
from pathlib import Path

import pytest

from tests.commandline import Scene, complaint, files_under, wordfuse
from wordfuse.fusion.images import read_picture


@pytest.fixture
def folders(scene: Scene, here: Path) -> Path:
    """Three pairs, one of them in a subfolder, one broken, and two pictures without a partner."""
    for source, picture in (("ir", scene.ir), ("vi", scene.vi)):
        (here / source / "night").mkdir(parents=True)
        for name in ("a", "b", "night/c"):
            shutil.copy(picture, here / source / f"{name}.png")
    (here / "vi" / "b.png").write_bytes(b"not a picture")
    shutil.copy(scene.ir, here / "ir" / "lonely.png")
    shutil.copy(scene.vi, here / "vi" / "alone.png")
    (here / "empty").mkdir()
    return here


def test_a_folder_is_fused_past_bad_pairs(scene: Scene, folders: Path) -> None:
    sources = files_under(folders)
    result = wordfuse("fuse", "--ir", "ir", "--vi", "vi", "--out", "out", *scene.network, "--json")
    assert result.exit_code == 2
    told = json.loads(result.stdout)
    assert [record["out"] for record in told["fused"]] == ["out/a.png", "out/night/c.png"]
    assert set(told["failed"]) == {"alone", "b", "lonely"}
    assert "vi/b.png" in told["failed"]["b"]
    assert told["failed"]["lonely"] == "in ir, but not in vi"
    assert [line.split(":")[1].strip() for line in result.stderr.splitlines()] == ["alone", "lonely", "b"]
    assert read_picture(folders / "out" / "night" / "c.png").shape == (96, 128, 3)
    after = files_under(folders)
    assert {name: content for name, content in after.items() if not name.startswith("out")} == sources
    assert {name for name in after if name.startswith("out/") and after[name]} == {"out/a.png", "out/night/c.png"}


def test_good_folders_end_well(scene: Scene, folders: Path) -> None:
    for name in ("vi/b.png", "ir/b.png", "ir/lonely.png", "vi/alone.png"):
        (folders / name).unlink()
    result = wordfuse("fuse", "--ir", "ir", "--vi", "vi", "--out", "deep/out", *scene.network)
    assert result.exit_code == 0, result.output
    assert result.stderr == "wrote 2 pictures to deep/out; 0 pairs failed\n"
    single = wordfuse("fuse", *scene.pair, "--out", "single.png", *scene.network)
    assert single.exit_code == 0
    assert (folders / "single.png").read_bytes() == (folders / "deep" / "out" / "a.png").read_bytes()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (("ir", "vi/a.png", "out"), "ir: is a folder, but vi/a.png is none"),
        (("ir", "vi", "vi/out"), "--out vi/out: lies in --vi vi"),
        (("ir", "vi", "ir"), "--out ir: lies in --ir ir"),
        (("ir", "vi", "ir/a.png"), "--out ir/a.png: is a file"),
        (("ir", "ir", "out"), "--ir ir: is the folder of --vi too"),
        (("ir/night", "empty", "out"), "no two pictures with the same name"),
    ],
)
def test_folders_that_cannot_be_used_are_named(
    scene: Scene, folders: Path, given: tuple[str, str, str], expected: str
) -> None:
    before = files_under(folders)
    arguments = [part for pair in zip(("--ir", "--vi", "--out"), given, strict=True) for part in pair]
    assert expected in complaint(wordfuse("fuse", *arguments, *scene.network), 2)
    assert files_under(folders) == before


def test_sources_behind_links_are_not_replaced(scene: Scene, folders: Path) -> None:
    (folders / "all").mkdir()
    shutil.copy(scene.vi, folders / "all" / "a.png")
    (folders / "vi" / "a.png").unlink()
    (folders / "vi" / "a.png").symlink_to(folders / "all" / "a.png")
    before = files_under(folders)
    said = complaint(wordfuse("fuse", "--ir", "ir", "--vi", "vi", "--out", "all", *scene.network), 2)
    assert "all/a.png: is one of the sources" in said
    assert files_under(folders) == before


def test_a_subfolder_that_cannot_be_made_fails_its_pairs_alone(scene: Scene, folders: Path) -> None:
    (folders / "out").mkdir()
    (folders / "out" / "night").write_text("in the way")
    result = wordfuse("fuse", "--ir", "ir", "--vi", "vi", "--out", "out", *scene.network, "--json")
    assert result.exit_code == 2
    told = json.loads(result.stdout)
    assert [record["stem"] for record in told["fused"]] == ["a"]
    assert "out/night" in told["failed"]["night/c"]


def test_a_folder_of_fused_pictures_is_measured_and_ends_with_means(scene: Scene, folders: Path) -> None:
    wordfuse("fuse", "--ir", "ir", "--vi", "vi", "--out", "out", *scene.network, "-q")
    shutil.copy(scene.vi, folders / "out" / "night" / "c.png")
    shutil.copy(scene.vi, folders / "out" / "b.png")
    shutil.copy(scene.vi, folders / "out" / "unknown.png")
    given = ("metrics", "--ir", "ir", "--vi", "vi", "--fused", "out")
    result = wordfuse(*given, "--json")
    assert result.exit_code == 2
    told = json.loads(result.stdout)
    assert set(told["pictures"]) == {"a", "night/c"}
    assert set(told["failed"]) == {"b", "unknown"}
    assert told["failed"]["unknown"] == "in out, but not in ir and vi" and "vi/b.png" in told["failed"]["b"]
    alone = json.loads(wordfuse("metrics", *scene.pair, "--fused", "out/a.png", "--json").stdout)
    assert told["pictures"]["a"] == alone
    for name, mean in told["mean"].items():
        both = [values[name] for values in told["pictures"].values()]
        assert both[0] != both[1] and mean == pytest.approx(sum(both) / 2)
    for name in ("b", "unknown"):
        (folders / "out" / f"{name}.png").unlink()
    shown = wordfuse(*given, "-q")
    assert shown.exit_code == 0 and shown.stderr == ""
    assert [line.split()[0] for line in shown.stdout.splitlines()] == ["picture", "a", "night/c", "mean"]
    assert max(map(len, shown.stdout.splitlines())) <= 80


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (("ir", "vi", "vi/a.png"), "vi/a.png: is no folder, and another is one"),
        (("ir/a.png", "vi", "vi"), "ir/a.png: is no folder, and another is one"),
        (("ir", "vi", "empty"), "ir, vi and empty: no two pictures with the same name"),
        (("ir", "vi", "vi", "--mask", "ir/a.png"), "--mask ir/a.png: is for one picture"),
    ],
)
def test_folders_that_cannot_be_measured(folders: Path, given: tuple[str, ...], expected: str) -> None:
    ir, vi, fused, *more = given
    result = wordfuse("metrics", "--ir", ir, "--vi", vi, "--fused", fused, *more)
    assert expected in complaint(result, 2)
