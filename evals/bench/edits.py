"""Table 2 of TeRF: what each fine-tuning task does to the usual metrics on RoadScene.

``wordfuse bench edits --data DIR --out DIR`` edits the whole of every picture of DIR/RoadScene once and prints the rows
of the paper's table beside the paper's own, with the direction in which each metric moves from the baseline:

I infrared inclination, II visible inclination, III brighter, IV darker, V noise added to the visible picture before
fusion, VI the fused picture of V denoised, VII the visible picture of V denoised, then fused.

Below stands what stand_out does, which the paper does not have (``evals.bench.standing_out``).

The paper's SF squares 8-bit values without widening and its SD divides twice by the channel count, so its 7.58 and
14.57 stand for about 13 and 44 in the usual definition, which is ours: compare directions, not values.
``--recipe paper``
runs the paper's recipes on the paper's network: hours for a few pairs on a CPU.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import torch
from rich.console import Console
from rich.progress import track
from torch import Tensor

from wordfuse.evals.bench.standing_out import StandingOut, standing_out
from wordfuse.evals.bench.standing_out import table as standing_out_table
from wordfuse.fusion.device import resolve_device
from wordfuse.fusion.files.atomic import write_bytes_atomic
from wordfuse.fusion.files.pairs import PairFiles, find_pairs
from wordfuse.fusion.finetune import denoise, incline, relight
from wordfuse.fusion.finetune.denoise import RECIPES as DENOISE
from wordfuse.fusion.finetune.incline import RECIPES as INCLINE
from wordfuse.fusion.finetune.relight import RECIPES as RELIGHT
from wordfuse.fusion.finetune.toward import Direction
from wordfuse.fusion.images import read_pair, to_uint8
from wordfuse.fusion.metrics import evaluate
from wordfuse.fusion.networks.inference import fuse
from wordfuse.fusion.networks.network import FusionNetwork
from wordfuse.fusion.tensors import to_array, to_tensor
from wordfuse.fusion.weights import load_fusion

METRICS = ("AG", "SSIM", "SF", "Qabf", "EN", "SD")
# TeRF, Table 2.
PAPER = {
    "Baseline": (5.1801, 0.7041, 7.5797, 0.5912, 7.1221, 14.5694),
    "I": (5.2003, 0.6739, 7.5821, 0.6191, 7.5234, 18.2078),
    "II": (3.1420, 0.6743, 5.6145, 0.4150, 6.7444, 12.5711),
    "III": (5.0511, 0.6515, 7.5760, 0.5051, 6.7977, 12.3864),
    "IV": (5.2512, 0.7009, 7.6138, 0.6245, 7.3150, 16.6660),
    "V": (8.5599, 0.4670, 12.1157, 0.4023, 7.2400, 14.5627),
    "VI": (6.6462, 0.5741, 10.1196, 0.4235, 7.2187, 14.3155),
    "VII": (5.5428, 0.6596, 8.3990, 0.5106, 7.1489, 14.3491),
}
NETWORKS = {"fast": "metric", "paper": "terf"}  # recipe: preset
PRESETS = {"fast": "default", "paper": "terf"}  # what stand_out starts from, as a run does
LUMA_RATIO = 1.3  # the paper changes gamma, by rules that it leaves open
NOISE_SIGMA = 25 / 255  # the paper does not say how noisy its pictures are


@dataclass
class EditsReport:
    """Mean of each metric, row by row of the table, and what stand_out does in each direction."""

    recipe: str
    pairs: int = 0
    rows: dict[str, dict[str, float]] = field(default_factory=dict)
    standing_out: dict[str, StandingOut] = field(default_factory=dict)

    def agreeing(self) -> int:
        """In how many cells our metric moves the way the paper's does."""
        return sum(
            self._rises(row, metric) == _paper_rises(row, column)
            for row in list(PAPER)[1:]
            for column, metric in enumerate(METRICS)
        )

    def _rises(self, row: str, metric: str) -> bool:
        return self.rows[row][metric] > self.rows[_reference(row)][metric]

    def markdown(self) -> str:
        """Our rows, each over the paper's, with arrows from the row that it is held against."""
        lines = [
            f"RoadScene, {self.pairs} pairs, recipe {self.recipe}; the paper's values in brackets. "
            "Arrows: up or down from the baseline; VI and VII from V.",
            "",
            f"| | {' | '.join(METRICS)} |",
            "|---" * (len(METRICS) + 1) + "|",
        ]
        for row, values in self.rows.items():
            cells = []
            for column, metric in enumerate(METRICS):
                arrows = ("", "")
                if row != "Baseline":
                    arrows = _arrow(self._rises(row, metric)), _arrow(_paper_rises(row, column))
                cells.append(f"{values[metric]:.4g}{arrows[0]} ({PAPER[row][column]:.4g}{arrows[1]})")
            lines.append(f"| {row} | {' | '.join(cells)} |")
        cells_in_all = (len(PAPER) - 1) * len(METRICS)
        lines += ["", f"{self.agreeing()} of {cells_in_all} cells move the way the paper's do."]
        lines += ["", *standing_out_table(self.standing_out)]
        return "\n".join(lines) + "\n"

    def as_json(self) -> str:
        """The same as data."""
        return json.dumps({**asdict(self), "agreeing": self.agreeing()}, indent=1)


