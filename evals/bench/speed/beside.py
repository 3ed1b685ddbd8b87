"""Our fusing beside that of others in one run: from nothing, as a command, and again with everything loaded; memory.

``python -m wordfuse.evals.bench.speed.beside --out DIR [--command 'NAME=COMMAND']`` measures ``wordfuse fuse`` with our
presets and the classical methods of ``classical.py`` on a pair of 640x480, each in processes of its own, in turns.
``--command`` adds anything else that is installed: ``{ir}``, ``{vi}`` and ``{out}`` in it stand for files, ``{pair}``
for a folder that holds the two in colour, 1.png and 2.png; it is measured as a command alone. ``bench_beside.md`` has
seconds, times ours, and peak memory. The quality of the pictures is another question: ``wordfuse bench fusion``.
"""

import argparse
import json
import os
import shlex
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.progress import track

from wordfuse.evals.bench.speed.classical import METHODS
from wordfuse.evals.bench.speed.machine import kind
from wordfuse.evals.bench.speed.pairs import SIZE, write_pairs
from wordfuse.evals.bench.speed.parts import PRESETS
from wordfuse.evals.bench.speed.processes import Cost, cost_of, wordfuse
from wordfuse.fusion.files.atomic import write_bytes_atomic
from wordfuse.fusion.images import read_picture, write_png

OURS = "wordfuse"
AGAIN = 5
_WARM = """
import json, sys, time
import wordfuse.fusion.device
from wordfuse.fusion.fusing import Fuser
from wordfuse.fusion.images import read_pair, to_uint8
import torch
ir, vi, preset, again = sys.argv[1:]
from pathlib import Path
pair, fuser, seconds = read_pair(Path(ir), Path(vi)), Fuser(preset, device=torch.device("cpu")), []
for _ in range(1 + int(again)):
    began = time.perf_counter()
    to_uint8(fuser.fuse(pair.infrared, pair.visible).picture)
    seconds.append(time.perf_counter() - began)
print(json.dumps(seconds[1:]))
"""


@dataclass
class Row:
    """A method: what it cost as a command, and the seconds of a decoded pair with all loaded, if they are known."""

    cold: list[Cost] = field(default_factory=list)
    warm: list[float] = field(default_factory=list)


def beside(commands: Mapping[str, str], rounds: int, size: tuple[int, int], console: Console) -> dict[str, Row]:
    """Measure.

    Args:
        commands: others, by name.
        rounds: how often each is measured.
        size: (width, height) of the pair.
        console: for progress.

    Raises:
        RuntimeError: one of them fails; the message holds what it said.
    """
    rows: dict[str, Row] = {}
    with tempfile.TemporaryDirectory(prefix="wordfuse-beside-") as made:
        folder = Path(made)
        ir, vi = (kind / "0000.png" for kind in write_pairs(folder, 1, size))
        cold, warm = _commands(commands, ir, vi, folder)
        for _ in track(range(rounds), "rounds", console=console):
            for name, command in cold.items():
                row = rows.setdefault(name, Row())
                row.cold.append(cost_of(command))
                if name in warm:
                    told = subprocess.run(warm[name], check=True, capture_output=True, text=True, env=os.environ)
                    row.warm.append(statistics.median(json.loads(told.stdout)))
    return rows


def markdown(rows: Mapping[str, Row], size: tuple[int, int]) -> str:
    """The table; times are of our ``default``."""
    first = next(iter(rows.values()))
    ours_cold, ours_warm = statistics.median(cost.wall_s for cost in first.cold), statistics.median(first.warm)
    lines = [
        f"{size[0]}x{size[1]}, medians of {len(first.cold)}, in turns, on {kind()}.",
        "",
        "| method | command, s | times ours | its CPU, s | loaded, ms | times ours | peak MiB |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, row in rows.items():
        wall, cpu = (statistics.median(getattr(cost, of) for cost in row.cold) for of in ("wall_s", "cpu_s"))
        loaded = ["", ""]
        if row.warm:
            again = statistics.median(row.warm)
            loaded = [f"{1000 * again:.0f}", f"{again / ours_warm:.2f}"]
        peak = max(cost.peak_mib for cost in row.cold)
        cells = [f"{wall:.2f}", f"{wall / ours_cold:.2f}", f"{cpu:.2f}", *loaded, f"{peak:.0f}"]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _commands(
    others: Mapping[str, str], ir: Path, vi: Path, folder: Path
) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """What is started from nothing, and what tells the seconds of more of the same, by name."""
    cold: dict[str, list[str]] = {}
    warm: dict[str, list[str]] = {}
    out = folder / "out.png"
    for preset in PRESETS:
        name = f"{OURS}, {preset}"
        given = ("--ir", ir, "--vi", vi, "--out", out, "--preset", preset, "--device", "cpu", "--quiet")
        cold[name] = wordfuse("fuse", *given)
        warm[name] = [sys.executable, "-c", _WARM, str(ir), str(vi), preset, str(AGAIN)]
    for method in METHODS:
        module = [sys.executable, "-m", "wordfuse.evals.bench.speed.classical", "--method", method]
        cold[method] = [*module, "--ir", str(ir), "--vi", str(vi), "--out", str(out)]
        warm[method] = [*cold[method], "--again", str(AGAIN)]
    together = folder / "pair"
    together.mkdir()
    for name, file in (("1.png", ir), ("2.png", vi)):
        write_png(together / name, read_picture(file))  # both with three channels: some take no others
    places = {"ir": ir, "vi": vi, "out": out, "pair": together}
    cold |= {name: [part.format(**places) for part in shlex.split(command)] for name, command in others.items()}
    return cold, warm


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--command", action="append", default=[], metavar="NAME=COMMAND")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--size", default=f"{SIZE[0]}x{SIZE[1]}")
    given = parser.parse_args()
    width, height = (int(side) for side in given.size.split("x"))
    commands = dict(one.split("=", 1) for one in given.command)
    text = markdown(beside(commands, given.rounds, (width, height), Console(stderr=True)), (width, height))
    given.out.mkdir(parents=True, exist_ok=True)
    write_bytes_atomic(given.out / "bench_beside.md", text.encode())
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
