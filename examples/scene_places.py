"""Places that are no streets, by day and at night: parks, yards, car parks, roads in the country, seen from above.

What stands there is what stands in streets; the ground, the light and the camera are others. Posts, bins and boxes as
warm and as tall as people are there too: what is no person must be learned from something.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from wordfuse.examples.scene_bodies import Car, Person
from wordfuse.examples.scene_parts import LABELS, Camera, Floats, Noise, Paint, Surfaces, smoothstep, tube, unit
from wordfuse.examples.scene_sensors import AMBIENT, INFRARED_CELSIUS, Light, illuminate
from wordfuse.examples.scene_town import FAR_M, House, Lamp, Tree, lay_house, lay_lamp, lay_tree
from wordfuse.examples.street import SUPERSAMPLING, Scene, blockers_of, lay_bodies, photograph, pick, somebody

Kind = Literal["park", "yard", "car park", "country", "above"]
KINDS: tuple[Kind, ...] = ("park", "yard", "car park", "country", "above")
PATH_M = 1.6  # half the width of a path or a country road
SUN_M = 2000.0


@dataclass(frozen=True)
class Place:
    """Who and what is where, and in which light.

    Attributes:
        eye_m: height of the camera.
        horizon: where the horizon is, of the picture's height from its top; negative: above it.
        day: whether the sun or an overcast sky lights the place.
        warmer: how much warmer ground and walls are than on a winter night, in degrees.
        posts: (x, z, height, radius, celsius) of upright things.
    """

    kind: Kind
    eye_m: float
    horizon: float
    day: bool
    warmer: float
    houses: list[House]
    lamps: list[Lamp]
    trees: list[Tree]
    cars: list[Car]
    people: list[Person]
    posts: list[tuple[float, float, float, float, float]]


def render_place(kind: Kind, seed: int, size: tuple[int, int] = (480, 360)) -> Scene:
    """Render a place of a kind; the same seed gives the same pictures.

    Args:
        kind: of the place.
        seed: not negative.
        size: (width, height) in pixels, each at least 64.
    """
    rng = np.random.default_rng([seed, KINDS.index(kind), 10])
    place = settle(kind, rng)
    width, height = (length * SUPERSAMPLING for length in size)
    focal = float(rng.uniform(0.85, 1.5)) * min(width, height * 4 / 3)
    camera = Camera(width, height, focal, (0.5 * width, place.horizon * height), place.eye_m)
    surfaces = _build(place, camera, rng)
    lights, ambient = _light(place, rng)
    # Cars stand at any angle.
    blockers = blockers_of(place.cars, place.people, place.trees, (1.4, 0.72, 1.4))
    radiance = illuminate(surfaces, lights, blockers, ambient)
    span = (INFRARED_CELSIUS[0] + place.warmer, INFRARED_CELSIUS[1] + 0.75 * place.warmer)
    return photograph(surfaces, radiance, seed, span)


def settle(kind: Kind, rng: np.random.Generator) -> Place:
    """Choose what stands where."""
    above = kind == "above"
    reach = (14.0, 55.0) if above else (2.6, 38.0)

    def spots(count: int, near: float = reach[0], far: float = reach[1]) -> list[tuple[float, float]]:
        """Places on the ground: as many near as far, within about the camera's view."""
        depth = np.exp(rng.uniform(np.log(near), np.log(far), count))
        return [(float(z * rng.uniform(-0.42, 0.42)), float(z)) for z in depth]

    day = bool(rng.random() < 0.6)
    people = [somebody(rng, x, z, float(rng.uniform(0, 2 * np.pi))) for x, z in spots(int(rng.integers(0, 7)))]
    most = {"car park": 12, "above": 9, "yard": 3, "country": 3, "park": 1}[kind]
    cars = _rows_of_cars(rng, most) if kind in ("car park", "above") else []
    cars += [_car(rng, x, z) for x, z in spots(int(rng.integers(0, most + 1)) // 2, max(6.0, reach[0]))]
    leafy = {"park": 9, "yard": 3, "car park": 4, "country": 8, "above": 7}[kind]
    trees = []
    for number, (x, z) in enumerate(spots(leafy, 12.0, 90.0)):
        tall = float(rng.uniform(1.2, 7.5))  # the low ones are bushes
        trees.append(Tree(x * 1.4, z, tall, pick(rng, "leaf"), number + int(rng.integers(1 << 20))))
    posts = [
        (x, z, float(rng.uniform(0.5, 2.6)), float(rng.uniform(0.04, 0.35)), float(rng.uniform(0, 24)))
        for x, z in spots(int(rng.integers(2, 7)), max(5.0, reach[0]))
    ]
    lamps = [Lamp(x, z, (1.0, 0.8, 0.55)) for x, z in spots(0 if day else 3, 10.0, 40.0)]
    return Place(
        kind=kind,
        eye_m=float(rng.uniform(10, 24)) if above else float(rng.uniform(1.4, 3.2)),
        horizon=float(rng.uniform(-0.35, 0.15)) if above else float(rng.uniform(0.25, 0.55)),
        day=day,
        warmer=float(rng.uniform(4, 20)) if day else float(rng.uniform(0, 6)),
        houses=_houses(rng, kind),
        lamps=lamps,
        trees=trees,
        cars=cars,
        people=people,
        posts=posts,
    )


def _car(rng: np.random.Generator, x: float, z: float, heading: float | None = None) -> Car:
    turn = float(rng.uniform(0, 2 * np.pi)) if heading is None else heading
    body = ("hatchback", "sedan")[int(rng.integers(2))]
    return Car(x, z, turn, body, pick(rng, "car"), bool(rng.random() < 0.4))


def _rows_of_cars(rng: np.random.Generator, most: int) -> list[Car]:
    """One or two rows, side by side, with gaps."""
    cars = []
    for row in range(int(rng.integers(1, 3))):
        z, start = float(rng.uniform(14, 26)) + 9.0 * row, float(rng.uniform(-9, -3))
        for slot in range(most):
            if rng.random() < 0.6:
                turn = np.pi / 2 * float(rng.choice([-1, 1])) + float(rng.uniform(-0.05, 0.05))
                cars.append(_car(rng, start + 2.7 * slot, z, turn))
    return cars


def _houses(rng: np.random.Generator, kind: Kind) -> list[House]:
    """Houses behind, and sheds; without windows where they are low."""
    houses = []
    for number in range({"park": 1, "yard": 4, "car park": 3, "country": 2, "above": 3}[kind]):
        left, z = float(rng.uniform(-24, 16)), float(rng.uniform(20, 70))
        wide, deep = float(rng.uniform(2, 14)), float(rng.uniform(3, 9))
        tall = float(rng.choice([2.3, 6.7, 9.6]))
        roof = float(rng.uniform(0.8, 2.4))
        wall, salt = pick(rng, "wall"), number + 1 + int(rng.integers(200))
        base = 0.01 if tall < 3 else 0.0  # windows and doors are laid at 0 only
        brick, lit = bool(rng.random() < 0.5), float(rng.uniform(0, 0.3))
        houses.append(House((left, left + wide), (z, z + deep), tall, base, roof, wall, brick, 2.4, False, lit, salt))
    return houses


def _build(place: Place, camera: Camera, rng: np.random.Generator) -> Surfaces:
    surfaces = Surfaces(camera)
    noise = Noise(rng)
    _lay_sky(surfaces, noise, place, rng)
    _lay_ground(surfaces, noise, place, rng)
    for house in place.houses:
        lay_house(surfaces, noise, house)
    for lamp in place.lamps:
        lay_lamp(surfaces, lamp)
    for tree in place.trees:
        lay_tree(surfaces, tree)
    for x, z, height, radius, celsius in place.posts:
        at, depth, normal = tube(camera, (x, 0.0, z), (x, height, z), (radius, radius))
        surfaces.put(at, depth, normal, "things", Paint(len(at), float(rng.uniform(0.03, 0.5)), celsius, 0.94))
    surfaces.paint.celsius += np.where(surfaces.label == LABELS.index("sky"), 0.6, 1.0) * place.warmer
    lay_bodies(surfaces, noise, place.cars, place.people)
    parked = surfaces.label == LABELS.index("cars")
    surfaces.paint.celsius[parked] += place.warmer
    surfaces.paint.celsius[surfaces.label == LABELS.index("people")] += 0.3 * place.warmer
    return surfaces


def _ground_row(camera: Camera) -> int:
    """The first row that shows ground."""
    row = np.ceil(camera.centre[1] + camera.focal * camera.eye_m / FAR_M)
    return int(np.clip(row, 0, camera.height))


def _lay_sky(surfaces: Surfaces, noise: Noise, place: Place, rng: np.random.Generator) -> None:
    """Blue with clouds or overcast by day, near black at night; cold in infrared, clouds less so."""
    camera = surfaces.camera
    at = np.arange(camera.width * _ground_row(camera))
    rays = camera.rays(at)
    up = np.maximum(rays[:, 1], 0)
    low, high = np.sort(rng.uniform(0.2, 0.8, 2)).tolist()
    cloud = smoothstep(low, high, noise.fractal(rays[:, 0] * 3 + 7, up * 8, 5))[:, None]
    if place.day:
        blue = np.array((0.16, 0.26, 0.50)) + np.exp(-up / 0.2)[:, None] * (0.25, 0.22, 0.1)
        colour = (1 - cloud) * blue + cloud * float(rng.uniform(0.35, 0.8)) * np.array((1.0, 1.0, 1.02))
    else:
        colour = (0.004, 0.006, 0.012) + np.exp(-up / 0.16)[:, None] * (0.02, 0.015, 0.012) + 0.006 * cloud
    paint = Paint(len(at), 0.0, -14.5 + 9 * np.exp(-up / 0.12) + 7 * cloud[:, 0], 1.0)
    paint.emission = np.broadcast_to(colour, (len(at), 3)).copy()
    surfaces.put(at, np.full(len(at), 1e6), (0, 0, -1), "sky", paint)


def _lay_ground(surfaces: Surfaces, noise: Noise, place: Place, rng: np.random.Generator) -> None:
    """Grass with a path or a road through it, or paved all over."""
    camera = surfaces.camera
    at = np.arange(_ground_row(camera) * camera.width, camera.width * camera.height)
    rays = camera.rays(at)
    depth = -camera.eye_m / rays[:, 1]
    x, z = rays[:, 0] * depth, depth
    blotch, grain = noise.fractal(x * 0.5 + 5, z * 0.4, 4), noise.fractal(x * 23, z * 19, 2)
    bend = float(rng.uniform(-3, 3)) + float(rng.uniform(-0.3, 0.3)) * z
    paved = np.abs(x - bend) < PATH_M * (2.0 if place.kind == "country" else 1.0)
    if place.kind in ("yard", "car park"):
        paved = noise.fractal(x * 0.08, z * 0.08, 2) < float(rng.uniform(0.5, 1.0))
    normal = np.zeros((len(at), 3))
    normal[:, 1] = 1
    normal[:, 0], normal[:, 2] = 0.3 * (grain - 0.5), 0.3 * (blotch - 0.5)
    dry = float(rng.uniform(0, 1))
    green = np.array((0.055, 0.10, 0.03)) * (1 - dry) + np.array((0.16, 0.14, 0.07)) * dry
    tone = (0.55 + 0.5 * blotch + 0.5 * grain)[:, None]
    celsius = 3.0 + 5.0 * blotch + 3.0 * (grain - 0.5)
    for where, label, albedo, more in (
        (~paved, "ground", green * tone, 0.0),
        (paved, "road", float(rng.uniform(0.07, 0.2)) * tone * np.array((1.0, 0.98, 0.94)), 3.5),
    ):
        paint = Paint(int(where.sum()), albedo[where], celsius[where] + more, 0.95)
        surfaces.put(at[where], depth[where], unit(normal[where]), label, paint)


def _light(place: Place, rng: np.random.Generator) -> tuple[list[Light], tuple[float, float, float]]:
    """Lights, and what the whole sky gives."""
    lamps = [Light(lamp.head, 20 * np.array(lamp.colour), unit((0, -1, 0)), (0.75, 0.15), 26) for lamp in place.lamps]
    if not place.day:
        share = float(rng.uniform(0.7, 3.0))
        return lamps, (AMBIENT[0] * share, AMBIENT[1] * share, AMBIENT[2] * share)
    toward: Floats = unit((float(rng.uniform(-1, 1)), float(rng.uniform(0.35, 1.2)), float(rng.uniform(-1, 0.5))))
    sunny = float(rng.choice([0.0, 1.0, 2.0]))
    colour = sunny * SUN_M**2 * np.array((1.0, 0.95, 0.86))
    sun = Light(SUN_M * toward, colour, -toward, (0.5, 0.0), 8 * SUN_M)
    sky = 0.35 if sunny else float(rng.uniform(0.5, 1.1))
    return [sun] * bool(sunny), (sky * 0.92, sky, sky * 1.12)
