"""Servers that take less than OpenAI's: the next simpler form is tried, and what none takes is said."""

import json
from typing import Any

import pytest

from tests.commandline import wordfuse
from tests.faults.servers.said import GROUND, GROUND_AS_TEXT, MESSAGES, PLAN, RIGHT
from tests.scripted import MODELS, Asked, Json, Reply, called, chats, said, scripted
from wordfuse.agent.errors import AnswerError, BackendUnreachable, FormRefused
from wordfuse.agent.model import forms
from wordfuse.agent.model.connect import connect
from wordfuse.agent.model.protocol import LanguageModel
from wordfuse.tools.registry import as_langchain
from wordfuse.tools.store.workspace import Workspace

# What servers say, as they say it: llama.cpp, LM Studio, Ollama, vLLM, TGI, DeepSeek, an unnamed gateway.
NO_SCHEMA = {
    "llama.cpp": (
        400,
        {"error": {"code": 400, "message": '"response_format" type must be one of "text" or "json_object"'}},
    ),
    "vllm": (400, {"object": "error", "message": "guided decoding is off", "type": "BadRequestError", "code": 400}),
    "tgi": (422, {"error": "Tool error: Grammar compilation error", "error_type": "validation"}),
    "deepseek": (400, {"error": {"message": "This response_format type is unavailable now"}}),
    "gateway": (501, {"error": {"message": "Not Implemented"}}),
    "at a loss": (400, "Bad Request"),
    "openrouter": (404, {"error": {"message": "No endpoints found that can handle the parameters: response_format"}}),
    "no such method": (405, {"error": {"message": "json_schema is not allowed"}}),
    "no such type": (415, "response_format"),
    "failing": (500, {"error": {"code": 500, "message": "json_schema is not supported", "type": "server_error"}}),
}


def without(status: int, body: Any, *refused: str) -> Any:
    """A server that refuses these forms of answers and calls, and is right in any other."""

    def answer(asked: Asked) -> Reply:
        if asked.method == "GET":
            return Reply(body=MODELS)
        form = asked.sent.get("response_format", {}).get("type", "plain")
        choice = asked.sent.get("tool_choice", "auto") if asked.sent.get("tools") else None
        if (choice or form) in refused:
            return Reply(status, body)
        if choice:
            return Reply(body=called("ground", arguments=json.dumps(GROUND["args"])))
        about_tools = asked.sent["messages"][0]["content"] == "act"
        return Reply(body=said(GROUND_AS_TEXT if about_tools else RIGHT))

    return answer


def forms_of(posts: list[Json]) -> list[str]:
    return [post.get("response_format", {}).get("type", "plain") for post in posts]


def choices_of(posts: list[Json]) -> list[str]:
    return [post.get("tool_choice", "auto") if post.get("tools") else "text" for post in posts]


def told_once(posts: list[Json]) -> list[Json]:
    """Without repetitions: a status of 5xx is asked again."""
    return [post for i, post in enumerate(posts) if i == 0 or post != posts[i - 1]]


@pytest.mark.parametrize(("status", "body"), NO_SCHEMA.values(), ids=NO_SCHEMA)
@pytest.mark.parametrize("refused", [("json_schema",), ("json_schema", "json_object")])
def test_where_schemas_are_refused_simpler_forms_do(status: int, body: Any, refused: tuple[str, ...]) -> None:
    expected = ["json_schema", "json_object", "plain"][: len(refused) + 1]
    with scripted(without(status, body, *refused)) as server:
        model = connect(server.url)
        assert model.plan("warm the people", None) == PLAN
        assert forms_of(told_once(server.posts())) == expected
        # It is remembered: by this model and by others that speak to the same server later.
        assert model.plan("warm them", None) == connect(server.url).plan("warm", None) == PLAN
        assert forms_of(told_once(server.posts())) == [*expected, expected[-1], expected[-1]]


def test_a_server_that_takes_no_json_object_is_asked_plainly() -> None:
    """LM Studio knows json_schema and text; with a model that cannot have the first there is but the other."""
    body = {"error": "'response_format.type' must be 'json_schema' or 'text'"}
    with scripted(without(400, body, "json_schema", "json_object")) as server:
        assert connect(server.url).plan("x", None) == PLAN


def test_another_server_is_asked_anew() -> None:
    with scripted(without(400, "no", "json_schema")) as first, scripted(without(400, "no")) as second:
        connect(first.url).plan("x", None)
        connect(second.url).plan("x", None)
    assert forms_of(second.posts()) == ["json_schema"]


NO_TOOLS = {
    "vllm": (
        400,
        {"object": "error", "message": '"auto" tool choice requires --enable-auto-tool-choice', "code": 400},
    ),
    "llama.cpp": (500, {"error": {"code": 500, "message": "tools param requires --jinja flag"}}),
    "ollama": (400, {"error": {"message": "registry.ollama.ai/library/x does not support tools"}}),
    "lm studio": (400, {"error": "Invalid tool_choice type: 'object'. Supported string values: none, auto, required"}),
    "validating": (422, {"detail": [{"loc": ["body", "tool_choice"], "msg": "value is not a valid enumeration"}]}),
    "gateway": (501, "Not Implemented"),
    "openrouter": (404, {"error": {"message": "No endpoints found that support tool use"}}),
}


