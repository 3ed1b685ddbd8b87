"""Scores: nearer to the truth is better, a target gains no more than was asked for, and nothing if the rest changed."""

import numpy as np
import pytest

from wordfuse.evals.deciding import scenes
from wordfuse.evals.deciding.scenes import Staged, stage
from wordfuse.evals.deciding.scores import Truth
from wordfuse.evals.deciding.setting import Setting


@pytest.fixture(scope="module", autouse=True)
def _small() -> object:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(scenes, "SIZE", (96, 72))
        scenes._rendered.cache_clear()
        yield
        scenes._rendered.cache_clear()


def test_nothing_gains_nothing_and_the_truth_gains_most() -> None:
    staged = stage(Setting.model_validate({"scene": "street 7", "damage": [{"kind": "noise", "amount": 24}]}), None)
    truth = Truth(staged)
    half = ((truth.nothing.astype(float) + truth.wanted) / 2).astype(np.uint8)
    worse = (truth.nothing // 2).astype(np.uint8)
    assert truth.gain(truth.nothing) == 0
    assert truth.gain(worse) < 0 < truth.gain(half) < truth.gain(truth.wanted)


def test_a_target_stands_out_up_to_what_is_asked_for_and_only_while_the_rest_stays() -> None:
    flat = np.full((72, 96), 100, np.uint8)
    target = np.zeros_like(flat)
    target[20:50, 40:55] = 255
    pair = flat, np.repeat(flat[..., None], 3, axis=2)
    truth = Truth(Staged(pair, pair, target))

    def lighter(by: int, rest: int = 0) -> float:
        picture = truth.nothing.astype(int) + rest
        picture[target > 0] += by
        return truth.gain(picture.clip(0, 255).astype(np.uint8))

    assert 0 < lighter(8) < lighter(40) == lighter(120)
    assert lighter(40, rest=1) == pytest.approx(lighter(40), abs=1.0)
    assert lighter(60, rest=10) < 0
    assert lighter(0, rest=10) < 0
