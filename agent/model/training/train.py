"""Train the adapter of the embedded model on the generated corpus.

``wordfuse train language --out DIR --minutes 60`` writes ``DIR/adapter`` (peft format, bf16), ``DIR/curve.jsonl`` and
checkpoints from which the same command continues. The learning rate follows the clock: it ends near zero when the time
is up, however many steps that were. ``--start-with FOLDER`` begins with what an earlier training learnt.
"""

import json
import logging
import math
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import torch
from peft import LoraConfig, get_peft_model
from peft.tuners.tuners_utils import BaseTunerLayer
from torch.nn import functional
from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer

from wordfuse.agent.model.template import END, render
from wordfuse.agent.model.training.corpus.rows import Row, plain, rows
from wordfuse.agent.model.training.weights import read_weights, write_weights
from wordfuse.agent.model.turns import BEFORE_LINE
from wordfuse.agent.model.words import lines
from wordfuse.agent.telling.shown import brief
from wordfuse.fusion.device import has_fast_bfloat16
from wordfuse.fusion.errors import InputError

log = logging.getLogger(__name__)

BASE = "HuggingFaceTB/SmolLM2-135M-Instruct"

_IGNORED = -100
#: Names of effects and kinds are few tokens beside those of regions, and the most hangs on them.
_DECISION_WEIGHT = 3.0


@dataclass(frozen=True)
class Settings:
    """How to train; kept beside the curve."""

    minutes: float = 55.0
    threads: int = 1
    seed: int = 1
    rank: int = 16
    rate: float = 6e-4
    """Peak learning rate of AdamW."""
    warmup_steps: int = 30
    tokens_per_part: int = 600
    """Most tokens in one pass, padding included."""
    parts: int = 3
    """Passes an update. Rows of one length are of one kind, so an update wants rows of several lengths."""
    rows_per_bucket: int = 640
    """Rows that are sorted by length together before they are cut into batches."""
    longest: int = 4096
    """Rows of more tokens are left out."""
    twice: str = ""
    """Pattern of the files of wishes that come twice as often; empty: all are alike."""
    first_layer: int = 0
    """Layers before this one keep what they know: nothing is propagated back to them."""
    clip: float = 1.0
    steps_per_checkpoint: int = 60
    validation_rows: int = 160
    compile: bool = True
    """Compile the layers (needs a C++ compiler; a minute once): half as many steps again in the same time."""


@dataclass(frozen=True)
class Encoded:
    """A row as token ids, at each place the id to be predicted there, or -100, and how much that one counts."""

    ids: list[int]
    labels: list[int]
    weights: list[float]


class Encoder:
    """Rows to token ids, with labels on what the assistant is to say."""

    def __init__(self, tokenizer: Any) -> None:
        """Use the base's own tokenizer, a fast one."""
        self._tokenizer = tokenizer

    def __call__(self, row: Row) -> Encoded:
        """Encode piece by piece, so that the borders of the answer are borders of tokens, as in generation."""
        *question, answer = row.messages
        asked = self._tokens(render(question, generate=True))
        told = self._tokenizer(answer["content"], add_special_tokens=False, return_offsets_mapping=True)
        regions = lines.regions_at(answer["content"].removeprefix(BEFORE_LINE).removesuffix('"}'))
        weights = [
            1.0 if any(start <= at - len(BEFORE_LINE) < end for start, end in regions) else _DECISION_WEIGHT
            for at, _ in told.offset_mapping
        ]
        ids = [*asked, *told.input_ids]
        labels = [*[_IGNORED] * len(asked), *told.input_ids, *self._tokens(END)]
        # labels[i] is what follows ids[i]
        return Encoded(ids, labels[1:], [*[1.0] * (len(asked) - 1), *weights, 1.0])

    def _tokens(self, text: str) -> list[int]:
        tokens: list[int] = self._tokenizer(text, add_special_tokens=False).input_ids
        return tokens


