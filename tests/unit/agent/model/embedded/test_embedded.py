"""The in-process language model: what it answers always fits the schema, and is the same every time."""

import json
import re
import shutil
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
import torch
from llguidance import LLMatcher, LLTokenizer
from pydantic import BaseModel, Field
from tokenizers import Tokenizer
from transformers import LlamaForCausalLM

from wordfuse.agent.errors import AnswerError, InputError
from wordfuse.agent.model.embedded import base, embedded, network
from wordfuse.agent.model.embedded.embedded import EmbeddedModel, Guess, TruncatedError, tool_call_schema
from wordfuse.agent.model.embedded.network import TorchNetwork
from wordfuse.agent.model.grammar import plain_schema
from wordfuse.agent.model.template import END, render
from wordfuse.agent.model.turns import plan_schema
from wordfuse.agent.model.words import lines
from wordfuse.agent.plan import Judgement, Plan

HI = [{"role": "system", "content": "Plan the edits."}, {"role": "user", "content": "warm the people"}]


class Edit(BaseModel):
    image: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")
    mask: str | None = None
    amount: int = Field(default=1, ge=0, le=9)


@pytest.fixture(scope="module")
def model(folder: Path) -> EmbeddedModel:
    return EmbeddedModel.load(str(folder), adapter=None, device="cpu", threads=1)


NULLABLE = {"type": "object", "properties": {"a": {"anyOf": [{"const": "x"}, {"type": "null"}]}}}
SCHEMAS: dict[str, dict[str, Any]] = {
    "plan": Plan.model_json_schema(),
    "line": plan_schema("warm the people, not the c++ sign, by 20%"),
    "judgement": Judgement.model_json_schema(),
    "nullable": NULLABLE,
    "number": {"type": "integer", "minimum": 10, "maximum": 99},
    "calls": tool_call_schema(
        [
            {"name": "incline", "parameters": Edit.model_json_schema()},
            {"name": "fuse", "parameters": {"type": "object", "properties": {}}},
        ]
    ),
}


@pytest.mark.parametrize("seed", range(6))
def test_every_answer_fits_its_schema(tiny: Any, tmp_path: Path, seed: int) -> None:
    """Whatever the weights: enums, constants, nulls, patterns, lengths and ranges are obeyed."""
    random = tiny.llama(tiny.tokenizer().get_vocab_size(), seed=seed)
    model = EmbeddedModel.load(str(tiny.save(random, tmp_path)), adapter=None, device="cpu", threads=1)
    finished = 0
    for name, schema in SCHEMAS.items():
        try:
            answer = model.generate(HI, schema, max_tokens=700)
        except TruncatedError:  # a random model may fill a plan with long phrases
            assert name == "plan"
            continue
        finished += 1
        value = json.loads(answer.text)
        jsonschema.validate(value, schema)
        jsonschema.validate(value, plain_schema(schema))
        outside = re.sub(r'"(\\.|[^"\\])*"', "", answer.text)
        assert not re.search(r"\s", outside), "no token is spent on spaces"
        if name == "judgement":
            assert list(value) == ["verdict", "reason"]
        if name == "line":
            lines.read(value["plan"])
        if name == "calls":
            assert list(value) == ["name", "arguments"]
            assert list(value["arguments"]) == ([] if value["name"] == "fuse" else ["image", "mask", "amount"])
    assert finished >= len(SCHEMAS) - 1


def test_what_the_schema_forces_is_not_asked_of_the_model(model: EmbeddedModel) -> None:
    keys = {"type": "object", "properties": {"satisfied_with_it": {"enum": ["yes", "no"]}, "z": {"const": "always so"}}}
    answer = model.generate(HI, keys)
    assert json.loads(answer.text)["z"] == "always so"
    assert 0 < answer.sampled_tokens < answer.completion_tokens / 2
    assert answer.prompt_tokens > 10
    assert answer.seconds > 0


def test_the_same_conversation_has_the_same_answer(model: EmbeddedModel, folder: Path) -> None:
    schema = SCHEMAS["judgement"]
    first = model.generate(HI, schema).text
    model.generate([{"role": "user", "content": "something else"}], schema)
    fresh = EmbeddedModel.load(str(folder), adapter=None, device="cpu", threads=1)
    assert [model.generate(HI, schema, seed=seed).text for seed in (1, 2)] == [first, first]
    assert fresh.generate(HI, schema).text == first


Choices = list[tuple[int, float]]


