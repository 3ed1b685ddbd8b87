"""What does not move: sky, ground, houses, street lamps and trees. Each function lays surfaces into the buffer."""

from dataclasses import dataclass

import cv2
import numpy as np

from wordfuse.examples.scene_parts import Bools, Camera, Floats, Ints, Noise, Paint, Surfaces, smoothstep, tube, unit

KERB_M = 4.2
HOUSE_LINE_M = 8.4
FAR_M = 130.0
GROUND_FLOOR_M = 3.3
STOREY_M = 2.9
AIR_CELSIUS = 4.0


@dataclass(frozen=True)
class House:
    """A box of x, y and z ranges in metres; ``roof_m`` is how high a pitched roof rises behind the street face."""

    x: tuple[float, float]
    z: tuple[float, float]
    height: float
    base: float
    roof_m: float
    wall: tuple[float, float, float]
    brick: bool
    bay_m: float
    shop: bool
    lit: float
    salt: int


@dataclass(frozen=True)
class Lamp:
    """A street lamp on a post at (x, z), its arm reaching toward the road."""

    x: float
    z: float
    colour: tuple[float, float, float]
    height: float = 5.6
    arm_m: float = 1.1

    @property
    def head(self) -> Floats:
        """Where the light leaves it, (3,) metres."""
        return np.array([self.x - np.sign(self.x) * self.arm_m, self.height, self.z])


@dataclass(frozen=True)
class Tree:
    """A street tree at (x, z)."""

    x: float
    z: float
    height: float
    leaf: tuple[float, float, float]
    salt: int


def lay_sky(surfaces: Surfaces, noise: Noise, rng: np.random.Generator) -> None:
    """Night sky: town glow at the horizon, thin clouds, stars and a moon; cold in infrared, most so overhead."""
    camera = surfaces.camera
    at = np.arange(camera.width * _last_ground_row(camera))
    rays = camera.rays(at)
    across, up = rays[:, 0], np.maximum(rays[:, 1], 0)
    cloud = smoothstep(0.42, 0.8, noise.fractal(across * 5 + 3, up * 14 + across, 5))
    glow = np.exp(-up / 0.16)[:, None]
    colour = (0.0035, 0.006, 0.0125) + glow * (0.026, 0.019, 0.014) + cloud[:, None] * (0.006, 0.006, 0.008)
    stars = camera.project(np.stack([rng.uniform(-0.8, 0.8, 130), rng.uniform(2, 2.8, 130), np.ones(130)], -1))
    stars = stars.astype(np.int64)
    picture = colour.reshape(-1, camera.width, 3)
    for (u, v), strength in zip(stars, 0.15 + rng.random(130) ** 6 * 2.0, strict=True):
        if 0 <= u < camera.width - 1 and 0 <= v < len(picture) - 1:
            picture[v : v + 2, u : u + 2] += strength * 0.35
    moon = np.array([rng.choice([-1, 1]) * rng.uniform(0.08, 0.16), rng.uniform(0.34, 0.39)])
    radius = np.hypot(across - moon[0], up - moon[1]) / 0.021
    seas = 0.1 + 0.75 * noise.fractal(across * 110, up * 110, 3)
    picture += (1.15 * seas * smoothstep(1.03, 0.97, radius))[:, None].reshape(-1, camera.width, 1) * (1.0, 0.96, 0.85)
    picture += (0.02 * np.exp(-radius / 2.2)).reshape(-1, camera.width, 1)
    paint = Paint(len(at), 0.0, -14.5 + 9 * np.exp(-up / 0.12) + 4 * cloud, 1.0)
    paint.emission = colour
    surfaces.put(at, np.full(len(at), 1e6), (0, 0, -1), "sky", paint)


def _last_ground_row(camera: Camera) -> int:
    return int(np.ceil(camera.centre[1] + camera.focal * camera.eye_m / FAR_M))


