"""The in-process language model: what it answers always fits the schema, and is the same every time."""

import hashlib
import json
import logging
import shutil
import threading
from functools import partial
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import torch
from peft import LoraConfig, get_peft_model
from pydantic import BaseModel, Field
from transformers import LlamaForCausalLM

from agent.language import base, embedded
from agent.language.embedded import EmbeddedModel, GenerationError, TruncatedError, tool_call_schema
from agent.language.grammar import plain_schema
from agent.language.llama import Decoder, read_config, read_weights, rotary_frequencies
from agent.language.lora import merge, misfit, read_lora
from agent.plan import Judgement, Plan
from fusion.errors import BackendUnreachable, InputError

HI = [{"role": "system", "content": "Plan the edits."}, {"role": "user", "content": "warm the people"}]


class Edit(BaseModel):
    image: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")
    mask: str | None = None
    amount: int = Field(default=1, ge=0, le=9)


@pytest.fixture(scope="module")
def folder(tiny: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.save(tiny.llama(tiny.tokenizer().get_vocab_size()), tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module")
def model(folder: Path) -> EmbeddedModel:
    return EmbeddedModel.load(str(folder), adapter=None, device="cpu", threads=1)


def decoder_of(folder: Path, dtype: torch.dtype = torch.float32) -> Decoder:
    return Decoder(read_config(folder), read_weights(folder, device=torch.device("cpu"), dtype=dtype), context=256)


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"tie_word_embeddings": False, "num_key_value_heads": 4},
        {
            "rope_parameters": {
                "rope_type": "llama3",
                "rope_theta": 10000.0,
                "factor": 8.0,
                "low_freq_factor": 1.0,
                "high_freq_factor": 4.0,
                "original_max_position_embeddings": 64,
            }
        },
        {"rope_parameters": {"rope_type": "linear", "rope_theta": 5000.0, "factor": 2.0}},
    ],
)
def test_the_decoder_computes_what_transformers_computes(tiny: Any, tmp_path: Path, more: dict[str, Any]) -> None:
    theirs = tiny.llama(300, **more)
    theirs.save_pretrained(tmp_path)
    ours = decoder_of(tmp_path)
    tokens = torch.randint(0, 300, (40,), generator=torch.Generator().manual_seed(1)).tolist()
    with torch.inference_mode():
        wanted = theirs(torch.tensor([tokens])).logits[0]
        # In pieces, as generation does: the cache carries what was read before.
        for start, end in [(0, 20), (20, 21), (21, 40)]:
            found = ours.head @ ours.forward(tokens[start:end], start)
            torch.testing.assert_close(found, wanted[end - 1], rtol=1e-4, atol=1e-4)


def test_a_restored_prefix_reads_on_to_the_last_bit(folder: Path) -> None:
    decoder = decoder_of(folder, torch.bfloat16)
    decoder.forward([5, 6, 7], 0)
    kept = decoder.snapshot(3)
    first = decoder.forward([8, 9], 3)
    decoder.forward([30, 31, 32, 33, 34], 0)
    decoder.restore(kept)
    assert torch.equal(first, decoder.forward([8, 9], 3))


