"""The command line as its users meet it: help, variables, one-tool commands, the main job and its interruption."""

import inspect
import io
import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
import typer.main
from PIL import Image
from typer.models import OptionInfo

from tests.commandline import (
    MODELS,
    LanguageModel,
    Scene,
    Server,
    completion,
    plan,
    serving,
    step,
    wordfuse,
)
from tests.patience import PATIENCE_S
from wordfuse.agent.report.chosen import LIMITS
from wordfuse.agent.settings import Limits, Settings

pytestmark = pytest.mark.usefixtures("here")

DARKER = plan(step("relight", "brighter", "dark areas"))
WARMER = plan(step("incline", "infrared", "people"))
PLANS = {
    "brighten the dark areas": DARKER,
    "make the people warmer": WARMER,
    "make the unicorns warmer": plan(step("incline", "infrared", "unicorns")),
}


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(LanguageModel(PLANS)) as server:
        yield server


def commands(group: Any = None, *path: str) -> dict[tuple[str, ...], Any]:
    """Every command of the tree, by its words."""
    from wordfuse.cli.app import app

    group = group or typer.main.get_command(app)
    found: dict[tuple[str, ...], Any] = {}
    for name, command in group.commands.items():
        found |= commands(command, *path, name) if hasattr(command, "commands") else {(*path, name): command}
    return found


def pixels(path: Path) -> np.ndarray:
    return np.asarray(Image.open(path))


# Help and variables.


@pytest.mark.parametrize("words", [(), ("train",), *commands()], ids=" ".join)
def test_every_command_explains_itself(words: tuple[str, ...]) -> None:
    result = wordfuse(*words, "--help")
    assert result.exit_code == 0, result.output
    assert "Usage: wordfuse " + " ".join(words) in " ".join(result.stdout.split())
    assert result.stderr == ""


EVERYWHERE = {"--json", "--llm", "--model", "--regions", "--device", "--seed", "--quiet"}
TOOLS = ("fuse", "segment", "incline", "relight", "denoise", "metrics")


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


# Options that mean something else in another command have a variable of their own there.
VARIABLES = {("train", "out"): "WORDFUSE_TRAIN_OUT"}
VARIABLES |= {("bench", "out"): "WORDFUSE_BENCH_OUT", ("bench", "preset"): "WORDFUSE_BENCH_PRESET"}
VARIABLES |= {("eval", "out"): "WORDFUSE_EVAL_OUT", ("script", "out"): "WORDFUSE_SCRIPT_OUT"}
VARIABLES[("serve", "model")] = "WORDFUSE_SERVED_MODEL"
VARIABLES[("bench", "weights")] = "WORDFUSE_BENCH_WEIGHTS"
VARIABLES |= {(name, "out"): "WORDFUSE_OUT_FILE" for name in TOOLS}
VARIABLES |= {(name, "mask"): "WORDFUSE_MASK_FILE" for name in TOOLS if name != "segment"}
VARIABLES |= {(name, "direction"): f"WORDFUSE_{name.upper()}_DIRECTION" for name in ("incline", "relight")}


def test_every_option_has_the_variable_of_its_name() -> None:
    for words, command in commands().items():
        for param in command.params:
            longest = max(param.opts, key=len)
            if longest.startswith("--") and longest != "--help":
                name = longest[2:]
                expected = VARIABLES.get((words[0], name), f"WORDFUSE_{name.upper().replace('-', '_')}")
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


# One tool.


