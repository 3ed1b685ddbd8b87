"""Conversations: turns, questions, undo and redo, Ctrl-C, and going on after a kill."""

import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.fakes import ScriptedModel, Small, plan, read_strict, refusal, step
from wordfuse.agent.context import Event
from wordfuse.agent.errors import BackendUnreachable, InputError
from wordfuse.agent.interrupts import Interrupts
from wordfuse.agent.record import exit_code, read_record
from wordfuse.agent.run.conversation import Conversation
from wordfuse.agent.run.session import Session
from wordfuse.fusion.regions.pixels import PixelsBackend
from wordfuse.fusion.regions.types import Detection, Grounding, Mask, Sources

pytestmark = pytest.mark.usefixtures("quick")

WARM = plan(step("incline", "infrared", "people"))
BRIGHT = plan(step("relight", "brighter", "sky", strength="slight"))
UNCLEAR = refusal("I did not understand: name an effect and a region.")
PLANS = {
    "warm": WARM,
    "bright": BRIGHT,
    "both": plan(*WARM.steps, *BRIGHT.steps),
    "asdf qwer: brighter": BRIGHT,
    "sky thing": UNCLEAR,
    "sky thing: brighter": BRIGHT,
    "brighter": plan(step("relight", "brighter", strength="slight")),
    "improve the sky: brighter": BRIGHT,
    "brighten the people": plan(step("relight", "brighter", "people", strength="slight")),
    "make a poem": refusal("I only edit pictures."),
    "unicorn": plan(step("relight", "brighter", "a unicorn", strength="slight")),
    "griffin and unicorn": plan(
        step("relight", "brighter", "a griffin", strength="slight"),
        step("relight", "brighter", "a unicorn", strength="slight"),
    ),
    "the car": plan(step("relight", "brighter", "car", strength="slight")),
    "darken it": plan(step("relight", "darker", "car", strength="slight")),
    "all but the car": plan(step("relight", "brighter", "car", invert=True, strength="slight")),
    "unicorn and car": plan(step("relight", "brighter", "a unicorn", "car", strength="slight")),
    "unicorn and sky": plan(step("relight", "brighter", "a unicorn", "sky", strength="slight")),
}


def scripted(**more: Any) -> ScriptedModel:
    return ScriptedModel(PLANS, **more)


@contextmanager
def talking(small: Small, folder: Path, model: ScriptedModel | None = None, **more: Any) -> Iterator[Conversation]:
    """A new conversation, or one that goes on."""
    model = model or scripted()
    if (folder / "session.json").exists():
        session = Session.open(folder, model)
    else:
        session = Session.create(folder, small.ir, small.vi, [], small.settings(ask=True, **more), model)
    with Conversation.open(session, lambda event: None, Interrupts()) as conversation:
        conversation.begin()
        yield conversation


def texts(conversation: Conversation) -> list[str]:
    return [instruction["text"] for instruction in conversation.record.as_json()["instructions"]]


def result(folder: Path) -> bytes:
    return (folder / "result.png").read_bytes()


