"""Fuse the frames of a film so that the fused film is as still as its sources.

The default look decides place by place what the visible picture lacks. Decided anew for every frame, that flickers: a
few numbers of the picture as a whole (how warm, how dark it is) move everything, and what infrared adds turns with its
grain, which the look amplifies where it lifts a dark place. So the numbers are those of key frames, with straight lines
between them, and what infrared adds follows that of the frame before along the motion where both nearly agree; where
they do not, something has changed, and the frame's own decision counts at once. How far a lamp blinds the camera is
told of white places as wholes, and two that meet are one: it follows slowly, whatever changed. Where the infrared
camera saw nothing is found once for a film.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.film.flow import Motion, Track, grid_of
from wordfuse.fusion.fusing import LEAST_SHARE, LOOK, MOST_SHARE, SHARE_OF_NETWORKS, Fuser
from wordfuse.fusion.images import Pair
from wordfuse.fusion.look.blend import Dim, Settle, fuse_look
from wordfuse.fusion.look.share import at_share
from wordfuse.fusion.look.surroundings import Whole, survey
from wordfuse.fusion.look.unseen import Unseen, find_unseen
from wordfuse.fusion.many.kept import keep_freed_memory

Plane = NDArray[np.float32]
Numbers = dict[str, float]

KEPT = 0.85  # of what was added to the frame before, where both agree; and of how far lamps blind
NEARLY = 0.07  # of luma: additions that differ so much have seen a change
SHARE = "share"  # of infrared in the whole picture
ADDED, DAZZLED = "added", "dazzled"


def unseen_in(pairs: Sequence[Pair]) -> Unseen:
    """Where the infrared camera of a film saw nothing: in most of some of its frames."""
    found = [one.frame for pair in pairs if (one := find_unseen(pair.infrared)).frame is not None]
    if 2 * len(found) <= len(pairs):
        return Unseen(None)
    most = np.asarray(2 * np.sum(found, axis=0, dtype=np.int32) > len(pairs))
    return Unseen(np.asarray(most, np.uint8) if most.any() else None)


@dataclass(frozen=True, eq=False)
class _Filter:
    """What of the frame before is kept, both (H, W).

    Attributes:
        earlier: what was added to the frame before, carried to this one.
        kept: the share of it, [0, 1].
    """

    earlier: Plane
    kept: Plane

    def applied(self, added: Plane, first: int, last: int) -> Plane:
        """Some rows of what is added, held still."""
        return added + self.kept[first:last] * (self.earlier[first:last] - added)


class FilmFuser:
    """How the frames of a film are fused; keeps what it needs of the frame before."""

    def __init__(self, fuser: Fuser, unseen: Unseen | None = None) -> None:
        """Fuse as ``fuser`` fuses a pair.

        Args:
            fuser: how a pair is fused.
            unseen: where the infrared camera saw nothing; None: looked for in every frame.
        """
        keep_freed_memory()
        self.fuser, self.unseen = fuser, unseen
        # Of the frame before: what was ADDED to it, (H, W), and how far lamps DAZZLED, on the coarse grid.
        self.left: dict[str, Plane] = {}
        self._filter: _Filter | None = None  # of the frame that was fused last

    def numbers(self, pair: Pair) -> Numbers:
        """What is told of a key frame as a whole; nothing where a network fuses, which takes each pair as it is."""
        if self.fuser.preset != LOOK:
            return {}
        looked = fuse_look(pair.infrared, pair.visible) if self.fuser.share is not None else None
        share = {} if looked is None else {SHARE: min(max(looked.share, LEAST_SHARE), MOST_SHARE)}
        return survey(pair.infrared, pair.visible).whole.numbers() | share

    def fuse(self, pair: Pair, numbers: Mapping[str, float], motion: Motion | None) -> Plane:
        """Fuse a frame.

        Args:
            pair: the frame.
            numbers: those of its key frames, at this frame.
            motion: from the frame that was fused before; None: it begins a scene.

        Returns:
            (H, W, 3) float32 in [0, 1], RGB.
        """
        earlier = sure = dazzled = None
        if motion is not None and DAZZLED in self.left:
            track = Track(grid_of(motion.back.shape) + motion.back, motion.sure_back)
            earlier, sure = track.carried(self.left[ADDED]), track.sure_at(*pair.infrared.shape)
            dazzled = track.carried(self.left[DAZZLED])
        left: dict[str, Plane] = {}
        kept, added = np.zeros_like(pair.infrared), np.zeros_like(pair.infrared)

        def settle(own: Plane, first: int, last: int) -> Plane:
            rows = slice(first, last)
            if earlier is not None and sure is not None:
                change = earlier[rows] - own
                kept[rows] = KEPT * sure[rows] * np.exp(-((change / NEARLY) ** 2))
                own = own + kept[rows] * change
            added[rows] = own
            return own

        def dim(own: Plane) -> Plane:
            left[DAZZLED] = own if dazzled is None else own + KEPT * (dazzled - own)
            return left[DAZZLED]

        picture = self._fused(pair, numbers, settle, dim)
        self._filter = None if earlier is None else _Filter(earlier, kept)
        self.left = left | {ADDED: added} if self.fuser.preset == LOOK else {}
        return picture

    def again(self, pair: Pair, numbers: Mapping[str, float], infrared: Plane, visible: Plane) -> Plane:
        """The frame that was fused last with a changed source, fused as it was: as much of the frame before is kept."""
        own, left = self._filter, self.left

        def settle(added: Plane, first: int, last: int) -> Plane:
            return added if own is None else own.applied(added, first, last)

        return self._fused(Pair(infrared, visible, pair.gray), numbers, settle, lambda _: left[DAZZLED])

    def _fused(self, pair: Pair, numbers: Mapping[str, float], settle: Settle, dim: Dim) -> Plane:
        if self.fuser.preset != LOOK:
            picture = Fuser(self.fuser.preset, self.fuser.weights, self.fuser.device).fuse(pair.infrared, pair.visible)
            own, shown = SHARE_OF_NETWORKS, picture.picture
        else:
            whole = Whole.from_numbers({name: value for name, value in numbers.items() if name != SHARE})
            looked = fuse_look(pair.infrared, pair.visible, whole=whole, unseen=self.unseen, settle=settle, dim=dim)
            own, shown = numbers.get(SHARE, SHARE_OF_NETWORKS), looked.picture
        if self.fuser.share is not None:
            shown = at_share(shown, pair.infrared, pair.visible, own, self.fuser.share)
        return np.asarray(np.clip(shown, 0, 1), np.float32)
