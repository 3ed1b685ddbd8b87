"""False colours by heat over a region of a picture whose structure stays to be seen."""

import numpy as np

from wordfuse.fusion.colour.oklab import Colours, from_oklab, to_oklab
from wordfuse.fusion.errors import InputError
from wordfuse.fusion.finetune.run import Control, Outcome, State
from wordfuse.fusion.look.filters import Plane, guided
from wordfuse.fusion.metrics.goals.heat import at_lightness, heat_range, heat_share_of, scale_colours
from wordfuse.fusion.restore.steer import Aim, Method, Part, Render, Told, cut_part, steer
from wordfuse.fusion.tensors import Batch, either_kind

CONTEXT_PX = 48
# Of the way to the scale's lightness at full strength. Hot things come nearly all of it, for a dark yellow is a green;
# cold ones half, for a picture that is all dark shows no more where one is.
UP, DOWN = 0.85, 0.5
BASE, BASE_VARIANCE = 1 / 60, 2e-3  # radius, of the shorter side, and variance within which lightness is one thing's


@either_kind
def heat(
    picture: Batch,
    infrared: Batch,
    *,
    amount: float,
    mask: Batch | None = None,
    state: State | None = None,
    control: Control = Control(),
) -> Outcome:
    """Colour a region by its infrared values.

    The hue is the scale's; the lightness comes nearer to the scale's thing by thing, with the picture's own detail on
    it. A gray picture becomes a coloured one: that is what was asked for.

    Args:
        picture: (1, 3, H, W) float in [0, 1], RGB.
        infrared: (1, 1, H, W) float in [0, 1], hot is bright. The scale spans the values of the region.
        amount: wanted share by which the colours follow the scale (``fusion.metrics.goals.heat``), in (0, 1].
        mask: (1, 1, H, W), above 0.5 inside the region; None is the whole picture.
        state: of an earlier call on the same region, whose picture this is.
        control: cancellation and time.

    Returns:
        The picture with the region coloured; the change fades out where the region ends, so it needs no feather.

    Raises:
        InputError: ``amount`` is out of range, the sizes differ, or the state belongs to something else.
        RegionError: the mask is empty.
    """
    if not 0 < amount <= 1:
        raise InputError("must be above 0 and at most 1", subject=f"amount {amount}")
    if infrared.shape[-2:] != picture.shape[-2:]:
        raise InputError(
            f"has the size {tuple(infrared.shape[-2:])}, the picture {tuple(picture.shape[-2:])}", subject="infrared"
        )
    part = cut_part(picture, mask, CONTEXT_PX, infrared)
    inside = part.mask > 127
    values = _heat_of(part)
    scale = scale_colours(values, *heat_range(values, inside))
    nearest = 0.98  # rounding to 8 bits and the soft border keep the rest
    aim = Aim(
        level=lambda edited: heat_share_of(edited, scale, inside),
        wanted=lambda before: max(before, min(amount, nearest)),
        rises=True,
        most=1.0,
    )
    return steer("heat", picture, part, METHOD, aim, state=state, control=control)


def _heat_of(part: Part) -> Plane:
    if part.infrared is None:
        raise ValueError("colours of heat need the infrared values of the part")
    return part.infrared


def _look(part: Part) -> Told:
    return Told({"range": heat_range(_heat_of(part), part.mask > 127)})


def _render(part: Part, told: Told) -> Render:
    low, high = told.numbers["range"]
    scale = scale_colours(_heat_of(part), low, high)
    lab = to_oklab(part.picture)
    lightness = np.ascontiguousarray(lab[..., 0])
    # What is within a thing, its texture, stays on the new light.
    base = guided(lightness, lightness, max(2, round(BASE * part.side_px)), BASE_VARIANCE)
    change = scale[..., 0] - base
    target = np.clip(lightness + np.where(change > 0, np.float32(UP), np.float32(DOWN)) * change, 0.02, 0.98)
    a, b = at_lightness(scale, target)

    def render(strength: float) -> Colours:
        share = np.float32(strength)
        # Light comes before colour: the scale's yellow on what is still dark would be olive.
        light = lightness + share * (2 - share) * (target - lightness)
        # Own colours go as those of the scale come; between two colours that a screen has, all are there, but for
        # the roundness of its border.
        own_a, own_b = lab[..., 1], lab[..., 2]
        mixed = np.stack([light, own_a + share * (a - own_a), own_b + share * (b - own_b)], axis=-1)
        return np.clip(from_oklab(mixed), 0, 1)

    return render


METHOD = Method("recolour heat", _look, _render, lambda side_px: CONTEXT_PX, stays_gray=False)
