"""The language model in this process: a small LLaMA with our adapter, answering in JSON that a grammar vouches for.

Decoding is greedy and constrained: at each step the grammar of the schema says which tokens may follow. What the schema
leaves no choice about (keys, punctuation, the rest of a word once it is clear) is appended without asking the model.
"""

import json
import logging
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

# Threads that spin while they wait make a step ten times slower on a machine with other work. Torch reads this once,
# when it is first imported.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import numpy as np
import torch
import torch.nn.functional as F
from llguidance import LLMatcher, LLTokenizer
from tokenizers import Tokenizer

from agent.language.base import resolve_base
from agent.language.grammar import Schema, plain_schema, tool_call_schema
from agent.language.llama import Decoder, read_config, read_weights
from agent.language.lora import WEIGHTS, check_sums, merge, misfit, read_lora
from agent.language.template import END, render
from fusion.device import has_fast_bfloat16, resolve_device
from fusion.errors import InputError, WordfuseError

__all__ = ["DEFAULT_ADAPTER", "EmbeddedModel", "Generation", "GenerationError", "TruncatedError", "tool_call_schema"]

DEFAULT_ADAPTER = Path(__file__).parent / "adapter"
#: The longest prompt and answer together, in tokens: what the adapter was made for, and a bound on memory.
CONTEXT = 2048

# Up to so many candidates are scored in float32, straight from their rows of the head.
_SHORTLIST = 1024
# System prompts and grammars remembered: there are three turns, and a tool grammar for each set of tools.
_REMEMBERED = 16

if TYPE_CHECKING:
    from llguidance._lib import JsonCompileOptions

_Value = TypeVar("_Value")

logger = logging.getLogger(__name__)


class GenerationError(WordfuseError):
    """The model gave no usable answer: the schema has no grammar, or decoding failed."""


class TruncatedError(GenerationError):
    """The answer was still unfinished at the limit of tokens."""


@dataclass(frozen=True)
class Generation:
    """An answer and what it cost.

    Attributes:
        text: compact JSON that fits the schema.
        prompt_tokens: length of the rendered conversation.
        completion_tokens: length of the answer.
        sampled_tokens: how many of these the model chose; the grammar forced the others.
        seconds: wall time.
    """

    text: str
    prompt_tokens: int
    completion_tokens: int
    sampled_tokens: int
    seconds: float


