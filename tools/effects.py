"""What slight, normal and strong mean: one table of amounts, by which the tools aim and the critic judges."""

from dataclasses import dataclass

from wordfuse.tools.types import Strength


@dataclass(frozen=True)
class Amount:
    """How far an effect goes at one strength, measured inside the region; the same for every picture.

    Attributes:
        distance_drop: incline: share by which the mean luma distance to the source falls.
        luma_ratio: relight brighter: mean luma after over before; darker aims at its inverse.
        noise_drop: denoise: share by which the estimated noise falls.
    """

    distance_drop: float
    luma_ratio: float
    noise_drop: float


AMOUNTS: dict[Strength, Amount] = {
    "slight": Amount(distance_drop=0.15, luma_ratio=1.12, noise_drop=0.25),
    "normal": Amount(distance_drop=0.35, luma_ratio=1.30, noise_drop=0.50),
    "strong": Amount(distance_drop=0.70, luma_ratio=1.60, noise_drop=0.80),
}
