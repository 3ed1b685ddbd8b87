"""The Containerfile, as far as it can be held to what it says without a builder: its steps, its files, its command."""

import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from tests.commandline import complaint, wordfuse

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "Containerfile").read_text(encoding="utf-8")


def instructions() -> list[tuple[str, str]]:
    """Each instruction with what follows it, over all its lines."""
    lines = [line for line in TEXT.splitlines() if line.strip() and not line.startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [(line.split(None, 1)[0], line.split(None, 1)[1]) for line in joined.splitlines()]


def test_it_begins_and_ends_as_it_should() -> None:
    names = [name for name, _ in instructions()]
    assert set(names) <= {"FROM", "ARG", "ENV", "COPY", "RUN", "USER", "VOLUME", "EXPOSE", "STOPSIGNAL", "CMD"}
    assert (names[0], names[-1], names.count("CMD")) == ("FROM", "CMD", 1)
    given = dict(instructions())
    assert given["USER"] == "wordfuse", "the page does not run as root"
    assert names.index("USER") > max(at for at, name in enumerate(names) if name == "RUN")


@pytest.mark.parametrize("step", [given for name, given in instructions() if name == "RUN"])
def test_a_step_is_a_script(step: str) -> None:
    subprocess.run(["sh", "-n", "-c", step], check=True)


def test_what_is_copied_is_all_that_a_build_needs() -> None:
    """And nothing else: no environment, no runs, no history."""
    lines = (ROOT / ".containerignore").read_text(encoding="utf-8").split()
    assert lines[0] == "**"
    kept = {line.removeprefix("!") for line in lines if line.startswith("!")}
    assert all((ROOT / name).exists() for name in kept)
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]["targets"]
    links = {path.readlink().name for path in (ROOT / "wordfuse").iterdir() if path.is_symlink()}
    assert kept >= {*build["sdist"]["only-include"], *links, "pyproject.toml", "constraints.txt"}
    assert not kept & {".git", ".venv", "runs", "tests"}


@pytest.mark.usefixtures("here")
def test_its_command_asks_for_a_password() -> None:
    given = dict(instructions())
    words = json.loads(given["CMD"])
    assert words[:3] == ["wordfuse", "web", given["VOLUME"]]
    assert words[-1] == given["EXPOSE"]
    told = complaint(wordfuse(*words[1:]), 2)
    assert "lets other machines in; give --auth user:password as well, or put it into WORDFUSE_WEB_AUTH" in told
