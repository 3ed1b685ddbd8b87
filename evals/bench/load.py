"""How long a plan takes alone and beside other busy processes.

``python -m wordfuse.evals.bench.load --out DIR`` asks the embedded language model for plans, warm (in this process,
where it is loaded) and cold (``wordfuse plan`` as a process of its own), in turns alone and beside ``--busy`` processes
that never rest. It writes ``bench_load.md`` with medians and exits with 1 where a plan takes more than ``BOUND`` times
as long beside them. Times on a machine with other work are long; what counts is the ratio of one run, and the CPU time:
where it grows beside others, threads burn their share while they wait for each other.
"""

import argparse
import os
import resource
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import track

from wordfuse.fusion.files.atomic import write_bytes_atomic

WISHES = ("make the people warmer", "brighten the dark areas", "denoise the sky")
#: Ends with its parent, however that ends.
BUSY = "import os; parent = os.getppid()\nwhile os.getppid() == parent: pass"
#: Of a process that does nothing else, as a share of the time alone, at most.
BOUND = 4.0

Cost = tuple[float, float]  # wall time and CPU time, in seconds


@contextmanager
def held(count: int) -> Iterator[Callable[[bool], None]]:
    """Busy processes that can be let go and halted.

    Yields:
        What lets them go (True) or halts them (False); they begin halted.
    """
    others = [subprocess.Popen([sys.executable, "-c", BUSY]) for _ in range(count)]

    def let_go(free: bool) -> None:
        for other in others:
            other.send_signal(signal.SIGCONT if free else signal.SIGSTOP)

    try:
        let_go(False)
        yield let_go
    finally:
        for other in others:
            other.kill()
            other.wait()


def warm() -> Callable[[str], Cost]:
    """The embedded model, loaded: what a plan costs."""
    from wordfuse.agent.model.connect import connect

    model = connect("embedded", device="cpu")
    model.plan(WISHES[0], None)  # reads the prompt that all plans share

    def cost(wish: str) -> Cost:
        began, used = time.perf_counter(), time.process_time()
        model.plan(wish, None)
        return time.perf_counter() - began, time.process_time() - used

    return cost


def cold(wish: str) -> Cost:
    """What ``wordfuse plan`` costs."""
    command = [sys.executable, "-m", "wordfuse", "plan", wish, "--device", "cpu", "--quiet"]
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.perf_counter() - began, sum(after[:2]) - sum(before[:2])


def ratio(alone: list[Cost], beside: list[Cost]) -> float:
    """How many times as long it takes beside others."""
    a, b = (statistics.median(wall for wall, _ in costs) for costs in (alone, beside))
    return b / a


def row(name: str, alone: list[Cost], beside: list[Cost]) -> str:
    """A line of the table."""
    (a, cpu_a), (b, cpu_b) = (
        [statistics.median(part) for part in zip(*costs, strict=True)] for costs in (alone, beside)
    )
    times = ratio(alone, beside)
    worst = max(wall for wall, _ in beside)
    return f"| {name} | {a:.1f} | {b:.1f} | {worst:.1f} | {times:.1f} | {cpu_a:.1f} | {cpu_b:.1f} |"


def main() -> int:
    """Measure what the command line asks for; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--busy", type=int, default=len(os.sched_getaffinity(0)), help="busy processes (one a core)")
    parser.add_argument("--rounds", type=int, default=4, help="plans of each kind, alone and beside them")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # or halted processes would stay behind
    costs: dict[tuple[str, bool], list[Cost]] = {}
    kinds = {"warm": warm(), "cold": cold}
    cold(WISHES[0])  # its files are in memory from here on
    with held(given.busy) as let_go:
        for number in track(range(given.rounds), "rounds", console=Console(stderr=True)):
            for name, cost in kinds.items():
                for beside in (False, True):
                    let_go(beside)
                    costs.setdefault((name, beside), []).append(cost(WISHES[number % len(WISHES)]))
    lines = [
        f"A plan of one step alone and beside {given.busy} busy processes on {len(os.sched_getaffinity(0))} cores, "
        f"medians of {given.rounds}, in seconds:",
        "",
        f"| model | alone | beside them | longest | ratio (at most {BOUND:.0f}) | CPU alone | CPU beside them |",
        "|---|---|---|---|---|---|---|",
        *(row(name, costs[name, False], costs[name, True]) for name in kinds),
    ]
    text = "\n".join(lines) + "\n"
    given.out.mkdir(parents=True, exist_ok=True)
    write_bytes_atomic(given.out / "bench_load.md", text.encode())
    sys.stdout.write(text)
    return int(any(ratio(costs[name, False], costs[name, True]) > BOUND for name in kinds))


if __name__ == "__main__":
    sys.exit(main())
