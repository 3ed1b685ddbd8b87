"""What passes between the parts that find regions, and what a region backend is.

A backend turns words into pixels in two moves: `ground` answers *where* (boxes), `segment` answers *which pixels*
(a mask). ``fusion.regions.backends`` finds one by its name.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from wordfuse.fusion.choices import SeenPicture as SeenPicture
from wordfuse.fusion.errors import InputError, spelled
from wordfuse.fusion.temperatures.maps import Temperatures

if TYPE_CHECKING:
    import torch

DOUBT = 0.5  # confidence below which a region is doubtful: probably not what is meant

Mask = npt.NDArray[np.uint8]
Picture = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Sources:
    """The pictures a region may be read from, all of one size.

    Attributes:
        infrared: (H, W) float32 in [0, 1], hot is high.
        visible: (H, W, 3) float32 RGB in [0, 1].
        fused: (H, W, 3) float32 RGB in [0, 1].
        temperatures: of its pixels; None: they are not known.
        no_temperatures: why they are not, as part of a sentence.
    """

    infrared: Picture
    visible: Picture
    fused: Picture
    temperatures: Temperatures | None = None
    no_temperatures: str = "a picture without degrees"

    def __post_init__(self) -> None:
        """Reject pictures that are not of one size: a mask of one would not fit another."""
        expected = self.infrared.shape
        if len(expected) != 2 or self.visible.shape != (*expected, 3) or self.fused.shape != (*expected, 3):
            raise InputError(
                f"infrared {self.infrared.shape}, visible {self.visible.shape} and fused {self.fused.shape} must have "
                "the shapes (H, W), (H, W, 3) and (H, W, 3)",
                remedy="register and resize the pair first",
            )

    @property
    def shape(self) -> tuple[int, int]:
        """(H, W) in pixels."""
        height, width = self.infrared.shape
        return height, width


@dataclass(frozen=True)
class Detection:
    """One object that a phrase names.

    Attributes:
        phrase: the phrase it answers, as the user said it.
        box: (x0, y0, x1, y1), XYXY pixels inside the picture.
        score: confidence in [0, 1]: of what is found with confidence c about the share c is right.
    """

    phrase: str
    box: tuple[float, float, float, float]
    score: float


@dataclass(frozen=True, eq=False)
class Grounding:
    """What became of one phrase.

    Attributes:
        phrase: as the user said it.
        found: whether there is anything to work on.
        source: who resolved it: "whole", "user", "pixels" or a backend's name.
        detections: the objects found, when an object detector was asked.
        mask: (H, W) uint8, 255 inside, when the phrase led straight to pixels; else None.
        reason: for the user: how it was resolved, or why it was not found. Arguments in it are marked, as in an error.
        remedy: what helps where it was not found, likewise.
        confidence: how much of what is marked is probably right, in [0, 1]; 1 where nothing was guessed, None where the
            backend cannot say.
        plain: the reason for somebody who talks and can give no arguments; None: ``reason`` does as well.
        note: what was said and could not be looked at, or was not there of several things; None: nothing.
        ambiguous: several were found, and which of them is meant was said in words that could not be looked at.
        offer: where nothing was found, what is there and may be meant, as a phrase; None: nothing.
    """

    phrase: str
    found: bool
    source: str
    detections: tuple[Detection, ...]
    mask: Mask | None
    reason: str
    remedy: str | None = None
    confidence: float | None = 1.0
    plain: str | None = None
    note: str | None = None
    ambiguous: bool = False
    offer: str | None = None

    def told(self, spelling: Callable[[str], str] = str) -> str:
        """Reason and remedy in one sentence, each name of an argument spelled."""
        return spelled(self.reason if self.remedy is None else f"{self.reason}; {self.remedy}", spelling)


def mean_confidence(detections: Sequence[Detection]) -> float:
    """The confidence of objects together: the larger a box, the more it counts."""
    areas = [max(1.0, (x1 - x0) * (y1 - y0)) for x0, y0, x1, y1 in (one.box for one in detections)]
    weighted = sum(area * one.score for area, one in zip(areas, detections, strict=True))
    return weighted / sum(areas) if areas else 0.0


class RegionBackend(Protocol):
    """Finds objects by their names and cuts them out."""

    name: str

    def ground(self, sources: Sources, phrases: Sequence[str]) -> list[Grounding]:
        """Look for each phrase; one grounding per phrase, in order.

        Raises:
            BackendUnreachable: the backend's model cannot be loaded or reached.
        """

    def segment(self, sources: Sources, detections: Sequence[Detection]) -> Mask:
        """The pixels of the detected objects: (H, W) uint8, 255 inside any of them.

        Raises:
            BackendUnreachable: the backend's model cannot be loaded or reached.
        """


@runtime_checkable
class KnowsPixels(Protocol):
    """A backend that can also tell what every pixel shows."""

    def chances(self, sources: Sources) -> npt.NDArray[np.float32]:
        """How likely a coarse grid over the picture shows each of its classes: (C, h, w) in [0, 1]."""


@dataclass(frozen=True)
class Models:
    """What backends are made with; those that need none of it ignore it.

    Attributes:
        device: where models run.
        grounding_model: hub id or folder of the detector, or its checkpoint; None for the backend's own default.
        segmentation_model: the same of the segmenter.
        picture: what the detector looks at.
    """

    device: "torch.device | str" = "auto"
    grounding_model: str | None = None
    segmentation_model: str | None = None
    picture: SeenPicture = "fused"
