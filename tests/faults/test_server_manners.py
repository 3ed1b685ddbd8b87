"""Servers that take less than OpenAI's, models that think aloud, and servers that hesitate."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.commandline import wordfuse
from tests.fakes import plan, step
from tests.scripted import MODELS, Asked, Json, Reply, called, chats, said, scripted
from wordfuse.agent.errors import AnswerError, BackendUnreachable, FormRefused
from wordfuse.agent.model import forms
from wordfuse.agent.model.connect import connect
from wordfuse.agent.model.protocol import LanguageModel
from wordfuse.agent.model.served import server as served
from wordfuse.agent.plan import Plan
from wordfuse.tools.registry import as_langchain
from wordfuse.tools.store.workspace import ToolSettings, Workspace

PLAN = plan(step("incline", "infrared", "people"))
RIGHT = PLAN.model_dump_json()
WRONG = plan(step("denoise", None, "sky")).model_dump_json()
GROUND = {"name": "ground", "args": {"phrases": ["people"]}}
GROUND_AS_TEXT = '{"name": "ground", "arguments": {"phrases": ["people"]}}'
MESSAGES = [{"role": "system", "content": "act"}, {"role": "user", "content": "step: {}"}]


@pytest.fixture(autouse=True)
def fresh(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No server is known yet, and nobody waits."""
    monkeypatch.setattr(forms, "_settled", {})
    monkeypatch.setattr("openai._base_client.INITIAL_RETRY_DELAY", 0.01)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def work(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path, Path("ir.png"), Path("vi.png"), ToolSettings())


# Thoughts.

THOUGHTS = {
    "think": f"<think>\nThe user wants {{warm}} people. Maybe {WRONG}?\nNo.\n</think>\n{RIGHT}",
    "reasoning": f"<reasoning>like {{this}}</reasoning>{RIGHT}",
    "upper case": f"<THINK>{{a}}</THINK>\n\n{RIGHT}",
    "brackets": f"[THINK]{WRONG}[/THINK]{RIGHT}",
    "with attributes": f'<thinking effort="high">{WRONG}</thinking>{RIGHT}',
    "twice": f"<think>{{a}}</think> hm <think>{WRONG}</think> {RIGHT}",
    "nothing thought": f"<think>\n\n</think>\n\n{RIGHT}",
    "fenced after it": f"<think>{{a}}</think>\nHere it is:\n```json\n{RIGHT}\n```\nDone.",
    "begun in the prompt": f"So, {WRONG}, or not. {{hm}}\n</think>\n{RIGHT}",
    "never ended": f"<think>\nMaybe {WRONG}. But no, {{so}}: {RIGHT}",
    "never ended, fenced": f"<think>\nSo:\n```json\n{RIGHT}\n```",
    "all of it thought": f"<think>Simple. {RIGHT}</think>",
    "after prose with braces": f"The set {{people}} is meant, as in {{'a': 1}}.\n{RIGHT}",
    "an example first": f'It has the form {{"steps": [...]}}, so: {RIGHT}',
    "another object after": f'{RIGHT}\n{{"confidence": 0.9}}',
    "another object before": f'{{"thought": "warm"}}\n{RIGHT}',
    "said twice": f"{RIGHT}\nOnce more: {json.dumps(json.loads(RIGHT), indent=2)}",
    "harmony": f"<|channel|>analysis<|message|>{{hm}} {WRONG}<|end|><|channel|>final<|message|>{RIGHT}<|return|>",
    "encoded twice": json.dumps(f"<think>{{a}}</think>{RIGHT}"),
}


@pytest.mark.parametrize("text", THOUGHTS.values(), ids=THOUGHTS)
def test_an_answer_is_found_behind_thoughts_and_prose(text: str) -> None:
    with scripted(chats(text)) as server:
        assert connect(server.url).plan("warm the people", None) == PLAN
    assert len(server.posts()) == 1


@pytest.mark.parametrize(
    "text",
    [
        f"<think>Maybe {WRONG}, but the user said people, so",  # a draft that was dropped, and no answer
        f"<think>{WRONG} is wrong.</think> I cannot say.",
        "<think>Or {}",
        RIGHT[:-2],
        "{" * 5000,
        '{"a":' * 5000,
        "<think>" * 3000,
    ],
)
def test_what_is_no_answer_is_asked_for_again(text: str) -> None:
    with scripted(chats(text, RIGHT)) as server:
        assert connect(server.url).plan("warm the people", None) == PLAN
    assert len(server.posts()) == 2
    assert server.posts()[1]["messages"][-1]["content"].startswith("That was not a valid plan")