def lay_ground(surfaces: Surfaces, noise: Noise, crossing_z: float) -> None:
    """Asphalt with marks, patches and cracks between kerbs; slabs beyond them."""
    camera = surfaces.camera
    at = np.arange(_last_ground_row(camera) * camera.width, camera.width * camera.height)
    rays = camera.rays(at)
    depth = -camera.eye_m / rays[:, 1]
    x, z = rays[:, 0] * depth, depth
    road = np.abs(x) < KERB_M
    normal = np.zeros((len(at), 3))
    normal[:, 1] = 1
    near = smoothstep(45, 8, z)
    ripple = 0.10 * near * (noise.smooth(x * 14, z * 14) - 0.5)
    normal[:, 0], normal[:, 2] = ripple, 0.10 * near * (noise.smooth(x * 14 + 90, z * 14) - 0.5)
    surfaces.put(at[road], depth[road], unit(normal[road]), "road", _asphalt(x[road], z[road], noise, crossing_z))
    side = ~road
    surfaces.put(at[side], depth[side], normal[side], "pavement", _slabs(x[side], z[side], noise))


def _asphalt(x: Floats, z: Floats, noise: Noise, crossing_z: float) -> Paint:
    near = smoothstep(40, 6, z)
    grain = noise.smooth(x * 45, z * 30) + noise.smooth(x * 90, z * 60)
    blotch = noise.fractal(x * 0.7 + 5, z * 0.35, 4)
    albedo = 0.085 + 0.05 * (blotch - 0.5) + 0.045 * near * (grain - 1)
    tracks = np.exp(-(((np.abs(np.abs(x) - 2.1) - 0.75) / 0.28) ** 2))
    celsius = 8.5 + 6.0 * (blotch - 0.5) + 1.8 * tracks + 0.8 * (grain - 1) * near
    gutter = smoothstep(KERB_M - 0.55, KERB_M, np.abs(x))
    paint = Paint(len(x), (albedo * (1 - 0.15 * tracks) * (1 - 0.4 * gutter))[:, None], celsius - 1.2 * gutter, 0.95)
    paint.gloss += 0.16 + 0.35 * smoothstep(0.55, 0.7, blotch) + 0.1 * gutter
    patch = (np.abs(x - 1.6) < 0.7) & (np.abs(z - crossing_z + 3.9) < 0.9)
    patch |= (np.abs(x + 2.9) < 0.5) & (np.abs(z - crossing_z - 5) < 2.2)
    paint.lay(patch, albedo=(0.045 + 0.02 * near * (grain - 1))[:, None], celsius=celsius - 0.9)
    vein = noise.fractal(x * 0.9 + 40, z * 0.6, 4)
    crack = (np.abs(vein - 0.5) < 0.004) & (near > 0.2)
    paint.lay(crack, albedo=0.02, celsius=celsius - 0.8)
    lid = np.hypot(x + 1.3, z - crossing_z + 2.4)
    relief = np.where(np.sin(x * 70) * np.sin(z * 70) > 0, 0.10, 0.05)
    paint.lay(lid < 0.36, albedo=relief[:, None], celsius=10.5, gloss=0.4)
    paint.lay(np.abs(lid - 0.37) < 0.025, albedo=0.015)
    zebra = (np.abs(z - crossing_z) < 1.3) & (np.mod(x + 0.25, 1.0) < 0.5) & (np.abs(x) < KERB_M - 0.35)
    dash = (np.abs(x) < 0.07) & (np.mod(z, 6.0) < 3.0) & (np.abs(z - crossing_z) > 2.6)
    stop = (np.abs(z - crossing_z + 2.2) < 0.16) & (x > 0.12) & (x < KERB_M - 0.4)
    edge = (np.abs(np.abs(x) - KERB_M + 0.32) < 0.05) & (np.abs(z - crossing_z) > 2.0)
    worn = noise.fractal(x * 6, z * 5 + 60, 3) > 0.36
    white = (zebra | dash | stop | edge) & worn
    paint.lay(white, albedo=(0.40 + 0.16 * (blotch - 0.5) + 0.06 * (grain - 1))[:, None], celsius=celsius - 1.4)
    paint.lay(white, emissivity=0.92)
    return paint


