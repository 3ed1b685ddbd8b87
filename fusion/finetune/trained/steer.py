"""Move a region toward a sentence: what the user says is the objective, in the space of an encoder.

The loss is that of LDFusion (``fusion.encoders.objective``) with the sentence as its goal, taken on the region and what
is around it. A network that is tuned on an encoder's gradient soon draws what only the encoder sees; so nothing but
smooth maps may change: the share of each source, the light, the local contrast and the colour of a region, a few
numbers each. What is found is then taken back as far as the guards ask (``fusion.metrics.guards``), and altogether
where the encoder itself, shown the result as it will be written, does not find it nearer to the sentence.

It says what the encoder understands: the words of the embedded one are those of ``fusion.training.encoding``.
"""

import time
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from wordfuse.fusion.choices import GUARD_LIMITS
from wordfuse.fusion.colour import luma
from wordfuse.fusion.compose import compose
from wordfuse.fusion.encoders.encoder import Encoder
from wordfuse.fusion.encoders.objective import Objective, objective
from wordfuse.fusion.errors import InputError
from wordfuse.fusion.finetune.fading import OF_HALF_LIGHT, fading
from wordfuse.fusion.finetune.run import Control, Recipe, Stopped
from wordfuse.fusion.finetune.trained.descent import Descent
from wordfuse.fusion.images import luma_uint8, to_uint8
from wordfuse.fusion.losses import gaussian_blur
from wordfuse.fusion.metrics.guards import guards
from wordfuse.fusion.tensors import to_array, to_batch, to_tensor
from wordfuse.fusion.window import check_mask, region_window

VISIBLE = "a visible image"
RECIPE = Recipe(epochs=40, learning_rate=0.06, side_px=224, final_rate=0.1)
CELLS = 4  # of the maps, a side
AROUND_PX = 24  # seen around the region: a person stands out from something
NEAR = 0.15  # weight of staying with the picture as it was
SMOOTH = 0.5  # and of maps without steps
SHARES = (1.0, 0.75, 0.5, 0.35, 0.2)  # of what was found that are tried, until the guards are kept
# The most that the maps can do.
MOST_SHARE, MOST_LIGHT, MOST_DETAIL, MOST_COLOUR = 0.8, 0.7, 1.0, 0.6
DETAIL_PX = 15


@dataclass(frozen=True, eq=False)
class Steered:
    """What became of it.

    Attributes:
        picture: (H, W, 3) uint8; the one that was given where nothing better was found.
        before: the objective's loss on the region before, in [0, 2].
        after: and after.
        share: of what was found that the guards let pass; 0: nothing.
        guarded: measures of ``fusion.metrics.guards`` of the result.
        losses: one an epoch.
        seconds: that it took.
        stopped: what ended the search.
    """

    picture: NDArray[np.uint8]
    before: float
    after: float
    share: float
    guarded: dict[str, float]
    losses: list[float]
    seconds: float
    stopped: Stopped


class Maps(nn.Module):
    """Smooth maps of what may change; at zero nothing does."""

    def __init__(self) -> None:
        """Share, light, detail and colour."""
        super().__init__()
        self.values = nn.Parameter(torch.zeros(1, 4, CELLS, CELLS))

    def forward(self, picture: Tensor, infrared: Tensor, visible: Tensor, weight: Tensor, share: float = 1.0) -> Tensor:
        """The window (1, 3, h, w) as the maps have it; not clipped, but for the roll-off of its lights."""
        maps = F.interpolate(self.values.tanh() * share, picture.shape[-2:], mode="bicubic", align_corners=False)
        toward, light, detail, colour = (maps * weight).split(1, dim=1)
        y = luma(picture)
        source = torch.where(toward > 0, infrared, luma(visible))
        new = y + MOST_SHARE * toward.abs() * (source - y)
        new = new + MOST_DETAIL * detail * (new - gaussian_blur(new, DETAIL_PX, DETAIL_PX / 4))
        # Light by a power: black stays black, white stays white.
        new = new.clamp(1e-3, 1) ** torch.exp(-MOST_LIGHT * light)
        return new + (picture - y) * (1 + MOST_COLOUR * colour)

    def restless(self) -> Tensor:
        """How much they change, and how steeply."""
        values = self.values.tanh()
        steep = values.diff(dim=2).square().mean() + values.diff(dim=3).square().mean()
        return NEAR * values.square().mean() + SMOOTH * steep


