"""The parts of ``wordfuse chat`` that need no terminal: explanations, completion, pictures as characters, scripts."""

import io
from copy import deepcopy
from pathlib import Path

import pytest
import yaml
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from rich.console import Console

from tests.fakes import ScriptedModel, Small, plan, refusal, step
from wordfuse.agent.context import Event
from wordfuse.agent.dialogue.why import explain, history
from wordfuse.agent.errors import InputError
from wordfuse.agent.record import Asked, Instruction, Record
from wordfuse.agent.run.session import Session
from wordfuse.agent.talking.commands import COMMANDS
from wordfuse.agent.talking.scripts import load_script, save_script
from wordfuse.agent.terminal.console import watching
from wordfuse.agent.terminal.editor import ChatCompleter
from wordfuse.agent.terminal.pictures import Pictures, _may_be_sharp
from wordfuse.fusion.display.blocks import block_rows
from wordfuse.tools.store.workspace import Progress

PLANS = {
    "warm": plan(step("incline", "infrared", "people")),
    "unicorn": plan(step("incline", "infrared", "a unicorn")),
    "sing": refusal("I do not sing"),
}


@pytest.mark.usefixtures("quick")
def test_the_answer_to_why_is_read_off_the_record(small: Small, tmp_path: Path) -> None:
    record = small.run(tmp_path / "run", ScriptedModel(PLANS), "warm", "unicorn", "sing")
    warm, unicorn, sing = (explain(said) for said in Record.model_validate(record).instructions)
    check = record["instructions"][0]["steps"][0]["attempts"][0]["checks"][0]
    assert warm[0] == "'warm' was understood as: toward infrared: people."
    assert any(f"{check['before']:.1f} -> {check['after']:.1f}" in line for line in warm)
    assert warm[-1].strip() == "every goal is met, so it was kept as images/001.png"
    faint = deepcopy(record["instructions"][0])
    last = faint["steps"][0]["attempts"][-1]
    check, last["reason"] = last["checks"][-1], "done, though it can hardly be seen"
    check["after"] = check["target"] + (1 if check["at_most"] else -1)
    told = explain(Instruction.model_validate(faint))[-1].strip()
    assert told == "kept as images/001.png: done, though it can hardly be seen", "not every goal is met"
    assert any("not found: a unicorn" in line for line in unicorn)
    assert unicorn[-1].strip().startswith("nothing was changed: 'a unicorn'")
    assert sing == ["'sing' was not carried out: I do not sing"]
    told = history(Record.model_validate(record).instructions)
    assert told[0] == "1. 'warm': toward infrared: people: done"
    assert told[1].startswith("2. 'unicorn': toward infrared: a unicorn: nothing was changed: 'a unicorn'")
    assert told[2] == "3. 'sing': not done: I do not sing"
    assert history([]) == ["Nothing was done so far: the picture is as it was fused."]


def completions(text: str) -> list[str]:
    offers = {"": ["people", "cars", "dark areas"], "/mask": ["people", "cars"]}
    completer = ChatCompleter(lambda: list(COMMANDS), lambda command: offers.get(command, []))
    return [found.text for found in completer.get_completions(Document(text), CompleteEvent())]


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("/un", ["/undo"]),
        ("/re", ["/redo", "/regions", "/reset"]),
        ("/mask pe", ["people"]),
        ("make the pe", ["people"]),
        ("brighten the dark", ["dark areas", "darker", "darken"]),
        ("dark are", ["dark areas"]),
        ("a b", ["a bit more", "a bit less"]),
        ("", []),
        ("people", []),
    ],
)
def test_completion(typed: str, offered: list[str]) -> None:
    assert completions(typed) == offered


def test_the_help_of_every_command_is_its_docstring() -> None:
    wanted = "/undo /redo /show /compare /metrics /mask /regions /save /load /model /budget /reset /help /quit"
    assert set(wanted.split()) <= set(COMMANDS)
    assert all(command.help.endswith(".") for command in COMMANDS.values())


