"""Adapters are merged into their base once, whole or not at all, and only into one that they fit."""

import hashlib
import logging
import os
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch
from peft import LoraConfig, PromptTuningConfig, get_peft_model
from transformers import LlamaForCausalLM

from wordfuse.agent.errors import BackendUnreachable, InputError
from wordfuse.agent.model.embedded import embedded, merged
from wordfuse.agent.model.embedded.embedded import EmbeddedModel
from wordfuse.agent.model.embedded.marked import MARKER
from wordfuse.agent.model.embedded.merged import AdapterMisfit, merged_model
from wordfuse.agent.plan import Judgement

HI = [{"role": "system", "content": "Plan the edits."}, {"role": "user", "content": "warm the people"}]
ANSWER = Judgement.model_json_schema()


def adapter_of(model: LlamaForCausalLM, folder: Path, **settings: Any) -> Any:
    torch.manual_seed(3)
    targets = ["q_proj", "v_proj", "down_proj"]
    adapted = get_peft_model(model, LoraConfig(r=4, lora_alpha=12, target_modules=targets, **settings))
    for name, weight in adapted.named_parameters():
        if "lora_" in name:
            torch.nn.init.normal_(weight, std=0.3)
    adapted.save_pretrained(folder)
    return adapted.eval()


@pytest.mark.parametrize("settings", [{}, {"use_rslora": True}, {"use_dora": True}])
def test_a_merged_folder_computes_what_peft_computes(tmp_path: Path, folder: Path, settings: dict[str, Any]) -> None:
    adapted = adapter_of(LlamaForCausalLM.from_pretrained(folder), tmp_path / "adapter", **settings)
    found = merged_model(folder, tmp_path / "adapter", tmp_path / "mine")
    assert found.parent == tmp_path / "mine/models"
    tokens = torch.tensor([list(range(3, 40))])
    with torch.inference_mode():
        wanted, plain = adapted(tokens).logits, LlamaForCausalLM.from_pretrained(folder)(tokens).logits
        ours = LlamaForCausalLM.from_pretrained(found)(tokens).logits
    torch.testing.assert_close(ours, wanted, rtol=1e-4, atol=1e-3)
    assert (ours - plain).abs().max() > 1
    assert (found / "tokenizer.json").read_bytes() == (folder / "tokenizer.json").read_bytes()