class EmbeddedModel:
    """A LLaMA, its tokenizer and its cache; safe to share between threads, which then take turns."""

    def __init__(
        self, decoder: Decoder, tokenizer: Tokenizer, *, name: str, adapted: bool = False, threads: int | None = None
    ) -> None:
        """Join a decoder and its tokenizer; ``load`` is the usual way here.

        Args:
            decoder: the network, with any adapter already merged.
            tokenizer: its tokenizer, which must know ChatML's special tokens.
            name: what to call the model in messages and records.
            adapted: whether an adapter was merged, so that the model knows the short prompts.
            threads: CPU threads while answering; None leaves torch's setting.

        Raises:
            InputError: the tokenizer has no ChatML, or more words than the decoder.
        """
        end, vocabulary = tokenizer.token_to_id(END), decoder.shape.vocabulary
        if end is None:
            raise InputError(f"{name}: its tokenizer has no {END}; the in-process model must know ChatML")
        if tokenizer.get_vocab_size() > vocabulary:
            raise InputError(f"{name}: {tokenizer.get_vocab_size()} tokens, but {vocabulary} embeddings; not one model")
        tokenizer.no_padding()
        tokenizer.no_truncation()
        self.name = name
        self.adapted = adapted
        self._decoder, self._tokenizer, self._threads = decoder, tokenizer, threads
        self._vocabulary = LLTokenizer(tokenizer.to_str(), n_vocab=vocabulary, eos_token=end)
        self._prefixes: OrderedDict[str, tuple[int, torch.Tensor]] = OrderedDict()
        self._grammars: OrderedDict[str, LLMatcher] = OrderedDict()
        self._lock = threading.Lock()

    @classmethod
    def load(
        cls,
        source: str | None = None,
        adapter: Path | None = DEFAULT_ADAPTER,
        device: str = "auto",
        threads: int | None = None,
        *,
        progress: Callable[[int, int], None] | None = None,
    ) -> "EmbeddedModel":
        """Load a base, merge the adapter into it, and make it ready to answer.

        Args:
            source: a folder or hub id of a LLaMA with ChatML, or None for the default base (see ``resolve_base``).
            adapter: folder of a LoRA in peft's format, or None for the base alone. Without the default adapter's
                weights, or where they do not fit the chosen base, the base alone is loaded and a warning is logged.
            device: ``auto``, ``cpu``, ``cuda`` or ``cuda:N``.
            threads: CPU threads while answering; None leaves torch's setting.
            progress: called with bytes done and in all while the default base is downloaded.

        Raises:
            InputError: an argument names something that cannot be used.
            BackendUnreachable: the base cannot be fetched, or the adapter's files are damaged.
        """
        place = resolve_device(device)
        folder = resolve_base(source, progress=progress)
        config = read_config(folder)
        dtype = torch.bfloat16 if has_fast_bfloat16(place) else torch.float32
        weights = read_weights(folder, device=place, dtype=dtype)
        adapted = _adapt(weights, adapter)
        context = min(CONTEXT, int(config["max_position_embeddings"]))
        try:
            tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        except Exception as error:  # tokenizers raises Exception itself
            raise InputError(f"{folder / 'tokenizer.json'}: cannot be read ({error}); fetch the model again") from error
        name = source or "SmolLM2-135M-Instruct"
        decoder = Decoder(config, weights, context=context)
        return cls(decoder, tokenizer, name=name, adapted=adapted, threads=threads)

    @torch.inference_mode()
    def generate(
        self, messages: Sequence[Mapping[str, str]], schema: Schema, *, max_tokens: int = 400, seed: int | None = None
    ) -> Generation:
        """Answer a conversation with JSON that fits a schema. The same conversation always has the same answer.

        Args:
            messages: the conversation, as ``agent.language.template.render`` takes it.
            schema: a JSON schema; it is made plain first (see ``plain_schema``), so every property is written.
            max_tokens: the longest answer.
            seed: has no effect, since the likeliest token is always taken; every chat model here accepts one.

        Raises:
            InputError: the conversation is too long for the model.
            TruncatedError: the answer was not complete within ``max_tokens``.
            GenerationError: the schema has no grammar, or the grammar failed on the way.
        """
        began = time.perf_counter()
        matcher = self._matcher(schema)
        head = [m for m in messages[:1] if m["role"] == "system"]
        rest = self._encode(render(messages[len(head) :], generate=True))
        prefix = render(head, generate=False)
        with self._lock, _thread_limit(self._threads):
            room = self._decoder.context - max_tokens
            length = len(self._encode(prefix)) + len(rest)
            if length > room:
                raise InputError(f"the instruction is too long: {length} tokens, at most {room}; say it in fewer words")
            start = self._read_prefix(prefix)
            answer, sampled = self._decode(matcher, rest, start, max_tokens)
        text = self._vocabulary.decode_bytes(answer).decode("utf-8")
        return Generation(text, length, len(answer), sampled, time.perf_counter() - began)

    def _decode(self, matcher: LLMatcher, prompt: list[int], start: int, limit: int) -> tuple[list[int], int]:
        """Return the answer's tokens and how many of them were chosen by the model."""
        answer: list[int] = []
        unread, sampled = prompt, 0
        while True:
            forced = [] if matcher.is_stopped() else matcher.compute_ff_tokens()
            if forced:
                matcher.consume_tokens(forced)
                answer += forced
                unread = unread + forced
            if matcher.is_error():
                raise GenerationError(f"the grammar failed while answering: {_first_line(matcher.get_error())}")
            if len(answer) > limit or (len(answer) == limit and not matcher.is_stopped()):
                raise TruncatedError(f"the answer was not complete after {limit} tokens; ask for less at once")
            if matcher.is_stopped():
                return answer, sampled
            features = self._decoder.forward(unread, start)
            start += len(unread)
            token = self._choose(features, matcher)
            if not matcher.consume_token(token):
                raise GenerationError(f"the grammar refused a token: {_first_line(matcher.get_error())}")
            if token == self._vocabulary.eos_token:
                return answer, sampled
            answer.append(token)
            unread = [token]
            sampled += 1

    def _choose(self, features: torch.Tensor, matcher: LLMatcher) -> int:
        """The likeliest of the tokens that the grammar allows; of equal ones the first."""
        bits = np.frombuffer(matcher.compute_bitmask(), dtype=np.uint8)
        allowed = torch.from_numpy(np.flatnonzero(np.unpackbits(bits, bitorder="little"))).to(features.device)
        head = self._decoder.head
        if len(allowed) > _SHORTLIST:
            coarse = F.linear(features, head)[allowed]
            allowed = allowed[coarse.topk(_SHORTLIST).indices].sort().values
        # In bfloat16 the best few scores are often equal; float32 tells them apart.
        scores = head[allowed].float() @ features.float()
        return int(allowed[scores.argmax()])

    def _read_prefix(self, prefix: str) -> int:
        """Have the system prompt in the cache; it is read once and then remembered. Return its length."""
        if not prefix:
            return 0
        if prefix in self._prefixes:
            length, snapshot = self._prefixes[prefix]
            self._prefixes.move_to_end(prefix)
            self._decoder.restore(snapshot)
            return length
        tokens = self._encode(prefix)
        self._decoder.forward(tokens, 0)
        _remember(self._prefixes, prefix, (len(tokens), self._decoder.snapshot(len(tokens))))
        return len(tokens)

    def _matcher(self, schema: Schema) -> LLMatcher:
        key = json.dumps(schema)
        with self._lock:
            fresh = self._grammars.get(key)
        if fresh is None:
            # Escapes other than these two have no use in an answer, and make room for control characters.
            options: JsonCompileOptions = {"whitespace_flexible": False, "json_allowed_escapes": '"\\'}
            try:
                grammar = LLMatcher.grammar_from_json_schema(plain_schema(schema), overrides=options)
            except ValueError as error:
                raise GenerationError(f"the schema of the answer cannot be used: {error}") from error
            fresh = LLMatcher(self._vocabulary, grammar, log_level=0)
            if fresh.is_error():
                raise GenerationError(f"the schema of the answer cannot be used: {_first_line(fresh.get_error())}")
            with self._lock:
                _remember(self._grammars, key, fresh)
        return fresh.deep_copy()

    def _encode(self, text: str) -> list[int]:
        tokens: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return tokens


