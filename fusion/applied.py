"""What an edit did to a picture, so that the same can be done to other pictures of the same scene.

An edit is fitted to one picture: how far it goes is found by measuring, and so is what the picture as a whole tells it
(its noise, its light, its haze). From then on it is a function of a picture and of these values. Of a film, they are
fitted at key frames and carried to the frames between them (``fusion.film.carry``); of a single picture, the function
is called once, on the picture that they were fitted to. ``fusion.film.applying`` knows the function of every kind.
"""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.float32]

LEAST_WEIGHT = 1 / 512  # of an edit: less changes no gray value
WEIGHT = "weight"  # the plane that every edit has: how much of it each pixel takes, [0, 1], 0 outside its region


@dataclass(frozen=True, eq=False)
class Applied:
    """An edit as it was made.

    Attributes:
        kind: which function makes it.
        amount: how far it went; 0 is not at all.
        numbers: what the picture as a whole told it, each of one or more values.
        planes: (H, W) or (H, W, C) float32, what it was told pixel by pixel: they go where the scene goes. One is
            ``weight``.
        fixed: the same for what stays where it is on the sensor: stripes.
        where: ``fused``, or the source that the fault was found in.
        within: the edit of that source, of which this one is what it does to the fused picture.
    """

    kind: str
    amount: float
    numbers: dict[str, tuple[float, ...]] = field(default_factory=dict)
    planes: dict[str, Plane] = field(default_factory=dict)
    fixed: dict[str, Plane] = field(default_factory=dict)
    where: str = "fused"
    within: "Applied | None" = None

    @property
    def weight(self) -> Plane:
        """How much of the edit each pixel takes, (H, W) in [0, 1]."""
        return self.planes[WEIGHT]

    def weighted(self, weight: Plane) -> "Applied":
        """The same edit with another weight."""
        return replace(self, planes=self.planes | {WEIGHT: weight})

    def as_arrays(self, prefix: str = "") -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """JSON-native facts, and arrays by name, to be written down; planes in float16."""
        facts: dict[str, Any] = {"kind": self.kind, "amount": self.amount, "numbers": self.numbers, "where": self.where}
        arrays = {f"{prefix}planes/{name}": plane.astype(np.float16) for name, plane in self.planes.items()}
        arrays |= {f"{prefix}fixed/{name}": plane.astype(np.float16) for name, plane in self.fixed.items()}
        if self.within is not None:
            facts["within"], more = self.within.as_arrays(f"{prefix}within/")
            arrays |= more
        return facts, arrays

    @classmethod
    def of_arrays(cls, facts: dict[str, Any], arrays: dict[str, NDArray[Any]], prefix: str = "") -> "Applied":
        """What :meth:`as_arrays` wrote down.

        Raises:
            KeyError: something is missing.
        """

        def under(name: str) -> dict[str, Plane]:
            start = f"{prefix}{name}/"
            return {
                key[len(start) :]: plane.astype(np.float32) for key, plane in arrays.items() if key.startswith(start)
            }

        inner = facts.get("within")
        return cls(
            kind=str(facts["kind"]),
            amount=float(facts["amount"]),
            numbers={str(name): tuple(map(float, values)) for name, values in facts["numbers"].items()},
            planes=under("planes"),
            fixed=under("fixed"),
            where=str(facts["where"]),
            within=None if inner is None else cls.of_arrays(inner, arrays, f"{prefix}within/"),
        )
