import json
from itertools import islice
from pathlib import Path
from random import Random
from types import SimpleNamespace

import pytest
import torch

from tests.tiny import Tiny
from wordfuse.agent.model.template import render
from wordfuse.agent.model.training.corpus.rows import Row, rows
from wordfuse.agent.model.training.train import Encoder, Settings, Trainer, batches, excluded
from wordfuse.fusion.errors import InputError


class Letters:
    """A tokenizer of one token a character."""

    def __call__(self, text, add_special_tokens):
        assert not add_special_tokens
        return SimpleNamespace(input_ids=[ord(letter) for letter in text])


def learnt(encoded) -> str:
    return "".join(chr(label) for label in encoded.labels if label != -100)


def row(*messages: tuple[str, str], learn: tuple[int, ...]) -> Row:
    return Row("act", tuple({"role": role, "content": content} for role, content in messages), learn)


def test_only_what_the_assistant_is_to_say_is_learnt_with_the_end_of_its_turn():
    talk = row(("system", "s"), ("user", "u"), ("assistant", '{"a":1}'), learn=(2,))
    encoded = Encoder(Letters())(talk)
    assert learnt(encoded) == '{"a":1}<|im_end|>'


def test_a_mistake_that_is_shown_is_not_learnt():
    talk = row(("user", "u"), ("assistant", "wrong"), ("tool", "error"), ("assistant", "right"), learn=(3,))
    assert learnt(Encoder(Letters())(talk)) == "right<|im_end|>"


def test_training_reads_the_conversation_as_inference_renders_it():
    for one in islice(rows(3), 50):
        text = "".join(map(chr, Encoder(Letters())(one).ids))
        assert text == render(one.messages, generate=False)


def test_each_token_is_predicted_from_those_before_it():
    encoded = Encoder(Letters())(row(("user", "u"), ("assistant", "yes"), learn=(1,)))
    at = encoded.labels.index(ord("y"))
    assert "".join(map(chr, encoded.ids[: at + 1])).endswith("<|im_start|>assistant\n")


def test_whether_there_is_a_plan_at_all_counts_most():
    for answer in ('{"steps":[{"task":"denoise"}],"refusal":null}', '{"steps":[],"refusal":"no"}'):
        talk = row(("user", "u"), ("assistant", answer), learn=(1,))
        encoded = Encoder(Letters())(Row("plan", talk.messages, talk.learn))
        heavy = [chr(label) for label, weight in zip(encoded.labels, encoded.weights, strict=True) if weight > 1]
        assert heavy == [answer.removeprefix('{"steps":[')[0]]
        assert set(Encoder(Letters())(talk).weights) == {1.0}


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
    encoded = Encoder(Letters())(row(("user", "u"), ("assistant", "yes"), learn=(1,)))
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
