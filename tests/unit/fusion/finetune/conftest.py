"""A small network, an infrared picture of the wall, and the three tasks on them."""

from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor

from tests.unit.fusion.finetune.wall import QUICK, SIDE, Task, box_mask, mean_picture, noisy_scene, scene
from wordfuse.fusion.finetune import Outcome, denoise, incline, relight
from wordfuse.fusion.networks.network import FusionNetwork
from wordfuse.fusion.networks.presets import build_network


@pytest.fixture(scope="module")
def network() -> FusionNetwork:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return build_network("tiny-compact").eval()


@pytest.fixture(scope="module")
def infrared() -> Tensor:
    rows = torch.linspace(0.1, 0.9, SIDE).view(1, 1, -1, 1).expand(1, 1, SIDE, SIDE).clone()
    rows[..., 24:40, 16:32] = 1.0
    return rows


@pytest.fixture(params=["incline", "incline over pixels", "relight", "denoise"])
def task(request: pytest.FixtureRequest, network: FusionNetwork, infrared: Tensor) -> Task:
    """Each task on the same picture; called with the arguments they share."""

    def run(**arguments: Any) -> Outcome:
        shared: dict[str, Any] = {"recipe": QUICK, "mask": box_mask()}
        arguments = shared | arguments
        if request.param.startswith("incline"):
            if request.param.endswith("pixels"):
                arguments["recipe"] = replace(QUICK, over="pixels")
            return incline(network, infrared, scene(), mean_picture(infrared), direction="infrared", **arguments)
        if request.param == "relight":
            return relight(scene(), luma_ratio=1.2, **arguments)
        return denoise(noisy_scene(), **arguments)

    return run
