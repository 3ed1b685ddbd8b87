"""Trained weights, and the one way to load them: safetensors only, sha256 checked."""

from functools import cache
from pathlib import Path
from typing import TypeVar

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import nn

from wordfuse.fusion.checksums import listed, verify
from wordfuse.fusion.device import channels_last
from wordfuse.fusion.errors import InputError, argument_named
from wordfuse.fusion.networks.denoiser import Denoiser
from wordfuse.fusion.networks.network import FusionNetwork
from wordfuse.fusion.networks.presets import build_network
from wordfuse.fusion.networks.regions import RegionNetwork
from wordfuse.fusion.networks.veil import VeilNetwork

FOLDER = Path(__file__).parent
CHECKSUMS = FOLDER / "SHA256SUMS"
M = TypeVar("M", bound=nn.Module)


@cache
def load_fusion(preset: str = "metric", path: Path | None = None, device: torch.device | None = None) -> FusionNetwork:
    """Load a fusion network for inference; called again with the same arguments it returns the same object.

    Args:
        preset: a key of ``fusion.networks.presets.PRESETS``.
        path: weights of your own (safetensors, as ``wordfuse train fusion`` writes them); default: the committed ones.
        device: where to put it; default: CPU.

    Raises:
        InputError: unknown preset, or weights that are missing, damaged or of another preset.
    """
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
def load_denoiser(device: torch.device | None = None) -> Denoiser:
    """Load the trained denoiser; called again with the same device it returns the same object.

    Raises:
        InputError: its weights are missing or damaged.
    """
    return _committed(Denoiser(), "denoiser", device)


@cache
def load_regions(device: torch.device | None = None) -> RegionNetwork:
    """Load the embedded region network; called again with the same device it returns the same object.

    Raises:
        InputError: its weights are missing or damaged.
    """
    return _committed(RegionNetwork(), "regions", device)


@cache
def load_veil(device: torch.device | None = None) -> VeilNetwork:
    """Load the trained veil network; called again with the same device it returns the same object.

    Raises:
        InputError: its weights are missing or damaged.
    """
    return _committed(VeilNetwork(), "veil", device)


def _committed(network: M, name: str, device: torch.device | None) -> M:
    path = FOLDER / f"{name}.safetensors"
    verify(path, CHECKSUMS)
    return _filled(network, path, type(network).__name__, device)


def _filled(network: M, path: Path, what: str, device: torch.device | None) -> M:
    """Put weights into a network, for inference."""
    try:
        network.load_state_dict({name: value.float() for name, value in load_file(path).items()})
    except (OSError, SafetensorError, RuntimeError) as error:
        raise InputError(f"cannot be loaded as weights of {what}: {error}", subject=path) from error
    return channels_last(network.to(device or torch.device("cpu"))).eval()
