"""What patterns find: what glob finds, but each folder once, and with an end."""

import glob
from pathlib import Path

import pytest

from tests.commandline import complaint, wordfuse
from wordfuse.agent.batch import patterns
from wordfuse.agent.batch.patterns import found_by
from wordfuse.agent.errors import InputError

NAMES = ("1.png", "a/1.png", "a/b/2.png", "a/b/c/3.tif", "ab/1.png", ".h/1.png", "a/.h/1.png", "a/.1.png", "[1]/4.png")


def unheard(told: str) -> None:
    raise AssertionError(f"nothing takes long here: {told}")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in NAMES:
        file = tmp_path / "tree" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    return tmp_path / "tree"


@pytest.mark.parametrize(
    "pattern",
    [
        *(
            "*.png",
            "*",
            "a/*",
            "a*/*.png",
            "*/1.png",
            "a/1.png",
            "?.png",
            "[0-9].png",
            "[[]1]/*.png",
            "a/../ab/*",
            "./a/*",
        ),
        *("**", "**/*.png", "**/*", "a/**", "a/**/*.png", "**/b/**/*", "**/**/1.png", "a**/*", "**/../1.png"),
        *(".h/*", ".*/1.png", "**/.h/*", "a/.*", "no/such/*", "*.png/*", "no/**", "1.png/**", "a/", "**/b/", ""),
    ],
)
@pytest.mark.parametrize("absolute", [False, True])
def test_they_find_what_glob_finds(tree: Path, pattern: str, absolute: bool) -> None:
    given = f"{glob.escape(str(tree))}/{pattern}" if absolute else pattern
    found = found_by(given, tree, unheard)
    by_glob = [path for path in glob.glob(given, root_dir=tree, recursive=True) if (tree / path).is_file()]  # noqa: PTH207
    assert [path for path in found if (tree / path).is_file()] == sorted({Path(path) for path in by_glob}, key=str)


def test_links_are_followed_each_folder_once_by_its_own_name(tree: Path) -> None:
    (tree / "a" / "0").symlink_to(tree / "ab")  # walked before "ab" by name
    (tree / "a" / "up").symlink_to("..")
    (tree / "a" / "b" / "self").symlink_to(".")
    (tree / "gone").symlink_to("nowhere")
    (tree / "round").symlink_to("round")
    (tree.parent / "beside").mkdir()
    (tree.parent / "beside" / "9.png").touch()
    (tree / "to").symlink_to(tree.parent / "beside")
    (tree.parent / "beside" / "back").symlink_to(tree)
    found = [str(path) for path in found_by("**/*.png", tree, unheard)]
    assert found == ["1.png", "[1]/4.png", "a/1.png", "a/b/2.png", "ab/1.png", "to/9.png"]
    # A pattern that names a link goes through it.
    assert [str(path) for path in found_by("**/0/*.png", tree, unheard)] == ["a/0/1.png"]


def test_many_ways_through_links_are_one_way(tmp_path: Path) -> None:
    """Each of twelve folders leads to all others: along different links there are 12! ways."""
    for name in range(12):
        (tmp_path / f"{name:02d}").mkdir()
        (tmp_path / f"{name:02d}" / f"{name}.png").touch()
        for other in range(12):
            (tmp_path / f"{name:02d}" / f"to{other}").symlink_to(tmp_path / f"{other:02d}")
    assert len(found_by("**/*.png", tmp_path, unheard)) == 12


def test_a_search_without_an_end_says_so(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "MOST_ENTRIES", 500)
    with pytest.raises(
        InputError, match=r"'/\*\*/no-such\.png': 500 files and folders were looked at, and there are more"
    ):
        found_by("/**/no-such.png", tree, unheard)
    monkeypatch.setattr(patterns, "MOST_ENTRIES", 10)
    with pytest.raises(InputError, match="10 files and folders were looked at"):
        found_by("**/../" * 500 + "*", tree, unheard)


def test_a_search_that_takes_long_is_told_of(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "SILENCE_S", 0.0)
    told: list[str] = []
    found_by("**/*.png", tree, told.append)
    assert told[0] == "looking for '**/*.png': 1 files and folders so far"
    assert len(told) > len(NAMES)


def test_the_command_names_the_place_in_the_script(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "MOST_ENTRIES", 500)
    (here / "s.yaml").write_text('jobs:\n  - {pairs: {ir: "/**/ir.png", vi: "*.png"}, say: denoise}\n')
    told = complaint(wordfuse("script", "s.yaml"), 2)
    assert told == (
        "wordfuse: s.yaml:2:14: '/**/ir.png': 500 files and folders were looked at, and there are more; "
        "name the folder that holds the pictures in the pattern\n"
    )
