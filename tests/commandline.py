"""What tests of the command line share: the command in this process, a small scene and a stand-in language model."""

import json
import os
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import typer.testing

Json = dict[str, Any]
REFUSED = "http://127.0.0.1:1/v1"  # port 1 (tcpmux) is served nowhere


def wordfuse(*args: object, env: dict[str, str] | None = None, typed: str | None = None) -> typer.testing.Result:
    """Call the command line in this process, with what is typed there."""
    from wordfuse.cli.app import app

    return typer.testing.CliRunner().invoke(app, [str(arg) for arg in args], input=typed, env=env)


def complaint(result: typer.testing.Result, exit_code: int) -> str:
    """The one line of a command that failed; fails where there is more, or anything on standard output."""
    assert result.exit_code == exit_code, result.output
    assert result.stdout == ""
    assert result.stderr.startswith("wordfuse: "), result.stderr
    assert result.stderr.count("\n") == 1, result.stderr
    assert "a fault of ours" not in result.stderr
    return result.stderr


def usage_complaint(result: typer.testing.Result) -> str:
    """What the parser of the command line says, with the frame around it and its line breaks taken away."""
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert " Error " in result.stderr
    assert "Traceback" not in result.stderr
    return " ".join(result.stderr.replace("│", " ").split())


def files_under(folder: Path) -> dict[str, bytes]:
    """Every file, folder and link below a folder, with what is in it."""
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else b"" for path in folder.rglob("*")}


@dataclass(frozen=True)
class Scene:
    """A small pair on disk, its masks and a network small enough for tests."""

    folder: Path

    @property
    def ir(self) -> Path:
        return self.folder / "ir.png"

    @property
    def vi(self) -> Path:
        return self.folder / "vi.png"

    def mask(self, name: str) -> Path:
        return self.folder / f"{name}.png"

    @property
    def pair(self) -> list[str]:
        return ["--ir", str(self.ir), "--vi", str(self.vi)]

    @property
    def network(self) -> list[str]:
        return ["--weights", str(self.folder / "tiny.safetensors"), "--preset", "tiny-compact", "--device", "cpu"]

    @property
    def shipped(self) -> list[str]:
        """The network that comes along, for processes of their own: they need not begin with torch for it."""
        return ["--device", "cpu"]


