"""What was found at two key frames, at a frame between them: masks and edits that go where the scene goes.

Both are carried to the frame by the motion between them, and mixed: the nearer key frame counts for more, and where the
way to one of them is not sure, the other one. So what only the later one knows comes in as gently as what only the
earlier one knew goes.
"""

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.applied import WEIGHT, Applied
from wordfuse.fusion.colour import LUMA
from wordfuse.fusion.film.flow import Track
from wordfuse.fusion.guided import guided_filter
from wordfuse.fusion.look.filters import step
from wordfuse.fusion.window import weight_window

Plane = NDArray[np.float32]

SNAP_PX, SNAP_VARIANCE = 6, 1e-3  # of the filter that brings a carried region to the edges of its frame
STILL_PX, MOVED_PX = 0.5, 2.0  # motion since a look, up to which a region is where it was, and from which it may be off
BESIDE_PX = 9  # a region may be off by so much
OUTSIDE, INSIDE = 0.1, 0.4  # of a snapped region: where its edits end
UNSURE = 0.05  # what a way counts for that is not sure
FAINT = 1e-3  # what a plane counts for where its edit takes nothing
CERTAIN = 0.9  # of both ways, where the neighbours of a key frame have a say


def mixed(planes: tuple[Plane, Plane], tracks: tuple[Track, Track], later: float) -> Plane:
    """A plane of two key frames, at a frame between them.

    Args:
        planes: of the earlier and of the later key frame, (H, W).
        tracks: from the frame to either.
        later: how near the later one is, from 0 (at the earlier) to 1 (there).
    """
    carried = [track.carried(plane) for plane, track in zip(planes, tracks, strict=True)]
    share = _share(tracks, later, planes[0].shape)
    return carried[0] + share * (carried[1] - carried[0])


def between(edits: tuple[Applied | None, Applied | None], tracks: tuple[Track, Track], later: float) -> Applied | None:
    """An edit of two key frames, at a frame between them; arguments as for :func:`mixed`.

    None where neither has it. Where one has it, it fades toward the other.
    """
    earlier, following = edits
    if earlier is None and following is None:
        return None
    if earlier is None or following is None or (earlier.kind, earlier.where) != (following.kind, following.where):
        # Of two different ones the nearer: that happens where one key frame was decided anew.
        only_later = earlier is None or (following is not None and later >= 0.5)
        candidate, track = (following, tracks[1]) if only_later else (earlier, tracks[0])
        if candidate is None:
            return None
        moved = _moved(candidate, track)
        if earlier is not None and following is not None:
            return moved
        share = _share(tracks, later, moved.weight.shape)
        return moved.weighted(moved.weight * (share if only_later else 1 - share))
    share = _share(tracks, later, earlier.weight.shape)
    one, two = _moved(earlier, tracks[0]), _moved(following, tracks[1])
    weight = one.weight + share * (two.weight - one.weight)
    own, other = (1 - share) * (one.weight + FAINT), share * (two.weight + FAINT)
    mine = own / (own + other)
    planes = {name: _blended(mine, one.planes[name], two.planes[name]) for name in one.planes}
    whole = np.float32(later)
    return Applied(
        kind=one.kind,
        amount=one.amount + later * (two.amount - one.amount),
        numbers={
            name: tuple(float(a + later * (b - a)) for a, b in zip(values, two.numbers[name], strict=True))
            for name, values in one.numbers.items()
        },
        planes=planes | {WEIGHT: weight},
        fixed={name: plane + whole * (two.fixed[name] - plane) for name, plane in one.fixed.items()},
        where=one.where,
        within=between((earlier.within, following.within), tracks, later),
    )


def voted_plane(own: Plane, around: tuple[Plane, Plane], tracks: tuple[Track, Track]) -> Plane:
    """The plane of a key frame once the key frames around it had their say: the middle one of three.

    What one look alone missed comes back, what one alone found goes; where things hide each other, its own counts.

    Args:
        own: (H, W).
        around: the same of the key frames before and behind.
        tracks: from the key frame to these.
    """
    known = [track.carried(plane) for plane, track in zip(around, tracks, strict=True)]
    sure = np.minimum(*(track.sure_at(*own.shape) for track in tracks)) >= CERTAIN
    low, high = np.minimum(*known), np.maximum(*known)
    return np.where(sure, np.clip(own, low, high), own).astype(np.float32)


