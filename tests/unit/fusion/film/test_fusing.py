"""A film is fused without flicker, and what changes in it changes at once."""

from itertools import pairwise

import numpy as np

from tests.films import infrared_at, visible_at
from wordfuse.fusion.film.flow import Flow, guide_of
from wordfuse.fusion.film.fusing import DAZZLED, FilmFuser, unseen_in
from wordfuse.fusion.fusing import Fuser
from wordfuse.fusion.images import Pair, to_float
from wordfuse.fusion.look.surroundings import survey

DARK = np.s_[70:94, 70:120]


def pairs(*places: int, noise: float = 0.0) -> list[Pair]:
    """Frames of a still or walking scene, with fresh grain in infrared."""
    rng, made = np.random.default_rng(0), []
    for place in places:
        grain = rng.normal(0, noise, infrared_at(0).shape).astype(np.float32)
        infrared = np.clip(to_float(infrared_at(place)) + grain, 0, 1)
        made.append(Pair(infrared.astype(np.float32), to_float(visible_at(place)), False))
    return made


def as_film(frames: list[Pair]) -> list[np.ndarray]:
    fuser, flow, shown, before = FilmFuser(Fuser()), Flow(), [], None
    numbers = fuser.numbers(frames[0])
    for pair in frames:
        guide = guide_of(pair.infrared, pair.visible)
        shown.append(fuser.fuse(pair, numbers, None if before is None else flow.between(before, guide)))
        before = guide
    return shown


def unrest(frames: list[np.ndarray]) -> float:
    return float(np.mean([np.abs(two - one)[DARK].mean() for one, two in pairwise(frames[2:])]))


def test_grain_of_infrared_does_not_flicker() -> None:
    frames = pairs(*[0] * 8, noise=0.02)
    alone = [Fuser().fuse(pair.infrared, pair.visible).picture for pair in frames]
    assert unrest(as_film(frames)) < 0.6 * unrest(alone)


def test_the_first_frame_is_the_picture() -> None:
    (pair,) = pairs(0)
    assert np.abs(as_film([pair])[0] - Fuser().fuse(pair.infrared, pair.visible).picture).max() < 1e-6


def lamps(gap_px: int) -> Pair:
    """A night with two lamps that glow, each too small to blind the camera, and somebody in them whom infrared sees."""
    rows, columns = np.mgrid[:360, :480]
    visible, infrared = np.full((360, 480), 0.05, np.float32), np.full((360, 480), 0.4, np.float32)
    for side in (-1, 1):
        away = np.hypot(rows - 180, columns - (240 + side * (12 + gap_px / 2))).astype(np.float32)
        visible = np.maximum(visible, np.clip(1 - np.maximum(away - 12, 0) / 60, 0, 1))
        infrared += np.float32(0.3) * ((away < 11) & (rows % 6 < 3))
    return Pair(infrared, np.repeat(visible[..., None], 3, axis=2).astype(np.float32), True)


def test_two_lamps_that_meet_are_not_dimmed_at_once() -> None:
    apart, met = lamps(9), lamps(0)
    alone = [survey(pair.infrared, pair.visible).dazzle for pair in (apart, met)]
    assert np.abs(alone[1] - alone[0]).max() > 0.4, "each frame by itself jumps"
    fuser, flow = FilmFuser(Fuser()), Flow()
    numbers, dazzled, before = fuser.numbers(met), [], None
    for pair in (apart, *[met] * 25):
        guide = guide_of(pair.infrared, pair.visible)
        fuser.fuse(pair, numbers, None if before is None else flow.between(before, guide))
        dazzled.append(fuser.left[DAZZLED])
        before = guide
    assert max(np.abs(two - one).max() for one, two in pairwise(dazzled)) < 0.2
    assert np.abs(dazzled[-1] - alone[1]).max() < 0.05, "and it comes there"


def test_what_appears_is_there_at_once() -> None:
    before, after = pairs(0, 40)
    film = as_film([before, after])
    fuser = FilmFuser(Fuser())
    alone = fuser.fuse(after, fuser.numbers(before), None)
    person = np.s_[32:64, 62:72]
    assert np.abs(film[1] - alone)[person].mean() < 0.02
    assert np.abs(film[1] - film[0])[person].mean() > 0.1


def test_a_frame_is_fused_again_as_it_was() -> None:
    first, second = pairs(0, 1, noise=0.02)
    fuser, flow = FilmFuser(Fuser()), Flow()
    numbers = fuser.numbers(first)
    fuser.fuse(first, numbers, None)
    motion = flow.between(*(guide_of(pair.infrared, pair.visible) for pair in (first, second)))
    fused = fuser.fuse(second, numbers, motion)
    assert np.array_equal(fuser.again(second, numbers, second.infrared, second.visible), fused)
    brighter = fuser.again(second, numbers, second.infrared, np.clip(second.visible + 0.1, 0, 1))
    assert (brighter - fused).mean() > 0.05


def test_where_the_camera_saw_nothing_is_found_once_for_a_film() -> None:
    frames, dead = pairs(0, 20, 40), np.s_[:8]
    for pair in frames:
        for side in (np.s_[:8], np.s_[-8:], np.s_[:, :8], np.s_[:, -8:]):
            pair.infrared[side] = 0
    unseen = unseen_in(frames)
    assert unseen.frame is not None
    assert unseen.frame[dead].all() and not unseen.frame[40:60, 40:60].any()
    # A frame in which heat touches the border is filled in as the others are, and no further.
    frames[1].infrared[30:60, -30:] = 1.0
    fuser = FilmFuser(Fuser(), unseen)
    fused = fuser.fuse(frames[1], fuser.numbers(frames[0]), None)
    assert np.abs(fused - frames[1].visible)[:6].max() < 0.02
    assert unseen_in(pairs(0, 20, 40)).frame is None


def test_networks_and_shares_are_fused_as_they_are() -> None:
    (pair,) = pairs(0)
    visible_only = FilmFuser(Fuser(share=0.0))
    shown = visible_only.fuse(pair, visible_only.numbers(pair), None)
    assert np.abs(shown - pair.visible).max() < 1e-6
