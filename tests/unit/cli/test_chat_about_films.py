"""``wordfuse chat`` about a film: what its options of films do."""

import json
from pathlib import Path

import pytest

from tests.commandline import Server, complaint, wordfuse
from tests.films import walk, write_folder


@pytest.fixture
def folders(here: Path) -> list[str]:
    for name, frames in zip(("ir", "vi"), walk(6), strict=True):
        write_folder(here / name, frames)
    return ["--ir", "ir", "--vi", "vi", "--regions", "pixels", "--device", "cpu"]


def test_clocks_and_rates_are_taken_and_kept(folders: list[str], server: Server, here: Path) -> None:
    given = ["--offset", "-0.2", "--fps", "10", "--at", "0:00.3", "--out", "run"]
    result = wordfuse("chat", *folders, *given, "--llm", server.url, typed="")
    assert result.exit_code == 0, result.output
    assert (here / "run" / "at-0.30s" / "session.json").is_file()
    kept = json.loads((here / "run" / "talk.json").read_text())
    assert (kept["wanted"]["offset_s"], kept["wanted"]["fps"]) == (-0.2, 10)
    for option, value in (("--offset", "1"), ("--fps", "5"), ("--at", "1")):
        said = complaint(wordfuse("chat", "--resume", "run", option, value), 2)
        assert "the folder k" in said and "leave" in said and option in said
    env = {"WORDFUSE_OFFSET": "1", "WORDFUSE_FPS": "5", "WORDFUSE_AT": "1"}  # for films that are begun
    result = wordfuse("chat", "--resume", "run", "--llm", server.url, typed="", env=env)
    assert result.exit_code == 0, result.output


def test_the_offset_may_be_found_from_the_pictures(folders: list[str], server: Server, here: Path) -> None:
    result = wordfuse("chat", *folders, "--offset", "auto", "--out", "run", "--llm", server.url, typed="")
    assert result.exit_code == 0, result.output
    assert json.loads((here / "run" / "talk.json").read_text())["wanted"]["offset_s"] is None


def test_what_is_no_offset_is_told(folders: list[str], server: Server, here: Path) -> None:
    chat = ["chat", *folders, "--llm", server.url, "--out", "run"]
    assert "--offset soon: is no offset" in complaint(wordfuse(*chat, "--offset", "soon"), 2)
    told = complaint(wordfuse(*chat, "--offset", "100", "--fps", "10"), 2)
    assert "no moment in common at an offset of 100 s" in told
    assert "the film ends at" in complaint(wordfuse(*chat, "--at", "9:00"), 2)
    assert not (here / "run").exists(), "what did not begin leaves no folder behind"
    assert wordfuse(*chat, typed="").exit_code == 0
    assert (here / "run" / "talk.json").is_file(), "and the next one has the name that was given"
