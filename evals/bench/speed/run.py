"""``wordfuse bench speed``: what everything costs, beside a baseline of the same kind of machine.

It writes ``bench_speed.md`` and ``bench_speed.json``. The machine is timed by a fixed piece of work (``Yardstick``)
before and after each part, and ratios are of times in units of that work: on a busy machine all of them grow together.
"""

import json
import tempfile
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.progress import track

from wordfuse.evals.bench.speed.machine import Yardstick, kind
from wordfuse.evals.bench.speed.parts import PARTS, Setting
from wordfuse.evals.bench.speed.table import SpeedReport, Timed, hold_against
from wordfuse.fusion.files.atomic import write_bytes_atomic


def bench_speed(
    parts: Iterable[str], out: Path, device: str, baseline: Path, *, short: bool, console: Console
) -> SpeedReport:
    """Measure parts and hold them against a baseline.

    Args:
        parts: names of ``PARTS``.
        out: folder for the tables; made if missing.
        device: of networks and the language model.
        baseline: what to compare with; need not be there.
        short: measure each thing once or twice, for a first look.
        console: for progress.

    Raises:
        InputError: the baseline is none, or a file cannot be written.
    """
    report = SpeedReport(kind(), date.today().isoformat())
    hold_against(report, baseline)
    out.mkdir(parents=True, exist_ok=True)
    yardstick = Yardstick()
    with tempfile.TemporaryDirectory(prefix="wordfuse-speed-") as folder:
        for part in track(list(parts), "speed", console=console):
            place = Path(folder) / part
            place.mkdir()
            setting = Setting(place, device, *((1, 8, 4) if short else (5, 24, 12)))
            before = yardstick.seconds()
            measured = list(PARTS[part](setting))
            pace_s = (before + yardstick.seconds()) / 2
            report.timed += [Timed(one, pace_s) for one in measured]
            console.print(f"{part}: {', '.join(f'{one.name} {one.value:.4g} {one.unit}' for one in measured)}")
    write_bytes_atomic(out / "bench_speed.md", report.markdown().encode())
    write_bytes_atomic(out / "bench_speed.json", json.dumps(report.as_dict(), indent=1).encode())
    return report
