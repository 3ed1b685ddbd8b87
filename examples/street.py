"""A street at night as an infrared/visible pair with exact masks, rendered from one scene; deterministic by seed.

Run it from the root of the repository; it writes ir.png, kelvin.png, vi.png and masks/*.png::

    python examples/street.py [--out examples/street] [--seed 7] [--size 384x288]
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from wordfuse.examples.scene_bodies import Car, Person
from wordfuse.examples.scene_parts import LABELS, Camera, Floats, Noise, Surfaces, march, unit
from wordfuse.examples.scene_sensors import (
    INFRARED_CELSIUS,
    Blocker,
    Light,
    encode,
    expose,
    illuminate,
    kelvin_image,
    shrink,
    thermal_image,
    thermal_radiance,
    visible_noise,
)
from wordfuse.examples.scene_town import (
    HOUSE_LINE_M,
    House,
    Lamp,
    Tree,
    lay_ground,
    lay_house,
    lay_lamp,
    lay_sky,
    lay_tree,
)

Bytes = npt.NDArray[np.uint8]
Distances = npt.NDArray[np.float32]
MASKS = ("people", "cars", "road", "sky", "buildings", "trees", "lamps")
SUPERSAMPLING = 3
SODIUM = (1.0, 0.70, 0.38)
LED = (1.0, 0.90, 0.72)
COLOURS = {
    "car": [(0.32, 0.03, 0.03), (0.05, 0.09, 0.22), (0.40, 0.41, 0.43), (0.03, 0.03, 0.035), (0.50, 0.49, 0.46)],
    "top": [(0.05, 0.06, 0.10), (0.10, 0.03, 0.03), (0.04, 0.07, 0.05), (0.16, 0.13, 0.09), (0.03, 0.03, 0.03)],
    "trousers": [(0.03, 0.04, 0.08), (0.03, 0.03, 0.03), (0.08, 0.07, 0.05)],
    "skin": [(0.42, 0.26, 0.18), (0.30, 0.17, 0.11), (0.13, 0.07, 0.045)],
    "wall": [(0.26, 0.12, 0.085), (0.34, 0.30, 0.24), (0.22, 0.22, 0.23), (0.36, 0.25, 0.15), (0.20, 0.10, 0.08)],
    "leaf": [(0.07, 0.10, 0.03), (0.11, 0.085, 0.025), (0.05, 0.085, 0.035)],
}


@dataclass(frozen=True)
class Scene:
    """One rendered pair.

    Attributes:
        infrared: (H, W) uint8.
        visible: (H, W, 3) uint8 RGB, with sensor noise.
        masks: (H, W) uint8, 255 inside and 0 outside, by name (:data:`MASKS`); no two overlap.
        clean_visible: (H, W, 3) uint8 RGB, the visible picture before sensor noise.
        bodies: of each car and person that is seen, its mask's name, its box (x0, y0, x1, y1) and its area, in pixels.
        depth: (H, W) float32, how far away it is what is seen, in metres; infinite in the sky.
        celsius: (H, W) float32, apparent temperature: of a black surface that sends out as much. No noise, no lens.
    """

    infrared: Bytes
    visible: Bytes
    masks: dict[str, Bytes]
    clean_visible: Bytes
    bodies: list[tuple[str, tuple[float, float, float, float], float]]
    depth: Distances
    celsius: Distances


@dataclass(frozen=True)
class Layout:
    """Who and what stands where."""

    crossing_z: float
    houses: list[House]
    lamps: list[Lamp]
    trees: list[Tree]
    cars: list[Car]
    people: list[Person]


def render(seed: int = 7, size: tuple[int, int] = (384, 288)) -> Scene:
    """Render the street of a seed.

    Args:
        seed: not negative; chooses houses, lamps, trees, cars, people and noise.
        size: (width, height) in pixels, each at least 64.

    Raises:
        ValueError: the size is below 64 or the seed is negative.
    """
    width, height = size
    if min(size) < 64 or seed < 0:
        raise ValueError(f"size {width}x{height}, seed {seed}: sides must be at least 64 and the seed not negative")
    return render_layout(lay_out(seed), seed, size)


def render_layout(layout: Layout, seed: int, size: tuple[int, int], frame: int = 0) -> Scene:
    """Render a street with everything in its place.

    Args:
        layout: who and what stands where.
        seed: of the surfaces.
        size: (width, height) in pixels.
        frame: of a film: each has its own sensor noise.
    """
    width, height = size
    fine_width, fine_height = width * SUPERSAMPLING, height * SUPERSAMPLING
    focal = 0.95 * min(fine_width, fine_height * 4 / 3)
    camera = Camera(fine_width, fine_height, focal, (0.46 * fine_width, 0.51 * fine_height))
    surfaces = build(layout, camera, seed)
    # Cars stand along the street.
    blockers = blockers_of(layout.cars, layout.people, layout.trees, (1.0, 0.72, 2.2))
    radiance = illuminate(surfaces, lights_of(layout), blockers)
    return photograph(surfaces, radiance, seed + 1000 * frame, INFRARED_CELSIUS)


def photograph(surfaces: Surfaces, radiance: Floats, seed: int, span_celsius: tuple[float, float]) -> Scene:
    """What both cameras record of lit surfaces, and where what is; ``seed`` is of their noise."""
    camera = surfaces.camera
    clean = expose(shrink(radiance, camera, SUPERSAMPLING))
    thermal = shrink(thermal_radiance(surfaces), camera, SUPERSAMPLING)[..., 0]
    cover = {
        name: shrink((surfaces.label == LABELS.index(name)).astype(np.float64)[:, None], camera, SUPERSAMPLING)[..., 0]
        for name in MASKS
    }
    return Scene(
        infrared=thermal_image(thermal, np.random.default_rng([seed, 3]), span_celsius),
        visible=encode(visible_noise(clean, np.random.default_rng([seed, 4]))),
        masks={name: np.where(share > 0.5, 255, 0).astype(np.uint8) for name, share in cover.items()},
        clean_visible=encode(clean),
        bodies=_bodies(surfaces),
        depth=surfaces.depth.reshape(camera.height, -1)[::SUPERSAMPLING, ::SUPERSAMPLING].astype(np.float32),
        celsius=(thermal**0.25 - 273.15).astype(np.float32),
    )


def _bodies(surfaces: Surfaces) -> list[tuple[str, tuple[float, float, float, float], float]]:
    found = []
    width = surfaces.camera.width
    for number in range(1, int(surfaces.body.max()) + 1):
        (at,) = np.nonzero(surfaces.body == number)
        if len(at):
            rows, columns = at // width, at % width
            corners = np.array([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]) / SUPERSAMPLING
            x0, y0, x1, y1 = corners.tolist()
            found.append((LABELS[surfaces.label[at[0]]], (x0, y0, x1, y1), len(at) / SUPERSAMPLING**2))
    return found


def build(layout: Layout, camera: Camera, seed: int) -> Surfaces:
    """Lay every part of the scene into one buffer."""
    surfaces = Surfaces(camera)
    noise = Noise(np.random.default_rng([seed, 1]))
    lay_sky(surfaces, noise, np.random.default_rng([seed, 2]))
    lay_ground(surfaces, noise, layout.crossing_z)
    for house in layout.houses:
        lay_house(surfaces, noise, house)
    for lamp in layout.lamps:
        lay_lamp(surfaces, lamp)
    for tree in layout.trees:
        lay_tree(surfaces, tree)
    lay_bodies(surfaces, noise, layout.cars, layout.people)
    return surfaces


def lay_bodies(surfaces: Surfaces, noise: Noise, cars: Sequence[Car], people: Sequence[Person]) -> None:
    """Lay cars and people into the buffer."""
    camera = surfaces.camera
    for number, car in enumerate(cars, start=1):
        at, depth, points, normal = march(camera, car.distance, (car.x, 0.72, car.z), 2.45)
        surfaces.put(at, depth, normal, "cars", car.paint(points, normal, noise), number)
    for number, person in enumerate(people, start=1 + len(cars)):
        middle = (person.x, person.height / 2, person.z)
        at, depth, points, normal = march(camera, person.distance, middle, 0.56 * person.height)
        surfaces.put(at, depth, normal, "people", person.paint(points, normal, noise), number)


def lay_out(seed: int) -> Layout:
    """Choose positions and looks: one bright side with the nearest lamp, one dark side, a crossing before the cars."""
    rng = np.random.default_rng([seed, 0])
    flip = 1.0 if rng.random() < 0.5 else -1.0
    bright = -flip
    crossing = float(rng.uniform(9.4, 10.2))
    lamps = [
        Lamp(side * 4.75, float(z + rng.uniform(-0.6, 0.6)), SODIUM if rng.random() < 0.6 else LED)
        for side, z in ((bright, 13.5), (-bright, 25.0), (bright, 37.0), (-bright, 49.0), (bright, 61.0))
    ]
    trees = [
        Tree(side * 5.6, float(z + rng.uniform(-1, 1)), float(rng.uniform(4.6, 6.0)), pick(rng, "leaf"), k + 10 * seed)
        for k, (side, z) in enumerate(
            ((bright, 20.0), (-bright, 17.5), (-bright, 32.0), (bright, 45.0), (-bright, 56.0))
        )
    ]
    return Layout(crossing, _houses(rng, bright), lamps, trees, _cars(rng, crossing), _people(rng, crossing, bright))


def pick(rng: np.random.Generator, kind: str) -> tuple[float, float, float]:
    """One of ``COLOURS``."""
    return COLOURS[kind][int(rng.integers(len(COLOURS[kind])))]


def _houses(rng: np.random.Generator, bright: float) -> list[House]:
    houses: list[House] = []
    for side in (-1, 1):
        z = float(rng.uniform(4, 8))
        while z < 72:
            long = float(rng.uniform(8, 15))
            storeys = int(rng.integers(1, 4))
            height = 3.3 + 2.9 * storeys + 0.5
            x = (HOUSE_LINE_M, HOUSE_LINE_M + 9) if side > 0 else (-HOUSE_LINE_M - 9, -HOUSE_LINE_M)
            roof = float(rng.uniform(1.6, 2.6)) if storeys < 3 else 0.0
            salt = len(houses) + 1
            house = House(
                x=x,
                z=(z, z + long),
                height=height,
                base=0.0,
                roof_m=roof,
                wall=pick(rng, "wall"),
                brick=bool(rng.random() < 0.5),
                bay_m=float(rng.uniform(2.1, 2.7)),
                shop=bool(rng.random() < (0.6 if side == bright else 0.15)),
                lit=float(rng.uniform(0.15, 0.4)),
                salt=salt,
            )
            houses.append(house)
            if roof:
                ridge, spot = side * (HOUSE_LINE_M + 2.6), z + float(rng.uniform(1.5, long - 1.5))
                stack = (ridge - 0.4, ridge + 0.4)
                top = height + roof + 0.5
                houses.append(House(stack, (spot, spot + 0.7), top, height, 0, house.wall, True, 9, False, 0, salt))
            z += long + (float(rng.uniform(0.0, 2.5)) if rng.random() < 0.4 else 0.0)
    for number, left in enumerate((-17.0, -6.0, 4.0)):
        height = 3.3 + 2.9 * int(rng.integers(1, 4)) + 0.5
        wall, z_range = pick(rng, "wall"), (76.0 + number, 86.0)
        houses.append(House((left, left + 10.5), z_range, height, 0, 1.5, wall, False, 2.4, False, 0.35, 90))
    return houses


def _cars(rng: np.random.Generator, crossing: float) -> list[Car]:
    bodies = ["hatchback", "sedan"]
    rng.shuffle(bodies)
    oncoming = Car(-1.95, crossing + float(rng.uniform(4.4, 6.5)), -np.pi / 2, bodies[0], pick(rng, "car"), True)
    leaving = Car(2.35, crossing + float(rng.uniform(1.6, 2.6)) + 2.2, np.pi / 2, bodies[1], pick(rng, "car"), True)
    return [oncoming, leaving]


def _people(rng: np.random.Generator, crossing: float, bright: float) -> list[Person]:
    """One on the crossing and one on the dark pavement always; up to two more under lamps and farther off."""
    ahead = (float(rng.uniform(-0.9, 0.2)), crossing - 0.6 + float(rng.uniform(-0.5, 0.3)))
    places = [
        (*ahead, 0.0 if rng.random() < 0.5 else np.pi),
        (-bright * 4.5, crossing + 1.5, np.pi / 2 * float(rng.choice([-1, 1]))),
        (bright * 5.7, crossing + 3.2, -np.pi / 2),
        (-bright * 6.3, crossing + 9.5, -np.pi / 2),
    ]
    return [somebody(rng, x, z, heading) for x, z, heading in places[: int(rng.integers(2, 5))]]


def somebody(rng: np.random.Generator, x: float, z: float, heading: float) -> Person:
    """Somebody who walks at a place, about toward a heading."""
    wear = ("jacket", "coat", "backpack")[int(rng.integers(3))]
    phase = float(rng.choice([-1, 1])) * float(rng.uniform(1.1, 1.9))
    return Person(
        x=x,
        z=z,
        heading=heading + float(rng.uniform(-0.35, 0.35)),
        height=float(rng.uniform(1.62, 1.86)),
        phase=phase,
        stride=float(rng.uniform(0.33, 0.43)),
        wear=wear,
        top=pick(rng, "top"),
        trousers=pick(rng, "trousers"),
        skin=pick(rng, "skin"),
        warmth=float(rng.uniform(20.5, 23.5)),
    )


def lights_of(layout: Layout) -> list[Light]:
    """Street lamps, low beams, tail lights and what spills from shop windows."""
    lights = [Light(lamp.head, 20 * np.array(lamp.colour), unit((0, -1, 0)), (0.75, 0.15), 26) for lamp in layout.lamps]
    for car in layout.cars:
        ahead = np.array([np.cos(car.heading), 0, np.sin(car.heading)])
        left = np.array([-ahead[2], 0, ahead[0]])
        for side in (-0.62, 0.62) if car.running else ():
            place = np.array([car.x, 0.65, car.z]) + side * left
            dipped = unit(ahead - np.array([0, 0.09, 0]))
            lights.append(Light(place + 2.2 * ahead, 55 * np.array((1.0, 0.95, 0.84)), dipped, (0.985, 0.90), 32))
            lights.append(Light(place - 2.35 * ahead, np.array((0.5, 0.02, 0.01)), -ahead, (0.9, 0.0), 7))
    for house in layout.houses:
        if house.shop and house.z[0] < 45:
            face = min(house.x, key=abs)
            for z in np.arange(max(house.z[0], 9) + 1.5, house.z[1], 3.0):
                place = np.array([face - 0.3 * np.sign(face), 1.9, z])
                outward = unit((-np.sign(face), -0.5, 0))
                lights.append(Light(place, 0.55 * np.array((1, 0.8, 0.55)), outward, (0.8, 0.0), 8))
    return lights


def blockers_of(
    cars: Sequence[Car], people: Sequence[Person], trees: Sequence[Tree], car_radii: tuple[float, float, float]
) -> list[Blocker]:
    """Stand-ins that cast the shadows of cars, people and crowns."""
    found = [Blocker(np.array([car.x, 0.62, car.z]), np.array(car_radii)) for car in cars]
    for person in people:
        middle = np.array([person.x, 0.5 * person.height, person.z])
        found.append(Blocker(middle, np.array([0.25, 0.5 * person.height, 0.25])))
    for tree in trees:
        middle = np.array([tree.x, 0.68 * tree.height, tree.z])
        found.append(Blocker(middle, np.array([0.36, 0.38, 0.36]) * tree.height, 0.6))
    return found


def save(scene: Scene, folder: Path) -> list[Path]:
    """Write ir.png, kelvin.png, vi.png and masks/NAME.png into a folder; returns the paths."""
    (folder / "masks").mkdir(parents=True, exist_ok=True)
    pictures: dict[Path, npt.NDArray[np.uint8 | np.uint16]] = {
        folder / "ir.png": scene.infrared,
        folder / "kelvin.png": kelvin_image(scene.celsius),
        folder / "vi.png": scene.visible[..., ::-1],
    }
    pictures |= {folder / "masks" / f"{name}.png": mask for name, mask in scene.masks.items()}
    for path, pixels in pictures.items():
        _, data = cv2.imencode(".png", pixels, [cv2.IMWRITE_PNG_COMPRESSION, 9])
        path.write_bytes(data.tobytes())
    return list(pictures)


def main() -> None:
    """Render and write the pair."""
    parser = argparse.ArgumentParser(description="Render a street at night as an infrared/visible pair with masks.")
    beside = Path(__file__).resolve().parent / "street"
    parser.add_argument("--out", type=Path, default=beside, help="folder to write to")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--size", default="384x288", help="WIDTHxHEIGHT in pixels")
    args = parser.parse_args()
    try:
        width, height = (int(part) for part in args.size.split("x"))
        scene = render(args.seed, (width, height))
    except ValueError as error:
        parser.error(f"--size {args.size} --seed {args.seed}: {error}")
    for path in save(scene, args.out):
        sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main()
