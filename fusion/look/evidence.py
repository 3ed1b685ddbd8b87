"""What speaks for infrared at every pixel of some rows, and what it asks for there."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from wordfuse.fusion.look.filters import Plane, guided, step
from wordfuse.fusion.look.surroundings import Surroundings, Tone, detail_of, luma_of, without_grain

# By day, how far a thing may be lifted above what it is in the visible picture: enough to be found, not bleached.
DAY_LIFT = 0.20
GRAY_LIFT = 0.45  # in gray pictures: without colour nothing else tells a person from a bush
BASE_VARIANCE = 0.0016  # what counts as flat in the visible picture


@dataclass(frozen=True)
class Evidence:
    """Planes of some rows of a pair, (rows, W).

    Attributes:
        tone: how infrared is shown.
        here: the planes of :class:`Surroundings` at these rows.
        luma: of the visible picture.
        base: the same without texture, edges kept.
        clean: infrared without grain.
        detail: infrared beside its near surroundings.
        night: 1 in a dark region, 0 by day.
        dark: 1 where it is dark just here, for what the region is.
        hidden: 1 where something is warm that the visible picture does not tell from its surroundings.
    """

    tone: Tone
    here: dict[str, Plane]
    luma: Plane
    base: Plane
    clean: Plane
    detail: Plane
    night: Plane
    dark: Plane
    hidden: Plane

    @classmethod
    def of(cls, infrared: Plane, visible: Plane, around: Surroundings, height: int, first: int, base_px: int) -> Self:
        """Gather it for the rows of a picture of ``height`` that begin at ``first``."""
        rows, width = infrared.shape
        here = around.at(height, width, first, first + rows)
        luma, clean = luma_of(visible), without_grain(infrared)
        night = 1 - step(here["region"], 0.22, 0.46)
        return cls(
            tone=around.tone,
            here=here,
            luma=luma,
            base=guided(luma, luma, base_px, BASE_VARIANCE),
            clean=clean,
            detail=detail_of(clean, here["near"]),
            night=night,
            dark=1 - step(here["light"], 0.05 + 0.13 * night, 0.30 + 0.25 * night),
            hidden=_hidden(clean, here, night),
        )

    def need(self) -> Plane:
        """How much of the infrared picture is wanted, [0, 1]: in the dark, for the hidden, where nothing else tells."""
        here, by_day = self.here, 0.35 - 0.25 * self.here["colour"]
        blank = np.clip(here["infrared_contrast"] / (here["visible_contrast"] + 0.015) - 1, 0, 1.2) / 1.2
        blank *= (1 - step(here["region"], 0.36, 0.56)) * step(self.tone.level(self.clean), 0.15, 0.5)
        dark = self.dark * (by_day + (1 - by_day) * self.night)
        wanted: Plane = np.maximum(dark, 0.9 * np.maximum(self.hidden, blank))
        return wanted

    def wanted(self) -> Plane:
        """The luma that infrared asks for."""
        here, contrast = self.here, self.here["infrared_contrast"]
        shown = self.tone.shown(self.tone.level(self.clean)) - 0.8 * here["fog"]
        # Faint structure of a dark scene is lifted, strong structure is not.
        boost = np.clip(0.05 / (contrast + 0.01), 0.3, 2) * np.clip((contrast - 0.006) / 0.01, 0, 1)
        shown = shown + 0.8 * boost * self.dark * self.detail
        # A hidden warm thing has to be lighter than what is around it, however light that is.
        blind = np.clip(1.3 - here["visible_contrast"] / (0.6 * contrast + 0.01), 0, 1)
        lighter = np.minimum(here["region"] + 0.30 + 0.7 * self.detail, 0.95)
        lighter = self.base + self.hidden * np.maximum(1 - here["colour"], blind) * (lighter - self.base)
        gray = np.maximum(1 - here["colour"], blind * self.hidden)
        most = self.base + DAY_LIFT + (GRAY_LIFT - DAY_LIFT) * gray + self.night
        wanted: Plane = np.minimum(np.maximum(shown, lighter), most)
        return wanted

    def veil(self, need: Plane) -> Plane:
        """Structure of infrared, lighter and darker, to add where haze or glare leaves the visible picture blank."""
        here, contrast = self.here, self.here["infrared_contrast"]
        blank = np.clip(contrast / (here["visible_contrast"] + 0.02) - 1.1, 0, 2) / 2
        blank *= step(self.tone.level(self.clean), 0.12, 0.35)
        veil = (0.40 + 0.35 * self.night) * blank * (1 - need) * np.clip(self.detail, -0.18, 0.18)
        burnt = here["glare"] * np.clip(2.2 * self.detail, -0.4, 0) * np.clip((contrast - 0.01) / 0.02, 0, 1)
        shown: Plane = veil + burnt
        return shown


def _hidden(clean: Plane, here: dict[str, Plane], night: Plane) -> Plane:
    """Warm things that the visible picture does not tell from their surroundings, [0, 1]."""
    warm = clean - here["far"]
    by_detail = here["visible_contrast"] / (here["infrared_contrast"] + 0.02)
    by_light = here["told"] / (0.8 * np.abs(warm) + 0.02)
    hidden = step(warm, 0.08, 0.26) * np.clip(1.25 - np.minimum(by_detail, by_light), 0, 1)
    hidden = np.maximum(hidden, 0.8 * (1 - here["colour"]) * step(warm, 0.14, 0.32))
    found: Plane = hidden * (1 - 0.35 * here["colour"] * (1 - night))
    return found
