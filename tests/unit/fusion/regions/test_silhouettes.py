"""Masks that are hardly more than a box are cut along the outline of what is in it."""

import cv2
import numpy as np
import pytest

from wordfuse.fusion.networks.classes import CLASSES
from wordfuse.fusion.regions import Sources
from wordfuse.fusion.regions.embedded.cutting import cut_out
from wordfuse.fusion.regions.embedded.looking import Object, View
from wordfuse.fusion.regions.embedded.silhouettes import fills_its_box, outlined

HEIGHT, WIDTH = 160, 120
BOX = (40.0, 30.0, 80.0, 130.0)


def somebody() -> tuple[Sources, np.ndarray]:
    """A dark coat over bright trousers before a street that is dark above and bright below; and who wears them."""
    rng = np.random.default_rng(0)
    body = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.ellipse(body, (60, 80), (19, 49), 0, 0, 360, 1, -1)
    rows = np.arange(HEIGHT)[:, None] + np.zeros((1, WIDTH), np.int64)
    street = np.where(rows < 80, 0.3, 0.6)
    light = np.where(body > 0, np.where(rows < 80, 0.12, 0.85), street) + rng.normal(0, 0.03, body.shape)
    visible = np.repeat(np.clip(light, 0, 1)[..., None], 3, axis=2).astype(np.float32)
    heat = (0.4 + rng.normal(0, 0.02, body.shape)).astype(np.float32)
    return Sources(heat, visible, visible), body > 0


def boxed() -> np.ndarray:
    mask = np.zeros((HEIGHT, WIDTH), np.bool_)
    mask[30:130, 40:80] = True
    return mask


def overlap(one: np.ndarray, two: np.ndarray) -> float:
    return float((one & two).sum() / (one | two).sum())


def test_a_box_is_cut_along_the_outline_of_who_is_in_it() -> None:
    pair, body = somebody()
    found = outlined(pair.infrared, pair.visible, boxed(), boxed().astype(np.float32), BOX)
    assert overlap(boxed(), body) < 0.8 < 0.9 < overlap(found, body)


def test_it_is_cut_the_same_every_time() -> None:
    pair, _ = somebody()
    once, again = (outlined(pair.infrared, pair.visible, boxed(), boxed().astype(np.float32), BOX) for _ in range(2))
    np.testing.assert_array_equal(once, again)


def test_where_nothing_is_to_be_seen_the_mask_stays() -> None:
    flat = np.full((HEIGHT, WIDTH), 0.4, np.float32)
    found = outlined(flat, np.dstack([flat] * 3), boxed(), boxed().astype(np.float32), BOX)
    assert overlap(found, boxed()) > 0.7


@pytest.mark.parametrize(("name", "mask", "fills"), [
    ("person", boxed(), True),
    ("person", boxed() & np.tri(HEIGHT, WIDTH, -40, np.bool_), False),
    ("car", np.pad(np.ones((6, 20), np.bool_), 4), False),  # too small to have an outline
    ("car", np.zeros((9, 9), np.bool_), False),
])  # fmt: skip
def test_what_is_hardly_more_than_a_box(name: str, mask: np.ndarray, fills: bool) -> None:
    assert fills_its_box(mask, name) is fills


def test_somebody_whom_the_network_sees_as_a_box_is_cut_out() -> None:
    pair, body = somebody()
    chances = np.full((len(CLASSES), HEIGHT // 4, WIDTH // 4), 0.01, np.float32)
    chances[CLASSES.index("road")] = 0.9
    chances[:, 7:33, 10:20] = 0.01
    chances[CLASSES.index("person"), 7:33, 10:20] = 0.9
    seen = Object("person", BOX, 0.9)
    assert overlap(cut_out(pair, View((seen,), chances), seen), body) > 0.9
