"""``--infrared``: how much infrared the fused picture has."""

import json
from pathlib import Path

import numpy as np

from tests.commandline import Scene, complaint, usage_complaint, wordfuse
from wordfuse.fusion.images import read_picture


def fused(scene: Scene, *options: object) -> tuple[dict[str, object], np.ndarray]:
    result = wordfuse("fuse", *scene.pair, "--out", "fused.png", "--json", *options)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout), read_picture(Path("fused.png")).astype(int)


def test_the_knob_moves_the_picture_from_the_visible_to_the_infrared_one(scene: Scene, here: Path) -> None:
    told, own = fused(scene)
    share = told["infrared"]
    assert isinstance(share, float) and 0 < share < 1, "chosen from the pair"
    assert np.abs(fused(scene, "--infrared", share)[1] - own).max() <= 1
    visible, infrared = read_picture(scene.vi).astype(int), np.atleast_3d(read_picture(scene.ir)).astype(int)
    assert np.abs(fused(scene, "--infrared", 0)[1] - visible).max() <= 1
    assert np.abs(fused(scene, "--infrared", 1)[1] - infrared[..., :1]).max() <= 1


def test_networks_have_the_knob_too(scene: Scene, here: Path) -> None:
    told, half = fused(scene, *scene.network, "--infrared", 0.5)
    assert told["infrared"] == 0.5
    assert np.abs(half - fused(scene, *scene.network)[1]).max() <= 1


def test_what_it_cannot_be_is_said(scene: Scene, here: Path) -> None:
    said = usage_complaint(wordfuse("fuse", *scene.pair, "--out", "fused.png", "--infrared", 1.5))
    assert "less than or equal to 1" in said
    weights = scene.network[scene.network.index("--weights") + 1]
    said = complaint(wordfuse("fuse", *scene.pair, "--out", "fused.png", "--weights", weights), 2)
    assert "--weights" in said and "metric" in said
    assert not Path("fused.png").exists()
