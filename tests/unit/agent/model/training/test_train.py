import json
from itertools import islice
from pathlib import Path
from random import Random
from types import SimpleNamespace

import pytest
import torch

from tests.tiny import Tiny
from wordfuse.agent.model.template import END, render
from wordfuse.agent.model.training.corpus.rows import Row, rows
from wordfuse.agent.model.training.train import Encoder, Settings, Trainer, batches, excluded
from wordfuse.agent.model.turns import answer_of
from wordfuse.fusion.errors import InputError


class Letters:
    """A tokenizer of one token a character, and one for the end of a turn, as there is in every base."""

    END = "\x03"

    def __call__(self, text, add_special_tokens, return_offsets_mapping=False):
        assert not add_special_tokens
        letters = text.replace(END, self.END)
        offsets = [(at, at + 1) for at in range(len(letters))]
        return SimpleNamespace(input_ids=[ord(letter) for letter in letters], offset_mapping=offsets)

    @classmethod
    def text(cls, ids) -> str:
        return "".join(map(chr, ids)).replace(cls.END, END)


def learnt(encoded) -> str:
    return Letters.text(label for label in encoded.labels if label != -100)


def row(*messages: tuple[str, str]) -> Row:
    return Row(tuple({"role": role, "content": content} for role, content in messages))


def test_only_what_the_assistant_is_to_say_is_learnt_with_the_end_of_its_turn():
    talk = row(("system", "s"), ("user", "u"), ("assistant", '{"a":1}'))
    encoded = Encoder(Letters())(talk)
    assert learnt(encoded) == '{"a":1}<|im_end|>'


def test_of_several_answers_only_the_last_is_learnt():
    talk = row(("user", "u"), ("assistant", "shown"), ("user", "v"), ("assistant", "learnt"))
    assert learnt(Encoder(Letters())(talk)) == "learnt<|im_end|>"


def test_training_reads_the_conversation_as_inference_renders_it():
    for one in islice(rows(3), 50):
        encoded = Encoder(Letters())(one)
        # The end of the answer is predicted, and never read.
        assert Letters.text(encoded.ids) + END + "\n" == render(one.messages, generate=False)


def test_each_token_is_predicted_from_those_before_it():
    encoded = Encoder(Letters())(row(("user", "u"), ("assistant", "yes")))
    assert len(encoded.ids) == len(encoded.labels) == len(encoded.weights)
    at = encoded.labels.index(ord("y"))
    assert Letters.text(encoded.ids[: at + 1]).endswith("<|im_start|>assistant\n")
    assert Letters.text(encoded.ids[: at + 2]).endswith("<|im_start|>assistant\ny")


@pytest.mark.parametrize(
    ("line", "regions"),
    [
        ("stand out: guy by the hedge", ["guy by the hedge"]),
        ("darker 20%: not lamps - red one; denoise; blur strong: faces", ["not lamps - red one", "faces"]),
        ("? count: people", ["people"]),
        ("improve", []),
        ("! undo", []),
        ("- edit", []),
    ],
)
def test_names_of_effects_count_more_than_names_of_regions(line, regions):
    answer = answer_of(line)
    encoded = Encoder(Letters())(row(("user", "u"), ("assistant", answer)))
    weights = [weight for label, weight in zip(encoded.labels, encoded.weights, strict=True) if label != -100]
    assert len(weights) == len(answer) + 1
    named: set[int] = set()
    for region in regions:
        named |= set(range(answer.index(region), answer.index(region) + len(region)))
    assert {weights[at] for at in named} <= {1.0}
    (heavy,) = {weights[at] for at in range(len(answer)) if at not in named}
    assert heavy > 1.0


def test_what_counts_more_weighs_more_in_an_update(base: Path, tmp_path: Path):
    encoded = Encoder(Letters())(row(("user", "u"), ("assistant", answer_of("blur: faces"))))
    trainer = Trainer(str(base), tmp_path, SMALL)
    losses = trainer.losses([encoded])[0].detach()
    weights = torch.tensor([w for label, w in zip(encoded.labels, encoded.weights, strict=True) if label != -100])
    assert trainer.train_step([[encoded]]) == pytest.approx(float((losses * weights).mean()), rel=1e-3)


def test_the_parts_of_an_update_keep_to_their_size():
    settings = Settings(rows_per_bucket=60, tokens_per_part=2000, parts=3)
    for parts in islice(batches(rows(3), Encoder(Letters()), settings, Random(1)), 10):
        assert len(parts) == 3
        for part in parts:
            longest = max(len(one.ids) for one in part)
            assert len(part) == 1 or longest * len(part) <= 2000


@pytest.mark.parametrize("blank", ["", "\n"])
def test_instructions_to_leave_out_are_compared_without_case_and_punctuation(tmp_path, blank):
    file = tmp_path / "cases.jsonl"
    file.write_text(json.dumps({"instruction": "Denoise  the sky!"}) + "\n" + blank)
    assert excluded(file) == {"denoise the sky"}


@pytest.mark.parametrize("text", [None, "no json", '{"words": "denoise"}', "[1]"])
def test_a_file_of_cases_that_cannot_be_read_is_named(tmp_path, text):
    file = tmp_path / "cases.jsonl"
    if text is not None:
        file.write_text(text)
    with pytest.raises(InputError, match=r"^exclude .*cases\.jsonl"):
        excluded(file)


SMALL = Settings(rank=4, warmup_steps=1, compile=False)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Tiny.save(Tiny.llama(400), tmp_path_factory.mktemp("base"))


def test_a_training_begins_with_what_another_learnt(base: Path, tmp_path: Path) -> None:
    first = Trainer(str(base), tmp_path, SMALL)
    encoded = Encoder(Letters())(row(("user", "u"), ("assistant", "yes")))
    first.train_step([[encoded]])
    first.export(tmp_path / "learnt")
    second, fresh = (Trainer(str(base), tmp_path, SMALL, start) for start in (tmp_path / "learnt", None))
    # B of a LoRA begins with zeros, so whatever is there was learnt; it is stored in bf16.
    name = next(name for name in first.masters if "lora_B" in name)
    assert not fresh.masters[name].any()
    assert torch.equal(second.masters[name], first.masters[name].bfloat16().float())
    assert torch.equal(second.live[name].float(), second.masters[name])
    assert second.masters[name].any()


def test_an_adapter_that_does_not_fit_is_told(base: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^start_with .*missing: no adapter can be read there"):
        Trainer(str(base), tmp_path, SMALL, tmp_path / "missing")
    Trainer(str(base), tmp_path, SMALL).export(tmp_path / "narrow")
    with pytest.raises(InputError, match=r"it has another shape: .* is \(4, 64\), not \(8, 64\)"):
        Trainer(str(base), tmp_path, Settings(rank=8, compile=False), tmp_path / "narrow")
