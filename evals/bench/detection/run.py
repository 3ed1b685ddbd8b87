"""TeRF's Table 4 on pictures that are at hand: how well a detector does on what each method fuses.

``wordfuse bench detection --data DIR --detector FILE --out DIR`` fine-tunes the same detector (FastestDet,
:mod:`wordfuse.evals.bench.detection.fastest`) on the pictures of train/, once as infrared, once as visible ones, once
as each preset fuses them, once as words relight the default picture, and once as each folder given by ``--method
NAME=DIR`` has them, and measures each on dev/. It writes ``bench_detection.md``, ``bench_detection.json`` and
``bench_detection.png``, a sheet with what was found. Pictures, trainings and what they found are kept below ``--out``:
the same command goes on where it was, and with further rows or seeds it makes only these.

Without ``--detector`` the same network begins with random weights. Our region network could be a start that knows
people, but it was trained on the very pictures that are learned from here, as infrared and visible ones and never as
fused ones: it would favour rows that look like its sources.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from wordfuse.evals.bench.detection.boxes import Seen
from wordfuse.evals.bench.detection.fastest import start
from wordfuse.evals.bench.detection.labelled import Labelled, labelled_pairs
from wordfuse.evals.bench.detection.measuring import measure
from wordfuse.evals.bench.detection.rows import Cache, every_preset, rows_of
from wordfuse.evals.bench.detection.sheet import draw
from wordfuse.evals.bench.detection.table import DetectionReport
from wordfuse.evals.bench.detection.trials import Plan, trial
from wordfuse.fusion.device import check_device
from wordfuse.fusion.files.atomic import write_bytes_atomic
from wordfuse.fusion.images import write_png
from wordfuse.fusion.networks.classes import OBJECTS
from wordfuse.fusion.training.loop import Recipe

BATCH = 8
LEARNING_RATE = {"published": 5e-4, "random": 2e-3}  # peak of the cosine: a start that knows something keeps it
AVERAGE = 0.98  # decay of the averaged weights, which are measured: a training is short
CHECKPOINT_STEPS = 50
SHORT_STEPS, SHORT_PAIRS = 10, (6, 4)  # of train and dev


@dataclass(frozen=True)
class Asked:
    """What is to be measured.

    Attributes:
        data: see :mod:`wordfuse.evals.bench.detection.labelled`.
        presets: how pairs are fused; none: every way that there is.
        methods: name -> folder of another method's pictures, DIR/train/SET/STEM.png and DIR/dev/SET/STEM.png.
        words: whether the default picture is shown relit by words as well.
        detector: FastestDet's weights for COCO; None: random ones.
        steps: of each training.
        seeds: trainings a row.
        every: take every how manyth pair of each set to learn from.
        dev_every: likewise, to measure on.
        short: a first look in a minute, in place of steps, seeds and every.
        device: of all networks.
    """

    data: Path
    presets: Sequence[str]
    methods: dict[str, Path]
    words: bool
    detector: Path | None
    steps: int
    seeds: int
    every: int
    dev_every: int
    short: bool
    device: str


def bench_detection(asked: Asked, out: Path, console: Console) -> DetectionReport:
    """Fine-tune and measure.

    Args:
        asked: what.
        out: folder for tables, pictures and trainings; made if missing.
        console: for progress.

    Raises:
        InputError: data, a preset, a method's folder, the detector or the device cannot be used; pycocotools is
            missing.
    """
    # Faults of the arguments come before the work.
    check_device(asked.device)
    start(asked.detector)
    every, dev_every = (1, 1) if asked.short else (asked.every, asked.dev_every)
    train, dev = labelled_pairs(asked.data, "train", every), labelled_pairs(asked.data, "dev", dev_every)
    if asked.short:
        train, dev = (_few(pairs, count) for pairs, count in zip((train, dev), SHORT_PAIRS, strict=True))
    presets = asked.presets or every_preset()
    rows = rows_of(presets, asked.methods, asked.words, [*train, *dev], asked.device)
    steps, seeds = (SHORT_STEPS, 1) if asked.short else (asked.steps, asked.seeds)
    plan = Plan(train, dev, asked.detector, recipe_for(steps, asked.detector), out / "trainings", asked.device)
    report = DetectionReport(_named(asked.detector), steps, BATCH, asked.short)
    for part, pairs in (("train", train), ("dev", dev)):
        report.pictures[part] = dict(Counter(pair.set for pair in pairs))
        drawn = Counter(OBJECTS[int(kind)] for pair in pairs for kind in pair.boxes[:, 0])
        report.boxes[part] = {name: drawn[name] for name in OBJECTS}
    caches = [Cache(out / "pictures", row) for row in rows]
    found: dict[str, list[list[Seen]]] = {row.name: [] for row in rows}
    with Progress(console=console) as bars:
        for cache in caches:
            for pair in bars.track([*train, *dev], description=f"pictures, {cache.row.name}"):
                cache.file(pair)
        # Seed by seed: whoever stops early has as many trainings of one row as of another.
        for seed in range(seeds):
            for cache in caches:
                bar = bars.add_task(f"training {seed + 1}, {cache.row.name}", total=1.0)
                seen = trial(plan, cache, seed, lambda share, bar=bar: bars.update(bar, completed=share))  # type: ignore[misc]
                found[cache.row.name].append(seen)
    report.rows = {name: [measure(dev, seen) for seen in trainings] for name, trainings in found.items()}
    sheet = draw(
        dev,
        caches,
        {name: trainings[0] for name, trainings in found.items()},
        {name: trainings[0].confidence for name, trainings in report.rows.items()},
    )
    write_png(out / "bench_detection.png", sheet)
    write_bytes_atomic(out / "bench_detection.json", report.as_json().encode())
    write_bytes_atomic(out / "bench_detection.md", report.markdown().encode())
    return report


def recipe_for(steps: int, detector: Path | None) -> Recipe:
    """How every training of the table goes, but for its seed."""
    rate = LEARNING_RATE["random" if detector is None else "published"]
    return Recipe(
        steps, batch=BATCH, crop_px=0, learning_rate=rate, ema=AVERAGE, checkpoint_steps=min(CHECKPOINT_STEPS, steps)
    )


def _few(pairs: list[Labelled], count: int) -> list[Labelled]:
    """Some pairs with objects, from all over."""
    boxed = [pair for pair in pairs if len(pair.boxes)]
    return boxed[:: max(1, len(boxed) // count)][:count]


def _named(detector: Path | None) -> str:
    return "FastestDet from random weights" if detector is None else "FastestDet from its published weights for COCO"
