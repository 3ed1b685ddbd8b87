"""What can be wrong, with the unit of the number behind it and what mends it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from wordfuse.fusion.errors import argument_named

Kind = Literal[
    "noise",
    "colour noise",
    "stripes",
    "blur",
    "haze",
    "underexposed",
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
        task: the task that mends it, with its direction; None where none does.
        remedy: what helps, for a person; None: the tool of the task.
        by_region: it is looked for in regions too.
    """

    unit: str
    where: tuple[Where, ...]
    task: str | None = None
    remedy: str | None = None
    by_region: bool = False


FAULTS: Mapping[Kind, Fault] = {
    "noise": Fault("sigma where it is flat, gray values", EVERYWHERE, "denoise", by_region=True),
    "colour noise": Fault("sigma of blotches of colour, gray values", IN_COLOUR, "denoise"),
    "stripes": Fault("offsets of rows and columns, gray values", EVERYWHERE, "destripe"),
    "blur": Fault("sigma of the sharpest edges, px", EVERYWHERE, "sharpen", by_region=True),
    "haze": Fault("1 - transmission", IN_COLOUR, "dehaze"),
    "underexposed": Fault("gray values, the brightest but for sparks", ("visible",), "relight brighter"),
    "dark": Fault(
        "luma that 70% of the pixels lie below",
        IN_COLOUR,
        "relight brighter",
        by_region=True,
    ),
    "clipped": Fault(
        "% in solid black or white",
        EVERYWHERE,
        remedy="what is lost there is in the other source at best: wordfuse incline",
        by_region=True,
    ),
    "low contrast": Fault("gray values, 5th to 95th percentile", EVERYWHERE, "contrast more"),
    "cast": Fault("CIELAB, light to neutral", IN_COLOUR, "recolour neutral"),
    "shift": Fault(
        "% of the longer side", ("infrared",), remedy=f"give {argument_named('align')}, or register the pair"
    ),
    "dead pixels": Fault("of a million pixels", ("infrared",), "denoise"),
    "frame": Fault("% of the picture", EVERYWHERE, remedy="crop both pictures alike before they are fused"),
    "black hot": Fault(
        "bodies and sky to their surroundings", ("infrared",), remedy="invert the infrared picture first"
    ),
    "hard to see": Fault(
        "CIEDE2000 to what is around", ("fused",), "stand_out more", 'wordfuse run -i "make the people stand out"'
    ),
}
