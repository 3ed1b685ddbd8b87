"""The language model in this process: a small LLaMA with our adapter, answering in JSON that a grammar vouches for.

Decoding is greedy and constrained: at each step the grammar of the schema says which tokens may follow. What the schema
leaves no choice about (keys, punctuation, the rest of a word once it is clear) is appended without asking the model.
"""

import copy
import inspect
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
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import torch
import torch.nn.functional as F
from llguidance import LLMatcher, LLTokenizer
from tokenizers import Tokenizer
from transformers import DynamicCache, LlamaForCausalLM

from wordfuse.agent.errors import AnswerError, InputError
from wordfuse.agent.model.embedded.base import resolve_base
from wordfuse.agent.model.embedded.merged import WEIGHTS, AdapterMisfit, merged_model
from wordfuse.agent.model.embedded.network import load_network
from wordfuse.agent.model.grammar import Schema, plain_schema, tool_call_schema
from wordfuse.agent.model.template import END, render
from wordfuse.fusion.device import has_fast_bfloat16, resolve_device

__all__ = ["CONTEXT", "DEFAULT_ADAPTER", "EmbeddedModel", "Generation", "TruncatedError", "tool_call_schema"]

DEFAULT_ADAPTER = Path(__file__).parent / "adapter"
#: The longest prompt and answer together, in tokens: a bound on memory and time.
CONTEXT = 4096

# There are three turns, each with its system prompt and demonstrations, and a tool grammar for each set of tools. What
# was read takes 23 KB a token in the default base.
_PREFIXES = 4
_GRAMMARS = 16

if TYPE_CHECKING:
    from llguidance._lib import JsonCompileOptions

_Value = TypeVar("_Value")

logger = logging.getLogger(__name__)


