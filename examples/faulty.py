"""A rendered pair with every fault that a tool puts right, each in its place, with the masks of these places.

Run it from the root of the repository; it writes ir.png, vi.png and masks/*.png::

    python -m wordfuse.examples.faulty [--out examples/faulty] [--size 480x360]

The infrared camera left lines. The visible one looks through haze that thickens with distance; a drop on its lens makes
a part soft, light that falls into it washes a part out, a part lies in deep shade and so in grain, and its white
balance is wrong, so that everything has a cast.
"""

import argparse
import sys
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from wordfuse.examples.scene_parts import Floats
from wordfuse.examples.scene_places import Kind, render_place
from wordfuse.examples.scene_sensors import encode
from wordfuse.examples.street import Bytes, Scene, save

PLACE: tuple[Kind, int] = ("yard", 2)
SEED = 17
STRIPES = 0.03  # standard deviation of a column, of the infrared range
THICKNESS_M = 95.0  # of haze through which 1/e of the light comes
AIRLIGHT = (0.62, 0.65, 0.69)  # linear
HAZY = 0.6  # share of the scene's light that arrives, below which a place counts as hazy
SOFT = 1 / 190  # standard deviation of the blur, of the picture's width
FLARE = (0.45, 0.16)  # what is left of the light's differences, and what is added
SHADE, GRAIN = 0.10, 0.012  # what is left of the light, and the grain that gain brings, linear
BALANCE = (1.2, 1.0, 0.75)  # of the channels
# (middle x, middle y, half width, half height) of ellipses, of the picture's width and height
SOFT_AT, FLARE_AT, SHADE_AT = (0.15, 0.33, 0.13, 0.24), (0.47, 0.55, 0.13, 0.19), (0.80, 0.76, 0.17, 0.20)


def render(size: tuple[int, int] = (480, 360)) -> Scene:
    """The pair and its masks; the same at every call.

    Args:
        size: (width, height) in pixels, each at least 64.

    Returns:
        The scene with its faults. Beside what can be seen in it, the masks say where what is wrong: ``hazy``, ``soft``,
        ``washed`` and ``shade``; ``front`` and ``behind`` are some of the people. ``clean_visible`` has no faults.
    """
    scene = render_place(*PLACE, size)
    random = np.random.default_rng(SEED)
    places = {name: _ellipse(size, at) for name, at in (("soft", SOFT_AT), ("washed", FLARE_AT), ("shade", SHADE_AT))}
    through = np.exp(-np.minimum(scene.depth, 1e5) / THICKNESS_M)
    masks = {name: np.where(place > 0.5, 255, 0).astype(np.uint8) for name, place in places.items()}
    masks["hazy"] = np.where((through < HAZY) & (scene.masks["sky"] == 0), 255, 0).astype(np.uint8)
    masks |= {name: mask for name, mask in scene.masks.items() if mask.any()}
    masks |= _some_people(masks["people"])
    return Scene(
        infrared=_striped(scene.infrared, random),
        visible=_photographed(scene.clean_visible, through, places, random),
        masks=masks,
        clean_visible=scene.clean_visible,
        bodies=scene.bodies,
        depth=scene.depth,
        celsius=scene.celsius,
    )


def _some_people(people: Bytes) -> dict[str, Bytes]:
    """Who is nearest to the camera, and those who are on the right."""
    each = np.asarray(cv2.connectedComponents(people)[1])
    lowest = each[np.flatnonzero(people.any(axis=1))[-1]].max()
    right = np.arange(people.shape[1]) > people.shape[1] / 2
    return {
        "front": np.where(each == lowest, people, 0).astype(np.uint8),
        "behind": np.where(right, people, 0).astype(np.uint8),
    }


def _striped(infrared: Bytes, random: np.random.Generator) -> Bytes:
    offsets = STRIPES * random.standard_normal(infrared.shape[1])
    return np.floor(255 * np.clip(infrared / 255 + offsets, 0, 1) + 0.5).astype(np.uint8)


def _photographed(clean: Bytes, through: Floats, places: dict[str, Floats], random: np.random.Generator) -> Bytes:
    """What came through air, drop, flare, shade and white balance."""
    display = clean / 255
    linear = np.where(display <= 0.04045, display / 12.92, ((display + 0.055) / 1.055) ** 2.4)
    shade, washed, soft = (places[name][..., None] for name in ("shade", "washed", "soft"))
    linear *= 1 - (1 - SHADE) * shade
    linear = linear * through[..., None] + np.array(AIRLIGHT) * (1 - through[..., None])
    blurred = cv2.GaussianBlur(linear, (0, 0), SOFT * clean.shape[1])
    linear += soft * (blurred - linear)
    linear += washed * (FLARE[0] * linear + FLARE[1] - linear)
    linear += GRAIN * shade * random.standard_normal(clean.shape)
    return encode(linear * np.array(BALANCE))


def _ellipse(size: tuple[int, int], at: tuple[float, float, float, float]) -> npt.NDArray[np.float64]:
    """(H, W): 1 well inside an ellipse, 0 well outside."""
    x, y, wide, high = at
    v, u = np.mgrid[0 : size[1], 0 : size[0]]
    radius = np.hypot(((u + 0.5) / size[0] - x) / wide, ((v + 0.5) / size[1] - y) / high)
    share: npt.NDArray[np.float64] = np.clip((1.08 - radius) / 0.16, 0, 1)
    return share


def main() -> None:
    """Render and write the pair."""
    parser = argparse.ArgumentParser(description="Render a pair with every fault that a tool puts right, with masks.")
    parser.add_argument("--out", type=Path, default=Path(__file__).resolve().parent / "faulty")
    parser.add_argument("--size", default="480x360", help="WIDTHxHEIGHT in pixels")
    args = parser.parse_args()
    width, height = (int(part) for part in args.size.split("x"))
    for path in save(render((width, height)), args.out):
        sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main()
