"""The detection benchmark as tables."""

import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from wordfuse.evals.bench.detection.measuring import COLUMNS, Measured, by_seeds, interval_of, replicated
from wordfuse.evals.bench.detection.rows import INFRARED, VISIBLE
from wordfuse.fusion.fusing import LOOK
from wordfuse.fusion.networks.classes import OBJECTS

# Row -> another row -> mean of the difference, and its 95% interval over pictures and trainings.
Differences = dict[str, dict[str, tuple[float, float, float]]]
ALL = "all classes"
AGAINST = (INFRARED, VISIBLE, LOOK)  # rows that the others are held against
# TeRF, Table 4: YOLOv8 on LLVIP.
PAPER = {
    "infrared": (0.823, 0.762, 0.854, 0.566, 0.534),
    "visible": (0.771, 0.626, 0.723, 0.340, 0.391),
    "TeRF, baseline": (0.875, 0.773, 0.867, 0.610, 0.544),
    "TeRF, Ours* (relit by words)": (0.879, 0.781, 0.870, 0.613, 0.545),
}


@dataclass
class DetectionReport:
    """What was measured.

    Attributes:
        detector: what every training began with.
        steps: of each training.
        batch: pictures a step.
        pictures: part -> data set -> pictures.
        boxes: part -> class -> boxes.
        rows: row -> one measurement a training; the same seeds in every row.
        short: a first look that says nothing about methods.
    """

    detector: str
    steps: int
    batch: int
    short: bool = False
    pictures: dict[str, dict[str, int]] = field(default_factory=dict)
    boxes: dict[str, dict[str, int]] = field(default_factory=dict)
    rows: dict[str, list[Measured]] = field(default_factory=dict)

    @cached_property
    def differences(self) -> dict[str, Differences]:
        """mAP@.5, and of each class, of each row less that of those in ``AGAINST``."""
        kinds = list(next(iter(self.rows.values()))[0].classes)
        return {ALL: self._less(kinds)} | {kind: self._less([kind]) for kind in kinds}

    def _less(self, kinds: list[str]) -> Differences:
        drawn = replicated(self.rows, kinds)
        means = {
            name: sum(by_seeds([one.classes[kind] for one in rows])[0] for kind in kinds) / len(kinds)
            for name, rows in self.rows.items()
        }
        return {
            name: {
                other: (means[name] - means[other], *interval_of(drawn[name] - drawn[other]))
                for other in AGAINST
                if other in means and other != name
            }
            for name in self.rows
        }

    def markdown(self) -> str:
        """All tables."""
        first = next(iter(self.rows.values()))
        parts = [
            *(["A first look: so few steps and pictures say nothing about methods.", ""] if self.short else []),
            f"{self.detector}, {self.steps} steps of {self.batch} pictures, {len(first)} trainings a row. "
            + " ".join(self._told(part) for part in self.pictures),
            "",
            "Means over the trainings, with half of their 95% interval (Student's t):",
            "",
            *_table(["", *COLUMNS], self._columns()),
            "",
            "Average precision at an overlap of 0.5 less that of another row, with the 95% interval over pictures and "
            "trainings (bootstrap, paired by picture); in bold where it leaves 0 out:",
            "",
            *self._all_differences(),
            "",
            "Average precision at an overlap of 0.5, by class and by place:",
            "",
            *_table(["", *first[0].classes, *first[0].groups], self._closer()),
        ]
        return "\n".join(parts) + "\n"

    def as_json(self) -> str:
        """The same as data; per training, but for picture by picture."""
        rows = {
            name: [{key: value for key, value in vars(one).items() if key != "judged"} for one in measured]
            for name, measured in self.rows.items()
        }
        told: dict[str, Any] = {**vars(self), "rows": rows, "differences": self.differences, "paper": PAPER}
        return json.dumps(told, indent=1)

    def _told(self, part: str) -> str:
        sets = ", ".join(f"{name} {count}" for name, count in self.pictures[part].items())
        boxes = ", ".join(f"{name} {self.boxes[part][name]}" for name in OBJECTS)
        does = "Learned from" if part == "train" else "Measured on"
        return f"{does} {sum(self.pictures[part].values())} pictures ({sets}; boxes: {boxes})."

    def _columns(self) -> list[list[str]]:
        return [
            [name, *(_with_half([one.columns[column] for one in rows]) for column in COLUMNS)]
            for name, rows in self.rows.items()
        ]

    def _all_differences(self) -> list[str]:
        heads = [f"less {name}" for name in AGAINST if name in self.rows]
        return [line for kind in self.differences for line in ("", *_table([kind, *heads], self._differences(kind)))][
            1:
        ]

    def _differences(self, kind: str) -> list[list[str]]:
        lines = []
        for name, others in self.differences[kind].items():
            cells = [name]
            for other in AGAINST:
                if other == name:
                    cells.append("")
                elif other in others:
                    mean, low, high = others[other]
                    text = f"{mean:+.3f} ({low:+.3f} to {high:+.3f})"
                    cells.append(f"**{text}**" if low > 0 or high < 0 else text)
            lines.append(cells)
        return lines

    def _closer(self) -> list[list[str]]:
        return [
            [
                name,
                *(_with_half([one.classes[kind] for one in rows]) for kind in rows[0].classes),
                *(_with_half([one.groups[group] for one in rows]) for group in rows[0].groups),
            ]
            for name, rows in self.rows.items()
        ]


def _with_half(values: list[float]) -> str:
    mean, half = by_seeds(values)
    return f"{mean:.3f}" if half is None else f"{mean:.3f} ± {half:.3f}"


def _table(heads: list[str], lines: list[list[str]]) -> list[str]:
    return [f"| {' | '.join(cells)} |" for cells in (heads, ["---"] * len(heads), *lines)]
