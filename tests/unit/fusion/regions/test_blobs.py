"""One thing that stands out by its light or its heat."""

import numpy as np
import pytest

from wordfuse.fusion.regions.blobs import blob_in
from wordfuse.fusion.regions.types import Sources


def scene(*, light: float, heat: float) -> Sources:
    """A dim picture with a thing at rows 20 to 30 and columns 40 to 60, and a speck as bright far off."""
    infrared = np.full((64, 96), 0.3, np.float32)
    visible = np.full((64, 96, 3), 0.2, np.float32)
    infrared[20:30, 40:60], visible[20:30, 40:60] = heat, light
    visible[5:8, 5:8] = light
    return Sources(infrared, visible, visible)


@pytest.mark.parametrize(
    ("light", "heat", "lit", "warm"),
    [(1.0, 0.3, True, False), (1.0, 0.9, True, True), (0.2, 0.9, False, True), (0.25, 0.32, False, False)],
)
def test_light_is_told_from_heat(light: float, heat: float, lit: bool, warm: bool) -> None:
    inside = np.full((64, 96), 0, np.uint8)
    inside[20:30, 40:60] = inside[5:8, 5:8] = 255
    blob = blob_in(scene(light=light, heat=heat), inside, "light" if lit else "heat")
    assert blob is not None
    assert blob.box == (40, 20, 60, 30), "the larger of the two"
    assert (blob.lit, blob.warm) == (lit, warm)
    assert blob.light == pytest.approx(255 * light, abs=1e-2)
    assert blob.area == pytest.approx(200 / (64 * 96))


def test_what_is_burnt_out_goes_before_what_is_large() -> None:
    sources = scene(light=1.0, heat=0.3)
    inside = np.full((64, 96), 255, np.uint8)
    blob = blob_in(sources, inside, "light")
    assert blob is not None and blob.box == (40, 20, 60, 30)


def test_of_nothing_there_is_none() -> None:
    assert blob_in(scene(light=1.0, heat=0.3), np.zeros((64, 96), np.uint8), "light") is None


def test_a_thing_lies_in_its_place_and_has_a_shape() -> None:
    sources = scene(light=0.9, heat=0.3)
    inside = np.where(sources.visible[..., 0] > 0.5, np.uint8(255), np.uint8(0))
    corner, everywhere = np.zeros((64, 96), np.bool_), np.ones((64, 96), np.bool_)
    corner[:16, :16] = True
    speck, thing = (blob_in(sources, inside, "light", place=place) for place in (corner, everywhere))
    assert speck is not None and speck.box == (5, 5, 8, 8)
    assert thing is not None and thing.box == (40, 20, 60, 30)
    assert blob_in(sources, inside, "light", place=~everywhere) is None
    line = np.zeros((64, 96), np.uint8)
    line[np.arange(60), np.arange(60)] = 255
    assert blob_in(sources, line, "light") is not None
    assert blob_in(sources, line, "light", place=everywhere) is None, "it fills little of its box"
    assert blob_in(sources, np.full((64, 96), 255, np.uint8), "heat", place=everywhere) is None, "that is no thing"


def test_what_is_colder_than_what_is_around_it_is_cold() -> None:
    inside = np.zeros((64, 96), np.uint8)
    inside[20:30, 40:60] = 255
    blob = blob_in(scene(light=1.0, heat=0.1), inside, "light")
    assert blob is not None and blob.cold and not blob.warm
