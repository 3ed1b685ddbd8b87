"""Slopes and windows of a plane, as the losses have them (``fusion.losses``), by OpenCV."""

import cv2
import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.float32]  # (H, W)


def slopes(y: Plane) -> tuple[Plane, Plane]:
    """Horizontal and vertical Sobel derivative of (h, w), as ``fusion.losses.sobel`` has them."""
    return sobel(y, 1, 0), sobel(y, 0, 1)


def sobel(plane: Plane, across: int, down: int) -> Plane:
    """One of both."""
    return np.asarray(cv2.Sobel(plane, cv2.CV_32F, across, down, ksize=3, borderType=cv2.BORDER_REPLICATE), np.float32)


def window_mean(plane: Plane) -> Plane:
    """The mean within the window of ``fusion.losses.gaussian_blur``: 11x11, sigma 1.5."""
    return np.asarray(cv2.GaussianBlur(plane, (11, 11), 1.5, borderType=cv2.BORDER_REPLICATE), np.float32)


def smooth(plane: Plane, sigma_px: float) -> Plane:
    """A Gaussian mean of any width."""
    return np.asarray(cv2.GaussianBlur(plane, (0, 0), sigma_px, borderType=cv2.BORDER_REPLICATE), np.float32)
