"""A film of the street at night: people walk, each frame with its own noise; exact masks of every frame.

``examples/walk`` is its first 28 frames.

Run it from the root of the repository; it writes ir.mp4 and vi.mp4, and the masks of people into masks/::

    python -m wordfuse.examples.street_film --out DIR [--seed 7] [--size 384x288] [--frames 48] [--fps 12]

A frame takes some seconds. With ``--raw`` the frames are written as PNG files into ir/ and vi/ instead: films are
compressed. With ``--kelvin`` so too, and those of infrared hold temperatures: 16 bits, kelvin times 100.
"""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from wordfuse.examples.scene_bodies import Person
from wordfuse.examples.scene_sensors import kelvin_image
from wordfuse.examples.street import Layout, Scene, lay_out, render_layout
from wordfuse.fusion.files.atomic import write_bytes_atomic
from wordfuse.fusion.film.writer import join, write_frame, write_part

SPEED_M_S = 1.3  # of somebody who walks
STEPS_A_SECOND = 1.9


def frames(count: int, fps: float, seed: int = 7, size: tuple[int, int] = (384, 288)) -> Iterator[Scene]:
    """The frames of a film, in order.

    Args:
        count: how many.
        fps: frames a second.
        seed: of the street (``street.render``).
        size: (width, height) in pixels.
    """
    layout = lay_out(seed)
    for number in range(count):
        yield render_layout(at(layout, number / fps), seed, size, number)


def at(layout: Layout, seconds: float) -> Layout:
    """The street some seconds later: everybody has walked on."""
    return replace(layout, people=[_walked(person, seconds) for person in layout.people])


def _walked(person: Person, seconds: float) -> Person:
    way = SPEED_M_S * seconds
    return replace(
        person,
        x=person.x + way * float(np.cos(person.heading)),
        z=person.z + way * float(np.sin(person.heading)),
        phase=person.phase + float(np.pi) * STEPS_A_SECOND * seconds,
    )


def main() -> None:
    """Render and write the film."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--size", default="384x288", help="WIDTHxHEIGHT in pixels")
    parser.add_argument("--frames", type=int, default=48)
    parser.add_argument("--fps", type=float, default=12.0)
    parser.add_argument("--raw", action="store_true", help="PNG files instead of films")
    parser.add_argument("--kelvin", action="store_true", help="the same, with temperatures in infrared frames")
    given = parser.parse_args()
    width, height = (int(part) for part in given.size.split("x"))
    for name in ("ir", "vi", "masks"):
        (given.out / name).mkdir(parents=True, exist_ok=True)
    for number, scene in enumerate(frames(given.frames, given.fps, given.seed, (width, height))):
        if given.kelvin:
            counts = kelvin_image(scene.celsius, seed=number)
            write_bytes_atomic(given.out / "ir" / f"{number:06d}.png", cv2.imencode(".png", counts)[1].tobytes())
        else:
            write_frame(given.out / "ir", number, scene.infrared)
        write_frame(given.out / "vi", number, scene.visible)
        write_frame(given.out / "masks", number, scene.masks["people"])
        sys.stderr.write(f"{number + 1} of {given.frames}\n")
    if not (given.raw or given.kelvin):
        for name in ("ir", "vi"):
            _film(given.out / name, given.fps, (width, height))


def _film(folder: Path, fps: float, size: tuple[int, int]) -> None:
    """One film in the place of a folder of frames."""
    from wordfuse.fusion.images import read_picture

    files = sorted(folder.glob("*.png"))
    part = folder.with_suffix(".part.mp4")
    write_part(part, (read_picture(file) for file in files), fps)
    join([part], folder.with_suffix(".mp4"), [number / fps for number in range(len(files))], size)
    for file in (part, *files):
        file.unlink()
    folder.rmdir()


if __name__ == "__main__":
    main()