def batches(
    source: Iterator[Row], encode: Encoder, settings: Settings, rng: Random
) -> Iterator[tuple[list[Encoded], ...]]:
    """What each update learns: a few parts, each of about equally long rows, so that little is padding."""
    while True:
        encoded = (encode(row) for row in source)
        short = (one for one in encoded if len(one.ids) <= settings.longest)
        bucket = sorted(islice(short, settings.rows_per_bucket), key=lambda one: len(one.ids))
        parts = list(_cut(bucket, settings.tokens_per_part))
        rng.shuffle(parts)
        yield from zip(*[iter(parts)] * settings.parts, strict=False)


def _cut(bucket: Sequence[Encoded], most_tokens: int) -> Iterator[list[Encoded]]:
    batch: list[Encoded] = []
    for one in bucket:
        if batch and len(one.ids) * (len(batch) + 1) > most_tokens:
            yield batch
            batch = []
        batch.append(one)
    if batch:
        yield batch


def load_base(base: str) -> Any:
    """The base, from a folder or the hub; a note of an earlier GGUF packing is dropped, as it is unpacked.

    In bf16 where the CPU computes in it, else in float32: emulated, bf16 takes fifty times as long.
    """
    config = AutoConfig.from_pretrained(base)
    if getattr(config, "quantization_config", None):
        del config.quantization_config
    dtype = torch.bfloat16 if has_fast_bfloat16(torch.device("cpu")) else torch.float32
    # The fused attention's backward pass on CPUs takes a third of a step at these lengths, the plain one next to none.
    return AutoModelForCausalLM.from_pretrained(base, config=config, dtype=dtype, attn_implementation="eager")


