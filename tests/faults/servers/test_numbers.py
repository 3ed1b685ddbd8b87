"""Numbers of servers that are none, or none that can be kept."""

import json
from typing import Any

import pytest

from tests.commandline import MODELS, complaint, serving, wordfuse
from tests.faults.breaking import LISTINGS, USAGES
from tests.faults.servers.said import PLAN, RIGHT
from tests.scripted import chats, said, scripted
from wordfuse.agent.model.connect import connect


@pytest.mark.parametrize(("given", "counted"), [row[1:] for row in USAGES], ids=[row[0] for row in USAGES])
def test_what_a_server_says_of_tokens_may_be_anything(given: Any, counted: int) -> None:
    usage = {"prompt_tokens": given, "completion_tokens": given, "total_tokens": given, "prompt_tokens_details": given}
    with scripted(chats(said(RIGHT) | {"usage": usage})) as server:
        model = connect(server.url)
        assert model.plan("warm the people", None) == PLAN
    assert (model.usage.prompt_tokens, model.usage.completion_tokens) == (counted, counted)


@pytest.mark.parametrize("usage", [float("nan"), [1], "many", 7, None, {}])
def test_it_may_be_nothing_of_the_kind(usage: Any) -> None:
    with scripted(chats(said(RIGHT) | {"usage": usage})) as server:
        model = connect(server.url)
        assert model.plan("warm the people", None) == PLAN
    assert (model.usage.calls, model.usage.prompt_tokens) == (1, 0)


@pytest.mark.parametrize(("listing", "code"), [row[1:] for row in LISTINGS], ids=[row[0] for row in LISTINGS])
def test_a_list_of_models(listing: str, code: int) -> None:
    answer = json.dumps(said(RIGHT)).encode()

    def serve(path: str, sent: Any) -> tuple[int, str, bytes]:
        return 200, "application/json", listing.encode() if sent is None else answer

    with serving(serve) as server:
        done = wordfuse("plan", "warm the people", "--llm", server.url, "--json")
        if code:
            assert server.url in complaint(done, code)
        else:
            assert json.loads(done.stdout)["steps"][0]["task"] == "incline"


@pytest.mark.parametrize("extra", ["created", "system_fingerprint", "choices_of_mine"])
@pytest.mark.parametrize("number", ["NaN", "-Infinity", "1" + "0" * 400])
def test_other_numbers_are_nobodys_concern(extra: str, number: str) -> None:
    body = json.dumps(said(RIGHT))[:-1] + f', "{extra}": {number}}}'
    with serving(lambda path, sent: MODELS if sent is None else (200, "application/json", body.encode())) as server:
        done = wordfuse("plan", "warm the people", "--llm", server.url, "--json")
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1" + "0" * 400, "-1"])
def test_a_number_in_a_plan_that_is_none_is_asked_for_again(number: str) -> None:
    odd = RIGHT.replace('"amount":null', f'"amount":{number}')
    assert odd != RIGHT
    with scripted(chats(odd, RIGHT)) as server:
        assert connect(server.url).plan("warm the people", None) == PLAN
    assert len(server.posts()) == 2
