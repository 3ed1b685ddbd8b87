"""What edits of tone share: the part of a picture that they see, and the strength that reaches a measured goal."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.finetune.fading import OF_HALF_LIGHT, fading
from wordfuse.fusion.finetune.run import Control, Outcome, State, Stopped, check_repeat, is_gray
from wordfuse.fusion.images import to_uint8
from wordfuse.fusion.tensors import Batch, to_array, to_batch
from wordfuse.fusion.window import Window, check_mask, region_window

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
    """

    picture: Colours
    mask: NDArray[np.uint8]
    weight: Plane
    window: Window
    side_px: int


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


def cut_part(picture: Batch, mask: Batch | None, context_px: int) -> Part:
    """The region of (1, 3, H, W) float in [0, 1], and so much around it.

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
    )


def steer(
    task: str,
    picture: Batch,
    part: Part,
    prepare: Callable[[], Render],
    aim: Aim,
    *,
    state: State | None = None,
    control: Control = Control(),
    stays_gray: bool = True,
) -> Outcome:
    """Find the least strength that reaches the aim, and edit the picture with it.

    Args:
        task: what the state is called.
        picture: (1, 3, H, W) float in [0, 1].
        part: of it, see :func:`cut_part`.
        prepare: does what is to be done once, and gives the function that renders the part at a strength; at 0 it is
            the part as it was.
        aim: what is measured and wanted.
        state: of an earlier call on the same region: this call goes on from its picture.
        control: asked before every trial whether to go on.
        stays_gray: whether a picture of three equal channels keeps them.

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
    gray = stays_gray and is_gray(picture)
    before = aim.level(to_uint8(part.picture))
    wanted = aim.wanted(before)
    stopped: Stopped = "converged"
    edited, strength, reached = part.picture, 0.0, before
    halted = control.halted(started)
    if halted is None:
        render = prepare()

        def shown(strength: float) -> Colours:
            new = part.picture + part.weight[..., None] * (render(strength) - part.picture)
            if gray:
                new = np.repeat(new[..., :1], 3, axis=2)
            return np.clip(new, 0, 1)

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
    return Outcome(result, after, 0, [], time.monotonic() - started, stopped, saturated)


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
