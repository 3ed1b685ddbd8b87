"""The far part of a picture: what a camera that looks along the ground sees above the near half of the road."""

import numpy as np

from wordfuse.fusion.regions.embedded.looking import View
from wordfuse.fusion.regions.embedded.placing import near_from
from wordfuse.fusion.regions.embedded.stuff import stuff_of
from wordfuse.fusion.regions.tones import Selection
from wordfuse.fusion.regions.types import Sources
from wordfuse.fusion.regions.words.meaning import Wanted


def far_part(sources: Sources, view: View) -> tuple[Selection, bool]:
    """The far part without the sky, (H, W) bool, and whether a road told where it begins; else half of the picture."""
    road, sky = (stuff_of(sources, view, Wanted(names, False, None, None, ())) for names in _GROUND_AND_SKY)
    begins = near_from(road)
    far = np.zeros(sources.shape, np.bool_)
    far[: sources.shape[0] // 2 if begins is None else begins] = True
    return far & ~sky, begins is not None


_GROUND_AND_SKY = (("road", "pavement"), ("sky",))
