"""What flickers in a film is told from what flickers in its sources."""

import numpy as np

from tests.films import infrared_at, visible_at
from wordfuse.evals.bench.video.flicker import Step
from wordfuse.fusion.images import Pair, to_float


def frames(noise: float) -> list[np.ndarray]:
    """Two frames of a still visible film, with fresh grain of so many gray values."""
    rng = np.random.default_rng(0)
    grainy = [visible_at(0) + rng.normal(0, noise, (*infrared_at(0).shape, 3)) for _ in range(2)]
    return [np.clip(frame, 0, 255).astype(np.uint8) for frame in grainy]


def step_of(visible: list[np.ndarray]) -> Step:
    return Step.between(*(Pair(to_float(infrared_at(0)), to_float(frame), False) for frame in visible))


def test_a_film_that_is_its_visible_source_does_not_flicker() -> None:
    visible = frames(2.0)
    assert step_of(visible).flicker(*visible) < 1e-3


def test_a_change_of_light_is_told_in_gray_values() -> None:
    visible = frames(0.0)
    lighter = np.clip(visible[1].astype(np.int16) + 3, 0, 255).astype(np.uint8)
    assert abs(step_of(visible).flicker(visible[0], lighter) - 3) < 0.05
