"""Motion, cuts, and what is carried along: masks and edits between key frames."""

from itertools import pairwise

import numpy as np
import pytest

from tests.films import HEIGHT, WIDTH, ground, infrared_at, visible_at
from wordfuse.fusion.applied import Applied
from wordfuse.fusion.film.carry import Edges, between, mixed, voted, voted_plane
from wordfuse.fusion.film.cuts import Cuts
from wordfuse.fusion.film.flow import Flow, Track, guide_of
from wordfuse.fusion.film.steady import steadied
from wordfuse.fusion.images import to_float

Plane = np.ndarray[tuple[int, int], np.dtype[np.float32]]


def moved_ground(right: int) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    """The ground when everything has moved so many pixels to the right."""
    return np.ascontiguousarray(ground()[:HEIGHT, 32 - right : 32 - right + WIDTH])


def test_motion_is_found_both_ways() -> None:
    motion = Flow().between(moved_ground(0), moved_ground(3))
    inner = (slice(16, -16), slice(16, -16))
    assert np.median(motion.ahead[inner][..., 0]) == pytest.approx(3, abs=0.2)
    assert np.median(motion.back[inner][..., 0]) == pytest.approx(-3, abs=0.2)
    assert abs(np.median(motion.back[inner][..., 1])) < 0.2
    assert motion.sure_back[inner].mean() > 0.95


def test_what_comes_into_view_is_not_sure() -> None:
    later = moved_ground(2)
    later[30:66, 50:90] = ground(seed=9)[30:66, 50:90]
    motion = Flow().between(moved_ground(0), later)
    assert motion.sure_back[34:62, 54:86].mean() < 0.7
    assert motion.sure_back[34:62, 4:36].mean() > 0.95


def test_a_track_leads_back_over_many_frames() -> None:
    flow, frames = Flow(), [moved_ground(2 * place) for place in range(7)]
    there = Track.begin(frames[0].shape)
    back = Track.begin(frames[0].shape)
    for earlier, later in pairwise(frames):
        motion = flow.between(earlier, later)
        there = there.continued(motion.back, motion.sure_back)
        back = back.followed(motion.ahead, motion.sure_ahead)
    mask = np.zeros(frames[0].shape, np.float32)
    mask[40:60, 50:70] = 1
    carried = there.carried(mask)
    expected = np.zeros_like(mask)
    expected[40:60, 62:82] = 1
    assert (np.minimum(carried, expected).sum() / np.maximum(carried, expected).sum()) > 0.85
    # And the other way: where the key frame's pixels came to.
    returned = back.carried(expected)
    assert (np.minimum(returned, mask).sum() / np.maximum(returned, mask).sum()) > 0.85


def test_planes_of_any_size_are_carried() -> None:
    track = Track.begin((HEIGHT, WIDTH)).continued(
        np.dstack([np.full((HEIGHT, WIDTH), -4, np.float32), np.zeros((HEIGHT, WIDTH), np.float32)]),
        np.ones((HEIGHT, WIDTH), np.float32),
    )
    large = np.zeros((2 * HEIGHT, 2 * WIDTH), np.float32)
    large[80:100, 100:120] = 1
    carried = track.carried(large)
    assert carried[90, 118] == pytest.approx(1) and carried[90, 126] == pytest.approx(1)
    assert carried[90, 104] == pytest.approx(0)


def guides(*places: int, seed: int = 0) -> list[np.ndarray]:
    return [
        guide_of(to_float(infrared_at(place, seed=seed)), to_float(visible_at(place, seed=seed))) for place in places
    ]


def test_a_scene_ends_where_the_picture_is_another() -> None:
    cuts = Cuts()
    assert [cuts.begins(guide) for guide in guides(0, 1, 2, 4, 8)] == [True, False, False, False, False]
    (other,) = guides(0, seed=5)
    assert cuts.begins(255 - other)
    assert not cuts.begins(255 - other)


def test_more_light_is_no_other_scene() -> None:
    cuts, (guide,) = Cuts(), guides(0)
    assert cuts.begins(guide)
    assert not cuts.begins(np.clip(guide.astype(int) + 60, 0, 255).astype(np.uint8))


STILL = Track.begin((HEIGHT, WIDTH))


def edit(amount: float, columns: slice, light: float = 0.5) -> Applied:
    weight = np.zeros((HEIGHT, WIDTH), np.float32)
    weight[:, columns] = 1
    return Applied("relight", amount, {"ordered": (0.0,)}, {"weight": weight, "light": np.full_like(weight, light)})


def test_an_edit_goes_over_into_the_next_one() -> None:
    made = between((edit(1.0, slice(0, 40), 0.2), edit(3.0, slice(0, 40), 0.6)), (STILL, STILL), 0.25)
    assert made is not None
    assert made.amount == pytest.approx(1.5)
    assert made.planes["light"][10, 10] == pytest.approx(0.3, abs=1e-5)
    assert made.weight[10, 10] == pytest.approx(1) and made.weight[10, 60] == 0


