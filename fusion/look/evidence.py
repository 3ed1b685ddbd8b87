"""What speaks for infrared at every pixel of some rows, and what it asks for there."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from wordfuse.fusion.look.dazzle import dimmed
from wordfuse.fusion.look.filters import Plane, blurred, cored, guided, step
from wordfuse.fusion.look.surroundings import GRAIN, Planes, Surroundings, Tone, detail_of

# By day, how far a thing may be lifted above what it is in the visible picture: enough to be found, not bleached.
DAY_LIFT = 0.20
GRAY_LIFT = 0.45  # in gray pictures: without colour nothing else tells a person from a bush
BASE_VARIANCE = 0.0016  # what counts as flat in the visible picture


@dataclass(frozen=True)
class Evidence:
    """Planes of some rows of a pair, (rows, W).

    Attributes:
        tone: how infrared is shown.
        stretched: how many times infrared is stretched.
        colour: how far the visible picture is one of colours, [0, 1].
        here: the planes of :class:`Surroundings` at these rows.
        luma: of the visible picture.
        base: the same without texture, edges kept.
        infrared: without dead pixels.
        clean: the same without grain.
        detail: infrared beside its near surroundings.
        night: 1 in a dark region, 0 by day.
        dark: 1 where it is dark just here, for what the region is.
        hidden: 1 where something is warm that the visible picture does not tell from its surroundings.
    """

    tone: Tone
    stretched: float
    colour: float
    here: dict[str, Plane]
    luma: Plane
    base: Plane
    infrared: Plane
    clean: Plane
    detail: Plane
    night: Plane
    dark: Plane
    hidden: Plane

    @classmethod
    def of(cls, planes: Planes, around: Surroundings, height: int, first: int, base_px: int) -> Self:
        """Gather it for the rows of a picture of ``height`` that begin at ``first``."""
        luma, clean = planes.luma, planes.clean
        rows, width = clean.shape
        here = around.at(height, width, first, first + rows)
        night = 1 - step(here["region"], 0.17, 0.37)
        return cls(
            tone=around.tone,
            stretched=around.whole.stretch.gain,
            colour=around.colour,
            here=here,
            luma=luma,
            base=guided(luma, luma, base_px, BASE_VARIANCE),
            infrared=planes.infrared,
            clean=clean,
            detail=detail_of(clean, here["near"]),
            night=night,
            dark=1 - step(here["light"], 0.05 + 0.13 * night, 0.30 + 0.25 * night),
            hidden=_hidden(clean, around, here, night),
        )

    def need(self) -> Plane:
        """How much infrared may lift what is there, [0, 1]: in the dark, and what is hidden."""
        by_day = 0.30 * (1 - self.colour)
        dark = self.dark * (by_day + (1 - by_day) * self.night)
        wanted: Plane = np.maximum(dark, 0.9 * self.hidden)
        return wanted

    def mixed(self, base_px: int) -> Plane:
        """What an even mixture of both pictures, where infrared is rich, adds to the visible one.

        Of what either shows beside its surroundings the stronger, as far as it is stronger, once for things and once
        for their detail; a mean of both would be flat. A bright sky stays as it is.
        """
        here = self.here
        if not here["rich"].any():
            return np.zeros_like(self.luma)
        base = guided(self.infrared, self.infrared, base_px, BASE_VARIANCE)
        detail, own = cored(self.infrared - base, GRAIN), self.luma - self.base
        far = self.tone.matched(here["far"])
        thing, own_thing = self.tone.matched(base) - far, self.base - here["visible_far"]
        level = 0.35 * (far - here["visible_far"])
        things = level + _stronger(thing, own_thing, base_px) * (thing - own_thing)
        details = _stronger(self.tone.gain * detail, own, base_px) * (1.6 * self.tone.gain * detail - own)
        sky = step(here["region"], 0.50, 0.75) * (1 - step(self.tone.level(self.clean), 0.25, 0.55))
        mixed: Plane = here["rich"] * (1 - sky) * (things + details)
        return mixed

    def wanted(self) -> Plane:
        """The luma to which infrared lifts."""
        here, contrast = self.here, self.here["infrared_contrast"]
        shown = self.tone.shown(self.tone.level(self.clean)) - 0.8 * here["fog"]
        # Faint structure of a dark scene is lifted, strong structure is not.
        boost = np.clip(0.05 / (contrast + 0.01), 0.3, 2) * np.clip((contrast - 0.006) / 0.01, 0, 1)
        shown = shown + 0.8 * boost * self.dark * self.detail
        # A hidden warm thing has to be lighter than what is around it, however light that is.
        blind = np.clip(1.3 - here["visible_contrast"] / (0.6 * contrast + 0.01), 0, 1)
        lighter = np.minimum(here["region"] + 0.30 + 0.7 * self.detail, 0.95)
        lighter = self.base + self.hidden * np.maximum(1 - self.colour, blind) * (lighter - self.base)
        gray = np.maximum(1 - self.colour, blind * self.hidden)
        most = self.base + DAY_LIFT + (GRAY_LIFT - DAY_LIFT) * gray + self.night
        wanted: Plane = np.minimum(np.maximum(shown, lighter), most)
        return wanted

    def burnt(self) -> Plane:
        """Structure of infrared to draw into a large overexposed area."""
        visible = np.clip((self.here["infrared_contrast"] - 0.01) / 0.02, 0, 1)
        drawn: Plane = self.here["glare"] * visible * np.clip(2.2 * self.detail, -0.4, 0)
        return drawn

    def undazzled(self, added: Plane) -> Plane:
        """What is added to the visible picture, where a lamp blinds it exchanged for a dimmed light with infrared."""
        dazzle = self.here["dazzle"]
        if not dazzle.any():
            return added
        # How strongly infrared is drawn there goes by its own contrast: stretched, its faint haze would be a thing.
        thermal = (self.clean, self.here["far"], self.here["infrared_contrast"])
        other = dimmed(self.luma, *(plane / np.float32(self.stretched) for plane in thermal))
        exchanged: Plane = added + dazzle * (other - added)
        return exchanged


def _stronger(one: Plane, other: Plane, radius_px: int) -> Plane:
    """How far one of two structures is the stronger around each pixel, [0, 1]."""
    energies = [blurred(structure * structure, radius_px / 2) for structure in (one, other)]
    share: Plane = energies[0] / (energies[0] + energies[1] + 1e-5)
    return share


def _hidden(clean: Plane, around: Surroundings, here: dict[str, Plane], night: Plane) -> Plane:
    """Warm things that the visible picture does not tell from their surroundings, [0, 1]."""
    warm = clean - here["beside"]
    # However hot something is, it is told where an eye sees it: by 0.12 of light or colour, 0.06 of texture.
    by_detail = here["visible_contrast"] / (np.minimum(here["infrared_contrast"], 0.06) + 0.02)
    by_light = here["told"] / (np.minimum(0.8 * np.abs(warm), 0.12) + 0.02)
    # By day either tells; by night a lamp's glow beside somebody does not show him.
    day, dark = np.maximum(by_detail, by_light), np.minimum(by_detail, by_light)
    told = day + night * (dark - day)
    # By day much is warm where infrared has been stretched to its full range; in the sun only heat behind smoke counts.
    sunlit = around.colour * (1 - night) * (1 - here["shade"])
    least = 0.08 + sunlit * (0.02 + 0.5 * max(around.contrast - 0.1, 0.0))
    bright = sunlit * step(here["light"], 0.35, 0.50) * (1 - step(warm, 0.40, 0.55))
    hidden = step(warm, least, least + 0.18) * np.clip(1.25 - told, 0, 1) * (1 - bright)
    found: Plane = np.maximum(hidden, 0.85 * (1 - around.colour) * step(warm, 0.08, 0.26))
    return found
