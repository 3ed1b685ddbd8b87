"""Take a fault out of a region with the restoration network (``fusion.networks.restorer``).

The network is told the kind of the fault and finds all of it in one forward pass; a share of it, the amount, is
subtracted. So half the amount is half the way to the restored picture, whatever the fault, and nothing is searched for.
Noise goes with every kind: stripes and blur cannot be told from it otherwise.
"""

import time

import torch
from torch import Tensor

from wordfuse.fusion.errors import InputError
from wordfuse.fusion.finetune.fading import fading
from wordfuse.fusion.finetune.run import Control, Outcome, State, follow_gray
from wordfuse.fusion.networks.denoiser import CELL_PX
from wordfuse.fusion.networks.restorer import KINDS, Restorer, find_fault, find_lines
from wordfuse.fusion.weights import load_restorer
from wordfuse.fusion.window import check_mask, region_window

CONTEXT_PX = 8
LEAST = 0.5 / 255  # mean change inside the region: less is none


def restore(
    picture: Tensor,
    *,
    kind: str,
    amount: float,
    mask: Tensor | None = None,
    control: Control = Control(),
    network: Restorer | None = None,
) -> Outcome:
    """Take a share of a fault out of a region.

    Args:
        picture: (1, 3, H, W) float in [0, 1], RGB; if its channels are equal, so are those of the result.
        kind: ``stripes``, ``blur``, ``noise`` or ``haze``, or several joined by ``+``.
        amount: share of what is found to take away, in (0, 1].
        mask: (1, 1, H, W), above 0.5 inside the region; None is the whole picture. Patterns of lines are measured in
            the whole picture: the longer they are, the surer.
        control: asked before the work whether to stop.
        network: default: the trained one.

    Returns:
        The picture with the region's bounding box restored, less where the region ends amid nothing; unchanged and
        ``saturated`` where the network finds next to nothing.

    Raises:
        InputError: an unknown kind, or ``amount`` is out of range.
        RegionError: the mask is empty.
    """
    started = time.monotonic()
    kinds = kind.split("+")
    unknown = sorted(set(kinds) - set(KINDS))
    if unknown:
        raise InputError("unknown", argument="kind", subject=unknown[0], remedy=f"choose one of {', '.join(KINDS)}")
    if not 0 < amount <= 1:
        raise InputError("must be above 0 and at most 1", subject=f"amount {amount}")
    picture = picture.detach().to("cpu", torch.float32, copy=True)
    region = check_mask(mask, picture)
    window = region_window(region, CONTEXT_PX)
    facts = {
        "size": list(picture.shape[-2:]),
        "window": [window.top, window.bottom, window.left, window.right],
        "kind": kind,
    }
    if control.cancelled is not None and control.cancelled():
        state = State("restore", 0, {}, facts | {"share": 0.0})
        return Outcome(picture, state, 0, [], time.monotonic() - started, "cancelled")
    restorer = network or load_restorer()
    seen = window.grown(restorer.halo_px, CELL_PX, picture.shape[-2:])
    found = find_fault(restorer, seen.cut(picture), seen.cut(find_lines(picture)), kinds)
    fault = window.inside(seen).cut(found) * window.cut(fading(picture, region))
    inside = window.cut(region).bool().expand_as(fault)
    wrong = float(fault[inside].abs().mean()) >= LEAST
    if wrong:
        box = window.cut(picture)
        box.copy_(follow_gray(box - amount * fault, box))
    state = State("restore", 0, {}, facts | {"share": amount if wrong else 0.0})
    return Outcome(picture, state, 0, [], time.monotonic() - started, "converged", saturated=not wrong)
