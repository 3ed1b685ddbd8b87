"""Found boxes against drawn ones: the five columns of the paper's table, and how far chance reaches.

Average precision is COCO's, by pycocotools. Precision and recall are those of the paper's detector (YOLOv8 by
Ultralytics): at an overlap of 0.5, means over the classes, at the confidence with the highest mean F1. That confidence
is chosen on the pictures that are measured, as Ultralytics does, for every row alike.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordfuse.evals.bench.detection.boxes import Seen
from wordfuse.evals.bench.detection.labelled import Labelled
from wordfuse.evals.bench.region_boxes import Boxes, Result, evaluated, result
from wordfuse.fusion.networks.classes import OBJECTS

if TYPE_CHECKING:
    from pycocotools.cocoeval import COCOeval

COLUMNS = ("precision", "recall", "mAP@.5", "mAP@.75", "mAP@[.5:.95]")
CONFIDENCES = np.linspace(0, 1, 1001)
RECALLS = np.linspace(0, 1, 101)  # at which COCO reads off the precision
REPLICATES = 1000
INTERVAL = (2.5, 97.5)  # percentiles

Values = NDArray[np.float64]


class Judged(NamedTuple):
    """The boxes of one class that were found in one picture, at an overlap of 0.5.

    Attributes:
        scores: (N,).
        right: (N,) bool.
        drawn: how many there are.
    """

    scores: Values
    right: NDArray[np.bool_]
    drawn: int


@dataclass(frozen=True)
class Measured:
    """One training, measured.

    Attributes:
        columns: one number for each of ``COLUMNS``, means over the classes that are drawn.
        classes: average precision at an overlap of 0.5, class by class.
        groups: mAP@.5 of some of the pictures: by data set, by day, at night.
        confidence: at which precision and recall are those of the table.
        judged: class -> picture by picture.
    """

    columns: dict[str, float]
    classes: dict[str, float]
    groups: dict[str, float]
    confidence: float
    judged: dict[str, list[Judged]]


def measure(pairs: Sequence[Labelled], found: Sequence[Seen]) -> Measured:
    """Hold what was found in pictures against what is in them, in the same order.

    Raises:
        InputError: pycocotools is missing.
    """
    drawn = {pair.name: _drawn(pair) for pair in pairs}
    results = {pair.name: _results(seen) for pair, seen in zip(pairs, found, strict=True)}
    coco = evaluated(drawn, results)
    kinds = [kind for kind in OBJECTS if any(name == kind for boxes in drawn.values() for name, _ in boxes)]
    if coco is None:  # nothing was found at all
        judged = {kind: [_nothing(drawn[pair.name], kind) for pair in pairs] for kind in kinds}
        zero = dict.fromkeys(COLUMNS, 0.0)
        return Measured(zero, dict.fromkeys(kinds, 0.0), dict.fromkeys(_groups(pairs), 0.0), 0.0, judged)
    # precision: (overlap, recall, class, area, most detections); overlaps are 0.5, 0.55, ..., 0.95.
    table = coco.eval["precision"][:, :, [OBJECTS.index(kind) for kind in kinds], 0, -1].mean(axis=1)
    judged = {kind: _judged(coco, kind, len(pairs)) for kind in kinds}
    confidence, precision, recall = at_best_f1(judged)
    columns = (precision, recall, table[0].mean(), table[5].mean(), table.mean())
    return Measured(
        dict(zip(COLUMNS, map(float, columns), strict=True)),
        {kind: float(table[0, i]) for i, kind in enumerate(kinds)},
        {name: mean_precision(judged, some) for name, some in _groups(pairs).items()},
        confidence,
        judged,
    )


def average_precision_of(judged: Sequence[Judged]) -> float:
    """COCO's average precision at an overlap of 0.5 over pictures, which may come more than once.

    The same number as pycocotools gives, a hundred times faster: what draws pictures anew needs that. NaN where nothing
    is drawn.
    """
    drawn = sum(one.drawn for one in judged)
    if not drawn:
        return float("nan")
    scores = np.concatenate([one.scores for one in judged])
    right = np.concatenate([one.right for one in judged])[np.argsort(-scores, kind="mergesort")]
    hits = np.cumsum(right)
    recall, precision = hits / drawn, hits / np.arange(1, len(right) + 1)
    best = np.maximum.accumulate(precision[::-1])[::-1]  # of all that reach at least that recall
    places = np.searchsorted(recall, RECALLS, side="left")
    return float(np.append(best, 0.0)[np.minimum(places, len(best))].mean())


def mean_precision(judged: Mapping[str, Sequence[Judged]], pictures: Sequence[int] | NDArray[np.int64]) -> float:
    """mAP@.5 over some pictures, by number, of the classes that are drawn there."""
    each = [average_precision_of([of_kind[i] for i in pictures]) for of_kind in judged.values()]
    return float(np.nanmean(each)) if not np.all(np.isnan(each)) else float("nan")


def at_best_f1(judged: Mapping[str, Sequence[Judged]]) -> tuple[float, float, float]:
    """The confidence with the highest F1, mean over the classes, and the mean precision and recall there."""
    precisions, recalls, f1s = [], [], []
    for pictures in judged.values():
        scores = np.concatenate([one.scores for one in pictures])
        right = np.concatenate([one.right for one in pictures])
        shown = scores[None] >= CONFIDENCES[:, None]
        hits, count = (shown & right).sum(axis=1), shown.sum(axis=1)
        drawn = sum(one.drawn for one in pictures)
        precision, recall = hits / np.maximum(count, 1), hits / drawn
        precisions.append(precision)
        recalls.append(recall)
        f1s.append(2 * precision * recall / np.maximum(precision + recall, 1e-12))
    best = int(np.mean(f1s, axis=0).argmax())
    return float(CONFIDENCES[best]), float(np.mean(precisions, axis=0)[best]), float(np.mean(recalls, axis=0)[best])


def by_seeds(values: Sequence[float]) -> tuple[float, float | None]:
    """Mean over the trainings, and half of its 95% interval by Student's t; None of a single one."""
    from scipy.stats import t

    count = len(values)
    if count < 2:
        return float(np.mean(values)), None
    half = t.ppf(0.975, count - 1) * np.std(values, ddof=1) / np.sqrt(count)
    return float(np.mean(values)), float(half)


