"""The default look and the fusion networks on real pairs, beside other methods: every metric, time, memory.

``wordfuse bench fusion --data DIR --out DIR`` fuses the pairs of RoadScene, MSRS (every third, sorted by name) and TNO
(every second) with our presets and writes ``bench_fusion.md`` and ``bench_fusion.json``, with the stored figures of
other methods on the same pairs. ``--method NAME=DIR`` adds the fused pictures of any method: DIR/RoadScene/STEM.png and
so on; ``--weights NAME=FILE`` adds weights of your own for preset ``metric``. Seconds are those of this machine, taken
in turns: compare only what one run printed.
"""

import tempfile
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from wordfuse.evals.bench.fusing.fusion_cost import measure_sizes
from wordfuse.evals.bench.fusing.fusion_table import FusionReport, Row, stored_names, stored_peers
from wordfuse.fusion.device import resolve_device
from wordfuse.fusion.errors import InputError
from wordfuse.fusion.files.atomic import write_bytes_atomic
from wordfuse.fusion.files.pairs import PairFiles, find_pairs, pictures_by_stem
from wordfuse.fusion.fusing import TUNED, Fuser
from wordfuse.fusion.images import read_pair, read_picture, to_uint8
from wordfuse.fusion.metrics import evaluate

SETS = {"RoadScene": 1, "MSRS": 3, "TNO": 2}  # name: every how manyth pair


def bench_fusion(
    data: Path,
    out: Path,
    presets: list[str],
    weights: dict[str, Path],
    methods: dict[str, Path],
    sizes: list[tuple[int, int]],
    device: str,
    console: Console,
    every: int = 1,
) -> FusionReport:
    """Measure our networks and the pictures of other methods.

    Args:
        data: folder with RoadScene, MSRS and TNO.
        out: folder for the tables; made if missing.
        presets: the default look and our networks.
        weights: more of them: name -> other weights of preset ``metric``.
        methods: other methods: name -> folder of fused pictures, one subfolder a data set.
        sizes: (width, height) px at which time and memory are measured; none: not at all.
        device: of our networks.
        console: for progress.
        every: which of these pairs are taken; with fewer there are no stored figures to compare with.

    Raises:
        InputError: a folder or a picture is missing, or has another size than its pair.
    """
    report = FusionReport(device)
    chosen = {name: find_pairs(data / name)[:: step * every] for name, step in SETS.items()}
    # Faults of the arguments come before the work.
    for name in (*weights, *methods):
        if name in stored_names() | {*presets} or (name in weights and name in methods):
            raise InputError(
                "the table has a row of this name already", subject=name, remedy=f"choose another, as in my-{name}"
            )
    fusers = {preset: Fuser(preset, device=resolve_device(device)) for preset in presets}
    fusers |= {name: Fuser(TUNED, path, resolve_device(device)) for name, path in weights.items()}
    for fuser in fusers.values():
        fuser.check()
    fused_by = {method: _fused_pictures(folder, chosen) for method, folder in methods.items()}
    out.mkdir(parents=True, exist_ok=True)
    for name, pairs in chosen.items():
        report.pairs[name] = len(pairs)
        rows: dict[str, list[Row]] = {method: [] for method in (*fusers, *methods)}
        for files in track(pairs, name, console=console):
            for method, row in _measure_pair(files, fusers, {m: fused_by[m][files] for m in methods}).items():
                rows[method].append(row)
        report.measured[name] = {
            method: {metric: float(np.mean([row[metric] for row in measured])) for metric in measured[0]}
            for method, measured in rows.items()
        }
    report.peers = stored_peers(report.pairs)
    if sizes and presets:
        pair = read_pair(chosen["MSRS"][0].infrared, chosen["MSRS"][0].visible)
        with tempfile.TemporaryDirectory() as folder:
            report.costs = measure_sizes(pair, sizes, presets, device, Path(folder))
    write_bytes_atomic(out / "bench_fusion.json", report.as_json().encode())
    write_bytes_atomic(out / "bench_fusion.md", report.markdown().encode())
    return report


def _fused_pictures(folder: Path, chosen: dict[str, list[PairFiles]]) -> dict[PairFiles, Path]:
    """Where another method's picture of each pair lies."""
    found = {}
    for name, pairs in chosen.items():
        pictures = {stem.name: path for stem, path in pictures_by_stem(folder / name).items()}
        for files in pairs:
            if files.infrared.stem not in pictures:
                raise InputError(
                    f"no picture named {files.infrared.stem}",
                    subject=folder / name,
                    remedy="add it, or drop the method",
                )
            found[files] = pictures[files.infrared.stem]
    return found


def _measure_pair(files: PairFiles, fusers: dict[str, Fuser], others: dict[str, Path]) -> dict[str, Row]:
    pair = read_pair(files.infrared, files.visible)
    sources = to_uint8(pair.infrared), to_uint8(pair.visible)

    def measured(fused: NDArray[np.uint8]) -> Row:
        return evaluate(fused, *sources)

    rows = {}
    for name, fuser in fusers.items():
        started = time.monotonic()
        fused = to_uint8(fuser.fuse(pair.infrared, pair.visible).picture)
        seconds = time.monotonic() - started
        rows[name] = measured(fused) | {"seconds": seconds}
    for method, path in others.items():
        fused = read_picture(path)
        if fused.shape != pair.visible.shape:
            raise InputError(
                f"is {fused.shape[1]}x{fused.shape[0]}, its pair is not", subject=path, remedy="sizes must be equal"
            )
        rows[method] = measured(fused)
    return rows
