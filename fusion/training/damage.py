"""What cameras and weather do to pictures, made up: stripes, blur, noise and haze.

Modelled on the real pairs of M3SVD-degraded: there columns differ at random by 7 to 11 gray values over a smooth
shading, with white noise of 9 to 14 and lifted blacks; blur is Gaussian with a sigma of 1 to 2 px, and the noise came
before it, which lifts the blacks of those as well.
Other cameras have rows, groups of lines, single lines, lenses out of focus and shaken hands.
"""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

Values = NDArray[np.float32]
Change = Callable[[Values], Values]


def make_stripes(random: np.random.Generator, size: tuple[int, int]) -> Change:
    """A fixed pattern of rows, columns or both with some shading, for pictures of (height, width)."""
    height, width = size
    strength = np.exp(random.uniform(np.log(1.5), np.log(14))) / 255
    axes = random.choice(3, p=(0.55, 0.2, 0.25))
    pattern = np.zeros(size, np.float32)
    if axes in (0, 2):
        pattern += strength * _lines(random, width)[None]
    if axes in (1, 2):
        pattern += strength * random.uniform(0.3, 1) * _lines(random, height)[:, None]
    if random.random() < 0.6:
        pattern += random.uniform(0, 8) / 255 * smooth_field(random, size, int(random.integers(2, 5)))
    gain = random.uniform(0.5, 2) if random.random() < 0.2 else 0.0  # what is brighter has stronger stripes

    def change(x: Values) -> Values:
        return x + (pattern[..., None] * (1 + gain * (x - 0.5))).astype(np.float32)

    return change


def _lines(random: np.random.Generator, count: int) -> Values:
    """One value a line, of about unit deviation."""
    values = random.standard_normal(count)
    kind = random.random()
    if kind < 0.15:  # few lines, and those strong
        values = 2 * values * (random.random(count) < random.uniform(0.03, 0.3))
    elif kind < 0.3:  # groups that share an amplifier
        period = int(random.integers(2, 9))
        values = 0.5 * values + np.resize(random.standard_normal(period), count)
    elif kind < 0.5:  # broader than a line
        values = gaussian_filter1d(values, random.uniform(0.4, 1.5))
        values = values / max(float(values.std()), 1e-6)
    return values.astype(np.float32)


def smooth_field(random: np.random.Generator, size: tuple[int, int], knots: int) -> Values:
    """(height, width) that varies slowly, of about unit deviation."""
    coarse = random.standard_normal((knots, knots)).astype(np.float32)
    return np.asarray(cv2.resize(coarse, size[::-1], interpolation=cv2.INTER_CUBIC), dtype=np.float32)


def make_blur(random: np.random.Generator) -> Change:
    """A soft lens, one out of focus, or a shaken hand."""
    kind = random.random()
    if kind < 0.7:
        sigma = float(np.exp(random.uniform(np.log(0.6), np.log(2.6))))
        return lambda x: np.asarray(cv2.GaussianBlur(x, (0, 0), sigma), dtype=np.float32)
    kernel = _disc(random.uniform(1, 4)) if kind < 0.85 else _path(random.uniform(3, 13), random.uniform(0, np.pi))
    return lambda x: np.asarray(cv2.filter2D(x, -1, kernel, borderType=cv2.BORDER_REFLECT), dtype=np.float32)


def _disc(radius: float) -> Values:
    reach = int(np.ceil(radius))
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    disc = (radius + 0.5 - np.hypot(x, y)).clip(0, 1)
    return (disc / disc.sum()).astype(np.float32)


def _path(length: float, angle: float) -> Values:
    """A straight line of some thickness."""
    reach = int(np.ceil(length / 2)) + 1
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    along, across = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
    line = (length / 2 + 0.5 - np.abs(along)).clip(0, 1) * (1 - np.abs(across)).clip(0, 1)
    return (line / line.sum()).astype(np.float32)


def make_haze(random: np.random.Generator, size: tuple[int, int]) -> Change:
    """A veil that thickens toward the top of the picture and varies, in the colour of the air."""
    height, _ = size
    rising = np.linspace(random.uniform(0, 1.5), random.uniform(0, 0.5), height, dtype=np.float32)[:, None]
    depth = 0.5 + rising + 0.15 * smooth_field(random, size, 4)
    through = np.exp(-random.uniform(0.1, 0.9) * depth.clip(0.1))[..., None]
    air = random.uniform(0.3, 0.95) + random.uniform(-0.03, 0.03, 3)

    def change(x: Values) -> Values:
        gray = (x[..., :1] == x).all()
        return (x * through + (1 - through) * (air.mean() if gray else air)).astype(np.float32)

    return change


def make_pedestal(random: np.random.Generator) -> Change:
    """Blacks that are lifted, as in the striped pictures of M3SVD: the haze of infrared cameras."""
    lift, knee = random.uniform(8, 60) / 255, random.uniform(1, 4)
    return lambda x: (x + lift * (1 - x.clip(0, 1) ** knee)).astype(np.float32)


def make_noise(random: np.random.Generator, shape: tuple[int, ...], strongest: float, gray: bool) -> Change:
    """White noise of up to ``strongest`` gray values, the same in all channels or not."""
    sigma = random.uniform(0, strongest) / 255
    noise = sigma * random.standard_normal((*shape[:2], 1 if gray else shape[2]), np.float32)
    return lambda x: (x + noise).astype(np.float32)


def as_file(random: np.random.Generator, picture: Values) -> Values:
    """In steps of 1/255, and now and then compressed."""
    pixels = np.rint(255 * picture.clip(0, 1)).astype(np.uint8)
    if random.random() < 0.2:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(random.integers(70, 98))]
        file = cv2.imencode(".jpg", pixels[..., ::-1], quality)[1]  # OpenCV wants blue first
        pixels = np.asarray(cv2.imdecode(file, cv2.IMREAD_COLOR))[..., ::-1]
    return pixels.astype(np.float32) / np.float32(255)
