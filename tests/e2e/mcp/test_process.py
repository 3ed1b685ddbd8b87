"""The process of ``wordfuse mcp``: what it writes, and how it ends."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commandline import Scene
from tests.e2e.mcp.client import ENVIRONMENT, INCLINE
from tests.e2e.mcp.process import open_and_fuse, raw
from tests.patience import PATIENCE_S

CHATTY = """
import ctypes, os, sys
import wordfuse.fusion.networks.inference as inference
from wordfuse.cli.app import main

run = inference.fuse

def loud(*args, **more):
    print("printed")
    ctypes.CDLL(None).printf(b"printed by C, and left in its buffer")
    os.system("echo printed by a child; cat")  # which reads what is there to read
    return run(*args, **more)

inference.fuse = loud
sys.argv[0] = "wordfuse"
main()
"""


def test_nothing_but_the_protocol_is_on_standard_output(folder: Path, scene: Scene, tmp_path: Path) -> None:
    log = tmp_path / "debug.log"
    with raw(folder, *scene.network, code=CHATTY, log=log) as (process, send):
        open_and_fuse(send)
        assert "error" in send("no/such/method", {}, 3)
        rest, told = process.communicate(timeout=PATIENCE_S)  # closes standard input
    assert (process.returncode, rest) == (0, "")
    assert told == f"wordfuse serves {folder} to the MCP client that started it; Ctrl-C ends it\n"
    for words in ("printed\n", "printed by C, and left in its buffer", "printed by a child\n"):
        assert words in log.read_text()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_in_good_order(folder: Path, scene: Scene, number: signal.Signals) -> None:
    with raw(folder, *scene.network, "--quiet") as (process, send):  # whose edits take epochs
        if number == signal.SIGTERM:  # in the middle of an edit, the other one in idleness
            open_and_fuse(send)
            params = {"name": "incline", "arguments": INCLINE, "_meta": {"progressToken": "p"}}
            assert send("tools/call", params, 4)["method"] == "notifications/progress"
        process.send_signal(number)
        # Standard input stays open: nothing but the signal ends it.
        code = process.wait(timeout=PATIENCE_S)
        assert process.stdout is not None
        assert process.stderr is not None
        messages = [json.loads(line) for line in process.stdout]
        assert (code, process.stderr.read()) == (0, "")
    assert not [message for message in messages if "result" in message]


def test_a_client_that_listens_no_more_has_left(folder: Path, scene: Scene) -> None:
    with raw(folder, *scene.shipped, "--quiet") as (process, _):
        assert process.stdout is not None
        process.stdout.close()
        assert process.stdin is not None
        process.stdin.write(json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}) + "\n")
        process.stdin.flush()
        assert process.wait(timeout=PATIENCE_S) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""
        process.stdout = None  # nothing more to collect


def test_input_from_a_file_is_read_to_its_end(folder: Path, scene: Scene) -> None:
    command = [sys.executable, "-m", "wordfuse", "mcp", str(folder), *scene.shipped, "--quiet"]
    (folder / "messages.jsonl").write_text('{"jsonrpc": "2.0", "method": "notifications/initialized"}\n\n')
    with (folder / "messages.jsonl").open() as file:
        ended = subprocess.run(command, stdin=file, capture_output=True, text=True, env=ENVIRONMENT, timeout=PATIENCE_S)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
