"""People and cars as signed distances: a walking skeleton of tapered capsules, and a car body with wheels and glass."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from wordfuse.examples.scene_parts import Bools, Floats, Noise, Paint, smoothstep


def turned(points: Floats, x: float, z: float, heading: float) -> Floats:
    """World points seen from a body at (x, 0, z) whose own +x points along ``heading`` (radians from +x to +z)."""
    dx, dz = points[:, 0] - x, points[:, 2] - z
    cos, sin = np.cos(heading), np.sin(heading)
    return np.stack([dx * cos + dz * sin, points[:, 1], dz * cos - dx * sin], axis=-1)


def capsule(points: Floats, start: Floats, end: Floats, radius: tuple[float, float]) -> Floats:
    """Distance of points (N, 3) from a bar with a radius at each end."""
    along = end - start
    offset = points - start
    share = np.clip(offset @ along / float(along @ along), 0, 1)
    gap = offset - share[:, None] * along
    return np.sqrt(np.einsum("ij,ij->i", gap, gap)) - (radius[0] + (radius[1] - radius[0]) * share)


def blend(a: Floats, b: Floats, width: float) -> Floats:
    """Smooth minimum of two distances (Quilez' polynomial)."""
    share = np.maximum(width - np.abs(a - b), 0) / width
    return np.minimum(a, b) - share * share * width / 4


@dataclass(frozen=True)
class Bone:
    """One tapered capsule of a person, and what covers it."""

    start: Floats
    end: Floats
    radius: tuple[float, float]
    cover: str


@dataclass(frozen=True)
class Person:
    """Somebody who walks (or stands, with a small ``stride``); lengths in metres, angles in radians.

    ``phase`` is the moment of the step; ``wear`` is "jacket", "coat" or "backpack".
    """

    x: float
    z: float
    heading: float
    height: float
    phase: float
    stride: float
    wear: str
    top: tuple[float, float, float]
    trousers: tuple[float, float, float]
    skin: tuple[float, float, float]
    warmth: float

    @cached_property
    def bones(self) -> list[Bone]:
        """The skeleton in the person's own frame: +x forward, +y up, +z to the left, 1.75 m tall."""
        bones: list[Bone] = []

        def add(start: Floats, end: Floats, radius: tuple[float, float], cover: str) -> None:
            bones.append(Bone(start, end, radius, cover))

        def swing(origin: Floats, angle: float, length: float, outward: float = 0.0) -> Floats:
            return origin + length * np.array([np.sin(angle), -np.cos(angle), outward])

        for side in (-1.0, 1.0):
            step = side * np.sin(self.phase)
            thigh = self.stride * step + 0.04
            knee_bend = 0.10 + self.stride * (0.75 * max(-step, 0) + 0.25 * abs(np.cos(self.phase)))
            hip = np.array([0.0, 0.93, 0.09 * side])
            knee = swing(hip, thigh, 0.43, -0.05 * side)
            ankle = swing(knee, thigh - knee_bend, 0.42, -0.03 * side)
            tilt = 0.25 - 0.9 * max(-step, 0) * self.stride
            toe = ankle + np.array([0.17 * np.cos(tilt), -0.035 - 0.09 * max(0.25 - tilt, 0), 0.02 * side])
            add(hip, knee, (0.092, 0.064), "trousers")
            add(knee, ankle, (0.066, 0.047), "trousers")
            heel = ankle + np.array([-0.035, -0.03, 0])
            add(heel, toe, (0.047, 0.036), "shoes")
            upper = -0.8 * self.stride * step - 0.05
            shoulder = np.array([0.03, 1.40, 0.185 * side])
            elbow = swing(shoulder, upper, 0.28, 0.10 * side)
            wrist = swing(elbow, upper + 0.30 + 0.5 * self.stride, 0.245, -0.06 * side)
            add(shoulder, elbow, (0.066, 0.052), "sleeves")
            add(elbow, wrist, (0.052, 0.040), "sleeves")
            add(wrist, swing(wrist, upper + 0.5, 0.10), (0.036, 0.030), "hands")
        across = np.array([0.0, 0.0, 1.0])
        for x, y, half, radius, cover in (
            (0.0, 0.95, 0.075, 0.112, "trousers"),
            (0.01, 1.08, 0.070, 0.115, "top"),
            (0.03, 1.24, 0.085, 0.128, "top"),
            (0.03, 1.37, 0.115, 0.090, "top"),
        ):
            middle = np.array([x, y, 0.0])
            add(middle - half * across, middle + half * across, (radius, radius), cover)
        add(np.array([0.03, 1.42, 0]), np.array([0.05, 1.54, 0]), (0.062, 0.055), "skin")
        add(np.array([0.055, 1.595, 0]), np.array([0.05, 1.665, 0]), (0.078, 0.098), "head")
        add(np.array([0.135, 1.60, 0]), np.array([0.150, 1.615, 0]), (0.016, 0.014), "skin")
        if self.wear == "coat":
            for side in (-1.0, 1.0):
                hem = np.array([0.02 + 0.20 * side * self.stride * np.sin(self.phase), 0.66, 0.055 * side])
                add(np.array([0.01, 0.98, 0.055 * side]), hem, (0.115, 0.120), "top")
        if self.wear == "backpack":
            add(np.array([-0.17, 1.12, 0]), np.array([-0.16, 1.34, 0]), (0.125, 0.105), "bag")
        # Whatever the step, the lower foot stands on the ground.
        lowest = min(min(bone.start[1] - bone.radius[0], bone.end[1] - bone.radius[1]) for bone in bones)
        drop = np.array([0.0, lowest, 0.0])
        return [Bone(bone.start - drop, bone.end - drop, bone.radius, bone.cover) for bone in bones]

    def own(self, points: Floats) -> Floats:
        """World points in the person's own frame and scale."""
        return turned(points, self.x, self.z, self.heading) * (1.75 / self.height)

    def distance(self, points: Floats) -> Floats:
        """Signed distance of world points (N, 3)."""
        own = self.own(points)
        total = np.full(len(own), 10.0)
        for bone in self.bones:
            total = blend(total, capsule(own, bone.start, bone.end, bone.radius), 0.035)
        return total * (self.height / 1.75)

    def paint(self, points: Floats, normal: Floats, noise: Noise) -> Paint:
        """Clothes with folds, skin and hair; the face is warmest, shoes and bag are near the air."""
        own = self.own(points)
        gaps = np.stack([capsule(own, bone.start, bone.end, bone.radius) for bone in self.bones])
        covers = np.array([bone.cover for bone in self.bones])[gaps.argmin(0)]
        x, y, z = own[:, 0], own[:, 1], own[:, 2]
        folds = noise.fractal(x * 9 + z * 13, y * 11, 3) - 0.5
        weave = noise.smooth(x * 70 + z * 50, y * 70) - 0.5
        warm = self.warmth + 7.0 * folds
        shade = (1 + 0.9 * folds + 0.35 * weave)[:, None]
        paint = Paint(len(own), np.array(self.top) * shade, warm + 1.5 * smoothstep(1.0, 1.4, y), 0.96)
        paint.lay(covers == "sleeves", celsius=warm - 1.2)
        cuffs = 3.0 * smoothstep(0.75, 0.15, y)
        paint.lay(covers == "trousers", albedo=np.array(self.trousers) * shade, celsius=warm - 0.5 - cuffs)
        paint.lay(covers == "shoes", albedo=0.03 * shade, celsius=10 + 2 * folds, gloss=0.1)
        paint.lay(covers == "bag", albedo=(0.05, 0.06, 0.10) * shade, celsius=9.5 + 3 * folds)
        skin = np.isin(covers, ("skin", "head", "hands"))
        paint.lay(skin, albedo=np.array(self.skin), celsius=30.5 + folds, emissivity=0.98)
        paint.lay(covers == "hands", celsius=26.5 + folds)
        zip_line = (covers == "top") & (np.abs(z) < 0.012) & (x > 0)
        paint.lay(zip_line, albedo=0.3 * np.array(self.top), celsius=warm + 2.5)
        lift = y - next(bone.end[1] for bone in self.bones if bone.cover == "head")
        hair = (covers == "head") & (lift > -0.10) & ((lift > 0.045) | (x < 0.035))
        paint.lay(hair, albedo=(0.035, 0.025, 0.02) * shade, celsius=23.0 + 3 * folds, gloss=0.1)
        return paint


# Side views (x forward, y up, metres): the lower body, and the glass house above it.
BODIES = {
    "hatchback": (
        [(-2.00, 0.30), (-2.06, 0.58), (-2.00, 0.92), (-0.9, 0.97), (0.95, 0.93), (1.72, 0.80), (2.00, 0.66),
         (2.05, 0.40), (1.95, 0.26), (-1.85, 0.24)],
        [(-1.97, 0.88), (-1.66, 1.34), (-1.25, 1.46), (-0.1, 1.47), (0.28, 1.41), (1.10, 0.88)],
    ),
    "sedan": (
        [(-2.18, 0.32), (-2.24, 0.60), (-2.16, 0.90), (-1.3, 0.96), (0.95, 0.92), (1.80, 0.78), (2.10, 0.64),
         (2.16, 0.40), (2.05, 0.26), (-2.05, 0.24)],
        [(-1.75, 0.88), (-1.10, 1.33), (-0.7, 1.41), (0.0, 1.42), (0.35, 1.36), (1.18, 0.88)],
    ),
}  # fmt: skip
WHEEL_M = 0.31
BELT_M = 0.97


def polygon(x: Floats, y: Floats, corners: list[tuple[float, float]]) -> Floats:
    """Signed distance of points from a polygon, negative inside."""
    nearest = np.full(len(x), np.inf)
    inside = np.zeros(len(x), bool)
    for (ax, ay), (bx, by) in zip(corners, corners[1:] + corners[:1], strict=True):
        ex, ey = bx - ax, by - ay
        wx, wy = x - ax, y - ay
        share = np.clip((wx * ex + wy * ey) / (ex * ex + ey * ey), 0, 1)
        nearest = np.minimum(nearest, (wx - share * ex) ** 2 + (wy - share * ey) ** 2)
        inside ^= ((ay <= y) != (by <= y)) & ((ex * wy < ey * wx) == (ey > 0))
    return np.where(inside, -1, 1) * np.sqrt(nearest)


def extrude(flat: Floats, beyond: Floats, rounding: float) -> Floats:
    """Distance of a slab from its profile distance and the distance beyond its half width."""
    outside = np.hypot(np.maximum(flat, 0), np.maximum(beyond, 0))
    return np.minimum(np.maximum(flat, beyond), 0) + outside - rounding


@dataclass(frozen=True)
class Car:
    """A car at (x, z); ``heading`` as for :class:`Person`, ``running`` cars have lights on and warm engines."""

    x: float
    z: float
    heading: float
    body: str
    colour: tuple[float, float, float]
    running: bool

    def own(self, points: Floats) -> Floats:
        """World points in the car's own frame: +x forward, +y up, +z to the left."""
        return turned(points, self.x, self.z, self.heading)

    def parts(self, own: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        """Distances of the lower body, the glass house, the wheels and the mirrors."""
        lower, house = BODIES[self.body]
        x, y, side = own[:, 0], own[:, 1], np.abs(own[:, 2])
        width = 0.80 - 0.16 * (np.abs(x) / 2.1) ** 4 - 0.10 * np.clip(0.5 - y, 0, 1)
        body = extrude(polygon(x, y, lower) + 0.02, side - width, 0.06)
        glass = extrude(polygon(x, y, house) + 0.02, side - (0.74 - 0.36 * (y - 0.9)), 0.05) * 0.92
        axle = np.hypot(np.abs(x) - 1.27, y - WHEEL_M)
        body = np.maximum(body, -np.maximum(axle - WHEEL_M - 0.06, 0.5 - side))
        wheel = extrude(axle - WHEEL_M + 0.03, np.abs(side - 0.72) - 0.08, 0.03)
        mirror = np.sqrt(((x - 0.72) / 0.8) ** 2 + ((y - 1.0) / 0.9) ** 2 + ((side - 0.92) / 1.4) ** 2) - 0.085
        return body, glass, wheel, mirror * 0.75

    def distance(self, points: Floats) -> Floats:
        """Signed distance of world points (N, 3)."""
        body, glass, wheel, mirror = self.parts(self.own(points))
        return np.minimum(np.minimum(blend(body, glass, 0.05), wheel), mirror)

    def paint(self, points: Floats, normal: Floats, noise: Noise) -> Paint:
        """Lacquer, glass, rubber, lights; warm bonnet, tyres and exhaust when running; glass mirrors the cold sky."""
        own = self.own(points)
        facing = turned(normal, 0.0, 0.0, self.heading)
        part = np.stack(self.parts(own)).argmin(0)
        x, y, z = own[:, 0], own[:, 1], own[:, 2]
        dirt = noise.fractal(x * 5 + z * 4, y * 7, 3)
        heat = 1.0 if self.running else 0.0
        bonnet = heat * 13 * smoothstep(0.7, 1.5, x) * smoothstep(0.2, 0.7, y)
        grime = 1 - 0.45 * smoothstep(0.65, 0.3, y) * dirt
        paint = Paint(len(own), np.array(self.colour) * grime[:, None], 4.5 + bonnet + 1.5 * dirt, 0.80, 0.55)
        self._body(paint, own, facing, part == 0, heat)
        self._glass(paint, own, facing, part == 1)
        self._wheels(paint, own, part == 2, heat)
        return paint

    def _body(self, paint: Paint, own: Floats, facing: Floats, body: Bools, heat: float) -> None:
        x, y, z, side = own[:, 0], own[:, 1], own[:, 2], np.abs(own[:, 2])
        front, rear, flank = facing[:, 0] > 0.35, facing[:, 0] < -0.35, np.abs(facing[:, 2]) > 0.6
        paint.lay(body & (y < 0.33), albedo=0.025, celsius=6 + 5 * heat, gloss=0.1, emissivity=0.93)
        seams = np.min([np.abs(x - at) for at in (-0.95, 0.0, 0.98)], axis=0) < 0.012
        paint.lay(body & flank & seams & (y > 0.36), albedo=0.01, gloss=0.0, celsius=6.0)
        handle = (np.abs(np.abs(x + 0.35) - 0.47) < 0.09) & (np.abs(y - 0.84) < 0.018)
        paint.lay(body & flank & handle, albedo=0.02, celsius=5.0)
        tail = body & (x < 0) & (facing[:, 0] < -0.2)
        paint.lay(tail & (np.abs(y - 0.62) < 0.012), albedo=0.01, gloss=0.0)
        grille = body & front & (side < 0.50) & (np.abs(y - 0.48) < 0.10)
        bars = np.where(np.sin(y * 150) > 0.5, 0.10, 0.012)
        paint.lay(grille, albedo=bars[:, None], celsius=7 + 16 * heat, emissivity=0.93)
        plate = body & (front | rear) & (side < 0.26) & (np.abs(y - np.where(front, 0.36, 0.50)) < 0.06)
        letters = (np.sin(z * 75) > 0.1) & (side < 0.21) & (np.abs(y - np.where(front, 0.36, 0.50)) < 0.035)
        paint.lay(plate, albedo=np.where(letters, 0.05, 0.65)[:, None], celsius=4.5, gloss=0.2, emissivity=0.9)
        paint.lay(plate & rear, emission=np.where(letters, 0.0, 0.10 * heat)[:, None])
        lamp = body & (facing[:, 0] > 0.15) & (np.abs(y - 0.65) < 0.075) & (np.abs(side - 0.62) < 0.15)
        paint.lay(lamp, albedo=0.45, gloss=0.9, celsius=6 + 12 * heat, emissivity=0.88)
        core = np.exp(-(((y - 0.65) / 0.05) ** 2) - ((side - 0.62) / 0.09) ** 2)
        paint.lay(lamp, emission=heat * core[:, None] * (26.0, 25.0, 22.0))
        tail_light = body & (facing[:, 0] < -0.15) & (np.abs(y - 0.76) < 0.085) & (side > 0.47)
        glow = (0.25 + np.exp(-(((y - 0.76) / 0.05) ** 2) - ((side - 0.63) / 0.08) ** 2))[:, None]
        paint.lay(tail_light, albedo=(0.30, 0.01, 0.01), gloss=0.8, celsius=5 + 6 * heat, emissivity=0.9)
        paint.lay(tail_light, emission=heat * glow * (2.2, 0.06, 0.04))
        pipe = body & rear & (np.hypot(z - 0.48, y - 0.29) < 0.055)
        paint.lay(pipe, albedo=0.2, celsius=5 + 50 * heat, emissivity=0.95)

    def _glass(self, paint: Paint, own: Floats, facing: Floats, house: Bools) -> None:
        x, y, side = own[:, 0], own[:, 1], np.abs(own[:, 2])
        edge = polygon(x, y, BODIES[self.body][1])
        pillar = (np.abs(x + 0.35) < 0.045) | (np.abs(x + 1.22) < 0.05)
        flank = (np.abs(facing[:, 2]) > 0.6) & (edge < -0.075) & (y > BELT_M + 0.01) & ~pillar
        screen = (np.abs(facing[:, 0]) > 0.3) & (np.abs(facing[:, 2]) < 0.6) & (y > BELT_M) & (y < 1.38)
        screen &= side < 0.74 - 0.36 * (y - 0.9) - 0.05
        seats = (np.abs(side - 0.36) < 0.14) & (y < 1.22)
        paint.lay(
            house & (flank | screen),
            albedo=np.where(seats & screen, 0.006, 0.02)[:, None],
            gloss=1.0,
            celsius=3.5,
            emissivity=0.62,
        )

    def _wheels(self, paint: Paint, own: Floats, wheel: Bools, heat: float) -> None:
        x, y, side = own[:, 0], own[:, 1], np.abs(own[:, 2])
        across, up = np.abs(x) - 1.27, y - WHEEL_M
        radius, angle = np.hypot(across, up), np.arctan2(up, across)
        paint.lay(wheel, albedo=0.022, celsius=7 + 13 * heat, emissivity=0.96, gloss=0.05)
        rim = wheel & (radius < 0.205) & (side > 0.74)
        spokes = (np.cos(5 * angle) > -0.1) | (radius < 0.06) | (radius > 0.18)
        paint.lay(rim, albedo=np.where(spokes, 0.40, 0.03)[:, None], gloss=np.where(spokes, 0.6, 0.0))
        paint.lay(rim, celsius=np.where(spokes, 6 + 12 * heat, 8 + 24 * heat), emissivity=0.85)
