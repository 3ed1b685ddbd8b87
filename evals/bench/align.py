"""How well misregistration is measured, warned about and corrected, on real pairs that were moved by known amounts.

``python -m wordfuse.evals.bench.align --data DIR --out DIR`` reads every pair below DIR, in any layout that
``fusion.files.pairs`` knows, and writes ``bench_align.md`` and ``bench_align.json``: how often untouched pairs are
warned about, how often shifted ones, and what ``--align`` makes of pairs that were shifted, turned and scaled.
Published pairs are themselves off by a few pixels, which counts as error here; the column "beyond its own" takes the
correction that the untouched pair gets as true instead.
"""

import argparse
import json
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from wordfuse.fusion.files.atomic import write_bytes_atomic
from wordfuse.fusion.files.pairs import find_pairs
from wordfuse.fusion.files.registration.align import CannotAlign, Similarity, find_alignment, warp
from wordfuse.fusion.files.registration.shift import measure_shift
from wordfuse.fusion.images import read_pair
from wordfuse.fusion.networks.inference import fuse
from wordfuse.fusion.tensors import to_tensor
from wordfuse.fusion.weights import load_fusion

SHIFTS = (0.0, 0.01, 0.02, 0.04, 0.08)  # of the longer side
# What a pair is moved by, as the largest of each: shift (of the longer side), turn (degrees), scale.
MOVES = {"shift": (0.05, 0.0, 0.0), "shift, turn, scale": (0.05, 4.0, 0.07), "far off": (0.1, 7.0, 0.12)}
GRID = 7  # points a side where errors are taken


@dataclass
class Warned:
    """How often a shift is claimed and warned about."""

    shift: float
    pairs: int
    claimed: float
    warned: float
    error_px: float


@dataclass
class Aligned:
    """What ``--align`` made of pairs that were moved; errors are means over a grid of points, pixels."""

    move: str
    pairs: int
    refused: float
    worse: float
    before_px: float
    after_px: float
    beyond_px: float


def error_px(found: Similarity, true: Similarity, shape: tuple[int, ...]) -> float:
    """Mean distance between where two maps send the points of a grid."""
    rows, columns = (np.linspace(0, side - 1, GRID) for side in shape[:2])
    points = np.array([(x, y, 1) for x in columns for y in rows]).T
    return float(np.hypot(*((found.matrix(shape) - true.matrix(shape)) @ points)).mean())


def moved(infrared: NDArray[np.float32], true: Similarity) -> NDArray[np.float32]:
    """An infrared picture displaced so that ``true`` is its correction."""
    back = np.linalg.inv(np.vstack([true.matrix(infrared.shape), (0, 0, 1)]))[:2]
    return warp(infrared, Similarity.nearest(back, infrared.shape))[0]


def composed(first: Similarity, then: Similarity, shape: tuple[int, ...]) -> Similarity:
    """``then`` after ``first``."""
    full = np.vstack([then.matrix(shape), (0, 0, 1)]) @ np.vstack([first.matrix(shape), (0, 0, 1)])
    return Similarity.nearest(full[:2], shape)


