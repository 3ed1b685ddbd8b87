"""Models that think aloud, explain, contradict themselves and write their calls in their own way."""

import json

import pytest

from tests.fakes import plan, step
from tests.faults.servers.said import GROUND, GROUND_AS_TEXT, MESSAGES, PLAN, RIGHT, WRONG
from tests.scripted import Json, Reply, called, chats, scripted
from wordfuse.agent.errors import AnswerError, ForeignAnswer
from wordfuse.agent.model.connect import connect
from wordfuse.agent.plan import Plan
from wordfuse.tools.registry import as_langchain
from wordfuse.tools.store.workspace import Workspace

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


def test_an_answer_nested_beyond_reading_is_no_fault_of_ours() -> None:
    with scripted(chats(Reply(body='{"a":' * 100_000 + "1" + "}" * 100_000))) as server:
        with pytest.raises(ForeignAnswer, match="answered, but not as an OpenAI server does"):
            connect(server.url).plan("warm the people", None)
