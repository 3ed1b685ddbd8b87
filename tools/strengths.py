"""What slight, normal and strong mean: one table of amounts, by which the tools aim and the critic judges."""

from dataclasses import dataclass

from tools.types import Strength


@dataclass(frozen=True)
class Amount:
    """How far an effect goes at one strength.

    Attributes:
        distance_drop: incline: share by which the mean luma distance to the source falls.
        luma_ratio: relight brighter: mean luma after over before; darker aims at its inverse.
        noise_drop: denoise: share by which the estimated noise falls.
        epochs: incline: optimisation epochs a call.
        residual: denoise: share of the estimated noise that is taken out.
    """

    distance_drop: float
    luma_ratio: float
    noise_drop: float
    epochs: int
    residual: float


AMOUNTS: dict[Strength, Amount] = {
    "slight": Amount(distance_drop=0.08, luma_ratio=1.12, noise_drop=0.15, epochs=6, residual=0.5),
    "normal": Amount(distance_drop=0.20, luma_ratio=1.30, noise_drop=0.30, epochs=16, residual=1.0),
    "strong": Amount(distance_drop=0.40, luma_ratio=1.60, noise_drop=0.50, epochs=32, residual=1.0),
}