NULLABLE = {"type": "object", "properties": {"a": {"anyOf": [{"const": "x"}, {"type": "null"}]}}}
SCHEMAS: dict[str, dict[str, Any]] = {
    "plan": Plan.model_json_schema(),
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
        assert answer.text == json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        if name == "judgement":
            assert list(value) == ["verdict", "reason"]
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
    with pytest.raises(InputError, match=r"the instruction is too long: \d+ tokens, at most 624"):
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
    with pytest.raises(GenerationError, match="the schema of the answer cannot be used"):
        model.generate(HI, schema)


def test_plain_schemas_have_no_references_and_nothing_optional() -> None:
    plain = plain_schema(Plan.model_json_schema())
    region = plain["properties"]["steps"]["items"]["properties"]["region"]
    assert region == {
        "type": "object",
        "properties": {
            "phrases": {"type": "array", "maxItems": 8, "items": {"type": "string", "minLength": 1, "maxLength": 80}},
            "invert": {"type": "boolean"},
        },
        "required": ["phrases", "invert"],
        "additionalProperties": False,
    }
    assert "$ref" not in json.dumps(plain)


def test_a_tool_schema_needs_tools() -> None:
    with pytest.raises(ValueError, match="at least one tool"):
        tool_call_schema([])


def adapter_of(model: LlamaForCausalLM, folder: Path, **settings: Any) -> Any:
    torch.manual_seed(3)
    targets = ["q_proj", "v_proj", "down_proj"]
    adapted = get_peft_model(model, LoraConfig(r=4, lora_alpha=12, target_modules=targets, **settings))
    for name, weight in adapted.named_parameters():
        if "lora_" in name:
            torch.nn.init.normal_(weight, std=0.3)
    adapted.save_pretrained(folder)
    return adapted.eval()


@pytest.mark.parametrize("settings", [{}, {"use_rslora": True}])
def test_a_merged_adapter_computes_what_peft_computes(tmp_path: Path, folder: Path, settings: dict[str, Any]) -> None:
    adapted = adapter_of(LlamaForCausalLM.from_pretrained(folder), tmp_path, **settings)
    weights = read_weights(folder, device=torch.device("cpu"), dtype=torch.float32)
    before = weights["model.layers.0.self_attn.q_proj.weight"]
    merge(read_lora(tmp_path), weights)
    assert not torch.equal(before, weights["model.layers.0.self_attn.q_proj.weight"])
    ours = Decoder(read_config(folder), weights, context=64)
    tokens = list(range(3, 40))
    with torch.inference_mode():
        wanted = adapted(torch.tensor([tokens])).logits[0, -1]
        torch.testing.assert_close(ours.head @ ours.forward(tokens, 0), wanted, rtol=1e-4, atol=1e-3)


def test_an_adapter_of_another_kind_or_base_is_refused(tiny: Any, tmp_path: Path, folder: Path) -> None:
    adapter_of(tiny.llama(300, hidden_size=64), tmp_path / "wide")
    weights = read_weights(folder, device=torch.device("cpu"), dtype=torch.float32)
    assert "in the base" in (misfit(read_lora(tmp_path / "wide"), weights) or "")
    with pytest.raises(InputError, match="choose the base it was trained on"):
        EmbeddedModel.load(str(folder), adapter=tmp_path / "wide", device="cpu")
    adapter_of(tiny.llama(300), tmp_path / "dora", use_dora=True)
    with pytest.raises(InputError, match="use_dora = True is not supported"):
        read_lora(tmp_path / "dora")
    with pytest.raises(InputError, match="not an adapter that can be read"):
        read_lora(tmp_path / "nowhere")


def test_the_shipped_adapter_is_checked_against_its_sums(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    shipped = tmp_path / "adapter"
    monkeypatch.setattr(embedded, "DEFAULT_ADAPTER", shipped)
    load = partial(EmbeddedModel.load, str(folder), shipped, "cpu")
    with caplog.at_level(logging.WARNING):
        assert not load().adapted
    assert "runs without its adapter" in caplog.text
    adapter_of(LlamaForCausalLM.from_pretrained(folder), shipped)
    names = ["adapter_config.json", "adapter_model.safetensors"]
    sums = [f"{hashlib.sha256((shipped / name).read_bytes()).hexdigest()}  {name}\n" for name in names]
    (shipped / "SHA256SUMS").write_text("".join(sums))
    assert load().adapted
    weights = shipped / "adapter_model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"!")
    with pytest.raises(BackendUnreachable, match=r"adapter_model\.safetensors: its sha256 is not"):
        load()


def test_unusable_folders_are_named(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(InputError, match="no such folder"):
        base.resolve_base(str(tmp_path / "none"))
    with pytest.raises(InputError, match=r"lacks config\.json, tokenizer\.json, \*\.safetensors"):
        base.resolve_base(str(tmp_path))
    broken = tmp_path / "broken"
    shutil.copytree(folder, broken)
    config = json.loads((broken / "config.json").read_text())
    for change, message in [
        ({"model_type": "gpt2"}, "only llama runs in-process"),
        ({"attention_bias": True}, "attention_bias = True"),
        ({"hidden_size": 64}, "model.embed_tokens is of shape"),
        ({"rope_parameters": {"rope_type": "yarn"}}, "'yarn' do not run in-process"),
    ]:
        (broken / "config.json").write_text(json.dumps(config | change))
        with pytest.raises(InputError, match=message):
            EmbeddedModel.load(str(broken), adapter=None, device="cpu")
    (broken / "config.json").write_text(json.dumps(config))
    (broken / "model.safetensors").write_bytes(b"half")
    with pytest.raises(InputError, match="cannot be read"):
        EmbeddedModel.load(str(broken), adapter=None, device="cpu")


def test_a_model_that_knows_no_chatml_is_refused(tmp_path: Path, folder: Path) -> None:
    shutil.copytree(folder, tmp_path / "other")
    text = (folder / "tokenizer.json").read_text(encoding="utf-8").replace("<|im_end|>", "</s>")
    (tmp_path / "other/tokenizer.json").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="must know ChatML"):
        EmbeddedModel.load(str(tmp_path / "other"), adapter=None, device="cpu")


def test_rotary_frequencies_before_transformers_5() -> None:
    """Older files keep the base beside the scaling; the values are 500000 ** -(2 i / 8)."""
    found = rotary_frequencies({"rope_theta": 500000.0, "rope_scaling": None}, 8)
    torch.testing.assert_close(found, torch.tensor([1.0, 0.0376060309, 0.00141421356, 0.0000531829589]))
