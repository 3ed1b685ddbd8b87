"""What tests of regions share: gray pictures with squares, and what a phrase means in them."""

import numpy as np

from wordfuse.fusion.regions import Mask, Sources
from wordfuse.fusion.regions.phrases import resolve

HEIGHT, WIDTH = 90, 120


def pictures(
    infrared: np.ndarray | float = 0.3, visible: np.ndarray | float = 0.5, fused: np.ndarray | float = 0.5
) -> Sources:
    """Gray pictures from (H, W) arrays or constants."""
    planes = [np.broadcast_to(np.asarray(p, np.float32), (HEIGHT, WIDTH)) for p in (infrared, visible, fused)]
    return Sources(planes[0], *(np.repeat(plane[..., None], 3, axis=2) for plane in planes[1:]))


def square(y: int, x: int, size: int = 16, value: float = 0.9, around: float = 0.3) -> np.ndarray:
    plane = np.full((HEIGHT, WIDTH), around, np.float32)
    plane[y : y + size, x : x + size] = value
    return plane


def mask_of(sources: Sources, phrase: str) -> Mask:
    grounding = resolve(sources, phrase)
    assert grounding is not None and grounding.found and grounding.mask is not None, grounding
    assert grounding.mask.dtype == np.uint8 and grounding.mask.shape == (HEIGHT, WIDTH)
    assert set(np.unique(grounding.mask)) <= {0, 255}
    return grounding.mask


def overlap(mask: Mask, expected: np.ndarray) -> float:
    """Intersection over union."""
    inside, wanted = mask > 0, expected.astype(bool)
    return float((inside & wanted).sum() / max(1, (inside | wanted).sum()))
