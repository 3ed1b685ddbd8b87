"""What a region backend is, and the registry that finds one by name.

A backend turns words into pixels in two moves: `ground` answers *where* (boxes), `segment` answers *which pixels*
(a mask). To add one, write a class with those two methods and register a factory in `BACKENDS`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from fusion.choices import SeenPicture as SeenPicture  # where others look for it
from fusion.errors import InputError

if TYPE_CHECKING:
    import torch

Mask = npt.NDArray[np.uint8]
Picture = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Sources:
    """The pictures a region may be read from, all of one size.

    Attributes:
        infrared: (H, W) float32 in [0, 1], hot is high.
        visible: (H, W, 3) float32 RGB in [0, 1].
        fused: (H, W, 3) float32 RGB in [0, 1].
    """

    infrared: Picture
    visible: Picture
    fused: Picture

    def __post_init__(self) -> None:
        """Reject pictures that are not of one size: a mask of one would not fit another."""
        expected = self.infrared.shape
        if len(expected) != 2 or self.visible.shape != (*expected, 3) or self.fused.shape != (*expected, 3):
            raise InputError(
                f"infrared {self.infrared.shape}, visible {self.visible.shape} and fused {self.fused.shape} must have "
                "the shapes (H, W), (H, W, 3) and (H, W, 3); register and resize the pair first"
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
        score: confidence in [0, 1].
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
        reason: one sentence for the user: how it was resolved, or why it was not found and what helps.
    """

    phrase: str
    found: bool
    source: str
    detections: tuple[Detection, ...]
    mask: Mask | None
    reason: str


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


class PixelsBackend:
    """The backend without an object detector: what the pixels themselves do not say, it does not find."""

    name: str = "pixels"

    def ground(self, sources: Sources, phrases: Sequence[str]) -> list[Grounding]:
        """Find none of the phrases, and tell the user what would."""
        return [
            Grounding(
                phrase=phrase,
                found=False,
                source=self.name,
                detections=(),
                mask=None,
                reason=(
                    f"'{phrase}' needs an object detector: the backend 'pixels' knows hot, cold, bright, dark and "
                    f"overexposed areas, positions and background; give --mask {mask_name(phrase)}=FILE or "
                    "--regions embedded or grounding-dino"
                ),
            )
            for phrase in phrases
        ]

    def segment(self, sources: Sources, detections: Sequence[Detection]) -> Mask:
        """The boxes themselves, filled: without a segmentation model nothing finer is known."""
        mask = np.zeros(sources.shape, np.uint8)
        for detection in detections:
            x0, y0, x1, y1 = detection.box
            mask[max(0, int(y0)) : max(0, int(np.ceil(y1))), max(0, int(x0)) : max(0, int(np.ceil(x1)))] = 255
        return mask


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


class Factory(Protocol):
    """Makes a backend."""

    def __call__(self, models: "Models") -> RegionBackend:
        """Make the backend. Models load at first use, not here."""


def _pixels(models: Models) -> RegionBackend:
    return PixelsBackend()


# Imported only when needed, so that masks, tones and positions never pay for torch.
def _grounding_dino(models: Models) -> RegionBackend:
    from fusion.regions.grounding_dino import GroundingDinoBackend

    return GroundingDinoBackend(**vars(models))


def _original(models: Models) -> RegionBackend:
    from fusion.regions.original import OriginalBackend

    return OriginalBackend(**vars(models))


def _embedded(models: Models) -> RegionBackend:
    from fusion.regions.embedded import EmbeddedBackend

    return EmbeddedBackend(models.device)


def _best(models: Models) -> RegionBackend:
    """GroundingDINO, which knows every noun, where its models were named; else the embedded network."""
    if (models.grounding_model is None) != (models.segmentation_model is None):
        raise InputError("--grounding-model and --segmentation-model belong together: name both, or neither")
    if models.grounding_model is None and models.picture != "fused":
        raise InputError(
            "--grounding-picture is for GroundingDINO: name its models with --grounding-model and "
            "--segmentation-model, or leave it out"
        )
    return (_grounding_dino if models.grounding_model is not None else _embedded)(models)


BACKENDS: dict[str, Factory] = {
    "auto": _best,
    "embedded": _embedded,
    "pixels": _pixels,
    "grounding-dino": _grounding_dino,
    "original": _original,
}


def create_backend(name: str, models: Models | None = None) -> RegionBackend:
    """Make the backend of that name.

    Args:
        name: a key of `BACKENDS`.
        models: what it is made with; None for defaults.

    Raises:
        InputError: no backend has that name.
    """
    if name not in BACKENDS:
        raise InputError(f"--regions {name}: unknown region backend; use one of {', '.join(sorted(BACKENDS))}")
    return BACKENDS[name](models or Models())


def mask_name(phrase: str) -> str:
    """The phrase as it may stand on a command line before ``=FILE``."""
    return f'"{phrase}"' if " " in phrase else phrase