def replicated(
    rows: Mapping[str, Sequence[Measured]], kinds: Sequence[str], replicates: int = REPLICATES
) -> dict[str, Values]:
    """mAP@.5 of each row on other draws: of the pictures, the same for all rows, and of the row's own trainings.

    Args:
        rows: row -> trainings.
        kinds: the classes whose mean it is.
        replicates: how many draws.

    Returns:
        row -> (replicates,): a percentile interval of a difference of two is one of the rows' difference, for both
        come from the same pictures.
    """
    random = np.random.default_rng(0)
    count = len(next(iter(next(iter(rows.values()))[0].judged.values())))
    drawn = random.integers(count, size=(replicates, count))
    values = {}
    for name, trainings in rows.items():
        judged = [{kind: one.judged[kind] for kind in kinds} for one in trainings]
        each = np.array([[mean_precision(one, pictures) for one in judged] for pictures in drawn])
        chosen = random.integers(len(trainings), size=each.shape)
        values[name] = np.take_along_axis(each, chosen, axis=1).mean(axis=1)
    return values


def interval_of(differences: Values) -> tuple[float, float]:
    """The middle 95%."""
    low, high = np.nanpercentile(differences, INTERVAL)
    return float(low), float(high)


def _drawn(pair: Labelled) -> Boxes:
    return [(OBJECTS[int(kind)], (x0, y0, x1, y1)) for kind, x0, y0, x1, y1 in pair.boxes.tolist()]


def _results(seen: Seen) -> list[Result]:
    each = zip(seen.kinds.tolist(), seen.boxes.tolist(), seen.scores.tolist(), strict=True)
    return [result(OBJECTS[kind], (x0, y0, x1, y1), score) for kind, (x0, y0, x1, y1), score in each]


def _judged(coco: "COCOeval", kind: str, pictures: int) -> list[Judged]:
    """What pycocotools decided about each picture, at its first overlap, 0.5, all areas."""
    areas, number = len(coco.params.areaRng), OBJECTS.index(kind)
    found = []
    for told in coco.evalImgs[number * areas * pictures :][:pictures]:
        if told is None:  # neither drawn nor found
            found.append(Judged(np.zeros(0), np.zeros(0, bool), 0))
        else:
            right = np.asarray(told["dtMatches"][0]) > 0
            found.append(Judged(np.asarray(told["dtScores"], float), right, len(told["gtIds"])))
    return found


def _nothing(boxes: Boxes, kind: str) -> Judged:
    return Judged(np.zeros(0), np.zeros(0, bool), sum(name == kind for name, _ in boxes))


def _groups(pairs: Sequence[Labelled]) -> dict[str, list[int]]:
    """Pictures of one kind, by number: data sets, and MSRS by day and at night, which its names tell."""
    groups: dict[str, list[int]] = {}
    for i, pair in enumerate(pairs):
        light = {"D": " by day", "N": " at night"}.get(pair.stem[-1], "") if pair.set == "MSRS" else ""
        groups.setdefault(pair.set + light, []).append(i)
    return groups