def _slabs(x: Floats, z: Floats, noise: Noise) -> Paint:
    near = smoothstep(30, 7, z)
    side = np.abs(x)
    tone = noise.cell(np.floor(x / 0.6), np.floor(z / 0.6))
    stain = noise.fractal(x * 0.9, z * 0.7 + 20, 4)
    grain = noise.smooth(x * 60, z * 40) - 0.5
    albedo = 0.17 + 0.05 * (tone - 0.5) * near + 0.10 * (stain - 0.5) + 0.04 * grain * near
    celsius = 5.2 + 5 * (stain - 0.5) + 1.4 * (tone - 0.5) * near
    paint = Paint(len(x), albedo[:, None] * (1.0, 0.97, 0.92), celsius, 0.94)
    joint = (np.minimum(np.mod(x, 0.6), np.mod(z, 0.6)) < 0.022) & (z < 28)
    paint.lay(joint, albedo=0.055, celsius=5.8)
    kerb = side < KERB_M + 0.22
    paint.lay(kerb, albedo=(0.24 + 0.08 * (stain - 0.5) + 0.05 * grain)[:, None], celsius=4.2)
    paint.lay((kerb & (np.mod(z, 1.0) < 0.03)) | (side < KERB_M + 0.05), albedo=0.05, celsius=6.2)
    paint.gloss += 0.08
    return paint


def lay_house(surfaces: Surfaces, noise: Noise, house: House) -> None:
    """The street face, the end that looks at the camera, and a pitched roof if there is one."""
    camera = surfaces.camera
    corners = np.array([(x, y, z) for x in house.x for y in (0, house.height + house.roof_m) for z in house.z])
    corners[:, 2] = np.maximum(corners[:, 2], 1.0)
    pixels = camera.project(corners)
    at = camera.window(pixels.min(0), pixels.max(0))
    if not len(at):
        return
    rays = camera.rays(at)
    side = float(np.sign(sum(house.x)))
    face_x = min(house.x, key=abs)
    depth = np.full(len(at), house.z[0])
    points = rays * depth[:, None] + (0, camera.eye_m, 0)
    half = (house.x[1] - house.x[0]) / 2
    eaves = house.height + house.roof_m * (1 - np.abs(points[:, 0] - sum(house.x) / 2) / half)
    seen = (points[:, 0] > house.x[0]) & (points[:, 0] < house.x[1]) & _between(points[:, 1], house.base, eaves)
    _lay_wall(surfaces, noise, house, at[seen], depth[seen], points[seen, 0], points[seen, 1], (0, 0, -1))
    if house.x[0] * house.x[1] <= 0:
        return
    with np.errstate(divide="ignore", invalid="ignore"):
        depth = face_x / rays[:, 0]
        y = camera.eye_m + rays[:, 1] * depth
        seen = _between(depth, *house.z) & _between(y, house.base, house.height)
        _lay_wall(surfaces, noise, house, at[seen], depth[seen], depth[seen], y[seen], (-side, 0, 0))
        # Roof plane: y = height + slope * (|x| - |face_x|).
        slope = house.roof_m / half
        depth = (house.height - slope * abs(face_x) - camera.eye_m) / (rays[:, 1] - slope * side * rays[:, 0])
        rise = side * rays[:, 0] * depth - abs(face_x)
        seen = _between(depth, *house.z) & _between(rise, -0.25, half) & (house.roof_m > 0)
    x, z = rise[seen], depth[seen]
    row = np.floor(x / 0.22)
    tile = noise.cell(np.floor(z / 0.26 + 0.5 * np.mod(row, 2)), row + house.salt)
    shade = (0.6 + 0.5 * tile) * np.where(np.mod(x, 0.22) < 0.04, 0.55, 1.0)
    moss = noise.fractal(z * 0.6, x + house.salt, 3)
    paint = Paint(len(x), shade[:, None] * (0.10, 0.055, 0.04), -6.0 + 6.0 * moss + 2.0 * tile, 0.92, 0.05)
    paint.lay(x < 0, albedo=0.03, celsius=2.0)
    surfaces.put(at[seen], depth[seen], unit((-slope * side, 1, 0)), "buildings", paint)


def _between(value: Floats, low: Floats | float, high: Floats | float) -> Bools:
    inside: Bools = (value >= low) & (value <= high)
    return inside


