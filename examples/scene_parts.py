"""What every part of the street is built from: a camera, a buffer of surfaces, paint, noise and two ways to draw.

World coordinates are metres: x to the right, y up from the road, z forward from the camera.
Surfaces are kept per supersampled pixel; lighting and sensors read them (scene_sensors.py).
Everything is float64, so that the same seed gives the same 8-bit picture on any machine.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Values = Floats | float | Sequence[float]

LABELS = ("sky", "pavement", "road", "buildings", "trees", "lamps", "cars", "people", "ground", "things")


@dataclass(frozen=True)
class Camera:
    """A level pinhole camera at (0, eye_m, 0) that looks along +z; sizes in supersampled pixels."""

    width: int
    height: int
    focal: float
    centre: tuple[float, float]
    eye_m: float = 1.85

    def project(self, points: Floats) -> Floats:
        """Pixel coordinates (..., 2) of world points (..., 3) that lie before the camera."""
        z = points[..., 2]
        u = self.centre[0] + self.focal * points[..., 0] / z
        v = self.centre[1] + self.focal * (self.eye_m - points[..., 1]) / z
        return np.stack([u, v], axis=-1)

    def window(self, low: Floats, high: Floats) -> Ints:
        """Flat indices of the pixels of the rectangle between two pixel positions, cut to the picture."""
        left, top = (max(int(np.floor(value)), 0) for value in low)
        right = min(int(np.ceil(high[0])), self.width)
        bottom = min(int(np.ceil(high[1])), self.height)
        if right <= left or bottom <= top:
            return np.empty(0, np.int64)
        return (np.arange(top, bottom)[:, None] * self.width + np.arange(left, right)).ravel()

    def rays(self, at: Ints) -> Floats:
        """Ray directions (N, 3) through flat pixel indices, scaled so that z is 1 (depth is then world z)."""
        x = (at % self.width + 0.5 - self.centre[0]) / self.focal
        y = (self.centre[1] - at // self.width - 0.5) / self.focal
        return np.stack([x, y, np.ones_like(x)], axis=-1)

    def points(self, at: Ints, depth: Floats) -> Floats:
        """World points (N, 3) seen at flat pixel indices and depths (N,)."""
        points: Floats = self.rays(at) * depth[:, None]
        points[:, 1] += self.eye_m
        return points


class Paint:
    """What a surface is made of, for N pixels.

    ``albedo`` and ``emission`` are (N, 3) linear RGB, ``celsius``, ``emissivity`` and ``gloss`` are (N,).
    """

    def __init__(self, count: int, albedo: Values, celsius: Values, emissivity: Values = 0.95, gloss: Values = 0.0):
        """Paint N pixels evenly, or with arrays that broadcast to them."""
        self.albedo = np.zeros((count, 3)) + np.asarray(albedo)
        self.emission = np.zeros((count, 3))
        self.celsius = np.zeros(count) + np.asarray(celsius)
        self.emissivity = np.zeros(count) + np.asarray(emissivity)
        self.gloss = np.zeros(count) + np.asarray(gloss)

    def lay(
        self,
        where: Bools,
        *,
        albedo: Values | None = None,
        emission: Values | None = None,
        celsius: Values | None = None,
        emissivity: Values | None = None,
        gloss: Values | None = None,
    ) -> None:
        """Paint over the pixels of ``where`` (N,) with what is given."""
        for target, value in ((self.albedo, albedo), (self.emission, emission)):
            if value is not None:
                np.copyto(target, np.asarray(value), where=where[:, None])
        for target, value in ((self.celsius, celsius), (self.emissivity, emissivity), (self.gloss, gloss)):
            if value is not None:
                np.copyto(target, np.asarray(value), where=where)


class Surfaces:
    """The nearest surface of every pixel; arrays are flat over the picture, channels last."""

    def __init__(self, camera: Camera):
        """Start with nothing but emptiness, infinitely far."""
        count = camera.width * camera.height
        self.camera = camera
        self.depth = np.full(count, np.inf)
        self.label = np.zeros(count, np.int8)
        self.body = np.zeros(count, np.int16)  # which car or person, from 1
        self.normal = np.zeros((count, 3))
        self.paint = Paint(count, 0.0, -40.0)

    def put(self, at: Ints, depth: Floats, normal: Values, label: str, paint: Paint, body: int = 0) -> None:
        """Add a surface at flat pixel indices; it shows where it is nearer than what is there."""
        nearer = depth < self.depth[at]
        here = at[nearer]
        self.depth[here] = depth[nearer]
        self.label[here] = LABELS.index(label)
        self.body[here] = body
        self.normal[here] = np.broadcast_to(np.asarray(normal, np.float64), (len(at), 3))[nearer]
        for name in ("albedo", "emission", "celsius", "emissivity", "gloss"):
            getattr(self.paint, name)[here] = getattr(paint, name)[nearer]


class Noise:
    """Repeatable value noise in [0, 1] from one table of random numbers."""

    def __init__(self, rng: np.random.Generator):
        """Draw the table."""
        self.table = rng.random((256, 256))

    def cell(self, i: Floats, j: Floats | float) -> Floats:
        """One random number per whole-numbered cell."""
        row, column = np.asarray(i).astype(np.int64) & 255, np.asarray(j).astype(np.int64) & 255
        return self.table[row, column]

    def smooth(self, x: Floats, y: Floats) -> Floats:
        """Bilinear noise with smoothstep weights, one feature per unit."""
        i, j = np.floor(x), np.floor(y)
        a, b = x - i, y - j
        a, b = a * a * (3 - 2 * a), b * b * (3 - 2 * b)
        top = self.cell(i, j) * (1 - a) + self.cell(i + 1, j) * a
        low = self.cell(i, j + 1) * (1 - a) + self.cell(i + 1, j + 1) * a
        return top * (1 - b) + low * b

    def fractal(self, x: Floats, y: Floats, octaves: int = 4) -> Floats:
        """Sum of octaves, each half as strong and twice as fine, in [0, 1]."""
        total, weight = np.zeros(np.shape(x)), 0.0
        for octave in range(octaves):
            total += self.smooth(x * 2**octave + 17 * octave, y * 2**octave + 31 * octave) / 2**octave
            weight += 1 / 2**octave
        return total / weight


def smoothstep(low: float, high: float, x: Floats) -> Floats:
    """0 below ``low``, 1 above ``high``, smooth between (``low`` may be the larger one)."""
    t = np.clip((x - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def unit(vectors: Values) -> Floats:
    """Vectors (..., 3) scaled to length 1."""
    array = np.asarray(vectors, np.float64)
    return array / np.maximum(np.sqrt(dot(array, array)), 1e-12)[..., None]


def dot(a: Floats, b: Floats) -> Floats:
    """Scalar products over the last axis."""
    return a[..., 0] * b[..., 0] + a[..., 1] * b[..., 1] + a[..., 2] * b[..., 2]


def tube(camera: Camera, start: Values, end: Values, radii_m: tuple[float, float]) -> tuple[Ints, Floats, Floats]:
    """A round bar between two points, drawn in the picture plane: flat indices, depths (N,), normals (N, 3).

    Close to exact for bars that are thin against their distance: posts, trunks, branches.
    """
    ends = np.array([start, end], np.float64)
    pixels = camera.project(ends)
    reach = camera.focal * np.array(radii_m) / ends[:, 2]
    at = camera.window(pixels.min(0) - reach.max() - 1, pixels.max(0) + reach.max() + 1)
    offset = np.stack([at % camera.width, at // camera.width], -1) + 0.5 - pixels[0]
    along = pixels[1] - pixels[0]
    share = np.clip(offset @ along / max(float(along @ along), 1e-9), 0, 1)
    across = (offset - share[:, None] * along) / (reach[0] + (reach[1] - reach[0]) * share)[:, None]
    inside = (across**2).sum(-1) <= 1
    at, share, across = at[inside], share[inside], across[inside]
    normal = np.stack([across[:, 0], -across[:, 1], -np.sqrt(np.maximum(1 - (across**2).sum(-1), 0))], -1)
    return at, ends[0, 2] + (ends[1, 2] - ends[0, 2]) * share, normal


def march(
    camera: Camera, distance: Callable[[Floats], Floats], middle: Values, radius_m: float, steps: int = 56
) -> tuple[Ints, Floats, Floats, Floats]:
    """Sphere-trace a body given by its signed distance: flat indices, depths (N,), points and normals (N, 3).

    Args:
        camera: what looks at it.
        distance: world points (N, 3) to signed distances (N,) in metres; may underestimate, never overestimate much.
        middle: centre of a sphere that holds the body, before the camera.
        radius_m: radius of that sphere.
        steps: most steps along a ray.
    """
    centre = np.asarray(middle, np.float64)
    reach = camera.focal * radius_m / max(centre[2] - radius_m, 0.5)
    seen = camera.project(centre)
    at = camera.window(seen - reach, seen + reach)
    rays = camera.rays(at)
    stretch = np.sqrt(dot(rays, rays))
    depth = np.full(len(at), max(centre[2] - radius_m, 0.3))
    hit = np.zeros(len(at), bool)
    active = np.arange(len(at))
    for _ in range(steps):
        points = rays[active] * depth[active, None] + (0, camera.eye_m, 0)
        gap = distance(points)
        close = gap < 0.4 * depth[active] / camera.focal
        hit[active[close]] = True
        depth[active] += np.where(close, 0, 0.9 * gap / stretch[active])
        active = active[~close & (depth[active] < centre[2] + radius_m)]
        if not len(active):
            break
    at, depth = at[hit], depth[hit]
    points = camera.points(at, depth)
    # Gradient from four corners of a tetrahedron.
    corners = np.array([(1, -1, -1), (-1, -1, 1), (-1, 1, -1), (1, 1, 1)], np.float64)
    normal = np.zeros((len(at), 3))
    for corner in corners:
        normal += corner * distance(points + 0.004 * corner)[:, None]
    return at, depth, points, unit(normal)
