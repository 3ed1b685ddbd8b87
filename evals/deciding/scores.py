"""How good a picture is, where it is known how it should be; and how an instruction ended."""

from typing import get_args

import cv2
import numpy as np
from numpy.typing import NDArray

from wordfuse.agent.record import Instruction, Record
from wordfuse.evals.bench.restore.repairs import likeness
from wordfuse.evals.deciding.scenes import Staged
from wordfuse.evals.deciding.setting import Ending
from wordfuse.fusion.fusing import Fuser
from wordfuse.fusion.images import to_float, to_uint8
from wordfuse.fusion.metrics.goals.standout import difference
from wordfuse.fusion.regions import DOUBT
from wordfuse.tools.effects import EFFECTS

Picture = NDArray[np.uint8]

SSIM_IN_DB = 20.0  # 0.05 of structural similarity count as much as 1 dB
SPILT = 3.0  # mean change of what is not to change, gray values, from which the rest of the picture is ruined
RUINED = 1.0  # CIEDE2000 that this costs
NEAR_PX = 6  # around a target, where its edit may fade out


class Truth:
    """How good pictures of a staged pair are."""

    def __init__(self, staged: Staged) -> None:
        """Fuse the pair as it should be, and as it is."""
        fuser = Fuser("default")
        self.wanted, self.nothing = (_fused(fuser, *pair) for pair in (staged.clean, staged.damaged))
        self._target = staged.target
        if self._target is not None:
            self._first = difference(self.nothing, self._target)
            amount = EFFECTS["stand_out"].amount("more", "normal")
            self._enough = EFFECTS["stand_out"].way("more").limit(self._first, amount, 1.0)
        self._of_nothing = self.score(self.nothing)

    def score(self, picture: Picture) -> float:
        """How good a picture is; only differences of scores mean anything.

        With a target: how far it stands out, in CIEDE2000, up to what "normal" asks for; less than at first if the
        rest of the picture changed as well. Else dB of PSNR to the picture that was fused from the clean pair, and SSIM
        counted in them.
        """
        if self._target is None:
            psnr, ssim = likeness(picture, self.wanted)
            return psnr + SSIM_IN_DB * ssim
        now = difference(picture, self._target)
        if self._spilt(picture, self._target) < SPILT:
            return min(now, self._enough)
        return min(now, self._first) - RUINED

    def gain(self, picture: Picture) -> float:
        """How much better a picture is than doing nothing."""
        return self.score(picture) - self._of_nothing

    def _spilt(self, picture: Picture, target: Picture) -> float:
        near = cv2.dilate(target, np.ones((2 * NEAR_PX + 1,) * 2, np.uint8)) > 0
        return float(np.abs(picture.astype(float) - self.nothing)[~near].mean())


def ending(record: Record) -> Ending:
    """How the instructions of a run ended: as the one that ended worst."""
    return max((_ended(one) for one in record.instructions), key=get_args(Ending).index)


def _ended(said: Instruction) -> Ending:
    if said.refusal is not None:
        return "refused"
    if said.answer is not None or said.control is not None:
        return "answered"
    if not all(step.found for step in said.steps):
        return "absent"
    if all(step.satisfied for step in said.steps):
        if any(step.confidence is not None and step.confidence < DOUBT for step in said.steps):
            return "doubted"
        return "done" if any(step.output for step in said.steps) else "met"
    return "tried"


def _fused(fuser: Fuser, infrared: Picture, visible: Picture) -> Picture:
    return to_uint8(fuser.fuse(to_float(infrared), to_float(visible)).picture)
