"""From a point, or paint, to a region."""

from collections.abc import Sequence

import cv2
import numpy as np
import pytest

from wordfuse.fusion.errors import InputError
from wordfuse.fusion.regions.pixels import PixelsBackend
from wordfuse.fusion.regions.pointing import at_point, grown, painted
from wordfuse.fusion.regions.types import Detection, Grounding, Mask, Sources

SIZE = (240, 320)  # rows, columns


def sources(size: tuple[int, int] = SIZE) -> Sources:
    """A dark wall with a light, warm disc on it at (100, 80), 30 px in radius, and a second one elsewhere."""
    noise = np.random.default_rng(0).normal(0, 0.01, size).astype(np.float32)
    infrared, visible = np.full(size, 0.3, np.float32), np.full((*size, 3), 0.25, np.float32)
    for centre in ((100, 80), (250, 180)):
        cv2.circle(infrared, centre, 30, 0.8, cv2.FILLED)
        cv2.circle(visible, centre, 30, (0.6, 0.5, 0.4), cv2.FILLED)
    infrared, visible = np.clip(infrared + noise, 0, 1), np.clip(visible + noise[..., None], 0, 1)
    return Sources(infrared, visible, visible)


def disc(size: tuple[int, int] = SIZE) -> np.ndarray:
    drawn = np.zeros(size, np.uint8)
    cv2.circle(drawn, (100, 80), 30, 255, cv2.FILLED)
    return drawn > 0


def overlap(mask: Mask, wanted: np.ndarray) -> float:
    inside = mask > 127
    return float((inside & wanted).sum() / (inside | wanted).sum())


class Street:
    """A backend that knows a person of a box within the other, who wears a bag, and the sky."""

    name = "street"

    def ground(self, sources: Sources, phrases: Sequence[str]) -> list[Grounding]:
        sky = np.zeros(sources.shape, np.uint8)
        sky[:40] = 255
        trees = np.zeros(sources.shape, np.uint8)
        trees[200:, :60] = trees[200:, 200:] = 255
        told = {
            "people": Grounding("people", True, self.name, (Detection("people", (60, 40, 140, 130), 0.9),), None, ""),
            "signs": Grounding("signs", True, self.name, (Detection("signs", (90, 70, 110, 90), 0.6),), None, ""),
            "trees": Grounding("trees", True, self.name, (), trees, ""),
            "sky": Grounding("sky", True, self.name, (), sky, ""),
        }
        return [told.get(phrase, Grounding(phrase, False, self.name, (), None, "no")) for phrase in phrases]

    def segment(self, sources: Sources, detections: Sequence[Detection]) -> Mask:
        return PixelsBackend().segment(sources, detections)


def test_what_looks_alike_ends_where_it_looks_different() -> None:
    assert overlap(grown(sources(), (105.0, 75.0)), disc()) > 0.93
    wall = grown(sources(), (10.0, 200.0))
    assert not wall[80, 100]
    assert wall[200, 10]


def test_a_large_picture_is_cut_along_its_own_edges() -> None:
    small = sources()
    size = SIZE[1] * 5, SIZE[0] * 5
    large = Sources(
        *(cv2.resize(one, size, interpolation=cv2.INTER_CUBIC) for one in (small.infrared, small.visible, small.fused))
    )
    wanted = cv2.resize(disc().astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
    assert overlap(grown(large, (525.0, 375.0)), wanted) > 0.93


def test_the_smallest_thing_at_the_point_is_meant_first() -> None:
    seen = at_point(sources(), (100.0, 80.0), Street())
    assert [one.kind for one in seen] == ["thing", "alike"]
    assert seen[0].told == "a sign (60% sure)"
    assert at_point(sources(), (70.0, 50.0), Street())[0].told == "a person (90% sure)"
    sky = at_point(sources(), (200.0, 10.0), Street())
    assert (sky[0].kind, sky[0].told) == ("area", "the sky")
    assert sky[0].area == pytest.approx(40 / 240)
    here, everywhere, *_ = at_point(sources(), (30.0, 220.0), Street())
    assert (here.told, everywhere.told) == ("the trees here", "all of the trees")
    assert (here.area, everywhere.area) == pytest.approx((60 * 40 / 76800, 180 * 40 / 76800))


def test_where_nothing_is_known_what_looks_alike_is_meant() -> None:
    (alike,) = at_point(sources(), (105.0, 75.0), PixelsBackend())
    assert alike.kind == "alike"
    assert overlap(alike.mask, disc()) > 0.93


@pytest.mark.parametrize("point", [(-1.0, 5.0), (320.0, 5.0), (5.0, 240.0), (float("nan"), 5.0)])
def test_a_point_outside_is_told(point: tuple[float, float]) -> None:
    with pytest.raises(InputError, match="lies outside of the picture"):
        at_point(sources(), point, PixelsBackend())


def test_paint_is_as_wide_as_the_brush() -> None:
    mask = painted(SIZE, [[(50, 100), (150, 100)]], 10)
    rows, columns = np.nonzero(mask)
    assert (rows.min(), rows.max()) == pytest.approx((90, 110), abs=1)
    assert (columns.min(), columns.max()) == pytest.approx((40, 160), abs=1)
    assert set(np.unique(mask)) == {0, 255}
    dot = painted(SIZE, [[(50, 100)]], 10)
    assert dot.astype(bool).sum() == pytest.approx(np.pi * 100, rel=0.1)


@pytest.mark.parametrize("strokes", [[[(-500.0, -500.0)]], [[(1e9, 1e9), (2e9, 1e9)]], []])
def test_paint_beside_the_picture_is_nothing(strokes: list[list[tuple[float, float]]]) -> None:
    with pytest.raises(InputError, match="covers nothing of the picture"):
        painted(SIZE, strokes, 10)


def test_endless_paint_is_not_drawn() -> None:
    with pytest.raises(InputError, match="too many strokes"):
        painted(SIZE, [[(1.0, 1.0)]] * 401, 3)


@pytest.mark.parametrize("radius", [0.0, -3.0, float("nan"), float("inf")])
def test_a_brush_has_a_size(radius: float) -> None:
    with pytest.raises(InputError, match="is no size of a brush"):
        painted(SIZE, [[(50.0, 100.0)]], radius)


def test_paint_nowhere_is_told() -> None:
    with pytest.raises(InputError, match="is no place on the picture"):
        painted(SIZE, [[(50.0, float("nan"))]], 10)


def test_a_brush_wider_than_the_picture_paints_all_of_it() -> None:
    assert painted(SIZE, [[(50.0, 100.0), (60.0, 100.0)]], 40_000.0).all()
