"""The presets of the other papers, from the command line and from Python, with the weights that ship."""

from pathlib import Path

import numpy as np
import pytest

import wordfuse
from tests.commandline import wordfuse as command
from tests.fakes import Small
from wordfuse.fusion.images import read_picture

pytestmark = pytest.mark.real


@pytest.mark.parametrize("preset", ["ldfusion", "mgfusion"])
def test_a_preset_fuses_alike_from_both_sides(preset: str, small: Small, tmp_path: Path) -> None:
    pair = wordfuse.read_pair(small.ir, small.vi)
    fused = wordfuse.fuse(pair, preset=preset, device="cpu")
    out = tmp_path / "fused.png"
    told = command(
        *("fuse", "--ir", small.ir, "--vi", small.vi, "--out", out, "--preset", preset, "--device", "cpu", "--quiet")
    )
    assert told.exit_code == 0, told.output
    assert np.array_equal(read_picture(out), fused)
    infrared, visible = (read_picture(path).astype(float) for path in (small.ir, small.vi))
    # It lies between its sources and is neither: what is warm is brighter than in the visible picture.
    warm = infrared[..., 0] > np.quantile(infrared[..., 0], 0.98)
    assert fused[warm].mean() > visible[warm].mean() + 5
    assert np.abs(fused - visible).mean() > 1 and np.abs(fused - infrared).mean() > 1


def test_a_preset_goes_through_a_run(small: Small, tmp_path: Path) -> None:
    pair = wordfuse.read_pair(small.ir, small.vi)
    given = {"preset": "ldfusion", "device": "cpu"}
    fused = wordfuse.fuse(pair, **given)
    mask = wordfuse.segment(pair, "people", masks={"people": small.masks["people"]}, **given)
    edited = wordfuse.relight(fused, pair, mask, direction="brighter", **given)
    assert edited[mask > 0].mean() > fused[mask > 0].mean()
    assert np.array_equal(edited[mask == 0], fused[mask == 0])