def test_a_picture_as_characters(small: Small) -> None:
    rows = block_rows(small.vi, columns=40, rows=100)  # 128x96
    assert (len(rows), {len(row) for row in rows}) == (15, {40})
    rows = block_rows(small.vi, columns=1000, rows=10)
    assert (len(rows), {len(row) for row in rows}) == (10, {27})
    assert all(0 <= value <= 255 for row in rows for cell in row for colour in cell for value in colour)


def shown(small: Small, scratch: Path, *, terminal: bool, enabled: bool = True) -> str:
    file = io.StringIO()
    console = Console(file=file, force_terminal=terminal, width=80, color_system="truecolor" if terminal else None)
    Pictures(console, scratch, enabled=enabled).show({"fused": small.vi, "now": small.vi_gray})
    return file.getvalue()


def test_pictures_are_for_terminals(small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TERM", "TERM_PROGRAM", "KITTY_WINDOW_ID", "KONSOLE_VERSION", "WT_SESSION", "WEZTERM_PANE"):
        monkeypatch.delenv(name, raising=False)
    drawn = shown(small, tmp_path, terminal=True)
    assert "fused" in drawn
    assert drawn.count("\u2580") > 500
    assert shown(small, tmp_path, terminal=False) == ""
    assert shown(small, tmp_path, terminal=True, enabled=False) == ""


@pytest.mark.parametrize(
    ("environment", "asked"),
    [
        ({"TERM": "xterm-kitty"}, True),
        ({"TERM": "foot"}, True),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"}, True),
        ({"TERM": "xterm-256color", "KONSOLE_VERSION": "240802"}, True),
        ({"TERM": "xterm-256color"}, False),
        ({"TERM": "tmux-256color"}, False),
        ({}, False),
    ],
)
def test_which_terminals_are_asked(environment: dict[str, str], asked: bool) -> None:
    assert _may_be_sharp(environment) is asked


def test_a_conversation_becomes_a_script_and_back(small: Small, tmp_path: Path) -> None:
    session = Session.create(tmp_path / "run", small.ir, small.vi, [], small.settings(), ScriptedModel(PLANS))
    asked = Asked(
        kind="effect",
        about="improve the sky",
        question="What?",
        answer="less noise",
        meant="improve the sky: less noise",
    )
    instructions = [
        Instruction(text="warm: \u00fcber all", plan=PLANS["warm"], steps=(), refusal=None),
        Instruction(text="improve the sky", plan=PLANS["warm"], steps=(), refusal=None, asked=(asked,)),
        Instruction(text="sing", plan=PLANS["sing"], steps=(), refusal="I do not sing"),  # which no script repeats
    ]
    path = save_script(tmp_path / "said.yaml", session, instructions)
    assert load_script(path) == (["warm: \u00fcber all", "improve the sky: less noise"], 0)
    written = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert written["jobs"][0]["ir"] == str(small.ir.resolve())
    assert written["defaults"]["masks"]["people"] == str(small.masks["people"].resolve())
    for name, complaint in (("said.yaml", "exists"), ("said.txt", "end the name in .yaml")):
        with pytest.raises(InputError, match=complaint):
            save_script(tmp_path / name, session, instructions)
    for nothing in ([], instructions[2:]):
        with pytest.raises(InputError, match="nothing was said"):
            save_script(tmp_path / "other.yaml", session, nothing)


def test_the_bar_is_gone_with_the_last_epoch() -> None:
    """A prompt may come next, and a live bar would be drawn over it."""
    file = io.StringIO()
    with watching(Console(file=file, force_terminal=True, width=80)) as show:
        show(Event("progress", "fuse", Progress("fuse", 1, 2, 0.0)))
        assert not file.getvalue().endswith("\x1b[?25h"), "it is drawn"
        show(Event("progress", "fuse", Progress("fuse", 2, 2, 0.0)))
        assert "\x1b[?25h" in file.getvalue(), "the cursor is given back"