def _lay_wall(
    surfaces: Surfaces,
    noise: Noise,
    house: House,
    at: Ints,
    depth: Floats,
    along: Floats,
    y: Floats,
    normal: tuple[float, float, float],
) -> None:
    """Masonry, then windows, doors and shops; ``along`` runs in metres along the wall."""
    stain = noise.fractal(along * 0.5 + house.salt * 7, y * 0.35, 4)
    fine = noise.fractal(along * 7, y * 7 + house.salt, 2)
    tone = 0.75 + 0.55 * (stain - 0.5) + 0.35 * (fine - 0.5) + 0.25 * smoothstep(0, 1.5, y)
    warm = AIR_CELSIUS + 3.0 + 5.0 * (stain - 0.5) + 1.5 * (fine - 0.5)
    if house.brick:
        row = np.floor(y / 0.09)
        column = np.floor(along / 0.26 + 0.5 * np.mod(row, 2))
        stone = noise.cell(column, row + house.salt)
        mortar = (np.mod(y, 0.09) < 0.016) | (np.mod(along / 0.26 + 0.5 * np.mod(row, 2), 1) < 0.06)
        tone = tone * np.where(mortar, 1.45, 0.75 + 0.5 * stone)
    paint = Paint(len(at), np.array(house.wall) * tone[:, None], warm, 0.93)
    floor = np.floor((y - GROUND_FLOOR_M) / STOREY_M)
    upper = (floor >= 0) & (y < house.height - 0.35)
    local = np.where(upper, y - GROUND_FLOOR_M - floor * STOREY_M, y)
    ledge = (y > GROUND_FLOOR_M - 0.22) & (y < GROUND_FLOOR_M)
    paint.lay(ledge, albedo=0.30 * tone[:, None], celsius=warm - 0.8)
    paint.lay(y > house.height - 0.30, albedo=0.26 * tone[:, None], celsius=warm - 1.2)
    paint.lay(_between(y, house.height - 0.38, house.height - 0.30), albedo=0.03)
    paint.lay((y < 0.45) & (house.base == 0), albedo=0.07 * tone[:, None], celsius=warm + 1.6)
    slab = np.abs(np.mod(y - GROUND_FLOOR_M + 0.15, STOREY_M) - 0.15) < 0.15
    paint.lay(slab & upper, celsius=warm + 1.3)
    if house.base == 0:
        bay = np.floor(along / house.bay_m)
        across = along - (bay + 0.5) * house.bay_m
        draw = noise.cell(bay + 31 * house.salt, floor + 5 * house.salt)
        roomy = upper & (house.height - 0.4 > GROUND_FLOOR_M + (floor + 1) * STOREY_M - 0.5)
        door = (floor < 0) & (np.mod(bay + house.salt, 3) == 0)
        flat = roomy | ((floor < 0) & ~door & (not house.shop))
        _windows(paint, noise, house, flat, across, local, draw, warm)
        _doors(paint, door, across, y, draw, warm)
        if house.shop:
            _shops(paint, noise, house, (floor < 0) & ~door, across, y, along, warm)
    surfaces.put(at, depth, normal, "buildings", paint)


def _windows(
    paint: Paint, noise: Noise, house: House, where: Bools, across: Floats, y: Floats, draw: Floats, warm: Floats
) -> None:
    half, low, high = 0.52, 0.80, 2.28
    side = np.abs(across)
    paint.lay(where & (side < half + 0.14) & _between(y, high, high + 0.2), albedo=0.28, celsius=warm + 3.0)
    paint.lay(where & (side < half + 0.16) & _between(y, low - 0.13, low), albedo=0.32, celsius=warm + 0.6)
    frame = where & (side < half) & _between(y, low, high)
    paint.lay(frame, albedo=0.42, celsius=warm + 2.5, emissivity=0.92)
    bars = (side < 0.035) | (np.abs(y - 1.80) < 0.03) | (side > half - 0.07) | (y < low + 0.07) | (y > high - 0.07)
    pane = frame & ~bars
    lit = draw < house.lit
    paint.lay(pane, albedo=0.015, gloss=0.7, celsius=np.where(lit, 12.5, 2.5), emissivity=0.82)
    paint.lay(pane & (y > high - 0.16), albedo=0.004, gloss=0.1)
    # A lit room: brighter toward its ceiling lamp, curtains at the sides of some, furniture low down.
    mood = np.mod(draw * 97, 1.0)
    room = 0.35 + 0.75 * np.exp(-(((across - 0.4 * (mood - 0.5)) / 0.5) ** 2) - ((y - 2.1) / 0.7) ** 2)
    curtain = side > 0.48 - 0.42 * np.mod(draw * 31, 1.0)
    room = np.where(curtain, room * (0.5 + 0.18 * np.sin(across * 42)), room)
    clutter = noise.smooth(across * 5 + draw * 900, draw * 700) * 0.6 + low
    room = np.where((y < clutter) & ~curtain, room * 0.35, room)
    warmth = np.stack([np.ones_like(mood), 0.80 - 0.22 * mood, 0.55 - 0.38 * mood], -1)
    paint.lay(pane & lit, emission=(room * (0.10 + 0.38 * mood))[:, None] * warmth)
    blind = where & (np.mod(draw * 53, 1.0) < 0.25) & ~lit & (side < half - 0.07)
    slats = 0.16 + 0.06 * np.sin(y * 90)
    paint.lay(blind & _between(y, 1.5, high - 0.07), albedo=slats[:, None], celsius=warm + 0.4, gloss=0.0)


