"""The colours of what was brightened: the light grows, the noise of the colours does not."""

import numpy as np

from wordfuse.fusion.colour import luma
from wordfuse.fusion.finetune.colours.lifted import lifted


def dark(noise: float) -> np.ndarray:
    random = np.random.default_rng(0)
    picture = np.full((1, 3, 96, 128), 0.05, np.float32)
    picture[:, :, :, 64:] = 0.6
    colours = random.normal(0, noise, picture.shape).astype(np.float32)
    picture += colours - luma(colours)
    return picture


def test_light_grows_by_the_gain_and_colour_noise_in_the_dark_does_not() -> None:
    before, gain = dark(0.01), np.full((1, 1, 96, 128), 1.6, np.float32)
    after = lifted(before, gain)
    assert np.abs(luma(after) - 1.6 * luma(before)).max() < 1e-5
    inner = np.s_[0, 0, 20:-20, 15:45]
    noise = [(picture - luma(picture))[inner].std() for picture in (before, after)]
    assert noise[1] < 0.4 * noise[0]


def test_colours_in_the_light_grow_as_the_light_does() -> None:
    before, gain = dark(0.02), np.full((1, 1, 96, 128), 1.3, np.float32)
    bright = np.s_[:, :, :, 90:]
    assert np.abs(lifted(before, gain)[bright] - 1.3 * before[bright]).max() < 1e-3


def test_a_coloured_thing_in_the_dark_keeps_its_colour() -> None:
    before = np.full((1, 3, 96, 128), 0.04, np.float32)
    before[:, 0, 20:70, 30:90] = 0.14
    after = lifted(before, np.full((1, 1, 96, 128), 1.5, np.float32))
    inside = np.s_[0, :, 30:60, 45:75]
    was, now = (float(picture[inside][0].mean() - picture[inside][1].mean()) for picture in (before, after))
    assert now > was


def test_gray_stays_gray() -> None:
    before = np.repeat(np.linspace(0, 0.5, 128, dtype=np.float32)[None, None, None], 96, axis=2).repeat(3, axis=1)
    after = lifted(before, np.full((1, 1, 96, 128), 1.5, np.float32))
    assert np.abs(after - 1.5 * before).max() < 1e-6
