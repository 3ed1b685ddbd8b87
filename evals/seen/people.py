"""Whether people are still found: in pictures of several presets, by a network that sees nothing else, and by contrast.

``python -m wordfuse.evals.seen.people --data DIR --out DIR`` reads pairs of MSRS with their boxes below DIR and writes
``bench_people.md``: by day and at night, the average precision (overlap 0.5) with which the region network finds people
in the fused picture alone, the infrared one blacked out, and how much they differ from what is around them (CIEDE2000).
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from wordfuse.evals.bench.region_boxes import Boxes, average_precision, drawn_boxes, seen_boxes
from wordfuse.fusion.files.atomic import write_bytes_atomic
from wordfuse.fusion.files.pairs import find_pairs
from wordfuse.fusion.fusing import Fuser
from wordfuse.fusion.images import Pair, read_pair, to_uint8
from wordfuse.fusion.metrics.goals.standout import difference, has_surroundings
from wordfuse.fusion.regions import Sources
from wordfuse.fusion.regions.embedded.looking import look
from wordfuse.fusion.weights import load_region_eye

PRESETS = ("default", "metric")
LEAST_PX = 16  # height of a person whose contrast is measured: smaller ones are all border
PARTS = {"by day": "D", "at night": "N"}  # how names of MSRS end

Picture = NDArray[np.float32]


def pictures(pair: Pair, fusers: dict[str, Fuser]) -> Iterator[tuple[str, Picture]]:
    """Each picture of a pair that is looked at, (H, W, 3) in [0, 1], with its name."""
    yield "visible", pair.visible
    for name, fuser in fusers.items():
        yield name, fuser.fuse(pair.infrared, pair.visible).picture


def contrasts(picture: Picture, boxes: Boxes) -> list[float]:
    """How much each person differs from what is around, CIEDE2000."""
    shown, found = to_uint8(picture), []
    for kind, (x0, y0, x1, y1) in boxes:
        mask = np.zeros(shown.shape[:2], np.uint8)
        # People fill the middle of their boxes.
        inset = 0.2 * (x1 - x0)
        mask[round(y0) : round(y1), round(x0 + inset) : round(x1 - inset)] = 255
        if kind == "person" and y1 - y0 >= LEAST_PX and has_surroundings(mask):
            found.append(difference(shown, mask))
    return found


def main() -> int:
    """Measure and write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with MSRS and its boxes.json")
    parser.add_argument("--out", type=Path, required=True, help="folder for the table")
    options = parser.parse_args()
    console, eye = Console(stderr=True), load_region_eye()
    fusers = {name: Fuser(name) for name in PRESETS}
    drawn = drawn_boxes(options.data / "MSRS")
    found: dict[str, dict[str, list[dict[str, object]]]] = {}
    apart: dict[str, dict[str, list[float]]] = {}
    pairs = [pair for pair in find_pairs(options.data / "MSRS") if drawn.get(pair.infrared.stem)]
    for files in track(pairs, "MSRS", console=console):
        pair, stem = read_pair(files.infrared, files.visible), files.infrared.stem
        for name, picture in pictures(pair, fusers):
            alone = Sources(np.zeros(picture.shape[:2], np.float32), picture, picture)
            found.setdefault(name, {})[stem] = seen_boxes(look(eye, alone))
            apart.setdefault(name, {})[stem] = contrasts(picture, drawn[stem])
    lines = ["| picture | when | people found, AP50 | difference to what is around them |", "|---|---|---|---|"]
    for name in found:
        for when, letter in PARTS.items():
            precision, objects = average_precision(drawn, {k: v for k, v in found[name].items() if k.endswith(letter)})
            values = [value for stem, some in apart[name].items() if stem.endswith(letter) for value in some]
            lines.append(
                f"| {name} | {when} ({objects['person']}) | {precision['person']:.3f} | {np.mean(values):.1f} |"
            )
    options.out.mkdir(parents=True, exist_ok=True)
    write_bytes_atomic(options.out / "bench_people.md", ("\n".join(lines) + "\n").encode())
    Console().print("\n".join(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