def _doors(paint: Paint, where: Bools, across: Floats, y: Floats, draw: Floats, warm: Floats) -> None:
    side = np.abs(across)
    paint.lay(where & (side < 0.68) & (y < 2.55), albedo=0.26, celsius=warm)
    leaf = where & (side < 0.52) & (y < 2.4)
    colours = np.array([(0.10, 0.02, 0.02), (0.02, 0.06, 0.04), (0.03, 0.04, 0.09), (0.09, 0.05, 0.025)])
    colour = colours[(draw * 4).astype(np.int64) % 4]
    panel = (np.abs(side - 0.26) < 0.16) & ((np.abs(y - 0.55) < 0.3) | (np.abs(y - 1.4) < 0.4))
    paint.lay(leaf, albedo=colour * np.where(panel, 0.7, 1.2)[:, None], celsius=warm + 2.0, gloss=0.25)
    paint.lay(leaf & (y > 2.0), albedo=0.02, emission=(0.16, 0.11, 0.05), celsius=warm + 4, emissivity=0.85)


def _shops(
    paint: Paint, noise: Noise, house: House, where: Bools, across: Floats, y: Floats, along: Floats, warm: Floats
) -> None:
    side, half = np.abs(across), house.bay_m / 2
    tint = np.array([(1.0, 0.80, 0.52), (0.95, 0.95, 0.85), (1.0, 0.62, 0.38)])[house.salt % 3]
    sign_tint = np.array([(0.9, 0.12, 0.08), (0.1, 0.55, 0.75), (0.95, 0.6, 0.12), (0.2, 0.75, 0.3)])[house.salt % 4]
    paint.lay(where & (y < 2.75), albedo=0.05, celsius=warm + 1)
    glass = where & (side < half - 0.14) & _between(y, 0.5, 2.35)
    shelf = np.floor((y - 0.5) / 0.45)
    goods = noise.cell(np.floor(along * 5), shelf + house.salt * 3)
    above = np.mod(y - 0.5, 0.45)
    stock = np.where(above < 0.05, 0.25, np.where(above < 0.28 * goods + 0.06, goods, 0.8))
    light = (0.25 + 0.5 * smoothstep(0.4, 2.3, y)) * stock
    hue = np.stack([tint[0] * np.ones_like(goods), tint[1] * (0.75 + 0.4 * goods), tint[2] * (0.6 + 0.7 * goods)], -1)
    paint.lay(glass, albedo=0.02, gloss=0.6, celsius=7.0 + 7.0 * light, emissivity=0.84)
    paint.lay(glass, emission=0.42 * light[:, None] * hue)
    band = where & (side < half - 0.05) & _between(y, 2.45, 2.95)
    strokes = (noise.cell(np.floor(along * 11), house.salt * 9 + np.floor(y * 11)) > 0.42) & (np.mod(along, 0.3) < 0.22)
    letters = strokes & (np.abs(y - 2.70) < 0.15) & (side < half - 0.35)
    paint.lay(band, albedo=0.03 + 0.1 * sign_tint, emission=0.10 * sign_tint, celsius=warm + 1.5, gloss=0.2)
    paint.lay(band & letters, emission=0.9 * sign_tint + 0.15, celsius=warm + 5)