def bench_edits(data: Path, out: Path, recipe: str, every: int, device: str, console: Console) -> EditsReport:
    """Carry out every row of the table on the pairs of RoadScene.

    Args:
        data: folder that holds RoadScene.
        out: folder for the tables; made if missing.
        recipe: fast or paper.
        every: take every how manyth pair.
        device: cpu, cuda or auto.
        console: for progress.

    Raises:
        InputError: the folder is missing or holds no pairs.
    """
    network = load_fusion(NETWORKS[recipe], device=resolve_device(device))
    pairs = find_pairs(data / "RoadScene")[::every]
    out.mkdir(parents=True, exist_ok=True)
    measured = [_measure(files, network, recipe) for files in track(pairs, "editing", console=console)]
    report = EditsReport(recipe, len(pairs))
    report.rows = {
        row: {metric: float(np.mean([each[row][metric] for each in measured])) for metric in METRICS} for row in PAPER
    }
    report.standing_out = standing_out(pairs, PRESETS[recipe], device, console)
    write_bytes_atomic(out / f"bench_edits_{recipe}.json", report.as_json().encode())
    write_bytes_atomic(out / f"bench_edits_{recipe}.md", report.markdown().encode())
    return report


def _measure(files: PairFiles, network: FusionNetwork, recipe: str) -> dict[str, dict[str, float]]:
    pair = read_pair(files.infrared, files.visible)
    infrared, visible = to_tensor(pair.infrared), to_tensor(pair.visible)
    device = next(network.parameters()).device
    fused = fuse(network, infrared, visible)
    noise = NOISE_SIGMA * torch.randn(visible.shape, generator=torch.Generator().manual_seed(0))
    noisy = (visible + noise).clamp(0, 1)
    noisy_fused = fuse(network, infrared, noisy)

    def clean(picture: Tensor) -> Tensor:
        return torch.as_tensor(denoise(picture, recipe=DENOISE[recipe], device=device).image)

    def light(ratio: float) -> Tensor:
        return torch.as_tensor(relight(fused, luma_ratio=ratio, recipe=RELIGHT[recipe], device=device).image)

    def nearer(direction: Direction) -> Tensor:
        moved = incline(network, infrared, visible, fused, direction=direction, recipe=INCLINE[recipe])
        return torch.as_tensor(moved.image)

    rows: dict[str, Callable[[], Tensor]] = {
        "Baseline": lambda: fused,
        "I": lambda: nearer("infrared"),
        "II": lambda: nearer("visible"),
        "III": lambda: light(LUMA_RATIO),
        "IV": lambda: light(1 / LUMA_RATIO),
        "V": lambda: noisy_fused,
        "VI": lambda: clean(noisy_fused),
        "VII": lambda: fuse(network, infrared, clean(noisy)),
    }
    sources = to_uint8(pair.infrared), to_uint8(pair.visible)  # V to VII are held against the noise-free sources too
    return {row: evaluate(to_uint8(to_array(make())), *sources) for row, make in rows.items()}


def _reference(row: str) -> str:
    return "V" if row in ("VI", "VII") else "Baseline"


def _paper_rises(row: str, column: int) -> bool:
    return PAPER[row][column] > PAPER[_reference(row)][column]


def _arrow(rises: bool) -> str:
    return " ↑" if rises else " ↓"
