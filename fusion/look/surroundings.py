"""What is around every pixel of a pair, on a coarse grid, and how the infrared picture is to be shown beside it."""

from dataclasses import dataclass

import cv2
import numpy as np

from wordfuse.fusion.look.filters import Plane, around, blurred, cored, guided, shrink, spread, step

WORKING_PX = 640  # longest side on which surroundings are measured; distances below are in pixels of such a picture
GRAIN = 0.008  # infrared detail below it is grain
GRAIN_VARIANCE = 0.0006  # of the filter that leaves grain behind and keeps edges


@dataclass(frozen=True)
class Tone:
    """How infrared is shown where the visible picture is dark: cold stays dark, the middle dim, warm bright.

    ``shown = HOT * ((x - cold) / span) ** power``, with the power that shows the median as dim as ``DIM`` says.

    Attributes:
        cold: infrared value that is shown black.
        span: from there to what is shown as ``HOT``; never less than half the range, or a scene of one temperature
            would be stretched to full contrast.
        power: of the curve.
        pivot: infrared value that an even addition leaves as it is.
    """

    cold: float
    span: float
    power: float
    pivot: float

    HOT = 0.74  # luma of the warmest thing: bright, with room for folds and faces above it

    @classmethod
    def of(cls, infrared: Plane, visible_y: Plane) -> "Tone":
        """The tone for a pair, from its percentiles."""
        cold, low, median, hot = (float(value) for value in np.percentile(infrared[::2, ::2], (1, 15, 50, 99.8)))
        span = max(hot - cold, 0.5)
        middle = float(np.clip((median - cold) / span, 0.04, 0.8))
        dim = float(np.clip(0.05 + 0.3 * middle, 0.08, 0.19))
        # Night pictures with lifted shadows are gray, not black: what is shown must stand out from that gray.
        dim = max(dim, min(0.32, 1.8 * middle * float(np.median(visible_y[::2, ::2]))))
        # By night the coldest is the sky, which stays; by day what is colder than most is darkened as well.
        day = float(step(np.asarray(visible_y.mean()), 0.25, 0.5))
        pivot = low + (median - low) * day
        return cls(cold, span, float(np.clip(np.log(dim / cls.HOT) / np.log(middle), 0.8, 2.2)), pivot)

    def level(self, infrared: Plane) -> Plane:
        """How warm, 0 (cold) to 1.1."""
        warmth: Plane = np.clip((infrared - self.cold) / self.span, 0, 1.1)
        return warmth

    def shown(self, level: Plane) -> Plane:
        """The luma at which a level is shown."""
        luma: Plane = self.HOT * cv2.pow(level, self.power)
        return luma


@dataclass(frozen=True)
class Surroundings:
    """What is around every pixel: planes on the coarse grid, in luma or infrared, [0, 1].

    Attributes:
        tone: how infrared is shown.
        colour: how far the visible picture is one of colours, from 0 (gray) to 1.
        near: infrared mean within about 10 px.
        far: infrared mean within about 26 px.
        infrared_contrast: root mean square of infrared detail.
        visible_contrast: the same of the visible picture.
        blank: how far a rich infrared picture is added evenly, at dusk, by night and in gray pictures.
        told: how far the visible picture tells this place from its surroundings by lightness or colour.
        light: visible luma just here, about 3 px.
        region: visible luma of the region, about 24 px, or where that is lighter about 100.
        fog: how much the shown infrared would lift a whole region.
        glare: inside a large overexposed area, [0, 1].
    """

    tone: Tone
    colour: float
    near: Plane
    far: Plane
    infrared_contrast: Plane
    visible_contrast: Plane
    blank: Plane
    told: Plane
    light: Plane
    region: Plane
    fog: Plane
    glare: Plane

    def at(self, height: int, width: int, top: int, bottom: int) -> dict[str, Plane]:
        """Every plane at the pixels of some rows of a picture."""
        return {
            name: spread(plane, height, width, top, bottom)
            for name, plane in vars(self).items()
            if isinstance(plane, np.ndarray)
        }


def survey(infrared: Plane, visible: Plane) -> Surroundings:
    """Measure the surroundings of every pixel of a pair.

    Args:
        infrared: (H, W) in [0, 1].
        visible: (H, W, 3) in [0, 1], RGB.
    """
    factor = max(1.0, max(infrared.shape) / WORKING_PX)
    infrared, visible = shrink(infrared, factor), shrink(visible, factor)
    unit = max(infrared.shape) / WORKING_PX
    luma = luma_of(visible)
    clean = without_grain(infrared)
    tone = Tone.of(clean, luma)
    size = clean.shape
    near = around(clean, 10 * unit)
    infrared_detail = clean - spread(near, *size)
    visible_detail = luma - spread(around(luma, 10 * unit), *size)
    # A dark coat fills its surroundings by day too: what is light further off says that it is day.
    region = np.maximum(around(luma, 24 * unit), 0.95 * around(luma, 100 * unit))
    shown = around(tone.shown(tone.level(clean)), 40 * unit)
    # A sky by day is overexposed too, and nothing is hidden in it.
    burnt = step(around(luma, 2 * unit), 0.93, 0.99) * (1 - float(step(float(np.median(luma)), 0.35, 0.5)))
    tint = np.abs(visible - luma[..., None]).max(axis=2)
    infrared_power = around(infrared_detail * infrared_detail, 8 * unit)
    visible_power = around(visible_detail * visible_detail, 8 * unit)
    colour = float(np.clip(np.percentile(tint, 90) / 0.03, 0, 1))
    # Taken evenly, from the picture as a whole and wide surroundings: a tree is drawn whole, without a patch or a halo.
    beside = float(np.median(np.sqrt(infrared_power) / (np.sqrt(visible_power) + 0.015)))
    rich = float(step(clean.std(), 0.09, 0.18)) * min(max(beside - 0.2 - 0.3 * colour, 0.0), 1.0)
    dusk = 1 - step(around(luma, 100 * unit), 0.34, 0.50)
    return Surroundings(
        tone=tone,
        colour=colour,
        near=near,
        far=around(clean, 26 * unit),
        infrared_contrast=np.sqrt(infrared_power),
        visible_contrast=np.sqrt(visible_power),
        blank=np.float32(rich) * np.maximum(dusk, np.float32(0.7 * (1 - colour))),
        told=np.abs(around(visible, 2 * unit) - around(visible, 26 * unit)).max(axis=2),
        light=around(luma, 3 * unit),
        region=region,
        fog=np.maximum(shown - np.maximum(0.22, region + 0.08), 0),
        glare=burnt * step(blurred(burnt, 6 * unit), 0.55, 0.9),
    )


def luma_of(visible: Plane) -> Plane:
    """BT.601 luma of (H, W, 3)."""
    weights = np.array([[0.299, 0.587, 0.114]], np.float32)
    luma: Plane = np.asarray(cv2.transform(visible, weights), np.float32).reshape(visible.shape[:2])
    return luma


def without_grain(infrared: Plane) -> Plane:
    """The infrared picture without grain and without single dead pixels, its edges kept."""
    middle = cv2.medianBlur(infrared, 3)
    dead = np.abs(infrared - middle) > 0.2
    return guided(mended := np.where(dead, middle, infrared), mended, 2, GRAIN_VARIANCE)


def detail_of(clean: Plane, near: Plane) -> Plane:
    """What the infrared picture shows beside its near surroundings, without what is as small as grain."""
    return cored(clean - near, GRAIN)
