"""CLIP is loaded as it is saved, and sees and reads as transformers' own model does; on a tiny random one."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch

from wordfuse.fusion.encoders.choose import load_encoder
from wordfuse.fusion.errors import BackendUnreachable


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of 32-pixel pictures, with a vocabulary of single letters."""
    from transformers import CLIPConfig, CLIPImageProcessor, CLIPModel, CLIPTokenizer

    target = tmp_path_factory.mktemp("clip")
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = [*letters, *(f"{letter}</w>" for letter in letters), "<|startoftext|>", "<|endoftext|>"]
    (target / "vocab.json").write_text(json.dumps({word: number for number, word in enumerate(words)}))
    (target / "merges.txt").write_text("#version: 0.2\n")
    tokenizer = CLIPTokenizer(str(target / "vocab.json"), str(target / "merges.txt"), model_max_length=16)
    tokenizer.save_pretrained(target)
    layers: dict[str, Any] = {
        "hidden_size": 16,
        "intermediate_size": 32,
        "num_hidden_layers": 4,
        "num_attention_heads": 2,
    }
    ends = {"bos_token_id": len(words) - 2, "eos_token_id": len(words) - 1, "pad_token_id": len(words) - 1}
    torch.manual_seed(0)
    model = CLIPModel(
        CLIPConfig(
            text_config=layers | ends | {"vocab_size": len(words), "max_position_embeddings": 16},
            vision_config=layers | {"image_size": 32, "patch_size": 8},
            projection_dim=12,
        )
    )
    model.save_pretrained(target)
    square = {"height": 32, "width": 32}
    CLIPImageProcessor(size={"shortest_edge": 32}, crop_size=square).save_pretrained(target)
    return target


def features(value: Any) -> torch.Tensor:
    """Of transformers 4, which returns them, and of 5, which returns them in an object."""
    return value if isinstance(value, torch.Tensor) else value.pooler_output


def test_it_sees_and_reads_as_transformers_does(folder: Path) -> None:
    from transformers import CLIPModel, CLIPTokenizer

    encoder = load_encoder("clip", str(folder))
    reference = CLIPModel.from_pretrained(folder).eval()
    assert encoder.size == 12
    pictures = torch.rand(3, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    # The normalisation constants of CLIP's own processor, as published.
    mean = torch.tensor([0.48145466, 0.4578275, 0.40821073]).view(1, 3, 1, 1)
    spread = torch.tensor([0.26862954, 0.26130258, 0.27577711]).view(1, 3, 1, 1)
    sentences = ["a fox", "a longer sentence about dogs"]
    tokens = CLIPTokenizer.from_pretrained(folder)(sentences, padding=True, truncation=True, return_tensors="pt")
    with torch.no_grad():
        seen = features(reference.get_image_features(pixel_values=(pictures - mean) / spread))
        read = features(reference.get_text_features(**tokens))
        torch.testing.assert_close(encoder.pictures(pictures), seen / seen.norm(dim=1, keepdim=True))
        torch.testing.assert_close(encoder.texts(sentences), read / read.norm(dim=1, keepdim=True))


def test_gradients_reach_pictures_of_any_size_and_no_weight(folder: Path) -> None:
    encoder = load_encoder("clip", str(folder))
    pictures = torch.rand(2, 3, 50, 70, requires_grad=True)
    vectors = encoder.pictures(pictures)
    torch.testing.assert_close(vectors.norm(dim=1), torch.ones(2))
    vectors[:, 0].sum().backward()
    assert pictures.grad is not None and pictures.grad.abs().sum() > 0
    assert not any(values.requires_grad for values in encoder.parameters())
    # Patches of 8 of 32 pixels, after three of four layers.
    assert [tuple(level.shape) for level in encoder.levels(pictures.detach())] == [(2, 16, 4, 4)] * 3


def test_what_is_no_clip_model_is_named(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(BackendUnreachable, match=r"cannot be loaded.*give encoder_model a folder"):
        load_encoder("clip", str(tmp_path / "nothing"))
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "llama"}))
    with pytest.raises(BackendUnreachable, match="is a llama model, not a clip one"):
        load_encoder("clip", str(tmp_path))


def test_a_model_that_lacks_weights_is_refused(tmp_path: Path, folder: Path) -> None:
    from safetensors.torch import load_file, save_file

    for file in folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    weights = load_file(folder / "model.safetensors")
    del weights["visual_projection.weight"]
    save_file(weights, tmp_path / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(BackendUnreachable, match=r"lacks 1 of its weights, for example visual_projection\.weight"):
        load_encoder("clip", str(tmp_path))
