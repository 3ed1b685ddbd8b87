"""Where words name nothing that is found, a number does: its piece is the region from then on."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.fakes import Detector, Small, plan, step
from tests.unit.agent.run.talks import scripted, talking
from wordfuse.agent.dialogue.asking.questions import Question
from wordfuse.agent.model.mock import ScriptedModel
from wordfuse.agent.record import read_record
from wordfuse.agent.report.reproduce import command_of
from wordfuse.agent.talking.scripts import script_of

pytestmark = pytest.mark.usefixtures("quick")


def model() -> ScriptedModel:
    made = scripted()
    made.plans = {**made.plans, "darker unicorn": plan(step("relight", "darker", "a unicorn", strength="slight"))}
    return made


def inside(folder: Path, question: Question, *numbers: int) -> np.ndarray:
    assert question.pieces is not None
    return np.isin(np.asarray(Image.open(folder / question.pieces)), numbers)


def changed(folder: Path) -> np.ndarray:
    before, after = (np.asarray(Image.open(folder / name)).astype(int) for name in ("fused.png", "result.png"))
    return (before != after).reshape(*before.shape[:2], -1).any(axis=2)


def test_pieces_are_a_region_by_its_name(small: Small, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    with talking(small, folder, model()) as conversation:
        question = conversation.say("unicorn").question
        assert question is not None and question.pieces is not None and len(question.boxes) >= 2
        assert conversation.answer("1 and 2").question is None
        assert conversation.say("darker unicorn").question is None, "it is known now"
        first, second = conversation.record.instructions
        (asked,) = first.asked
        assert asked.mask is not None and (folder / asked.mask).is_file()
        assert first.steps[0].region.phrases == ["a unicorn"] == second.steps[0].region.phrases
        assert first.steps[0].satisfied
        mask = np.asarray(Image.open(folder / asked.mask)) > 127
        where = inside(folder, question, 1, 2)
        assert (mask & where).sum() / (mask | where).sum() > 0.8
        assert changed(folder).any() and not changed(folder)[~mask].any()


def test_what_makes_the_run_again_gives_the_pieces(small: Small, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    with talking(small, folder) as conversation:
        conversation.say("unicorn")
        conversation.answer("finer 1")
        conversation.answer("2")
        record = conversation.record
        (asked,) = [one for one in record.instructions[0].asked if one.mask]
    command = command_of(read_record(folder))
    assert "-i unicorn" in command and f"--mask 'a unicorn={folder / asked.mask}'" in command
    from wordfuse.agent.report.chosen import with_pieces

    settings = with_pieces(record.settings, record.instructions, folder)
    script = script_of(small.ir, small.vi, settings, record.instructions)
    assert "- unicorn" in script and f"a unicorn: {folder / asked.mask}" in script


def test_undone_pieces_are_asked_for_again_and_a_later_process_knows_them(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run", model()) as conversation:
        conversation.say("unicorn")
        conversation.answer("1")
    with talking(small, tmp_path / "run", model()) as conversation:
        assert conversation.say("darker unicorn").question is None
        conversation.undo(2)
        assert conversation.say("unicorn").question is not None


def test_pieces_are_divided_on_the_way(small: Small, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    with talking(small, folder) as conversation:
        whole = conversation.say("unicorn").question
        which = conversation.answer("finer").question
        assert whole is not None and which is not None and which.text.startswith("Which piece is to be divided?")
        largest = max(range(len(which.boxes)), key=lambda at: which.boxes[at][2] - which.boxes[at][0]) + 1
        finer = conversation.answer(str(largest)).question
        assert finer is not None and finer.pieces != whole.pieces
        part = inside(folder, whole, largest)
        assert not inside(folder, finer, *range(1, 20))[~part].any(), "the others are none of them"
        assert conversation.answer("1").question is None


def test_none_of_what_was_found_leads_to_pieces(small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    boxes = [(10.0, 40.0, 30.0, 60.0), (40.0, 40.0, 60.0, 60.0)]
    Detector("car", seen=[(box, 0.9) for box in boxes], confidence=0.9).put_in(monkeypatch)
    with talking(small, tmp_path / "run", masks={}) as conversation:
        which = conversation.say("the car").question
        assert which is not None and "none" in which.options
        question = conversation.answer("none of those").question
        assert question is not None and question.pieces is not None
        assert question.text.startswith("None of those. Which region is 'car' instead?")
        conversation.answer("1")
        assert conversation.say("darken it").question is None, "the piece is the car"
        before, after = conversation.record.instructions
        assert before.steps[0].area == after.steps[0].area > 0


@pytest.mark.parametrize("answers", [["none", "skip"], ["none", "griffin", "skip"]])
def test_none_and_nothing_else_changes_nothing(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answers: list[str]
) -> None:
    boxes = [(10.0, 40.0, 30.0, 60.0), (40.0, 40.0, 60.0, 60.0)]
    Detector("car", seen=[(box, 0.9) for box in boxes], confidence=0.9).put_in(monkeypatch)
    with talking(small, tmp_path / "run", masks={}) as conversation:
        conversation.say("the car")
        for answer in answers:
            turn = conversation.answer(answer)
        assert turn.question is None
        assert conversation.picture == "fused.png"


def test_pieces_that_somebody_deleted_are_asked_for_again(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run", model()) as conversation:
        conversation.say("unicorn")
        conversation.answer("1")
        (asked,) = conversation.record.instructions[0].asked
        (tmp_path / "run" / str(asked.mask)).unlink()
        assert conversation.say("darker unicorn").question is not None


def test_nobody_is_shown_pieces_where_nobody_can_be_asked(small: Small, tmp_path: Path) -> None:
    record = small.run(tmp_path / "run", scripted(), "unicorn")
    assert not record["instructions"][0]["steps"][0]["found"]
    assert not list((tmp_path / "run").glob("work/p*.png"))


@pytest.mark.parametrize("called", ["the unicorns", "unicorn", "that unicorn"])
def test_what_was_pointed_out_is_known_by_other_words_for_it(small: Small, tmp_path: Path, called: str) -> None:
    made = model()
    made.plans = {**made.plans, "darker": plan(step("relight", "darker", called, strength="slight"))}
    with talking(small, tmp_path / "run", made) as conversation:
        conversation.say("unicorn")
        assert conversation.answer("1").question is None
        assert conversation.say("darker").question is None, "it was shown what that is"


@pytest.mark.parametrize(("called", "known"), [("bikes", True), ("bikes on the right", False), ("benches", False)])
def test_its_noun_alone_is_enough_where_none_is_found(small: Small, tmp_path: Path, called: str, known: bool) -> None:
    made = scripted()
    made.plans = {
        **made.plans,
        "out": plan(step("relight", "brighter", "bicycles on the left", strength="slight")),
        "in": plan(step("relight", "darker", called, strength="slight")),
    }
    with talking(small, tmp_path / "run", made) as conversation:
        assert conversation.say("out").question is not None
        assert conversation.answer("1").question is None
        assert (conversation.say("in").question is None) is known
