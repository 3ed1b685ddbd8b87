"""Time and memory of every tool, each in a process of its own.

``python -m wordfuse.evals.bench.restore.cost --out DIR`` enlarges the rendered pair with faults (``examples.faulty``)
to a usual and a large size, adds lines and grain of that size, and calls every tool on the whole of it as its command
does. Times are those of one core at work, and come beside that of fusing the pair: machines differ, ratios do not.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from rich.console import Console
from rich.progress import track

from wordfuse.agent.run.single import USER_IMAGE, SingleTool
from wordfuse.agent.settings import Settings
from wordfuse.evals.bench.fusing.fusion_cost import peak_mib
from wordfuse.fusion.files.atomic import write_bytes_atomic
from wordfuse.fusion.images import read_pair, to_uint8, write_png

FAULTY = Path(__file__).parents[3] / "examples" / "faulty"  # as `examples.faulty` renders it
SIZES = ((640, 480), (4096, 3072))
MOST_TIMES_FUSE, MOST_MIB = 12.0, 4096.0  # the goals: of the time at the first size, of the memory at the second
STRIPES, GRAIN = 0.03, 0.012
INFRARED = 0.4  # of the picture that is edited
# Name -> tool and direction; "fuse" and "inspect" stand beside the edits.
CALLS: dict[str, tuple[str, str | None]] = {
    "fuse": ("fuse", None),
    "incline": ("incline", "infrared"),
    "relight": ("relight", "brighter"),
    "denoise": ("denoise", None),
    "contrast": ("contrast", "more"),
    "sharpen": ("sharpen", None),
    "dehaze": ("dehaze", None),
    "destripe": ("destripe", None),
    "blur": ("blur", None),
    "recolour vivid": ("recolour", "vivid"),
    "recolour muted": ("recolour", "muted"),
    "recolour neutral": ("recolour", "neutral"),
    "recolour heat": ("recolour", "heat"),
    "inspect": ("inspect", None),
}


@dataclass(frozen=True)
class Cost:
    """Of one call: seconds of one core, and the most memory that its process ever had, in MiB."""

    seconds: float
    peak_mib: float


def make_pair(size: tuple[int, int], folder: Path) -> None:
    """Write ir.png, vi.png and fused.png of a size (width, height)."""
    pair, random = read_pair(FAULTY / "ir.png", FAULTY / "vi.png"), np.random.default_rng(5)
    infrared, visible = (
        np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_CUBIC), np.float32)
        for picture in (pair.infrared, pair.visible)
    )
    infrared += STRIPES * random.standard_normal(size[0], np.float32)
    infrared += GRAIN * random.standard_normal(infrared.shape, np.float32)
    visible += GRAIN * random.standard_normal(visible.shape, np.float32)
    fused = (1 - INFRARED) * visible + INFRARED * infrared[..., None]
    for name, picture in {"ir": infrared, "vi": visible, "fused": fused}.items():
        write_png(folder / f"{name}.png", to_uint8(picture))


def call(tool: SingleTool, name: str) -> None:
    """Make a call of ``CALLS`` on the whole of the given picture."""
    tool_name, direction = CALLS[name]
    given: dict[str, object] = {}
    if name != "fuse":
        given = {"image": USER_IMAGE, "mask": None}
    if name not in ("fuse", "inspect"):
        given |= {"strength": "normal"} | ({} if direction is None else {"direction": direction})
    tool.call(tool_name, **given)


def measure(name: str, folder: Path) -> Cost:
    """Call a tool on the whole of a picture, in this process."""
    settings = Settings(device="cpu", regions="embedded")
    with SingleTool(folder / "ir.png", folder / "vi.png", settings) as tool:
        tool.start_from(folder / "fused.png")
        _ = tool.work.pair  # decoded outside of what is timed, as the picture is
        tool.work.image(USER_IMAGE)
        started = time.process_time()
        call(tool, name)
        return Cost(time.process_time() - started, peak_mib())


def in_a_process(name: str, folder: Path) -> Cost:
    """The same in a process of its own, with one thread."""
    command = [sys.executable, "-m", "wordfuse.evals.bench.restore.cost", "--call", name, "--pair", str(folder)]
    alone = os.environ | {name: "1" for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")}
    return Cost(**json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, env=alone).stdout))


def markdown(costs: dict[str, dict[str, Cost]]) -> str:
    """A table of tool -> size -> cost; what misses a goal is bold."""
    usual, large = (f"{width}x{height}" for width, height in SIZES)
    fuse = costs["fuse"][usual].seconds
    lines = [
        f"| tool | {usual}: s | times fuse | MiB | {large}: s | MiB |",
        "|---|---|---|---|---|---|",
    ]
    for name, of in costs.items():
        times = of[usual].seconds / fuse
        ratio = f"**{times:.1f}**" if times > MOST_TIMES_FUSE else f"{times:.1f}"
        cells = [f"{of[usual].seconds:.2f}", ratio, f"{of[usual].peak_mib:.0f}"]
        if large not in of:
            cells += ["", ""]
        else:
            peak = of[large].peak_mib
            cells += [f"{of[large].seconds:.0f}", f"**{peak:.0f}**" if peak > MOST_MIB else f"{peak:.0f}"]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("runs/bench"), help="for the table")
    parser.add_argument("--tool", action="append", choices=CALLS, help="only this one and fuse; may be repeated")
    parser.add_argument("--small", action="store_true", help="leave the large size out")
    parser.add_argument("--call", choices=CALLS, help=argparse.SUPPRESS)
    parser.add_argument("--pair", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.call is not None:
        sys.stdout.write(json.dumps(vars(measure(given.call, given.pair))) + "\n")
        return
    costs: dict[str, dict[str, Cost]] = {name: {} for name in CALLS if not given.tool or name in {"fuse", *given.tool}}
    for size in SIZES[:1] if given.small else SIZES:
        with tempfile.TemporaryDirectory(prefix="wordfuse-") as folder:
            make_pair(size, Path(folder))
            for name in track(costs, f"{size[0]}x{size[1]}", console=Console(stderr=True)):
                costs[name][f"{size[0]}x{size[1]}"] = in_a_process(name, Path(folder))
    given.out.mkdir(parents=True, exist_ok=True)
    table = markdown(costs)
    write_bytes_atomic(given.out / "bench_restore_cost.md", table.encode())
    sys.stdout.write(table)


if __name__ == "__main__":
    main()
