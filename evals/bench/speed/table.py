"""What was measured beside what was measured before on a machine of the same kind."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from wordfuse.evals.bench.speed.parts import Measure
from wordfuse.fusion.errors import InputError
from wordfuse.fusion.files.atomic import write_bytes_atomic
from wordfuse.fusion.files.json_file import read_json

BASELINE = Path(__file__).parents[2] / "baselines" / "speed.json"
SLOWER = 1.5  # times the baseline, from where on somebody should look


@dataclass(frozen=True)
class Timed:
    """A measure and how fast the machine was beside it: seconds of a ``Yardstick``."""

    measure: Measure
    pace_s: float


@dataclass
class SpeedReport:
    """A run of the benchmark.

    Attributes:
        machine: the kind of machine.
        date: of the run, ISO 8601.
        timed: what was measured, in order.
        before: what the baseline holds for this kind of machine, by name; empty where it holds nothing.
        baseline_date: when that was measured.
    """

    machine: str
    date: str
    timed: list[Timed] = field(default_factory=list)
    before: dict[str, Timed] = field(default_factory=dict)
    baseline_date: str | None = None

    def ratio(self, one: Timed) -> float | None:
        """How many times the baseline it takes, the pace of the machine taken out of seconds; None without one."""
        then = self.before.get(one.measure.name)
        if then is None or then.measure.unit != one.measure.unit or then.measure.value <= 0:
            return None
        ratio = one.measure.value / then.measure.value
        return ratio * then.pace_s / one.pace_s if one.measure.unit == "s" else ratio

    def slower(self) -> dict[str, float]:
        """The ratio of whatever takes more than ``SLOWER`` times the baseline, by name."""
        ratios = {one.measure.name: self.ratio(one) for one in self.timed}
        return {name: ratio for name, ratio in ratios.items() if ratio is not None and ratio > SLOWER}

    def markdown(self) -> str:
        """The table."""
        lines = [f"{self.machine}, {self.date}.", ""]
        if self.baseline_date is None:
            lines += ["No baseline of this kind of machine.", ""]
        else:
            lines += [
                f"Ratio: times the baseline of {self.baseline_date}; of seconds, each in units of a fixed piece of "
                "work that was timed beside it, so that a busy machine does not count.",
                "",
            ]
        lines += ["| measured | here | baseline | ratio |", "|---|---|---|---|"]
        for one in self.timed:
            then, ratio = self.before.get(one.measure.name), self.ratio(one)
            before = "" if then is None else _shown(then.measure)
            told = "" if ratio is None else f"**{ratio:.2f}**" if ratio > SLOWER else f"{ratio:.2f}"
            lines.append(f"| {one.measure.name} | {_shown(one.measure)} | {before} | {told} |")
        return "\n".join(lines) + "\n"

    def as_dict(self) -> dict[str, Any]:
        """The same as data, JSON-native."""
        measured = [asdict(one.measure) | {"pace_s": one.pace_s, "ratio": self.ratio(one)} for one in self.timed]
        return {
            "machine": self.machine,
            "date": self.date,
            "baseline_date": self.baseline_date,
            "measured": measured,
            "slower": self.slower(),
        }


def hold_against(report: SpeedReport, baseline: Path) -> None:
    """Read what a baseline holds for the machine of a report into it; a file that is not there holds nothing.

    Raises:
        InputError: it is no baseline.
    """
    kept = _machines(baseline).get(report.machine)
    if kept is None:
        return
    try:
        report.before = {
            name: Timed(Measure(name, _number(one["value"]), one["unit"]), _number(one["pace_s"]))
            for name, one in kept["measures"].items()
        }
        report.baseline_date = str(kept["date"])
    except (KeyError, TypeError, AttributeError, OverflowError) as error:
        raise _no_baseline(baseline) from error


def keep(report: SpeedReport, baseline: Path) -> None:
    """Make what was measured the baseline of this kind of machine; what was not measured stays, as do other machines.

    Raises:
        InputError: it is no baseline, or cannot be written.
    """
    machines = _machines(baseline)
    measures = {one.measure.name: one for one in (*report.before.values(), *report.timed)}
    machines[report.machine] = {
        "date": report.date,
        "measures": {
            name: {"value": _rounded(one.measure.value), "unit": one.measure.unit, "pace_s": _rounded(one.pace_s)}
            for name, one in measures.items()
        },
    }
    told = json.dumps({"machines": machines}, indent=1, sort_keys=True)
    write_bytes_atomic(baseline, told.encode() + b"\n")


def _machines(baseline: Path) -> dict[str, Any]:
    if not baseline.exists():
        return {}
    try:
        machines = read_json(baseline)["machines"]
        return {str(name): kept for name, kept in machines.items()}
    except (InputError, KeyError, TypeError, AttributeError) as error:
        raise _no_baseline(baseline) from error


def _number(value: object) -> float:
    if not isinstance(value, int | float):
        raise TypeError(f"{value!r} is no number")
    return float(value)


def _no_baseline(file: Path) -> InputError:
    return InputError(
        "is no baseline of this benchmark", argument="baseline", subject=file, remedy="name another file, or remove it"
    )


def _shown(measure: Measure) -> str:
    if measure.unit == "MiB":
        return f"{measure.value:.0f} MiB"
    if measure.unit == "times":
        return f"{measure.value:.2f} times"
    return f"{measure.value:.3g} s"


def _rounded(value: float) -> float:
    return float(f"{value:.4g}")
