"""New looks where a region was lost on its way: half-way between two key frames that do not agree on it."""

from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.abandon import still_wanted
from wordfuse.fusion.film.flow import Flow, Track, guide_of
from wordfuse.fusion.film.fusing import FilmFuser
from wordfuse.tools.film.fitting import read_states
from wordfuse.tools.film.scanning import LEAST, tracks_file
from wordfuse.tools.film.settling import states_file
from wordfuse.tools.film.source import Source
from wordfuse.tools.film.store import read_tracks, write_pair, write_tracks
from wordfuse.tools.film.types import KEYS, Key, Scan

AGREE = 0.5  # overlap of a region that was carried to a key frame with what is found there, below which it was lost

Plane = NDArray[np.float32]


def refined(scan: Scan, source: Source, fuser: FilmFuser, folder: Path) -> Scan:
    """The same film with a key frame more in each part in which a region was lost.

    Args:
        scan: of a film whose key frames are all fitted.
        source: its frames.
        fuser: how they are fused.
        folder: of the run.
    """
    keys: list[Key] = []
    for place, key in enumerate(scan.keys):
        still_wanted()
        before = scan.keys[place - 1] if place and key.follows else None
        if before is not None and key.number - before.number >= 2 * LEAST and _lost(folder, before, key):
            keys.append(_between(before, key, source, fuser, folder))
        keys.append(key)
    return scan.model_copy(update={"keys": tuple(keys)})


def _lost(folder: Path, before: Key, key: Key) -> bool:
    """Whether a region that both key frames have did not come from one to the other."""
    to_before, _ = read_tracks(tracks_file(folder, before, key))
    states = read_states(states_file(folder, before)), read_states(states_file(folder, key))
    for one, two in zip(*states, strict=False):
        if one.mask is not None and two.mask is not None and _overlap(to_before.carried(one.mask), two.mask) < AGREE:
            return True
    return False


def _overlap(one: Plane, two: Plane) -> float:
    inside, other = one > 0.5, two > 0.5
    return float((inside & other).sum() / max(1, (inside | other).sum()))


def _between(before: Key, key: Key, source: Source, fuser: FilmFuser, folder: Path) -> Key:
    """A key frame half-way between two, with the ways to both."""
    middle = (before.number + key.number) // 2
    guides, made = [], None
    for moment in source.moments(range(before.number, key.number + 1)):
        pair = source.pair(moment)
        guides.append(guide_of(pair.infrared, pair.visible))
        if moment.number == middle:
            numbers = fuser.numbers(pair)
            made = Key(
                number=middle, seconds=moment.seconds, why="drift", scene=key.scene, numbers=numbers, follows=True
            )
            write_pair(folder / KEYS, made.name, source.measured(moment))
    if made is None:
        raise RuntimeError("a frame between two others was not read")
    flow, split = Flow(), middle - before.number
    for start, end, ways in ((before, made, guides[: split + 1]), (made, key, guides[split:])):
        back = ahead = Track.begin(guides[0].shape)
        for two in pairwise(ways):
            motion = flow.between(*two)
            back = back.continued(motion.back, motion.sure_back)
            ahead = ahead.followed(motion.ahead, motion.sure_ahead)
        write_tracks(tracks_file(folder, start, end), back, ahead)
    return made