BRIGHTER = plan(step("relight", "brighter", "road")).model_dump_json()
DARKER = plan(step("relight", "darker", "road")).model_dump_json()
INVALID = BRIGHTER.replace('"normal"', '"medium"')
REFUSAL = '{"steps": [], "refusal": "no tool does that"}'
UNCLEAR = {
    "invalid after a thought": f"<think>at first I read it as {DARKER}</think>{INVALID}",
    "invalid after another": f"Not {DARKER} but rather {INVALID}",
    "invalid before another": f"{INVALID}\n\nIf you meant the opposite: {DARKER}",
    "torn after another": f"Not {DARKER} but rather {BRIGHTER[:-2]}",
    "torn before another": f"{BRIGHTER[:-1]},}}\n\nIf you meant the opposite: {DARKER}",
    "two": f"{BRIGHTER}\n\nIf you meant the opposite: {DARKER}",
    "a refusal that is none": f"{BRIGHTER}\n\nI did not choose: {REFUSAL}",
    "corrected": f"{DARKER}\nWait, that is not right.\n{BRIGHTER}",
    "prose after a thought": f"<think>{DARKER}</think>As I said.",
}


@pytest.mark.parametrize("text", UNCLEAR.values(), ids=UNCLEAR)
def test_what_is_not_clear_is_asked_for_again_and_never_guessed(text: str) -> None:
    with scripted(chats(text, BRIGHTER)) as server:
        assert connect(server.url).plan("brighten the road", None) == plan(step("relight", "brighter", "road"))
    assert len(server.posts()) == 2
    with scripted(chats(text)) as server, pytest.raises(AnswerError):
        connect(server.url).plan("brighten the road", None)


def test_different_answers_are_told_from_invalid_ones() -> None:
    with scripted(chats(UNCLEAR["two"], BRIGHTER)) as server:
        connect(server.url).plan("brighten the road", None)
    assert "it holds 2 different answers" in server.posts()[1]["messages"][-1]["content"]


@pytest.mark.parametrize("around", ["{}", "{} done", "Here: {}", "<think>{{a}}</think>{}"])
def test_tags_inside_an_answer_are_its_own(around: str) -> None:
    refusal = "no tool does <think>that</think>, nor <think> that"
    with scripted(chats(around.format(json.dumps({"steps": [], "refusal": refusal})))) as server:
        assert connect(server.url).plan("sing", None) == Plan(steps=[], refusal=refusal)


def test_of_calls_left_as_text_the_first_is_made(work: Workspace) -> None:
    later = '{"name": "segment", "arguments": {"grounding": "g1", "invert": false}}'
    with scripted(chats(f"<think>{{}}</think>{GROUND_AS_TEXT}\n{later}")) as server:
        assert connect(server.url).act(MESSAGES, as_langchain(work)) == GROUND


def test_a_call_that_is_none_is_not_replaced_by_the_next(work: Workspace) -> None:
    with scripted(chats(f'{{"name": "shell", "arguments": {{}}}}\n{GROUND_AS_TEXT}', GROUND_AS_TEXT)) as server:
        assert connect(server.url).act(MESSAGES, as_langchain(work)) == GROUND
    assert len(server.posts()) == 2


# Tool calls.


@pytest.mark.parametrize(
    "function",
    [
        {"arguments": {"phrases": ["people"]}},
        {"arguments": {"phrases": '["people"]'}},
        {"arguments": '{"phrases": "[\\"people\\"]"}'},
    ],
)
def test_arguments_may_be_an_object(work: Workspace, function: Json) -> None:
    with scripted(chats(called("ground", **function))) as server:
        assert connect(server.url).act(MESSAGES, as_langchain(work)) == GROUND
    assert len(server.posts()) == 1


@pytest.mark.parametrize("function", [{}, {"arguments": None}, {"arguments": {}}])
def test_a_tool_without_arguments_may_have_none(work: Workspace, function: Json) -> None:
    with scripted(chats(called("fuse", **function))) as server:
        assert connect(server.url).act(MESSAGES, as_langchain(work)) == {"name": "fuse", "args": {}}


