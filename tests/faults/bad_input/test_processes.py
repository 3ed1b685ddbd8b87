"""Bad input through real processes."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.commandline import REFUSED, Scene
from tests.patience import PATIENCE_S


def process(*args: object, module: bool = False) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "wordfuse"] if module else [str(Path(sys.executable).with_name("wordfuse"))]
    return subprocess.run(
        [*command, *map(str, args)], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=PATIENCE_S
    )


@pytest.mark.parametrize("module", [False, True])
def test_a_process_leaves_with_the_exit_code_of_bad_input(scene: Scene, module: bool) -> None:
    given = ["fuse", "--ir", "missing.png", "--vi", scene.vi, *scene.shipped, "--out", "out.png", "--json"]
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
