"""``wordfuse chat`` by lines of standard input: controls and questions in words that only a language model reads."""

import io
import sys
from pathlib import Path

import pytest
from rich.console import Console

from tests.fakes import ScriptedModel, Small, plan, step
from wordfuse.agent.dialogue.intents import intent_of
from wordfuse.agent.plan import Plan, Query
from wordfuse.agent.record import Record
from wordfuse.agent.run.session import Session
from wordfuse.agent.terminal.chat import Chat
from wordfuse.fusion.images import read_picture
from wordfuse.tools.types import Region

pytestmark = pytest.mark.usefixtures("quick")

ROLL_BACK, FORTH, AFRESH = "roll that one back for me", "no, have it the other way", "throw all of it away"
BESIDE, LOOK = "put both beside one another", "and what have we got"
KEEP, KEEP_AS, KEEP_OUTSIDE = "keep this one", "keep this one as mine.jpg", "keep this one as ../mine.jpg"
HOTTEST, HOW_MANY = "which spot is hottest", "how many skies are there"
PLANS = {
    "warm": plan(step("incline", "infrared", "people")),
    "odd": plan(step("relight", "brighter", "a unicorn")),
    "bright": plan(step("relight", "brighter", "sky", strength="slight")),
    ROLL_BACK: Plan(control="undo"),
    FORTH: Plan(control="redo"),
    AFRESH: Plan(control="reset"),
    BESIDE: Plan(control="compare"),
    LOOK: Plan(control="show"),
    **{words: Plan(control="save") for words in (KEEP, KEEP_AS, KEEP_OUTSIDE)},
    HOTTEST: Plan(question=Query(kind="hottest")),
    HOW_MANY: Plan(question=Query(kind="count", region=Region(phrases=["sky"]))),
}


def chatted(
    small: Small, here: Path, monkeypatch: pytest.MonkeyPatch, *lines: str, quiet: bool = False
) -> tuple[str, Record, int]:
    """What a conversation in a folder showed, its record and its exit code."""
    settings = small.settings(ask=True, regions="pixels")
    if (here / "run/session.json").exists():
        session = Session.open(here / "run", ScriptedModel(PLANS, plans_only=True))
    else:
        model = ScriptedModel(PLANS, plans_only=True)
        session = Session.create(here / "run", small.ir, small.vi, [], settings, model)
    shown = io.StringIO()
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
    chat = Chat(session, Console(file=shown, width=1000), images=False, keyboard=False, quiet=quiet)
    code = chat.run()
    return shown.getvalue(), chat.record, code


def said(record: Record) -> list[str]:
    return [one.text for one in record.instructions]


def test_these_words_are_the_language_models_to_read() -> None:
    assert {words for words in PLANS if intent_of(words) is not None} == set()


