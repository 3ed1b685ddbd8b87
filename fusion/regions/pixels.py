"""The backend without an object detector."""

from collections.abc import Sequence

import numpy as np

from wordfuse.fusion.errors import argument_named
from wordfuse.fusion.regions.masks import mask_for
from wordfuse.fusion.regions.types import Detection, Grounding, Mask, Models, Sources


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
                    "overexposed areas, positions and background"
                ),
                remedy=f"give {mask_for(phrase)} or {argument_named('regions')} embedded or grounding-dino",
                plain=f"'{phrase}' needs an object detector; known are hot, cold, bright and dark areas, and positions",
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


def create(models: Models) -> PixelsBackend:
    """The backend; it has no models."""
    return PixelsBackend()
