"""Move a region toward the infrared or the visible picture (TeRF section 2.4.1).

Equations 10-13 tell how the region looks at the end of the way. The paper tunes a copy of the fusion network on them
(``tuning``); where all that is wanted is this one picture, it is found over its pixels, without a network and in a
fraction of the time (``pixels``). How far a picture goes on the way there is then a matter of mixing what it began as
with what the end gives. So a wanted distance to the source is met exactly, on every picture, and a repeat (section
2.4.4) goes on from the share of the way that was reached, without a search anew.
"""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.abandon import still_wanted
from wordfuse.fusion.applied import WEIGHT, Applied
from wordfuse.fusion.colour import LUMA, luma
from wordfuse.fusion.errors import InputError
from wordfuse.fusion.finetune.pixels import SolvedPixels
from wordfuse.fusion.finetune.planes import Plane
from wordfuse.fusion.finetune.run import (
    UNFINISHED,
    Control,
    Outcome,
    Over,
    Recipe,
    State,
    Stopped,
    check_repeat,
    follow_gray,
    smallest,
)
from wordfuse.fusion.finetune.toward import Direction, End, Toward
from wordfuse.fusion.fusing import Fuser
from wordfuse.fusion.guided import local_lines
from wordfuse.fusion.tensors import Batch, as_batch, either_kind, to_array, to_batch
from wordfuse.fusion.window import Window, check_mask, region_window, weight_window

if TYPE_CHECKING:
    from wordfuse.fusion.networks.network import FusionNetwork

Colours = NDArray[np.float32]

# "fast": over pixels. "tuned": the network, its loss taken on random crops of the region, at a higher rate than the
# paper's. "paper": section 3.1.2, on the whole region.
RECIPES = {
    "fast": Recipe(epochs=100, learning_rate=0.02, side_px=None, final_rate=0.05, over="pixels"),
    "tuned": Recipe(epochs=40, learning_rate=6e-4, side_px=96, crops=2, final_rate=0.1),
    "paper": Recipe(epochs=50, learning_rate=8e-5, side_px=None),
}
CONTEXT_PX = 16  # seen around the region, so that the network's borders do not fall on the region's
FIT_PX, FIT_SMOOTHNESS = 4, 1e-4  # of the functions that tell the end by the sources
BISECTIONS = 12  # the share is then known to 1/4096, less than one step of an 8-bit picture
GOES_ON: dict[Over, str] = {"pixels": "fast", "weights": "tuned"}  # the recipe for a state of another search
OVER = "over"  # of a state: what was searched; states of before are of weights


