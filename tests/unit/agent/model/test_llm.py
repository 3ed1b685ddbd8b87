"""A served language model, spoken to over HTTP: what is asked, and what every odd answer leads to."""

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.fakes import plan, step
from wordfuse.agent.errors import AnswerError, BackendUnreachable, InputError
from wordfuse.agent.model.connect import connect
from wordfuse.agent.model.served import server as served
from wordfuse.agent.plan import Judgement, Plan, Query
from wordfuse.tools.registry import as_langchain
from wordfuse.tools.store.workspace import ToolSettings, Workspace
from wordfuse.tools.types import Region

Json = dict[str, Any]
PLAN = plan(step("incline", "infrared", "people"))
GOOD_PLAN = PLAN.model_dump_json()
MESSAGES = [{"role": "system", "content": "act"}, {"role": "user", "content": "step: {}"}]


def said(content: str | None, finish: str = "stop", **message: Any) -> Json:
    choice = {"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": content} | message}
    usage = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}
    return {"id": "1", "object": "chat.completion", "created": 0, "model": "m", "choices": [choice], "usage": usage}


def called(name: str, arguments: str) -> Json:
    call = {"id": "c1", "type": "function", "function": {"name": name, "arguments": arguments}}
    return said(None, "tool_calls", tool_calls=[call])


class Server:
    """Speaks the OpenAI protocol on a free port of this machine; answers are given in turn, the last one for ever."""

    def __init__(self) -> None:
        self.answers: list[Json | str | int] = [said(GOOD_PLAN)]
        self.models: Json | str = {"object": "list", "data": [{"id": "some-model", "object": "model"}]}
        self.asked: list[Json] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._send(server.models if self.path == "/v1/models" else 404)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                server.asked.append(json.loads(body) | {"path": self.path})
                self._send(server.answers.pop(0) if len(server.answers) > 1 else server.answers[0])

            def _send(self, answer: Json | str | int) -> None:
                body = json.dumps(answer) if isinstance(answer, dict) else str(answer)
                if isinstance(answer, int):
                    body = json.dumps({"error": {"message": f"sorry: {answer}", "type": "x", "code": None}})
                self.send_response(answer if isinstance(answer, int) else 200)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *args: Any) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}/v1"
        self.thread = threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()

    def close(self) -> None:
        self.http.shutdown()
        self.http.server_close()
        self.thread.join()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr("openai._constants.INITIAL_RETRY_DELAY", 0.01)
    monkeypatch.setattr("openai._base_client.INITIAL_RETRY_DELAY", 0.01)
    monkeypatch.setattr(served, "PAUSES_S", (0.0, 0.0, 0.0))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    running = Server()
    yield running
    running.close()


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return Workspace(tmp_path_factory.mktemp("w"), Path("ir.png"), Path("vi.png"), ToolSettings())


def test_the_first_listed_model_is_taken(server: Server) -> None:
    server.models = {"data": [{"id": "a"}, {"id": "b"}]}
    assert connect(server.url).name == "a"
    assert connect(server.url, model="b").name == "b"


def test_a_model_with_our_adapter_gets_the_short_prompts(server: Server) -> None:
    assert connect(server.url, model="wordfuse-adapter").style == "compact"
    assert connect(server.url, model="llama").style == "full"


def test_a_plan(server: Server) -> None:
    model = connect(server.url)
    assert model.plan("make the people stand out", None) == PLAN
    (request,) = server.asked
    assert request["path"] == "/v1/chat/completions"
    assert (request["model"], request["temperature"]) == ("some-model", 0.0)
    form = request["response_format"]
    assert (form["type"], form["json_schema"]["strict"]) == ("json_schema", True)
    assert set(form["json_schema"]["schema"]["properties"]) == {"schema", "steps", "question", "control", "refusal"}
    assert request["messages"][-1] == {"role": "user", "content": "make the people stand out"}
    assert (model.usage.calls, model.usage.prompt_tokens, model.usage.completion_tokens) == (1, 11, 7)


def test_our_adapter_on_a_server_plans_by_a_line(server: Server) -> None:
    server.answers = [said('{"plan":"infrared: people"}')]
    assert connect(server.url, model="wordfuse-adapter").plan("warmer people", None) == PLAN
    (request,) = server.asked
    assert request["messages"] == [
        {"role": "system", "content": "Plan."},
        {"role": "user", "content": "warmer people"},
    ]
    assert set(request["response_format"]["json_schema"]["schema"]["properties"]) == {"plan"}


def test_the_plan_before_is_shown(server: Server) -> None:
    connect(server.url).plan("a bit more", PLAN)
    content = server.asked[0]["messages"][-1]["content"]
    assert content.startswith("Before: {")
    assert content.endswith("\na bit more")


def test_a_judgement(server: Server) -> None:
    server.answers = [said('{"verdict": "again", "reason": "go on"}')]
    assert connect(server.url).judge("the table") == Judgement(verdict="again", reason="go on")
    assert "verdict" in server.asked[0]["response_format"]["json_schema"]["schema"]["properties"]


