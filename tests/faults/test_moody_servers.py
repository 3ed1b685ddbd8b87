"""Runs against servers as they are at their worst: what small models say instead of calls, and servers that fail."""

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer.testing

from tests.commandline import DYING, MODELS, LanguageModel, Scene, completion, serving, wordfuse
from tests.patience import PATIENCE_S
from wordfuse.agent.model.served import server as served

Json = dict[str, Any]
Answer = tuple[int, str, bytes]
# A served model whose name does not say that it has our adapter: it is given tools, and answers with tool calls.
FOREIGN = json.loads(MODELS[2])
FOREIGN["data"][0]["id"] = "some-llama"
STEP = {
    "task": "relight",
    "direction": "brighter",
    "region": {"phrases": ["people"], "invert": False},
    "strength": "slight",
}
WORDS = "brighten the people a bit"


class Moody:
    """A good model in whose way ``spoil`` stands: it is given the number of the tool-call turn and the right answer."""

    def __init__(self, spoil: Callable[[int, Json, Answer], Answer]) -> None:
        self.good = LanguageModel({WORDS: {"steps": [STEP], "refusal": None}})
        self.spoil, self.turns = spoil, 0

    def __call__(self, path: str, sent: Json | None) -> Answer:
        if sent is None:
            return 200, "application/json", json.dumps(FOREIGN).encode()
        if not sent.get("tools"):
            return self.good(path, sent)
        self.turns += 1
        # What was not understood is followed by a reminder, which is no question.
        asked = {**sent, "messages": [m for m in sent["messages"] if "exactly one tool call" not in str(m["content"])]}
        return self.spoil(self.turns, sent, self.good(path, asked))


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("openai._base_client.INITIAL_RETRY_DELAY", 0.01)


def run(scene: Scene, model: Moody | Callable[[str, Json | None], Answer], *more: object) -> typer.testing.Result:
    with serving(model) as server:
        mask = ["--mask", f"people={scene.mask('people')}"]
        words = ["-i", WORDS, "--out", "run", "--json", "--quiet"]
        return wordfuse("run", *scene.pair, *scene.network, *mask, *words, "--llm", server.url, *more)


def call_of(answer: Answer) -> Json:
    called: Json = json.loads(answer[2])["choices"][0]["message"]["tool_calls"][0]["function"]
    return called


def calling(name: str, arguments: str) -> Answer:
    call = {"id": "call_0", "type": "function", "function": {"name": name, "arguments": arguments}}
    return completion({"content": None, "tool_calls": [call]})


def as_text(turn: int, sent: Json, right: Answer) -> Answer:
    called = call_of(right)
    return completion({"content": json.dumps({"name": called["name"], "arguments": json.loads(called["arguments"])})})


def prose_first(turn: int, sent: Json, right: Answer) -> Answer:
    return completion({"content": "Sure! Let me think about it."}) if turn % 2 else right


def truncated(turn: int, sent: Json, right: Answer) -> Answer:
    called = call_of(right)
    return calling(called["name"], called["arguments"][:-3]) if turn % 2 else right


def encoded_twice(turn: int, sent: Json, right: Answer) -> Answer:
    called = call_of(right)
    arguments = {
        key: json.dumps(value) if isinstance(value, list) else value
        for key, value in json.loads(called["arguments"]).items()
    }
    return calling(called["name"], json.dumps(arguments))


def not_poisoned(turn: int, sent: Json, right: Answer) -> Answer:
    """Nothing broken of the turn before may stand in what is sent next: servers reject it, models imitate it."""
    for message in sent["messages"]:
        for call in message.get("tool_calls") or []:
            assert isinstance(json.loads(call["function"]["arguments"]), dict)
    return truncated(turn, sent, right)


@pytest.mark.parametrize("spoil", [as_text, prose_first, truncated, encoded_twice, not_poisoned])
def test_what_small_models_say_instead_of_calls_ends_well(
    scene: Scene, here: Path, spoil: Callable[[int, Json, Answer], Answer]
) -> None:
    done = run(scene, Moody(spoil))
    assert done.exit_code == 0, done.output
    (step,) = json.loads(done.stdout)["instructions"][0]["steps"]
    assert step["satisfied"]
    assert [call["name"] for call in step["attempts"][0]["tool_calls"]][:3] == ["ground", "segment", "relight"]


def test_a_call_that_is_repeated_for_ever_ends_the_step(scene: Scene, here: Path) -> None:
    model = Moody(lambda turn, sent, right: calling("ground", '{"phrases": ["people"]}'))
    done = run(scene, model)
    assert done.exit_code == 3, done.output
    (step,) = json.loads(done.stdout)["instructions"][0]["steps"]
    assert "kept making calls that lead nowhere" in step["notice"] and not step["satisfied"]
    assert model.turns <= 6
    assert (here / "run" / "result.png").read_bytes() == (here / "run" / "fused.png").read_bytes()


@pytest.mark.parametrize(
    "failure", [DYING, (429, "text/plain", b"busy"), (500, "text/plain", b"oops")], ids=["dying", "429", "500"]
)
def test_a_failure_or_two_are_ridden_out(scene: Scene, here: Path, failure: Answer) -> None:
    done = run(scene, Moody(lambda turn, sent, right: failure if turn in (1, 2, 5) else right))
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize(
    "failure", [DYING, (429, "text/plain", b"busy"), (500, "text/plain", b"oops")], ids=["dying", "429", "500"]
)
def test_a_server_that_stays_away_leaves_a_run_that_goes_on_elsewhere(
    scene: Scene, here: Path, failure: Answer
) -> None:
    model = Moody(lambda turn, sent, right: failure if turn >= 3 else right)
    left = run(scene, model)
    assert left.exit_code == 4, left.output
    assert model.turns == 3 + served.RETRIES
    with serving(Moody(lambda turn, sent, right: right)) as server:
        done = wordfuse("resume", "run", "--llm", server.url, "--json", "--quiet")
    assert done.exit_code == 0, done.output
    record = json.loads(done.stdout)
    assert record["instructions"][0]["steps"][0]["satisfied"]
    assert record["llm"]["calls"] > 4  # those before the failure count


def test_a_server_that_is_too_slow_is_left(scene: Scene, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(served, "TIMEOUT_S", 0.2)
    over = threading.Event()

    def slow(turn: int, sent: Json, right: Answer) -> Answer:
        over.wait(PATIENCE_S)
        return right

    try:
        done = run(scene, Moody(slow))
    finally:
        over.set()
    assert done.exit_code == 4, done.output
    assert "does not answer" in done.stderr and "wordfuse resume run" in done.stderr
