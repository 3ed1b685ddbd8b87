"""How well infrared pictures in false colours are recognised and turned back to gray, and photographs left alone.

``python -m wordfuse.evals.bench.palettes --data DIR --out DIR`` takes gray infrared pictures below DIR, in any layout
that ``fusion.files.pairs`` knows, colours each with every palette, saves it as PNG and JPEG, and reads it back; and
looks at every visible picture in colour. It writes ``bench_palettes.md``.
"""

import argparse
import io
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from rich.console import Console
from rich.progress import track

from wordfuse.fusion.files.atomic import write_bytes_atomic
from wordfuse.fusion.files.pairs import find_pairs
from wordfuse.fusion.files.palettes import colourise, names, recognise
from wordfuse.fusion.images import read_pair, read_picture, to_uint8

FORMATS = {"PNG": {}, "JPEG, quality 90": {"quality": 90}, "JPEG, quality 75": {"quality": 75}}


def saved(colours: NDArray[np.uint8], options: dict[str, int]) -> NDArray[np.uint8]:
    """The picture as it comes back from a file; JPEG halves the resolution of the colour, as cameras do."""
    file = io.BytesIO()
    if options:
        Image.fromarray(colours).save(file, "JPEG", subsampling="4:2:0", **options)
    else:
        Image.fromarray(colours).save(file, "PNG")
    return np.asarray(Image.open(file))


def recovered(pictures: list[NDArray[np.uint8]], options: dict[str, int]) -> tuple[float, float, float]:
    """Share recognised, share taken for another palette, and mean error of the gray of the recognised, of 255."""
    right, wrong, errors = 0, 0, []
    for gray in pictures:
        for name in names():
            found = recognise(saved(colourise(gray, name), options))
            right += found is not None and found.name == name
            wrong += found is not None and found.name != name
            if found is not None and found.name == name:
                errors.append(float(np.abs(found.gray * 255 - gray).mean()))
    count = len(pictures) * len(names())
    return right / count, wrong / count, float(np.mean(errors))


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--pictures", type=int, default=10, help="infrared pictures, spread over the pairs")
    given = parser.parse_args()
    console = Console(stderr=True)
    pairs = find_pairs(given.data)
    chosen = pairs[:: max(1, len(pairs) // given.pictures)][: given.pictures]
    grays = [to_uint8(read_pair(pair.infrared, pair.visible).infrared) for pair in chosen]
    lines = [
        f"{len(grays)} infrared pictures in each of {len(names())} palettes:",
        "",
        "| saved as | recognised | taken for another | error of the gray, of 255 |",
        "|---|---|---|---|",
    ]
    for kind, options in track(FORMATS.items(), "palettes", console=console):
        right, wrong, error = recovered(grays, options)
        lines.append(f"| {kind} | {right:.0%} | {wrong:.1%} | {error:.1f} |")
    photographs = [read_picture(pair.visible) for pair in track(pairs, "photographs", console=console)]
    coloured = [picture for picture in photographs if np.ptp(picture, axis=2).any()]
    mistaken = sum(recognise(picture) is not None for picture in coloured)
    lines += ["", f"{mistaken} of {len(coloured)} photographs in colour were taken for a palette."]
    text = "\n".join(lines) + "\n"
    given.out.mkdir(parents=True, exist_ok=True)
    write_bytes_atomic(given.out / "bench_palettes.md", text.encode())
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
