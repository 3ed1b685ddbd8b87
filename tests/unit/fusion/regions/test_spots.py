"""A click on a small thing that stands out takes that thing, and nothing else does."""

import cv2
import numpy as np
import pytest

from wordfuse.fusion.regions.pixels import PixelsBackend
from wordfuse.fusion.regions.pointing import at_point
from wordfuse.fusion.regions.spots import spot_at
from wordfuse.fusion.regions.types import Sources

SIZE = (480, 640)  # rows, columns
LAMP, SIGN, ENGINE = (120, 90), (400, 200), (520, 300)  # column, row


def night(scale: float = 1.0) -> Sources:
    """A dark street with a lamp in its halo, a light sign with dark letters, and an engine that is only warm."""
    rng = np.random.default_rng(0)
    rows, columns = np.mgrid[: SIZE[0], : SIZE[1]]
    away = np.hypot(columns - LAMP[0], rows - LAMP[1])
    visible = 0.08 + 0.35 * np.exp(-((away / 14) ** 2))
    visible[away <= 6] = 1.0
    visible[SIGN[1] - 25 : SIGN[1] + 25, SIGN[0] - 10 : SIGN[0] + 10] = 0.8
    visible[SIGN[1] - 10 : SIGN[1] + 10, SIGN[0] - 3 : SIGN[0] + 3] = 0.1
    infrared = np.full(SIZE, 0.3)
    infrared[ENGINE[1] - 8 : ENGINE[1] + 8, ENGINE[0] - 12 : ENGINE[0] + 12] = 0.9
    pictures = [one + rng.normal(0, 0.01, SIZE) for one in (visible, infrared)]
    size = round(SIZE[1] * scale), round(SIZE[0] * scale)
    light, heat = (cv2.resize(np.clip(one, 0, 1).astype(np.float32), size) for one in pictures)
    colour = np.repeat(light[..., None], 3, axis=2)
    return Sources(heat, colour, colour)


def overlap(mask: np.ndarray, wanted: np.ndarray) -> float:
    inside = mask > 127
    return float((inside & wanted).sum() / (inside | wanted).sum())


@pytest.mark.parametrize("off", [(0, 0), (4, -3)])
def test_a_lamp_without_its_halo(off: tuple[int, int]) -> None:
    seen = spot_at(night(), (LAMP[0] + off[0], LAMP[1] + off[1]))
    assert seen is not None
    assert seen.told == "the bright spot"
    rows, columns = np.mgrid[: SIZE[0], : SIZE[1]]
    assert overlap(seen.mask, np.hypot(columns - LAMP[0], rows - LAMP[1]) <= 6) > 0.7


def test_a_sign_with_what_is_written_on_it() -> None:
    seen = spot_at(night(), (SIGN[0] - 6.0, SIGN[1] + 4.0))
    assert seen is not None
    wanted = np.zeros(SIZE, bool)
    wanted[SIGN[1] - 25 : SIGN[1] + 25, SIGN[0] - 10 : SIGN[0] + 10] = True
    assert overlap(seen.mask, wanted) > 0.9


def test_what_is_only_warm() -> None:
    seen = spot_at(night(), (ENGINE[0] + 5.0, ENGINE[1] + 0.0))
    assert seen is not None
    assert seen.told == "the hot spot"
    assert seen.mask.astype(bool).sum() == pytest.approx(16 * 24, rel=0.15)


def test_a_large_picture_gives_the_same() -> None:
    seen = spot_at(night(4.0), (4.0 * LAMP[0], 4.0 * LAMP[1]))
    assert seen is not None
    assert seen.mask.astype(bool).sum() == pytest.approx(16 * np.pi * 36, rel=0.3)


@pytest.mark.parametrize("point", [(300.0, 400.0), (0.0, 0.0), (639.0, 479.0), (LAMP[0] + 60.0, float(LAMP[1]))])
def test_there_is_none_where_nothing_stands_out(point: tuple[float, float]) -> None:
    assert spot_at(night(), point) is None


def test_foliage_is_no_spot() -> None:
    rough = cv2.GaussianBlur(np.random.default_rng(1).normal(0, 1, SIZE).astype(np.float32), (0, 0), 3)
    leaves = np.clip(0.4 + 0.25 * rough / rough.std(), 0, 1)
    colour = np.repeat(leaves[..., None], 3, axis=2)
    sources = Sources(np.full(SIZE, 0.5, np.float32), colour, colour)
    seen = [spot_at(sources, (float(x), float(y))) for x in range(60, 640, 130) for y in range(60, 480, 120)]
    assert sum(one is not None for one in seen) <= len(seen) // 10


def test_it_is_offered_first_where_no_thing_is_known() -> None:
    seen = at_point(night(), (float(LAMP[0]), float(LAMP[1])), PixelsBackend())
    assert (seen[0].kind, seen[0].told) == ("spot", "the bright spot")
    assert [one.kind for one in at_point(night(), (300.0, 400.0), PixelsBackend())] == ["alike"]
