"""The language model in this process: a small LLaMA with our adapter, answering in JSON that a grammar vouches for.

Decoding is greedy and constrained: at each step the grammar of the schema says which tokens may follow. What the schema
leaves no choice about (keys, punctuation, the rest of a word once it is clear) is appended without asking the model,
and only words that may follow are scored. Whoever asks may guess the answer: a guess is read together with what is to
be read anyway, and as much of it stands as the model would have written itself, so that it changes the time and
nothing else (Leviathan et al., "Fast Inference from Transformers via Speculative Decoding", here greedy).
"""

import json
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np
from llguidance import LLMatcher
from tokenizers import Tokenizer

from wordfuse.agent.errors import AnswerError, InputError
from wordfuse.agent.model.embedded.arrays.ready import ready_network
from wordfuse.agent.model.embedded.base import resolve_base
from wordfuse.agent.model.embedded.merged import WEIGHTS, AdapterMisfit, merged_model
from wordfuse.agent.model.embedded.protocol import Features, Network
from wordfuse.agent.model.embedded.vocabulary import vocabulary_of
from wordfuse.agent.model.grammar import Schema, plain_schema, tool_call_schema
from wordfuse.agent.model.template import END, render

__all__ = ["CONTEXT", "DEFAULT_ADAPTER", "EmbeddedModel", "Generation", "TruncatedError", "tool_call_schema"]

DEFAULT_ADAPTER = Path(__file__).parent / "adapter"
#: The longest prompt and answer together, in tokens: a bound on memory and time.
CONTEXT = 4096

# There are three turns, each with its system prompt and demonstrations, and a tool grammar for each set of tools. What
# was read takes 23 KB a token in the default base.
_PREFIXES = 4
_GRAMMARS = 16
_MOST_GUESSED = 24  # tokens: what is guessed wrongly is read for nothing

if TYPE_CHECKING:
    from llguidance._lib import JsonCompileOptions

_Value = TypeVar("_Value")
#: A likely whole answer to a question, given how it begins; None where there is none.
Guess = Callable[[str, str], str | None]

logger = logging.getLogger(__name__)


class TruncatedError(AnswerError):
    """The answer was still unfinished at the limit of tokens."""


