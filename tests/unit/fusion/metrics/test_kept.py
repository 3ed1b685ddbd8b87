"""Values of pixels that were reckoned before."""

import numpy as np

from wordfuse.fusion.metrics.kept import Kept


def test_the_same_pixels_are_reckoned_once_and_others_anew() -> None:
    kept, reckoned = Kept[float](2), list[int]()

    def mean(pixels: np.ndarray) -> float:
        def reckon() -> float:
            reckoned.append(1)
            return float(pixels.mean())

        return kept.of(reckon, pixels, None, told="mean")

    one, other = np.zeros((4, 6)), np.ones((4, 6))
    assert [mean(one), mean(one.copy()), mean(other)] == [0.0, 0.0, 1.0]
    assert len(reckoned) == 2
    other[0, 0] = 25  # the same array with other pixels
    assert mean(other) == 2.0
    assert len(reckoned) == 3
    mean(one)
    assert len(reckoned) == 4, "of two that are kept it was used longest ago"


def test_shape_type_and_what_else_is_told_belong_to_it() -> None:
    kept = Kept[int](9)
    flat = np.zeros(6, np.float32)
    asked = [(flat, None), (flat.reshape(2, 3), None), (flat.view(np.int32), None), (flat, "told"), (None, None)]
    assert [kept.of(lambda n=n: n, pixels, told=told) for n, (pixels, told) in enumerate(asked)] == [0, 1, 2, 3, 4]


def test_which_of_several_it_is_belongs_to_it() -> None:
    kept, one = Kept[int](9), np.ones((2, 3))
    asked = [(one, None), (None, one), (one, one), (one, one + 1), (one,)]
    for _ in range(2):
        assert [kept.of(lambda n=n: n, *pixels) for n, pixels in enumerate(asked)] == [0, 1, 2, 3, 4]
