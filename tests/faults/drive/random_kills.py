"""``wordfuse run`` as a user starts it, killed at random until it is done."""

import json
import random
import signal
import subprocess
import time
from pathlib import Path

from tests.faults.drive.commands import outcome
from tests.faults.drive.full_disks import half_written
from tests.faults.drive.row import SEED, WORDFUSE, Row, Tally, Tell, environment
from tests.faults.drive.stage import Stage, stage
from wordfuse.agent.state import Json

KILLS = 3  # at most, of one run; then it is let go on to its end


def drive(tries: int, folder: Path, tell: Tell) -> Tally:
    """Each try is a run that is killed and gone on with, up to three times, at any time of its life."""
    tally, rng = Tally(), random.Random(SEED)
    with stage(folder) as set_up:
        began = time.monotonic()
        whole = _finish(set_up, set_up.run("whole"))
        usual_s = time.monotonic() - began
        if whole is not None:
            raise RuntimeError(f"the run without a fault fails: {whole}")
        expected = outcome(folder / "here" / "whole")
        for number in range(tries):
            killed, fault = _one(set_up, f"run{number}", rng, usual_s, expected)
            tally.count(f"killed {killed}x and done", None if fault is None else f"run {number}: {fault}")
            tell(f"{tally.tried} of {tries}")
    return tally


def _one(set_up: Stage, name: str, rng: random.Random, usual_s: float, expected: Json) -> tuple[int, str | None]:
    """How often it was killed, and what is wrong with what came of it."""
    run, killed = set_up.folder / "here" / name, 0
    for _ in range(KILLS):
        words = set_up.resume(name) if (run / "session.json").exists() else set_up.run(name)
        process = _started(set_up, words, subprocess.DEVNULL)
        try:
            process.wait(rng.uniform(0.3, 1.0) * usual_s)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            killed += 1
        if process.wait() not in (0, -signal.SIGKILL, 2):
            return killed, f"exit {process.returncode}"
        fault = _torn(run)
        if fault is not None:
            return killed, fault
    if (run / "session.json").exists():
        fault = _finish(set_up, set_up.resume(name))
    else:  # killed before it had begun; its folder may be there
        fault = _finish(set_up, set_up.run(f"{name}-again"))
        run = run.with_name(f"{name}-again")
    return killed, fault or (None if outcome(run) == expected else "differs from what was not killed")


def _torn(run: Path) -> str | None:
    """A file that is seen by others, and not whole."""
    for name in ("run.json", "session.json"):
        if (run / name).exists():
            json.loads((run / name).read_text())
    fault = half_written(run)
    return None if fault is None or fault.endswith("is left") else fault  # what is left goes when it is gone on with


def _started(set_up: Stage, words: list[object], told: int) -> "subprocess.Popen[str]":
    here = set_up.folder / "here"
    here.mkdir(exist_ok=True)
    return subprocess.Popen(
        [*WORDFUSE, *map(str, words)],
        cwd=here,
        env=environment(set_up.folder / "home"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=told,
        text=True,
    )


def _finish(set_up: Stage, words: list[object]) -> str | None:
    process = _started(set_up, words, subprocess.PIPE)
    _, said = process.communicate()
    return None if process.returncode == 0 else f"exit {process.returncode}: {said.strip()}"[:300]


ROW = Row(
    "kills",
    "`wordfuse run` as a process, killed (SIGKILL) up to three times at random, with `wordfuse resume` after each",
    "whole files at every moment, and in the end the same bits, names and counts",
    10,
    drive,
)
