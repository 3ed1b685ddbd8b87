"""How light a gray value looks: CIE 1976 L*, of sRGB grays (IEC 61966-2-1, white D65)."""

import numpy as np

from wordfuse.fusion.colour.oklab import from_linear, to_linear

KNEE = 6.0 / 29.0  # CIE 15: below its cube, L* is a straight line in luminance


def lightness_of_luma(luma: float) -> float:
    """CIE L*, 0-100, of a gray value, 0-255."""
    luminance = float(to_linear(np.array(luma / 255, np.float32)))
    root = luminance ** (1 / 3) if luminance > KNEE**3 else luminance / (3 * KNEE**2) + 4 / 29
    return 116 * root - 16


def luma_of_lightness(lightness: float) -> float:
    """The gray value, 0-255, of a CIE L*, 0-100."""
    root = (lightness + 16) / 116
    luminance = root**3 if root > KNEE else 3 * KNEE**2 * (root - 4 / 29)
    return 255 * float(from_linear(np.array(luminance, np.float32)))
