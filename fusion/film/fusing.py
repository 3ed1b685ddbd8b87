"""Fuse the frames of a film so that the fused film is as still as its sources.

The default look decides place by place what the visible picture lacks. Decided anew for every frame, that flickers: a
few numbers of the picture as a whole (how warm, how dark it is) move everything, and where a place is in doubt, its
decision turns with the grain. So the numbers are those of key frames, with straight lines between them, and the need
for infrared follows that of the frame before along the motion where both nearly agree; where they do not, something has
changed, and the frame's own decision counts at once.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.film.flow import Motion, Track
from wordfuse.fusion.fusing import LEAST_SHARE, LOOK, MOST_SHARE, SHARE_OF_NETWORKS, Fuser
from wordfuse.fusion.images import Pair
from wordfuse.fusion.look.blend import Settle, fuse_look
from wordfuse.fusion.look.share import at_share
from wordfuse.fusion.look.surroundings import Whole, survey

Plane = NDArray[np.float32]
Numbers = dict[str, float]

KEPT = 0.8  # of the need of the frame before, where both agree
NEARLY = 0.2  # difference of two needs from which something has changed
SHARE = "share"  # of infrared in the whole picture


class FilmFuser:
    """How the frames of a film are fused; keeps what it needs of the frame before."""

    def __init__(self, fuser: Fuser) -> None:
        """Fuse as ``fuser`` fuses a pair."""
        self.fuser = fuser
        self.need: Plane | None = None  # of the frame before, (H, W)

    def numbers(self, pair: Pair) -> Numbers:
        """What is told of a key frame as a whole; nothing where a network fuses, which takes each pair as it is."""
        if self.fuser.preset != LOOK:
            return {}
        looked = fuse_look(pair.infrared, pair.visible) if self.fuser.share is not None else None
        share = {} if looked is None else {SHARE: min(max(looked.share, LEAST_SHARE), MOST_SHARE)}
        return survey(pair.infrared, pair.visible).whole.numbers() | share

    def forget(self) -> None:
        """A scene begins."""
        self.need = None

    def fuse(self, pair: Pair, numbers: Mapping[str, float], motion: Motion | None) -> Plane:
        """Fuse a frame.

        Args:
            pair: the frame.
            numbers: those of its key frames, at this frame.
            motion: from the frame that was fused before; None: it begins a scene.

        Returns:
            (H, W, 3) float32 in [0, 1], RGB.
        """
        if motion is None:
            self.forget()
        before = None
        if motion is not None and self.need is not None:
            track = Track.begin(motion.back.shape).continued(motion.back, motion.sure_back)
            before = track.carried(self.need), track.sure_at(*pair.infrared.shape)
        settled = np.empty_like(pair.infrared)

        def settle(need: Plane, first: int, last: int) -> Plane:
            if before is not None:
                earlier, sure = (plane[first:last] for plane in before)
                change = earlier - need
                kept = KEPT * sure * np.exp(-((change / NEARLY) ** 2))
                need = need + kept * change
            settled[first:last] = need
            return need

        picture = self._fused(pair, numbers, settle)
        self.need = settled if self.fuser.preset == LOOK else None
        return picture

    def again(self, pair: Pair, numbers: Mapping[str, float], infrared: Plane, visible: Plane) -> Plane:
        """The same frame with a changed source, fused as it was: with the need for infrared that it had."""
        changed = Pair(infrared, visible, pair.gray)
        need = self.need

        def settle(own: Plane, first: int, last: int) -> Plane:
            return own if need is None else need[first:last]

        return self._fused(changed, numbers, settle)

    def _fused(self, pair: Pair, numbers: Mapping[str, float], settle: Settle) -> Plane:
        if self.fuser.preset != LOOK:
            picture = Fuser(self.fuser.preset, self.fuser.weights, self.fuser.device).fuse(pair.infrared, pair.visible)
            own, shown = SHARE_OF_NETWORKS, picture.picture
        else:
            whole = Whole.from_numbers({name: value for name, value in numbers.items() if name != SHARE})
            looked = fuse_look(pair.infrared, pair.visible, whole=whole, settle=settle)
            own, shown = numbers.get(SHARE, SHARE_OF_NETWORKS), looked.picture
        if self.fuser.share is not None:
            shown = at_share(shown, pair.infrared, pair.visible, own, self.fuser.share)
        return np.clip(shown, 0, 1).astype(np.float32)