def bench(data: Path, every: int, console: Console) -> tuple[list[Warned], list[Aligned], dict[str, float]]:
    """Measure everything.

    Raises:
        InputError: the folder is missing or holds no pairs.
    """
    random = np.random.default_rng(0)
    claims: dict[float, list[tuple[bool, bool, float]]] = {shift: [] for shift in SHIFTS}
    results: dict[str, list[tuple[float, float, float] | None]] = {move: [] for move in MOVES}
    seconds = {"measure": 0.0, "align": 0.0, "fuse": 0.0}
    network = load_fusion("metric")
    for files in track(find_pairs(data)[::every], "aligning", console=console):
        pair = read_pair(files.infrared, files.visible)
        longer = max(pair.infrared.shape)
        for shift in SHIFTS:
            way = random.uniform(0, 2 * np.pi)
            true = Similarity(shift * longer * np.cos(way), shift * longer * np.sin(way))
            displaced = moved(pair.infrared, true)
            started = time.perf_counter()
            found = measure_shift(displaced, pair.visible)
            seconds["measure"] += (time.perf_counter() - started) / len(SHIFTS)
            if found is not None:
                off = float(np.hypot(found.x_px - true.x_px, found.y_px - true.y_px))
                claims[shift].append((found.confident, found.worth_a_warning, off))
        started = time.perf_counter()
        fuse(network, to_tensor(pair.infrared), to_tensor(pair.visible))
        seconds["fuse"] += time.perf_counter() - started
        started = time.perf_counter()
        try:
            own = find_alignment(pair.infrared, pair.visible).map
        except CannotAlign:
            own = Similarity()
        seconds["align"] += time.perf_counter() - started
        for move, true in _moves(random, longer):
            displaced = moved(pair.infrared, true)
            before = error_px(Similarity(), true, pair.infrared.shape)
            try:
                answer = find_alignment(displaced, pair.visible).map
            except CannotAlign:
                results[move].append(None)
                continue
            best = composed(own, true, pair.infrared.shape)
            after, beyond = (error_px(answer, right, pair.infrared.shape) for right in (true, best))
            results[move].append((before, after, beyond))
    warned = [_warned(shift, found) for shift, found in claims.items()]
    aligned = [_aligned(move, outcomes) for move, outcomes in results.items()]
    return warned, aligned, {name: value / seconds["fuse"] for name, value in seconds.items()}


def _moves(random: np.random.Generator, longer: int) -> Iterator[tuple[str, Similarity]]:
    for move, (shift, turn, scale) in MOVES.items():
        x, y = random.uniform(-shift, shift, 2) * longer
        yield move, Similarity(x, y, random.uniform(-turn, turn), random.uniform(1 - scale, 1 + scale))


def _warned(shift: float, found: list[tuple[bool, bool, float]]) -> Warned:
    claimed = [off for confident, _, off in found if confident]
    share = sum(warned for _, warned, _ in found) / len(found)
    return Warned(shift, len(found), len(claimed) / len(found), share, float(np.median(claimed)))


def _aligned(move: str, outcomes: list[tuple[float, float, float] | None]) -> Aligned:
    done = np.array([outcome for outcome in outcomes if outcome is not None])
    worse = float((done[:, 1] > done[:, 0]).sum()) / len(outcomes)
    before, after, beyond = (float(value) for value in np.median(done, axis=0))
    return Aligned(move, len(outcomes), 1 - len(done) / len(outcomes), worse, before, after, beyond)


def as_markdown(warned: list[Warned], aligned: list[Aligned], cost: dict[str, float]) -> str:
    """Tables a person can read."""
    lines = [
        "| shifted by, of the longer side | pairs | a shift is claimed | warned about | median error, px |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {row.shift:.0%} | {row.pairs} | {row.claimed:.0%} | {row.warned:.1%} | {row.error_px:.1f} |"
        for row in warned
    ]
    lines += [
        "",
        "| moved by | pairs | refused | made worse | median error before, px | after | beyond its own |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {row.move} | {row.pairs} | {row.refused:.0%} | {row.worse:.1%} | {row.before_px:.1f} | {row.after_px:.1f} "
        f"| {row.beyond_px:.1f} |"
        for row in aligned
    ]
    lines += ["", f"Of the time of fusing the pair: measuring {cost['measure']:.2f}, aligning {cost['align']:.2f}."]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Run the benchmark from the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder that holds registered pairs")
    parser.add_argument("--out", type=Path, required=True, help="folder for the tables; made if missing")
    parser.add_argument("--every", type=int, default=1, help="take every how manyth pair")
    chosen = parser.parse_args()
    warned, aligned, cost = bench(chosen.data, chosen.every, Console(stderr=True))
    chosen.out.mkdir(parents=True, exist_ok=True)
    tables = as_markdown(warned, aligned, cost)
    record = {"warned": [asdict(row) for row in warned], "aligned": [asdict(row) for row in aligned], "cost": cost}
    write_bytes_atomic(chosen.out / "bench_align.md", tables.encode())
    write_bytes_atomic(chosen.out / "bench_align.json", json.dumps(record, indent=1).encode())
    Console().print(tables, markup=False, soft_wrap=True)


if __name__ == "__main__":
    main()
