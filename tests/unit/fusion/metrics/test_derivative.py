"""Gaussian derivatives, beside scipy's."""

import numpy as np
import pytest
from scipy import ndimage

from wordfuse.fusion.metrics.derivative import slopes_at


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("sigma", [1.0, 1.5])
def test_slopes_are_those_of_scipy_up_to_the_borders(dtype: type, sigma: float) -> None:
    plane = (255 * np.random.default_rng(0).random((40, 31))).astype(dtype)
    expected = [ndimage.gaussian_filter(plane, sigma, order=order) for order in ((0, 1), (1, 0))]
    for slope, wanted in zip(slopes_at(plane, sigma), expected, strict=True):
        assert slope.dtype == dtype
        np.testing.assert_allclose(slope, wanted, atol=2e-5 if dtype is np.float32 else 1e-10)