def lay_lamp(surfaces: Surfaces, lamp: Lamp) -> None:
    """Base, post, arm and a head that glows underneath."""
    head = lamp.head
    top = np.array([lamp.x, lamp.height + 0.05, lamp.z])
    foot = np.array([lamp.x, 0.0, lamp.z])
    toward = np.array([-np.sign(lamp.x), 0.0, 0.0])
    up = np.array([0.0, 1.0, 0.0])
    bars = (
        (foot, foot + 0.9 * up, (0.105, 0.095), 5.5),
        (foot + 0.9 * up, top, (0.068, 0.048), 3.5),
        (top, head + 0.08 * up, (0.042, 0.036), 3.0),
        (head + 0.05 * up - 0.22 * toward, head + 0.03 * up + 0.30 * toward, (0.085, 0.10), 17.0),
    )
    for start, end, radii, celsius in bars:
        at, depth, normal = tube(surfaces.camera, start, end, radii)
        paint = Paint(len(at), 0.09, celsius, 0.88, 0.3)
        if celsius > 10:
            below = normal[:, 1] < -0.05
            paint.lay(below, emission=60 * np.array(lamp.colour), celsius=30.0)
        surfaces.put(at, depth, normal, "lamps", paint)


def lay_tree(surfaces: Surfaces, tree: Tree) -> None:
    """A trunk that forks, and leaves in clumps: each leaf an ellipse with its own tilt and tone."""
    rng = np.random.default_rng([tree.salt, 5])
    camera = surfaces.camera
    fork = np.array([tree.x, 0.40 * tree.height, tree.z])
    crown = np.array([tree.x, 0.68 * tree.height, tree.z])
    size = np.array([0.27, 0.30, 0.27]) * tree.height
    clumps = crown + unit(rng.normal(size=(16, 3))) * rng.uniform(0.35, 0.85, (16, 1)) * size
    bars = [(np.array([tree.x, 0.0, tree.z]), fork, (0.17, 0.11))]
    bars += [(fork, clump, (0.07, 0.02)) for clump in clumps[:8]]
    for start, end, radii in bars:
        at, depth, normal = tube(camera, start, end, radii)
        bark = 0.75 + 0.5 * rng.random(len(at))
        paint = Paint(len(at), bark[:, None] * (0.075, 0.055, 0.04), 5.5 + bark, 0.95)
        surfaces.put(at, depth, normal, "trees", paint)
    count = int(np.clip(9000 / tree.z, 160, 900)) * 2
    clump = rng.integers(0, len(clumps), count)
    outward = unit(rng.normal(size=(count, 3)))
    spread = tree.height * rng.uniform(0.06, 0.155, len(clumps))[clump]
    leaf = clumps[clump] + outward * (spread * rng.random(count) ** 0.4)[:, None]
    leaf = leaf[np.argsort(-leaf[:, 2])]
    normal = unit(0.8 * unit(leaf - crown) + 0.9 * rng.normal(size=(count, 3)))
    normal[:, 2] = -np.abs(normal[:, 2])
    tone = rng.uniform(0.55, 1.35, count)
    pixels = camera.project(leaf)
    radius = np.maximum(camera.focal * rng.uniform(0.05, 0.11, count) / leaf[:, 2], 0.8)
    low = np.floor(pixels.min(0) - radius.max() - 1)
    high = np.ceil(pixels.max(0) + radius.max() + 1)
    at = camera.window(low, high)
    if not len(at):
        return
    shape = (camera.height, camera.width)
    ids = np.zeros(shape, np.int32)
    tilt = rng.uniform(0, 180, count)
    slim = rng.uniform(0.35, 0.75, count)
    for number in range(count):
        u, v = (int(value) for value in np.round(pixels[number] * 16))
        axes = (int(radius[number] * 16), int(radius[number] * slim[number] * 16) + 8)
        cv2.ellipse(ids, (u, v), axes, float(tilt[number]), 0, 360, number + 1, -1, cv2.LINE_8, 4)
    chosen = ids.ravel()[at] - 1
    at, chosen = at[chosen >= 0], chosen[chosen >= 0]
    paint = Paint(len(at), tone[chosen, None] * np.array(tree.leaf), -1.5 + 4.0 * tone[chosen], 0.96)
    surfaces.put(at, leaf[chosen, 2], normal[chosen], "trees", paint)
