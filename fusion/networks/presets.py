"""The fusion networks by name: to add one, give it a line in `PRESETS`."""

from collections.abc import Callable
from functools import partial

from wordfuse.fusion.errors import InputError
from wordfuse.fusion.networks.compact import CompactConfig, CompactNetwork
from wordfuse.fusion.networks.ldfusion import LdConfig, LdNetwork
from wordfuse.fusion.networks.mgfusion import MgConfig, MgNetwork
from wordfuse.fusion.networks.network import FusionNetwork
from wordfuse.fusion.networks.terf import TerfConfig, TerfNetwork
from wordfuse.fusion.networks.tower import PictureTower
from wordfuse.fusion.weighing import FusionWeights

# What a network is trained for, where that is not equation 9 with the paper's weights.
WEIGHTS = {
    "metric": FusionWeights(intensity=0.5, structure=0.35, difference=0.1, information=0.06),
    # The lambda of the paper is 0.2. Its text leaves open what it weighs: on the intensity, lights came out dark.
    "mgfusion": FusionWeights(intensity=1.0, gradient=0.2, colour=0.0, structure=0.0),
}

PRESETS: dict[str, Callable[[], FusionNetwork]] = {
    "metric": partial(CompactNetwork, CompactConfig()),
    "terf": partial(TerfNetwork, TerfConfig()),
    "ldfusion": partial(LdNetwork, LdConfig()),
    "mgfusion": partial(MgNetwork, MgConfig()),
    # For tests: the same modules in a size that runs in milliseconds.
    "tiny": partial(
        TerfNetwork, TerfConfig(features=8, blocks=1, layers=2, growth=4, attention_blocks=1, attention_features=8)
    ),
    "tiny-ldfusion": partial(LdNetwork, LdConfig(first=4, widest=8)),
    "tiny-mgfusion": partial(
        MgNetwork, MgConfig(features=4), lambda: PictureTower(widths=(8, 8, 8, 8), fine=8, size=16)
    ),
    "tiny-compact": partial(CompactNetwork, CompactConfig(fine=8, coarse=8, before=1, inside=1, after=1)),
}


def build_network(preset: str) -> FusionNetwork:
    """A network with random weights.

    Raises:
        InputError: unknown preset.
    """
    make = PRESETS.get(preset)
    if make is None:
        raise InputError("unknown", argument="preset", subject=preset, remedy=f"choose one of {', '.join(PRESETS)}")
    return make()