@dataclass(frozen=True)
class Rival:
    """What nearly was chosen in one place of an answer: the second likeliest token that the grammar allowed there.

    Attributes:
        at: where in the answer's text it begins, in characters.
        tokens: the answer up to there, and it.
        text: the same as text.
        likely: how likely it was among the tokens that the grammar allowed, 0 to 1.
    """

    at: int
    tokens: tuple[int, ...]
    text: str
    likely: float


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
        rivals: for each of these what nearly was chosen in its place; None where the grammar allowed nothing else.
    """

    text: str
    prompt_tokens: int
    completion_tokens: int
    sampled_tokens: int
    seconds: float
    choices: tuple[tuple[int, float], ...] = ()
    rivals: tuple[Rival | None, ...] = ()


class _Choice(NamedTuple):
    """The token that the model chose, and the one that comes next; None: nothing else may follow."""

    token: int
    likely: float
    rival: int | None
    rival_likely: float


class EmbeddedModel:
    """A LLaMA and its tokenizer; safe to share between threads, which then take turns."""

    def __init__(self, network: Network, tokenizer: Tokenizer, *, name: str, adapted: bool = False) -> None:
        """Join a network and its tokenizer; ``load`` is the usual way here.

        Args:
            network: the network, with any adapter already merged.
            tokenizer: its tokenizer, which must know ChatML's special tokens.
            name: what to call the model in messages and records.
            adapted: whether an adapter was merged, so that the model knows the short prompts.

        Raises:
            InputError: the tokenizer has no ChatML, or more words than the network.
        """
        end = tokenizer.token_to_id(END)
        if end is None:
            raise InputError(f"its tokenizer has no {END}; the in-process model must know ChatML", subject=name)
        if tokenizer.get_vocab_size() > network.vocabulary:
            raise InputError(
                f"{tokenizer.get_vocab_size()} tokens, but {network.vocabulary} embeddings; not one model",
                subject=name,
            )
        tokenizer.no_padding()
        tokenizer.no_truncation()
        self.name = name
        self.adapted = adapted
        self._network, self._tokenizer = network, tokenizer
        self._context = min(CONTEXT, network.context)
        self._vocabulary = vocabulary_of(tokenizer, network.vocabulary, end)
        self._prefixes: OrderedDict[str, Any] = OrderedDict()
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

        The merged model is kept in the cache (see ``merged_model``), and as it is computed with (``ready_network``), so
        only the first time takes longer.

        Args:
            source: a folder or hub id of a LLaMA with ChatML, or None for the default base (see ``resolve_base``).
            adapter: folder of a LoRA in peft's format, or None for the base alone. Without the default adapter's
                weights, or where they do not fit a base given in ``source``, the base alone is loaded and a warning
                is logged.
            device: ``auto``, ``cpu``, ``cuda`` or ``cuda:N``. With ``auto`` a small model stays on the CPU, where it
                answers before a GPU would be awake.
            threads: CPU threads of torch while answering, where torch computes it; for None see ``TorchNetwork``.
            progress: called with bytes done and in all while the default base is downloaded.

        Raises:
            InputError: an argument names something that cannot be used, or the adapter's files are damaged.
            BackendUnreachable: the base cannot be fetched, or the merged model not be kept.
        """
        folder = resolve_base(source, progress=progress)
        merged = _merged(folder, adapter, chosen=source is not None)
        network: Network | None = ready_network(merged or folder) if device in ("auto", "cpu") else None
        if network is None:
            from wordfuse.agent.model.embedded.network import TorchNetwork

            network = TorchNetwork.load(merged or folder, device, threads)
        try:
            tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        except Exception as error:  # tokenizers raises Exception itself
            raise InputError(
                f"cannot be read ({error})", subject=folder / "tokenizer.json", remedy="fetch the model again"
            ) from error
        name = source or "SmolLM2-135M-Instruct"
        return cls(network, tokenizer, name=name, adapted=merged is not None)

    def generate(
        self,
        messages: Sequence[Mapping[str, str]],
        schema: Schema,
        *,
        max_tokens: int = 400,
        seed: int | None = None,
        guess: Guess | None = None,
        begun: Sequence[int] = (),
    ) -> Generation:
        """Answer a conversation with JSON that fits a schema. The same conversation always has the same answer.

        Args:
            messages: the conversation, as ``agent.model.template.render`` takes it.
            schema: a JSON schema; it is made plain first (see ``plain_schema``), so every property is written.
            max_tokens: the longest answer.
            seed: has no effect, since the likeliest token is always taken; every chat model here accepts one.
            guess: given the last message and the answer's beginning, guesses the whole answer.
            begun: the tokens that the answer is to begin with, as :class:`Rival` has them; the choices are those after.

        Raises:
            TruncatedError: the answer was not complete within ``max_tokens``.
            AnswerError: the conversation is too long for the model, the schema has no grammar, or the grammar failed.
        """
        began = time.perf_counter()
        matcher = self._matcher(schema)
        prefix = render(messages[:-1], generate=False)
        rest = self._encode(render(messages[-1:], generate=True))
        question = messages[-1]["content"]
        with self._lock:
            room = self._context - max_tokens
            length = len(self._encode(prefix)) + len(rest)
            if length > room:
                raise AnswerError(
                    f"the instruction is too long: {length} tokens, at most {room}", remedy="say it in fewer words"
                )
            likely = None if guess is None else lambda begun: guess(question, begun)
            known, memory = length - len(rest), self._read(prefix)
            answer, sampled = self._decode(matcher, rest, known, memory, max_tokens, likely, begun)
        text = self._text(answer)
        choices = tuple((len(self._text(answer[:place])), chosen.likely) for place, chosen in sampled)
        rivals = tuple(self._rival(answer[:place], chosen) for place, chosen in sampled)
        return Generation(text, length, len(answer), len(sampled), time.perf_counter() - began, choices, rivals)

    def _rival(self, before: list[int], chosen: _Choice) -> Rival | None:
        if chosen.rival is None or chosen.rival == self._vocabulary.eos_token:
            return None
        tokens = (*before, chosen.rival)
        return Rival(len(self._text(before)), tokens, self._text([*tokens]), chosen.rival_likely)

    def _text(self, tokens: list[int]) -> str:
        return self._vocabulary.decode_bytes(tokens).decode("utf-8", errors="ignore")

    def _decode(
        self,
        matcher: LLMatcher,
        prompt: list[int],
        known: int,
        memory: Any,
        limit: int,
        guess: Callable[[str], str | None] | None,
        begun: Sequence[int],
    ) -> tuple[list[int], list[tuple[int, _Choice]]]:
        """Go on from the ``known`` tokens in the memory, which is extended.

        Returns:
            The answer's tokens, ``begun`` before all, and of those that the model chose the place and the choice.
        """
        if begun and not matcher.consume_tokens(list(begun)):
            raise AnswerError(f"the grammar refused how the answer begins: {_first_line(matcher.get_error())}")
        answer: list[int] = [*begun, *self._forced(matcher)]
        sampled: list[tuple[int, _Choice]] = []
        unread = prompt + answer
        while not matcher.is_stopped():
            if len(answer) >= limit:
                raise TruncatedError(f"the answer was not complete after {limit} tokens", remedy="ask for less at once")
            guessed = self._guessed(guess, answer)
            features = self._network.read(unread + guessed, memory)[len(unread) - 1 :]
            known, right = known + len(unread), 0
            while True:  # as long as the guess is what the model writes
                chosen = self._choose(features[right], matcher)
                if not matcher.consume_token(chosen.token):
                    raise AnswerError(f"the grammar refused a token: {_first_line(matcher.get_error())}")
                if chosen.token == self._vocabulary.eos_token:
                    return answer, sampled
                sampled.append((len(answer), chosen))
                unread = [chosen.token, *self._forced(matcher)]
                answer += unread
                if matcher.is_stopped() or guessed[right : right + len(unread)] != unread:
                    break
                right += len(unread)
            alike = _alike(guessed[right:], unread)
            known, unread = known + right + alike, unread[alike:]
            self._network.cut(memory, known)
        if len(answer) > limit:
            raise TruncatedError(f"the answer was not complete after {limit} tokens", remedy="ask for less at once")
        return answer, sampled

    def _forced(self, matcher: LLMatcher) -> list[int]:
        """The tokens that the grammar leaves no choice about; they are consumed."""
        forced: list[int] = [] if matcher.is_stopped() else matcher.compute_ff_tokens()
        if forced:
            matcher.consume_tokens(forced)
        if matcher.is_error():
            raise AnswerError(f"the grammar failed while answering: {_first_line(matcher.get_error())}")
        return forced

    def _guessed(self, guess: Callable[[str], str | None] | None, answer: list[int]) -> list[int]:
        """The tokens that may follow, as far as somebody guesses."""
        begun = self._text(answer)
        whole = guess(begun) if guess is not None else None
        if whole is None or not whole.startswith(begun):
            return []
        tokens = self._encode(whole)
        # Where the grammar split a word in another way, what follows is split by itself.
        more = tokens[len(answer) :] if tokens[: len(answer)] == answer else self._encode(whole[len(begun) :])
        return more[:_MOST_GUESSED]

    def _choose(self, features: Features, matcher: LLMatcher) -> _Choice:
        """The likeliest token that the grammar allows, of equal ones the first, and the next likeliest."""
        bits = np.unpackbits(np.frombuffer(matcher.compute_bitmask(), dtype=np.uint8), bitorder="little")
        allowed = np.flatnonzero(bits[: self._network.vocabulary])
        scores = self._network.scores(features, allowed).astype(np.float64)
        best = int(scores.argmax())
        shares = np.exp(scores - scores[best])
        likely = float(1 / shares.sum())
        if len(allowed) == 1:
            return _Choice(int(allowed[best]), likely, None, 0.0)
        shares[best] = -1.0
        second = int(shares.argmax())
        return _Choice(int(allowed[best]), likely, int(allowed[second]), float(shares[second]) * likely)

    def _read(self, prefix: str) -> Any:
        """A memory of what comes before the question, which is read once and then remembered."""
        if not prefix:
            return self._network.memory()
        if prefix not in self._prefixes:
            memory = self._network.memory()
            self._network.read(self._encode(prefix), memory)
            _remember(self._prefixes, prefix, memory, _PREFIXES)
        self._prefixes.move_to_end(prefix)
        return self._network.copied(self._prefixes[prefix])

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


def _alike(first: Sequence[int], second: Sequence[int]) -> int:
    """How many tokens two lists begin with alike."""
    pairs = zip(first, second, strict=False)
    return next((place for place, (one, other) in enumerate(pairs) if one != other), min(len(first), len(second)))


def _remember(memory: OrderedDict[str, _Value], key: str, value: _Value, most: int) -> None:
    memory[key] = value
    if len(memory) > most:
        memory.popitem(last=False)


def _first_line(message: str) -> str:
    return message.strip().split("\n", 1)[0]
