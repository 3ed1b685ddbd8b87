"""The tokens of a tokenizer as a grammar knows them: as bytes."""

from functools import cache

from llguidance import LLTokenizer, TokenizerWrapper
from tokenizers import Tokenizer, decoders


def vocabulary_of(tokenizer: Tokenizer, size: int, end: int) -> LLTokenizer:
    """What a grammar chooses from.

    Where tokens are spelled byte by byte, as GPT-2's and those of its followers are, their bytes are handed over as
    they are: llguidance would read the tokenizer's file a second time, which takes three times as long.

    Args:
        tokenizer: of the model.
        size: the tokens that the model knows.
        end: the token that ends an answer.
    """
    spelled = _bytes_of(tokenizer) if isinstance(tokenizer.decoder, decoders.ByteLevel) else None
    if spelled is None:
        return LLTokenizer(tokenizer.to_str(), n_vocab=size, eos_token=end)
    # What slices save in choosing among all words, they cost at once: here few are allowed at a time.
    return LLTokenizer(TokenizerWrapper(_Spelled(tokenizer, spelled, end)), n_vocab=size, eos_token=end, slices=[])


class _Spelled:
    """What llguidance asks of a tokenizer."""

    def __init__(self, tokenizer: Tokenizer, tokens: list[bytes], end: int) -> None:
        self._tokenizer, self.tokens, self.eos_token_id, self.bos_token_id = tokenizer, tokens, end, None
        self.special_token_ids = sorted(tokenizer.get_added_tokens_decoder())

    def __call__(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return ids


def _bytes_of(tokenizer: Tokenizer) -> list[bytes] | None:
    """Every token's bytes by its number; None where one is not spelled so, or a number is left out."""
    words, added = tokenizer.get_vocab(), tokenizer.get_added_tokens_decoder()
    tokens: list[bytes | None] = [None] * len(words)
    try:
        for word, number in words.items():
            tokens[number] = word.encode() if number in added else word.translate(_letters()).encode("latin-1")
    except (IndexError, UnicodeEncodeError):
        return None
    found = [token for token in tokens if token is not None]
    return found if len(found) == len(tokens) else None


@cache
def _letters() -> dict[int, int]:
    """The letters that stand for bytes which are no letters, as GPT-2's ``bytes_to_unicode`` has them."""
    shown = [*range(33, 127), *range(161, 173), *range(174, 256)]
    hidden = [byte for byte in range(256) if byte not in set(shown)]
    return {256 + place: byte for place, byte in enumerate(hidden)}
