"""Trained weights, and the one way to load them: safetensors only, sha256 checked.

What OpenCV computes (``fusion.networks.arrays``) is loaded without torch, which is imported by whoever needs it.
"""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from safetensors import SafetensorError

from wordfuse.fusion.checksums import listed, verify
from wordfuse.fusion.device import channels_last
from wordfuse.fusion.errors import InputError, argument_named

if TYPE_CHECKING:
    import torch
    from torch import nn

    from wordfuse.fusion.networks.arrays.layers import Weights
    from wordfuse.fusion.networks.arrays.regions import Eye
    from wordfuse.fusion.networks.arrays.veil import VeilEye
    from wordfuse.fusion.networks.denoiser import Denoiser
    from wordfuse.fusion.networks.network import FusionNetwork
    from wordfuse.fusion.networks.regions import RegionNetwork
    from wordfuse.fusion.networks.tower import TwoTowers
    from wordfuse.fusion.networks.veil import VeilNetwork

FOLDER = Path(__file__).parent
CHECKSUMS = FOLDER / "SHA256SUMS"
M = TypeVar("M", bound="nn.Module")


@cache
def load_fusion(
    preset: str = "metric", path: Path | None = None, device: "torch.device | None" = None
) -> "FusionNetwork":
    """Load a fusion network for inference; called again with the same arguments it returns the same object.

    Args:
        preset: a key of ``fusion.networks.presets.PRESETS``.
        path: weights of your own (safetensors, as ``wordfuse train fusion`` writes them); default: the committed ones.
        device: where to put it; default: CPU.

    Raises:
        InputError: unknown preset, or weights that are missing, damaged or of another preset.
    """
    from wordfuse.fusion.networks.presets import build_network

    network = build_network(preset)
    if path is None:
        path = FOLDER / f"fusion-{preset}.safetensors"
        if path.name not in listed(CHECKSUMS):
            raise InputError(
                "has no weights of its own",
                argument="preset",
                subject=preset,
                remedy=f"give yours with {argument_named('weights')} FILE",
            )
        verify(path, CHECKSUMS)
    return _filled(network, path, f"preset {preset}", device)


@cache
def load_denoiser(device: "torch.device | None" = None) -> "Denoiser":
    """Load the trained denoiser; called again with the same device it returns the same object.

    Raises:
        InputError: its weights are missing or damaged.
    """
    from wordfuse.fusion.networks.denoiser import Denoiser

    return _committed(Denoiser(), "denoiser", device)


@cache
def load_regions(device: "torch.device | None" = None) -> "RegionNetwork":
    """Load the embedded region network; called again with the same device it returns the same object.

    Raises:
        InputError: its weights are missing or damaged.
    """
    from wordfuse.fusion.networks.regions import RegionNetwork

    return _committed(RegionNetwork(), "regions", device)


@cache
def load_veil(device: "torch.device | None" = None) -> "VeilNetwork":
    """Load the trained veil network; called again with the same device it returns the same object.

    Raises:
        InputError: its weights are missing or damaged.
    """
    from wordfuse.fusion.networks.veil import VeilNetwork

    return _committed(VeilNetwork(), "veil", device)


@cache
def load_encoder(device: "torch.device | None" = None) -> "TwoTowers":
    """Load both towers of the embedded encoder; called again with the same device it returns the same object.

    Raises:
        InputError: its weights are missing or damaged.
    """
    from wordfuse.fusion.networks.tower import TwoTowers

    return _committed(TwoTowers(), "encoder", device)


@cache
def load_region_eye() -> "Eye":
    """The embedded region network on this processor, without torch; the same object every time.

    Raises:
        InputError: its weights are missing or damaged.
    """
    from wordfuse.fusion.networks.arrays.regions import region_eye

    return region_eye(_stored("regions"))


@cache
def load_veil_eye() -> "VeilEye":
    """The veil network on this processor, without torch; the same object every time.

    Raises:
        InputError: its weights are missing or damaged.
    """
    from wordfuse.fusion.networks.arrays.veil import veil_eye

    return veil_eye(_stored("veil"))


def _stored(name: str) -> "Weights":
    """Weights as arrays, by the names that torch gives them."""
    from safetensors.numpy import load_file

    path = FOLDER / f"{name}.safetensors"
    verify(path, CHECKSUMS)
    return {key: value.astype(np.float32) for key, value in load_file(path).items()}


def _committed(network: M, name: str, device: "torch.device | None") -> M:
    path = FOLDER / f"{name}.safetensors"
    verify(path, CHECKSUMS)
    return _filled(network, path, type(network).__name__, device)


def _filled(network: M, path: Path, what: str, device: "torch.device | None") -> M:
    """Put weights into a network, for inference."""
    import torch
    from safetensors.torch import load_file

    try:
        network.load_state_dict({name: value.float() for name, value in load_file(path).items()})
    except (OSError, SafetensorError, RuntimeError) as error:
        raise InputError(f"cannot be loaded as weights of {what}: {error}", subject=path) from error
    return channels_last(network.to(device or torch.device("cpu"))).eval()
