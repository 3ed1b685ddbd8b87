"""Boxes that were found against boxes that were drawn: average precision, recall and precision, confidence kept."""

import contextlib
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from wordfuse.fusion.errors import InputError
from wordfuse.fusion.networks.classes import OBJECTS
from wordfuse.fusion.regions.embedded.looking import Box, View, overlap
from wordfuse.fusion.training.region_samples import SYNONYMS

if TYPE_CHECKING:
    from pycocotools.cocoeval import COCOeval

Result = dict[str, Any]  # a box as pycocotools wants it
Boxes = list[tuple[str, Box]]
OVERLAP = 0.5  # intersection over union from which a drawn box is found
BINS = (0.1, 0.3, 0.5, 0.7, 0.9, 1.0)  # of confidences


class Judged(NamedTuple):
    """A box that was found: its confidence, and whether a drawn box of its class is there."""

    confidence: float
    right: bool


class Told(NamedTuple):
    """What was said with about one confidence: how many boxes, their mean confidence, the share that is right."""

    boxes: int
    confidence: float
    right: float


def judged(drawn: Mapping[str, Boxes], found: Mapping[str, list[Result]], kind: str) -> list[Judged]:
    """Which of the boxes of a class are right: the surest first, each drawn box counts once."""
    number = OBJECTS.index(kind) + 1
    told = []
    for stem, results in found.items():
        left = [box for name, box in drawn[stem] if name == kind]
        for result in sorted(results, key=lambda one: -float(one["score"])):
            if result["category_id"] != number:
                continue
            x, y, width, height = result["bbox"]
            best = max(left, key=lambda box: overlap(box, (x, y, x + width, y + height)), default=None)
            right = best is not None and overlap(best, (x, y, x + width, y + height)) >= OVERLAP
            if right and best is not None:
                left.remove(best)
            told.append(Judged(float(result["score"]), right))
    return told


def recall_and_precision(
    drawn: Mapping[str, Boxes], shown: Mapping[str, list[Result]]
) -> dict[str, tuple[float, float]]:
    """Class by class: the share of the drawn boxes that are shown, and the share of the shown ones that are right."""
    shares = {}
    for kind in OBJECTS:
        told = judged(drawn, shown, kind)
        hits, count = sum(one.right for one in told), sum(name == kind for stem in shown for name, _ in drawn[stem])
        shares[kind] = hits / max(count, 1), hits / max(len(told), 1)
    return shares


def kept(told: Iterable[Judged]) -> list[Told]:
    """Whether confidences keep what they promise, bin by bin."""
    everything = list(told)
    rows = []
    for low, high in pairwise(BINS):
        some = [one for one in everything if low <= one.confidence < high or one.confidence == high == BINS[-1]]
        if some:
            mean = sum(one.confidence for one in some) / len(some)
            rows.append(Told(len(some), mean, sum(one.right for one in some) / len(some)))
    return rows


def average_precision(
    drawn: dict[str, Boxes], found: dict[str, list[Result]]
) -> tuple[dict[str, float], dict[str, int]]:
    """COCO's average precision at an overlap of 0.5, and how many boxes are drawn, class by class."""
    measured = evaluated(drawn, found)
    counts = {name: sum(kind == name for stem in found for kind, _ in drawn[stem]) for name in OBJECTS}
    if measured is None:
        return dict.fromkeys(OBJECTS, 0.0), counts
    # precision: (overlap, recall, class, area, most detections); the first overlap is 0.5.
    table = measured.eval["precision"][0, :, :, 0, -1]
    means = {name: float(table[:, number].mean()) for number, name in enumerate(OBJECTS)}
    return {name: max(0.0, value) for name, value in means.items()}, counts


def evaluated(drawn: Mapping[str, Boxes], found: Mapping[str, list[Result]]) -> "COCOeval | None":
    """Boxes that were found, held against drawn ones by COCO's rules, picture by picture in the order of ``found``.

    Returns:
        The evaluation, accumulated; None where nothing was found at all, which pycocotools cannot take.

    Raises:
        InputError: pycocotools is missing.
    """
    try:
        from pycocotools.coco import COCO
        from pycocotools.cocoeval import COCOeval
    except ImportError as error:
        raise InputError(
            "pycocotools is missing, which measures the precision of boxes: pip install pycocotools"
        ) from error
    stems = list(found)
    truth = COCO()
    annotations = [
        {"image_id": number, "category_id": OBJECTS.index(kind) + 1, "bbox": xywh(box), "iscrowd": 0}
        | {"area": (box[2] - box[0]) * (box[3] - box[1])}
        for number, stem in enumerate(stems)
        for kind, box in drawn[stem]
    ]
    truth.dataset = {
        "images": [{"id": number} for number in range(len(stems))],
        "categories": [{"id": number + 1, "name": name} for number, name in enumerate(OBJECTS)],
        "annotations": [annotation | {"id": number + 1} for number, annotation in enumerate(annotations)],
    }
    results = [row | {"image_id": number} for number, stem in enumerate(stems) for row in found[stem]]
    if not results:
        return None
    with contextlib.redirect_stdout(io.StringIO()):
        truth.createIndex()
        measured = COCOeval(truth, truth.loadRes(results), "bbox")
        measured.evaluate()
        measured.accumulate()
    return measured


def xywh(box: Sequence[float]) -> list[float]:
    """(x0, y0, x1, y1) as COCO has it."""
    return [box[0], box[1], box[2] - box[0], box[3] - box[1]]


def drawn_boxes(folder: Path) -> dict[str, Boxes]:
    """The boxes of ``boxes.json`` in a folder of pairs, by stem; classes that are no objects are left out."""
    file = folder / "boxes.json"
    if not file.is_file():
        raise InputError("missing", subject=file, remedy="expected {stem: {boxes: [[class, x0, y0, x1, y1], ...]}}")
    return {
        stem: [
            (SYNONYMS.get(kind, kind), (x0, y0, x1, y1))
            for kind, x0, y0, x1, y1 in picture["boxes"]
            if SYNONYMS.get(kind, kind) in OBJECTS
        ]
        for stem, picture in json.loads(file.read_text()).items()
    }


def seen_boxes(view: View) -> list[Result]:
    """What is seen in a pair, unsure things as well."""
    return [result(seen.name, seen.box, seen.score) for seen in view.objects]


def result(name: str, box: Box, score: float) -> Result:
    """A box as pycocotools wants it."""
    return {"category_id": OBJECTS.index(name) + 1, "bbox": xywh(box), "score": score}
