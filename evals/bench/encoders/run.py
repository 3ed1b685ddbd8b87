"""Measure an encoder: ``wordfuse bench encoders --data DIR``.

Recognition without examples: a picture is in that state of a fact whose sentences it is most like. Retrieval: pieces of
pictures for a caption; a hit is one that the caption is true of. Ladders: whether likeness follows the amount of
damage; told as the likeness to its sentence less that to the sentence of none (CLIP-IQA: Wang et al., AAAI 2023).
"""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import torch
from rich.console import Console
from rich.progress import track
from scipy.stats import spearmanr

from wordfuse.evals.bench.encoders.asked import (
    Labelled,
    Whole,
    asked_of_pieces,
    asked_of_whole,
    directions,
    drawn_pieces,
    questions,
    seen,
    whole_pictures,
)
from wordfuse.evals.damage.ladders import LADDERS
from wordfuse.fusion.encoders.encoder import Encoder
from wordfuse.fusion.files.atomic import write_bytes_atomic
from wordfuse.fusion.files.pairs import match_stems
from wordfuse.fusion.images import read_picture
from wordfuse.fusion.training.encoding.captions import compose
from wordfuse.fusion.training.encoding.facts import judge
from wordfuse.fusion.training.encoding.samples import Piece

#: What whole pictures should be told by, at least, and how likeness should follow damage.
RECOGNISED, FOLLOWED = 0.9, 0.8
OF_PIECES = ("detail", "salience", "person", "car", "sky")
# ladder: the fact it changes, the state of no damage, that of damage, and the source that is damaged
FOLLOWING = {
    "noise": ("noise", "none", "clear", "visible"),
    "stripes": ("stripes", "none", "clear", "infrared"),
    "blur": ("blur", "none", "clear", "visible"),
    "haze": ("haze", "none", "clear", "visible"),
    "dark": ("light", "normal", "dark", "visible"),
    "low contrast": ("contrast", "normal", "low", "visible"),
}
ON_LADDERS = ("MSRS", "VIFB")  # sets whose visible pictures have none of these faults
HITS = (1, 5)


@dataclass(frozen=True)
class Recognised:
    """How a fact was told.

    Attributes:
        shares: of each state that was told, asked in familiar wordings.
        unfamiliar: mean over the states, asked in wordings that were never trained on.
        counts: how many pictures of each state.
    """

    shares: dict[str, float]
    unfamiliar: float
    counts: dict[str, int]

    @property
    def share(self) -> float:
        """Mean over the states."""
        return float(np.mean([*self.shares.values()]))


@dataclass
class EncoderReport:
    """What was measured.

    Attributes:
        encoder: its name.
        whole: fact -> recognition on whole pictures.
        pieces: fact -> recognition on pieces.
        retrieval: R@1, R@5 and mean average precision, each with chance's.
        ladders: damage -> rank correlation, the difference's and that of the likeness to the damage's sentence alone.
        filmed: damage of M3SVD-degraded -> share of the frames whose damaged version is told to be so.
    """

    encoder: str
    whole: dict[str, Recognised] = field(default_factory=dict)
    pieces: dict[str, Recognised] = field(default_factory=dict)
    retrieval: dict[str, tuple[float, float]] = field(default_factory=dict)
    ladders: dict[str, tuple[float, float]] = field(default_factory=dict)
    filmed: dict[str, tuple[float, int]] = field(default_factory=dict)

    def goals(self) -> dict[str, bool]:
        """Each goal in words, and whether it is reached."""
        told = {
            f"{name}: {row.share:.3f}, at least {RECOGNISED}": row.share >= RECOGNISED
            for name, row in self.whole.items()
        }
        return told | {
            f"ladder of {name}: {difference:.3f}, at least {FOLLOWED}": difference >= FOLLOWED
            for name, (difference, _) in self.ladders.items()
        }

    def as_json(self) -> str:
        """As data."""
        return json.dumps({**asdict(self), "goals": self.goals()}, indent=1)

    def markdown(self) -> str:
        """As tables."""
        lines = [f"# Encoder {self.encoder}", ""]
        for title, rows in (("Whole pictures", self.whole), ("Pieces", self.pieces)):
            lines += [
                f"## {title}, recognised without examples",
                "",
                "| fact | told | by state | in other words |",
                "|---|---|---|---|",
            ]
            for name, row in rows.items():
                states = ", ".join(f"{state} {share:.3f} of {row.counts[state]}" for state, share in row.shares.items())
                lines.append(f"| {name} | {row.share:.3f} | {states} | {row.unfamiliar:.3f} |")
            lines.append("")
        lines += ["## Pieces for a caption", "", "| | measured | by chance |", "|---|---|---|"]
        lines += [f"| {name} | {value:.3f} | {chance:.3f} |" for name, (value, chance) in self.retrieval.items()]
        lines += [
            "",
            "## Ladders of damage, rank correlation",
            "",
            "| damage | difference | likeness alone |",
            "|---|---|---|",
        ]
        lines += [f"| {name} | {difference:.3f} | {alone:.3f} |" for name, (difference, alone) in self.ladders.items()]
        if self.filmed:
            lines += ["", "## Frames with damage of others' making", "", "| damage | told apart |", "|---|---|"]
            lines += [f"| {name} | {share:.3f} of {count} |" for name, (share, count) in self.filmed.items()]
        missed = [goal for goal, reached in self.goals().items() if not reached]
        lines += ["", "Goals: " + ("all reached." if not missed else "NOT reached: " + "; ".join(missed) + ".")]
        return "\n".join(lines) + "\n"