@pytest.mark.parametrize(("status", "body"), NO_TOOLS.values(), ids=NO_TOOLS)
@pytest.mark.parametrize("refused", [("required",), ("required", "auto")])
def test_where_calls_cannot_be_required_they_are_left_to_the_model(
    work: Workspace, status: int, body: Any, refused: tuple[str, ...]
) -> None:
    expected = ["required", "auto", "text"][: len(refused) + 1]
    with scripted(without(status, body, *refused)) as server:
        model = connect(server.url)
        assert model.act(MESSAGES, as_langchain(work)) == GROUND
        assert choices_of(told_once(server.posts())) == expected
        before = len(server.posts())
        assert model.act(MESSAGES, as_langchain(work)) == GROUND
        assert choices_of(server.posts()[before:]) == expected[-1:]


def test_calls_as_text_follow_calls_as_text(work: Workspace) -> None:
    """A server that knows no tools is shown none in the conversation either."""
    history = [
        *MESSAGES,
        {"role": "assistant", "content": '{"name":"ground","arguments":{"phrases":["people"]}}'},
        {"role": "tool", "content": '{"grounding":"g1"}'},
    ]
    with scripted(without(400, "no tools", "required", "auto", "json_schema")) as server:
        connect(server.url).act(history, as_langchain(work))
    last = server.posts()[-1]
    assert "tools" not in last
    assert [message["role"] for message in last["messages"]] == ["system", "user", "assistant", "user"]
    assert not any(message.get("tool_calls") for message in last["messages"])


def test_a_model_that_never_calls_unless_it_must_writes_its_call_down(work: Workspace) -> None:
    def answer(asked: Asked) -> Reply:
        if asked.method == "POST" and asked.sent.get("tools") and asked.sent["tool_choice"] == "auto":
            return Reply(body=said("I shall look for the people."))
        return without(400, "tool_choice required is not supported", "required")(asked)

    with scripted(answer) as server:
        assert connect(server.url).act(MESSAGES, as_langchain(work)) == GROUND
    assert choices_of(server.posts()) == ["required", "auto", "auto", "auto", "text"]


def test_a_server_that_passes_over_what_is_required_gets_to_text(work: Workspace) -> None:
    def answer(asked: Asked) -> Reply:
        prose = asked.method == "POST" and asked.sent.get("tools")
        return Reply(body=said("I shall look for the people.")) if prose else without(400, "")(asked)

    with scripted(answer) as server:
        assert connect(server.url).act(MESSAGES, as_langchain(work)) == GROUND
    assert choices_of(server.posts()) == [*["required"] * 3, *["auto"] * 3, "text"]


def ask(model: LanguageModel, what: str, work: Workspace) -> object:
    return model.plan("x", None) if what == "plan" else model.act(MESSAGES, as_langchain(work))


@pytest.mark.parametrize("what", ["plan", "act"])
def test_where_no_form_is_taken_what_is_needed_is_said(work: Workspace, what: str) -> None:
    with scripted(without(400, "Bad Request", *forms.ANSWERS, *forms.CALLS)) as server:
        model = connect(server.url)
        for _ in range(2):  # and nothing is remembered: the server may be started anew
            asked = len(server.posts())
            with pytest.raises(FormRefused, match="response_format json_schema and tool_choice required") as told:
                ask(model, what, work)
            assert forms_of(server.posts()[asked:])[0] == ("json_schema" if what == "plan" else "plain")
    assert told.value.exit_code == 4
    assert "some-model refuses the request" in str(told.value)


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (400, "This model's maximum context length is 4096 tokens"),
        (400, "the request exceeds the available context size"),
        (401, "no key"),
        (403, "tools are not for you"),
        (404, "no such model"),
        (413, "too large"),
    ],
)
def test_what_would_be_refused_in_any_form_is_asked_once(status: int, message: str) -> None:
    with scripted(chats(Reply(status, {"error": {"message": message}}))) as server:
        with pytest.raises(BackendUnreachable, match=message):
            connect(server.url).plan("x", None)
    assert len(server.posts()) == 1


def test_doctor_says_what_a_server_refuses() -> None:
    with scripted(without(400, "no response_format, no tool_choice", "json_schema", "required")) as server:
        done = wordfuse("doctor", "--device", "cpu", "--llm", server.url, "--json")
    found = {finding["name"]: finding for finding in json.loads(done.stdout)}
    assert found["language model"]["ok"]
    for name in ("JSON schema", "required tool"):
        assert (found[name]["ok"], found[name]["exit_code"]) == (False, 3)
        assert "refuses the request" in found[name]["text"]
    assert done.exit_code == 3


def test_an_answer_error_is_none_of_these() -> None:
    with scripted(chats("I would rather not.")) as server, pytest.raises(AnswerError):
        connect(server.url).plan("x", None)
    assert forms_of(server.posts()) == ["json_schema"] * 3
