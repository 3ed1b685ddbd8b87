"""What a grey surface's temperature is, where a camera took it for black.

A surface of emissivity e sends out e of what a black one of its temperature would, and reflects 1 - e of what comes
from around. By Stefan and Boltzmann's law, in kelvin::

    apparent^4 = e * true^4 + (1 - e) * reflected^4

The law holds for all wavelengths together. A camera sees 8 to 14 or 3 to 5 um, where the exponent is nearer to 4.8 or
to 12 at room temperature, so this is a correction for files that tell no more than temperatures. Of files with the
constants of their camera, Planck's law over the camera's own band is used instead (``fusion.files.flir``).
"""

import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.temperatures.units import ABSOLUTE_ZERO

USUAL_REFLECTED = 20.0  # degrees Celsius, what cameras take where nobody says anything else


def grey_body(celsius: NDArray[np.float32], emissivity: float, reflected: float) -> NDArray[np.float32]:
    """Correct apparent temperatures.

    Args:
        celsius: (H, W), as of a black surface; NaN where unknown.
        emissivity: of the surface, in (0, 1].
        reflected: apparent temperature of what it reflects, degrees Celsius.

    Returns:
        (H, W); NaN where so little comes from a pixel that it would all be reflected.
    """
    fourth = (celsius.astype(np.float64) - ABSOLUTE_ZERO) ** 4
    own = (fourth - (1 - emissivity) * (reflected - ABSOLUTE_ZERO) ** 4) / emissivity
    with np.errstate(invalid="ignore"):
        kelvin = np.where(own > 0, np.abs(own) ** 0.25, np.nan)
    return np.asarray(kelvin + ABSOLUTE_ZERO, np.float32)
