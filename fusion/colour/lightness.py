"""How light a gray value looks: CIE 1976 L*, of sRGB grays (IEC 61966-2-1, white D65).

One value at a time and without NumPy, which help and version do not load; :mod:`wordfuse.fusion.colour.oklab` has the
same curve for pictures.
"""

KNEE = 6.0 / 29.0  # CIE 15: below its cube, L* is a straight line in luminance


def lightness_of_luma(luma: float) -> float:
    """CIE L*, 0-100, of a gray value, 0-255."""
    display = luma / 255
    luminance = display / 12.92 if display <= 0.04045 else ((display + 0.055) / 1.055) ** 2.4
    root = luminance ** (1 / 3) if luminance > KNEE**3 else luminance / (3 * KNEE**2) + 4 / 29
    return 116 * root - 16


def luma_of_lightness(lightness: float) -> float:
    """The gray value, 0-255, of a CIE L*, 0-100."""
    root = (lightness + 16) / 116
    luminance = root**3 if root > KNEE else 3 * KNEE**2 * (root - 4 / 29)
    display = 12.92 * luminance if luminance <= 0.0031308 else 1.055 * luminance ** (1 / 2.4) - 0.055
    return 255 * display
