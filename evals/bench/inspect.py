"""How well ``inspect`` tells what is wrong, on damage of known amounts; and the fit of its scales.

``wordfuse bench inspect --data DIR`` takes pictures of registered pairs below DIR and what is fused from them, damages
each by rising amounts, and compares the severity with the amount: rank correlation over all pictures together, and how
often a fault is told of pictures that have none. ``--fit FILE`` writes the scales that these pictures ask for
(``fusion/inspect/scales.json`` was written so, from train/). A set whose own pictures have a fault says nothing about
that fault in clean ones: ``FAULTY`` names them, as seen by eye, and how often they are told of is listed apart.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track
from scipy.stats import spearmanr

from wordfuse.evals.damage.ladders import LADDERS
from wordfuse.evals.damage.pairs import middle, pairs_by_set, read_sources, spread
from wordfuse.evals.damage.scene import scene_numbers
from wordfuse.fusion.files.atomic import write_bytes_atomic
from wordfuse.fusion.files.pairs import PairFiles
from wordfuse.fusion.fusing import Fuser
from wordfuse.fusion.images import to_float, to_uint8
from wordfuse.fusion.inspect.inspecting import frame_number, looked_at, number_of, shift_number
from wordfuse.fusion.inspect.kinds import FAULTS, Kind, Where
from wordfuse.fusion.inspect.severity import ALARM, Scale, fitted, scales
from wordfuse.fusion.regions import create_backend

NIGHT = ("MSRS night", "LLVIP")
WASHED_OUT = ("RoadScene", "M3FD")  # a camera that lifts every shadow; rain and fog
OTHERS = ("TNO", "VIFB")  # collected from many cameras, each with faults of its own
# Sets whose own pictures have the fault.
FAULTY: Mapping[str, tuple[str, ...]] = {
    "haze visible": WASHED_OUT,
    "haze fused": WASHED_OUT,
    "dark visible": NIGHT,
    "dark fused": NIGHT,
    "low contrast visible": NIGHT,
    "low contrast fused": NIGHT,
    "low contrast infrared": ("MSRS", "MSRS night", "M3SVD", "M3SVD-degraded"),
    "cast visible": NIGHT,
    "cast fused": NIGHT,
    "clipped infrared": ("LLVIP",),
    "blur infrared": ("LLVIP",),
}


@dataclass(frozen=True)
class Sample:
    """What was measured once."""

    name: str  # of the fault and the picture, as "noise infrared"
    source: str  # the set
    picture: int
    amount: float
    number: float


@dataclass(frozen=True)
class Row:
    """One fault in one picture of the pair.

    Attributes:
        name: the fault and the picture.
        pictures: how many were damaged.
        pooled: rank correlation of severity and amount over all pictures together.
        within: the same picture by picture, median.
        clean: how many clean pictures.
        alarms: share of these of which the fault is told.
        faulty: share of the sets in ``FAULTY`` of which it is told; None where there are none.
    """

    name: str
    pictures: int
    pooled: float
    within: float
    clean: int
    alarms: float
    faulty: float | None


@dataclass(frozen=True)
class InspectReport:
    """The table."""

    rows: list[Row] = field(default_factory=list)

    def as_json(self) -> str:
        """One document."""
        return json.dumps([asdict(row) for row in self.rows], indent=1)

    def markdown(self) -> str:
        """A table a person can read."""
        lines = [
            "| fault | pictures | rank correlation | picture by picture | told of clean ones | of sets that have it |",
            "|---|---|---|---|---|---|",
        ]
        for row in self.rows:
            faulty = "" if row.faulty is None else f"{row.faulty:.0%}"
            lines.append(
                f"| {row.name} | {row.pictures} | {row.pooled:.3f} | {row.within:.3f} | "
                f"{row.alarms:.1%} of {row.clean} | {faulty} |"
            )
        return "\n".join(lines) + "\n"


def bench_inspect(data: Path, out: Path, damaged: int, clean: int, fit: Path | None, console: Console) -> InspectReport:
    """Measure, and fit the scales first where a file is named for them.

    Args:
        data: folder with sets of registered pairs, each in a folder of its name.
        out: folder for the tables.
        damaged: pairs a set that are damaged.
        clean: pairs a set that are looked at.
        fit: where to write scales; None: those in use are measured.
        console: for progress.

    Raises:
        InputError: there are no pairs.
    """
    samples = list(_samples(data, damaged, clean, console))
    chosen = fit_scales(samples) if fit is not None else scales()
    if fit is not None:
        numbers = {name: [round(number, 5) for number in scale.numbers] for name, scale in sorted(chosen.items())}
        write_bytes_atomic(fit, (json.dumps(numbers, indent=1) + "\n").encode())
    report = InspectReport(rows(samples, chosen))
    out.mkdir(parents=True, exist_ok=True)
    write_bytes_atomic(out / "bench_inspect.md", report.markdown().encode())
    write_bytes_atomic(out / "bench_inspect.json", report.as_json().encode())
    return report


def fit_scales(samples: Sequence[Sample]) -> dict[str, Scale]:
    """A scale a fault and picture: see :func:`fusion.inspect.severity.fitted`."""
    made = {}
    for name in dict.fromkeys(sample.name for sample in samples):
        of_it = [sample for sample in samples if sample.name == name]
        amounts = sorted({sample.amount for sample in of_it if sample.amount})
        clean = [one.number for one in of_it if not one.amount and not _faulty(one)]
        ladder = [one for one in of_it if not _faulty(one)]
        steps = [float(np.median([one.number for one in ladder if one.amount == amount])) for amount in amounts]
        worse = 0.95 if steps[-1] > np.median(clean) else 0.05
        made[name] = fitted(float(np.quantile(clean, worse)), steps)
    return made


def rows(samples: Sequence[Sample], chosen: Mapping[str, Scale]) -> list[Row]:
    """The table of samples under scales."""
    table = []
    for name, scale in chosen.items():
        of_it = [sample for sample in samples if sample.name == name]
        if not of_it:
            continue
        severity = {id(one): scale.severity(one.number) for one in of_it}
        pictures = sorted({one.picture for one in of_it if one.amount and not _faulty(one)})
        ladders = [[one for one in of_it if one.picture == picture] for picture in pictures]
        within = [_correlation(ladder, severity) for ladder in ladders]
        clean = [severity[id(one)] >= ALARM for one in of_it if not one.amount and not _faulty(one)]
        faulty = [severity[id(one)] >= ALARM for one in of_it if not one.amount and _faulty(one)]
        table.append(
            Row(
                name,
                len(pictures),
                _correlation([one for ladder in ladders for one in ladder], severity),
                float(np.median(within)),
                len(clean),
                float(np.mean(clean)),
                float(np.mean(faulty)) if faulty else None,
            )
        )
    return table


def _correlation(samples: Sequence[Sample], severity: Mapping[int, float]) -> float:
    told = [severity[id(one)] for one in samples]
    if min(told) == max(told):
        return 0.0  # nothing was noticed
    return float(spearmanr(told, [one.amount for one in samples]).statistic)


def _faulty(sample: Sample) -> bool:
    return sample.source in (*OTHERS, *FAULTY.get(sample.name, ()))


def _samples(data: Path, damaged: int, clean: int, console: Console) -> Iterator[Sample]:
    backend = create_backend("embedded")
    chosen = [
        (source, files, index < damaged)
        for source, pairs in pairs_by_set(data).items()
        for index, files in spread(pairs, clean)
    ]
    for picture, (source, files, hurt) in enumerate(track(chosen, "inspecting", console=console)):
        pictures = _pictures(files)
        for where, pixels in pictures.items():
            for name, fault in FAULTS.items():
                if name in LADDERS and where in fault.where:
                    seed = crc32(f"{files.visible.stem} {name} {where}".encode())
                    yield from _ladder(name, where, pixels, pictures, source, picture, hurt, seed)
        for scene, amount, number in scene_numbers(pictures, backend, damaged=hurt):
            yield Sample(scene, source, picture, amount, number)


def _ladder(
    kind: Kind,
    where: Where,
    pixels: NDArray[np.uint8],
    pictures: Mapping[Where, NDArray[np.uint8]],
    source: str,
    picture: int,
    hurt: bool,
    seed: int,
) -> Iterator[Sample]:
    ladder = LADDERS[kind]
    if hurt and kind != "shift":
        pixels = middle(pixels)
    for amount in ladder.steps if hurt else ladder.steps[:1]:
        damaged = ladder.damage(pixels, amount, np.random.default_rng(seed))
        seen, frame = looked_at(damaged)
        number: float | None
        if kind == "frame":
            number = frame_number(frame)
        elif kind == "shift":
            number = shift_number(damaged, pictures["visible"])
        else:
            number = number_of(kind, seen)
        if number is not None:
            yield Sample(f"{kind} {where}", source, picture, amount, number)


def _pictures(files: PairFiles) -> dict[Where, NDArray[np.uint8]]:
    infrared, visible = read_sources(files)
    fused = to_uint8(Fuser().fuse(to_float(infrared), to_float(visible)).picture)
    return {"infrared": infrared, "visible": visible, "fused": fused}
