"""How light a gray value looks: CIE 1976 L*, of sRGB grays (IEC 61966-2-1, white D65) on a screen in a lit room.

The light of the room lies over every screen like a veil: what is nearly black there is all the same black, and below an
L* of 10 to 15 of the value alone hardly anything can be told apart.

One value at a time and without NumPy, which help and version do not load; :mod:`wordfuse.fusion.colour.oklab` has the
same curve for pictures.
"""

KNEE = 6.0 / 29.0  # CIE 15: below its cube, L* is a straight line in luminance
VEIL = 0.02  # of white: what an ordinary room adds


def lightness_of_luma(luma: float) -> float:
    """CIE L*, 0-100, of a gray value, 0-255: black is 15.4."""
    display = luma / 255
    shown = display / 12.92 if display <= 0.04045 else ((display + 0.055) / 1.055) ** 2.4
    luminance = (shown + VEIL) / (1 + VEIL)
    root = luminance ** (1 / 3) if luminance > KNEE**3 else luminance / (3 * KNEE**2) + 4 / 29
    return 116 * root - 16


def luma_of_lightness(lightness: float) -> float:
    """The gray value, 0-255, of a CIE L* as :func:`lightness_of_luma` gives it; 0 for what is darker than black."""
    root = (lightness + 16) / 116
    luminance = root**3 if root > KNEE else 3 * KNEE**2 * (root - 4 / 29)
    shown = max(luminance * (1 + VEIL) - VEIL, 0.0)
    display = 12.92 * shown if shown <= 0.0031308 else 1.055 * shown ** (1 / 2.4) - 0.055
    return 255 * display
