"""Tokens as a grammar knows them are those that the tokenizer has."""

import pytest
from llguidance import LLTokenizer
from tokenizers import Tokenizer, decoders, models, pre_tokenizers

from wordfuse.agent.model.embedded.vocabulary import vocabulary_of

MERGES = [("p", "e"), ("o", "p"), ("l", "e"), ("Ġ", "pe"), ("Ġpe", "op"), ("Ġpeop", "le")]


def spelled() -> Tokenizer:
    """A tokenizer of GPT-2's kind: every byte, a few words, and a token that is none of these."""
    words = [*sorted(pre_tokenizers.ByteLevel.alphabet()), *("".join(pair) for pair in MERGES)]
    tokenizer = Tokenizer(models.BPE({word: number for number, word in enumerate(words)}, MERGES))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(["<|end|>"])
    return tokenizer


def other() -> Tokenizer:
    """One of LLaMA's first kind: pieces of text, and bytes only where there is none."""
    words = ["<|end|>", *(f"<0x{byte:02X}>" for byte in range(256)), "▁people", "▁", *"peol"]
    numbers = {word: number for number, word in enumerate(words)}
    tokenizer = Tokenizer(models.BPE(numbers, [], byte_fallback=True))
    pieces = decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()
    tokenizer.decoder = decoders.Sequence(list(pieces))
    tokenizer.add_special_tokens(["<|end|>"])
    return tokenizer


@pytest.mark.parametrize("tokenizer", [spelled(), other()], ids=["spelled", "other"])
def test_tokens_are_those_of_the_tokenizer(tokenizer: Tokenizer) -> None:
    end, size = tokenizer.token_to_id("<|end|>"), tokenizer.get_vocab_size()
    expected = LLTokenizer(tokenizer.to_str(), n_vocab=size, eos_token=end)
    found = vocabulary_of(tokenizer, size, end)
    assert (found.eos_token, found.vocab_size) == (expected.eos_token, expected.vocab_size)
    assert [found.decode_bytes([one]) for one in range(size)] == [expected.decode_bytes([one]) for one in range(size)]


@pytest.mark.parametrize("text", ["the people", " people", "people in Zürich — two, ok?", ""])
def test_words_are_split_as_the_tokenizer_splits_them(text: str) -> None:
    tokenizer = spelled()
    vocabulary = vocabulary_of(tokenizer, tokenizer.get_vocab_size(), tokenizer.token_to_id("<|end|>"))
    assert vocabulary.tokenize_str(text) == tokenizer.encode(text).ids
