"""Restore a source and fuse, or fuse and restore what is fused: ``wordfuse bench restore --table source``.

The question of TeRF's Table 2 (VI and VII, for noise) for every kind of damage: one source of a clean pair is damaged,
and what either way makes of it is held against the picture that is fused from the clean pair. Either way does what
``fusion.inspect.remedies`` asks for in the picture that it restores: nothing, where the fault is not found.
"""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from zlib import crc32

import numpy as np
from rich.console import Console
from rich.progress import track

from wordfuse.evals.bench.restore.repairs import Picture, faults, likeness, repaired
from wordfuse.evals.damage.ladders import LADDERS
from wordfuse.evals.damage.pairs import middle, pairs_by_set, read_sources, spread
from wordfuse.fusion.files.atomic import write_bytes_atomic
from wordfuse.fusion.fusing import Fuser
from wordfuse.fusion.images import to_float, to_uint8, write_png
from wordfuse.fusion.inspect.kinds import Kind, Where
from wordfuse.fusion.inspect.remedies import remedies
from wordfuse.fusion.metrics import qabf, to_gray, vif

DAMAGES: tuple[tuple[Kind, Where], ...] = (
    ("noise", "visible"),
    ("noise", "infrared"),
    ("stripes", "infrared"),
    ("blur", "visible"),
    ("blur", "infrared"),
    ("haze", "visible"),
    ("dark", "visible"),
    ("low contrast", "visible"),
    ("low contrast", "infrared"),
)
STEP = 2  # of a ladder: clearly seen
NOTHING, SOURCE_FIRST, FUSED_AFTER = "nothing", "source, then fused", "fused, then restored"
MEASURES = ("PSNR", "SSIM", "VIF", "Qabf")
ROWS_IN_SHEET = 3  # of each kind


@dataclass
class SourceReport:
    """Means over pairs: damage -> way -> measure (see ``MEASURES``), and in how many the source first has more PSNR.

    PSNR (dB) and SSIM are held against the picture fused from the clean pair; VIF and Qabf, of the clean sources.
    """

    pictures: int = 0
    scores: dict[str, dict[str, dict[str, float]]] = field(default_factory=dict)
    source_wins: dict[str, int] = field(default_factory=dict)

    def as_json(self) -> str:
        """As one JSON document."""
        return json.dumps(asdict(self))

    def markdown(self) -> str:
        """One table; of the two ways, the better figure is bold."""
        ways = (NOTHING, SOURCE_FIRST, FUSED_AFTER)
        lines = [
            f"Of {self.pictures} pairs: {', '.join(MEASURES)}",
            "",
            f"| damage | {' | '.join(ways)} | source better |",
            "|---|" + "---|" * (len(ways) + 1),
        ]
        for damage, scores in self.scores.items():
            cells = [" ".join(self._figure(scores, way, measure) for measure in MEASURES) for way in ways]
            lines.append(f"| {damage} | {' | '.join(cells)} | {self.source_wins[damage]} of {self.pictures} |")
        return "\n".join(lines) + "\n"

    @staticmethod
    def _figure(scores: dict[str, dict[str, float]], way: str, measure: str) -> str:
        text = f"{scores[way][measure]:.{2 if measure == 'PSNR' else 3}f}"
        best = max(scores[SOURCE_FIRST][measure], scores[FUSED_AFTER][measure])
        return f"**{text}**" if way != NOTHING and scores[way][measure] == best else text


def bench_source(data: Path, out: Path, count: int, console: Console) -> SourceReport:
    """Damage a source, restore it before or after it is fused, compare.

    Args:
        data: folder with sets of registered pairs, each in a folder of its name.
        out: folder for the table and a sheet of pictures; made if missing.
        count: pairs of each set.
        console: for progress.

    Raises:
        InputError: there are no pairs.
    """
    out.mkdir(parents=True, exist_ok=True)
    chosen = [files for pairs in pairs_by_set(data).values() for _, files in spread(pairs, count)]
    measured: dict[str, dict[str, list[dict[str, float]]]] = {}
    rows: list[Picture] = []
    for number, files in enumerate(track(chosen, "restoring", console=console)):
        infrared, visible = (middle(one) for one in read_sources(files))
        clean: dict[Where, Picture] = {"infrared": infrared, "visible": visible}
        wanted = _fused(clean)
        for kind, where in DAMAGES:
            chance = np.random.default_rng(crc32(f"{files.visible.stem} {kind} {where}".encode()))
            ladder = LADDERS[kind]
            damaged = clean | {where: ladder.damage(clean[where], ladder.steps[STEP], chance)}
            results = _both_ways(damaged, kind, where)
            of_kind = measured.setdefault(f"{kind}, {where}", {})
            for way, picture in results.items():
                of_kind.setdefault(way, []).append(_measures(picture, wanted, clean))
            if number < ROWS_IN_SHEET:
                rows.append(np.hstack([wanted, *results.values()]))
    report = SourceReport(len(chosen))
    for damage, ways in measured.items():
        report.scores[damage] = {
            way: {measure: float(np.mean([one[measure] for one in scores])) for measure in MEASURES}
            for way, scores in ways.items()
        }
        pairs = zip(ways[SOURCE_FIRST], ways[FUSED_AFTER], strict=True)
        report.source_wins[damage] = sum(first["PSNR"] > after["PSNR"] for first, after in pairs)
    width = min(row.shape[1] for row in rows)
    write_png(out / "restore_source.png", np.vstack([row[:, :width] for row in rows]))
    write_bytes_atomic(out / "bench_restore_source.json", report.as_json().encode())
    write_bytes_atomic(out / "bench_restore_source.md", report.markdown().encode())
    return report


def _both_ways(damaged: dict[Where, Picture], kind: Kind, where: Where) -> dict[str, Picture]:
    fused = _fused(damaged)
    return {
        NOTHING: fused,
        SOURCE_FIRST: _fused(damaged | {where: _mended(damaged[where], kind, where)}),
        FUSED_AFTER: _mended(fused, kind, "fused"),
    }


def _mended(picture: Picture, kind: Kind, where: Where) -> Picture:
    found = [one for one in remedies(faults(picture, where)) if one.kind == kind]
    return repaired(picture, found[0].task, found[0].amount) if found else picture


def _fused(pair: dict[Where, Picture]) -> Picture:
    return to_uint8(Fuser().fuse(to_float(pair["infrared"]), to_float(pair["visible"])).picture)


def _measures(picture: Picture, wanted: Picture, clean: dict[Where, Picture]) -> dict[str, float]:
    fused, sources = to_gray(picture), [to_gray(one) for one in clean.values()]
    psnr, ssim = likeness(picture, wanted)
    everywhere = np.ones(fused.shape, bool)
    return {
        "PSNR": psnr,
        "SSIM": ssim,
        "VIF": sum(vif(fused, one, everywhere) for one in sources),
        "Qabf": qabf(fused, sources[0], sources[1], everywhere),
    }
