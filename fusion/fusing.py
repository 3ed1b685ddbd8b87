"""Fuse a pair: in the default look, or by a network; with the infrared share that is asked for."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.device import resolve_device
from wordfuse.fusion.errors import InputError
from wordfuse.fusion.images import Pair, luma_uint8, to_uint8
from wordfuse.fusion.look.blend import STRIP_PX, fuse_look
from wordfuse.fusion.look.share import at_share
from wordfuse.fusion.tensors import Batch, as_batch, to_array, to_batch, to_tensor

if TYPE_CHECKING:
    import torch

    from wordfuse.fusion.networks.network import FusionNetwork
    from wordfuse.fusion.window import Window

LOOK = "default"  # the preset that is no network
TUNED = "metric"  # the network whose copies are tuned where the picture was fused by none
# A network does not say how much infrared its picture has.
SHARE_OF_NETWORKS = 0.5
# So that a picture which needs none, or nothing else, can still be moved both ways.
LEAST_SHARE, MOST_SHARE = 0.05, 0.95
# What fusing takes beside the decoded pair, by the peaks of processes (docs/fusion.md, "Cost as pictures grow").
BYTES_A_PIXEL = 40  # of the whole picture
LOOK_BYTES_A_PIXEL = 100  # of a strip of the look


@dataclass(frozen=True)
class Fused:
    """A fused pair.

    Attributes:
        picture: (H, W, 3) float32 in [0, 1], RGB.
        share: of infrared in it, in [0, 1]: as asked for, or as chosen from the pair.
    """

    picture: NDArray[np.float32]
    share: float


@dataclass(frozen=True)
class Fuser:
    """How a pair is fused.

    Attributes:
        preset: ``default``, the look of ``fusion.look``, or a network of ``fusion.networks.presets``.
        weights: of the network; None: the committed ones.
        device: where a network runs, or its name for :func:`wordfuse.fusion.device.resolve_device`.
        share: of infrared in the picture, from 0 (visible) to 1 (infrared); None: chosen from the pair.
    """

    preset: str = LOOK
    weights: Path | None = None
    device: "torch.device | str | None" = None
    share: float | None = None

    def check(self) -> None:
        """Find out before the work whether it can be done.

        Raises:
            InputError: unknown preset, or weights that are missing, damaged, of another preset or of none.
        """
        if self.preset == LOOK and self.weights is not None:
            raise InputError(
                "are weights of a network, and the default look is none",
                argument="weights",
                subject=self.weights,
                remedy=f"name the network: preset {TUNED} or terf",
            )
        if self.preset == LOOK:
            return  # it needs a network only for fine-tuning
        from wordfuse.fusion.networks.presets import PRESETS

        if self.preset not in PRESETS:
            choices = ", ".join((LOOK, *PRESETS))
            raise InputError("unknown", argument="preset", subject=self.preset, remedy=f"choose one of {choices}")
        _ = self.network

    @property
    def network(self) -> "FusionNetwork":
        """The network that fuses, or that fine-tuning starts from."""
        from wordfuse.fusion.weights import load_fusion

        device = resolve_device(self.device) if isinstance(self.device, str) else self.device
        return load_fusion(TUNED if self.preset == LOOK else self.preset, self.weights, device)

    @property
    def on_gpu(self) -> bool:
        """Whether a network fuses, and on a GPU."""
        return self.preset != LOOK and next(self.network.parameters()).device.type != "cpu"

    @property
    def by_network(self) -> bool:
        """Whether the picture is what :attr:`network` gives, no more and no less."""
        return self.preset != LOOK and self.share is None

    def fuse(
        self,
        infrared: NDArray[np.float32],
        visible: NDArray[np.float32],
        progress: Callable[[int, int], None] | None = None,
    ) -> Fused:
        """Fuse a pair of any size, in bounded memory.

        Args:
            infrared: (H, W) float32 in [0, 1].
            visible: (H, W, 3) float32 in [0, 1], RGB, same size.
            progress: called with (parts done, parts in all).

        Raises:
            ValueError: the sizes differ.
        """
        if self.preset == LOOK:
            looked = fuse_look(infrared, visible, progress)
            picture, own = looked.picture, min(max(looked.share, LEAST_SHARE), MOST_SHARE)
        else:
            from wordfuse.fusion.networks.inference import fuse as run_network

            picture = to_array(run_network(self.network, to_tensor(infrared), to_tensor(visible), progress=progress))
            own = SHARE_OF_NETWORKS
        if self.share is None:
            return Fused(picture, own)
        return Fused(at_share(picture, infrared, visible, own, self.share), self.share)

    def fuse_pair(
        self, pair: Pair, progress: Callable[[int, int], None] | None = None
    ) -> tuple[NDArray[np.uint8], float]:
        """Fuse a pair into the picture that is shown and written.

        Args:
            pair: the decoded sources.
            progress: as in :meth:`fuse`.

        Returns:
            (H, W, 3) uint8 RGB, or (H, W), the luma, where the visible picture is gray: a network may tint such a pair
            a little, and a gray camera gets a gray picture. And the share of infrared in it.
        """
        fused = self.fuse(pair.infrared, pair.visible, progress)
        pixels = to_uint8(fused.picture)
        return luma_uint8(pixels) if pair.gray else pixels, fused.share

    def bytes_for(self, shape: tuple[int, ...]) -> int:
        """About how much memory :meth:`fuse` takes on a CPU beside a decoded pair of (height, width)."""
        pixels = shape[0] * shape[1]
        if self.preset == LOOK:
            return pixels * BYTES_A_PIXEL + min(pixels, STRIP_PX) * LOOK_BYTES_A_PIXEL
        network = self.network
        return pixels * BYTES_A_PIXEL + min(pixels, network.tile_px**2) * network.bytes_a_pixel

    def fuse_window(self, infrared: Batch, visible: Batch, window: "Window") -> Batch:
        """A part of the fused picture, as it is in the whole one.

        Args:
            infrared: (1, 1, H, W) float in [0, 1].
            visible: (1, 3, H, W) float in [0, 1], RGB.
            window: which part.

        Returns:
            (1, 3, h, w) float32 in [0, 1].
        """
        if self.by_network:
            from wordfuse.fusion.networks.inference import fuse_window

            return as_batch(fuse_window(self.network, infrared, visible, window))
        return window.cut(to_batch(self.fuse(to_array(infrared), to_array(visible)).picture))