class Trainer:
    """The model with its adapter, its optimizer, and the state to continue from."""

    def __init__(self, base: str, out: Path, settings: Settings, start: Path | None = None) -> None:
        """Load the base and, where ``out`` has a checkpoint, what was learnt and spent so far; else ``start``.

        Raises:
            InputError: ``start`` cannot be read, or is no adapter of this shape.
        """
        torch.manual_seed(settings.seed)
        self.settings, self.out = settings, out
        adapter = LoraConfig(
            r=settings.rank,
            lora_alpha=2 * settings.rank,
            lora_dropout=0.0,
            target_modules="all-linear",
            task_type="CAUSAL_LM",
        )
        # In bf16 throughout where that is fast; the optimizer works on float32 copies, so that no small step is lost.
        self.model = get_peft_model(load_base(base), adapter, autocast_adapter_dtype=False)
        self.live = {name: weight for name, weight in self.model.named_parameters() if weight.requires_grad}
        self.masters = {name: weight.detach().float().clone() for name, weight in self.live.items()}
        self.optimizer = torch.optim.AdamW(
            list(self.masters.values()), lr=settings.rate, betas=(0.9, 0.98), weight_decay=0.0
        )
        inner: Any = self.model.base_model.model
        for layer in inner.model.layers[: settings.first_layer]:
            layer.requires_grad_(False)
        self.model.train()
        self.step, self.spent_s, self.best = 0, 0.0, math.inf
        self._body, self._head = inner.model, inner.lm_head
        if settings.compile:
            for layer in self._body.layers:
                layer.compile(dynamic=True)
        if (out / "latest.pt").is_file():
            self._restore(torch.load(out / "latest.pt", weights_only=True))
        elif start is not None:
            read_weights(start, self.masters)
            self._use_masters()
        # What is learnt no further is part of the base: computed once, not beside it.
        for layer in inner.model.layers[: settings.first_layer]:
            for module in layer.modules():
                if isinstance(module, BaseTunerLayer):
                    module.merge()

    def losses(self, batch: Sequence[Encoded]) -> tuple[torch.Tensor, torch.Tensor]:
        """Cross-entropy (nats) and correctness at each answer token of a batch; the head runs at those places only."""
        longest = max(len(one.ids) for one in batch)
        ids = torch.tensor([one.ids + [0] * (longest - len(one.ids)) for one in batch])
        labels = torch.tensor([one.labels + [_IGNORED] * (longest - len(one.labels)) for one in batch])
        # Padding is on the right and attention causal: what is padded is never looked at by what is learnt.
        hidden = self._body(input_ids=ids, use_cache=False).last_hidden_state
        wanted = labels != _IGNORED
        logits = self._head(hidden[wanted]).float()
        return functional.cross_entropy(logits, labels[wanted], reduction="none"), logits.argmax(-1) == labels[wanted]

    def train_step(self, parts: Sequence[Sequence[Encoded]]) -> float:
        """One update; returns the mean weighted loss in nats a token."""
        tokens = sum(label != _IGNORED for part in parts for one in part for label in one.labels)
        total = 0.0
        for part in parts:
            weights = torch.tensor([
                weight
                for one in part
                for label, weight in zip(one.labels, one.weights, strict=True)
                if label != _IGNORED
            ])  # fmt: skip
            loss = (self.losses(part)[0] * weights).sum() / tokens
            loss.backward()
            total += float(loss.detach())
        for name, weight in self.live.items():
            self.masters[name].grad = None if weight.grad is None else weight.grad.float()
            weight.grad = None
        torch.nn.utils.clip_grad_norm_(list(self.masters.values()), self.settings.clip)
        for group in self.optimizer.param_groups:
            group["lr"] = self.rate()
        self.optimizer.step()
        self._use_masters()
        self.step += 1
        return total

    def rate(self) -> float:
        """The learning rate now: linear warm-up by steps, then a cosine over the time that is allowed."""
        done = min(1.0, self.spent_s / (60 * self.settings.minutes))
        warm = min(1.0, (self.step + 1) / self.settings.warmup_steps)
        return self.settings.rate * warm * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * done)))

    def validate(self, held_out: Sequence[list[Encoded]]) -> dict[str, float]:
        """Mean loss, token accuracy, and the share of rows whose every answer token is right given those before."""
        # In training mode and with gradients, like a step: nothing in the model differs, and nothing is compiled anew.
        loss, right, tokens, exact, count = 0.0, 0, 0, 0, 0
        for batch in held_out:
            losses, correct = self.losses(batch)
            loss, right, tokens = loss + float(losses.detach().sum()), right + int(correct.sum()), tokens + len(losses)
            sizes = [sum(label != _IGNORED for label in one.labels) for one in batch]
            exact += sum(bool(part.all()) for part in correct.split(sizes))
            count += len(batch)
        return {"loss": loss / tokens, "token_accuracy": right / tokens, "exact": exact / count}

    def save(self, name: str) -> None:
        """Write a checkpoint, whole or not at all."""
        state = {
            "masters": self.masters,
            "optimizer": self.optimizer.state_dict(),
            "step": self.step,
            "spent_s": self.spent_s,
        }
        torch.save(state, self.out / f"{name}.tmp")
        os.replace(self.out / f"{name}.tmp", self.out / f"{name}.pt")  # noqa: PTH105

    def export(self, folder: Path) -> None:
        """Write the adapter in peft's format, bf16."""
        folder.mkdir(parents=True, exist_ok=True)
        config = self.model.peft_config["default"]
        if Path(config.base_model_name_or_path or "").is_dir():
            config.base_model_name_or_path = BASE  # a folder of this machine means nothing elsewhere
        config.inference_mode = True
        config.save_pretrained(str(folder))
        write_weights(folder, self.masters)

    def _restore(self, state: dict[str, Any]) -> None:
        self.masters.update(state["masters"])
        self.optimizer = torch.optim.AdamW(
            list(self.masters.values()), lr=self.settings.rate, betas=(0.9, 0.98), weight_decay=0.0
        )
        self.optimizer.load_state_dict(state["optimizer"])
        # The best so far is not restored: what it was measured on may have changed with the corpus.
        self.step, self.spent_s = state["step"], state["spent_s"]
        self._use_masters()

    def _use_masters(self) -> None:
        with torch.no_grad():
            for name, weight in self.live.items():
                weight.copy_(self.masters[name])