class TruncatedError(AnswerError):
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
        choices: for each of these where in the text it begins, in characters, and how likely it was among the tokens
            that the grammar allowed, 0 to 1.
    """

    text: str
    prompt_tokens: int
    completion_tokens: int
    sampled_tokens: int
    seconds: float
    choices: tuple[tuple[int, float], ...] = ()


class EmbeddedModel:
    """A LLaMA and its tokenizer; safe to share between threads, which then take turns."""

    def __init__(
        self,
        network: LlamaForCausalLM,
        tokenizer: Tokenizer,
        *,
        name: str,
        adapted: bool = False,
        threads: int | None = None,
    ) -> None:
        """Join a network and its tokenizer; ``load`` is the usual way here.

        Args:
            network: the network, with any adapter already merged.
            tokenizer: its tokenizer, which must know ChatML's special tokens.
            name: what to call the model in messages and records.
            adapted: whether an adapter was merged, so that the model knows the short prompts.
            threads: CPU threads while answering; None leaves torch's setting, but takes one where waiting threads
                spin: where torch was imported before any of our packages could say that they are to sleep.

        Raises:
            InputError: the tokenizer has no ChatML, or more words than the network.
        """
        end, vocabulary = tokenizer.token_to_id(END), network.config.vocab_size
        if end is None:
            raise InputError(f"its tokenizer has no {END}; the in-process model must know ChatML", subject=name)
        if tokenizer.get_vocab_size() > vocabulary:
            raise InputError(
                f"{tokenizer.get_vocab_size()} tokens, but {vocabulary} embeddings; not one model", subject=name
            )
        tokenizer.no_padding()
        tokenizer.no_truncation()
        self.name = name
        self.adapted = adapted
        self._network, self._tokenizer = network, tokenizer
        spins = os.environ.get("OMP_WAIT_POLICY", "").upper() != "PASSIVE"
        self._threads = 1 if threads is None and spins else threads
        # Called past_key_values up to transformers 5.23; the newer name is the only one from 5.40 on.
        newer = "cache" in inspect.signature(network.model.forward).parameters
        self._cache_name = "cache" if newer else "past_key_values"
        # In bfloat16 the best few scores are often equal; float32 tells them apart.
        self._head = network.lm_head.weight.detach().float()
        self._context = min(CONTEXT, int(network.config.max_position_embeddings))
        self._vocabulary = LLTokenizer(tokenizer.to_str(), n_vocab=vocabulary, eos_token=end)
        self._prefixes: OrderedDict[str, DynamicCache] = OrderedDict()
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
        """Load a base with the adapter merged into it, and make it ready to answer.

        The merged model is kept in the cache (see ``merged_model``), so only the first time takes longer.

        Args:
            source: a folder or hub id of a LLaMA with ChatML, or None for the default base (see ``resolve_base``).
            adapter: folder of a LoRA in peft's format, or None for the base alone. Without the default adapter's
                weights, or where they do not fit a base given in ``source``, the base alone is loaded and a warning
                is logged.
            device: ``auto``, ``cpu``, ``cuda`` or ``cuda:N``.
            threads: CPU threads while answering; for None see ``EmbeddedModel``.
            progress: called with bytes done and in all while the default base is downloaded.

        Raises:
            InputError: an argument names something that cannot be used, or the adapter's files are damaged.
            BackendUnreachable: the base cannot be fetched, or the merged model not be kept.
        """
        place = resolve_device(device)
        folder = resolve_base(source, progress=progress)
        merged = _merged(folder, adapter, chosen=source is not None)
        dtype = torch.bfloat16 if has_fast_bfloat16(place) else torch.float32
        network = load_network(merged or folder, dtype, place)
        try:
            tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        except Exception as error:  # tokenizers raises Exception itself
            raise InputError(
                f"cannot be read ({error})", subject=folder / "tokenizer.json", remedy="fetch the model again"
            ) from error
        name = source or "SmolLM2-135M-Instruct"
        return cls(network, tokenizer, name=name, adapted=merged is not None, threads=threads)

    @torch.inference_mode()
    def generate(
        self, messages: Sequence[Mapping[str, str]], schema: Schema, *, max_tokens: int = 400, seed: int | None = None
    ) -> Generation:
        """Answer a conversation with JSON that fits a schema. The same conversation always has the same answer.

        Args:
            messages: the conversation, as ``agent.model.template.render`` takes it.
            schema: a JSON schema; it is made plain first (see ``plain_schema``), so every property is written.
            max_tokens: the longest answer.
            seed: has no effect, since the likeliest token is always taken; every chat model here accepts one.

        Raises:
            TruncatedError: the answer was not complete within ``max_tokens``.
            AnswerError: the conversation is too long for the model, the schema has no grammar, or the grammar failed.
        """
        began = time.perf_counter()
        matcher = self._matcher(schema)
        prefix = render(messages[:-1], generate=False)
        rest = self._encode(render(messages[-1:], generate=True))
        with self._lock, _thread_limit(self._threads):
            room = self._context - max_tokens
            length = len(self._encode(prefix)) + len(rest)
            if length > room:
                raise AnswerError(
                    f"the instruction is too long: {length} tokens, at most {room}", remedy="say it in fewer words"
                )
            answer, sampled = self._decode(matcher, rest, self._read(prefix), max_tokens)
        text = self._text(answer)
        choices = tuple((len(self._text(answer[:place])), likely) for place, likely in sampled)
        return Generation(text, length, len(answer), len(sampled), time.perf_counter() - began, choices)

    def _text(self, tokens: list[int]) -> str:
        return self._vocabulary.decode_bytes(tokens).decode("utf-8", errors="ignore")

    def _decode(
        self, matcher: LLMatcher, prompt: list[int], cache: DynamicCache, limit: int
    ) -> tuple[list[int], list[tuple[int, float]]]:
        """Go on from what is in the cache.

        Returns:
            The answer's tokens, and of those that the model chose the place and how likely each was.
        """
        answer: list[int] = []
        unread = prompt
        sampled: list[tuple[int, float]] = []
        while True:
            forced = [] if matcher.is_stopped() else matcher.compute_ff_tokens()
            if forced:
                matcher.consume_tokens(forced)
                answer += forced
                unread = unread + forced
            if matcher.is_error():
                raise AnswerError(f"the grammar failed while answering: {_first_line(matcher.get_error())}")
            if len(answer) > limit or (len(answer) == limit and not matcher.is_stopped()):
                raise TruncatedError(f"the answer was not complete after {limit} tokens", remedy="ask for less at once")
            if matcher.is_stopped():
                return answer, sampled
            token, likely = self._choose(self._forward(unread, cache), matcher)
            if not matcher.consume_token(token):
                raise AnswerError(f"the grammar refused a token: {_first_line(matcher.get_error())}")
            if token == self._vocabulary.eos_token:
                return answer, sampled
            sampled.append((len(answer), likely))
            answer.append(token)
            unread = [token]

    def _forward(self, tokens: list[int], cache: DynamicCache) -> torch.Tensor:
        """Read tokens after those in the cache, which they join; return the last one's features, (hidden,)."""
        ids = torch.tensor([tokens], device=self._network.device)
        remembered: dict[str, Any] = {self._cache_name: cache}
        features: torch.Tensor = self._network.model(ids, use_cache=True, **remembered).last_hidden_state
        return features[0, -1]

    def _choose(self, features: torch.Tensor, matcher: LLMatcher) -> tuple[int, float]:
        """The likeliest token that the grammar allows, of equal ones the first, and how likely it is of those."""
        scores = F.linear(features.float(), self._head)
        bits = np.unpackbits(np.frombuffer(matcher.compute_bitmask(), dtype=np.uint8), bitorder="little")
        allowed = torch.from_numpy(bits[: len(scores)]).bool().to(scores.device)
        scores = scores.masked_fill(~allowed, -torch.inf)
        best = int(scores.argmax())
        return best, float(torch.exp(scores[best] - scores.logsumexp(0)))

    def _read(self, prefix: str) -> DynamicCache:
        """A cache with what comes before the question in it, which is read once and then remembered."""
        if not prefix:
            return DynamicCache()
        if prefix not in self._prefixes:
            cache = DynamicCache()
            self._forward(self._encode(prefix), cache)
            _remember(self._prefixes, prefix, cache, _PREFIXES)
        self._prefixes.move_to_end(prefix)
        return copy.deepcopy(self._prefixes[prefix])

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
                raise AnswerError(f"the schema of the answer cannot be used: {error}") from error
            fresh = LLMatcher(self._vocabulary, grammar, log_level=0)
            if fresh.is_error():
                raise AnswerError(f"the schema of the answer cannot be used: {_first_line(fresh.get_error())}")
            with self._lock:
                _remember(self._grammars, key, fresh, _GRAMMARS)
        return fresh.deep_copy()

    def _encode(self, text: str) -> list[int]:
        tokens: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return tokens


def _merged(base: Path, adapter: Path | None, *, chosen: bool) -> Path | None:
    """The folder of the base with the adapter in it, or None where there is none to merge; see ``load``."""
    if adapter is None:
        return None
    shipped = adapter == DEFAULT_ADAPTER
    if shipped and not (adapter / WEIGHTS).is_file():
        logger.warning("%s is absent: the language model runs without its adapter and plans poorly", adapter / WEIGHTS)
        return None
    try:
        return merged_model(base, adapter)
    except AdapterMisfit as error:
        if not (shipped and chosen):
            raise
        logger.warning("the adapter that comes with wordfuse is left out: %s", error)
        return None


@contextmanager
def _thread_limit(threads: int | None) -> Iterator[None]:
    """Use so many CPU threads inside."""
    before = torch.get_num_threads()
    torch.set_num_threads(threads or before)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _remember(memory: OrderedDict[str, _Value], key: str, value: _Value, most: int) -> None:
    memory[key] = value
    if len(memory) > most:
        memory.popitem(last=False)


def _first_line(message: str) -> str:
    return message.strip().split("\n", 1)[0]
