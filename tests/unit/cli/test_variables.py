"""Options by variables of the environment."""

import inspect
import json
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from typer.models import OptionInfo

from tests.commandline import Scene, Server, wordfuse
from tests.commands import TOOLS, commands
from tests.pictures import pixels

pytestmark = pytest.mark.usefixtures("here")


# Options that mean something else in another command have a variable of their own there.
VARIABLES = {("train", "out"): "WORDFUSE_TRAIN_OUT"}
VARIABLES |= {("bench", "out"): "WORDFUSE_BENCH_OUT", ("bench", "preset"): "WORDFUSE_BENCH_PRESET"}
VARIABLES |= {("eval", "out"): "WORDFUSE_EVAL_OUT", ("script", "out"): "WORDFUSE_SCRIPT_OUT"}
VARIABLES[("serve", "model")] = "WORDFUSE_SERVED_MODEL"
VARIABLES |= {("web", name): f"WORDFUSE_WEB_{name.upper()}" for name in ("port", "auth")}
VARIABLES[("bench", "baseline")] = "WORDFUSE_SPEED_BASELINE"
VARIABLES[("bench", "update-baseline")] = "WORDFUSE_UPDATE_SPEED_BASELINE"
VARIABLES |= {("bench", name): f"WORDFUSE_BENCH_{name.upper()}" for name in ("instruction", "frames")}
VARIABLES |= {("video", name): f"WORDFUSE_{kind}_FILM" for name, kind in (("ir", "INFRARED"), ("vi", "VISIBLE"))}
VARIABLES |= {("video", name): f"WORDFUSE_FILM_{name.upper()}" for name in ("every", "frames", "masks")}
VARIABLES |= {("bench", "video", name): f"WORDFUSE_{name.upper()}" for name in ("preset", "weights")}
VARIABLES[("bench", "weights")] = "WORDFUSE_BENCH_WEIGHTS"
VARIABLES |= {(name, "out"): "WORDFUSE_OUT_FILE" for name in TOOLS} | {("temperatures", "out"): "WORDFUSE_HEAT_MAP"}
VARIABLES |= {(name, "mask"): "WORDFUSE_MASK_FILE" for name in TOOLS if name != "segment"}
VARIABLES |= {
    (name, "direction"): f"WORDFUSE_{name.upper()}_DIRECTION" for name in ("incline", "relight", "contrast", "recolour")
}


def test_every_option_has_the_variable_of_its_name() -> None:
    for words, command in commands().items():
        for param in command.params:
            longest = max(param.opts, key=len)
            if longest.startswith("--") and longest != "--help":
                name = longest[2:]
                usual = VARIABLES.get((words[0], name), f"WORDFUSE_{name.upper().replace('-', '_')}")
                expected = VARIABLES.get((*words, name), usual)
                assert param.envvar == expected, (words, longest)


def test_no_variable_has_two_meanings() -> None:
    meanings: dict[str, set[object]] = {}
    for command in commands().values():
        for name, parameter in inspect.signature(command.callback).parameters.items():
            shown = next((part for part in get_args(parameter.annotation) if isinstance(part, OptionInfo)), None)
            if shown is not None:
                kind = get_args(parameter.annotation)[0]
                alone = tuple(part for part in get_args(kind) if part is not type(None)) or (kind,)
                meanings.setdefault(str(shown.envvar), set()).add((name, alone, shown.metavar))
    assert len(meanings) > 30
    assert {variable: found for variable, found in meanings.items() if len(found) > 1} == {}


def test_every_option_can_come_from_the_environment(scene: Scene, here: Path) -> None:
    (here / "my masks").mkdir()
    mask = here / "my masks" / "people.png"
    mask.write_bytes(scene.mask("people").read_bytes())
    env = {
        "WORDFUSE_IR": str(scene.ir),
        "WORDFUSE_VI": str(scene.vi),
        "WORDFUSE_MASK": f"sky={scene.mask('sky')}\n people={mask}\n",
        "WORDFUSE_WEIGHTS": str(scene.folder / "tiny.safetensors"),
        "WORDFUSE_PRESET": "tiny-compact",
        "WORDFUSE_DEVICE": "cpu",
        "WORDFUSE_OUT_FILE": "mask.png",
        "WORDFUSE_JSON": "1",
    }
    result = wordfuse("segment", "people", env=env)
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["source"] == "user"
    assert np.array_equal(pixels(here / "mask.png"), pixels(scene.mask("people")))
    # What is given on the command line wins.
    assert wordfuse("segment", "people", "--out", "other.png", env=env).exit_code == 0
    assert (here / "other.png").exists()


def test_a_mask_of_a_single_tool_has_its_own_variable(scene: Scene, here: Path) -> None:
    env = {"WORDFUSE_MASK": "people=missing.png", "WORDFUSE_MASK_FILE": str(scene.mask("cars"))}
    given = [*scene.pair, *scene.network, "--fused", scene.vi, "--strength", "slight", "--out", "edited.png"]
    result = wordfuse("denoise", *given, env=env)
    assert result.exit_code == 0, result.output
    outside = pixels(scene.mask("cars")) == 0
    assert np.array_equal(pixels(scene.vi)[outside], pixels(here / "edited.png")[outside])


def test_instructions_from_the_environment_are_one_a_line(scene: Scene, server: Server, here: Path) -> None:
    env = {"WORDFUSE_INSTRUCTION": "sing a song\n\nand another\n", "WORDFUSE_QUIET": "1", "WORDFUSE_SEED": "5"}
    result = wordfuse("run", *scene.pair, *scene.network, "--llm", server.url, "--out", "run", env=env)
    assert (result.exit_code, result.output) == (3, "")
    record = json.loads((here / "run" / "run.json").read_text())
    assert [instruction["text"] for instruction in record["instructions"]] == ["sing a song", "and another"]
    assert record["settings"]["seed"] == 5


def test_a_variable_with_a_bad_value_is_named() -> None:
    result = wordfuse("plan", "denoise", env={"WORDFUSE_JSON": "perhaps"})
    assert result.exit_code == 2
    assert "WORDFUSE_JSON" in result.stderr
