"""Whose the colours are that look unnatural: the light's of the visible picture, or what the infrared one makes pale.

A fused picture has the colours of the visible one. Where that has a cast, going toward it takes the heat out and keeps
the cast.
"""

from wordfuse.fusion.images import to_uint8
from wordfuse.fusion.measures import mean_distance
from wordfuse.fusion.metrics.goals.chroma import cast
from wordfuse.tools.causes.types import Cause
from wordfuse.tools.store.workspace import Workspace
from wordfuse.tools.types import Id

#: CIELAB: the light of clean pictures by day is up to 4 from neutral, that of street lamps 8 to 28 (docs/agent.md).
CAST = 6.0
PALE = 48.0  # mean luma, 0-255, by which the picture differs from the visible one where infrared makes its colours


def colours(work: Workspace, image: Id, mask: Id | None, *, hue: bool = False) -> Cause | None:
    """What makes the colours of a region unnatural.

    Args:
        work: the run.
        image: the picture as it is.
        mask: the region; None is the whole picture.
        hue: whether somebody sees too much of one colour, of which the infrared picture has none.

    Returns:
        None where it is not the light: then the visible picture shows them as they are.

    Raises:
        RegionError: the mask is empty.
    """
    inside, visible = work.mask(mask), to_uint8(work.pair.visible)
    if work.pair.gray:
        return None
    far = cast(visible, inside)
    if far < CAST or (not hue and mean_distance(work.image(image), work.pair.visible, inside) >= PALE):
        return None
    return Cause(told=f"the visible picture itself has a cast of {far:.0f}", task="recolour", direction="neutral")
