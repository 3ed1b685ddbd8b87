"""The command that makes a run again."""

import copy
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import typer.main

from tests.fakes import ScriptedModel, Small
from tests.unit.agent.report.wishes import HOSTILE, PLANS, WORDS
from wordfuse.agent.record import Record
from wordfuse.agent.report.chosen import LIMITS, OPTIONS
from wordfuse.agent.report.reproduce import command_of, quoted
from wordfuse.agent.settings import Limits, Settings
from wordfuse.agent.state import Json


def arguments(command: str) -> list[str]:
    """What a program would be given, by a real shell."""
    script = "wordfuse() { printf '%s\\0' \"$@\"; }\n" + command
    done = subprocess.run(["bash", "-c", os.fsencode(script)], capture_output=True, check=True)
    return [os.fsdecode(word) for word in done.stdout.split(b"\0")[:-1]]


@pytest.mark.parametrize(
    "text",
    [
        "plain",
        "two words",
        'it\'s $HOME `id` "x" \\n !',
        "-x",
        HOSTILE.strip(),
        "a\nb",
        "\x011",
        "\udcff.png",
        "\u00fc",
    ],
)
def test_a_shell_reads_every_text_as_it_was(text: str) -> None:
    assert arguments(f"wordfuse {quoted(text)}") == [text]
    assert quoted(text).isprintable()


def parsed(command: str) -> Json:
    """The values that the command line gives to ``wordfuse run``."""
    from wordfuse.cli.app import app

    name, *words = arguments(command)
    group: Any = typer.main.get_command(app)
    context = group.commands[name].make_context(name, words)
    return dict(context.params)


def test_the_command_sets_what_was_set(run: Json, tmp_path: Path) -> None:
    changed = copy.deepcopy(run)
    chosen = Settings(
        llm="http://127.0.0.1:8000/v1",
        model="a model",
        regions="pixels",
        grounding_picture="union",
        masks={"the dog": tmp_path / "dog 1.png"},
        weights=tmp_path / "w.safetensors",
        preset="terf",
        seed=7,
        max_pixels=1_000_000,
        align=True,
        limits=Limits(attempts=5, seconds=90.5, model_calls=11, tool_calls=12),
    )
    changed["settings"] = chosen.model_dump(mode="json") | {"prompts": "0"}
    given = parsed(command_of(Record.model_validate(changed)))
    assert given["instruction"] == list(WORDS)
    assert (str(given["ir"]), str(given["vi"])) == (run["ir"], run["vi"])
    assert given["mask"] == [f"the dog={tmp_path / 'dog 1.png'}"]
    for name in set(OPTIONS) - {"masks"}:
        assert given[name] == getattr(chosen, name), name
    for option, limit in LIMITS.items():
        assert given[option] == getattr(chosen.limits, limit), option
    assert given["seed"] == 7


def test_every_setting_is_an_option_or_has_none() -> None:
    from wordfuse.agent.batch.script import Choices

    without = {"adapter", "ask", "limits", "seed"}
    assert set(Settings.model_fields) == set(OPTIONS) | without
    assert set(Choices.model_fields) == {*OPTIONS, *LIMITS, "seed"}, "what a script may say"


def test_one_file_with_both_pictures_is_named_once(run: Json) -> None:
    changed = copy.deepcopy(run)
    changed["vi"] = changed["ir"]
    words = arguments(command_of(Record.model_validate(changed)))
    assert words[words.index("--pair") + 1] == run["ir"]
    assert "--vi" not in words


def test_the_command_leaves_out_what_is_usual(run: Json) -> None:
    usual = copy.deepcopy(run)
    usual["settings"] = Settings().model_dump(mode="json") | {"prompts": "0"}
    words = arguments(command_of(Record.model_validate(usual)))
    assert [word for word in words if word.startswith("--")] == ["--ir", "--vi", "--seed"]


def test_a_password_in_the_address_of_a_server_stays_with_its_owner(small: Small, tmp_path: Path, quick: None) -> None:
    address = "http://me:secret@127.0.0.1:8000/v1"
    record = small.run(tmp_path / "run", ScriptedModel(PLANS), WORDS[2], llm=address)
    assert record["settings"]["llm"] == "http://127.0.0.1:8000/v1"
    for name in ("run.json", "report.html"):
        assert "secret" not in (tmp_path / "run" / name).read_text(encoding="utf-8")