def voted(
    own: Applied | None, around: tuple[Applied | None, Applied | None], tracks: tuple[Track, Track]
) -> Applied | None:
    """An edit of a key frame after its neighbours had their say; see :func:`voted_plane`."""
    before, behind = around
    if before is None or behind is None:
        return own
    beside = between((before, behind), tracks, 0.5)
    if beside is None:
        return own
    nothing = np.zeros_like(beside.weight)
    weight = voted_plane(nothing if own is None else own.weight, (before.weight, behind.weight), tracks)
    if own is None:
        return beside.weighted(weight) if weight.any() else None
    if set(own.planes) != set(beside.planes):
        return own
    kept, other = own.weight + FAINT, 0.2 * beside.weight
    mine = np.asarray(kept / (kept + other), np.float32)
    planes = {name: _blended(mine, plane, beside.planes[name]) for name, plane in own.planes.items()}
    return replace(own, planes=planes | {WEIGHT: weight})


class Edges:
    """Brings what was carried to a frame to the edges that the frame shows.

    Motion is found on a small picture, and is off by a pixel or two a second around legs and arms. The guided filter
    (He, Sun and Tang, TPAMI 2013) of both sources moves the border of a region to the border of the thing. Where
    nothing moves, all stays as the looks had it. Where something does, the frame of a look is treated as those beside
    it: else the border would jump there.
    """

    def __init__(self, infrared: Plane, visible: Plane, tracks: tuple[Track, Track]) -> None:
        """Of a frame: (H, W) and (H, W, 3) float32 in [0, 1], and the ways to its key frames."""
        self._guide = np.dstack([infrared, visible @ np.array(LUMA, np.float32)])
        height, width = infrared.shape
        # How far the nearer look is away, on average over a part: the same at a look as beside it.
        moved = 0.25 * np.add(*(track.moved_px(height, width) for track in tracks))
        beside = np.asarray(cv2.dilate(moved, np.ones((BESIDE_PX, BESIDE_PX), np.uint8)), np.float32)
        self._share = step(beside, STILL_PX, MOVED_PX)

    def snapped(self, plane: Plane) -> Plane:
        """A mask or a weight, (H, W) in [0, 1]."""
        window = weight_window(plane, 4 * SNAP_PX)
        if window is None or not self._share[window.rows, window.columns].any():
            return plane
        found = window.rows, window.columns
        near = guided_filter(self._guide[found], plane[found], SNAP_PX, SNAP_VARIANCE).clip(0, 1)
        result = plane.copy()
        result[found] += self._share[found] * (near - plane[found])
        return result

    def edit(self, edit: Applied, mask: Plane) -> Applied:
        """An edit with its weight snapped, ending where its snapped mask ends."""
        weight = self.snapped(edit.weight)
        if weight is edit.weight:
            return edit
        ends = 1 + self._share * (step(mask, OUTSIDE, INSIDE) - 1)
        within = None if edit.within is None else self.edit(edit.within, mask)
        return replace(edit, planes=edit.planes | {WEIGHT: weight * ends}, within=within)


def _share(tracks: Sequence[Track], later: float, shape: tuple[int, ...]) -> Plane:
    """What the later key frame counts for at every pixel, [0, 1]."""
    height, width = shape[:2]
    sure = [UNSURE + (1 - UNSURE) * track.sure_at(height, width) for track in tracks]
    own, other = (1 - later) * sure[0], later * sure[1]
    return np.asarray(other / np.maximum(own + other, 1e-6), np.float32)


def _moved(edit: Applied, track: Track) -> Applied:
    planes = {name: track.carried(plane) for name, plane in edit.planes.items()}
    return replace(edit, planes=planes, within=None if edit.within is None else _moved(edit.within, track))


def _blended(mine: Plane, one: Plane, two: Plane) -> Plane:
    share = mine if one.ndim == 2 else mine[..., None]
    return np.asarray(two + share * (one - two), np.float32)
