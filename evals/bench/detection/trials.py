"""One training of the detector on a row's pictures, and what it finds, kept so that a run goes on where it was."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from safetensors.torch import load_file

from wordfuse.evals.bench.detection.boxes import Seen, seen
from wordfuse.evals.bench.detection.fastest import FastestDet, digest_of
from wordfuse.evals.bench.detection.labelled import Labelled
from wordfuse.evals.bench.detection.lesson import DetectionLesson, Example
from wordfuse.evals.bench.detection.rows import Cache, digest
from wordfuse.fusion.device import channels_last, resolve_device
from wordfuse.fusion.files.atomic import write_bytes_atomic
from wordfuse.fusion.images import read_picture
from wordfuse.fusion.training.loop import Recipe, Training

AT_ONCE = 16  # pictures that are looked at together
FORMAT = 1  # of what is kept: another number makes all trainings anew


@dataclass(frozen=True)
class Plan:
    """What all trainings of a table have in common.

    Attributes:
        train: pairs to learn from.
        dev: pairs to measure on.
        detector: file of the published weights; None: random ones.
        recipe: its seed is another in each training.
        folder: where trainings are kept.
        device: where they run.
    """

    train: Sequence[Labelled]
    dev: Sequence[Labelled]
    detector: Path | None
    recipe: Recipe
    folder: Path
    device: str


def trial(plan: Plan, cache: Cache, seed: int, progress: Callable[[float], None]) -> list[Seen]:
    """Fine-tune the detector on a row's pictures and let it look at those of dev.

    Args:
        plan: the table's.
        cache: the row's pictures.
        seed: of random weights, of the order of pictures and of augmentation.
        progress: called with the share that is done, in [0, 1].

    Returns:
        What it finds in each picture of ``plan.dev``.

    Raises:
        InputError: the detector, a picture or the device cannot be used.
    """
    recipe = Recipe(**asdict(plan.recipe) | {"seed": seed})
    places = [str(cache.place(pair).relative_to(cache.folder.parent)) for pair in (*plan.train, *plan.dev)]
    labels = [pair.boxes.tolist() for pair in plan.train]
    key = digest([FORMAT, places, labels, digest_of(plan.detector), asdict(recipe)])
    folder = plan.folder / f"{cache.folder.name}-{key}"
    kept = folder / "found.json"
    if not kept.is_file():
        examples = [Example(cache.file(pair), pair.boxes) for pair in plan.train]
        training = Training(DetectionLesson(examples, plan.detector, recipe), folder, recipe, plan.device)
        weights = training.run(lambda done: progress(done.share))
        found = look(weights, [cache.file(pair) for pair in plan.dev], plan.device)
        told = [[values.tolist() for values in one] for one in found]
        write_bytes_atomic(kept, json.dumps(told).encode())
        training.checkpoint.unlink()
    progress(1.0)
    return [
        Seen(np.array(kinds, np.int64), np.array(scores, np.float32), np.array(boxes, np.float32).reshape(-1, 4))
        for kinds, scores, boxes in json.loads(kept.read_text())
    ]


def look(weights: Path, files: Sequence[Path], device: str) -> list[Seen]:
    """What a trained detector finds in pictures of its size."""
    network = FastestDet()
    network.load_state_dict({name: value.float() for name, value in load_file(weights).items()})
    network = channels_last(network.to(resolve_device(device))).eval()
    found: list[Seen] = []
    for begin in range(0, len(files), AT_ONCE):
        found += seen(network, np.stack([read_picture(file) for file in files[begin : begin + AT_ONCE]]))
    return found
