"""Glare by day, or as bright as day: what lies between two lights is darkened no further than they are."""

import numpy as np
import pytest

from wordfuse.fusion.colour import luma
from wordfuse.fusion.finetune import relight
from wordfuse.fusion.finetune.lamps.glare import least_gains
from wordfuse.fusion.tensors import Batch

HEIGHT, WIDTH = 120, 160
ROWS, COLUMNS = np.mgrid[:HEIGHT, :WIDTH].astype(np.float32)
MASK = (np.hypot((ROWS - 60) / 35, (COLUMNS - 80) / 50) < 1).astype(np.float32)[None, None]


def lights() -> Batch:
    """Two white discs on a bright road, a grayer bonnet between them."""
    y = np.full((HEIGHT, WIDTH), 0.97, np.float32)
    y[40:80, 50:110] = 0.7
    for middle in (55, 105):
        y[np.hypot(ROWS - 60, COLUMNS - middle) < 18] = 1.0
    y -= np.random.default_rng(0).uniform(0, 0.01, y.shape).astype(np.float32)
    return np.repeat(y[None, None], 3, axis=1)


@pytest.mark.parametrize("ratio", [1 / 1.12, 1 / 1.3, 1 / 1.6])
def test_what_lies_between_lights_is_not_blackened(ratio: float) -> None:
    before = lights()
    outcome = relight(before, luma_ratio=ratio, mask=MASK)
    gain = (luma(np.asarray(outcome.image)) / luma(before))[0, 0]
    bonnet, light = float(gain[55:65, 76:84].mean()), float(gain[55:65, 50:60].mean())
    assert bonnet > light - 0.12, "both go alike, as far as either may"
    assert bonnet > 0.8


def test_what_is_far_from_a_light_is_not_held() -> None:
    smooth = np.full((1, 1, HEIGHT, WIDTH), 0.5, np.float32)
    smooth[..., :20, :20] = 1.0
    least = least_gains(smooth, np.full_like(smooth, 0.9), np.ones_like(smooth))
    assert float(least[..., :18, :18].min()) > 0.85
    assert float(least[..., 20:24, 8:12].mean()) > 0.4, "beside it"
    assert float(least[..., 60:, 60:].max()) < 0.01


def test_nothing_is_held_where_nothing_glares() -> None:
    dim = np.full((1, 1, HEIGHT, WIDTH), 0.5, np.float32)
    assert float(least_gains(dim, dim, np.ones_like(dim)).max()) == 0