def test_fuse_writes_a_picture_of_the_visible_size(scene: Scene, here: Path) -> None:
    result = wordfuse("fuse", *scene.pair, *scene.network, "--out", "fused.png", "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert (told["out"], told["width"], told["height"]) == ("fused.png", 128, 96)
    assert pixels(here / "fused.png").shape == (96, 128, 3)
    assert result.stderr == ""


def test_a_gray_visible_picture_gives_a_gray_one(scene: Scene, here: Path) -> None:
    Image.open(scene.vi).convert("L").save("gray.png")
    result = wordfuse("fuse", "--ir", scene.ir, "--vi", "gray.png", *scene.network, "--out", "fused.png")
    assert result.exit_code == 0, result.output
    assert result.stdout == ""
    assert result.stderr == "wrote fused.png\n"
    assert Image.open("fused.png").mode == "L"


@pytest.mark.parametrize(
    "given", [["incline", "--direction", "infrared"], ["relight"], ["denoise"]], ids=lambda g: g[0]
)
def test_an_edit_stays_inside_its_mask(scene: Scene, here: Path, given: list[str]) -> None:
    usual = [
        *given,
        "--strength",
        "slight",
        *scene.pair,
        *scene.network,
        "--fused",
        scene.vi,
        "--mask",
        scene.mask("cars"),
    ]
    result = wordfuse(*usual, "--out", "edited.png", "--json", "--quiet")
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    told = json.loads(result.stdout)
    assert told["task"] == given[0]
    assert (told["epochs"] > 0) == (given[0] == "incline")  # the others need no training
    before, after = pixels(scene.vi), pixels(here / "edited.png")
    outside = pixels(scene.mask("cars")) == 0
    assert np.array_equal(before[outside], after[outside])
    assert not np.array_equal(before, after)


def test_the_same_seed_gives_the_same_picture(scene: Scene, here: Path) -> None:
    for name in ("a.png", "b.png"):
        given = ["denoise", "--strength", "slight", "--mask", scene.mask("cars"), *scene.pair, *scene.network]
        result = wordfuse(*given, "--seed", 7, "--out", name, "--quiet")
        assert (result.exit_code, result.output) == (0, "")
    assert (here / "a.png").read_bytes() == (here / "b.png").read_bytes()


def test_segment_finds_what_the_pixels_say(scene: Scene, here: Path) -> None:
    result = wordfuse("segment", "the hot objects", *scene.pair, *scene.network, "--out", "mask.png", "--json")
    assert result.exit_code == 0, result.output
    told, mask = json.loads(result.stdout), pixels(here / "mask.png")
    assert set(np.unique(mask)) == {0, 255}
    assert told["found"] is True
    assert told["area"] == pytest.approx((mask == 255).mean(), abs=1e-6)


@pytest.mark.parametrize("more", [[], ["--json"], ["--quiet"]])
def test_a_region_that_is_not_there_leaves_no_file(scene: Scene, here: Path, more: list[str]) -> None:
    result = wordfuse("segment", "unicorns", *scene.pair, *scene.network, "--out", "mask.png", *more)
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr.startswith("wordfuse: ")
    assert "'unicorns'" in result.stderr
    assert "--mask unicorns=FILE" in result.stderr
    assert list(here.iterdir()) == []


@pytest.mark.parametrize("mask", [None, "people"])
def test_metrics_are_those_of_the_library(examples: Path, mask: str | None) -> None:
    from wordfuse.fusion.images import read_mask, read_picture
    from wordfuse.fusion.metrics import evaluate

    street = examples / "street"
    ir, vi = street / "ir.png", street / "vi.png"
    masked = [] if mask is None else ["--mask", street / "masks" / f"{mask}.png"]
    result = wordfuse("metrics", "--ir", ir, "--vi", vi, "--fused", vi, *masked, "--json")
    assert result.exit_code == 0, result.output
    picture = read_picture(vi)
    inside = read_mask(Path(masked[1]), picture.shape[:2]) if masked else None
    assert json.loads(result.stdout) == evaluate(picture, read_picture(ir), picture, inside)


def test_metrics_for_people_are_a_table(scene: Scene) -> None:
    result = wordfuse("metrics", *scene.pair, "--fused", scene.vi)
    assert result.exit_code == 0, result.output
    for name in ("AG", "EN", "SF", "SD", "MI", "SSIM", "VIF", "Qabf", "SCD", "CC", "Qcv"):
        assert re.search(rf"\b{name}\b", result.stdout)


# With a language model.


def test_resume_may_use_another_language_model_and_device(scene: Scene, here: Path) -> None:
    with serving(LanguageModel(PLANS)) as gone:
        pass
    plans = {"a": PLANS["make the people warmer"]}
    calls = []

    def fails_once(path: str, sent: dict[str, Any] | None) -> tuple[int, str, bytes]:
        calls.append(path)
        return MODELS if sent is None else (503, "text/plain", b"down")

    words = ["-i", "a", "--mask", f"people={scene.mask('people')}", *scene.network]
    with serving(fails_once) as server:
        left = wordfuse("run", *scene.pair, *words, "--llm", server.url, "--out", "run", "--quiet")
    assert left.exit_code == 4, left.output
    assert gone.url in wordfuse("resume", "run", "--llm", gone.url, "--quiet").stderr
    with serving(LanguageModel(plans)) as server:
        result = wordfuse("resume", "run", "--llm", server.url, "--model", "other", "--device", "cpu", "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["llm"]["name"] == "other"


@pytest.mark.parametrize("terminal", [True, False])
def test_the_first_download_shows_how_far_it_is(terminal: bool) -> None:
    from rich.console import Console

    from wordfuse.agent.terminal.console import downloading

    written = io.StringIO()
    with downloading(Console(file=written, force_terminal=terminal, width=100)) as progress:
        for done in (0, 46_000_000, 93_000_000):
            progress(done, 93_000_000)
    if terminal:
        assert "93.0/93.0 MB" in written.getvalue()
    else:
        assert written.getvalue() == "fetching the language model (93 MB, once)\n"


def test_a_model_that_is_there_already_is_loaded_without_a_word() -> None:
    from rich.console import Console

    from wordfuse.agent.terminal.console import downloading

    written = io.StringIO()
    with downloading(Console(file=written, width=100)):
        pass
    with downloading(Console(file=written, quiet=True)) as progress:
        progress(1, 1)
    assert written.getvalue() == ""


def test_plan_shows_what_was_understood(server: Server) -> None:
    result = wordfuse("plan", "make the people warmer", "--llm", server.url, "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    assert json.loads(result.stdout) == WARMER


def test_plan_takes_the_plan_before(here: Path) -> None:
    questions = []

    def answer(path: str, sent: dict[str, Any] | None) -> tuple[int, str, bytes]:
        if sent is None:
            return MODELS
        questions.append(sent["messages"][-1]["content"])
        return completion({"content": json.dumps(WARMER)})

    with serving(answer) as server:
        first = wordfuse("plan", "make the people warmer", "--llm", server.url, "--json")
        (here / "plan.json").write_text(first.stdout)
        second = wordfuse("plan", "a bit more", "--after", "plan.json", "--llm", server.url, "--json")
    assert second.exit_code == 0, second.output
    assert questions[1].startswith("Before: {")
    assert questions[1].endswith("\na bit more")


def test_a_refusal_is_told_and_exits_with_3(server: Server) -> None:
    result = wordfuse("plan", "sing a song", "--llm", server.url, "--json")
    assert result.exit_code == 3
    assert json.loads(result.stdout) == {"steps": [], "refusal": "no tool does that"}
    shown = wordfuse("plan", "sing a song", "--llm", server.url)
    assert (shown.exit_code, shown.stdout) == (3, "not done: no tool does that\n")


def test_nothing_a_model_says_reaches_the_terminal_as_a_control_sequence(scene: Scene, here: Path) -> None:
    evil = "\x1b[31mred\x9b2J\nline"
    answer = {"steps": [], "refusal": f"no {evil}"}
    region = plan(step("incline", "infrared", f"a {evil}"))
    with serving(LanguageModel({"sing": answer, "paint": region})) as server:
        refused = wordfuse("plan", "sing", "--llm", server.url)
        planned = wordfuse("plan", "paint", "--llm", server.url)
        words = ["-i", "sing", "-i", "paint", "-i", evil]
        run = wordfuse("run", *scene.pair, *scene.network, *words, "--llm", server.url, "--out", "run")
    assert refused.stdout == "not done: no \\x1b[31mred\\x9b2J line\n"
    assert (planned.exit_code, run.exit_code) == (0, 3)
    for result in (planned, run):
        assert "\\x1b[31mred\\x9b2J" in result.output
        assert not {char for char in result.output if not char.isprintable()} - {"\n"}


def test_doctor_tries_the_language_model(server: Server) -> None:
    result = wordfuse("doctor", "--llm", server.url, "--device", "cpu", "--json")
    findings = {finding["name"]: finding for finding in json.loads(result.stdout)}
    assert findings["language model"]["ok"]
    assert "wordfuse-stand-in" in findings["language model"]["text"]
    assert result.exit_code == max(finding["exit_code"] for finding in findings.values())
    missed = wordfuse("doctor", "--llm", "http://127.0.0.1:1/v1", "--device", "cpu")
    assert missed.exit_code == 4
    assert "PROBLEM  language model: --llm http://127.0.0.1:1/v1: no answer" in missed.stdout


def main_job(scene: Scene, url: str, *more: str) -> list[str]:
    words = ["-i", "make the people warmer", "-i", "brighten the dark areas"]
    masks = ["--mask", f"people={scene.mask('people')}"]
    return ["run", *scene.pair, *words, *masks, *scene.network, "--llm", url, *more]


def check_record(scene: Scene, record: dict[str, Any], folder: Path) -> None:
    """What the contract says of a run that did what it was told."""
    assert (record["schema"], Path(record["out"]).resolve(), Path(record["vi"])) == (1, folder, scene.vi)
    steps = [made for instruction in record["instructions"] for made in instruction["steps"]]
    assert [(made["task"], made["found"], made["satisfied"]) for made in steps] == [
        ("incline", True, True),
        ("relight", True, True),
    ]
    before = pixels(folder / "fused.png")
    for made in steps:
        after, outside = pixels(folder / made["output"]), pixels(folder / made["mask"]) == 0
        assert np.array_equal(before[outside], after[outside])
        before = after
    assert np.array_equal(before, pixels(folder / "result.png"))
    assert record["llm"]["name"] == "wordfuse-stand-in"
    assert record["llm"]["prompt_tokens"] == 10 * record["llm"]["calls"] > 0
    assert set(record["metrics"]) == {"fused", "result"}
    assert (folder / "report.html").read_text().startswith("<!")
    assert json.loads((folder / "run.json").read_text()) == record
    assert [json.loads(line)["kind"] for line in (folder / "trace.jsonl").read_text().splitlines()]
    assert not [path for path in folder.rglob("*") if path.name.startswith(".wordfuse")]


def test_the_main_job(scene: Scene, server: Server, here: Path) -> None:
    result = wordfuse(*main_job(scene, server.url, "--out", "run", "--json"))
    assert result.exit_code == 0, result.output
    check_record(scene, json.loads(result.stdout), here / "run")
    assert "understood" in result.stderr
    # A finished run that is resumed only shows its record again.
    asked = len(server.asked)
    again = wordfuse("resume", "run", "--json")
    assert (again.exit_code, again.stdout) == (0, result.stdout)
    assert [path for path in server.asked[asked:] if path.endswith("completions")] == []


def test_the_main_job_for_people(scene: Scene, server: Server, here: Path) -> None:
    words = ["-i", "brighten the dark areas", "-i", "make the unicorns warmer"]
    result = wordfuse("run", *scene.pair, *words, *scene.network, "--llm", server.url)
    assert (result.exit_code, result.stdout) == (3, "")
    table = result.stderr
    assert "dark areas" in table
    assert "satisfied" in table
    assert "not found: unicorns" in table
    assert "runs/vi/result.png" in table
    assert (here / "runs" / "vi" / "result.png").exists()
    # The next run takes the next free name.
    assert wordfuse("run", *scene.pair, "-i", "sing", *scene.network, "--llm", server.url, "--quiet").exit_code == 3
    assert (here / "runs" / "vi-2" / "result.png").exists()


def test_an_interrupted_run_says_how_to_go_on_and_does(scene: Scene, here: Path) -> None:
    acting, interrupted = threading.Event(), threading.Event()

    def hold_back() -> None:
        acting.set()
        interrupted.wait(PATIENCE_S)

    with serving(LanguageModel(PLANS, before_acting=hold_back)) as server:
        command = [sys.executable, "-m", "wordfuse", *main_job(scene, server.url, "--out", "run", "--json")]
        process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=here,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
            # A test run in the background of a shell ignores interrupts, and its children would inherit that.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        try:
            # The server holds its answer back, so that the signal surely comes in the middle of the run.
            assert acting.wait(PATIENCE_S)
            process.send_signal(signal.SIGINT)
            stdout, stderr = process.communicate(timeout=PATIENCE_S)
        finally:
            interrupted.set()
            process.kill()
        assert process.returncode == 130
        assert stdout == ""
        *progress, last = stderr.splitlines()
        assert "understood" in progress[-1]
        assert last == "wordfuse: interrupted; go on with: wordfuse resume run"
        assert not (here / "run" / "result.png").exists()
        assert not (here / "run" / "run.json").exists()
        resumed = wordfuse("resume", "run", "--json")
    assert resumed.exit_code == 0, resumed.output
    check_record(scene, json.loads(resumed.stdout), here / "run")
    trace = [json.loads(line) for line in (here / "run" / "trace.jsonl").read_text().splitlines()]
    # One an instruction: what was understood before the interruption is not asked for again.
    assert [call["kind"] for call in trace].count("plan") == 2


def test_ctrl_c_during_an_edit_keeps_what_was_reached(
    scene: Scene, here: Path, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from wordfuse.fusion.finetune import run
    from wordfuse.fusion.images import read_picture

    told = run.EpochProgress

    def interrupted(epoch: int, *rest: Any) -> Any:
        if epoch == 3:
            signal.raise_signal(signal.SIGINT)
        return told(epoch, *rest)

    monkeypatch.setattr(run, "EpochProgress", interrupted)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in the background of a shell
    result = wordfuse("incline", *scene.pair, *scene.network, "--out", "out.png")
    signal.signal(signal.SIGINT, before)
    assert result.exit_code == 130
    assert "interrupted after 3 epochs; out.png is what they reached" in result.stderr
    assert read_picture(here / "out.png").shape == read_picture(scene.vi).shape
