"""docs/cli.md: what the commands say, and all of it."""

import re
from pathlib import Path

import pytest

from tests.commandline import wordfuse
from wordfuse.cli.reference import reference

FILE = Path(__file__).parents[3] / "docs" / "cli.md"


def section(words: str) -> str:
    found = re.search(rf"^## {words}\n(.*?)(?=^## |\Z)", FILE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert found, words
    return found[1]


def test_the_file_is_what_the_commands_say() -> None:
    again = "python -m wordfuse.cli.reference > docs/cli.md"
    assert FILE.read_text(encoding="utf-8") == reference(), f"make it anew: {again}"


@pytest.mark.parametrize("words", ["run", "segment", "mcp", "serve", "eval", "train language", "bench fusion"])
def test_the_options_are_those_of_the_help(words: str) -> None:
    helped = wordfuse(*words.split(), "--help", env={"COLUMNS": "200"}).stdout
    listed = section(f"wordfuse {words}")
    assert set(re.findall(r"^\| `(?:-\w`, `)?(--[\w-]+)", listed, re.MULTILINE)) == set(
        re.findall(r"^│ (?:\* )? *(--[\w-]+)", helped, re.MULTILINE)
    ) - {"--help"}
    assert set(re.findall(r"WORDFUSE_\w+", listed)) == set(re.findall(r"WORDFUSE_\w+", helped))


@pytest.mark.parametrize(
    "row",
    [
        "| `--seed N` | Same seed, same result on one machine. From 0 to 4294967295. | `0` | `WORDFUSE_SEED` |",
        "| `--max-seconds X` | Budget of the whole run. At least 1. | `3600` | `WORDFUSE_MAX_SECONDS` |",
        "| `--align` | Move, turn and scale the infrared picture onto the visible one first. |  | `WORDFUSE_ALIGN` |",
    ],
)
def test_a_row_says_what_an_option_takes(row: str) -> None:
    assert row in section("wordfuse run").splitlines()


def test_a_synopsis_names_what_is_needed() -> None:
    assert "    wordfuse segment TEXT --out FILE [OPTIONS]" in section("wordfuse segment").splitlines()