@either_kind
def incline(
    network: "FusionNetwork | Fuser",
    infrared: Batch,
    visible: Batch,
    picture: Batch,
    *,
    direction: Direction,
    distance_drop: float = 1.0,
    fused: Batch | None = None,
    mask: Batch | None = None,
    weight: Batch | None = None,
    state: State | None = None,
    recipe: Recipe = RECIPES["fast"],
    seed: int = 0,
    control: Control = Control(),
) -> Outcome:
    """Move a region toward a source, as equations 10-11 (visible) or 12-13 (infrared) have it.

    Args:
        network: the trained fusion network; it is not changed. Its device is where it runs. Of a fuser, its network
            is only loaded where it is needed: to tune a copy of it, or for the picture that the way begins with.
        infrared: (1, 1, H, W) float in [0, 1].
        visible: (1, 3, H, W) float in [0, 1], RGB.
        picture: (1, 3, H, W) float in [0, 1], the picture to edit: the fused one, or an edited one, whose other edits
            survive, because what is applied is the way that the fused picture would go.
        direction: the source to resemble.
        distance_drop: share of the region's mean luma distance to the source to take away, in (0, 1]; 1 goes as far
            as the way goes.
        fused: (1, 3, H, W) float in [0, 1], the picture that all edits of this pair began with, where it is not what
            the network gives: the way then begins there.
        mask: (1, 1, H, W), above 0.5 inside the region; None is the whole picture.
        weight: (1, 1, H, W) in [0, 1], share of the edit that a soft edge of the region lets through, so that the
            drop is reached in spite of it; None: all of it inside the mask.
        state: of an earlier call with the same direction on the same region.
        recipe: see ``RECIPES``. A state that searched over something else goes on with the recipe for that.
        seed: of the choice of crops.
        control: progress, cancellation and time. A repeat searches on where a call was stopped.

    Returns:
        The picture with the region's bounding box edited, and the state: where the way ends (the tuned weights, or the
        luma that was found, in float16), and in ``meta["share"]`` the share of the way that was gone. A repeat goes the
        way that its state began. ``saturated``: there is no further to go.

    Raises:
        InputError: sizes differ, ``distance_drop`` is out of range, or the state belongs to something else.
        RegionError: the mask is empty.
    """
    started = time.monotonic()
    sizes = {tuple(values.shape[-2:]) for values in (infrared, visible, picture, *([] if fused is None else [fused]))}
    if len(sizes) > 1:
        raise InputError(f"infrared, visible and picture have the sizes {sorted(sizes)}: they must be equal")
    if not 0 < distance_drop <= 1:
        raise InputError("must be above 0 and at most 1", subject=f"distance_drop {distance_drop}")
    picture = np.array(picture, np.float32)
    mask = check_mask(mask, picture)
    weight = mask if weight is None else weight * mask
    window = region_window(mask, CONTEXT_PX)
    facts = {
        "direction": direction,
        "size": list(picture.shape[-2:]),
        "window": [window.top, window.bottom, window.left, window.right],
    }
    toward = Toward(infrared, visible, mask, window, direction)
    over = _over(recipe, state)
    if over != recipe.over:
        recipe = RECIPES[GOES_ON[over]]
    end: End = SolvedPixels(toward) if over == "pixels" else _tuned(network, toward)
    share, done = 0.0, 0
    base = present = _begun(network, infrared, visible, window) if fused is None else window.cut(fused)
    if state is not None:
        check_repeat(state, "incline", facts)
        end.load(state)
        share, done = float(state.meta["share"]), state.epochs
        present = _between(base, end.picture(), share)
    losses: list[float] = []
    stopped: Stopped = "converged"
    if done < recipe.epochs:
        step = end.search(recipe, recipe.epochs - done, seed + done)
        losses, stopped = control.run(step, recipe.epochs - done, started)
    kept = end.tensors()
    full = end.picture()
    before = window.cut(picture)
    new_share, saturated = find_share(
        luma(before + base - present)[0, 0],
        luma(full - base)[0, 0],
        window.cut(toward.source)[0, 0],
        window.cut(weight)[0, 0],
        luma(before)[0, 0],
        distance_drop,
        share,
    )
    before[...] = follow_gray(before + _between(base, full, new_share) - present, before)

    def applied() -> Applied:
        planes = _end_by_sources(toward, full) | {WEIGHT: to_array(window.cut(weight))}
        placed = {name: window.placed(plane, picture.shape[-2:]) for name, plane in planes.items()}
        return Applied("incline", new_share - share, {}, placed)

    result = State("incline", done + len(losses), kept, facts | {"share": new_share, OVER: over})
    saturated = saturated and stopped not in UNFINISHED
    return Outcome(picture, result, len(losses), losses, time.monotonic() - started, stopped, saturated, applied)


def _end_by_sources(toward: Toward, full: Batch) -> dict[str, NDArray[np.float32]]:
    """The luma at the end of the way as a local linear function of the lumas of both sources.

    The end was found for one picture. Told by its sources, it is told for others of the same scene: there they are
    mixed as they are mixed here.
    """
    window = toward.window
    lumas = [to_array(window.cut(plane)) for plane in (toward.infrared, luma(toward.visible))]
    slopes, offset = local_lines(np.dstack(lumas), to_array(luma(full)), FIT_PX, FIT_SMOOTHNESS)
    return {"slopes": np.asarray(slopes, np.float32), "offset": np.asarray(offset, np.float32)}


