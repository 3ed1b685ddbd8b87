"""Pictures judged by eyes that do not know whose they are: sheets to look at, and what the votes on them say.

::

    python -m wordfuse.evals.seen.blind sheets --ir DIR --vi DIR --ours DIR --other NAME=DIR [--words FILE] --out DIR
    python -m wordfuse.evals.seen.blind tally DIR VOTES.csv [VOTES.csv ...]

A sheet shows the visible and the infrared picture above, and below two pictures, A and B, in random order. ``key.json``
holds the order: it is not for judges. Edits are judged the same way, the picture after as ours, the one before as the
other, with the instruction above them: ``--words`` is a JSON object, stem to instruction. A vote is a line
``NNN,A``, ``NNN,B`` or ``NNN,=`` (no difference: half a win each); further columns are the judge's reasons.
"""

import argparse
import csv
import json
import random
from collections import defaultdict
from math import sqrt
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from wordfuse.fusion.errors import InputError
from wordfuse.fusion.files.pairs import pictures_by_stem
from wordfuse.fusion.images import read_picture, write_png

WIDTH, GAP, HEAD = 640, 12, 28  # px
Z = 1.96  # of a 95% interval


def make_sheets(
    infrared: Path, visible: Path, ours: Path, other: tuple[str, Path], out: Path, words: dict[str, str], seed: int = 0
) -> int:
    """Write a sheet for every stem that all four folders have, in random order.

    Args:
        infrared: folder of the infrared pictures.
        visible: folder of the visible pictures.
        ours: folder of the first method's pictures.
        other: name and folder of the other method.
        out: gets ``sheets/NNN.png`` and ``key.json``.
        words: stem to instruction, for edits.
        seed: of the orders.

    Returns:
        How many sheets there are.

    Raises:
        InputError: the folders have no stem in common.
    """
    folders = [pictures_by_stem(folder) for folder in (visible, infrared, ours, other[1])]
    stems = sorted(set.intersection(*(set(folder) for folder in folders)))
    if not stems:
        raise InputError("no picture with the name of one in the other folders", subject=ours)
    generator, key = random.Random(seed), dict[str, dict[str, str]]()
    generator.shuffle(stems)
    (out / "sheets").mkdir(parents=True, exist_ok=True)
    for number, stem in enumerate(stems):
        above, (first, second) = [folder[stem] for folder in folders[:2]], [folder[stem] for folder in folders[2:]]
        sides = [(first, "ours"), (second, other[0])]
        generator.shuffle(sides)
        said = words.get(stem.name, "")
        pictures = [read_picture(path) for path in (*above, sides[0][0], sides[1][0])]
        write_png(out / "sheets" / f"{number:03d}.png", _sheet(pictures, said))
        key[f"{number:03d}"] = {"stem": stem.name, "A": sides[0][1], "B": sides[1][1]}
    (out / "key.json").write_text(json.dumps(key, indent=1))
    return len(stems)


def _sheet(pictures: list[NDArray[np.uint8]], words: str) -> NDArray[np.uint8]:
    height = round(pictures[0].shape[0] * WIDTH / pictures[0].shape[1])
    cells = []
    for picture, title in zip(pictures, ("visible", "infrared", "A", "B"), strict=True):
        shown = cv2.resize(picture, (WIDTH, height), interpolation=cv2.INTER_AREA)
        cell = np.zeros((HEAD + height, WIDTH + GAP, 3), np.uint8)
        cell[HEAD:, :WIDTH] = np.atleast_3d(shown)
        cells.append(cv2.putText(cell, title, (4, 20), cv2.FONT_HERSHEY_SIMPLEX, 0.6, (255, 255, 255), 1, cv2.LINE_AA))
    sheet = np.vstack([np.hstack(cells[:2]), np.hstack(cells[2:])])
    if words:
        line = np.zeros((HEAD, sheet.shape[1], 3), np.uint8)
        cv2.putText(line, f"words: {words}", (4, 20), cv2.FONT_HERSHEY_SIMPLEX, 0.6, (255, 255, 0), 1, cv2.LINE_AA)
        sheet = np.vstack([line, sheet])
    return np.ascontiguousarray(sheet, np.uint8)


def tally(folder: Path, votes: list[Path]) -> dict[str, tuple[float, int, float, float]]:
    """Count the votes for ours.

    Args:
        folder: of the sheets.
        votes: one file a judge.

    Returns:
        Part (``all``, and the ending of the stems, such as D and N, that tells day from night) -> wins, votes, and the
        95% interval of their ratio (Wilson).

    Raises:
        InputError: a file names no sheet of this folder.
    """
    key = json.loads((folder / "key.json").read_text())
    counts: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for path in votes:
        rows = [row for row in csv.reader(path.read_text().splitlines()) if len(row) > 1 and row[0].strip() in key]
        if not rows:
            raise InputError("no vote on a sheet", subject=path, remedy="a vote is a line such as 000,A")
        for row in rows:
            sheet, vote = key[row[0].strip()], row[1].strip()
            won = 0.5 if vote == "=" else float(sheet.get(vote) == "ours")
            for part in ("all", sheet["stem"][-1] if sheet["stem"][-1] in "DN" else "other"):
                counts[part][0] += won
                counts[part][1] += 1
    return {part: (won, int(cast), *_wilson(won, cast)) for part, (won, cast) in sorted(counts.items())}


def _wilson(won: float, cast: float) -> tuple[float, float]:
    share = won / cast
    middle, scale = share + Z * Z / (2 * cast), 1 + Z * Z / cast
    half = Z * sqrt(share * (1 - share) / cast + Z * Z / (4 * cast * cast))
    return (middle - half) / scale, (middle + half) / scale


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True, dest="command")
    making = commands.add_parser("sheets")
    for name in ("ir", "vi", "ours", "out"):
        making.add_argument(f"--{name}", type=Path, required=True)
    making.add_argument("--other", required=True, metavar="NAME=DIR")
    making.add_argument("--words", type=Path)
    making.add_argument("--seed", type=int, default=0)
    counting = commands.add_parser("tally")
    counting.add_argument("folder", type=Path)
    counting.add_argument("votes", type=Path, nargs="+")
    given, console = parser.parse_args(), Console()
    if given.command == "sheets":
        name, _, folder = given.other.partition("=")
        words = json.loads(given.words.read_text()) if given.words else {}
        number = make_sheets(given.ir, given.vi, given.ours, (name, Path(folder)), given.out, words, given.seed)
        console.print(f"{number} sheets in {given.out / 'sheets'}")
        return
    for part, (won, cast, low, high) in tally(given.folder, given.votes).items():
        console.print(f"{part}: {won:g} of {cast} ({won / cast:.0%}, {low:.0%} to {high:.0%})")


if __name__ == "__main__":
    main()