def without_cache(folder: Path, text: str, schema: dict[str, Any]) -> tuple[str, Choices]:
    """The answer by the book, and where its choices begin and how likely they were: for each all is read again."""
    network = LlamaForCausalLM.from_pretrained(folder, dtype=torch.float32)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    vocabulary = LLTokenizer(tokenizer.to_str(), eos_token=tokenizer.token_to_id(END))
    options = {"whitespace_flexible": False, "json_allowed_escapes": '"\\'}
    matcher = LLMatcher(vocabulary, LLMatcher.grammar_from_json_schema(plain_schema(schema), overrides=options))
    prompt = tokenizer.encode(text).ids
    tokens = list(prompt)
    choices: Choices = []
    while True:
        forced = matcher.compute_ff_tokens()
        matcher.consume_tokens(forced)
        tokens += forced
        if matcher.is_stopped():
            return vocabulary.decode_bytes(tokens[len(prompt) :]).decode(), choices
        with torch.inference_mode():
            scores = network(torch.tensor([tokens])).logits[0, -1]
        bits = np.unpackbits(np.frombuffer(matcher.compute_bitmask(), dtype=np.uint8), bitorder="little")
        allowed = np.flatnonzero(bits)
        likely = torch.softmax(scores[allowed], 0)
        said = vocabulary.decode_bytes(tokens[len(prompt) :]).decode(errors="ignore")
        choices.append((len(said), float(likely.max())))
        tokens.append(int(allowed[likely.argmax()]))
        matcher.consume_token(tokens[-1])


@pytest.fixture(params=["numpy", "torch"])
def computed(request: pytest.FixtureRequest, folder: Path, monkeypatch: pytest.MonkeyPatch) -> EmbeddedModel:
    """The same model, computed by one of the two libraries."""
    if request.param == "torch":
        monkeypatch.setattr(embedded, "ready_network", lambda folder: None)
    monkeypatch.setattr(network, "has_fast_bfloat16", lambda device: False)
    model = EmbeddedModel.load(str(folder), adapter=None, device="cpu", threads=1)
    assert isinstance(model._network, TorchNetwork) == (request.param == "torch")
    return model


@pytest.mark.parametrize("name", ["judgement", "calls", "number", "line"])
def test_what_is_remembered_of_a_prompt_changes_no_answer(folder: Path, name: str, computed: EmbeddedModel) -> None:
    wanted, choices = without_cache(folder, render(HI, generate=True), SCHEMAS[name])
    for _ in range(3):
        answer = computed.generate(HI, SCHEMAS[name])
        assert answer.text == wanted
        assert_alike(answer.choices, choices)
        assert len(answer.choices) == answer.sampled_tokens > 0


def assert_alike(found: Sequence[tuple[int, float]], wanted: Sequence[tuple[int, float]]) -> None:
    """The same choices, about as likely."""
    assert [place for place, _ in found] == [place for place, _ in wanted]
    assert [likely for _, likely in found] == pytest.approx([likely for _, likely in wanted], abs=1e-3)


def right(whole: str) -> Guess:
    return lambda question, begun: whole


def half_right(whole: str) -> Guess:
    """Right up to what it is asked after, and wrong from the third character after that."""
    return lambda question, begun: whole[: len(begun) + 2] + "zebra" + whole[len(begun) + 2 :]


def never_right(whole: str) -> Guess:
    return lambda question, begun: begun + "zzz"


def another(whole: str) -> Guess:
    return lambda question, begun: "elsewhere"


@pytest.mark.parametrize("name", ["judgement", "calls", "number", "line"])
@pytest.mark.parametrize("guessing", [right, half_right, never_right, another])
def test_a_guess_changes_the_time_and_nothing_else(
    computed: EmbeddedModel, name: str, guessing: Callable[[str], Guess]
) -> None:
    alone = computed.generate(HI, SCHEMAS[name])
    read, passes = computed._network.read, []
    computed._network.read = lambda tokens, memory: passes.append(len(tokens)) or read(tokens, memory)  # type: ignore[method-assign,func-returns-value]
    guessed = computed.generate(HI, SCHEMAS[name], guess=guessing(alone.text))
    assert (guessed.text, guessed.completion_tokens) == (alone.text, alone.completion_tokens)
    assert_alike(guessed.choices, alone.choices)
    assert len(passes) <= alone.sampled_tokens
    if guessing is right:  # so many tokens of it are read at once; another split of its words may take one more time
        assert len(passes) <= 2 + alone.completion_tokens // embedded._MOST_GUESSED
    again = computed.generate([HI[0], {"role": "user", "content": "something else"}], SCHEMAS[name])
    assert json.loads(again.text) is not None, "what was guessed wrongly is forgotten"
    assert computed.generate(HI, SCHEMAS[name]).text == alone.text


