"""How long the commands that people start all the time take from nothing, beside ``python -c "import torch"``.

``wordfuse bench start`` measures each as a process of its own, in turns: a plan, the fusing of one pair of 640x480, a
run of one effect, and in a conversation the turn "a bit more". Seconds depend on the machine and on what else it does;
what counts are ratios of one run. With ``--than`` the same is measured of another installation, turn by turn.
"""

import json
import os
import signal
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from rich.console import Console
from rich.progress import track

from wordfuse.evals.bench.load import BOUND, held
from wordfuse.evals.bench.speed.processes import Cost, ProcessFailed, cost_and_output
from wordfuse.evals.bench.speed.processor import processor
from wordfuse.fusion.errors import InputError
from wordfuse.fusion.files.atomic import write_bytes_atomic
from wordfuse.fusion.images import read_picture, write_png

SIZE = (640, 480)  # px, width and height
WISH = "make the people stand out"
TORCH = "import torch"
#: How many times as long as ``TORCH`` each may take, at most; a turn of a conversation starts nothing.
GOALS = {"plan": 1.2, "fuse": 1.6, "run": 3.0}
TURN, SHARE = "turn", 0.2  # the goal of a turn is a share of what another installation takes
#: In a process of its own: the turn is timed where it happens.
_TALK = """
import json, sys, time, wordfuse
with wordfuse.Conversation(wordfuse.read_pair(*sys.argv[1:3]), out=sys.argv[3], ask=False, device="cpu") as talk:
    talk.say(sys.argv[4])
    began, used = time.perf_counter(), time.process_time()
    talk.say("a bit more")
    print(json.dumps([time.perf_counter() - began, time.process_time() - used]))
"""


@dataclass
class StartReport:
    """What was measured.

    Attributes:
        processor: its name, and what it was kept from using.
        cores: that this process may use.
        busy: processes that were busy beside it, in the rows that say so.
        costs: installation -> command -> whether beside them -> a cost for each round.
    """

    processor: str
    cores: int
    busy: int
    costs: dict[str, dict[str, dict[bool, list[Cost]]]] = field(default_factory=dict)

    def seconds(self, where: str, what: str, beside: bool = False) -> float:
        """The median."""
        return statistics.median(cost.wall_s for cost in self.costs[where][what][beside])

    def missed(self) -> list[str]:
        """The goals that ours does not reach, in words."""
        ours, *others = self.costs
        found = []
        for what, most in GOALS.items():
            times = self.seconds(ours, what) / self.seconds(ours, TORCH)
            if times > most:
                found.append(f"{what} takes {times:.2f} times as long as '{TORCH}', at most {most} wanted")
        for other in others:
            share = self.seconds(ours, TURN) / self.seconds(other, TURN)
            if share > SHARE:
                found.append(f"a turn takes {share:.2f} of what {other} takes, at most {SHARE} wanted")
        for what in (*GOALS, TURN) if self.busy else ():
            times = self.seconds(ours, what, True) / self.seconds(ours, what)
            if times > BOUND:
                found.append(f"{what} takes {times:.1f} times as long beside others, at most {BOUND:.0f} wanted")
        return found

    def markdown(self) -> str:
        """The table."""
        ours = next(iter(self.costs))
        rounds = len(self.costs[ours][TORCH][False])
        lines = [
            f"From nothing, medians of {rounds} on {self.processor}, {self.cores} cores:",
            "",
            f"| | installation | seconds | of '{TORCH}' | of ours | CPU seconds | peak MiB | beside {self.busy} busy |",
            "|---|---|---|---|---|---|---|---|",
        ]
        for where, costs in self.costs.items():
            for what, measured in costs.items():
                cpu, peak = (
                    statistics.median(getattr(cost, name) for cost in measured[False]) for name in ("cpu_s", "peak_mib")
                )
                mine = self.seconds(where, what)
                beside = f"{self.seconds(where, what, True) / mine:.1f} times" if True in measured else ""
                lines.append(
                    f"| {what} | {where} | {mine:.2f} | {mine / self.seconds(ours, TORCH):.2f} | "
                    f"{mine / self.seconds(ours, what):.2f} | {cpu:.2f} | {peak:.0f} | {beside} |"
                )
        return "\n".join([*lines, "", *(f"Missed: {text}." for text in self.missed())]) + "\n"

    def as_json(self) -> str:
        """Every cost."""
        told = {
            where: {
                what: {
                    "beside" if beside else "alone": [_as_json(cost) for cost in costs] for beside, costs in by.items()
                }
                for what, by in of.items()
            }
            for where, of in self.costs.items()
        }
        about = {"processor": self.processor, "cores": self.cores, "busy": self.busy}
        return json.dumps(about | {"costs": told, "missed": self.missed()})