def steer(
    encoder: Encoder,
    infrared: NDArray[np.float32],
    visible: NDArray[np.float32],
    picture: NDArray[np.uint8],
    sentence: str,
    mask: NDArray[np.uint8] | None = None,
    *,
    recipe: Recipe = RECIPE,
    control: Control = Control(),
) -> Steered:
    """Move a region toward a sentence.

    Args:
        encoder: that knows what the sentence means.
        infrared: (H, W) float32 in [0, 1].
        visible: (H, W, 3) float32 in [0, 1], RGB.
        picture: (H, W, 3) uint8, the picture to edit.
        sentence: what the region should be, as "a clear night picture with bright people".
        mask: (H, W) uint8, above 127 is inside; None is the whole picture. Pixels outside stay to the last bit.
        recipe: how long to search, on a copy of the region of how many pixels.
        control: progress, cancellation and time.

    Raises:
        InputError: sizes differ, or the sentence is empty.
        RegionError: the mask is empty.
    """
    started = time.monotonic()
    if not infrared.shape == visible.shape[:2] == picture.shape[:2]:
        raise InputError(
            f"infrared {infrared.shape}, visible {visible.shape} and picture {picture.shape} must be alike"
        )
    wanted = objective(encoder, sentence, visible=VISIBLE)
    region = check_mask(None if mask is None else to_batch(mask), to_batch(picture))
    window = region_window(region, AROUND_PX, smallest=96)
    weight = torch.from_numpy(fading(to_batch(picture), region, OF_HALF_LIGHT))
    whole = [window.cut(values) for values in (to_tensor(picture), to_tensor(infrared), to_tensor(visible), weight)]
    small = [_shrunk(values, recipe.side_px).to(encoder.device) for values in whole]
    ends = _ends(encoder, small[1], small[2])
    maps = Maps().to(encoder.device)
    descent = Descent(maps, recipe, recipe.epochs)

    def step() -> Tensor:
        shown = maps(*small).clamp(0, 1)
        return descent.step(_loss(encoder, wanted, shown, ends) + maps.restless())

    losses, stopped = control.run(step, recipe.epochs, started)
    maps = maps.cpu()
    gray = bool((picture[..., :1] == picture).all())

    def rendered(share: float) -> NDArray[np.uint8]:
        result = picture.copy()
        with torch.no_grad():
            edited = to_uint8(to_array(maps(*whole, share).clamp(0, 1)))
        if gray:
            edited = np.repeat(luma_uint8(edited)[..., None], 3, axis=2)
        result[window.top : window.bottom, window.left : window.right] = edited
        return compose(picture, result, mask, feather_px=0)

    def told(shown: NDArray[np.uint8]) -> float:
        with torch.no_grad():
            seen = _shrunk(window.cut(to_tensor(shown)), recipe.side_px).to(encoder.device)
            return float(_loss(encoder, wanted, seen, ends))

    sources = 255 * infrared, luma_uint8(to_uint8(visible)).astype(np.float32)
    before = told(picture)
    for share in SHARES if losses else ():
        result = rendered(share)
        measured = guards(picture, result, mask, *sources)
        after = told(result)
        if not broken(measured) and after < before:
            return Steered(result, before, after, share, measured, losses, time.monotonic() - started, stopped)
    measured = guards(picture, picture, mask, *sources)
    return Steered(picture.copy(), before, before, 0.0, measured, losses, time.monotonic() - started, stopped)


def broken(measured: dict[str, float]) -> list[str]:
    """The guards that are not kept."""
    least = ("colour", "texture")
    return [
        name
        for name, limit in GUARD_LIMITS.items()
        if (measured[name] < limit if name in least else measured[name] > limit)
    ]


def _ends(encoder: Encoder, infrared: Tensor, visible: Tensor) -> tuple[Tensor, Tensor]:
    with torch.no_grad():
        return encoder.pictures(infrared.expand(-1, 3, -1, -1)), encoder.pictures(visible)


def _loss(encoder: Encoder, wanted: Objective, shown: Tensor, ends: tuple[Tensor, Tensor]) -> Tensor:
    """The objective of a window; seen in colour, unlike in LDFusion, as a sentence may speak of it."""
    return wanted.loss(encoder.pictures(shown), *ends).mean()


def _shrunk(values: Tensor, side_px: int | None) -> Tensor:
    height, width = values.shape[-2:]
    scale = 1.0 if side_px is None else min(1.0, side_px / max(height, width))
    if scale == 1:
        return values
    return F.interpolate(values, (round(height * scale), round(width * scale)), mode="bilinear", antialias=True)