def _adapt(weights: dict[str, torch.Tensor], adapter: Path | None) -> bool:
    """Merge the adapter into the weights; return whether there was one to merge."""
    if adapter is None:
        return False
    shipped = adapter == DEFAULT_ADAPTER
    if shipped and not (adapter / WEIGHTS).is_file():
        logger.warning("%s is absent: the language model runs without its adapter and plans poorly", adapter / WEIGHTS)
        return False
    if shipped or (adapter / "SHA256SUMS").is_file():
        check_sums(adapter)
    lora = read_lora(adapter)
    reason = misfit(lora, weights)
    if reason and shipped:
        logger.warning("the adapter that comes with wordfuse is left out, it belongs to another base: %s", reason)
        return False
    if reason:
        raise InputError(f"{adapter}: does not belong to this base: {reason}; choose the base it was trained on")
    merge(lora, weights)
    return True


@contextmanager
def _thread_limit(threads: int | None) -> Iterator[None]:
    """Use so many CPU threads inside."""
    before = torch.get_num_threads()
    torch.set_num_threads(threads or before)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _remember(memory: OrderedDict[str, _Value], key: str, value: _Value) -> None:
    memory[key] = value
    if len(memory) > _REMEMBERED:
        memory.popitem(last=False)


def _first_line(message: str) -> str:
    return message.strip().split("\n", 1)[0]
