"""The LLaMA in NumPy computes what transformers' does, of every shape that it says it can; others are left alone."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import LlamaForCausalLM

from wordfuse.agent.model.embedded.arrays import blas, ready
from wordfuse.agent.model.embedded.arrays.llama import Llama, shape_of
from wordfuse.agent.model.embedded.arrays.ready import ready_network
from wordfuse.agent.model.embedded.arrays.tensors import mapped, widened

TOKENS = list(range(3, 43))
SHAPES: dict[str, dict[str, Any]] = {
    "usual": {},
    "a head of its own": {"tie_word_embeddings": False},
    "a key for every query": {"num_key_value_heads": 4},
    "one key": {"num_key_value_heads": 1},
    "wide heads": {"head_dim": 16},
    "slow turns": {"rope_parameters": {"rope_type": "default", "rope_theta": 100000.0}},
    "coarse norm": {"rms_norm_eps": 0.1},
}


def saved(tiny: Any, folder: Path, **shape: Any) -> Path:
    return Path(tiny.save(tiny.llama(tiny.tokenizer().get_vocab_size(), **shape), folder))


def by_transformers(folder: Path, tokens: list[int]) -> np.ndarray:
    """Logits of every token after every one of these, (tokens, vocabulary)."""
    with torch.inference_mode():
        return LlamaForCausalLM.from_pretrained(folder, dtype=torch.float32)(torch.tensor([tokens])).logits[0].numpy()


def by_us(network: Llama, parts: list[list[int]]) -> np.ndarray:
    """The same, read in parts."""
    memory, words = network.memory(), np.arange(network.vocabulary)
    return np.stack([network.scores(row, words) for part in parts for row in network.read(part, memory)])


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
def test_it_computes_what_transformers_computes(tiny: Any, tmp_path: Path, shape: dict[str, Any]) -> None:
    folder = saved(tiny, tmp_path, **shape)
    network = ready_network(folder)
    assert network is not None
    wanted = by_transformers(folder, TOKENS)
    for parts in ([TOKENS], [TOKENS[:25], TOKENS[25:26], TOKENS[26:]], [[token] for token in TOKENS]):
        np.testing.assert_allclose(by_us(network, parts), wanted, atol=2e-4)


def test_bfloat16_is_read_for_what_it_says(tiny: Any, tmp_path: Path) -> None:
    folder = saved(tiny, tmp_path)
    weights = {name: weight.bfloat16() for name, weight in load_file(folder / "model.safetensors").items()}
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    read = mapped(folder / "model.safetensors")
    assert read.keys() == weights.keys()
    for name, weight in weights.items():
        np.testing.assert_array_equal(widened(read[name]), weight.float().numpy())
    network = ready_network(folder)
    assert network is not None
    np.testing.assert_allclose(by_us(network, [TOKENS]), by_transformers(folder, TOKENS), atol=2e-4)


def test_more_is_remembered_than_there_was_room_for_at_first(tiny: Any, tmp_path: Path) -> None:
    folder = saved(tiny, tmp_path)
    network = ready_network(folder)
    assert network is not None
    tokens = [3 + number % 200 for number in range(400)]
    found = by_us(network, [tokens[:100], tokens[100:131], tokens[131:]])
    np.testing.assert_allclose(found[-5:], by_transformers(folder, tokens)[-5:], atol=1e-3)


def test_what_is_cut_is_forgotten_and_a_copy_goes_its_own_way(tiny: Any, tmp_path: Path) -> None:
    network = ready_network(saved(tiny, tmp_path))
    assert network is not None
    memory = network.memory()
    network.read(TOKENS[:10], memory)
    copy = network.copied(memory)
    network.read([7, 8, 9], memory)
    network.cut(memory, 10)
    np.testing.assert_array_equal(network.read([5], memory), network.read([5], copy))


def test_many_words_are_scored_as_few_are(tiny: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    network = ready_network(saved(tiny, tmp_path))
    assert network is not None
    row, words = network.read(TOKENS, network.memory())[-1], np.arange(network.vocabulary)
    whole = network.scores(row, words)
    monkeypatch.setattr("wordfuse.agent.model.embedded.arrays.llama._AT_ONCE", 7)
    np.testing.assert_allclose(network.scores(row, words), whole, atol=1e-4)
    np.testing.assert_allclose(network.scores(row, words[[5, 300]]), whole[[5, 300]], atol=1e-4)


@pytest.mark.parametrize(
    "other",
    [
        {"model_type": "gpt2"},
        {"hidden_act": "gelu"},
        {"attention_bias": True},
        {"mlp_bias": True},
        {"rope_parameters": {"rope_type": "llama3", "rope_theta": 10000.0, "factor": 8.0}},
        {"rope_scaling": {"type": "linear", "factor": 2.0}, "rope_parameters": None},
        {"quantization_config": {"quant_method": "gptq"}},
        {"vocab_size": None},
        {"num_hidden_layers": 3},
        {"hidden_size": 64},
    ],
)
def test_what_is_not_computed_here_is_left_to_transformers(tiny: Any, tmp_path: Path, other: dict[str, Any]) -> None:
    folder = saved(tiny, tmp_path)
    config = json.loads((folder / "config.json").read_text())
    assert shape_of(config) is not None
    changed = {name: value for name, value in (config | other).items() if value is not None}
    (folder / "config.json").write_text(json.dumps(changed))
    assert ready_network(folder) is None


def test_a_large_one_is_left_to_torch(tiny: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = saved(tiny, tmp_path)
    monkeypatch.setattr(ready, "MOST_BYTES", 1000)
    assert ready_network(folder) is None


def test_it_is_arranged_once_and_anew_where_it_is_damaged(
    tiny: Any, tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = saved(tiny, tmp_path)
    assert ready_network(folder) is not None
    (made,) = [path for path in cache.iterdir() if path.is_dir()]
    whole = (made / "model.safetensors").read_bytes()
    with monkeypatch.context() as finished:
        finished.setattr(ready, "arranged", None)  # calling it fails now
        assert ready_network(folder) is not None
    (made / "model.safetensors").write_bytes(whole[:-4] + b"\0\0\0\1")
    assert ready_network(folder) is not None
    assert (made / "model.safetensors").read_bytes() == whole
    assert [path for path in cache.iterdir() if path.is_dir()] == [made]


def test_where_it_cannot_be_kept_transformers_answers(
    tiny: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = saved(tiny, tmp_path)
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("WORDFUSE_CACHE", str(tmp_path / "file"))
    assert ready_network(folder) is None


@pytest.mark.parametrize("content", [b"", b"half", b"\xff" * 64, (2).to_bytes(8, "little") + b"[]"])
def test_what_is_no_safetensors_file_is_an_error_that_is_caught(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "model.safetensors").write_bytes(content)
    with pytest.raises(ValueError):
        mapped(tmp_path / "model.safetensors")


def test_openblas_takes_one_thread_while_it_reads_and_as_many_as_before_afterwards() -> None:
    found = blas._openblas()
    if found is None:
        pytest.skip("NumPy has another library for linear algebra")
    told, tell = found
    before = told()
    try:
        tell(2)
        with blas.one_thread(), blas.one_thread():
            assert told() == 1
        assert told() == 2
    finally:
        tell(before)
