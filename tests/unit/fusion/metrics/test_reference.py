"""What is reckoned here gives what the reference implementations give."""

import numpy as np
import pytest
from scipy import ndimage
from skimage.color import deltaE_ciede2000
from skimage.metrics import structural_similarity

from wordfuse.fusion.metrics.ciede2000 import ciede2000
from wordfuse.fusion.metrics.derivative import edge_slopes
from wordfuse.fusion.metrics.similarity import similarity_inside, similarity_map

# Sharma, Wu, Dalal, "The CIEDE2000 color-difference formula: implementation notes, supplementary test data, and
# mathematical observations", 2005, table 1: pairs 1, 4, 7, 10, 14, 17, 20, 25 and 33.
PUBLISHED = [
    ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
    ((50.0, -1.3802, -84.2814), (50.0, 0.0, -82.7485), 1.0000),
    ((50.0, 0.0, 0.0), (50.0, -1.0, 2.0), 2.3669),
    ((50.0, 2.49, -0.001), (50.0, -2.49, 0.0010), 7.1792),
    ((50.0, -0.001, 2.49), (50.0, 0.0010, -2.49), 4.8045),
    ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
    ((50.0, 2.5, 0.0), (58.0, 24.0, 15.0), 19.4535),
    ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ((6.7747, -0.2908, -2.4247), (5.8714, -0.0985, -2.2286), 0.6377),
]


@pytest.mark.parametrize(("one", "other", "expected"), PUBLISHED)
def test_colour_differences_are_those_published(one: object, other: object, expected: float) -> None:
    assert float(ciede2000(np.array(one), np.array(other))) == pytest.approx(expected, abs=1e-4)
    assert float(ciede2000(np.array(other), np.array(one))) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_colour_differences_are_those_of_scikit_image(kind: type) -> None:
    rng = np.random.default_rng(0)
    one, other = (rng.uniform((0, -90, -90), (100, 90, 90), (4000, 3)).astype(kind) for _ in range(2))
    one[:50, 1:], other[25:75, 1:] = 0, 0  # grays, which have no hue
    np.testing.assert_allclose(ciede2000(one, other), deltaE_ciede2000(one, other), rtol=1e-5, atol=1e-5)


def test_structural_similarity_is_that_of_scikit_image() -> None:
    rng = np.random.default_rng(0)
    one = ndimage.gaussian_filter(rng.uniform(0, 255, (40, 61)), 1.5).round()
    other = np.clip(one + rng.normal(0, 6, one.shape), 0, 255).round()
    _, expected = structural_similarity(one, other, win_size=7, data_range=255.0, full=True)
    np.testing.assert_allclose(similarity_map(one, other), expected, atol=1e-9)


@pytest.mark.parametrize("box", [(3, 9, 2, 30), (0, 40, 0, 61), (36, 40, 55, 61), (20, 21, 7, 8)])
def test_the_similarity_inside_a_region_is_that_of_the_whole_map_there(box: tuple[int, int, int, int]) -> None:
    rng = np.random.default_rng(1)
    one, other = (rng.integers(0, 256, (40, 61)).astype(np.float64) for _ in range(2))
    inside = np.zeros(one.shape, bool)
    inside[box[0] : box[1], box[2] : box[3]] = True
    expected = similarity_map(one, other)[inside].mean()
    assert similarity_inside(one, other, inside) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(("border", "mode"), [("BORDER_CONSTANT", "constant"), ("BORDER_REPLICATE", "nearest")])
def test_edge_slopes_are_those_of_scipy(border: str, mode: str) -> None:
    import cv2

    plane = np.random.default_rng(0).integers(0, 256, (20, 31)).astype(np.float64)
    across, down = edge_slopes(plane, getattr(cv2, border))
    np.testing.assert_array_equal(across, ndimage.sobel(plane, axis=1, mode=mode))
    np.testing.assert_array_equal(down, ndimage.sobel(plane, axis=0, mode=mode))
