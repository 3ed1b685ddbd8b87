"""The fusion network on real pairs: every metric, the mean over each data set.

``python -m evals.bench_fusion --data DIR --out DIR`` fuses the pairs of RoadScene, MSRS (every third, sorted by name)
and TNO (every second) with the committed weights and writes ``bench_fusion.md`` and ``bench_fusion.json``. Seconds are
those of this machine: compare only what one run printed.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import track

from fusion.device import resolve_device
from fusion.images import read_pair, to_uint8
from fusion.inference import fuse
from fusion.metrics import evaluate
from fusion.network import FusionNetwork
from fusion.tensors import to_array, to_tensor
from fusion.training.data import PairFiles, find_pairs
from fusion.weights import load_fusion

SETS = {"RoadScene": 1, "MSRS": 3, "TNO": 2}  # name: every how manyth pair

Row = dict[str, float]


def measure_pair(network: FusionNetwork, files: PairFiles) -> Row:
    """All metrics of one fused pair, and the seconds it took to fuse."""
    pair = read_pair(files.infrared, files.visible)
    started = time.monotonic()
    fused = to_uint8(to_array(fuse(network, to_tensor(pair.infrared), to_tensor(pair.visible))))
    seconds = time.monotonic() - started
    return evaluate(fused, to_uint8(pair.infrared), to_uint8(pair.visible)) | {"seconds": seconds}


def measure_set(network: FusionNetwork, folder: Path, every: int, console: Console) -> Row:
    """Mean over the chosen pairs of one data set."""
    pairs = find_pairs(folder)[::every]
    rows = [measure_pair(network, files) for files in track(pairs, folder.name, console=console)]
    return {name: float(np.mean([row[name] for row in rows])) for name in rows[0]} | {"pairs": float(len(rows))}


def as_markdown(table: dict[str, Row]) -> str:
    """One row a data set."""
    names = list(next(iter(table.values())))
    lines = [f"| set | {' | '.join(names)} |", "|---" * (len(names) + 1) + "|"]
    lines += [f"| {name} | {' | '.join(f'{row[column]:.4g}' for column in names)} |" for name, row in table.items()]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Run the benchmark from the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with RoadScene, MSRS and TNO")
    parser.add_argument("--out", type=Path, required=True, help="folder for the tables")
    parser.add_argument("--device", default="auto")
    chosen = parser.parse_args()
    console = Console(stderr=True)
    network = load_fusion(device=resolve_device(chosen.device))
    table = {name: measure_set(network, chosen.data / name, every, console) for name, every in SETS.items()}
    chosen.out.mkdir(parents=True, exist_ok=True)
    (chosen.out / "bench_fusion.json").write_text(json.dumps(table, indent=1), encoding="utf-8")
    (chosen.out / "bench_fusion.md").write_text(as_markdown(table), encoding="utf-8")
    Console().print(as_markdown(table), soft_wrap=True)


if __name__ == "__main__":
    main()