@pytest.mark.parametrize(("policy", "threads"), [("PASSIVE", 2), ("passive", 2), (None, 1), ("ACTIVE", 1)])
def test_one_thread_of_torch_answers_where_waiting_threads_spin(
    folder: Path, policy: str | None, threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    if policy is None:
        monkeypatch.delenv("OMP_WAIT_POLICY", raising=False)
    else:
        monkeypatch.setenv("OMP_WAIT_POLICY", policy)
    found = TorchNetwork.load(folder, "cpu")
    used: list[int] = []
    found._network.model.register_forward_pre_hook(lambda *_: used.append(torch.get_num_threads()))
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        found.read([3, 4, 5], found.memory())
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)
    assert used == [threads]


@pytest.mark.filterwarnings("error")
def test_transformers_is_called_as_it_wants_to_be(folder: Path) -> None:
    found = TorchNetwork.load(folder, "cpu", threads=1)
    memory = found.memory()
    assert found.read([3, 4, 5], memory).shape == (3, 32)
    found.cut(memory, 2)
    assert found.scores(found.read([5], memory)[-1], np.array([1, 7])).shape == (2,)


def test_threads_take_turns(model: EmbeddedModel) -> None:
    schema = SCHEMAS["nullable"]
    questions = [[HI[0], {"role": "user", "content": f"warm {i}"}] for i in range(4)]
    wanted = [model.generate(question, schema).text for question in questions]
    found: dict[int, str] = {}

    def ask(i: int) -> None:
        found[i] = model.generate(questions[i], schema).text

    workers = [threading.Thread(target=ask, args=(i,)) for i in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [found[i] for i in range(4)] == wanted


def test_a_long_instruction_is_refused_with_its_length(model: EmbeddedModel) -> None:
    long = [{"role": "user", "content": "people " * 2000}]
    with pytest.raises(AnswerError, match=r"the instruction is too long: \d+ tokens, at most 624"):
        model.generate(long, SCHEMAS["nullable"])


def test_an_unfinished_answer_is_an_error_not_half_a_json(model: EmbeddedModel) -> None:
    with pytest.raises(TruncatedError, match="not complete after 3 tokens"):
        model.generate(HI, SCHEMAS["plan"], max_tokens=3)


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "pattern": "(?=a)b"},
        {"$ref": "#/$defs/A", "$defs": {"A": {"type": "array", "items": {"$ref": "#/$defs/A"}}}},
        {"$ref": "#/$defs/B"},
    ],
)
def test_a_schema_without_a_grammar_is_named_as_the_cause(model: EmbeddedModel, schema: dict[str, Any]) -> None:
    with pytest.raises(AnswerError, match="the schema of the answer cannot be used"):
        model.generate(HI, schema)


def test_unusable_folders_are_named(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(InputError, match="no such folder"):
        base.resolve_base(str(tmp_path / "none"))
    with pytest.raises(InputError, match=r"lacks config\.json, tokenizer\.json, \*\.safetensors"):
        base.resolve_base(str(tmp_path))
    broken = tmp_path / "broken"
    shutil.copytree(folder, broken)
    config = json.loads((broken / "config.json").read_text())
    for change, message in [
        ({"model_type": "gpt2"}, "it is a gpt2, and only a LLaMA runs in-process"),
        ({"model_type": "unheard-of"}, "cannot be loaded"),
        ({"hidden_size": 64}, "cannot be loaded"),
        ({"num_hidden_layers": 3}, r"its weights lack model\.layers\.2\."),
    ]:
        (broken / "config.json").write_text(json.dumps(config | change))
        with pytest.raises(InputError, match=message):
            EmbeddedModel.load(str(broken), adapter=None, device="cpu")
    (broken / "config.json").write_text(json.dumps(config))
    (broken / "model.safetensors").write_bytes(b"half")
    with pytest.raises(InputError, match="cannot be loaded"):
        EmbeddedModel.load(str(broken), adapter=None, device="cpu")


def test_a_model_that_knows_no_chatml_is_refused(tmp_path: Path, folder: Path) -> None:
    shutil.copytree(folder, tmp_path / "other")
    text = (folder / "tokenizer.json").read_text(encoding="utf-8").replace("<|im_end|>", "</s>")
    (tmp_path / "other/tokenizer.json").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="must know ChatML"):
        EmbeddedModel.load(str(tmp_path / "other"), adapter=None, device="cpu")
