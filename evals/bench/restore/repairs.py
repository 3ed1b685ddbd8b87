"""What the benches of several faults share: what is wrong with a picture, and a remedy applied to it."""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray
from skimage import metrics

from wordfuse.fusion.finetune import denoise, relight
from wordfuse.fusion.finetune.run import Outcome
from wordfuse.fusion.images import to_float, to_uint8
from wordfuse.fusion.inspect.inspecting import Found, graded, looked_at, number_of
from wordfuse.fusion.inspect.kinds import FAULTS, Kind, Where
from wordfuse.fusion.restore.contrast import contrast
from wordfuse.fusion.restore.dehaze import dehaze
from wordfuse.fusion.restore.destripe import destripe
from wordfuse.fusion.restore.sharpen import sharpen
from wordfuse.fusion.tensors import Batch, to_array, to_batch
from wordfuse.tools.effects import EFFECTS
from wordfuse.tools.types import Direction, Task

Picture = NDArray[np.uint8]

#: The kinds of damage, in the order in which a camera does them: light, air, lens, sensor.
KINDS: tuple[Kind, ...] = ("dark", "low contrast", "haze", "blur", "noise", "stripes")

_METHODS: Mapping[str, tuple[Task, Direction | None, Callable[[Batch, float], Outcome]]] = {
    "denoise": ("denoise", None, lambda picture, amount: denoise(picture, noise_drop=amount)),
    "destripe": ("destripe", None, lambda picture, amount: destripe(picture, amount=amount)),
    "sharpen": ("sharpen", None, lambda picture, amount: sharpen(picture, amount=amount)),
    "dehaze": ("dehaze", None, lambda picture, amount: dehaze(picture, amount=amount)),
    "relight brighter": ("relight", "brighter", lambda picture, amount: relight(picture, luma_ratio=amount)),
    "contrast more": ("contrast", "more", lambda picture, amount: contrast(picture, amount=amount)),
}


MOST_DB = 60.0  # two pictures that are as near are the same

_psnr: Callable[..., float] = metrics.peak_signal_noise_ratio
_ssim: Callable[..., float] = metrics.structural_similarity


def likeness(picture: Picture, wanted: Picture) -> tuple[float, float]:
    """PSNR in dB, at most ``MOST_DB``, and SSIM of a picture, (H, W) or (H, W, 3), to what it should be."""
    if np.array_equal(picture, wanted):
        return MOST_DB, 1.0
    similarity = _ssim(wanted, picture, channel_axis=-1 if wanted.ndim == 3 else None)
    return min(MOST_DB, float(_psnr(wanted, picture))), float(similarity)


def kinds_of(where: Where) -> tuple[Kind, ...]:
    """The kinds of damage that a picture of a pair may have."""
    return tuple(kind for kind in KINDS if where in FAULTS[kind].where)


def remedy_task(kind: Kind) -> str:
    """The task that undoes a kind of damage, with its direction."""
    return FAULTS[kind].task or ""


def faults(picture: Picture, where: Where) -> list[Found]:
    """What is wrong with a picture, (H, W) or (H, W, 3) uint8, of all that these benches do to one."""
    seen, _ = looked_at(picture)
    numbers = {kind: number_of(kind, seen) for kind in kinds_of(where)}
    return [graded(kind, where, number) for kind, number in numbers.items() if number is not None]


def repaired(picture: Picture, task: str, share: float | None) -> Picture:
    """A picture, (H, W) or (H, W, 3) uint8, after a remedy.

    Args:
        picture: what is to be mended.
        task: with its direction, as ``fusion.inspect.kinds`` has it.
        share: how much, as a person says it; None: as much as at strength ``normal``.
    """
    name, direction, method = _METHODS[task]
    amount = EFFECTS[name].amount(direction, "normal", share)
    colour = np.repeat(picture[..., None], 3, axis=2) if picture.ndim == 2 else picture
    after = to_uint8(to_array(method(to_batch(to_float(colour)), amount).image))
    return np.ascontiguousarray(after[..., 0]) if picture.ndim == 2 else after