def test_a_tool_call(server: Server, work: Workspace) -> None:
    server.answers = [called("ground", '{"phrases": ["people"]}')]
    assert connect(server.url).act(MESSAGES, as_langchain(work)) == {"name": "ground", "args": {"phrases": ["people"]}}
    (request,) = server.asked
    assert request["tool_choice"] == "required"
    schemas = {tool["function"]["name"]: tool["function"]["parameters"] for tool in request["tools"]}
    assert {"ground", "segment", "relight", "denoise"} <= set(schemas)
    assert set(schemas["incline"]["required"]) == {"image", "mask", "direction", "strength"}


def test_earlier_calls_are_replayed_as_tool_calls(server: Server, work: Workspace) -> None:
    server.answers = [called("segment", '{"grounding": "g1", "invert": false}')]
    history = [
        *MESSAGES,
        {"role": "assistant", "content": '{"name":"ground","arguments":{"phrases":["people"]}}'},
        {"role": "tool", "content": '{"grounding":"g1"}'},
    ]
    connect(server.url).act(history, as_langchain(work))
    assistant, tool = server.asked[0]["messages"][2:]
    (call,) = assistant["tool_calls"]
    assert (call["function"]["name"], json.loads(call["function"]["arguments"])) == ("ground", {"phrases": ["people"]})
    assert (tool["role"], tool["tool_call_id"]) == ("tool", call["id"])


@pytest.mark.parametrize(
    "text",
    [
        f"Sure! Here is the plan:\n```json\n{GOOD_PLAN}\n```\nAnything else?",
        f"  {GOOD_PLAN}\n",
        json.dumps(GOOD_PLAN),
    ],
)
def test_prose_around_json_is_forgiven(server: Server, text: str) -> None:
    server.answers = [said(text)]
    assert connect(server.url).plan("x", None) == PLAN
    assert len(server.asked) == 1


def test_an_invalid_answer_is_handed_back_with_its_error(server: Server) -> None:
    wrong = GOOD_PLAN.replace('"infrared"', '"upwards"')
    server.answers = [said("I think so."), said(wrong), said(GOOD_PLAN)]
    assert connect(server.url).plan("x", None) == PLAN
    assert len(server.asked) == 3
    assert server.asked[2]["messages"][-2] == {"role": "assistant", "content": wrong}
    last = server.asked[2]["messages"][-1]["content"]
    assert "not a valid plan" in last
    assert "steps.0.direction" in last


NONSENSE = {
    "prose": said("I would rather not."),
    "nothing": said(None),
    "empty": said(""),
    "truncated": said(GOOD_PLAN[:40]),
    "truncated and honest about it": said(GOOD_PLAN[:40], "length"),
    "a list": said("[1, 2]"),
    "deep": said("[" * 5000 + "]" * 5000),
    "broken Unicode": said('{"steps": [], "refusal": "\\ud800"}'),
    "filtered": said(None, "content_filter"),
    "no choices": said("x") | {"choices": []},
    "null choices": said("x") | {"choices": None},
    "no message": said("x") | {"choices": [{"index": 0, "finish_reason": "stop"}]},
    "another object": {"hello": "world"},
    "not JSON": "<html>nginx</html>",
    "an error with status 200": {"error": {"message": "out of memory", "code": 500}},
}


@pytest.mark.parametrize("answer", NONSENSE.values(), ids=NONSENSE)
def test_nonsense_is_an_answer_error(server: Server, work: Workspace, answer: Json | str) -> None:
    server.answers = [answer]
    model = connect(server.url)
    with pytest.raises(AnswerError, match="some-model"):
        model.plan("x", None)
    assert len(server.asked) <= 3
    with pytest.raises(AnswerError, match="some-model"):
        model.act(MESSAGES, as_langchain(work))
    assert len(server.asked) <= 12  # three in each form of a call


@pytest.mark.parametrize(
    "arguments", ['{"phrases": ["peop', "people", "", "null", "[1]", '"{\\"phrases\\": [\\"people\\"]}"', "7"]
)
def test_broken_arguments_are_asked_for_again(server: Server, work: Workspace, arguments: str) -> None:
    """Or, where they are merely empty, left to the tool to complain about."""
    server.answers = [called("ground", arguments), called("ground", '{"phrases": ["people"]}')]
    chosen = connect(server.url).act(MESSAGES, as_langchain(work))
    assert chosen in ({"name": "ground", "args": {"phrases": ["people"]}}, {"name": "ground", "args": {}})
    assert len(server.asked) == (2 if chosen["args"] else 1)


@pytest.mark.parametrize(
    "text",
    [
        '{"name": "ground", "arguments": {"phrases": ["people"]}}',
        'I will call:\n```json\n{"name": "ground", "parameters": {"phrases": ["people"]}}\n```',
        '{"name": "ground", "arguments": "{\\"phrases\\": [\\"people\\"]}"}',
    ],
)
def test_a_call_left_as_text_is_made(server: Server, work: Workspace, text: str) -> None:
    server.answers = [said(text)]
    assert connect(server.url).act(MESSAGES, as_langchain(work)) == {"name": "ground", "args": {"phrases": ["people"]}}
    assert len(server.asked) == 1


