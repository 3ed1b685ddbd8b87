"""Remove noise from a region with no clean example (TeRF section 2.4.3).

Two ways to find the noise: the paper's, a network that is trained on the region itself (``zero_shot``), and ours, a
network that has learned once what noise looks like (``fusion.networks.denoiser``): one forward pass, and it knows
noise that neighbouring pixels share, which the paper's takes for detail; blotches of colour
(``finetune.colours.blotches``) and specks of flat places (``fusion.look.specks``) are found beside it. Either noise is
then subtracted in the share that brings the measured noise down as far as asked.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.applied import WEIGHT, Applied
from wordfuse.fusion.errors import InputError
from wordfuse.fusion.finetune.colours.blotches import blotches_in
from wordfuse.fusion.finetune.run import (
    UNFINISHED,
    Control,
    Outcome,
    Recipe,
    State,
    Stopped,
    check_repeat,
    follow_gray,
    smallest,
)
from wordfuse.fusion.images import to_uint8
from wordfuse.fusion.look.specks import specks_in
from wordfuse.fusion.metrics.blotches import noise_level
from wordfuse.fusion.tensors import Batch, as_batch, either_kind, to_array, to_batch
from wordfuse.fusion.window import Window, check_mask, region_window, weight_window

if TYPE_CHECKING:
    import torch
    from torch import Tensor

# "paper": section 3.1.2, on the whole region. "fast": the trained denoiser, which needs no epochs.
RECIPES = {
    "fast": Recipe(epochs=0, learning_rate=0.0, side_px=None),
    "paper": Recipe(epochs=100, learning_rate=1e-3, side_px=None),
}
CONTEXT_PX = 8
LEAST_DROP = 0.01  # of the measured noise: less is none
BISECTIONS = 6  # the share is then known to 1/64


Plane = NDArray[np.float32]
Colours = NDArray[np.float32]


@dataclass(frozen=True)
class Origin:
    """A source of the fused picture that holds the noise, and how pictures are fused from it.

    Attributes:
        source: (1, 3, H, W) float in [0, 1].
        render: source, window -> the fused picture inside the window, (1, 3, h, w), as an array or a tensor.
    """

    source: Batch
    render: "Callable[[Batch, Window], Batch | Tensor]"

    def seen_in_fused(self, noise: Batch, window: Window) -> Batch:
        """What the noise in a window of the source does to the fused picture there."""
        noisy = as_batch(self.source)
        clean = noisy.copy()
        window.cut(clean)[...] -= noise
        return as_batch(self.render(noisy, window)) - as_batch(self.render(np.clip(clean, 0, 1), window))


@either_kind
def denoise(
    picture: Batch,
    *,
    origin: Origin | None = None,
    mask: Batch | None = None,
    noise_drop: float = 1.0,
    state: State | None = None,
    recipe: Recipe = RECIPES["fast"],
    seed: int = 0,
    control: Control = Control(),
    device: "torch.device | str | None" = None,
) -> Outcome:
    """Find the noise of a region, and subtract it.

    A repeat follows section 2.4.4. In the picture, it takes away what noise is left there; the zero-shot network trains
    for more epochs for it, on its first crops. In a source, the noise stays, and a repeat takes more of it away.

    Args:
        picture: (1, 3, H, W) float in [0, 1], RGB; if its channels are equal, so are those of the result.
        origin: where the noise came in, if not in the picture itself: it is found there, and what it does to the
            fused picture is subtracted (Table 2, VII). None: found in the picture (Table 2, VI).
        mask: (1, 1, H, W), above 0.5 inside the region; None is the whole picture.
        noise_drop: share of the measured noise (``fusion.metrics.blotches.noise_level``) to take away, in (0, 1]; 1
            takes away all that was found.
        state: of an earlier call on the same region.
        recipe: see ``RECIPES``; one without epochs asks the trained denoiser.
        seed: of the zero-shot network's initial weights and choice of crops.
        control: progress, cancellation and time, where there are epochs.
        device: where to work; default: CPU.

    Returns:
        The picture with the region's bounding box denoised. A region without any variation comes back unchanged and
        ``converged``, one that was stopped before its first epoch unchanged, and one in which no noise is found
        unchanged and ``saturated``.

    Raises:
        InputError: ``noise_drop`` is out of range, or the state belongs to something else.
        RegionError: the mask is empty.
    """
    started = time.monotonic()
    if not 0 < noise_drop <= 1:
        raise InputError("must be above 0 and at most 1", subject=f"noise_drop {noise_drop}")
    picture = np.array(picture, np.float32)
    mask = check_mask(mask, picture)
    window = region_window(mask, CONTEXT_PX)
    facts = {
        "size": list(picture.shape[-2:]),
        "window": [window.top, window.bottom, window.left, window.right],
        "origin": "picture" if origin is None else "source",
        "way": "zero-shot" if recipe.epochs else "trained",
    }
    if state is not None:
        check_repeat(state, "denoise", facts)
    noisy = picture if origin is None else as_batch(origin.source)
    share = 0.0 if state is None else float(state.meta["share"])
    losses: list[float] = []
    stopped: Stopped = "converged"
    done, tensors = 0, dict[str, NDArray[Any]]()
    if recipe.epochs:
        from wordfuse.fusion.device import torch_device
        from wordfuse.fusion.finetune.trained.zero_shot import ZeroShot

        learner = ZeroShot(noisy, mask, window, recipe, seed, torch_device(device), state)
        # The source stays as noisy as it was: once its noise is learned, a repeat only takes more of it away.
        epochs = recipe.epochs if origin is None else max(0, recipe.epochs - learner.done)
        losses, stopped = learner.train(epochs, control, started)
        noise, done, tensors = learner.noise(window.cut(noisy)), learner.done, learner.tensors()
    else:
        noise = _found(noisy, window, device, to_uint8(to_array(mask)))
    in_source = noise
    if origin is not None:
        noise = origin.seen_in_fused(noise, window)
    box = window.cut(picture)
    more, reached = find_share(box, noise, window.cut(mask), noise_drop, 1 - share)
    box[...] = follow_gray(box - np.float32(more) * noise, box)
    mended = None
    if origin is not None:
        share += more
        mended = noisy.copy()
        window.cut(mended)[...] -= np.float32(share) * in_source * window.cut(mask)
        mended = np.clip(mended, 0, 1)

    def applied() -> Applied:
        inside = to_array(mask)
        within = None if origin is None else Applied("noise", 1.0, {}, {WEIGHT: inside})
        return Applied("denoise", more, {}, {WEIGHT: inside}, within=within)

    result = State("denoise", done, tensors, facts | {"share": share})
    nothing_left = more == 0 or (origin is not None and share >= 1)
    saturated = not reached and nothing_left and stopped not in UNFINISHED
    known = applied if not recipe.epochs else None  # what one picture taught a network is of no use to another
    return Outcome(picture, result, len(losses), losses, time.monotonic() - started, stopped, saturated, known, mended)


def noise_in(picture: Colours, weight: Plane, device: "torch.device | str | None" = None) -> Colours:
    """The noise that the trained denoiser finds where a weight is above 0, (H, W, 3) float32; none elsewhere.

    Args:
        picture: (H, W, 3) float32 in [0, 1].
        weight: (H, W) in [0, 1].
        device: where to work; default: CPU.
    """
    found, window = np.zeros_like(picture), weight_window(weight, 0)
    if window is not None:
        found[window.rows, window.columns] = to_array(_found(to_batch(picture), window, device, to_uint8(weight)))
    return found


def apply_denoise(applied: Applied, picture: Colours, noise: Colours) -> Colours:
    """Subtract noise in the share in which it was subtracted before.

    Args:
        applied: what was done.
        picture: (H, W, 3) float32 in [0, 1].
        noise: (H, W, 3), of the picture, or what that of a source does to it.
    """
    edited = to_array(follow_gray(to_batch(picture - np.float32(applied.amount) * noise), to_batch(picture)))
    return picture + applied.weight[..., None] * (edited - picture)


def _found(noisy: Batch, window: Window, device: "torch.device | str | None", inside: NDArray[np.uint8]) -> Batch:
    """What the trained denoiser finds inside a window, and the blotches of colour and specks that are left then.

    ``inside`` is the mask of the region, (H, W), 255 inside.
    """
    from wordfuse.fusion.device import torch_device
    from wordfuse.fusion.networks.denoiser import CELL_PX, find_noise
    from wordfuse.fusion.weights import load_denoiser

    denoiser = load_denoiser(device=torch_device(device))
    seen = window.grown(denoiser.halo_px, CELL_PX, noisy.shape[-2:])
    noise = as_batch(find_noise(denoiser, seen.cut(noisy)))
    left = to_array(seen.cut(noisy) - noise)
    within = inside[seen.rows, seen.columns]
    noise = noise + to_batch(blotches_in(left, within) + specks_in(left, within > 127))
    return window.inside(seen).cut(noise)


def find_share(box: Batch, noise: Batch, mask: Batch, drop: float, most: float = 1.0) -> tuple[float, bool]:
    """How much of the found noise to subtract for the measured noise to fall by a share.

    Args:
        box: (1, 3, h, w) noisy picture.
        noise: (1, 3, h, w) the noise in it, as the network has it.
        mask: (1, 1, h, w) 1 inside the region.
        drop: wanted share of the measured noise to take away, in (0, 1].
        most: share of the found noise that is left in the picture.

    Returns:
        The smallest share that does, or ``most`` where not even that does; 0 where subtracting brings nothing,
        because what the network takes for noise is texture or its own error. And whether the drop is reached, as far as
        can be measured.
    """
    if min(box.shape[-2:]) < 3:
        return most, True  # too small to measure
    inside = to_uint8(to_array(mask))

    def level(share: float) -> float:
        return noise_level(to_uint8(to_array(follow_gray(box - np.float32(share) * noise, box))), inside)

    before, least = level(0.0), level(most)
    if before == 0 or least > (1 - LEAST_DROP) * before:
        return 0.0, False
    if least > (1 - drop) * before:
        return most, False
    return smallest(lambda share: level(share) <= (1 - drop) * before, 0.0, most, BISECTIONS), True
