"""Time and peak memory of fusing one pair, measured in a process of its own.

``python -m wordfuse.evals.bench.fusing.fusion_cost --preset P --ir FILE --vi FILE --out FILE`` does what ``wordfuse
fuse`` does and prints one JSON object: ``seconds`` of the fusion alone, ``peak_mib`` of the whole process, decoding
and encoding included, and ``parameters`` of the network.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.device import resolve_device
from wordfuse.fusion.fusing import LOOK, Fuser
from wordfuse.fusion.images import Pair, read_pair, to_uint8, write_png

Cost = dict[str, float]


def measure(preset: str, infrared: Path, visible: Path, fused: Path, device: str) -> Cost:
    """Fuse a pair in this process."""
    fuser, pair = Fuser(preset, device=resolve_device(device)), read_pair(infrared, visible)
    fuser.fuse(pair.infrared[:64, :64], pair.visible[:64, :64])  # the first call loads weights and chooses kernels
    started = time.monotonic()
    picture = fuser.fuse(pair.infrared, pair.visible).picture
    seconds = time.monotonic() - started
    write_png(fused, to_uint8(picture))
    return {"seconds": seconds, "peak_mib": peak_mib(), "parameters": parameters_of(fuser)}


def parameters_of(fuser: Fuser) -> int:
    """Of the network that fuses, a frozen encoder inside it included; none of the default look."""
    return 0 if fuser.preset == LOOK else sum(values.numel() for values in fuser.network.parameters())


def peak_mib() -> float:
    """The most memory this process ever had resident."""
    status = Path("/proc/self/status")
    if status.exists():  # getrusage may give the peak of the process that started this one
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


def measure_sizes(
    pair: Pair, sizes: list[tuple[int, int]], presets: list[str], device: str, folder: Path
) -> dict[str, dict[str, Cost]]:
    """Enlarge or shrink a pair to each size, (width, height) in px, and fuse it with each preset in a new process."""
    costs: dict[str, dict[str, Cost]] = {}
    files = [folder / name for name in ("infrared.png", "visible.png", "fused.png")]
    for width, height in sizes:
        resized: list[NDArray[np.uint8]] = [
            np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)
            for picture in (to_uint8(pair.infrared), to_uint8(pair.visible))
        ]
        for file, picture in zip(files, resized, strict=False):
            write_png(file, picture)
        costs[f"{width}x{height}"] = {preset: _in_a_process(preset, files, device) for preset in presets}
    return costs


def _in_a_process(preset: str, files: list[Path], device: str) -> Cost:
    named = [f"--{name}={file}" for name, file in zip(("ir", "vi", "out"), files, strict=True)]
    command = [
        sys.executable,
        "-m",
        "wordfuse.evals.bench.fusing.fusion_cost",
        f"--preset={preset}",
        f"--device={device}",
        *named,
    ]
    cost: Cost = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    return cost


def main() -> None:
    """Measure what the arguments say."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--preset", default="default")
    parser.add_argument("--device", default="auto")
    for name in ("--ir", "--vi", "--out"):
        parser.add_argument(name, type=Path, required=True)
    chosen = parser.parse_args()
    cost = measure(chosen.preset, chosen.ir, chosen.vi, chosen.out, chosen.device)
    sys.stdout.write(json.dumps(cost) + "\n")


if __name__ == "__main__":
    main()
