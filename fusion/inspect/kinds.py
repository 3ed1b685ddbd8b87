"""What can be wrong, with the unit of the number behind it and what mends it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "noise",
    "stripes",
    "blur",
    "haze",
    "dark",
    "clipped",
    "low contrast",
    "cast",
    "shift",
    "dead pixels",
    "frame",
    "black hot",
    "hard to see",
]
Where = Literal["infrared", "visible", "fused"]
EVERYWHERE: tuple[Where, ...] = ("infrared", "visible", "fused")
IN_COLOUR: tuple[Where, ...] = ("visible", "fused")


@dataclass(frozen=True)
class Fault:
    """A kind of fault.

    Attributes:
        unit: of the number.
        where: the pictures that it is looked for in.
        remedy: for a person: a command of wordfuse, or what else helps.
        task: the task that mends it, with its direction; None where none does.
        by_region: it is looked for in regions too.
    """

    unit: str
    where: tuple[Where, ...]
    remedy: str
    task: str | None = None
    by_region: bool = False


FAULTS: Mapping[Kind, Fault] = {
    "noise": Fault(
        "sigma where it is flat, gray values", EVERYWHERE, "wordfuse denoise", task="denoise", by_region=True
    ),
    "stripes": Fault("offsets of rows and columns, gray values", EVERYWHERE, "wordfuse destripe", task="destripe"),
    "blur": Fault("sigma of the sharpest edges, px", EVERYWHERE, "wordfuse sharpen", task="sharpen", by_region=True),
    "haze": Fault("1 - transmission", IN_COLOUR, "wordfuse dehaze", task="dehaze"),
    "dark": Fault(
        "luma that 70% of the pixels lie below",
        IN_COLOUR,
        "wordfuse relight --direction brighter",
        task="relight brighter",
        by_region=True,
    ),
    "clipped": Fault(
        "% in solid black or white",
        EVERYWHERE,
        "what is lost there is in the other source at best: wordfuse incline",
        by_region=True,
    ),
    "low contrast": Fault(
        "gray values, 5th to 95th percentile", EVERYWHERE, "wordfuse contrast --direction more", task="contrast more"
    ),
    "cast": Fault(
        "CIELAB, light to neutral", IN_COLOUR, "wordfuse recolour --direction neutral", task="recolour neutral"
    ),
    "shift": Fault("% of the longer side", ("infrared",), "give --align, or register the pair"),
    "dead pixels": Fault("of a million pixels", ("infrared",), "wordfuse denoise", task="denoise"),
    "frame": Fault("% of the picture", EVERYWHERE, "crop both pictures alike before they are fused"),
    "black hot": Fault("bodies and sky to their surroundings", ("infrared",), "invert the infrared picture first"),
    "hard to see": Fault(
        "CIEDE2000 to what is around", ("fused",), 'wordfuse run -i "make the people stand out"', task="stand_out more"
    ),
}
