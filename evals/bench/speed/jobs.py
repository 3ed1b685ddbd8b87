"""What ``wordfuse script`` gains by several jobs at a time, and what very many jobs cost whoever hands them out.

``python -m wordfuse.evals.bench.speed.jobs --out DIR`` carries out the same script with one worker and with as many as
there are cores, each worker with one thread, on processes of this machine and, where Ray is installed, on a Ray cluster
of it, batch after batch, as often as ``--rounds`` says. The table also tells how long the workers were busy: what is
neither a job nor divided among workers is what keeps N of them from being N times as fast. ``--many N`` begins a batch
of N jobs, and tells when its first job begins and what memory its driver has then; the batch is ended there.
"""

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from wordfuse.evals.bench.speed.machine import kind
from wordfuse.evals.bench.speed.pairs import SIZE, write_pairs
from wordfuse.evals.bench.speed.parts import SATISFIED_OR_NOT, WISH
from wordfuse.evals.bench.speed.processes import cost_of, wordfuse
from wordfuse.fusion.files.atomic import write_bytes_atomic

ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENCV_FOR_THREADS_NUM": "1"}


@dataclass(frozen=True)
class Batch:
    """What a batch took.

    Attributes:
        wall_s: from the start of the command to its end.
        cpu_s: of the command and the processes that it started; those of a Ray cluster are not among them.
        jobs_s: the seconds of its jobs, summed: what the workers were busy for.
    """

    wall_s: float
    cpu_s: float
    jobs_s: float


@dataclass(frozen=True)
class Begun:
    """A batch of very many jobs as its first one began.

    Attributes:
        seconds: since the command was started.
        driver_mib: the most memory that the command had resident by then.
    """

    seconds: float
    driver_mib: float


def write_script(folder: Path, count: int, size: tuple[int, int]) -> Path:
    """A script of one wish for so many pairs."""
    write_pairs(folder, count, size)
    script = folder / "script.yaml"
    script.write_text(json.dumps({"jobs": [{"pairs": {"ir": "ir/*.png", "vi": "vi/*.png"}, "say": WISH}]}))
    return script


def carried_out(script: Path, out: Path, engine: str, workers: int) -> Batch:
    """Carry a script out; each worker has one thread."""
    given = (script, "--out", out, "--engine", engine, "--jobs", workers, "--device", "cpu", "--quiet")
    cost = cost_of(wordfuse("script", *given), variables=ONE_THREAD, exit_codes=SATISFIED_OR_NOT)
    lines = [json.loads(line) for line in (out / "results.jsonl").read_text(encoding="utf-8").splitlines()]
    return Batch(cost.wall_s, cost.cpu_s, sum(line["seconds"] for line in lines))


def begun(script: Path, out: Path, engine: str, workers: int) -> Begun:
    """Start a batch, and end it when its first job begins.

    Raises:
        RuntimeError: none began.
    """
    command = wordfuse("script", script, "--out", out, "--engine", engine, "--jobs", workers, "--device", "cpu")
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as driver:
        assert driver.stderr is not None
        said = []
        for line in driver.stderr:
            said.append(line)
            if line.startswith("1/"):
                found = Begun(time.perf_counter() - started, _peak_mib(driver.pid))
                break
        else:
            raise RuntimeError(f"no job began: {''.join(said).strip()}")
        for _ in range(2):  # once stops after the epoch, twice at once
            driver.send_signal(signal.SIGINT)
            time.sleep(0.5)
        driver.stderr.read()
    return found


def markdown(batches: dict[str, list[Batch]], jobs: int) -> str:
    """A row an engine and number of workers, ``ENGINE, N``; times as fast as one worker of the same engine."""
    lines = [
        f"{jobs} jobs, one thread a worker, medians of {len(next(iter(batches.values())))}, in turns, on {kind()}.",
        "",
        "| workers | s | times as fast as one | busy, s a job | CPU, s a job | not busy with jobs, s |",
        "|---|---|---|---|---|---|",
    ]
    for name, measured in batches.items():
        engine, workers = name.rsplit(", ", 1)
        wall, cpu, busy = _medians(measured)
        one = _medians(batches[f"{engine}, 1"])[0]
        cells = [f"{wall:.1f}", f"{one / wall:.2f}", f"{busy / jobs:.2f}", f"{cpu / jobs:.2f}"]
        lines.append(f"| {name} | {' | '.join(cells)} | {wall - busy / int(workers):.1f} |")
    return "\n".join(lines) + "\n"


def _medians(measured: list[Batch]) -> tuple[float, float, float]:
    wall, cpu, busy = zip(*((one.wall_s, one.cpu_s, one.jobs_s) for one in measured), strict=True)
    return statistics.median(wall), statistics.median(cpu), statistics.median(busy)


def _peak_mib(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024


def _many(folder: Path, count: int, engine: str, workers: int) -> Begun:
    """As :func:`begun`, of so many jobs; all their pictures are links to two."""
    script = write_script(folder, 1, (128, 96))
    for kind_of in ("ir", "vi"):
        for number in range(1, count):
            os.link(folder / kind_of / "0000.png", folder / kind_of / f"{number:06d}.png")
    return begun(script, folder / "out", engine, workers)


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--count", type=int, default=12, help="jobs of the script")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--engine", action="append", choices=("local", "ray"))
    parser.add_argument("--size", default=f"{SIZE[0]}x{SIZE[1]}")
    parser.add_argument("--many", type=int, default=0, help="begin a batch of so many jobs instead")
    given = parser.parse_args()
    engines = given.engine or (["local", "ray"] if find_spec("ray") else ["local"])
    width, height = (int(side) for side in given.size.split("x"))
    with tempfile.TemporaryDirectory(prefix="wordfuse-jobs-") as made:
        folder = Path(made)
        if given.many:
            lines = [f"{given.many} jobs, as the first begins, on {kind()}.", "", "| engine | s | driver, MiB |"]
            lines.append("|---|---|---|")
            for engine in engines:
                one = _many(folder / engine, given.many, engine, given.workers)
                lines.append(f"| {engine} | {one.seconds:.1f} | {one.driver_mib:.0f} |")
            text, name = "\n".join(lines) + "\n", "bench_many.md"
        else:
            script, batches = write_script(folder, given.count, (width, height)), dict[str, list[Batch]]()
            for number in range(given.rounds):
                for engine in engines:
                    for workers in dict.fromkeys((1, given.workers)):
                        out = folder / f"{engine}-{workers}-{number}"
                        batch = carried_out(script, out, engine, workers)
                        batches.setdefault(f"{engine}, {workers}", []).append(batch)
            text, name = markdown(batches, given.count), "bench_jobs.md"
    given.out.mkdir(parents=True, exist_ok=True)
    write_bytes_atomic(given.out / name, text.encode())
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
