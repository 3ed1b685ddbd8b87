"""Help: every command explains itself and its options, and does so at once."""

import inspect
import re
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest
from typer.models import OptionInfo

from tests.commandline import Scene, wordfuse
from tests.commands import TOOLS, commands
from tests.patience import PATIENCE_S
from wordfuse.agent.report.chosen import LIMITS
from wordfuse.agent.settings import Limits, Settings

pytestmark = pytest.mark.usefixtures("here")


@pytest.mark.parametrize("words", [(), ("train",), *commands()], ids=" ".join)
def test_every_command_explains_itself(words: tuple[str, ...]) -> None:
    result = wordfuse(*words, "--help")
    assert result.exit_code == 0, result.output
    assert "Usage: wordfuse " + " ".join(words) in " ".join(result.stdout.split())
    assert result.stderr == ""


EVERYWHERE = {"--json", "--llm", "--model", "--regions", "--device", "--seed", "--quiet"}


@pytest.mark.parametrize("name", ["run", "chat", "script", "resume", "plan", *TOOLS, "doctor", "demo", "eval", "mcp"])
def test_every_command_takes_the_options_that_hold_everywhere(name: str) -> None:
    assert {option for param in commands()[name,].params for option in param.opts} >= EVERYWHERE


def test_an_option_without_a_meaning_in_a_command_does_nothing_and_is_not_shown(scene: Scene, here: Path) -> None:
    given = ["fuse", *scene.pair, *scene.network, "--out", "fused.png", "--quiet"]
    meaningless = ["--llm", "http://127.0.0.1:1/v1", "--model", "m", "--regions", "pixels", "--seed", 1]
    result = wordfuse(*given, *meaningless)
    assert (result.exit_code, result.output) == (0, "")
    shown = wordfuse("fuse", "--help").stdout
    assert "--device" in shown
    assert "--llm" not in shown


def test_an_option_that_is_a_setting_says_what_the_setting_says() -> None:
    shown = {}
    for name, parameter in inspect.signature(commands()["run",].callback).parameters.items():
        for option in get_args(parameter.annotation):
            if isinstance(option, OptionInfo):
                shown[name] = (option.help, parameter.default, option.min, option.max)
    fields = Settings.model_fields | {option: Limits.model_fields[limit] for option, limit in LIMITS.items()}
    for name, field in fields.items():
        if name in shown:  # not what no run takes, as --adapter
            assert shown[name][:2] == (field.description, field.default), name
    assert shown["seed"][2:] == (0, 2**32 - 1)
    assert shown["attempts"][2:] == (1, 20)
    assert shown["max_pixels"][2:] == (256, None)
    assert shown["max_model_calls"][2:] == (1, None)  # the field's upper bound means that there is none
    assert shown["max_seconds"][2:] == (1, None)  # the field takes any fraction of a second


def test_help_and_version_do_not_load_networks() -> None:
    code = (
        "import sys, wordfuse.cli.app\n"
        "for argument in ('--help', '--version'):\n"
        "    sys.argv = ['wordfuse', argument]\n"
        "    try: wordfuse.cli.app.main()\n"
        "    except SystemExit as ended: assert not ended.code, ended.code\n"
        "heavy = {'torch', 'transformers', 'langchain_core', 'langgraph', 'numpy', 'cv2'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=PATIENCE_S)
    assert ended.returncode == 0, ended.stderr
    assert re.search(r"^wordfuse \d+\.\d+\.\d+", ended.stdout, re.MULTILINE)


def test_version() -> None:
    from importlib.metadata import version

    result = wordfuse("--version")
    assert (result.exit_code, result.stdout, result.stderr) == (0, f"wordfuse {version('wordfuse')}\n", "")
