"""Commands with a language model: plan, doctor, the main job and its interruption."""

import io
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from tests.commandline import MODELS, LanguageModel, Scene, Server, completion, plan, serving, step, wordfuse
from tests.patience import PATIENCE_S
from tests.unit.cli.served import PLANS, WARMER, check_record, main_job
from wordfuse.agent.plan import Plan

pytestmark = pytest.mark.usefixtures("here")


def test_resume_may_use_another_language_model_and_device(scene: Scene, here: Path) -> None:
    with serving(LanguageModel(PLANS)) as gone:
        pass
    plans = {"the people warmer": PLANS["make the people warmer"]}
    calls = []

    def fails_once(path: str, sent: dict[str, Any] | None) -> tuple[int, str, bytes]:
        calls.append(path)
        return MODELS if sent is None else (503, "text/plain", b"down")

    words = ["-i", "the people warmer", "--mask", f"people={scene.mask('people')}", *scene.network]
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
    assert json.loads(result.stdout) == Plan.model_validate(WARMER).model_dump()


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
    told = {"schema": 2, "steps": [], "question": None, "control": None, "refusal": "no tool does that"}
    assert json.loads(result.stdout) == told
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
    assert (planned.exit_code, run.exit_code) == (3, 3), "what nobody said is doubted, and shown as it was planned"
    for result in (planned, run):
        assert "\\x1b[31mred\\x9b2J" in result.output
        assert not {char for char in result.output if not char.isprintable()} - {"\n"}


def test_doctor_tries_the_language_model(server: Server) -> None:
    result = wordfuse("doctor", "--llm", server.url, "--device", "cpu", "--json")
    findings = {finding["name"]: finding for finding in json.loads(result.stdout)}
    assert findings["language model"]["ok"]
    assert "stand-in" in findings["language model"]["text"]
    assert result.exit_code == max(finding["exit_code"] for finding in findings.values())
    missed = wordfuse("doctor", "--llm", "http://127.0.0.1:1/v1", "--device", "cpu")
    assert missed.exit_code == 4
    assert "PROBLEM  language model: --llm http://127.0.0.1:1/v1: no answer" in missed.stdout


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
