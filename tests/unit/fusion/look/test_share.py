"""The knob between the two sources."""

from itertools import pairwise

import numpy as np
import pytest

from tests.pairs_by_eye import night
from wordfuse.fusion.errors import InputError
from wordfuse.fusion.fusing import Fuser
from wordfuse.fusion.look.share import at_share


def test_the_ends_are_the_sources_and_the_picture_s_own_share_is_the_picture() -> None:
    scene = night()
    own = Fuser().fuse(scene.infrared, scene.visible)
    given = {share: Fuser(share=share).fuse(scene.infrared, scene.visible).picture for share in (0.0, own.share, 1.0)}
    np.testing.assert_allclose(given[0.0], scene.visible, atol=1e-6)
    np.testing.assert_allclose(given[own.share], own.picture, atol=1e-6)
    np.testing.assert_allclose(given[1.0], np.repeat(scene.infrared[..., None], 3, 2), atol=1e-6)


def test_it_moves_without_a_jump_and_always_nearer() -> None:
    scene = night()
    pictures = [Fuser(share=share).fuse(scene.infrared, scene.visible).picture for share in np.linspace(0, 1, 21)]
    steps = [np.abs(after - before).mean() for before, after in pairwise(pictures)]
    assert 0 < min(steps) and max(steps) < 0.1
    distances = [np.abs(picture - scene.infrared[..., None]).mean() for picture in pictures]
    assert distances == sorted(distances, reverse=True)


@pytest.mark.parametrize("wanted", [-0.1, 1.1])
def test_a_share_out_of_range_is_refused(wanted: float) -> None:
    scene = night()
    with pytest.raises(InputError, match="must be from 0"):
        at_share(scene.visible, scene.infrared, scene.visible, 0.5, wanted)