def test_what_appears_fades_in_and_has_the_light_of_where_it_is() -> None:
    light = edit(2.0, slice(0, 40), 0.2)
    both = edit(2.0, slice(0, 80), 0.9)
    made = between((light, both), (STILL, STILL), 0.5)
    assert made is not None
    assert made.weight[10, 60] == pytest.approx(0.5)  # known to the later key frame alone
    assert made.planes["light"][10, 60] == pytest.approx(0.9, abs=0.01)
    alone = between((None, both), (STILL, STILL), 0.25)
    assert alone is not None and alone.weight[10, 60] == pytest.approx(0.25) and alone.amount == 2.0
    assert between((None, None), (STILL, STILL), 0.5) is None


def test_where_the_way_to_a_key_frame_is_lost_the_other_counts() -> None:
    lost = Track(STILL.at, np.zeros_like(STILL.sure))
    one, two = np.zeros((HEIGHT, WIDTH), np.float32), np.ones((HEIGHT, WIDTH), np.float32)
    assert mixed((one, two), (STILL, STILL), 0.5)[5, 5] == pytest.approx(0.5)
    assert mixed((one, two), (lost, STILL), 0.5)[5, 5] > 0.9


def test_one_look_alone_has_no_say() -> None:
    nothing, there = edit(1.0, slice(0, 0)).weight, edit(1.0, slice(20, 40)).weight
    around = (there, there)
    assert voted_plane(nothing, around, (STILL, STILL))[10, 30] == 1  # it was overlooked once
    assert voted_plane(there, (nothing, nothing), (STILL, STILL))[10, 30] == 0  # it was seen once where nothing is
    hidden = Track(STILL.at, np.zeros_like(STILL.sure))
    assert voted_plane(there, (nothing, nothing), (hidden, STILL))[10, 30] == 1  # nobody can tell
    back = voted(None, (edit(1.0, slice(20, 40)), edit(2.0, slice(20, 40))), (STILL, STILL))
    assert back is not None and back.weight[10, 30] == 1 and back.amount == pytest.approx(1.5)
    assert voted(None, (None, edit(1.0, slice(20, 40))), (STILL, STILL)) is None


def test_values_of_key_frames_are_smoothed() -> None:
    rising = [1.0, 2.0, 3.0, 4.0]
    assert steadied(rising) == pytest.approx(rising)
    assert steadied([1.0, 1.0, 9.0, 1.0, 1.0]) == pytest.approx([1.0] * 5)  # an outlier
    unrest = steadied([1.0, 1.4, 1.0, 1.4, 1.0])
    assert np.ptp([value for value in unrest if value is not None][1:-1]) < 0.25
    assert steadied([2.0]) == [2.0] and steadied([]) == []
    assert steadied([1.0, None, 3.0]) == [1.0, None, 3.0]


def test_a_carried_region_comes_to_the_edges_of_its_frame() -> None:
    infrared, visible = to_float(infrared_at(12)), to_float(visible_at(12))
    truth = np.zeros((HEIGHT, WIDTH), np.float32)
    truth[30:66, 32:46] = 1
    carried = np.roll(truth, 2, axis=1)  # two pixels off
    way = np.full((HEIGHT, WIDTH, 2), 4, np.float32)
    moved = Track(STILL.at + way, STILL.sure)

    def overlap(mask: np.ndarray) -> float:
        inside = mask > 0.5
        return float((inside & (truth > 0)).sum() / (inside | (truth > 0)).sum())

    snapped = Edges(infrared, visible, (moved, moved)).snapped(carried)
    assert overlap(carried) < 0.76 < 0.85 < overlap(snapped)
    # Where nothing moves, it stays as the looks had it, to the last bit; at a look of what moves it is as beside it.
    assert Edges(infrared, visible, (STILL, STILL)).snapped(carried) is carried
    half = [Track(STILL.at + share * way, STILL.sure) for share in (0.5, -0.5)]
    beside, at_a_look = (Edges(infrared, visible, (one, two)) for one, two in ((*half,), (STILL, moved)))
    assert np.abs(beside.snapped(carried) - at_a_look.snapped(carried)).max() < 1e-6
    assert not snapped[:, 70:].any()


def test_a_snapped_edit_ends_where_its_region_ends() -> None:
    infrared, visible = to_float(infrared_at(12)), to_float(visible_at(12))
    moved = Track(STILL.at + np.full((HEIGHT, WIDTH, 2), 4, np.float32), STILL.sure)
    edges = Edges(infrared, visible, (moved, moved))
    off = edit(1.0, slice(35, 49))
    mask = edges.snapped(off.weight)
    assert edges.edit(off, mask).weight[mask < 0.1].max() == pytest.approx(0)
