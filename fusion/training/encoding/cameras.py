"""Make pictures look as if other cameras had taken them: what an encoder is not to take for the kind of a picture.

The training sets come from few cameras. Old and cheap ones differ in tone, in how light falls off to the corners, in
how far they sharpen, in how large a picture was before it was brought to its size, and in how hard it was packed.
"""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Chance = np.random.Generator
Change = Callable[[Picture, Chance], Picture]


def other_camera(picture: Picture, chance: Chance) -> tuple[Picture, bool]:
    """One to three changes.

    Args:
        picture: (H, W, 3) uint8.
        chance: what is drawn from.

    Returns:
        The same shape, and whether it is less sharp than before, so that nobody knows how sharp it is.
    """
    changes: list[Change] = [tone, stretch, falloff, sharpened, resampled, packed]
    chosen = chance.choice(len(changes), size=int(chance.integers(1, 4)), replace=False)
    for number in sorted(chosen):
        picture = changes[number](picture, chance)
    return picture, changes.index(resampled) in chosen


def tone(picture: Picture, chance: Chance) -> Picture:
    """Another curve: darker or brighter in the middle, or an S."""
    values = np.arange(256, dtype=np.float32) / 255
    curve = values ** np.exp(chance.uniform(-0.5, 0.5))
    bend = chance.uniform(-0.12, 0.12)
    curve = curve - bend * np.sin(2 * np.pi * curve) / 2
    return np.asarray(cv2.LUT(picture, _rounded(255 * curve)), np.uint8)


def stretch(picture: Picture, chance: Chance) -> Picture:
    """Gain and offset, as automatic ones set them: some pixels may go to the ends of the range."""
    low, high = np.percentile(picture, [chance.uniform(0, 2), 100 - chance.uniform(0, 2)])
    floor, ceiling = chance.uniform(0, 45), chance.uniform(190, 255)
    gain = min((ceiling - floor) / max(float(high - low), 20.0), 2.5)
    return _rounded((picture - np.float32(low)) * np.float32(gain) + np.float32(floor))


def falloff(picture: Picture, chance: Chance) -> Picture:
    """Darker toward the corners."""
    height, width = picture.shape[:2]
    down, across = np.linspace(-1, 1, height)[:, None], np.linspace(-1, 1, width)[None]
    centre = chance.uniform(-0.2, 0.2, 2)
    away = (down - centre[0]) ** 2 + (across - centre[1]) ** 2
    return _rounded(picture * (1 - chance.uniform(0.08, 0.35) * away / 2)[..., None])


def sharpened(picture: Picture, chance: Chance) -> Picture:
    """An unsharp mask."""
    soft = cv2.GaussianBlur(picture, (0, 0), chance.uniform(0.6, 1.6)).astype(np.float32)
    return _rounded(picture + chance.uniform(0.2, 0.8) * (picture - soft))


def resampled(picture: Picture, chance: Chance) -> Picture:
    """Of a sensor with fewer pixels."""
    height, width = picture.shape[:2]
    share = chance.uniform(0.55, 0.95)
    size = max(16, round(width * share)), max(16, round(height * share))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    how = cv2.INTER_CUBIC if chance.random() < 0.5 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(small, (width, height), interpolation=how), np.uint8)


def packed(picture: Picture, chance: Chance) -> Picture:
    """JPEG and back."""
    quality = int(chance.integers(45, 96))
    packed_bytes = cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    back = np.asarray(cv2.imdecode(packed_bytes, cv2.IMREAD_COLOR), np.uint8)
    return np.ascontiguousarray(back[..., ::-1])


def _rounded(values: NDArray[np.floating]) -> Picture:
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)
