"""Damaged pictures and their clean counterparts.

Stripes and blur are those of M3SVD's degraded films. Haze is made by depth, as a camera would see it: depth is known of
rendered scenes, and follows from the ground of CamVid's, on which everything stands.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wordfuse.evals.bench.restore.classical import Values
from wordfuse.examples.scene_places import Kind, render_place
from wordfuse.fusion.errors import InputError
from wordfuse.fusion.files.pairs import pictures_by_stem
from wordfuse.fusion.images import luma_uint8, read_picture, to_float, to_uint8
from wordfuse.fusion.training.depth import FARTHEST, ground_depth

PLACES: tuple[tuple[Kind, int], ...] = (("park", 1), ("yard", 2), ("country", 4), ("car park", 5))
SIZE = (320, 240)
GRAIN = 1.5  # gray values, of the camera that looks through the haze


@dataclass(frozen=True)
class Damage:
    """A damaged picture and what it should be, both (H, W, 3) float32 in [0, 1]."""

    name: str
    damaged: Values
    clean: Values


def striped(data: Path, every: int) -> Iterator[Damage]:
    """Infrared frames with stripes and noise.

    They were given another tone than their clean frames as well, which no method is asked to undo: the clean frame is
    brought to it by the rising curve that fits best.
    """
    for name, clean, damaged in _frames(data, "ir", "ir_stripes", every):
        gray, noisy = luma_uint8(clean), luma_uint8(damaged)
        toned = rising_curve(gray, noisy)[gray] / 255
        yield Damage(name, _colour(to_float(noisy)), _colour(toned.astype(np.float32)))


def blurred(data: Path, every: int) -> Iterator[Damage]:
    """Visible frames out of focus."""
    for name, clean, damaged in _frames(data, "vi", "vi_blur", every):
        yield Damage(name, to_float(damaged), to_float(clean))


def hazy_streets(data: Path, every: int) -> Iterator[Damage]:
    """CamVid's frames in haze."""
    pictures, classes = (pictures_by_stem(data / "CamVid" / kind) for kind in ("vi", "mask"))
    for number, stem in enumerate(sorted(pictures)[:: 4 * every]):
        clean = to_float(read_picture(pictures[stem]))
        yield _hazy(str(stem), clean, ground_depth(read_picture(classes[stem])[..., 0]), number)


def hazy_places(data: Path, every: int) -> Iterator[Damage]:
    """All of the few rendered places in haze, whatever ``every`` says; ``data`` is not used."""
    for number, (kind, seed) in enumerate(PLACES):
        scene = render_place(kind, seed, SIZE)
        depth = scene.depth / np.quantile(scene.depth, 0.05)
        yield _hazy(f"{kind} {seed}", to_float(scene.clean_visible), depth.clip(1, FARTHEST), number)


def _frames(
    data: Path, clean: str, damaged: str, every: int
) -> Iterator[tuple[str, NDArray[np.uint8], NDArray[np.uint8]]]:
    folder = data / "M3SVD-degraded"
    if not folder.is_dir():
        raise InputError("has no folder M3SVD-degraded", subject=data)
    for scene in sorted(path for path in folder.iterdir() if path.is_dir()):
        good, bad = pictures_by_stem(scene / clean), pictures_by_stem(scene / damaged)
        for stem in sorted(good.keys() & bad.keys())[:: 4 * every]:
            yield f"{scene.name}/{stem}", read_picture(good[stem]), read_picture(bad[stem])


def rising_curve(clean: NDArray[np.uint8], damaged: NDArray[np.uint8]) -> NDArray[np.float64]:
    """The curve (256,) that never falls and brings ``clean`` nearest to ``damaged`` (pooled adjacent violators)."""
    count = np.bincount(clean.ravel(), minlength=256).astype(float)
    total = np.bincount(clean.ravel(), damaged.ravel().astype(float), 256)
    blocks: list[tuple[float, float, list[int]]] = []
    for value in np.flatnonzero(count):
        block = (total[value], count[value], [int(value)])
        while blocks and blocks[-1][0] / blocks[-1][1] > block[0] / block[1]:
            before = blocks.pop()
            block = (before[0] + block[0], before[1] + block[1], before[2] + block[2])
        blocks.append(block)
    known = [value for _, _, values in blocks for value in values]
    means = [total / count for total, count, values in blocks for _ in values]
    return np.interp(np.arange(256), known, means)


def _hazy(name: str, clean: Values, depth: NDArray[np.float64], number: int) -> Damage:
    random = np.random.default_rng([number, 17])
    thickness = random.uniform(0.5, 1.5) / np.median(depth)
    light = np.exp(-thickness * depth).clip(0.08)[..., None]
    airlight = random.uniform(0.7, 0.92) + random.uniform(-0.02, 0.03, 3)
    seen = clean * light + airlight * (1 - light) + GRAIN / 255 * random.standard_normal(clean.shape)
    return Damage(name, to_float(to_uint8(seen)), clean)


def _colour(gray: Values) -> Values:
    return np.repeat(gray[..., None], 3, axis=2)
