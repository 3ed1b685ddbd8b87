"""The parts of things that pixels tell, found for a phrase (``words.measured``), how sure, and what is not told."""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from wordfuse.fusion.regions.colours import HUES, coloured, shows_hues
from wordfuse.fusion.regions.embedded.cutting import cut_out
from wordfuse.fusion.regions.embedded.lights import LIGHT
from wordfuse.fusion.regions.embedded.looking import View, believed
from wordfuse.fusion.regions.embedded.meant import meant
from wordfuse.fusion.regions.embedded.parts.beneath import under_things
from wordfuse.fusion.regions.embedded.parts.paint import paint_on
from wordfuse.fusion.regions.embedded.parts.tail_lights import tail_lights
from wordfuse.fusion.regions.embedded.stuff import stuff_of, trunks_of
from wordfuse.fusion.regions.tones import Selection, luma
from wordfuse.fusion.regions.types import Sources
from wordfuse.fusion.regions.words.colours import COLOURS
from wordfuse.fusion.regions.words.meaning import Wanted
from wordfuse.fusion.regions.words.measured import Measured

# How sure each is, by how often it was right on pictures that were looked at (docs/regions.md).
SURE = {"trunk": 0.45, "paint": 0.7, "tail_light": 0.8, "under": 0.8, "glow": 0.45}
NIGHT, SURE_AT_NIGHT = 0.2, 0.4  # median luma of a road by night; pools of light pass for paint there
OF_COLOUR = 0.2  # of a patch of paint, that has the colour it is said to have
_READ = {
    "trunk": "read as the upright strips below the crowns of trees",
    "paint": "read as what is painted on the road",
    "tail_light": "read as what is red at the middle height of cars",
    "under": "read as the strip between the wheels and just below",
    "glow": "read as what shines, with the glow around it",
}


@dataclass(frozen=True, eq=False)
class Part:
    """A part that was found.

    Attributes:
        mask: (H, W) bool, never empty.
        sure: how sure it is, in [0, 1].
        told: how it was read.
        notes: what of the words the pictures do not tell.
    """

    mask: Selection
    sure: float
    told: str
    notes: tuple[str, ...] = ()


def part_found(sources: Sources, view: View, said: Measured) -> Part | None:
    """The part that is meant; None where nothing of it is seen."""
    notes = [f"{piece} cannot be told from the pictures" for one in said.whole for piece in one.untold]
    inside, sure = np.zeros(sources.shape, np.bool_), SURE[said.part]
    for one in said.whole:
        part, least = _of_one(sources, view, said, one)
        inside |= part
        sure = min(sure, least)
    if said.part == "paint" and inside.any():
        inside, more, sure = _paint(sources, view, said, inside)
        notes += more
    if not inside.any():
        return None
    if said.colour is not None and said.part != "paint" and (said.part, said.colour) != ("tail_light", "red"):
        notes.append(f"'{said.colour}' cannot be told of it")
    if said.part == "trunk":
        notes.append("a pole or a pillar under a tree may pass for its trunk")
    return Part(inside, sure, _READ[said.part], tuple(notes))


def _of_one(sources: Sources, view: View, said: Measured, one: Wanted) -> tuple[Selection, float]:
    """The part of one of the things that are named together, and how sure those are."""
    nothing = np.zeros(sources.shape, np.bool_)
    if said.part == "trunk":
        return trunks_of(sources, view, one), 1.0
    if said.part == "paint":
        ground = stuff_of(sources, view, one)
        standing = [seen for seen in believed(view) if seen.name != LIGHT]
        return (paint_on(sources, ground, standing), 1.0) if ground.any() else (nothing, 1.0)
    found = list(meant(sources, view, replace(one, singular=False)).objects)
    if not found:
        return nothing, 1.0
    sure = sum(seen.score for seen in found) / len(found)
    if said.part == "tail_light":
        return tail_lights(sources, found), sure
    masks = [cut_out(sources, view, seen) for seen in found]
    return (under_things(found, masks) if said.part == "under" else np.logical_or.reduce(masks)), sure


def _paint(sources: Sources, view: View, said: Measured, paint: Selection) -> tuple[Selection, list[str], float]:
    """Paint of the colour that is named, nowhere true where none has it; what is not told of it, and how sure it is."""
    notes, sure = list[str](), SURE["paint"]
    road = stuff_of(sources, view, Wanted(("road",), False, None, None, ()))
    night = road.any() and float(np.median(luma(sources.visible)[road])) < NIGHT
    if night:
        sure = SURE_AT_NIGHT
        notes.append("by night a pool of light on the road may pass for paint")
    if "cross" in said.said or "zebra" in said.said:
        notes.append(f"which of the paint is the {said.said} is not told")
    colour = None if said.colour is None else COLOURS[said.colour]
    if colour is None or colour not in HUES:
        return paint, notes, sure
    if night or not shows_hues(sources.visible):
        return paint, [*notes, f"'{said.colour}' cannot be told from the pictures"], SURE_AT_NIGHT
    _, labels = cv2.connectedComponents(paint.astype(np.uint8), connectivity=8)
    hued = coloured(sources.visible, colour, nearly=True)
    share = np.bincount(labels[hued], minlength=int(labels.max()) + 1) / np.maximum(np.bincount(labels.ravel()), 1)
    share[0] = 0  # label 0 is no paint
    return np.asarray((share >= OF_COLOUR)[labels], np.bool_), notes, sure
