"""Standard output and error that are closed, full, or read by nobody any more: in processes, as a shell starts them."""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.batches import BRIGHTER, PLANS, write_script
from tests.commandline import LanguageModel, Scene, serving
from tests.faults.breaking import STREAMS, Stream
from tests.faults.storage.conftest import SERVED, WORDS
from tests.patience import PATIENCE_S


def shell(stream: str, *args: object, said: str = "") -> "subprocess.CompletedProcess[str]":
    """``wordfuse`` with its standard output, or error, as a shell makes them; its own exit code."""
    command = shlex.join([sys.executable, "-m", "wordfuse", *map(str, args)])
    return subprocess.run(
        ["bash", "-c", f"{command} {stream}; exit ${{PIPESTATUS[0]}}"],
        input=said,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
        env=os.environ | {"PYTHONWARNINGS": "default"},
    )


@pytest.mark.parametrize("stream", STREAMS, ids=str)
def test_an_answer_that_does_not_arrive(here: Path, stream: Stream) -> None:
    with serving(SERVED) as server:
        done = shell(stream.shell, "plan", WORDS[0], "--llm", server.url, "--json")
    assert (done.returncode, done.stdout) == (stream.code, "")
    assert done.stderr.startswith(f"wordfuse: {stream.says}") and done.stderr.count("\n") == 1, done.stderr


@pytest.mark.parametrize("stream", STREAMS, ids=str)
def test_the_record_of_a_run(finished: Path, stream: Stream) -> None:
    """The run is finished all the same."""
    before = (finished / "run.json").read_bytes()
    done = shell(stream.shell, "resume", "run", "--json", "--quiet")
    assert (done.returncode, done.stdout) == (stream.code, "")
    assert done.stderr.startswith(f"wordfuse: {stream.says}") and done.stderr.count("\n") == 1, done.stderr
    assert (finished / "run.json").read_bytes() == before


@pytest.mark.parametrize("stream", STREAMS, ids=str)
@pytest.mark.parametrize("command", ["--help", "--version"])
def test_what_is_printed_outside_of_commands(here: Path, stream: Stream, command: str) -> None:
    done = shell(stream.shell, *command.split())
    assert (done.returncode, done.stdout) == (stream.code, "")
    # Who leaves in the middle of a help text has seen enough.
    assert done.stderr == "" if stream.name == "unread" else done.stderr.startswith(f"wordfuse: {stream.says}")
    assert done.stderr.count("\n") <= 1, done.stderr


@pytest.mark.parametrize("stream", STREAMS, ids=str)
def test_a_table(scene: Scene, here: Path, stream: Stream) -> None:
    done = shell(stream.shell, "metrics", *scene.pair, "--fused", scene.vi)
    assert (done.returncode, done.stdout) == (stream.code, "")
    assert done.stderr.startswith(f"wordfuse: {stream.says}") and done.stderr.count("\n") == 1, done.stderr


@pytest.mark.parametrize("stream", STREAMS, ids=str)
def test_a_conversation(scene: Scene, here: Path, stream: Stream) -> None:
    """It ends, and another goes on with it."""
    with serving(LanguageModel(PLANS)) as server:
        given = ["chat", *scene.pair, *scene.shipped, "--llm", server.url, "--out", "run"]
        done = shell(stream.shell, *given, said=f"{BRIGHTER}\n{BRIGHTER}\n")
    assert (done.returncode, done.stdout) == (stream.code, "")
    says = "left in the middle of a turn; go on with: wordfuse chat --resume run" if stream.code == 130 else stream.says
    assert done.stderr.startswith(f"wordfuse: {says}") and done.stderr.count("\n") == 1, done.stderr
    assert not (here / "run/images").exists()


@pytest.mark.parametrize("stream", STREAMS, ids=str)
def test_the_lines_of_a_script(scene: Scene, here: Path, stream: Stream) -> None:
    """What was done is kept: the same command goes on."""
    with serving(LanguageModel(PLANS)) as server:
        script = write_script(scene, here, server.url, a=BRIGHTER, b=BRIGHTER)
        done = shell(stream.shell, "script", script, "--out", "out", "--quiet")
    assert (done.returncode, done.stdout) == (stream.code, "")
    says = f"interrupted; go on with: wordfuse script {script} --out out" if stream.code == 130 else stream.says
    assert done.stderr.startswith(f"wordfuse: {says}") and done.stderr.count("\n") == 1, done.stderr
    assert (here / "out/results.jsonl").read_text().count("\n") == 1
    assert not (here / "out/002-b").exists()


def test_a_server_of_tools_that_cannot_answer(here: Path) -> None:
    pytest.importorskip("mcp")
    about = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}}
    asked = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": about})
    done = shell(">/dev/full", "mcp", here, "--quiet", said=f"{asked}\n")
    assert done.returncode == 2, done.stderr
    assert done.stderr == (
        "wordfuse: standard input or output: cannot be used (No space left on device); free some space there, "
        "or let an MCP client start it\n"
    )


@pytest.mark.parametrize("stream", ["2>/dev/full", "2>&-", "2>&1 >/dev/null | true"])
def test_nobody_hears_what_is_told_and_the_work_goes_on(scene: Scene, here: Path, stream: str) -> None:
    with serving(LanguageModel(PLANS)) as server:
        given = ["run", *scene.pair, *scene.shipped, "-i", BRIGHTER, "--llm", server.url, "--out", "run"]
        done = shell(stream, *given)
    assert done.returncode == 0
    assert (here / "run/run.json").exists()


@pytest.mark.parametrize("stream", ["2>/dev/full", "2>&-"])
def test_an_error_that_nobody_hears_has_its_exit_code(here: Path, stream: str) -> None:
    assert shell(stream, "plan", " ").returncode == 2


def test_no_file_of_ours_gets_the_number_of_a_closed_stream(scene: Scene, here: Path) -> None:
    """What C libraries print would get into it."""
    done = shell(">&- 2>&- <&-", "fuse", *scene.pair, *scene.shipped, "--out", "out.png")
    assert done.returncode == 0
    code = "import os, sys; from wordfuse.agent.telling.streams import standard_streams as s\n"
    code += "with s(): sys.exit(os.open('file', os.O_CREAT | os.O_WRONLY))"
    ended = subprocess.run(
        ["bash", "-c", f'{sys.executable} -c "{code}" >&- 2>&- <&-'], timeout=PATIENCE_S, check=False
    )
    assert ended.returncode == 3
