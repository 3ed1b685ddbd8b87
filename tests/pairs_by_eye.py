"""Rendered pairs, 240x320, of which one knows what a person should see."""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.float32]
Mask = NDArray[np.uint8]

NOISE = 0.001  # of the infrared picture of a good camera: what steps of 8 bits come to


@dataclass(frozen=True)
class Scene:
    """A pair and where its things are; masks of 0 and 1."""

    infrared: Plane
    visible: Plane
    person: Mask
    road: Mask
    sky: Mask


def _masks() -> tuple[Mask, Mask, Mask]:
    sky, road, person = (np.zeros((240, 320), np.uint8) for _ in range(3))
    sky[:80] = 1
    road[160:] = 1
    cv2.ellipse(person, (160, 150), (14, 40), 0, 0, 360, 1, -1)
    return sky, road & (1 - cv2.dilate(person, np.ones((21, 21)))), person


def _folds() -> Plane:
    """Structure of clothes, about a tenth."""
    rows, columns = np.mgrid[0:240, 0:320].astype(np.float32)
    folds: Plane = (0.1 * np.sin(rows / 4) * np.cos(columns / 5)).astype(np.float32)
    return folds


def _infrared(person: Mask, sky: Mask, road: Mask) -> Plane:
    infrared = np.full((240, 320), 0.25, np.float32)
    infrared[sky > 0], infrared[road > 0] = 0.05, 0.2
    warm = cv2.GaussianBlur(person.astype(np.float32), (0, 0), 0.8)
    mixed: Plane = infrared * (1 - warm) + (0.8 + _folds()) * warm
    return mixed


def night() -> Scene:
    """Unlit but for a lamp's pool of light; the person stands in the dark."""
    sky, road, person = _masks()
    visible = np.full((240, 320, 3), (0.04, 0.05, 0.06), np.float32)
    cv2.circle(visible, (50, 60), 6, (0.98, 0.95, 0.85), -1)
    visible[road > 0] = (0.08, 0.08, 0.07)
    return Scene(_infrared(person, sky, road), cv2.GaussianBlur(visible, (0, 0), 1.0), person, road, sky)


def day(*, hidden: bool = False) -> Scene:
    """Sunlit, with a pedestrian in a red coat; hidden: in the shade of a hedge, of its colour and lightness."""
    sky, road, person = _masks()
    visible = np.full((240, 320, 3), (0.45, 0.55, 0.35), np.float32)
    visible[sky > 0], visible[road > 0] = (0.75, 0.85, 0.95), (0.5, 0.5, 0.5)
    visible[200:204, ::2] = 0.8  # a marking
    if hidden:
        visible[90:200, 100:220] = (0.16, 0.20, 0.12)
    else:
        visible[person > 0] = (0.75, 0.2, 0.2)
        visible += person[..., None] * _folds()[..., None]
    infrared = _infrared(person, sky, road)
    infrared[road > 0] = 0.55  # asphalt in the sun is warm
    return Scene(infrared, np.clip(cv2.GaussianBlur(visible, (0, 0), 0.8), 0, 1), person, road, sky)


def under_a_house(*, somebody: bool = True) -> Scene:
    """A sunlit wall, warm; below it the dark of a passage, cool, and in it somebody as dark, somewhat warmer."""
    scene = day()
    visible, infrared = scene.visible.copy(), np.full((240, 320), 0.36, np.float32)
    visible[:110], infrared[:110] = (0.95, 0.92, 0.80), 0.45
    visible[110:200], infrared[110:200] = (0.05, 0.06, 0.04), 0.33
    person = np.zeros((240, 320), np.uint8)
    if somebody:
        cv2.ellipse(person, (160, 158), (9, 28), 0, 0, 360, 1, -1)
    infrared[person > 0] = 0.42
    grain = np.random.default_rng(1).normal(0, NOISE, infrared.shape)
    infrared = (cv2.GaussianBlur(infrared, (0, 0), 0.8) + grain).astype(np.float32)
    return replace(scene, visible=cv2.GaussianBlur(visible, (0, 0), 0.8), infrared=infrared, person=person)
