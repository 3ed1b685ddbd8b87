"""What unit tests share: a small pair of files, and a LLaMA and a tokenizer so small that they are made on the spot."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from tests.pictures import COLOUR, GRAY, save

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from transformers import LlamaForCausalLM

SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]


class Tiny:
    """Makers of a tiny language model; they import what they need, so that other tests do not wait for it."""

    @staticmethod
    def tokenizer() -> "Tokenizer":
        from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

        tokenizer = Tokenizer(models.BPE())
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        tokenizer.decoder = decoders.ByteLevel()
        corpus = [
            '{"steps":[{"task":"incline","direction":"infrared"}],"refusal":null}',
            "people cars warm the",
            "äöü é",
        ] * 5
        trainer = trainers.BpeTrainer(
            vocab_size=400,
            special_tokens=[AddedToken(token, special=True) for token in SPECIAL],
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        )
        tokenizer.train_from_iterator(corpus, trainer)
        return tokenizer

    @staticmethod
    def llama(vocabulary: int, *, seed: int = 0, **more: Any) -> "LlamaForCausalLM":
        import torch
        from transformers import LlamaConfig, LlamaForCausalLM

        torch.manual_seed(seed)
        settings: dict[str, Any] = {
            "vocab_size": vocabulary,
            "hidden_size": 32,
            "intermediate_size": 64,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "max_position_embeddings": 1024,
            "tie_word_embeddings": True,
            # Larger than usual, so that a random model has strong opinions.
            "initializer_range": 0.3,
            "bos_token_id": 1,
            "eos_token_id": 2,
        }
        return LlamaForCausalLM(LlamaConfig(**settings | more)).eval()

    @staticmethod
    def save(model: "LlamaForCausalLM", folder: Path) -> Path:
        model.save_pretrained(folder)
        Tiny.tokenizer().save(str(folder / "tokenizer.json"))
        return folder


@pytest.fixture(scope="session")
def tiny() -> type[Tiny]:
    """Makers of a tiny language model."""
    return Tiny


@pytest.fixture
def visible(tmp_path: Path) -> Path:
    """A colour picture of 32x24 pixels."""
    return save(tmp_path / "visible.png", Image.fromarray(COLOUR))


@pytest.fixture
def infrared(tmp_path: Path) -> Path:
    """A gray picture of the same size."""
    return save(tmp_path / "infrared.png", Image.fromarray(GRAY))
