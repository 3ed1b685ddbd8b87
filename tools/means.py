"""What to try for a step whose task has no tool of its own: which call, from which picture, how strongly.

``tools.effects`` says which calls may carry out a task. What each of them would bring is forecast, for the pixels of
the region at hand: relight multiplies them, incline moves their luma toward the source, both fade toward the border of
the mask as the tools do. What is forecast to reach the goal comes first, the cheaper and then the weaker call before
others; else what is forecast to come nearest. The forecast only orders: whatever is tried is measured.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.compose import FEATHER_PX, feather
from wordfuse.fusion.errors import RegionError
from wordfuse.fusion.images import to_uint8
from wordfuse.fusion.metrics.gray import to_gray
from wordfuse.fusion.metrics.standout import Palette, Part, apart, by_lightness, parts_of
from wordfuse.tools.effects import EFFECTS
from wordfuse.tools.relight import DARKEST_RATIO, SOFT_EDGE
from wordfuse.tools.store.workspace import Workspace
from wordfuse.tools.types import Direction, Id, Strength, Strict, Task

STRENGTHS: tuple[Strength, ...] = ("slight", "normal", "strong")
SAMPLED = 2000  # pixels of a part: a palette of eight colours needs no more
LEAST_GAIN = 0.5  # CIEDE2000; a call that is forecast to bring less is not made

Pixels = NDArray[np.float32]


class Means(Strict):
    """A call that may carry out a step.

    Attributes:
        image: what it starts from.
        tool: what is called.
        direction: of the call.
        strength: of the call.
    """

    image: Id
    tool: Task
    direction: Direction
    strength: Strength

    def __str__(self) -> str:
        """As the language model reads it."""
        return f"{self.tool} {self.direction} {self.strength}"


@dataclass(frozen=True)
class Outcome:
    """What came of means that were tried.

    Attributes:
        means: what was tried.
        way: how far it came to the goal; 1 is all the way, 0 and less nothing.
        kept: whether everything that must not suffer held.
        saturated: a repeat would bring no more.
    """

    means: Means
    way: float
    kept: bool
    saturated: bool


def propose(
    work: Workspace,
    *,
    task: Task,
    direction: Direction | None,
    strength: Strength,
    mask: Id | None,
    first: Id,
    best: Id,
    tried: Sequence[Outcome] = (),
) -> Means | None:
    """The call that is to be tried next for a step.

    Args:
        work: the run, with its pictures and masks.
        task: of the step.
        direction: of the step.
        strength: of the step.
        mask: of the step; None is the whole picture.
        first: the picture that the step began with.
        best: the best attempt so far; ``first`` where there is none.
        tried: what was tried already.

    Returns:
        None where nothing is left that is forecast to bring anything.

    Raises:
        RegionError: nothing is around the region.
    """
    pixels = work.mask(mask)
    if pixels is None:
        raise RegionError(
            "the whole picture is meant: there is nothing around it that it could stand out from",
            remedy="name a region",
        )
    parts = parts_of(pixels)
    scenes = {name: _Scene.of(work, work.image(name), pixels, parts) for name in dict.fromkeys((best, first))}
    main = EFFECTS[task].goals[direction][0]
    target = main.aim.limit(scenes[first].difference(), EFFECTS[task].amounts[strength], 1.0)
    sign = -1.0 if main.at_most else 1.0
    now = scenes[best].difference()
    possible = list(_possible(task, tuple(scenes), tried))
    if sign * now >= sign * target and possible:
        return possible[0]  # it is as it is wanted already, which is found out by what is measured
    found: list[tuple[Means, float]] = []
    for means in possible:
        forecast = scenes[means.image].after(means)
        if sign * (forecast - now) >= LEAST_GAIN:
            found.append((means, sign * forecast))
    # In the order of the task's means, weaker ones first: the first that is enough is the least that is.
    enough = next((means for means, forecast in found if forecast >= sign * target), None)
    return enough or max(found, key=lambda one: one[1], default=(None, 0.0))[0]


def _possible(task: Task, images: Sequence[Id], tried: Sequence[Outcome]) -> Iterator[Means]:
    """Every call that was not tried and is not known to lead nowhere, in the order of the task's means."""
    for tool, direction in EFFECTS[task].means:
        same = [one for one in tried if (one.means.tool, one.means.direction) == (tool, direction)]
        if any(one.kept and one.way <= 0 for one in same):
            continue  # it leads the wrong way
        too_much = min((STRENGTHS.index(one.means.strength) for one in same if not one.kept), default=len(STRENGTHS))
        for strength in STRENGTHS[:too_much]:
            for image in images:
                means = Means(image=image, tool=tool, direction=direction, strength=strength)
                if not any(one.means == means or (one.saturated and image != one.means.image) for one in same):
                    yield means