@pytest.mark.parametrize("arguments", [[1], 7, True])
def test_arguments_that_are_no_object_are_asked_for_again(work: Workspace, arguments: object) -> None:
    with scripted(chats(called("ground", arguments=arguments), called("ground", arguments=GROUND["args"]))) as server:
        assert connect(server.url).act(MESSAGES, as_langchain(work)) == GROUND
    assert len(server.posts()) == 2


def test_null_and_truth_as_text_are_what_they_say(work: Workspace) -> None:
    text = {"image": "fused", "mask": "null", "direction": "brighter", "strength": "slight"}
    with scripted(chats(called("relight", arguments=text), called("segment", arguments={"invert": "true"}))) as server:
        model = connect(server.url)
        assert model.act(MESSAGES, as_langchain(work))["args"] == text | {"mask": None}
        assert model.act(MESSAGES, as_langchain(work))["args"] == {"invert": True}


# Simpler forms.

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


# Hesitation.


def hesitant(*first: Reply) -> Any:
    """A server whose list of models comes after these answers."""
    left = list(first)
    return lambda asked: left.pop(0) if left else Reply(body=MODELS)


LOADING = Reply(503, {"error": {"code": 503, "message": "Loading model", "type": "unavailable_error"}})


@pytest.mark.parametrize("times", [1, 2, 3])
@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_a_server_that_is_not_ready_yet_is_asked_again(times: int, status: int) -> None:
    with scripted(hesitant(*[Reply(status, LOADING.body)] * times)) as server:
        assert connect(server.url).name == "some-model"
    assert len(server.asked) == times + 1


def test_it_is_not_asked_for_ever() -> None:
    with scripted(lambda asked: LOADING) as server:
        with pytest.raises(BackendUnreachable, match="answers 503 instead of its models; ask again later"):
            connect(server.url)
    assert len(server.asked) == 1 + served.RETRIES == 1 + len(served.PAUSES_S)


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_what_will_not_change_is_asked_once(status: int) -> None:
    with scripted(lambda asked: Reply(status)) as server:
        with pytest.raises(BackendUnreachable, match=f"answers {status} instead of its models"):
            connect(server.url)
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("header", "pauses"),
    [
        ({}, [7.0, 8.0]),
        ({"Retry-After": "0"}, [0.0, 0.0]),
        ({"Retry-After": "2.5"}, [2.5, 2.5]),
        ({"Retry-After": "86400"}, [served.LONGEST_PAUSE_S, served.LONGEST_PAUSE_S]),
        ({"Retry-After": "-3"}, [0.0, 0.0]),
        ({"Retry-After": "nan"}, [7.0, 8.0]),
        ({"Retry-After": "Fri, 27 Nov 2026 10:00:00 GMT"}, [7.0, 8.0]),
    ],
)
def test_a_server_says_when_to_come_again_within_bounds(
    monkeypatch: pytest.MonkeyPatch, header: dict[str, str], pauses: list[float]
) -> None:
    waited: list[float] = []
    monkeypatch.setattr(served, "PAUSES_S", (7.0, 8.0, 9.0))
    monkeypatch.setattr(served, "pause", waited.append)
    with scripted(hesitant(*[Reply(503, headers=header)] * 2)) as server:
        connect(server.url)
    assert waited == pauses


def test_a_server_that_is_just_being_started_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing listens on its port at first."""
    with scripted(chats(RIGHT)) as elsewhere:
        pass
    waited: list[float] = []
    monkeypatch.setattr(served, "PAUSES_S", (1.0, 2.0, 4.0))
    monkeypatch.setattr(served, "pause", waited.append)
    with pytest.raises(BackendUnreachable, match="no answer"):
        connect(elsewhere.url)
    assert waited == [1.0, 2.0, 4.0]
    waited.clear()
    with pytest.raises(BackendUnreachable, match="no answer"):
        connect("http://no.such.host.invalid/v1")
    assert waited == []


def test_an_answer_error_is_none_of_these() -> None:
    with scripted(chats("I would rather not.")) as server, pytest.raises(AnswerError):
        connect(server.url).plan("x", None)
    assert forms_of(server.posts()) == ["json_schema"] * 3