def test_undo_and_redo_in_words(small: Small, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown, record, code = chatted(small, here, monkeypatch, "warm", "bright", ROLL_BACK, ROLL_BACK, FORTH)
    assert [line for line in shown.splitlines() if "The picture is now" in line] == [
        "taken back: 'bright' (brighter (slight): sky). The picture is now as after 'warm'.",
        "taken back: 'warm' (toward infrared: people). The picture is now as it was fused.",
        "done again: 'warm' (toward infrared: people). The picture is now as after 'warm'.",
    ]
    assert (said(record), code) == (["warm"], 0)
    assert (here / "run/result.png").read_bytes() == (here / "run/images/001.png").read_bytes()


def test_what_changed_nothing_is_not_taken_back_in_the_place_of_an_older_edit(
    small: Small, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = ("warm", "unicorn", "skip", "undo that", "no")
    shown, record, _ = chatted(small, here, monkeypatch, *talk)
    assert (
        "'unicorn' changed nothing, so there is nothing of it to take back. "
        "Is 'warm' (toward infrared: people) to be taken back? Say yes or no."
    ) in shown
    assert "Nothing was taken back." in shown and said(record) == ["warm", "unicorn"]
    shown, record, _ = chatted(small, here, monkeypatch, "undo that", "yes")
    assert "taken back: 'warm' (toward infrared: people). The picture is now as it was fused." in shown
    assert said(record) == []


UNDO_AND_TELL = "undo that, and tell me what you changed so far"


def test_two_requests_in_one_sentence(small: Small, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown, record, _ = chatted(
        small, here, monkeypatch, "warm", "bright", "undo that, and tell me what you changed so far"
    )
    lines = shown.splitlines()
    assert lines.index("1. 'warm': toward infrared: people: done") > next(
        place for place, line in enumerate(lines) if line.startswith("taken back: 'bright'")
    )
    assert said(record) == ["warm"]
    shown, record, _ = chatted(
        small, here, monkeypatch, "unicorn", "skip", "undo that, and tell me what you changed so far", "yes"
    )
    assert "1. 'warm': toward infrared: people: done" in shown and said(record) == []


def test_steps_ago_are_those_that_changed_something(small: Small, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    talk = ("warm", "unicorn", "skip", "go back to how it was two steps ago")
    shown, record, _ = chatted(small, here, monkeypatch, *talk)
    assert (
        "taken back: 'warm' (toward infrared: people). No other turn had changed the picture. "
        "The picture is now as it was fused."
    ) in shown
    assert said(record) == []


def test_a_reset_in_words(small: Small, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown, record, _ = chatted(small, here, monkeypatch, "warm", "bright", AFRESH)
    assert "The picture is now as it was fused." in shown
    assert said(record) == []
    _, record, _ = chatted(small, here, monkeypatch, ROLL_BACK)
    assert said(record) == ["warm", "bright"], "which can be undone"


def test_nothing_to_undo_or_to_redo_is_said(small: Small, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown, record, code = chatted(small, here, monkeypatch, ROLL_BACK, FORTH, "warm")
    assert "there is nothing to undo" in shown
    assert "there is nothing to redo" in shown
    assert (said(record), code) == (["warm"], 0), "and the conversation goes on"


def test_pictures_are_shown_where_they_are(small: Small, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown, record, _ = chatted(small, here, monkeypatch, "warm", LOOK, BESIDE)
    lines = shown.splitlines()
    now, fused = here / "run/images/001.png", here / "run/fused.png"
    assert str(now) in lines
    assert f"{fused} | {now}" in lines
    assert said(record) == ["warm"]


def test_the_picture_is_saved_under_the_name_that_was_said(
    small: Small, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown, record, code = chatted(small, here, monkeypatch, "warm", KEEP_AS, KEEP_AS, KEEP, KEEP_OUTSIDE)
    assert f"wrote {here / 'mine.jpg'}" in shown
    assert read_picture(here / "mine.jpg").shape == (96, 128, 3)
    assert "mine.jpg: exists" in shown
    assert f"wrote {here / 'run.png'}" in shown, "the name of the run, where none was said"
    assert "lies outside of the working folder" in shown
    assert sorted(path.name for path in here.iterdir()) == ["mine.jpg", "run", "run.png"]
    assert not (here.parent / "mine.jpg").exists()
    assert (said(record), code) == (["warm"], 0)


def test_export_is_a_command_too(small: Small, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown, _, _ = chatted(small, here, monkeypatch, "/export fused.tiff", "/export")
    assert f"wrote {here / 'fused.tiff'}" in shown
    assert (read_picture(here / "fused.tiff") == read_picture(here / "run/fused.png")).all()
    assert f"wrote {here / 'run.png'}" in shown


@pytest.mark.parametrize("quiet", [False, True])
def test_an_answer_is_told_once_with_its_picture(
    small: Small, here: Path, monkeypatch: pytest.MonkeyPatch, quiet: bool
) -> None:
    shown, record, code = chatted(small, here, monkeypatch, HOTTEST, HOW_MANY, quiet=quiet)
    assert shown.count("The hottest places: number 1, centre: ") == 1
    assert shown.count("sky: an area, which is not counted.") == 1
    hottest, how_many = (one.answer for one in record.instructions)
    assert hottest is not None and how_many is not None
    file = here / "run" / hottest.evidence["picture"]
    assert f"the picture with what the answer speaks of, numbered: {file}" in shown.splitlines()
    assert "picture" not in how_many.evidence
    assert code == 0
    assert (here / "run/result.png").read_bytes() == (here / "run/fused.png").read_bytes()


def test_the_numbers_that_a_question_asks_for_are_kept_in_the_run_folder(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, _, _ = chatted(small, tmp_path, monkeypatch, "odd", "finer 1", "skip")
    kept = sorted((tmp_path / "run/questions").iterdir())
    assert [file.name for file in kept] == ["001.png", "002.png"]
    assert all(f"in numbered pieces: {file}" in told for file in kept)
    assert read_picture(kept[0]).shape[2] == 3
