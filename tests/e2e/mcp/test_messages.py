"""Messages that cannot be read, or are none, are answered all the same, and the server goes on."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commandline import Scene
from tests.e2e.mcp.client import INCLINE, Json
from tests.e2e.mcp.process import open_and_fuse, raw

PARSE_ERROR, INVALID_REQUEST = -32700, -32600
CALL = '{"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": {"name": "fuse", "arguments": %s}}'
BAD = {
    "half a character": (CALL % r'{"x": "\ud800"}', 7, PARSE_ERROR),
    "half a character in a name": (
        r'{"\udfff": 1, "jsonrpc": "2.0", "id": "a\u0062c", "method": "ping"}',
        "abc",
        PARSE_ERROR,
    ),
    "half a character in the id": (r'{"jsonrpc": "2.0", "id": "\ud800", "method": "ping"}', None, PARSE_ERROR),
    "nested lists": (CALL % ('{"x": ' + "[" * 10_000 + "]" * 10_000 + "}"), 7, PARSE_ERROR),
    "nested objects": (CALL % ('{"id": ' * 10_000 + "1" + "}" * 10_000), 7, PARSE_ERROR),
    "nested and never closed": (CALL % ("[" * 100_000), 7, PARSE_ERROR),
    "the id last": (
        f'{{"params": {"[" * 9_999}{"]" * 9_999}, "method": "ping", "id": 7, "jsonrpc": "2.0"}}',
        7,
        PARSE_ERROR,
    ),
    "cut": ('{"jsonrpc": "2.0", "id": 7, "method": "tools/li', 7, PARSE_ERROR),
    "no JSON": ("GET / HTTP/1.1", None, PARSE_ERROR),
    "a text": ('"id"', None, INVALID_REQUEST),
    "a batch": ('[{"jsonrpc": "2.0", "id": 7, "method": "ping"}]', None, INVALID_REQUEST),
    "another protocol": ('{"jsonrpc": "1.0", "id": 7, "method": "ping"}', 7, INVALID_REQUEST),
    "no version": ('{"id": -7, "method": "ping"}', -7, INVALID_REQUEST),
    "no method": ('{"jsonrpc": "2.0", "id": 7}', 7, INVALID_REQUEST),
    "params of no kind": ('{"jsonrpc": "2.0", "id": 7, "method": "ping", "params": [1]}', 7, INVALID_REQUEST),
    "no id": ('{"jsonrpc": "2.0", "id": null, "method": "ping"}', None, INVALID_REQUEST),
    "an id that is none": ('{"jsonrpc": "2.0", "id": 7.5, "method": "ping"}', None, INVALID_REQUEST),
    "too long": (CALL % ('{"x": "' + "x" * (5 << 20) + '"}'), 7, INVALID_REQUEST),
    "too long and wide": (CALL % ('{"x": [' + "1," * (3 << 20) + "1]}"), 7, INVALID_REQUEST),
}
SILENT = (
    "",
    "   ",
    '{"jsonrpc": "2.0", "method": "no/such/notification"}',
    '{"jsonrpc": "1.0", "method": "cancelled"}',
)


@pytest.fixture(scope="module")
def process(folder: Path, scene: Scene) -> Iterator[subprocess.Popen[str]]:
    with raw(folder, *scene.shipped, "--quiet") as (process, _):
        yield process


def answer(process: subprocess.Popen[str], *lines: str) -> Json:
    """Write lines, and read the next answer."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("".join(line + "\n" for line in lines))
    process.stdin.flush()
    told: Json = json.loads(process.stdout.readline())
    return told


@pytest.mark.parametrize("kind", BAD)
def test_what_is_no_message_is_answered(process: subprocess.Popen[str], kind: str) -> None:
    line, number, code = BAD[kind]
    told = answer(process, line)
    assert (told["jsonrpc"], told["id"], told["error"]["code"]) == ("2.0", number, code)
    assert told["error"]["message"].startswith("the message was not understood: it")
    assert "result" in answer(process, '{"jsonrpc": "2.0", "id": 8, "method": "ping"}'), "and the next one is answered"


def test_what_asks_for_no_answer_gets_none(process: subprocess.Popen[str]) -> None:
    assert answer(process, *SILENT, '{"jsonrpc": "2.0", "id": 9, "method": "ping"}')["id"] == 9


@pytest.mark.parametrize(
    "arguments", ['{"x": ' + "[" * 150 + "]" * 150 + "}", '{"phrases": ["' + "x" * 4_000_000 + '"]}']
)
def test_what_can_just_be_read_is_a_call_like_others(process: subprocess.Popen[str], arguments: str) -> None:
    told = answer(process, CALL % arguments)
    assert (told["id"], told["result"]["isError"]) == (7, True)
    assert len(told["result"]["content"][0]["text"]) < 2000


def test_a_cancelled_edit_ends_where_it_is(folder: Path, scene: Scene) -> None:
    with raw(folder, *scene.network, "--quiet") as (process, send):
        open_and_fuse(send)
        fused = (folder / "wordfuse-runs").glob("*/fused.png")
        run = max(fused, key=lambda path: path.stat().st_mtime_ns).parent
        before = {path: path.stat().st_mtime_ns for path in run.rglob("*")}
        params = {"name": "incline", "arguments": INCLINE, "_meta": {"progressToken": "p"}}
        assert send("tools/call", params, 4)["method"] == "notifications/progress"
        send("notifications/cancelled", {"requestId": 4})
        told = send("tools/call", {"name": "evaluate_metrics", "arguments": {"before": "fused", "after": "a1"}}, 5)
        while "id" not in told:  # what was told of epochs meanwhile
            assert process.stdout is not None
            told = json.loads(process.stdout.readline())
        # Calls wait for their turn: the edit has ended, and left nothing.
        assert told["id"] == 5
        assert told["result"]["content"][0]["text"] == "unknown image 'a1'; known: fused"
        assert {path: path.stat().st_mtime_ns for path in run.rglob("*")} == before
