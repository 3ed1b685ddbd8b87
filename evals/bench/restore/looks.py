"""Edits that a clean counterpart alone does not measure: contrast, colours of heat, hiding, beside classical ones.

Each is measured by what it is for and by what it should leave alone; what a column means stands in ``COLUMNS``.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr
from skimage import exposure, metrics

from wordfuse.evals.bench.restore.classical import Values
from wordfuse.fusion.errors import InputError
from wordfuse.fusion.files.pairs import pictures_by_stem
from wordfuse.fusion.fusing import Fuser
from wordfuse.fusion.images import read_pair, read_picture, to_float, to_uint8
from wordfuse.fusion.metrics.goals.contrast import local_contrast
from wordfuse.fusion.metrics.goals.heat import heat_share
from wordfuse.fusion.metrics.goals.readable import readable
from wordfuse.fusion.metrics.gray import to_gray
from wordfuse.fusion.metrics.guards import guards
from wordfuse.fusion.metrics.noise import estimate_noise
from wordfuse.fusion.recolour.heat import heat
from wordfuse.fusion.restore.blur import blur
from wordfuse.fusion.restore.contrast import contrast
from wordfuse.fusion.tensors import Batch, to_array, to_batch
from wordfuse.fusion.training.damage import low_contrast

Picture = NDArray[np.uint8]
Mask = NDArray[np.uint8]
Row = dict[str, float]

LOST = 0.6  # of the contrast: what was taken from clean pictures
CLIP, TILES = 2.0, (8, 8)  # of CLAHE, OpenCV's own example
PERCENTILES = (1, 99)  # that stretching brings to black and white
HIDDEN_PX = 24  # shorter side of a person's box: smaller ones have no face
MOSAIC = 8  # cells along the shorter side of a box
DETAIL_PX = 4.0  # sigma: what is finer is structure

COLUMNS = {
    "low contrast": {
        "PSNR": "dB against the picture before contrast was lost",
        "SSIM": "likewise",
        "contrast": "local contrast over that of the clean picture",
        "clipped": "% of the pixels, new",
        "noise": "times that of the flat picture, over the gain in contrast",
    },
    "heat": {
        "structure": "correlation of the fine structure with that of the fused picture",
        "order": "rank correlation of lightness with heat",
        "colours": "share by which colours follow the scale",
        "outside": "gray values, largest change outside",
    },
    "hiding": {
        "readable": "gradients at the scale of faces and letters, gray values",
        "around": "gray values, of what is around that came into the region",
        "rim": "new step at the border, gray values",
        "outside": "gray values, largest change outside",
    },
}


@dataclass(frozen=True)
class Scene:
    """A pair, the fused picture and a region of it."""

    infrared: Values
    visible: Values
    fused: Picture
    mask: Mask


def clahe(picture: Picture) -> Picture:
    """Contrast limited adaptive histogram equalisation of the lightness (Zuiderveld, Graphics Gems IV, 1994)."""
    lab = cv2.cvtColor(picture, cv2.COLOR_RGB2LAB)
    lab[..., 0] = cv2.createCLAHE(CLIP, TILES).apply(np.ascontiguousarray(lab[..., 0]))
    return np.asarray(cv2.cvtColor(lab, cv2.COLOR_LAB2RGB), np.uint8)


def gamma(picture: Picture) -> Picture:
    """The power that brings the mean luma to the middle gray of display values."""
    mean = float(to_gray(picture).mean()) / 255
    return to_uint8(to_float(picture) ** (np.log(0.5) / np.log(np.clip(mean, 0.02, 0.98))))


def stretched(picture: Picture) -> Picture:
    """The first and the last percentile become black and white."""
    low, high = np.percentile(picture, PERCENTILES)
    return np.asarray(exposure.rescale_intensity(picture, (float(low), float(high)), (0, 255)), np.uint8)


def contrasted(amount: float) -> Callable[[Picture], Picture]:
    """Ours."""
    return lambda picture: _pixels(contrast(to_batch(to_float(picture)), amount=amount).image)


CONTRAST: dict[str, Callable[[Picture], Picture]] = {
    "nothing": lambda picture: picture,
    "CLAHE": clahe,
    "gamma": gamma,
    "stretching": stretched,
    "wordfuse, normal": contrasted(1.35),
    "wordfuse, strong": contrasted(1.7),
    "wordfuse, told what was lost": contrasted(1 / (1 - LOST)),
}
HEAT: dict[str, Callable[[Scene], Picture]] = {
    "nothing": lambda scene: scene.fused,
    "OpenCV inferno": lambda scene: _pasted(scene, _mapped(scene, cv2.COLORMAP_INFERNO)),
    "OpenCV jet": lambda scene: _pasted(scene, _mapped(scene, cv2.COLORMAP_JET)),
    "inferno, half over the picture": lambda scene: _pasted(scene, _half(scene)),
    "wordfuse, normal": lambda scene: _heated(scene, 0.65),
    "wordfuse, strong": lambda scene: _heated(scene, 0.98),
}
HIDING: dict[str, Callable[[Scene], Picture]] = {
    "nothing": lambda scene: scene.fused,
    "Gaussian, as wide as ours": lambda scene: _pasted(scene, _gaussian(scene, _hidden(scene)[1])),
    "Gaussian, 5 px": lambda scene: _pasted(scene, _gaussian(scene, 5.0)),
    "mosaic": lambda scene: _pasted(scene, _mosaic(scene)),
    "wordfuse, strong": lambda scene: _hidden(scene)[0],
}


def bench_contrast(data: Path, every: int) -> Iterator[tuple[str, Row]]:
    """(method, its measures) of each visible picture of MSRS by day, flattened."""
    for number, path in enumerate(_visible(data, every)):
        clean = read_picture(path)
        flat = low_contrast(clean, LOST, np.random.default_rng(number))
        before, wanted = estimate_noise(flat, None), local_contrast(clean, None)
        for name, method in CONTRAST.items():
            result = method(flat)
            now = local_contrast(result, None)
            gain = now / local_contrast(flat, None)
            extremes = (result == 0) | (result == 255)
            yield (
                name,
                {
                    "PSNR": float(metrics.peak_signal_noise_ratio(clean, result)),
                    "SSIM": float(metrics.structural_similarity(clean, result, channel_axis=-1)),
                    "contrast": now / wanted,
                    "clipped": 100 * float((extremes & (flat != 0) & (flat != 255)).mean()),
                    "noise": estimate_noise(result, None) / max(before, 0.5) / gain,
                },
            )


def bench_heat(data: Path, every: int) -> Iterator[tuple[str, Row]]:
    """Likewise of pairs of MSRS, in an ellipse in their middle."""
    for ir, vi in _pairs(data, 2 * every):
        scene = _scene(ir, vi, None)
        inside = scene.mask > 127
        fine = _fine(scene.fused)[inside]
        for name, method in HEAT.items():
            result = method(scene)
            light = to_gray(result)
            yield (
                name,
                {
                    "structure": float(np.corrcoef(fine, _fine(result)[inside])[0, 1]),
                    "order": float(spearmanr(cv2.GaussianBlur(light, (0, 0), 3)[inside], scene.infrared[inside])[0]),
                    "colours": heat_share(result, scene.infrared, scene.mask),
                    "outside": _outside(scene, result),
                },
            )


def bench_hiding(data: Path, every: int) -> Iterator[tuple[str, Row]]:
    """Likewise of the largest person of each pair of MSRS that has one, in the box."""
    boxes = json.loads((data / "MSRS" / "boxes.json").read_text(encoding="utf-8"))
    for ir, vi in _pairs(data, every):
        people = [box for kind, *box in boxes.get(vi.stem, {}).get("boxes", []) if kind == "person"]
        large = [box for box in people if min(box[2] - box[0], box[3] - box[1]) >= HIDDEN_PX]
        if not large:
            continue
        scene = _scene(ir, vi, max(large, key=lambda box: (box[2] - box[0]) * (box[3] - box[1])))
        infrared, visible = (to_gray(to_uint8(picture)) for picture in (scene.infrared, scene.visible))
        marked = scene.fused.copy()
        marked[scene.mask == 0] = (255, 0, 255)  # whatever of this comes into the region came from around it
        elsewhere = Scene(scene.infrared, scene.visible, marked, scene.mask)
        deep = cv2.erode(scene.mask, np.ones((13, 13), np.uint8)) > 127
        for name, method in HIDING.items():
            result = method(scene)
            leaked = np.abs(method(elsewhere).astype(float) - result)[deep]
            yield (
                name,
                {
                    "readable": readable(result, scene.mask),
                    "around": float(leaked.mean()) if deep.any() else 0.0,
                    "rim": guards(scene.fused, result, scene.mask, infrared, visible)["rim"],
                    "outside": _outside(scene, result),
                },
            )


LOOKS = {"low contrast": bench_contrast, "heat": bench_heat, "hiding": bench_hiding}


def means(rows: Iterator[tuple[str, Row]]) -> tuple[dict[str, Row], int]:
    """Means of every method over its pictures, and their number."""
    found: dict[str, list[Row]] = {}
    for name, row in rows:
        found.setdefault(name, []).append(row)
    pictures = max(map(len, found.values()), default=0)
    return {
        name: {column: float(np.mean([row[column] for row in of])) for column in of[0]} for name, of in found.items()
    }, pictures


def _pairs(data: Path, every: int) -> list[tuple[Path, Path]]:
    folder = data / "MSRS"
    if not folder.is_dir():
        raise InputError("has no folder MSRS", subject=data)
    infrared, visible = (pictures_by_stem(folder / kind) for kind in ("ir", "vi"))
    return [(infrared[stem], visible[stem]) for stem in sorted(infrared.keys() & visible.keys())[::every]]


def _visible(data: Path, every: int) -> list[Path]:
    return [vi for _, vi in _pairs(data, 1) if vi.stem.endswith("D")][:: 2 * every]


def _scene(ir: Path, vi: Path, box: list[float] | None) -> Scene:
    pair = read_pair(ir, vi)
    height, width = pair.infrared.shape
    mask = np.zeros((height, width), np.uint8)
    if box is None:
        cv2.ellipse(mask, (width // 2, height // 2), (width // 3, height // 3), 0, 0, 360, 255, -1)
    else:
        left, top, right, bottom = (round(value) for value in box)
        mask[max(0, top) : bottom, max(0, left) : right] = 255
    return Scene(pair.infrared, pair.visible, to_uint8(Fuser().fuse(pair.infrared, pair.visible).picture), mask)


def _pasted(scene: Scene, edited: Picture) -> Picture:
    return np.where(scene.mask[..., None] > 127, edited, scene.fused)


def _mapped(scene: Scene, scale: int) -> Picture:
    low, high = np.percentile(scene.infrared[scene.mask > 127], (1, 99.5))
    level = to_uint8((scene.infrared - low) / max(float(high - low), 1e-6))
    return np.ascontiguousarray(cv2.applyColorMap(level, scale)[..., ::-1])


def _half(scene: Scene) -> Picture:
    return to_uint8((to_float(_mapped(scene, cv2.COLORMAP_INFERNO)) + to_float(scene.fused)) / 2)


def _heated(scene: Scene, amount: float) -> Picture:
    given = to_batch(to_float(scene.fused)), to_batch(scene.infrared)
    return _pixels(heat(*given, amount=amount, mask=to_batch(scene.mask)).image)


def _hidden(scene: Scene) -> tuple[Picture, float]:
    outcome = blur(to_batch(to_float(scene.fused)), amount=0.85, mask=to_batch(scene.mask))
    return _pixels(outcome.image), float(outcome.state.meta["sigma_px"])


def _gaussian(scene: Scene, sigma_px: float) -> Picture:
    return np.asarray(cv2.GaussianBlur(scene.fused, (0, 0), sigma_px), np.uint8)


def _mosaic(scene: Scene) -> Picture:
    rows, columns = (np.flatnonzero((scene.mask > 127).any(axis=axis)) for axis in (1, 0))
    cell = max(1, min(len(rows), len(columns)) // MOSAIC)
    size = scene.fused.shape[1], scene.fused.shape[0]
    small = cv2.resize(scene.fused, (size[0] // cell, size[1] // cell), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, size, interpolation=cv2.INTER_NEAREST), np.uint8)


def _fine(picture: Picture) -> NDArray[np.float64]:
    light = to_gray(picture)
    return np.asarray(light - cv2.GaussianBlur(light, (0, 0), DETAIL_PX), np.float64)


def _outside(scene: Scene, result: Picture) -> float:
    return float(np.abs(result.astype(int) - scene.fused)[scene.mask == 0].max(initial=0))


def _pixels(image: Batch) -> Picture:
    return to_uint8(to_array(image))
