"""What the parts of LDFusion and MGFusion do, and which size MGFusion is given: short trainings, measured.

``python -m wordfuse.evals.bench.fusing.ablate_papers --preset ldfusion --data DIR --dev DIR --out DIR`` trains every
variant for the same number of steps from the same seed on the pairs below ``--data`` and measures all of them on every
how manyth pair of RoadScene, MSRS and TNO below ``--dev``. Trainings that are there already are gone on with or taken
as they are.

Of ldfusion: the loss of whole pictures alone; with patches, each of which counts; with the gate that leaves out patches
whose sources show little. Of mgfusion: channels C and blocks N, which its paper leaves open; without CII; without CFF.
"""

import argparse
import json
from copy import copy
from pathlib import Path

import numpy as np
import torch
from rich.console import Console
from rich.progress import Progress, track

from wordfuse.evals.bench.fusing.fusion import SETS
from wordfuse.fusion.encoders.choose import load_encoder
from wordfuse.fusion.encoders.embedded import EmbeddedEncoder
from wordfuse.fusion.encoders.objective import objective
from wordfuse.fusion.files.atomic import write_bytes_atomic
from wordfuse.fusion.files.pairs import find_pairs
from wordfuse.fusion.images import read_pair, to_uint8
from wordfuse.fusion.metrics import evaluate
from wordfuse.fusion.networks.inference import fuse
from wordfuse.fusion.networks.mgfusion import MgConfig, MgNetwork
from wordfuse.fusion.networks.network import FusionNetwork
from wordfuse.fusion.networks.presets import build_network
from wordfuse.fusion.tensors import to_array, to_tensor
from wordfuse.fusion.training.crops import CropSampler
from wordfuse.fusion.training.fusion import FusionLesson, FusionRecipe, take_encoder
from wordfuse.fusion.training.language import WEIGHTS as LOSS
from wordfuse.fusion.training.language import LanguageLesson, LanguageRecipe
from wordfuse.fusion.training.loop import Lesson, Training

COLUMNS = ("VIF", "MI", "Qabf", "SSIM", "SCD", "Qcv", "AG", "objective")
WORDS: dict[str, dict[str, object]] = {
    "whole": {"terms": {"patches": 0.0}},
    "whole and patches": {"gate_bits": 0.0},
    "whole, patches and gate": {},
}
SIZES: dict[str, MgConfig] = {
    "C 8, N 1": MgConfig(features=8),
    "C 16, N 1": MgConfig(features=16),
    "C 16, N 2": MgConfig(features=16, blocks=2),
    "C 16, N 1, no CII": MgConfig(features=16, inject=False),
    "C 16, N 1, no CFF": MgConfig(features=16, guide=False),
}


class Trainings:
    """Makes a training for each variant; the pairs are read once."""

    def __init__(self, preset: str, data: Path, out: Path, steps: int) -> None:
        """Of ldfusion or mgfusion."""
        self.out, self.steps = out, steps
        self.lesson: LanguageLesson | FusionLesson
        if preset == "ldfusion":
            self.lesson = LanguageLesson(data, preset, LanguageRecipe(steps=steps, crop_px=160))
        else:
            self.lesson = FusionLesson(data, preset, FusionRecipe(steps=steps, crop_px=96))

    def of(self, name: str) -> Training:
        """The training of a variant: same seed, same crops."""
        lesson = copy(self.lesson)
        recipe = FusionRecipe(steps=self.steps, crop_px=self.lesson.training.crop_px)
        torch.manual_seed(recipe.seed)
        if isinstance(lesson, LanguageLesson):
            lesson.recipe = LanguageRecipe(steps=self.steps, crop_px=recipe.crop_px, **WORDS[name])  # type: ignore[arg-type]
            lesson.weights = LOSS | lesson.recipe.terms
            lesson.network = build_network("ldfusion")
        else:
            network = MgNetwork(SIZES[name])
            take_encoder(network)
            lesson.network = network
        lesson.training, lesson.validation = _afresh(lesson.training, recipe.seed), _afresh(lesson.validation, 0)
        return Training(lesson, self.out / name.replace(" ", "-").replace(",", ""), recipe)


def _afresh(sampler: CropSampler, seed: int) -> CropSampler:
    """The same pictures, drawn from the beginning."""
    again = copy(sampler)
    again.random = np.random.default_rng(seed)
    return again


@torch.no_grad()
def measured(network: FusionNetwork, dev: Path, every: int, console: Console) -> dict[str, float]:
    """Mean metrics over pairs of all sets, and the objective of LDFusion, lower is better."""
    encoder = load_encoder()
    assert isinstance(encoder, EmbeddedEncoder)
    wanted = objective(encoder)
    rows = []
    pairs = [files for name, step in SETS.items() for files in find_pairs(dev / name)[:: step * every]]
    for files in track(pairs, "measuring", console=console):
        pair = read_pair(files.infrared, files.visible)
        fused = fuse(network, to_tensor(pair.infrared), to_tensor(pair.visible))
        row = evaluate(to_uint8(to_array(fused)), to_uint8(pair.infrared), to_uint8(pair.visible))
        planes = (fused, to_tensor(pair.infrared).expand(-1, 3, -1, -1), to_tensor(pair.visible))
        vectors = [encoder.pictures(plane.mean(dim=1, keepdim=True).expand(-1, 3, -1, -1)) for plane in planes]
        rows.append(row | {"objective": float(wanted.loss(*vectors))})
    return {column: float(np.mean([row[column] for row in rows])) for column in COLUMNS}


def run(training: Training, console: Console) -> FusionNetwork:
    """Train to the end; the averaged weights, for inference."""
    with Progress(console=console) as bars:
        bar = bars.add_task(training.out.name, total=1.0)
        training.run(lambda progress: bars.update(bar, completed=progress.share))
    lesson: Lesson = training.lesson
    network = lesson.network
    assert isinstance(network, FusionNetwork)
    network.load_state_dict(training.average)
    return network.eval()


def main() -> None:
    """Train and measure all variants."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--preset", choices=("ldfusion", "mgfusion"), required=True)
    parser.add_argument("--data", type=Path, required=True, help="pairs to train on")
    parser.add_argument("--dev", type=Path, required=True, help="folder with RoadScene, MSRS and TNO to measure on")
    parser.add_argument("--out", type=Path, required=True, help="folder for weights and the table")
    parser.add_argument("--steps", type=int, default=300, help="of each training")
    parser.add_argument("--every", type=int, default=4, help="of the benchmark's pairs")
    chosen = parser.parse_args()
    console = Console(stderr=True)
    trainings = Trainings(chosen.preset, chosen.data, chosen.out, chosen.steps)
    table = {}
    for name in WORDS if chosen.preset == "ldfusion" else SIZES:
        network = run(trainings.of(name), console)
        table[name] = measured(network, chosen.dev, chosen.every, console)
    lines = [f"| variant | {' | '.join(COLUMNS)} |", "|---" * (1 + len(COLUMNS)) + "|"]
    lines += [f"| {name} | {' | '.join(f'{row[column]:.4g}' for column in COLUMNS)} |" for name, row in table.items()]
    write_bytes_atomic(chosen.out / "ablation.json", json.dumps(table, indent=1).encode())
    Console().print("\n".join(lines), soft_wrap=True, markup=False)


if __name__ == "__main__":
    main()
