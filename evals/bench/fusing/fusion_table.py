"""The fusion benchmark as tables, and whether its goals are reached."""

import json
from dataclasses import dataclass, field
from pathlib import Path

from wordfuse.evals.bench.fusing.fusion_cost import Cost

PEERS = Path(__file__).parents[2] / "data" / "fusion_peers.json"
COLUMNS = ("VIF", "MI", "Qabf", "SSIM", "SCD", "CC", "AG", "EN", "SF", "SD", "Qcv")
LOWER_IS_BETTER = {"Qcv"}
# The goals of preset "metric" on every set: ahead of all other methods in these, and at least so much in those.
LEADS = ("VIF", "MI", "Qabf")
FLOORS = {"SSIM": {"RoadScene": 0.64, "MSRS": 0.69, "TNO": 0.66}, "SCD": {"RoadScene": 1.5, "MSRS": 1.5, "TNO": 1.5}}
OURS = "metric"

Row = dict[str, float]


@dataclass
class FusionReport:
    """What the benchmark measured.

    Attributes:
        pairs: number of pairs of each data set.
        measured: data set -> method -> mean of each metric; ``seconds`` a picture for our networks.
        peers: data set -> method -> stored figures.
        costs: size -> preset -> seconds, peak memory and parameters.
        device: what our networks ran on.
    """

    device: str
    pairs: dict[str, int] = field(default_factory=dict)
    measured: dict[str, dict[str, Row]] = field(default_factory=dict)
    peers: dict[str, dict[str, Row]] = field(default_factory=dict)
    costs: dict[str, dict[str, Cost]] = field(default_factory=dict)

    def goals(self) -> dict[str, bool]:
        """Each goal in words, and whether it is reached."""
        reached = {}
        for name, rows in self.measured.items():
            if OURS not in rows:
                continue
            ours, others = rows[OURS], self.peers.get(name, {})
            for metric in LEADS:
                best = max((row[metric] for row in others.values()), default=0.0)
                if others:
                    reached[f"{name}: {metric} {ours[metric]:.4f}, best peer {best:.4f}"] = ours[metric] > best
            for metric, floors in FLOORS.items():
                at_least = floors[name]
                reached[f"{name}: {metric} {ours[metric]:.4f}, at least {at_least}"] = ours[metric] >= at_least
        return reached

    def markdown(self) -> str:
        """All tables; the best value of a column in bold."""
        parts = []
        for name, rows in self.measured.items():
            parts.append(f"## {name}, {self.pairs[name]} pairs\n\n" + _metric_table(rows, self.peers.get(name, {})))
        if goals := self.goals():
            lines = [f"- {'reached' if reached else 'NOT reached'}: {goal}" for goal, reached in goals.items()]
            parts.append("## Goals of preset metric\n\n" + "\n".join(lines) + "\n")
        if self.costs:
            parts.append("## Cost as pictures grow\n\n" + _cost_table(self.costs))
        return "\n".join(parts)

    def as_json(self) -> str:
        """The same as data."""
        return json.dumps({**vars(self), "goals": self.goals()}, indent=1)


def stored_names() -> set[str]:
    """Names of the methods whose figures are stored."""
    stored = json.loads(PEERS.read_text(encoding="utf-8"))
    return {name for rows in stored["sets"].values() for name in rows}


def stored_peers(pairs: dict[str, int]) -> dict[str, dict[str, Row]]:
    """Figures of other methods for those data sets that have the pairs they were measured on."""
    stored = json.loads(PEERS.read_text(encoding="utf-8"))
    return {name: stored["sets"][name] for name, count in pairs.items() if stored["pairs"].get(name) == count}


def _metric_table(measured: dict[str, Row], peers: dict[str, Row]) -> str:
    rows = measured | peers
    best = {}
    for metric in COLUMNS:
        values = [row[metric] for row in rows.values() if metric in row]
        best[metric] = (min if metric in LOWER_IS_BETTER else max)(values, default=None)
    lines = [f"| method | {' | '.join(COLUMNS)} | s a picture |", "|---" * (len(COLUMNS) + 2) + "|"]
    for name in [*measured, *sorted(peers, key=lambda peer: -peers[peer]["Qabf"])]:
        cells = [_cell(rows[name].get(metric), rows[name].get(metric) == best[metric]) for metric in COLUMNS]
        lines.append(f"| {name} | {' | '.join(cells)} | {_cell(rows[name].get('seconds'), False, 3)} |")
    return "\n".join(lines) + "\n"


def _cell(value: float | None, best: bool, digits: int = 4) -> str:
    if value is None:
        return ""
    text = f"{value:.{digits}g}" if value < 1 else f"{value:.{digits - 1}f}".rstrip("0").rstrip(".")
    return f"**{text}**" if best else text


def _cost_table(costs: dict[str, dict[str, Cost]]) -> str:
    heads = [f"{size}: s | peak MiB" for size in costs]
    lines = [f"| preset | M parameters | {' | '.join(heads)} |", "|---" * (2 + 2 * len(costs)) + "|"]
    for preset in next(iter(costs.values())):
        rows = [row[preset] for row in costs.values()]
        cells = [f"{row['seconds']:.2f} | {row['peak_mib']:.0f}" for row in rows]
        lines.append(f"| {preset} | {rows[0]['parameters'] / 1e6:.3f} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"