@pytest.mark.parametrize("name", ['"shell"', '["ground"]', "{}", "null", "7"])
def test_a_call_of_no_tool_left_as_text_is_not_made(server: Server, work: Workspace, name: str) -> None:
    text = f'{{"name": {name}, "arguments": {{"command": "ls"}}}}'
    server.answers = [said(text), called("ground", '{"phrases": ["x"]}')]
    assert connect(server.url).act(MESSAGES, as_langchain(work))["name"] == "ground"
    assert len(server.asked) == 2


def test_lists_as_strings_become_lists(server: Server, work: Workspace) -> None:
    server.answers = [called("ground", '{"phrases": "[\\"people\\"]"}')]
    assert connect(server.url).act(MESSAGES, as_langchain(work))["args"] == {"phrases": ["people"]}
    server.answers = [called("ground", '{"phrases": "[people"}')]
    assert connect(server.url).act(MESSAGES, as_langchain(work))["args"] == {"phrases": "[people"}


def test_broken_arguments_for_ever(server: Server, work: Workspace) -> None:
    server.answers = [called("ground", '{"phrases": ["peop')]
    with pytest.raises(AnswerError, match="gave none in 3 tries"):
        connect(server.url).act(MESSAGES, as_langchain(work))


@pytest.mark.parametrize("status", [500, 503, 400, 401, 404, 429])
def test_a_failing_server_is_unreachable(server: Server, status: int) -> None:
    server.answers = [status]
    with pytest.raises(BackendUnreachable, match="some-model"):
        connect(server.url).plan("x", None)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_hiccups_are_ridden_out(server: Server, status: int) -> None:
    server.answers = [*[status] * served.RETRIES, said(GOOD_PLAN)]
    assert connect(server.url).plan("x", None) == PLAN


@pytest.mark.parametrize("status", [429, 500])
def test_a_server_is_not_asked_for_ever(server: Server, status: int) -> None:
    server.answers = [status]
    with pytest.raises(BackendUnreachable):
        connect(server.url).plan("x", None)
    assert len(server.asked) == 1 + served.RETRIES


def test_a_server_that_is_too_slow_is_unreachable(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    silent = socket.create_server(("127.0.0.1", 0))
    try:
        monkeypatch.setattr(served, "TIMEOUT_S", 0.05)
        monkeypatch.setattr(served, "PROBE_TIMEOUT_S", 0.05)
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/v1"
        with pytest.raises(BackendUnreachable, match="start a server there"):
            connect(url)
        with pytest.raises(BackendUnreachable, match="start a server there"):
            connect(url, model="named")  # a name does not spare the probe
    finally:
        silent.close()


def test_a_refused_port_is_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(served, "PAUSES_S", (0.0, 0.0, 0.0))
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    with pytest.raises(BackendUnreachable, match=f"127.0.0.1:{port}.*start a server there or use llm embedded"):
        connect(f"http://127.0.0.1:{port}/v1")
    with pytest.raises(BackendUnreachable, match="start a server there"):
        connect(f"http://127.0.0.1:{port}/v1", model="m")


@pytest.mark.parametrize("models", [{"data": []}, {"data": None}, {"models": []}, "<html></html>", "[]"])
def test_what_lists_no_models_is_no_server(server: Server, models: Json | str) -> None:
    server.models = models
    with pytest.raises(BackendUnreachable, match=r"^llm "):
        connect(server.url)


@pytest.mark.parametrize("where", ["", "gpt-4", "127.0.0.1:8000", "ftp://x/v1", "file:///etc/passwd"])
def test_what_is_no_url_is_refused(where: str) -> None:
    with pytest.raises(InputError, match="neither 'embedded' nor a URL"):
        connect(where)


@pytest.mark.parametrize(
    ("answer", "meant"),
    [
        ('{"steps": [], "refusal": "no such effect"}', Plan(refusal="no such effect")),  # as version 1 has it
        (Plan(refusal="no such effect").model_dump_json(), Plan(refusal="no such effect")),
        (Plan(control="undo").model_dump_json(), Plan(control="undo")),
        (
            '{"question": {"kind": "count", "region": {"phrases": ["cars"]}}}',
            Plan(question=Query(kind="count", region=Region(phrases=["cars"]))),
        ),
    ],
)
def test_refusals_questions_and_controls_are_plans(server: Server, answer: str, meant: Plan) -> None:
    server.answers = [said(answer)]
    assert connect(server.url).plan("x", None) == meant


def test_a_plan_of_two_kinds_is_handed_back(server: Server) -> None:
    both = GOOD_PLAN.replace('"control":null', '"control":"undo"')
    assert both != GOOD_PLAN
    server.answers = [said(both), said(GOOD_PLAN)]
    assert connect(server.url).plan("x", None) == PLAN
    assert "exactly one of steps, question, control and refusal" in server.asked[1]["messages"][-1]["content"]