def test_it_begins_with_the_fused_picture(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run") as conversation:
        assert conversation.picture == "fused.png"
        assert conversation.record.as_json()["instructions"] == []
        assert exit_code(conversation.record) == 0
        assert not conversation.can_undo
    assert result(tmp_path / "run") == (tmp_path / "run/fused.png").read_bytes()
    assert (tmp_path / "run/report.html").is_file()


def test_turns_follow_on_one_another(small: Small, tmp_path: Path) -> None:
    model = scripted()
    with talking(small, tmp_path / "run", model) as conversation:
        first = conversation.say("warm")
        second = conversation.say("bright")
        assert texts(conversation) == ["warm", "bright"]
        assert conversation.picture == "images/002.png"
    assert model.before == [None, WARM], "the second turn knows the plan of the first"
    assert (first.calls, second.calls) == (5, 5)
    assert first.tokens == 5 * 110
    assert first.question is None
    record = read_record(tmp_path / "run").as_json()
    assert [done["satisfied"] for said in record["instructions"] for done in said["steps"]] == [True, True]


def test_undo_and_redo(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run") as conversation:
        pictures = [result(tmp_path / "run")]
        for words in ("warm", "bright"):
            conversation.say(words)
            pictures.append(result(tmp_path / "run"))
        assert len(set(pictures)) == 3
        conversation.undo()
        assert (result(tmp_path / "run"), texts(conversation)) == (pictures[1], ["warm"])
        conversation.undo()
        assert (result(tmp_path / "run"), texts(conversation)) == (pictures[0], [])
        assert not conversation.can_undo
        conversation.redo()
        conversation.redo()
        assert (result(tmp_path / "run"), texts(conversation)) == (pictures[2], ["warm", "bright"])
        assert not conversation.can_redo
        conversation.undo()
        assert texts(conversation) == ["warm"]


def test_what_is_said_after_an_undo_takes_the_place_of_what_was_undone(small: Small, tmp_path: Path) -> None:
    model = scripted()
    with talking(small, tmp_path / "run", model) as conversation:
        conversation.say("warm")
        warm = (tmp_path / "run/images/001.png").read_bytes()
        conversation.undo()
        conversation.say("bright")
        assert texts(conversation) == ["bright"]
        assert not conversation.can_redo
        assert conversation.picture == "images/002.png"
        assert conversation.record.as_json()["llm"]["calls"] == model.usage.calls, "what was spent stays spent"
    assert (tmp_path / "run/images/001.png").read_bytes() == warm, "files of undone turns are not written over"
    assert model.before == [None, None], "an undone plan is not what 'more' means"


def test_a_reset_can_be_undone(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run") as conversation:
        conversation.say("warm")
        conversation.say("bright")
        before = result(tmp_path / "run")
        conversation.reset()
        assert result(tmp_path / "run") == (tmp_path / "run/fused.png").read_bytes()
        assert texts(conversation) == []
        conversation.undo()
        assert result(tmp_path / "run") == before
        assert texts(conversation) == ["warm", "bright"]


def test_it_goes_on_in_another_process_with_all_that_can_be_undone(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run") as conversation:
        conversation.say("warm")
        conversation.say("bright")
        conversation.undo()
    with talking(small, tmp_path / "run") as conversation:
        assert texts(conversation) == ["warm"]
        assert conversation.can_redo
        conversation.redo()
        assert texts(conversation) == ["warm", "bright"]


def test_a_run_can_be_talked_about(small: Small, tmp_path: Path) -> None:
    small.run(tmp_path / "run", scripted(), "warm")
    with talking(small, tmp_path / "run") as conversation:
        conversation.say("bright")
        assert texts(conversation) == ["warm", "bright"]
        conversation.undo()
        assert texts(conversation) == ["warm"]


@pytest.mark.parametrize(("wish", "calls"), [("improve the sky", 0), ("asdf qwer", 0), ("sky thing", 1)])
def test_an_unclear_wish_is_asked_about(small: Small, tmp_path: Path, wish: str, calls: int) -> None:
    """Whether the words give it away, or the language model says so."""
    model = scripted()
    with talking(small, tmp_path / "run", model) as conversation:
        turn = conversation.say(wish)
        assert turn.question is not None
        assert (turn.question.kind, turn.question.about) == ("effect", wish)
        assert model.usage.calls == calls
        turn_question = turn.question.text
        assert conversation.answer("brighter").question is None
        (said,) = conversation.record.as_json()["instructions"]
    assert (said["text"], said["refusal"]) == (wish, None)
    assert said["plan"]["steps"][0]["region"]["phrases"] == ["sky"]
    assert said["steps"][0]["satisfied"]
    (asked,) = said["asked"]
    assert (asked["kind"], asked["about"], asked["answer"]) == ("effect", wish, "brighter")
    assert asked["question"] == turn_question


def test_an_answer_may_be_another_wish(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run") as conversation:
        conversation.say("improve the sky")
        conversation.answer("brighten the people")
        (said,) = conversation.record.as_json()["instructions"]
    assert said["plan"]["steps"][0]["region"]["phrases"] == ["people"]


def test_nothing_is_asked_about_what_is_no_edit(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run") as conversation:
        assert conversation.say("make a poem").question is None
        (said,) = conversation.record.as_json()["instructions"]
    assert said["refusal"] == "I only edit pictures."


def test_without_an_answer_nothing_is_done(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run") as conversation:
        conversation.say("sky thing")
        assert conversation.answer("skip").question is None
        (said,) = conversation.record.as_json()["instructions"]
        assert said["refusal"] == UNCLEAR.refusal
        assert conversation.picture == "fused.png"


def test_another_region_is_asked_for(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run") as conversation:
        turn = conversation.say("unicorn")
        assert turn.question is not None
        assert (turn.question.kind, turn.question.about) == ("region", "a unicorn")
        turn = conversation.answer("a griffin")
        assert turn.question is not None
        assert turn.question.about == "griffin", "asked again"
        assert conversation.answer("The sky.").question is None
        (said,) = conversation.record.as_json()["instructions"]
    (done,) = said["steps"]
    assert (done["region"]["phrases"], done["satisfied"], done["missing"]) == (["sky"], True, [])
    assert [one["answer"] for one in said["asked"]] == ["a griffin", "The sky."]


def test_the_whole_image_instead_of_a_region(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run") as conversation:
        conversation.say("unicorn")
        conversation.answer("the whole image")
        (done,) = conversation.record.as_json()["instructions"][0]["steps"]
    assert (done["region"], done["area"], done["satisfied"]) == ({"phrases": [], "invert": False}, 1.0, True)


@pytest.mark.parametrize(("words", "satisfied"), [("unicorn", False), ("unicorn and sky", True)])
def test_a_region_that_is_not_there_may_be_skipped(small: Small, tmp_path: Path, words: str, satisfied: bool) -> None:
    with talking(small, tmp_path / "run") as conversation:
        assert conversation.say(words).question is not None
        assert conversation.answer("skip").question is None
        (done,) = conversation.record.as_json()["instructions"][0]["steps"]
        assert done["satisfied"] is satisfied
        assert done["missing"] == ["a unicorn"]
        assert exit_code(conversation.record) == 3


def test_questions_come_to_an_end(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run") as conversation:
        turn = conversation.say("unicorn")
        asked = 0
        while turn.question is not None:
            asked += 1
            turn = conversation.answer(f"griffin number {asked}")
        assert asked == 4
        assert "griffin number 4" in conversation.record.as_json()["instructions"][0]["steps"][0]["notice"]


def test_a_question_survives_the_process(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run") as conversation:
        conversation.say("unicorn")
    assert not (tmp_path / "run/run.json").exists(), "the turn is not finished"
    with talking(small, tmp_path / "run") as conversation:
        assert conversation.question is not None
        assert conversation.question.about == "a unicorn"
        conversation.answer("sky")
        assert conversation.record.as_json()["instructions"][0]["steps"][0]["satisfied"]


def test_where_nobody_can_be_asked_the_turn_ends(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run") as conversation:
        conversation.say("unicorn")
    record = Session.open(tmp_path / "run", scripted()).run().as_json()
    assert not record["instructions"][0]["steps"][0]["satisfied"]


def test_budgets_count_for_each_turn(small: Small, tmp_path: Path) -> None:
    from wordfuse.agent.settings import Limits

    with talking(small, tmp_path / "run", limits=Limits(model_calls=5)) as conversation:
        for words in ("warm", "bright"):
            conversation.say(words)
        assert exit_code(conversation.record) == 0, "five calls each"
        conversation.change(conversation.session.settings.model_copy(update={"limits": Limits(model_calls=2)}))
        conversation.say("bright")
        (done,) = conversation.record.as_json()["instructions"][-1]["steps"]
        assert "budget of 2 model calls" in done["notice"]
    assert Session.open(tmp_path / "run", scripted()).settings.limits.model_calls == 2, "kept for later"


def test_a_turn_that_cannot_be_finished_is_taken_back(small: Small, tmp_path: Path) -> None:
    model = scripted(raises={8: BackendUnreachable("the server is gone")})
    with talking(small, tmp_path / "run", model) as conversation:
        conversation.say("warm")
        before = result(tmp_path / "run")
        with pytest.raises(BackendUnreachable, match="gone"):
            conversation.say("bright")
        assert texts(conversation) == ["warm"]
        assert result(tmp_path / "run") == before
        conversation.say("bright")
        assert texts(conversation) == ["warm", "bright"]


def test_two_conversations_cannot_share_a_folder(small: Small, tmp_path: Path) -> None:
    with (
        talking(small, tmp_path / "run"),
        pytest.raises(InputError, match="another wordfuse works in this folder"),
        talking(small, tmp_path / "run"),
    ):
        pass


@contextmanager
def interrupted(
    small: Small, folder: Path, when: Any, twice: bool = False, model: ScriptedModel | None = None
) -> Iterator[Conversation]:
    """A conversation in which Ctrl-C is pressed when an event is as it should be."""
    session = Session.create(folder, small.ir, small.vi, [], small.settings(ask=True), model or scripted())
    armed = [True]

    def notify(event: Event) -> None:
        if armed and when(event):
            armed.clear()
            for _ in range(1 + twice):
                signal.raise_signal(signal.SIGINT)

    handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with Conversation.open(session, notify, Interrupts()) as conversation:
            conversation.begin()
            yield conversation
    finally:
        signal.signal(signal.SIGINT, handler)


def in_an_epoch(event: Event) -> bool:
    return event.progress is not None and event.progress.tool == "incline" and event.progress.epoch == 3


def test_ctrl_c_in_an_edit_keeps_the_best_and_ends_the_turn(small: Small, tmp_path: Path) -> None:
    with interrupted(small, tmp_path / "run", in_an_epoch) as conversation:
        turn = conversation.say("both")
        assert turn.stopped
        (said,) = conversation.record.as_json()["instructions"]
        done, left = said["steps"]
        assert (left["notice"], left["attempts"]) == ("stopped by you", [])
        assert exit_code(conversation.record) == 3
        assert done["attempts"][0]["stopped"] == "cancelled"
        assert done["output"] == "images/001.png", "what was reached is kept"
        pixels = [np.asarray(Image.open(tmp_path / "run" / name)) for name in ("fused.png", "result.png")]
        assert (pixels[0] != pixels[1]).any()
        assert not conversation.say("bright").stopped


@pytest.mark.parametrize("text", ["ground", "segment"])
def test_ctrl_c_between_edits_ends_the_turn(small: Small, tmp_path: Path, text: str) -> None:
    with interrupted(small, tmp_path / "run", lambda event: event.text.startswith(text)) as conversation:
        assert conversation.say("warm").stopped
        (done,) = conversation.record.as_json()["instructions"][0]["steps"]
        assert (done["notice"], done["output"]) == ("stopped by you", None)
        conversation.say("warm")
        assert conversation.record.as_json()["instructions"][1]["steps"][0]["satisfied"]


def test_ctrl_c_twice_leaves_and_the_turn_can_be_finished_later(small: Small, tmp_path: Path) -> None:
    with (
        pytest.raises(KeyboardInterrupt),
        interrupted(small, tmp_path / "run", in_an_epoch, twice=True) as conversation,
    ):
        conversation.say("warm")
    with talking(small, tmp_path / "run") as conversation:
        assert conversation.record.as_json()["instructions"][0]["steps"][0]["satisfied"]


def test_looking_for_a_region_changes_nothing(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run") as conversation:
        conversation.say("warm")
        files = {path for path in (tmp_path / "run/masks").iterdir()}
        seen = conversation.look_for("people", tmp_path / "seen.png")
        assert seen.found
        assert 0 < seen.area < 1
        assert (tmp_path / "seen.png").is_file()
        assert not conversation.look_for("unicorns", tmp_path / "none.png").found
        assert not (tmp_path / "none.png").exists()
        assert {path for path in (tmp_path / "run/masks").iterdir()} == files
        conversation.say("bright")
        assert texts(conversation) == ["warm", "bright"]


def test_the_trace_holds_questions_and_answers(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run") as conversation:
        conversation.say("unicorn")
        conversation.answer("sky")
    lines = [read_strict(line) for line in (tmp_path / "run/trace.jsonl").read_text().splitlines()]
    assert [line["answer"] for line in lines if line["kind"] == "asked"] == ["sky"]


@pytest.mark.parametrize("words", [("warm", "bright"), ("warm", "/reset", "bright")])
def test_a_reset_always_leads_to_the_fused_picture(small: Small, tmp_path: Path, words: tuple[str, ...]) -> None:
    with talking(small, tmp_path / "run") as conversation:
        for word in (*words, "/reset", "/reset"):
            conversation.reset() if word == "/reset" else conversation.say(word)
        assert result(tmp_path / "run") == (tmp_path / "run/fused.png").read_bytes()
        assert texts(conversation) == []
        conversation.undo()
        conversation.undo()
        assert texts(conversation)[-1] == "bright"


def test_a_run_that_is_talked_about_can_be_reset(small: Small, tmp_path: Path) -> None:
    small.run(tmp_path / "run", scripted(), "warm")
    with talking(small, tmp_path / "run") as conversation:
        conversation.reset()
        assert (texts(conversation), conversation.picture) == ([], "fused.png")
        conversation.say("warm")
        assert result(tmp_path / "run") == (tmp_path / "run/images/001.png").read_bytes(), "as at first"


class Cars:
    """A detector that sees three cars, wherever it looks; what it cuts out is their boxes."""

    name = "cars"
    BOXES = ((70.0, 40.0, 90.0, 60.0), (10.0, 40.0, 30.0, 60.0), (40.0, 40.0, 60.0, 60.0))

    def ground(self, sources: Sources, phrases: Sequence[str]) -> list[Grounding]:
        seen = {"car": tuple(Detection("car", box, 0.9) for box in self.BOXES)}
        return [
            Grounding(phrase, phrase in seen, self.name, seen.get(phrase, ()), None, f"'{phrase}'")
            for phrase in phrases
        ]

    def segment(self, sources: Sources, detections: Sequence[Detection]) -> Mask:
        return PixelsBackend().segment(sources, detections)


@pytest.fixture
def cars(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wordfuse.tools.store.workspace.create_backend", lambda name, models: Cars())


def lit(folder: Path) -> list[bool]:
    """Whether the inside of each box, from left to right, was changed."""
    before, after = (np.asarray(Image.open(folder / name)).astype(int) for name in ("fused.png", "result.png"))
    inner = [
        (slice(int(y0) + 6, int(y1) - 6), slice(int(x0) + 6, int(x1) - 6)) for x0, y0, x1, y1 in sorted(Cars.BOXES)
    ]
    return [bool((before[box] != after[box]).any()) for box in inner]


@pytest.mark.parametrize(
    ("words", "answers", "changed"),
    [
        ("the car", ["2"], [False, True, False]),
        ("the car", ["the red one", "left and right"], [True, False, True]),
        ("the car", ["all"], [True, True, True]),
        ("all but the car", ["2"], [True, False, True]),
        ("unicorn and car", ["skip", "right"], [False, False, True]),
        ("the car", ["skip"], [False, False, False]),
        ("the car", ["hm", "whatever", "that one", "you choose"], [False, False, False]),
    ],
)
def test_one_of_several(
    small: Small, tmp_path: Path, cars: None, words: str, answers: list[str], changed: list[bool]
) -> None:
    with talking(small, tmp_path / "run", masks={}) as conversation:
        turn = conversation.say(words)
        for answer in answers:
            assert turn.question is not None
            turn = conversation.answer(answer)
        assert turn.question is None
    assert lit(tmp_path / "run") == changed


def test_which_one_is_meant_holds_for_what_follows_on_it(small: Small, tmp_path: Path, cars: None) -> None:
    with talking(small, tmp_path / "run", masks={}) as conversation:
        conversation.say("the car")
        conversation.answer("2")
        assert conversation.say("darken it").question is None, "the same car"
        assert conversation.say("the car").question is not None, "it was named anew"


def test_two_questions_in_one_turn(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run") as conversation:
        conversation.say("warm")
        turn = conversation.say("griffin and unicorn")
        assert turn.question is not None
        assert turn.question.about == "a griffin"
        assert exit_code(conversation.record) == 3, "there is a record at any time"
        for forbidden in (lambda: conversation.say("bright"), conversation.redo):
            with pytest.raises(InputError, match="answer it first"):
                forbidden()
        turn = conversation.answer("skip")
        assert turn.question is not None
        assert turn.question.about == "a unicorn"
        conversation.undo()
        assert (texts(conversation), conversation.question) == (["warm"], None)
        assert conversation.say("bright").question is None


def test_a_stop_at_a_question_ends_the_turn(small: Small, tmp_path: Path) -> None:
    with interrupted(small, tmp_path / "run", lambda event: event.text.startswith("ground")) as conversation:
        turn = conversation.say("unicorn")
        assert (turn.stopped, turn.question) == (True, None)


def test_a_stop_while_the_model_judges_does_not_ask_it_again(small: Small, tmp_path: Path) -> None:
    model = scripted()
    with interrupted(small, tmp_path / "run", lambda event: event.kind == "measured", model=model) as conversation:
        assert conversation.say("warm").stopped
        (done,) = conversation.record.as_json()["instructions"][0]["steps"]
        assert done["satisfied"], "by its figures"
    assert model.tables == []


@pytest.mark.parametrize("error", [BackendUnreachable("the server is gone"), RuntimeError("out of memory")])
def test_a_turn_that_fails_costs_nothing_that_was_before(small: Small, tmp_path: Path, error: Exception) -> None:
    model = scripted(raises={12: error})
    with talking(small, tmp_path / "run", model) as conversation:
        conversation.say("warm")
        conversation.say("bright")
        conversation.undo()
        with pytest.raises(type(error)):
            conversation.say("bright")
        assert texts(conversation) == ["warm"]
        conversation.redo()
        assert texts(conversation) == ["warm", "bright"], "what was undone before can still be redone"


def full_disk(*ignored: object) -> None:
    raise InputError("the disk is full")


def test_an_undo_that_fails_takes_nothing_else_with_it(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with talking(small, tmp_path / "run") as conversation:
        conversation.say("warm")
        conversation.say("bright")
        with monkeypatch.context() as patched, pytest.raises(InputError, match="disk"):
            patched.setattr("wordfuse.agent.nodes.write_outcome", full_disk)
            conversation.undo()
        assert texts(conversation) == ["warm"]
        conversation.redo()
        assert texts(conversation) == ["warm", "bright"]


def test_a_turn_that_cannot_be_finished_now_is_finished_later(small: Small, tmp_path: Path) -> None:
    with (
        pytest.raises(KeyboardInterrupt),
        interrupted(small, tmp_path / "run", in_an_epoch, twice=True) as conversation,
    ):
        conversation.say("warm")
    gone = scripted(raises={1: BackendUnreachable("the server is gone")})
    with pytest.raises(BackendUnreachable), talking(small, tmp_path / "run", gone):
        pass
    with talking(small, tmp_path / "run") as conversation:
        assert conversation.record.as_json()["instructions"][0]["steps"][0]["satisfied"]


def test_a_record_that_was_cut_short_is_written_again(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run") as conversation:
        conversation.say("warm")
    (tmp_path / "run/run.json").unlink()
    with talking(small, tmp_path / "run") as conversation:
        assert texts(conversation) == ["warm"]
        assert (tmp_path / "run/run.json").exists()
    (tmp_path / "run/run.json").unlink()
    assert Session.open(tmp_path / "run", scripted()).run().as_json()["instructions"][0]["steps"][0]["satisfied"]


def test_the_same_words_after_an_undo_give_the_same_picture(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run") as conversation:
        conversation.say("warm")
        first = result(tmp_path / "run")
        conversation.undo()
        conversation.say("warm")
        assert result(tmp_path / "run") == first
