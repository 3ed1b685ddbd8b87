"""Which remedy comes next, and how much of it.

A picture is made in steps: light falls on a scene, air veils it, a lens blurs it and lets it in for some time, a sensor
adds stripes and noise. What came last is undone first: a deconvolution takes stripes for edges, a veil that is lifted
lifts noise with it, and so does light. Within a step the worst fault comes first. How much follows from the number that
was measured: so much that the picture becomes as clean ones are.
"""

import math
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.inspect.inspecting import Found
from wordfuse.fusion.inspect.kinds import FAULTS, Kind, Where
from wordfuse.fusion.inspect.severity import ALARM, scales

# The steps in which a picture is made, the last first; what a person wants of colours and people comes at the end.
STEPS: tuple[tuple[Kind, ...], ...] = (
    ("stripes",),  # the sensor's pattern, which a denoiser takes for structure
    ("dead pixels", "noise", "colour noise"),  # its grain
    ("blur",),  # the lens
    ("underexposed",),  # how long the light was let in
    ("haze",),  # the air
    ("dark",),  # the light, whose lack takes contrast as well
    ("low contrast",),
    ("cast", "hard to see"),
)
Aim = Literal["fall", "grow", "sharpen"]
AIMS: Mapping[Kind, Aim] = {
    "stripes": "fall",
    "dead pixels": "fall",
    "noise": "fall",
    "colour noise": "fall",
    "blur": "sharpen",
    "haze": "fall",
    "underexposed": "grow",
    "dark": "grow",
    "low contrast": "grow",
    "cast": "fall",
    "hard to see": "grow",
}
COVERED = 0.35  # severity of noise from which no sharpening pays (wordfuse bench restore --table order, on train/)
LEAST, MOST_FALL, MOST_GROWTH = 0.1, 0.95, 3.0
MOST_SHARPENED = 0.6  # beyond it a deconvolution makes up more than it brings back
FINE_PX = 1.0  # scale of the gradients that sharpening lifts


Pixels = NDArray[Any]


@dataclass(frozen=True)
class Remedy:
    """What mends one fault.

    Attributes:
        kind: the fault.
        where: the picture that has it.
        task: the task that mends it, with its direction, as ``FAULTS`` has it.
        amount: how much of it, a share of what was measured as a person says it: 0.5 takes half of the noise, and
            makes what is too dark brighter by a half.
        severity: of the fault, when it was found.
    """

    kind: Kind
    where: Where
    task: str
    amount: float
    severity: float


Choose = Callable[[Iterable[Found], Collection[Remedy]], Remedy | None]


def remedies(found: Iterable[Found]) -> list[Remedy]:
    """What mends whole pictures, in the order in which it is best done: a task once a picture, for its worst fault."""
    first: dict[tuple[str, Where], Remedy] = {}
    for one in _in_order(one for one in found if one.region is None):
        task = FAULTS[one.kind].task or ""
        first.setdefault((task, one.where), Remedy(one.kind, one.where, task, amount(one), one.severity))
    return list(first.values())


def turns(found: Iterable[Found]) -> dict[str, int]:
    """The tasks that mend what was found, regions as well, each with its turn, from 1 on."""
    return {
        task: turn
        for turn, task in enumerate(dict.fromkeys(FAULTS[one.kind].task or "" for one in _in_order(found)), 1)
    }


def next_remedy(found: Iterable[Found], done: Collection[Remedy] = ()) -> Remedy | None:
    """The first remedy that was not used yet; None: there is nothing (more) to do.

    A fault that is left after its remedy is none that it can mend. And fine detail that much noise has covered is gone:
    sharpening after it would sharpen what the denoiser left, so there it is left out.

    Args:
        found: what was measured of the picture as it is now: a remedy moves other numbers than its own.
        done: what was used already.
    """
    used = {remedy.task for remedy in done}
    covered = any(remedy.kind == "noise" and remedy.severity >= COVERED for remedy in done)
    left = (one for one in remedies(found) if one.task not in used)
    return next((one for one in left if not (covered and one.kind == "blur")), None)


def mend(
    picture: Pixels,
    measure: Callable[[Pixels], Iterable[Found]],
    apply: Callable[[Pixels, Remedy], Pixels],
    choose: Choose = next_remedy,
) -> tuple[Pixels, list[Remedy]]:
    """Apply one remedy after the other, and measure again after each, until there is nothing more to do.

    A remedy that changes nothing is tried once more when another has changed the picture: a veil over a flat picture
    may be told from gray walls only when there is contrast again.

    Args:
        picture: uint8, as ``measure`` and ``apply`` take it.
        measure: what is wrong with a picture.
        apply: a remedy.
        choose: the next remedy, from what is wrong and what was done.

    Returns:
        The picture, and the remedies that changed it, in their order.
    """
    done: list[Remedy] = []
    idle: list[Remedy] = []
    while (remedy := choose(measure(picture), [*done, *idle])) is not None:
        after = apply(picture, remedy)
        if np.array_equal(picture, after):
            idle.append(remedy)
            continue
        picture, idle = after, []
        done.append(remedy)
    return picture, done


def amount(found: Found) -> float:
    """The share of a fault that is to go, or by which what is missing is to grow, until it is as in clean pictures."""
    clean = scales()[f"{found.kind} {found.where}"].numbers[0]
    match AIMS[found.kind]:
        case "fall":
            return min(MOST_FALL, max(LEAST, 1 - clean / max(found.number, 1e-6)))
        case "grow":
            return min(MOST_GROWTH, max(LEAST, clean / max(found.number, 1e-6) - 1))
        case "sharpen":
            # An edge blurred by s has a gradient in proportion to 1 / sqrt(s^2 + g^2) at the scale g.
            ratio = math.hypot(found.number, FINE_PX) / math.hypot(clean, FINE_PX)
            return min(MOST_SHARPENED, max(LEAST, ratio - 1))


def _in_order(found: Iterable[Found]) -> list[Found]:
    """The faults that a task mends, by their step and then the worst first."""
    place = {kind: place for place, kinds in enumerate(STEPS) for kind in kinds}
    told = [one for one in found if one.severity >= ALARM and FAULTS[one.kind].task is not None]
    return sorted(told, key=lambda one: (place[one.kind], -one.severity))
