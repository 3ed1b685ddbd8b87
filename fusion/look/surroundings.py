"""What is around every pixel of a pair, on a coarse grid, and how the infrared picture is to be shown beside it."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

import cv2
import numpy as np

from wordfuse.fusion.look.dazzle import darkness, dazzled
from wordfuse.fusion.look.filters import (
    GRID,
    Plane,
    around,
    blurred,
    cored,
    guided,
    luma_of,
    shrink,
    spread,
    step,
    strongest,
)
from wordfuse.fusion.look.shade import find_shade
from wordfuse.fusion.look.stretch import Stretch

WORKING_PX = 640  # longest side on which surroundings are measured; distances below are in pixels of such a picture
GRAIN = 0.008  # infrared detail below it is grain
DEAD = 0.2  # a pixel this far from the middle of its neighbours is dead
GRAIN_VARIANCE = 0.0006  # of the filter that leaves grain behind and keeps edges


@dataclass(frozen=True)
class Tone:
    """How infrared is shown where the visible picture is dark: cold stays dark, the middle dim, warm bright.

    ``shown = HOT * ((x - cold) / span) ** power``, with the power that shows the median as dim as a night is.

    Attributes:
        cold: infrared value that is shown black.
        span: from there to what is shown as ``HOT``; never less than half the range, or a scene of one temperature
            would be stretched to full contrast.
        power: of the curve.
        gain: of infrared where both pictures are mixed.
        offset: so that both have about one mean there.
    """

    cold: float
    span: float
    power: float
    gain: float
    offset: float

    HOT = 0.74  # luma of the warmest thing: bright, with room for folds and faces above it

    @classmethod
    def of(cls, infrared: Plane, visible_y: Plane) -> "Tone":
        """The tone for a pair, from its percentiles."""
        cold, median, hot = (float(value) for value in np.percentile(infrared[::2, ::2], (1, 50, 99.8)))
        span = max(hot - cold, 0.5)
        middle = float(np.clip((median - cold) / span, 0.04, 0.8))
        dim = float(np.clip(0.05 + 0.3 * middle, 0.08, 0.19))
        # Night pictures with lifted shadows are gray, not black: what is shown must stand out from that gray.
        dim = max(dim, min(0.32, 1.8 * middle * float(np.median(visible_y[::2, ::2]))))
        power = float(np.clip(np.log(dim / cls.HOT) / np.log(middle), 0.8, 2.2))
        gain = float(np.clip(visible_y.std() / max(float(infrared.std()), 1e-3), 0.75, 1.2))
        # A dark picture is mixed somewhat lighter.
        mean, other = float(visible_y.mean()), float(infrared.mean())
        return cls(cold, span, power, gain, mean + 0.4 * max(other - mean, 0) - gain * other)

    def level(self, infrared: Plane) -> Plane:
        """How warm, 0 (cold) to 1.1."""
        warmth: Plane = np.clip((infrared - self.cold) / self.span, 0, 1.1)
        return warmth

    def shown(self, level: Plane) -> Plane:
        """The luma at which a level is shown."""
        luma: Plane = self.HOT * cv2.pow(level, self.power)
        return luma

    def matched(self, infrared: Plane) -> Plane:
        """Infrared with the mean and, within bounds, the contrast of the visible picture."""
        matched: Plane = np.clip(self.offset + self.gain * infrared, 0.02, 0.95)
        return matched


@dataclass(frozen=True)
class Whole:
    """What is told of a pair as a whole, in a few numbers; of a film they are held still (``fusion.film.fusing``).

    Attributes:
        stretch: how infrared is stretched before anything is looked for in it; all that follows is of what comes of it.
        tone: how infrared is shown.
        colour: how far the visible picture is one of colours, from 0 (gray) to 1.
        contrast: standard deviation of infrared.
        rich: how far both pictures are mixed evenly where it is dusk or night, [0, 1].
        gray: how far they are mixed everywhere, as the visible picture is gray, [0, 1].
        glaring: how far what is white is overexposed, [0, 1]: by day a sky is, too, and nothing is hidden in it.
        night: how far the visible picture is so dark that what is white in it may be a lamp that blinds, [0, 1].
    """

    stretch: Stretch
    tone: Tone
    colour: float
    contrast: float
    rich: float
    gray: float
    glaring: float
    night: float

    @classmethod
    def of(
        cls,
        stretch: Stretch,
        clean: Plane,
        visible: Plane,
        luma: Plane,
        infrared_contrast: Plane,
        visible_contrast: Plane,
    ) -> "Whole":
        """Measure a pair; arguments as in :func:`survey`, which see."""
        some = slice(None, None, 2), slice(None, None, 2)
        tint = strongest(visible[some] - luma[some][..., None])
        contrast = float(clean.std())
        colour = float(step(float(np.percentile(tint, 90)), 0.015, 0.05))
        # Taken evenly, from the picture as a whole and wide surroundings: a tree is drawn whole, without a patch or a
        # halo.
        beside = float(np.median(infrared_contrast / (visible_contrast + 0.015)))
        rich = float(step(contrast, 0.09, 0.18) * step(beside, 1.05, 1.35))
        gray = (1 - colour) * max(rich, 0.8 * float(step(contrast, 0.05, 0.12)))
        glaring = 1 - float(step(float(np.median(luma)), 0.35, 0.5))
        return cls(stretch, Tone.of(clean, luma), colour, contrast, rich, gray, glaring, darkness(luma, colour))

    def numbers(self) -> dict[str, float]:
        """Every number of it, by name."""
        parts = {name: vars(getattr(self, name)) for name in _PARTS}
        own = {name: value for name, value in vars(self).items() if name not in parts}
        return {f"{part}_{name}": value for part, values in parts.items() for name, value in values.items()} | own

    @classmethod
    def from_numbers(cls, numbers: Mapping[str, float]) -> "Whole":
        """The inverse of :meth:`numbers`; films of older run folders stretch nothing."""
        names = [one.name for one in fields(cls) if one.name not in _PARTS]
        stretch, tone = (
            {name.removeprefix(f"{part}_"): value for name, value in numbers.items() if name.startswith(f"{part}_")}
            for part in _PARTS
        )
        return cls(Stretch(**stretch), Tone(**tone), **{name: numbers[name] for name in names})


_PARTS = ("stretch", "tone")


@dataclass(frozen=True, eq=False)
class Planes:
    """What is looked at of a pair or of some rows of it, (rows, W).

    Attributes:
        luma: of the visible picture.
        infrared: without dead pixels, stretched.
        clean: the same without grain.
    """

    luma: Plane
    infrared: Plane
    clean: Plane

    @classmethod
    def of(cls, infrared: Plane, visible: Plane, stretch: Stretch) -> "Planes":
        """Of (rows, W) and (rows, W, 3)."""
        infrared = stretch.applied(mended(infrared))
        return cls(luma_of(visible), infrared, without_grain(infrared))


@dataclass(frozen=True)
class Surroundings:
    """What is around every pixel: planes on the coarse grid, in luma or stretched infrared.

    Attributes:
        whole: what is told of the pair as a whole.
        near: infrared mean within about 10 px.
        far: infrared mean within about 26 px.
        beside: the same of what a warm thing here is held against: in a shade, of the shade alone.
        visible_far: visible luma likewise.
        infrared_contrast: root mean square of infrared detail.
        visible_contrast: the same of the visible picture; in a shade, of the shade alone.
        rich: how far both pictures are mixed evenly: a rich infrared one at dusk, by night and in gray pictures.
        told: how far the visible picture tells this place from its surroundings by lightness or colour; in a shade,
            from the shade around.
        shade: how far this is a shade by day, [0, 1].
        light: visible luma just here, about 3 px.
        region: visible luma of the region, about 24 px, or where that is lighter about 100.
        fog: how much the shown infrared would lift a whole region.
        glare: inside a large overexposed area, [0, 1].
        planes: of the whole pair, where it was not made smaller for this; else None.
        dazzle: how far a lamp blinds the camera here, [0, 1].
    """

    whole: Whole
    near: Plane
    far: Plane
    beside: Plane
    visible_far: Plane
    infrared_contrast: Plane
    visible_contrast: Plane
    rich: Plane
    told: Plane
    shade: Plane
    light: Plane
    region: Plane
    fog: Plane
    glare: Plane
    planes: Planes | None
    dazzle: Plane

    @property
    def tone(self) -> Tone:
        """How infrared is shown."""
        return self.whole.tone

    @property
    def colour(self) -> float:
        """How far the visible picture is one of colours."""
        return self.whole.colour

    @property
    def contrast(self) -> float:
        """Standard deviation of infrared."""
        return self.whole.contrast

    def at(self, height: int, width: int, top: int, bottom: int) -> dict[str, Plane]:
        """Every plane at the pixels of some rows of a picture."""
        planes = {name: plane for name, plane in vars(self).items() if isinstance(plane, np.ndarray)}
        nothing = np.zeros((bottom - top, width), np.float32)
        # Where there is no shade, two names are of one plane.
        here = {
            id(plane): spread(plane, height, width, top, bottom) if plane.any() else nothing
            for plane in {id(plane): plane for plane in planes.values()}.values()
        }
        return {name: here[id(plane)] for name, plane in planes.items()}


def survey(infrared: Plane, visible: Plane, whole: Whole | None = None) -> Surroundings:
    """Measure the surroundings of every pixel of a pair.

    Args:
        infrared: (H, W) in [0, 1].
        visible: (H, W, 3) in [0, 1], RGB.
        whole: what is told of the pair as a whole, where it is known already.
    """
    factor = max(1.0, max(infrared.shape) / WORKING_PX)
    visible = shrink(visible, factor)
    infrared = shrink(infrared, factor)
    stretch = Stretch.of(infrared) if whole is None else whole.stretch
    planes = Planes.of(infrared, visible, stretch)
    luma, clean = planes.luma, planes.clean
    size, unit = clean.shape, max(clean.shape) / WORKING_PX
    px = unit / GRID
    cells, colours, warmth = shrink(luma, GRID), shrink(visible, GRID), shrink(clean, GRID)
    near, far = blurred(warmth, 10 * px), blurred(warmth, 26 * px)
    infrared_detail = clean - spread(near, *size)
    visible_detail = luma - spread(blurred(cells, 10 * px), *size)
    # A dark coat fills its surroundings by day too: what is light further off says that it is day.
    wide = blurred(cells, 100 * px)
    region = np.maximum(blurred(cells, 24 * px), 0.95 * wide)
    infrared_contrast: Plane = np.sqrt(around(infrared_detail * infrared_detail, 8 * unit))
    visible_contrast = np.sqrt(around(visible_detail * visible_detail, 8 * unit))
    whole = whole or Whole.of(stretch, clean, visible, luma, infrared_contrast, visible_contrast)
    shown = around(whole.tone.shown(whole.tone.level(clean)), 40 * unit)
    burnt = step(blurred(cells, 2 * px), 0.93, 0.99) * whole.glaring
    dusk = 1 - step(wide, 0.46, 0.66)
    beside, told = far, strongest(blurred(colours, 2 * px) - blurred(colours, 26 * px))
    shade = find_shade(luma, colours, warmth, far, region, unit)
    if shade is not None:
        beside = far + shade.much * (shade.infrared - far)
        told = told + shade.much * (shade.told - told)
        visible_contrast = visible_contrast + shade.much * (shade.texture - visible_contrast)
    return Surroundings(
        whole=whole,
        near=near,
        far=far,
        beside=beside,
        visible_far=blurred(cells, 26 * px),
        infrared_contrast=infrared_contrast,
        visible_contrast=visible_contrast,
        rich=np.maximum(np.float32(whole.rich) * dusk, np.float32(whole.gray)),
        told=told,
        shade=np.zeros_like(far) if shade is None else shade.much,
        light=blurred(cells, 3 * px),
        region=region,
        fog=np.maximum(shown - np.maximum(0.22, region + 0.08), 0),
        glare=burnt * step(blurred(burnt, 6 * unit), 0.55, 0.9),
        planes=planes if factor == 1 else None,
        dazzle=dazzled(luma, infrared_contrast / np.float32(stretch.gain), whole.night, unit),
    )


def mended(infrared: Plane) -> Plane:
    """The infrared picture without single dead pixels."""
    middle = np.asarray(cv2.medianBlur(infrared, 3), np.float32)
    whole: Plane = np.where(np.abs(infrared - middle) > DEAD, middle, infrared)
    return whole


def without_grain(infrared: Plane) -> Plane:
    """A mended infrared picture without grain, its edges kept."""
    return guided(infrared, infrared, 2, GRAIN_VARIANCE)


def detail_of(clean: Plane, near: Plane) -> Plane:
    """What the infrared picture shows beside its near surroundings, without what is as small as grain."""
    return cored(clean - near, GRAIN)
