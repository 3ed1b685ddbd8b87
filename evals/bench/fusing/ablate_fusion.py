"""What each term of the loss of preset ``metric`` does: short trainings without it, measured on real pairs.

``python -m wordfuse.evals.bench.fusing.ablate_fusion --data DIR --dev DIR --out DIR`` trains every variant for the
same number of steps from the same seed on the pairs below ``--data``, measures all of them as ``wordfuse bench
fusion`` does on ``--dev`` and writes its tables to ``--out``. Trainings that are there already are gone on with or
taken as they are.
"""

import argparse
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from wordfuse.evals.bench.fusing.fusion import bench_fusion
from wordfuse.fusion.training.fusion import FusionLesson, FusionRecipe
from wordfuse.fusion.training.loop import Training
from wordfuse.fusion.weighing import FusionWeights

# Weights that differ from the preset's. The colour term has no say: the network keeps chroma by construction.
VARIANTS: dict[str, dict[str, float]] = {
    "all": {},
    "paper": vars(FusionWeights()),
    "no-intensity": {"intensity": 0.0},
    "no-gradient": {"gradient": 0.0},
    "no-structure": {"structure": 0.0},
    "no-difference": {"difference": 0.0},
    "no-information": {"information": 0.0},
}


def train_variant(data: Path, out: Path, terms: dict[str, float], steps: int, console: Console) -> Path:
    """Train preset ``metric`` with other weights of the loss; returns the exported file."""
    recipe = FusionRecipe(steps=steps, terms=terms)
    training = Training(FusionLesson(data, "metric", recipe), out, recipe)
    with Progress(console=console) as bars:
        bar = bars.add_task(out.name, total=1.0)
        return training.run(lambda progress: bars.update(bar, completed=progress.share))


def main() -> None:
    """Train and measure all variants."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="pairs to train on")
    parser.add_argument("--dev", type=Path, required=True, help="folder with RoadScene, MSRS and TNO to measure on")
    parser.add_argument("--out", type=Path, required=True, help="folder for weights and tables")
    parser.add_argument("--steps", type=int, default=2000, help="of each training")
    chosen = parser.parse_args()
    console = Console(stderr=True)
    weights = {
        name: train_variant(chosen.data, chosen.out / name, terms, chosen.steps, console)
        for name, terms in VARIANTS.items()
    }
    report = bench_fusion(chosen.dev, chosen.out, [], weights, {}, [], "auto", console)
    Console().print(report.markdown(), soft_wrap=True, markup=False)


if __name__ == "__main__":
    main()