@dataclass(frozen=True)
class _Seen:
    """Pixels of a part, and what an edit does to them depends on.

    Attributes:
        pixels: (N, 3) float32 in [0, 255].
        luma: (N,) of these.
        sources: (N,) luma of the infrared and the visible picture, 0-255.
        shares: (N,) of an edit that the soft edge lets through, by tool.
        ring: the colours around the part.
        weight: of the part.
    """

    pixels: Pixels
    luma: Pixels
    sources: dict[str, Pixels]
    shares: dict[str, Pixels]
    ring: Palette
    weight: float


@dataclass(frozen=True)
class _Scene:
    """A picture, looked at for what calls would bring."""

    parts: tuple[_Seen, ...]

    @classmethod
    def of(
        cls, work: Workspace, picture: NDArray[np.uint8], mask: NDArray[np.uint8], parts: Sequence[Part]
    ) -> "_Scene":
        """Sample the parts of a region."""
        soft_px = round(SOFT_EDGE * min(mask.shape))
        shares = {"incline": feather(mask, FEATHER_PX), "relight": feather(mask, soft_px)}
        sources = {"infrared": to_gray(to_uint8(work.pair.infrared)), "visible": to_gray(to_uint8(work.pair.visible))}
        y = to_gray(picture)
        seen = []
        for part in parts:
            chosen = np.flatnonzero(part.inside)
            chosen = chosen[:: max(1, len(chosen) // SAMPLED)]

            def of(values: NDArray[Any], part: Part = part, chosen: NDArray[np.intp] = chosen) -> Pixels:
                return values[part.window].reshape(part.inside.size, *values.shape[2:])[chosen].astype(np.float32)

            seen.append(
                _Seen(
                    of(picture),
                    of(y),
                    {name: of(source) for name, source in sources.items()},
                    {name: of(share) for name, share in shares.items()},
                    by_lightness(picture[part.window][part.ring]),
                    part.weight,
                )
            )
        return cls(tuple(seen))

    def difference(self) -> float:
        """As it is."""
        return self._mean(lambda part: part.pixels)

    def after(self, means: Means) -> float:
        """As it will be, by and large."""
        amount = EFFECTS[means.tool].amounts[means.strength]
        share = float(np.concatenate([part.shares[means.tool] for part in self.parts]).mean())
        if means.tool == "relight":
            wanted = amount if means.direction == "brighter" else 1 / amount
            change = max(1 + (wanted - 1) / share, DARKEST_RATIO) - 1
            return self._mean(lambda part: part.pixels * (1 + part.shares["relight"] * change)[:, None])
        step = min(amount / share, 1.0)
        return self._mean(
            lambda part: (
                part.pixels + (part.shares["incline"] * step * (part.sources[means.direction] - part.luma))[:, None]
            )
        )

    def _mean(self, edited: Callable[[_Seen], Pixels]) -> float:
        values = [apart(by_lightness(_bytes(edited(part))), part.ring) for part in self.parts]
        return float(np.average(values, weights=[part.weight for part in self.parts]))


def _bytes(pixels: Pixels) -> NDArray[np.uint8]:
    rounded: NDArray[np.uint8] = np.clip(pixels + 0.5, 0, 255).astype(np.uint8)
    return rounded
