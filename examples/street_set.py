"""Render a labelled set of streets or of other places, to train networks: ir/, vi/, mask/, depth/ and boxes.json.

Run it from the root of the repository::

    python -m wordfuse.examples.street_set --out DIR [--first 100] [--count 35] [--size 480x360] [--places]

Masks hold the index of a class in ``fusion.networks.regions.CLASSES``, 11 where nothing is known; depth is in
centimetres, 16 bit, up to 655 m. Every second picture has no sensor noise. The bundled street (seed 7) is not among
them. ``--places`` renders parks, yards, car parks, roads in the country and views from above instead, one after the
other.
"""

import argparse
import json
import sys
from pathlib import Path

import cv2
import numpy as np

from wordfuse.examples.scene_places import KINDS, render_place
from wordfuse.examples.street import render
from wordfuse.fusion.files.atomic import write_bytes_atomic
from wordfuse.fusion.images import write_png
from wordfuse.fusion.networks.classes import CLASSES

MEANING = {
    "people": "person",
    "cars": "car",
    "road": "road",
    "sky": "sky",
    "buildings": "building",
    "trees": "tree",
    "lamps": "pole",
}
UNKNOWN = len(CLASSES)
LEAST_PX = 24  # seen area of what counts as an object


def main() -> None:
    """Render as many streets as the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--first", type=int, default=100)
    parser.add_argument("--count", type=int, default=35)
    parser.add_argument("--size", default="480x360")
    parser.add_argument("--places", action="store_true")
    given = parser.parse_args()
    width, height = (int(length) for length in given.size.split("x"))
    for name in ("ir", "vi", "mask", "depth"):
        (given.out / name).mkdir(parents=True, exist_ok=True)
    boxes = {}
    for seed in range(given.first, given.first + given.count):
        kind = KINDS[seed % len(KINDS)]
        scene = render_place(kind, seed, (width, height)) if given.places else render(seed, (width, height))
        write_png(given.out / "ir" / f"{seed}.png", scene.infrared)
        write_png(given.out / "vi" / f"{seed}.png", scene.clean_visible if seed % 2 else scene.visible)
        mask = np.full((height, width), UNKNOWN, np.uint8)
        for name, meaning in MEANING.items():
            mask[scene.masks[name] > 0] = CLASSES.index(meaning)
        write_png(given.out / "mask" / f"{seed}.png", mask)
        far = (100 * scene.depth).clip(0, 65535).astype(np.uint16)
        write_bytes_atomic(given.out / "depth" / f"{seed}.png", cv2.imencode(".png", far)[1].tobytes())
        drawn = [[MEANING[name], *box] for name, box, area in scene.bodies if area >= LEAST_PX]
        boxes[str(seed)] = {"width": width, "height": height, "boxes": drawn}
    write_bytes_atomic(given.out / "boxes.json", json.dumps(boxes).encode())
    sys.stderr.write(f"wrote {given.count} pairs to {given.out / 'ir'} and {given.out / 'vi'}\n")


if __name__ == "__main__":
    main()
