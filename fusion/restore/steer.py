"""What edits of tone share: the part of a picture that they see, and the strength that reaches a measured goal."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.applied import WEIGHT, Applied
from wordfuse.fusion.finetune.fading import OF_HALF_LIGHT, fading
from wordfuse.fusion.finetune.run import Control, Outcome, State, Stopped, check_repeat, is_gray
from wordfuse.fusion.images import to_uint8
from wordfuse.fusion.tensors import Batch, to_array, to_batch
from wordfuse.fusion.window import Window, check_mask, region_window, weight_window

TRIALS = 8  # strengths at the most
NEAR = 0.01  # of the wanted change: as near as this is there
LEAST_SHARE = 0.1  # of the wanted change: an edit that brings no more is at the end of what can be had

Plane = NDArray[np.float32]
Colours = NDArray[np.float32]
Render = Callable[[float], Colours]


@dataclass(frozen=True, eq=False)
class Part:
    """The part of a picture that an edit sees.

    Attributes:
        picture: (h, w, 3) float32 in [0, 1], RGB: the region and what is around it.
        mask: (h, w) uint8, 255 inside the region.
        weight: (h, w) float32 in [0, 1], how much of the edit each pixel takes; soft where the region ends.
        window: where the part lies in the picture.
        side_px: shorter side of the whole picture.
        infrared: (h, w) float32 in [0, 1], of an edit that looks at it too.
    """

    picture: Colours
    mask: NDArray[np.uint8]
    weight: Plane
    window: Window
    side_px: int
    infrared: Plane | None = None

    def mixed(self, render: "Render", strength: float, *, gray: bool) -> Colours:
        """The part after an edit of a strength: each pixel takes as much of it as its weight says.

        Args:
            render: gives the part at a strength.
            strength: how far the edit goes.
            gray: whether the picture has three equal channels and keeps them.
        """
        new = self.picture + self.weight[..., None] * (render(strength) - self.picture)
        if gray:
            new = np.repeat(new[..., :1], 3, axis=2)
        return np.clip(new, 0, 1)


@dataclass(frozen=True, eq=False)
class Told:
    """What a picture tells a method once, before it is rendered at any strength.

    Attributes:
        numbers: of the picture as a whole.
        planes: (h, w) or (h, w, C) float32 of the part, which belong to the things that are seen.
        fixed: the same for what belongs to the sensor.
    """

    numbers: dict[str, tuple[float, ...]] = field(default_factory=dict)
    planes: dict[str, Plane] = field(default_factory=dict)
    fixed: dict[str, Plane] = field(default_factory=dict)


@dataclass(frozen=True)
class Method:
    """How an edit is made.

    Attributes:
        kind: what it is known by.
        look: finds out what the picture tells, once.
        render: gives the function that renders a part at a strength; at 0 it is the part as it was.
        context_px: that it sees around a region, from the shorter side of the picture.
        stays_gray: whether a picture of three equal channels keeps them.
    """

    kind: str
    look: Callable[[Part], Told]
    render: Callable[[Part, Told], "Render"]
    context_px: Callable[[int], int]
    stays_gray: bool = True


@dataclass(frozen=True)
class Aim:
    """What an edit aims at.

    Attributes:
        level: measures a part after the edit, (h, w, 3) uint8.
        wanted: the level to reach, from the level before.
        rises: whether the level is to rise; else it is to fall.
        most: the strength beyond which the edit would be ugly.
    """

    level: Callable[[NDArray[np.uint8]], float]
    wanted: Callable[[float], float]
    rises: bool
    most: float


def cut_part(picture: Batch, mask: Batch | None, context_px: int, infrared: Batch | None = None) -> Part:
    """The region of (1, 3, H, W) float in [0, 1], and so much around it; ``infrared`` is (1, 1, H, W).

    Raises:
        InputError: the mask has another size than the picture.
        RegionError: the mask is empty.
    """
    region = check_mask(mask, picture)
    window = region_window(region, context_px)
    weight = window.cut(fading(picture, region, OF_HALF_LIGHT))
    return Part(
        picture=to_array(window.cut(picture)),
        mask=to_uint8(to_array(window.cut(region))),
        weight=to_array(weight),
        window=window,
        side_px=min(picture.shape[-2:]),
        infrared=None if infrared is None else to_array(window.cut(infrared)),
    )


def steer(
    task: str,
    picture: Batch,
    part: Part,
    method: Method,
    aim: Aim,
    *,
    state: State | None = None,
    control: Control = Control(),
) -> Outcome:
    """Find the least strength that reaches the aim, and edit the picture with it.

    Args:
        task: what the state is called.
        picture: (1, 3, H, W) float in [0, 1].
        part: of it, see :func:`cut_part`.
        method: makes the edit.
        aim: what is measured and wanted.
        state: of an earlier call on the same region: this call goes on from its picture.
        control: asked before every trial whether to go on.

    Returns:
        The picture with its part edited; unchanged and ``saturated`` where nothing moves the measured value.
    """
    started = time.monotonic()
    facts: dict[str, Any] = {
        "size": list(picture.shape[-2:]),
        "window": [part.window.top, part.window.bottom, part.window.left, part.window.right],
    }
    if state is not None:
        check_repeat(state, task, facts)
    gray = method.stays_gray and is_gray(picture)
    before = aim.level(to_uint8(part.picture))
    wanted = aim.wanted(before)
    stopped: Stopped = "converged"
    edited, strength, reached, told = part.picture, 0.0, before, Told()
    halted = control.halted(started)
    if halted is None:
        told = method.look(part)
        render = method.render(part, told)

        def shown(strength: float) -> Colours:
            return part.mixed(render, strength, gray=gray)

        def missing(strength: float) -> float:
            """What is left of the wanted change, 1 before and below 0 beyond; none once halted."""
            nonlocal halted
            halted = halted or control.halted(started)
            # A little more than wanted: as near to that as is near enough, no wish is missed.
            return 0.0 if halted else (wanted - aim.level(to_uint8(shown(strength)))) / span + NEAR

        span = wanted - before
        strength = find_strength(missing, aim.most) if abs(span) > 1e-9 else 0.0
    if halted is not None:
        stopped, strength = halted, 0.0
    elif strength:
        edited = shown(strength)
        reached = aim.level(to_uint8(edited))
    result = np.array(picture, np.float32)
    part.window.cut(result)[...] = to_batch(edited)
    saturated = halted is None and abs(reached - before) <= LEAST_SHARE * abs(wanted - before)
    total = strength + (0.0 if state is None else float(state.meta["strength"]))
    after = State(task, 0, {}, facts | {"strength": total})

    def applied() -> Applied:
        return as_applied(method.kind, strength, part, told, picture.shape[-2:])

    return Outcome(result, after, 0, [], time.monotonic() - started, stopped, saturated, applied)


def as_applied(kind: str, strength: float, part: Part, told: Told, size: Sequence[int]) -> Applied:
    """What was done to a part, for the whole picture of (H, W)."""
    place = part.window.placed
    planes = {name: place(plane, size, float(plane.mean())) for name, plane in told.planes.items()}
    fixed = {name: place(plane, size) for name, plane in told.fixed.items()}
    return Applied(kind, strength, told.numbers, planes | {WEIGHT: place(part.weight, size)}, fixed)


def apply_steered(method: Method, applied: Applied, picture: Colours, infrared: Plane) -> Colours:
    """Make an edit as it was made before.

    Args:
        method: of the edit.
        applied: what was done.
        picture: (H, W, 3) float32 in [0, 1].
        infrared: (H, W) float32 in [0, 1].

    Returns:
        (H, W, 3) float32 in [0, 1]; the picture itself where nothing of the edit is left.
    """
    window = weight_window(applied.weight, method.context_px(min(picture.shape[:2])))
    if window is None or not applied.amount:
        return picture

    def cut(plane: Plane) -> Plane:
        return np.ascontiguousarray(plane[window.rows, window.columns])

    planes = {name: cut(plane) for name, plane in applied.planes.items()}
    weight = planes.pop(WEIGHT)
    part = Part(
        picture=cut(picture),
        mask=np.where(weight > 0, np.uint8(255), np.uint8(0)),
        weight=weight,
        window=window,
        side_px=min(picture.shape[:2]),
        infrared=cut(infrared),
    )
    told = Told(applied.numbers, planes, {name: cut(plane) for name, plane in applied.fixed.items()})
    gray = method.stays_gray and bool((part.picture == part.picture[..., :1]).all())
    result = picture.copy()
    result[window.rows, window.columns] = part.mixed(method.render(part, told), applied.amount, gray=gray)
    return result


def find_strength(missing: Callable[[float], float], most: float) -> float:
    """The strength at which nothing is missing, by false position (the Illinois method); ``most`` if some always is.

    Args:
        missing: share of the wanted change that a strength leaves undone: 1 at 0, falling.
        most: largest strength.
    """
    low, above, high, below = 0.0, 1.0, most, missing(most)
    if below >= 0:
        return most
    for _ in range(TRIALS):
        middle = (low * below - high * above) / (below - above)
        left = missing(middle)
        if abs(left) <= NEAR:
            return middle
        if left > 0:
            # Where one end stays, its value is halved, so that the next trial falls beyond.
            low, above, below = middle, left, below / 2
        else:
            high, below, above = middle, left, above / 2
    return high