def train(
    base: str,
    out: Path,
    settings: Settings,
    exclude: frozenset[str] = frozenset(),
    start: Path | None = None,
) -> Path:
    """Train until the time is up, or continue what ``out`` holds.

    Args:
        base: Folder or hub id of the base model.
        out: Where checkpoints, curve and adapter go.
        settings: How to train.
        exclude: Instructions (as ``corpus.plain`` gives them) that must not occur in training.
        start: Folder of the adapter to begin with; None: one that has learnt nothing.

    Returns:
        The folder of the adapter.

    Raises:
        InputError: ``start`` is no adapter that fits.
    """
    torch.set_num_threads(settings.threads)
    out.mkdir(parents=True, exist_ok=True)
    (out / "settings.json").write_text(json.dumps(asdict(settings), indent=1) + "\n", encoding="utf-8")
    encode = Encoder(AutoTokenizer.from_pretrained(base))
    trainer = Trainer(base, out, settings, start)
    # After an interruption the corpus continues elsewhere rather than from its start.
    seed = settings.seed * 1_000_003 + trainer.step
    source = batches(rows(seed, "train", exclude, settings.twice), encode, settings, Random(seed))
    held_out = _validation(encode, settings)
    window: list[float] = []
    tokens = 0
    while trainer.spent_s < 60 * settings.minutes:
        begin = time.monotonic()
        parts = next(source)
        window.append(trainer.train_step(parts))
        tokens += sum(len(one.ids) for part in parts for one in part)
        trainer.spent_s += time.monotonic() - begin
        if trainer.step % 10 == 0:
            _note(out, trainer, {"train_loss": sum(window) / len(window), "tokens": tokens, "lr": trainer.rate()})
            window, tokens = [], 0
        if trainer.step % settings.steps_per_checkpoint == 0:
            begin = time.monotonic()
            _checkpoint(trainer, held_out)
            trainer.spent_s += time.monotonic() - begin
    _checkpoint(trainer, held_out)
    return out / "adapter"


def _validation(encode: Encoder, settings: Settings) -> list[list[Encoded]]:
    source = rows(settings.seed, "validation")
    bucket = sorted((encode(next(source)) for _ in range(settings.validation_rows)), key=lambda one: len(one.ids))
    return list(_cut(bucket, 3 * settings.tokens_per_part))


def _checkpoint(trainer: Trainer, held_out: Sequence[list[Encoded]]) -> None:
    scores = trainer.validate(held_out)
    _note(trainer.out, trainer, {f"validation_{name}": value for name, value in scores.items()})
    trainer.save("latest")
    trainer.export(trainer.out / "latest")
    if scores["loss"] < trainer.best:
        trainer.best = scores["loss"]
        trainer.export(trainer.out / "adapter")


def _note(out: Path, trainer: Trainer, values: dict[str, float]) -> None:
    line = json.dumps(
        {"step": trainer.step, "minutes": round(trainer.spent_s / 60, 2)} | {k: round(v, 6) for k, v in values.items()}
    )
    with (out / "curve.jsonl").open("a", encoding="utf-8") as curve:
        curve.write(line + "\n")
    log.info(line)


def excluded(path: Path) -> frozenset[str]:
    """The instructions of test cases, in the form ``train`` leaves out: a file of JSON lines, or all of a folder.

    One or two words ("again", "denoise", "too dark") are no secret of a test, and are not left out: a model that never
    met them takes them for gibberish.

    Raises:
        InputError: it cannot be read, or a line of it is no case.
    """
    try:
        files = sorted(path.glob("[!.]*.jsonl")) if path.is_dir() else [path]
        lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
        said = {plain(json.loads(line)["instruction"]) for line in lines if line.strip()}
        return frozenset(text for text in said if len(text.split()) > 2)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"cannot be used ({brief(error)})",
            argument="exclude",
            subject=path,
            remedy="give JSON lines, each with an instruction",
        ) from error