def bench_encoders(data: Path, out: Path, encoder: Encoder, pairs: int, count: int, console: Console) -> EncoderReport:
    """Measure an encoder.

    Args:
        data: folder of the sets.
        out: for the tables; made if missing.
        encoder: which.
        pairs: of each set, for whole pictures.
        count: of pieces.
        console: for progress.

    Raises:
        InputError: there are no pairs, or nothing is labelled.
    """
    report = EncoderReport(encoder.name)
    pictures = whole_pictures(data, pairs)
    for name, labelled in track(asked_of_whole(pictures).items(), "whole pictures", console=console):
        if labelled:
            report.whole[name] = recognise(encoder, name, labelled)
    pieces = drawn_pieces(data, count)
    vectors = torch.stack([seen(encoder, piece.picture) for piece in track(pieces, "pieces", console=console)])
    for name, labelled in asked_of_pieces(pieces, OF_PIECES).items():
        report.pieces[name] = recognise(encoder, name, labelled)
    report.retrieval = retrieve(encoder, pieces, vectors)
    for name in track(FOLLOWING, "ladders", console=console):
        report.ladders[name] = follow(encoder, name, pictures)
    report.filmed = of_films(encoder, data)
    out.mkdir(parents=True, exist_ok=True)
    write_bytes_atomic(out / "bench_encoders.json", report.as_json().encode())
    write_bytes_atomic(out / "bench_encoders.md", report.markdown().encode())
    return report


def recognise(encoder: Encoder, fact: str, labelled: list[Labelled]) -> Recognised:
    """Each picture is in the state whose sentences it is most like."""
    states = sorted({one.state for one in labelled})
    truth = np.array([states.index(one.state) for one in labelled])
    vectors = torch.stack([seen(encoder, one.picture) for one in labelled])
    shares = []
    for familiar in (True, False):
        asked = directions(encoder, questions(fact, states, familiar=familiar))
        told = (vectors @ asked.T).argmax(dim=1).cpu().numpy()
        shares.append([float((told[truth == place] == place).mean()) for place in range(len(states))])
    counts = {state: int((truth == place).sum()) for place, state in enumerate(states)}
    return Recognised(dict(zip(states, shares[0], strict=True)), float(np.mean(shares[1])), counts)


def retrieve(encoder: Encoder, pieces: list[Piece], vectors: torch.Tensor) -> dict[str, tuple[float, float]]:
    """Pieces for captions that state two facts or more and are true of some but at most a fifth of them."""
    random = np.random.default_rng(3)
    facts = np.stack([piece.facts for piece in pieces])
    captions = [caption for row in facts if (caption := compose(row, random)) is not None]
    said = np.stack([stated for _, stated in captions])
    truth = judge(facts, said)
    hits: dict[str, list[tuple[float, float]]] = {}
    for column, (text, stated) in enumerate(captions):
        true, known = truth.true[:, column], truth.true[:, column] | truth.false[:, column]
        if (stated != 0).sum() < 2 or not 0 < true.sum() <= 0.2 * known.sum():
            continue
        with torch.no_grad():
            likeness = (vectors[torch.from_numpy(known)] @ encoder.texts([text])[0]).cpu().numpy()
        ranked = true[known][np.argsort(-likeness)]
        share = float(ranked.mean())
        for most in HITS:
            hits.setdefault(f"R@{most}", []).append((float(ranked[:most].any()), 1 - (1 - share) ** most))
        places = np.flatnonzero(ranked) + 1
        hits.setdefault("mean average precision", []).append(
            (float((np.arange(1, len(places) + 1) / places).mean()), share)
        )
    return {
        name: (float(np.mean(values, axis=0)[0]), float(np.mean(values, axis=0)[1])) for name, values in hits.items()
    }


def follow(encoder: Encoder, name: str, pictures: list[Whole]) -> tuple[float, float]:
    """Mean over pictures of the rank correlation of likeness and amount."""
    fact, good, bad, source = FOLLOWING[name]
    asked = directions(encoder, questions(fact, (good, bad), familiar=True))
    ladder, chance = LADDERS[name], np.random.default_rng(5)
    of_difference, alone = [], []
    for one in pictures:
        if one.source not in ON_LADDERS:
            continue
        picture = one.infrared[..., 0] if source == "infrared" else one.visible
        steps = [asked @ seen(encoder, ladder.damage(picture, amount, chance)) for amount in ladder.steps]
        of_difference.append(spearmanr([float(step[1] - step[0]) for step in steps], ladder.steps).statistic)
        alone.append(spearmanr([float(step[1]) for step in steps], ladder.steps).statistic)
    return float(np.mean(of_difference)), float(np.mean(alone))


def of_films(encoder: Encoder, data: Path) -> dict[str, tuple[float, int]]:
    """Frames of M3SVD-degraded: whether the damaged one of two is told to be more so."""
    told: dict[str, list[bool]] = {}
    for fact, hurt, whole in (("stripes", "ir_stripes", "ir"), ("blur", "vi_blur", "vi")):
        asked = directions(encoder, questions(fact, ("none", "clear"), familiar=True))
        for folder in sorted(data.glob(f"M3SVD-degraded/*/{hurt}")):
            for pair in list(match_stems(folder, folder.parent / whole))[::4]:
                worse, better = (asked @ seen(encoder, read_picture(path)) for path in (pair.infrared, pair.visible))
                told.setdefault(fact, []).append(bool(worse[1] - worse[0] > better[1] - better[0]))
    return {name: (float(np.mean(values)), len(values)) for name, values in told.items()}
