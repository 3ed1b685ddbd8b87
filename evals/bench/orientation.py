"""How often the right way up is found where only one picture of a pair has an EXIF orientation.

``python -m wordfuse.evals.bench.orientation --data DIR [--out DIR]`` takes every pair below DIR, in any layout that
``fusion.files.pairs`` knows, and writes its visible picture as JPEG of quality 95 with orientations 3, 6 and 8: truly
turned, so that the tag puts it right, and upright with the tag left behind (stale). Then the infrared picture instead.
A pair counts as right if both come out as they were, as wrong if not, and as undecided where wordfuse says that it
cannot tell (it follows the tag then). ``--shift`` moves the infrared picture aside first, as pairs that are not
registered are.
"""

import argparse
import json
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from rich.console import Console
from rich.progress import track

from wordfuse.fusion.files.atomic import write_bytes_atomic
from wordfuse.fusion.files.decoders import as_stored
from wordfuse.fusion.files.pairs import find_pairs
from wordfuse.fusion.files.registration.align import Similarity, warp
from wordfuse.fusion.images import read_pair, to_uint8, write_png

ORIENTATIONS = (3, 6, 8)
OUTCOMES = ("right", "wrong", "undecided")


def outcome(folder: Path, pictures: dict[str, NDArray[np.uint8]], tagged: str, tag: int, *, stale: bool) -> str:
    """Write a pair of which one picture has a tag, read it, and say what came of it."""
    files = {}
    for name, picture in pictures.items():
        files[name] = folder / f"{name}.png"
        write_png(files[name], picture)
    files[tagged] = folder / f"{tagged}.jpg"
    exif = Image.Exif()
    exif[274] = tag
    stored = pictures[tagged] if stale else np.ascontiguousarray(as_stored(pictures[tagged], tag))
    Image.fromarray(stored).save(files[tagged], exif=exif, quality=95)
    way_up = read_pair(files["infrared"], files["visible"]).notes["orientation"]
    if not way_up["decided"]:
        return "undecided"
    return "right" if way_up["followed"][tagged] is not stale else "wrong"


def bench(data: Path, every: int, shift: float, console: Console) -> dict[str, Counter[str]]:
    """Outcomes by case.

    Raises:
        InputError: the folder is missing or holds no pairs.
    """
    counts: dict[str, Counter[str]] = {}
    with tempfile.TemporaryDirectory(prefix="wordfuse-orientation-") as folder:
        for files in track(find_pairs(data)[::every], "turning", console=console):
            pair = read_pair(files.infrared, files.visible)
            side = max(pair.infrared.shape)
            infrared = warp(pair.infrared, Similarity(shift * side, shift * side / 2))[0] if shift else pair.infrared
            visible = pair.visible[..., 0] if pair.gray else pair.visible
            pictures = {"infrared": to_uint8(infrared), "visible": to_uint8(visible)}
            for tagged in pictures:
                for tag in ORIENTATIONS:
                    for stale in (False, True):
                        case = f"{tagged}, {tag}, {'stale' if stale else 'true'}"
                        found = outcome(Path(folder), pictures, tagged, tag, stale=stale)
                        counts.setdefault(case, Counter())[found] += 1
    return counts


def as_markdown(counts: dict[str, Counter[str]]) -> str:
    """A table a person can read."""
    lines = ["| tag on, orientation, tag is | pairs | right | wrong | undecided |", "|---|---|---|---|---|"]
    for case, found in counts.items():
        shares = " | ".join(f"{found[name] / found.total():.1%}" for name in OUTCOMES)
        lines.append(f"| {case} | {found.total()} | {shares} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Run the benchmark from the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder that holds registered pairs")
    parser.add_argument("--out", type=Path, help="folder for the table; made if missing")
    parser.add_argument("--every", type=int, default=1, help="take every how manyth pair")
    parser.add_argument("--shift", type=float, default=0.0, help="move the infrared picture by this share of its side")
    chosen = parser.parse_args()
    counts = bench(chosen.data, chosen.every, chosen.shift, Console(stderr=True))
    table = as_markdown(counts)
    if chosen.out:
        chosen.out.mkdir(parents=True, exist_ok=True)
        write_bytes_atomic(chosen.out / "bench_orientation.md", table.encode())
        write_bytes_atomic(chosen.out / "bench_orientation.json", json.dumps(counts, indent=1).encode())
    Console().print(table, markup=False, soft_wrap=True)


if __name__ == "__main__":
    main()