def isolate(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Path:
    """No variables of the caller's, a folder to work in (returned), and temporary files where a test can look."""
    for name in [name for name in os.environ if name.startswith("WORDFUSE_")]:
        monkeypatch.delenv(name)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.setattr("wordfuse.agent.model.served.server.PAUSES_S", (0.0, 0.0, 0.0))
    monkeypatch.setenv("XDG_DATA_HOME", str(folder / "data"))  # inspect keeps traces among the user's data
    monkeypatch.setenv("COLUMNS", "200")  # long names stay in one line of the parser's messages
    here, temporary = folder / "here", folder / "temporary"
    here.mkdir()
    temporary.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    return here


def make_scene(factory: pytest.TempPathFactory) -> Scene:
    """Render the street in 128x96, with a tiny network that gives the mean of the two pictures."""
    from tests.fakes import averaging_weights
    from wordfuse.examples.street import render
    from wordfuse.fusion.images import write_png

    folder = factory.mktemp("scene")
    rendered = render(size=(128, 96))
    for name, pixels in {"ir": rendered.infrared, "vi": rendered.visible, **rendered.masks}.items():
        write_png(folder / f"{name}.png", pixels)
    averaging_weights(folder / "tiny.safetensors")
    return Scene(folder)


@dataclass
class Server:
    """An HTTP server on this machine; ``answer`` gives status, content type and body of a request.

    Attributes:
        answer: called with the path and the JSON that was sent (None for GET).
        asked: the paths that were asked for, in order.
        url: what ``--llm`` takes.
    """

    answer: Callable[[str, Json | None], tuple[int, str, bytes]]
    asked: list[str] = field(default_factory=list)
    url: str = ""


#: The answer of a server that dies in the middle of it.
DYING = (0, "", b"")


@contextmanager
def serving(answer: Callable[[str, Json | None], tuple[int, str, bytes]]) -> Iterator[Server]:
    """Serve on a free port of 127.0.0.1 until the end of the block."""
    server = Server(answer)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.reply(None)

        def do_POST(self) -> None:
            self.reply(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

        def reply(self, sent: Json | None) -> None:
            server.asked.append(self.path)
            status, kind, body = server.answer(self.path, sent)
            if (status, kind, body) == DYING:
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", "1000")
                self.end_headers()
                self.wfile.write(b'{"id": "x", "choi')
                self.close_connection = True
                return
            try:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except (BrokenPipeError, ConnectionResetError):
                pass  # the client was interrupted

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        http.daemon_threads = True
        server.url = f"http://127.0.0.1:{http.server_address[1]}/v1"
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server
        finally:
            http.shutdown()
            thread.join()


def as_json(value: object, status: int = 200) -> tuple[int, str, bytes]:
    """A JSON answer."""
    return status, "application/json", json.dumps(value).encode()


MODELS = as_json({"object": "list", "data": [{"id": "stand-in", "object": "model"}]})


@dataclass
class LanguageModel:
    """A stand-in for a served language model: it plans from a table, and acts and judges by the rules it was told.

    Attributes:
        plans: instruction -> plan; anything else is refused.
        before_acting: called before each tool call is chosen.
    """

    plans: dict[str, Json]
    before_acting: Callable[[], object] = lambda: None

    def __call__(self, path: str, sent: Json | None) -> tuple[int, str, bytes]:
        """Answer as an OpenAI server does."""
        if sent is None:
            return MODELS
        if sent.get("tools"):
            self.before_acting()
            name, args = self.act(sent["messages"])
            call = {"id": "call_0", "type": "function", "function": {"name": name, "arguments": json.dumps(args)}}
            return completion({"content": None, "tool_calls": [call]})
        if sent["response_format"]["json_schema"]["name"] == "tool_call":  # so an adapted model is asked
            self.before_acting()
            name, args = self.act(sent["messages"])
            return completion({"content": json.dumps({"name": name, "arguments": args})})
        question = sent["messages"][-1]["content"]
        if sent["response_format"]["json_schema"]["name"] == "plan":
            refusal = {"steps": [], "refusal": "no tool does that"}
            said = self.plans.get(question.splitlines()[-1], refusal)
            if "plan" in sent["response_format"]["json_schema"]["schema"]["properties"]:  # so an adapted model is asked
                said = {"plan": as_line(said)}
            return completion({"content": json.dumps(said)})
        verdict = "again" if "missed" in question else "satisfied"
        return completion({"content": json.dumps({"verdict": verdict, "reason": "the goal lines say so"})})

    def act(self, messages: list[Json]) -> tuple[str, Json]:
        """The call that the conversation asks for."""
        from wordfuse.agent.model.mock import right_call

        right = right_call(messages)
        return right["name"], right["args"]


def as_line(said: Json) -> str:
    """A plan in JSON as an adapted model writes it."""
    from wordfuse.agent.model.words.lines import written
    from wordfuse.agent.plan import Plan

    return written(Plan.model_validate(said))


def completion(message: Json) -> tuple[int, str, bytes]:
    """A chat completion with one choice."""
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", **message}}
    usage = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}
    return as_json(
        {
            "id": "x",
            "object": "chat.completion",
            "created": 0,
            "model": "stand-in",
            "choices": [choice],
            "usage": usage,
        }
    )


def step(task: str, direction: str | None, *phrases: str, invert: bool = False) -> Json:
    """A step of normal strength."""
    return {
        "task": task,
        "direction": direction,
        "region": {"phrases": list(phrases), "invert": invert},
        "strength": "normal",
    }


def plan(*steps: Json) -> Json:
    """A plan without a refusal."""
    return {"steps": list(steps), "refusal": None}