def test_an_adapter_is_merged_once(tmp_path: Path, folder: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    adapter_of(LlamaForCausalLM.from_pretrained(folder), tmp_path / "adapter")
    load = partial(EmbeddedModel.load, str(folder), device="cpu", threads=1)
    first = load(adapter=tmp_path / "adapter")
    assert first.adapted
    assert first.generate(HI, ANSWER).text != load(adapter=None).generate(HI, ANSWER).text
    with monkeypatch.context() as without:
        without.setitem(sys.modules, "peft", None)  # importing it fails now
        again = load(adapter=tmp_path / "adapter")
    assert again.generate(HI, ANSWER).text == first.generate(HI, ANSWER).text
    assert len([path for path in cache.iterdir() if path.name.startswith("merged-") and path.is_dir()]) == 1
    # Another base or adapter is another model.
    base2 = tmp_path / "base2"
    shutil.copytree(folder, base2)
    network = LlamaForCausalLM.from_pretrained(folder)
    network.model.norm.weight.data += 0.5
    network.save_pretrained(base2)
    merged_model(base2, tmp_path / "adapter")
    adapter_of(LlamaForCausalLM.from_pretrained(folder), tmp_path / "other", use_rslora=True)
    merged_model(folder, tmp_path / "other")
    assert len([path for path in cache.iterdir() if path.name.startswith("merged-") and path.is_dir()]) == 3


@pytest.mark.parametrize("damage", ["other content", "cut", "gone", "no marker", "config"])
def test_a_damaged_merge_is_made_anew_and_a_whole_one_is_not(tmp_path: Path, folder: Path, damage: str) -> None:
    adapter_of(LlamaForCausalLM.from_pretrained(folder), tmp_path / "adapter")
    found = merged_model(folder, tmp_path / "adapter")
    weights, marker = found / "model.safetensors", found / MARKER
    whole, made = weights.read_bytes(), weights.stat().st_ino
    merged_model(folder, tmp_path / "adapter")
    os.utime(weights)  # touched, and still what it was
    merged_model(folder, tmp_path / "adapter")
    assert weights.stat().st_ino == made, "nothing is wrong with it"
    if damage == "no marker":
        marker.unlink()
    elif damage == "gone":
        weights.unlink()
    elif damage == "config":
        (found / "config.json").write_text("{")
    else:
        weights.write_bytes(whole[:-1] if damage == "cut" else whole[:-1] + bytes([whole[-1] ^ 1]))
    assert merged_model(folder, tmp_path / "adapter") == found
    assert weights.read_bytes() == whole and marker.is_file()
    assert LlamaForCausalLM.from_pretrained(found).num_parameters() > 0


def test_a_failed_merge_leaves_nothing(
    tmp_path: Path, folder: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    adapter_of(LlamaForCausalLM.from_pretrained(folder), tmp_path / "adapter")

    def fill_the_disk(base: Path, adapter: Path, folder: Path) -> None:
        (folder / "model.safetensors").write_bytes(b"half")
        raise OSError("No space left on device")

    with monkeypatch.context() as full:
        full.setattr(merged, "_merge", fill_the_disk)
        with pytest.raises(BackendUnreachable, match=r"No space left on device.*WORDFUSE_CACHE"):
            merged_model(folder, tmp_path / "adapter")
    assert [path for path in cache.iterdir() if path.is_dir()] == []
    (cache / f"{merged_model(folder, tmp_path / 'adapter').name}.part").mkdir()  # what a killed process leaves
    shutil.rmtree(merged_model(folder, tmp_path / "adapter"))
    assert merged_model(folder, tmp_path / "adapter").is_dir()
    assert len([path for path in cache.iterdir() if path.name.startswith("merged-") and path.is_dir()]) == 1


def test_an_adapter_of_another_kind_or_base_is_refused(tiny: Any, tmp_path: Path, folder: Path) -> None:
    adapter_of(tiny.llama(300, hidden_size=64), tmp_path / "wide")
    adapter_of(tiny.llama(300, num_hidden_layers=3), tmp_path / "deep")
    adapter_of(tiny.llama(300, num_hidden_layers=1), tmp_path / "flat")
    prompts = PromptTuningConfig(task_type="CAUSAL_LM", num_virtual_tokens=3)
    get_peft_model(tiny.llama(300), prompts).save_pretrained(tmp_path / "prompts")
    for name in ("wide", "deep", "flat", "prompts"):
        with pytest.raises(AdapterMisfit, match=rf"{name}: cannot be merged into .* choose the base"):
            EmbeddedModel.load(str(folder), adapter=tmp_path / name, device="cpu")
    with pytest.raises(InputError, match=r"lacks adapter_config\.json"):
        EmbeddedModel.load(str(folder), adapter=tmp_path / "nowhere", device="cpu")


def test_the_shipped_adapter_is_checked_against_its_sums(
    tiny: Any, tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
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
    with pytest.raises(InputError, match=r"adapter_model\.safetensors: sha256 .* is not the one in SHA256SUMS"):
        load()


def test_the_shipped_adapter_is_left_out_of_a_base_of_ones_own(
    tiny: Any, tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    adapter_of(tiny.llama(300, hidden_size=64), tmp_path / "wide")
    monkeypatch.setattr(embedded, "DEFAULT_ADAPTER", tmp_path / "wide")
    with caplog.at_level(logging.WARNING):
        assert not EmbeddedModel.load(str(folder), tmp_path / "wide", "cpu").adapted
    assert "is left out" in caplog.text
    # Of the default base it must be part.
    monkeypatch.setattr(embedded, "resolve_base", lambda source, progress: folder)
    with pytest.raises(AdapterMisfit):
        EmbeddedModel.load(None, tmp_path / "wide", "cpu")


@pytest.mark.slow
def test_loading_says_nothing(tmp_path: Path, folder: Path) -> None:
    """Neither a first load, with its merge, nor a later one writes to the terminal, warnings included."""
    adapter_of(LlamaForCausalLM.from_pretrained(folder), tmp_path / "adapter")
    code = f"""
import wordfuse.cli.app
from pathlib import Path
from wordfuse.agent.model.embedded.embedded import EmbeddedModel
for _ in range(2):
    model = EmbeddedModel.load({str(folder)!r}, Path({str(tmp_path / "adapter")!r}), "cpu")
    model.generate({HI!r}, {{"enum": ["yes", "no"]}})
"""
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("", "")
