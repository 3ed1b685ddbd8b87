"""HTTP servers on this machine that answer by a script, and keep what they were asked."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """A request."""

    method: str
    path: str
    headers: dict[str, str]  # names in lower case
    sent: Any  # JSON, or None


@dataclass(frozen=True)
class Reply:
    """An answer."""

    status: int = 200
    body: Any = field(default_factory=dict)  # JSON, or text, or bytes
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Scripted:
    """A server; ``asked`` holds the requests in order."""

    port: int
    asked: list[Asked] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def posts(self) -> list[Json]:
        """What was sent to it, without the questions for models."""
        return [asked.sent for asked in self.asked if asked.method == "POST"]


MODELS = {"object": "list", "data": [{"id": "some-model", "object": "model"}]}


@contextmanager
def scripted(answer: Callable[[Asked], Reply], protocol: str = "HTTP/1.0") -> Iterator[Scripted]:
    """Serve on a free port until the end of the block; with ``HTTP/1.1``, connections last until clients end them."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = protocol

        def do_GET(self) -> None:
            self.reply()

        def do_POST(self) -> None:
            self.reply()

        def reply(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            try:
                sent = json.loads(body) if body else None
            except ValueError:
                sent = body
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(self.command, self.path, headers, sent)
            server.asked.append(asked)
            reply = answer(asked)
            body = reply.body if isinstance(reply.body, str | bytes) else json.dumps(reply.body)
            told = body.encode() if isinstance(body, str) else body
            self.send_response(reply.status)
            for name, value in ({"Content-Type": "application/json"} | reply.headers).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        http.daemon_threads = True
        server = Scripted(http.server_port)
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            http.shutdown()
            thread.join()


def chats(*replies: Reply | Json | str) -> Callable[[Asked], Reply]:
    """A server of one model that answers chats in turn, the last answer for ever; a text is what the model says."""
    left = list(replies)

    def answer(asked: Asked) -> Reply:
        if asked.method == "GET":
            return Reply(body=MODELS)
        next_one = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(next_one, Reply):
            return next_one
        return Reply(body=said(next_one) if isinstance(next_one, str) else next_one)

    return answer


def said(content: str | None, **message: Any) -> Json:
    """A chat completion."""
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": content} | message}
    return {"id": "1", "object": "chat.completion", "created": 0, "model": "some-model", "choices": [choice]}


def called(name: str, **function: Any) -> Json:
    """A chat completion that is a tool call."""
    call = {"id": "c1", "type": "function", "function": {"name": name} | function}
    return said(None, tool_calls=[call])