def apply_incline(applied: Applied, picture: Colours, infrared: Plane, visible: Colours, fused: Colours) -> Colours:
    """Move a picture toward a source as another of its scene was moved.

    Args:
        applied: what was done.
        picture: (H, W, 3) float32 in [0, 1].
        infrared: (H, W) float32 in [0, 1].
        visible: (H, W, 3) float32 in [0, 1].
        fused: (H, W, 3) float32 in [0, 1], before any edit.

    Returns:
        (H, W, 3) float32 in [0, 1].
    """
    window = weight_window(applied.weight, 0)
    if window is None or not applied.amount:
        return picture

    def cut(values: Plane) -> Plane:
        return values[window.rows, window.columns]

    seen, before = cut(visible), cut(picture)
    y = seen @ np.array(LUMA, np.float32)
    slopes = cut(applied.planes["slopes"])
    end = slopes[..., 0] * cut(infrared) + slopes[..., 1] * y + cut(applied.planes["offset"])
    full = np.clip(seen + (end - y)[..., None], 0, 1)
    moved = to_batch(before + np.float32(applied.amount) * (full - cut(fused)))
    edited = to_array(follow_gray(moved, to_batch(before)))
    result = picture.copy()
    result[window.rows, window.columns] = before + cut(applied.weight)[..., None] * (edited - before)
    return result


def _over(recipe: Recipe, state: State | None) -> Over:
    """What is searched: what the state that a call goes on from was found over, else what the recipe says."""
    return recipe.over if state is None else state.meta.get(OVER, "weights")


def _tuned(network: "FusionNetwork | Fuser", toward: Toward) -> End:
    from wordfuse.fusion.finetune.trained.tuning import TunedNetwork

    return TunedNetwork(_loaded(network), toward)


def _loaded(network: "FusionNetwork | Fuser") -> "FusionNetwork":
    return network.network if isinstance(network, Fuser) else network


def _begun(network: "FusionNetwork | Fuser", infrared: Batch, visible: Batch, window: Window) -> Batch:
    """What the network gives untuned, inside the window."""
    from wordfuse.fusion.networks.inference import fuse_window

    return as_batch(fuse_window(_loaded(network).eval(), infrared, visible, window))


def _between(start: Batch, end: Batch, share: float) -> Batch:
    return start + np.float32(share) * (end - start)


def find_share(
    start: Plane, way: Plane, source: Plane, weight: Plane, before: Plane, drop: float, least: float
) -> tuple[float, bool]:
    """How far to go along a way to bring the luma distance to the source down by a share.

    Args:
        start: (h, w) luma at the beginning of the way.
        way: (h, w) what the whole way adds to it.
        source: (h, w) luma of the source.
        weight: (h, w) share of the edit that the composed picture takes; above 0 inside the region.
        before: (h, w) luma of the picture that the drop refers to.
        drop: wanted share of its mean distance inside the region to take away, in (0, 1].
        least: share of the way that is gone already.

    Returns:
        The smallest share of the way, from ``least`` to 1, at which the drop is reached, and False; or the share that
        comes nearest and True, where none reaches it.
    """
    region = weight > 0
    start, way, source, weight, before = (x[region] for x in (start, way, source, weight, before))

    def distance(share: float) -> float:
        edited = np.clip(start + np.float32(share) * way, 0, 1)
        return float(np.abs(before + weight * (edited - before) - source).mean())

    target = (1 - drop) * float(np.abs(before - source).mean())
    nearest = _lowest(distance, least)
    if distance(nearest) > target:
        return nearest, True
    return smallest(lambda share: distance(share) <= target, least, nearest, BISECTIONS), False


def _lowest(distance: Callable[[float], float], least: float) -> float:
    """The share from ``least`` to 1 with the smallest distance: but for clipping, a mean of |lines| is convex."""
    low, high = least, 1.0
    for _ in range(BISECTIONS):
        still_wanted()
        left, right = low + (high - low) / 3, high - (high - low) / 3
        low, high = (low, right) if distance(left) <= distance(right) else (left, high)
    return min((least, (low + high) / 2, 1.0), key=distance)