def bench_start(out: Path, rounds: int, busy: int, than: list[Path], console: Console) -> StartReport:
    """Measure.

    Args:
        out: folder for the table; made if missing.
        rounds: how often each is started, after once to have its files in memory.
        busy: how many busy processes each is started beside as well; 0: none.
        than: Pythons of other installations of wordfuse.
        console: for progress.

    Raises:
        InputError: one of them does not carry out a command.
    """
    report = StartReport(processor(), len(os.sched_getaffinity(0)), busy)
    pythons = {"ours": Path(sys.executable)} | {str(python): python for python in than}
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # or halted processes would stay behind
    with tempfile.TemporaryDirectory(prefix="wordfuse-") as made, held(busy) as let_go:
        folder = Path(made)
        pair = _pair(folder)
        for number in track(range(rounds + 1), "rounds", console=console):
            for where, python in pythons.items():
                for beside in (False, True)[: 2 if busy and number else 1]:
                    let_go(beside)
                    # Made anew each time: a run wants a folder that is not there.
                    for what, command in _commands(python, pair, folder).items():
                        cost = _cost(command, folder, told=what == TURN)
                        if number:
                            kept = report.costs.setdefault(where, {}).setdefault(what, {})
                            kept.setdefault(beside, []).append(cost)
                        let_go(False)
    out.mkdir(parents=True, exist_ok=True)
    write_bytes_atomic(out / "bench_start.md", report.markdown().encode())
    return report


def _pair(folder: Path) -> tuple[Path, Path]:
    """The bundled pair at the size that is measured."""
    street = Path(__file__).parents[2] / "examples" / "street"
    for name in ("ir.png", "vi.png"):
        large = cv2.resize(read_picture(street / name), SIZE, interpolation=cv2.INTER_CUBIC)
        write_png(folder / name, np.asarray(large, np.uint8))
    return folder / "ir.png", folder / "vi.png"


def _commands(python: Path, pair: tuple[Path, Path], folder: Path) -> dict[str, list[str]]:
    """What is started, by its name in the table."""
    wordfuse, sources = [str(python), "-m", "wordfuse"], ["--ir", str(pair[0]), "--vi", str(pair[1])]
    fresh = str(folder / f"run-{time.monotonic_ns()}")
    return {
        TORCH: [str(python), "-c", TORCH],
        "plan": [*wordfuse, "plan", WISH, "--device", "cpu", "--quiet"],
        "fuse": [*wordfuse, "fuse", *sources, "--out", str(folder / "fused.png"), "--device", "cpu", "--quiet"],
        "run": [*wordfuse, "run", *sources, "-i", WISH, "--out", fresh, "--device", "cpu", "--quiet"],
        TURN: [str(python), "-c", _TALK, *map(str, pair), f"{fresh}-talk", WISH],
    }


def _cost(command: list[str], folder: Path, *, told: bool) -> Cost:
    """What a process costs, or what it says that a turn in it cost."""
    try:
        cost, said = cost_and_output(command, folder=folder)
    except ProcessFailed as error:
        last = "".join(error.said.splitlines()[-1:])
        subject = " ".join(command[:4])
        raise InputError(f"ends with exit code {error.code} ({last})", subject=subject, argument="than") from error
    if not told:
        return cost
    wall_s, cpu_s = json.loads(said)
    return Cost(wall_s, cpu_s, cost.peak_mib)


def _as_json(cost: Cost) -> dict[str, float]:
    return {"seconds": cost.wall_s, "cpu_seconds": cost.cpu_s, "peak_mib": cost.peak_mib}
