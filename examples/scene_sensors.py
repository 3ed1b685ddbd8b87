"""Light and sensors: from surfaces to what a colour camera and a thermal camera record, at night or by day."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from wordfuse.examples.scene_parts import LABELS, Camera, Floats, Ints, Surfaces, dot, smoothstep, unit

AMBIENT = (0.0075, 0.0095, 0.0150)
BOUNCE = (0.026, 0.019, 0.012)
WALL = LABELS.index("buildings")
EXPOSURE = 2.1
FULL_WELL = 900.0
READ_NOISE = 0.0022
INFRARED_CELSIUS = (-15.0, 29.5)


@dataclass(frozen=True)
class Light:
    """A point light with a soft cone; ``colour`` is radiant intensity (3,) in scene units, ``cone`` two cosines."""

    position: Floats
    colour: Floats
    aim: Floats
    cone: tuple[float, float]
    reach_m: float


@dataclass(frozen=True)
class Blocker:
    """An ellipsoid that stands in for a body when shadows are cast; ``opacity`` in [0, 1]."""

    middle: Floats
    radii: Floats
    opacity: float = 1.0


def shadow(points: Floats, light: Light, blockers: Sequence[Blocker]) -> Floats:
    """Share of a light that arrives at points (N, 3), soft at the edges of ellipsoids."""
    arriving = np.ones(len(points))
    for blocker in blockers:
        # Only what lies in the cone behind the body's bounding sphere can be in its shadow.
        apart = blocker.middle - light.position
        far, radius = float(np.sqrt(dot(apart, apart))), 1.05 * float(blocker.radii.max())
        way = points - light.position
        along = way @ (apart / far)
        behind = np.flatnonzero(along > far - radius)
        if far > radius:
            spread = dot(way[behind], way[behind]) - along[behind] ** 2
            behind = behind[spread < (radius * along[behind] / (far - radius)) ** 2]
        start = (points[behind] - blocker.middle) / blocker.radii
        way = -way[behind] / blocker.radii
        share = np.clip(-dot(start, way) / np.maximum(dot(way, way), 1e-9), 0, 1)
        closest = start + share[:, None] * way
        # Points on the body itself lie inside or at the ellipsoid: they shade themselves by their normals.
        outside = smoothstep(0.95, 1.25, np.sqrt(dot(start, start)))
        arriving[behind] *= 1 - blocker.opacity * outside * smoothstep(1.05, 0.80, np.sqrt(dot(closest, closest)))
    return arriving


def illuminate(
    surfaces: Surfaces,
    lights: Sequence[Light],
    blockers: Sequence[Blocker],
    ambient: tuple[float, float, float] = AMBIENT,
) -> Floats:
    """Linear radiance (H*W, 3): ambient sky light, every light with falloff, cone, gloss and shadow, and emission."""
    camera, paint = surfaces.camera, surfaces.paint
    radiance = paint.emission.copy()
    solid = np.flatnonzero(surfaces.label != LABELS.index("sky"))
    points = camera.points(solid, surfaces.depth[solid])
    normal, albedo, gloss = surfaces.normal[solid], paint.albedo[solid], paint.gloss[solid]
    view = unit((0, camera.eye_m, 0) - points)
    leafy = surfaces.label[solid] == LABELS.index("trees")
    open_sky = _contact(points, normal, blockers)
    light_sum = ((0.55 + 0.45 * normal[:, 1]) * open_sky)[:, None] * ambient
    # Lit ground throws some light back at walls; people stand too low and wear too dark to gain from it.
    bounce = np.exp(-np.maximum(points[:, 1], 0) / 6) * (1 - normal[:, 1] ** 2) * (surfaces.label[solid] == WALL)
    light_sum += bounce[:, None] * BOUNCE
    shine = np.zeros_like(light_sum)
    grazing = 0.05 + 0.95 * (1 - np.clip(dot(normal, view), 0, 1)) ** 5
    for light in lights:
        way = light.position - points
        squared = dot(way, way)
        lit = (squared < light.reach_m**2) & (leafy | (dot(way, normal) > 0))
        near = np.flatnonzero(lit & (way @ light.aim < -light.cone[1] * np.sqrt(squared)))
        toward, squared = unit(way[near]), squared[near]
        facing = dot(normal[near], toward)
        # Leaves let light through; everything else is lit from its own side only.
        facing = np.where(leafy[near], 0.25 + 0.6 * np.abs(facing), facing)
        fall = smoothstep(light.cone[1], light.cone[0], -(toward @ light.aim)) / (0.25 + squared)
        fall *= smoothstep(1.0, 0.7, np.sqrt(squared) / light.reach_m) * shadow(points[near], light, blockers)
        half = unit(toward + view[near])
        sharp = np.maximum(dot(half, normal[near]), 0) ** (50 + 650 * gloss[near] ** 2)
        light_sum[near] += (fall * facing)[:, None] * light.colour
        shine[near] += (fall * sharp * gloss[near] * (0.6 + 4 * grazing[near]))[:, None] * light.colour
    # What gloss reflects of the sky: a little glow, so that glass and lacquer are not holes.
    sky = (gloss * grazing * smoothstep(-0.2, 0.6, normal[:, 1] + 0.3))[:, None] * (0.020, 0.022, 0.030)
    radiance[solid] += albedo * light_sum + shine + sky
    return radiance


def _contact(points: Floats, normal: Floats, blockers: Sequence[Blocker]) -> Floats:
    """Ambient light that reaches the ground beside and under bodies."""
    open_sky = np.ones(len(points))
    ground = (normal[:, 1] > 0.9) & (points[:, 1] < 0.05)
    for blocker in blockers:
        if blocker.opacity == 1:
            gap = np.hypot(*((points[:, axis] - blocker.middle[axis]) / blocker.radii[axis] for axis in (0, 2)))
            open_sky *= np.where(ground, 1 - 0.85 * smoothstep(1.5, 0.6, gap), 1)
    return open_sky


def shrink(picture: Floats, camera: Camera, scale: int) -> Floats:
    """Mean of scale x scale blocks: (H*W, C) -> (H/scale, W/scale, C)."""
    height, width = camera.height // scale, camera.width // scale
    blocks: Floats = picture.reshape(height, scale, width, scale, -1).mean(axis=(1, 3))
    return blocks


def expose(radiance: Floats) -> Floats:
    """Optics and tone of the visible camera: glare around lights, vignette, shoulder. (H, W, 3) linear to [0, 1)."""
    size = max(radiance.shape[:2]) / 384
    highlights = np.maximum(radiance - 1.2, 0)
    seen = ndimage.gaussian_filter(np.minimum(radiance, 6.0), (0.45, 0.45, 0))
    for sigma, weight in ((1.6, 0.16), (5.0, 0.07), (15.0, 0.05), (45.0, 0.035)):
        seen += weight * ndimage.gaussian_filter(highlights, (sigma * size, sigma * size, 0), mode="constant")
    return 1 - np.exp(-EXPOSURE * seen * vignette(radiance.shape[0], radiance.shape[1], 0.30)[..., None])


def vignette(height: int, width: int, depth: float) -> Floats:
    """Fall of light toward the corners, (H, W) in [1 - depth, 1]."""
    v, u = np.mgrid[0:height, 0:width]
    radius = np.hypot((u + 0.5) / width - 0.5, (v + 0.5) / height - 0.5) / np.sqrt(0.5)
    fall: Floats = 1 - depth * radius**2
    return fall


def visible_noise(linear: Floats, rng: np.random.Generator) -> Floats:
    """Photon noise (Gaussian of Poisson variance) and read noise; chroma noise comes from each channel on its own."""
    shot = np.sqrt(np.maximum(linear, 0) / FULL_WELL)
    grain = rng.standard_normal(linear.shape)
    shared = rng.standard_normal(linear.shape[:2])[..., None]
    return linear + (0.75 * grain + 0.55 * shared) * np.hypot(shot, READ_NOISE)


def encode(linear: Floats) -> npt.NDArray[np.uint8]:
    """sRGB-like display values: linear [0, 1] to uint8."""
    bright = np.clip(linear, 0, 1)
    display = np.where(bright < 0.0031308, 12.92 * bright, 1.055 * np.maximum(bright, 0.0031308) ** (1 / 2.4) - 0.055)
    return np.floor(255 * display + 0.5).astype(np.uint8)


def thermal_radiance(surfaces: Surfaces) -> Floats:
    """Grey-body radiance (H*W, 1) in kelvin^4: what is emitted, and the sky or street that is mirrored."""
    paint, camera = surfaces.paint, surfaces.camera
    at: Ints = np.arange(len(surfaces.label))
    view = unit(camera.rays(at))
    up = view[:, 1] - 2 * dot(view, surfaces.normal) * surfaces.normal[:, 1]
    around = 3.0 - 24.0 * smoothstep(0.05, 0.6, up)
    emitted = paint.emissivity * (paint.celsius + 273.15) ** 4
    return (emitted + (1 - paint.emissivity) * (around + 273.15) ** 4)[:, None]


def kelvin_image(celsius: npt.NDArray[np.float32], seed: int = 5) -> npt.NDArray[np.uint16]:
    """What a radiometric camera stores: kelvin times 100, through its lens, with 50 mK of noise. (H, W) to uint16."""
    seen = ndimage.gaussian_filter(celsius.astype(np.float64), 0.65)
    seen += 0.05 * np.random.default_rng(seed).standard_normal(celsius.shape)
    return np.rint((seen + 273.15) * 100).astype(np.uint16)


def thermal_image(
    radiance: Floats, rng: np.random.Generator, span_celsius: tuple[float, float] = INFRARED_CELSIUS
) -> npt.NDArray[np.uint8]:
    """Microbolometer: soft optics, fixed gain, column and pixel offsets, temporal noise. (H, W) kelvin^4 to uint8."""
    low, high = ((celsius + 273.15) ** 4 for celsius in span_celsius)
    level = (radiance - low) / (high - low)
    level = ndimage.gaussian_filter(level, 0.65)
    level += 0.12 * (level - ndimage.gaussian_filter(level, 1.6))
    level = level * vignette(radiance.shape[0], radiance.shape[1], 0.05)
    # Shoulder: hot parts keep detail instead of clipping.
    level = np.where(level > 0.8, 0.8 + 0.2 * np.tanh((level - 0.8) / 0.2), level)
    level += 0.006 * rng.standard_normal(radiance.shape[1]) + 0.005 * rng.standard_normal(radiance.shape)
    level += 0.009 * rng.standard_normal(radiance.shape)
    return np.floor(255 * np.clip(level, 0, 1) + 0.5).astype(np.uint8)
