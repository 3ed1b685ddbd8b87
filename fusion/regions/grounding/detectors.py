"""What the backends with large models share: phrases to boxes by a detector, boxes to pixels by a segmenter.

Both look at one of the pictures, by default the fused one as in the TeRF paper, where warm objects show at night too.
"""

import re
from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from functools import partial
from hashlib import blake2b
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image

from wordfuse.fusion.device import resolve_device
from wordfuse.fusion.errors import argument_named
from wordfuse.fusion.regions.types import Detection, Grounding, Mask, Picture, SeenPicture, Sources

Boxes = npt.NDArray[np.floating[Any]]

_BOXES_AT_ONCE = 16  # SAM returns full-size logits per box: 16 of 640x480 are 20 MB
_CACHED = 12  # pictures or phrases remembered: a run goes back and forth between few

_Value = TypeVar("_Value")


class DetectorBackend(ABC):
    """A detector that reads and a segmenter. Models load at first use; a picture's embedding is kept.

    Attributes:
        name: of the backend.
        picture: what the detector sees. "union" is all three, one after the other: what any of them shows is found.
        detector: for the user: where the detector's weights are from.
    """

    name: str
    detector: str

    def __init__(
        self,
        *,
        device: torch.device | str = "auto",
        picture: SeenPicture = "fused",
        box_threshold: float = 0.25,
        text_threshold: float = 0.2,
        nms_threshold: float = 0.5,
    ) -> None:
        """Nothing is loaded yet.

        Args:
            device: where the models run, as in `fusion.device.resolve_device`.
            picture: what the detector looks at.
            box_threshold: a box counts from this score on.
            text_threshold: a word of the phrase counts as seen in a box from this score on.
            nms_threshold: of two boxes that overlap by more than this (intersection over union) the better one stays.
        """
        self.picture = picture
        self._device = resolve_device(device) if isinstance(device, str) else device
        self._box_threshold = box_threshold
        self._text_threshold = text_threshold
        self._nms_threshold = nms_threshold
        self._detections: OrderedDict[Hashable, tuple[Boxes, Boxes]] = OrderedDict()
        self._embeddings: OrderedDict[Hashable, Any] = OrderedDict()

    @abstractmethod
    def _detect(self, image: Image.Image, prompt: str) -> tuple[Boxes, Boxes]:
        """Boxes (N, 4), XYXY pixels, and scores (N,) of what scored above the thresholds for words of the prompt."""

    @abstractmethod
    def _embed(self, image: Image.Image) -> object:
        """Whatever of the segmenter's work depends on the picture alone."""

    @abstractmethod
    def _cut_out(self, image: Image.Image, embedding: Any, boxes: Boxes) -> npt.NDArray[np.bool_]:
        """The pixels (H, W) of the objects in the boxes, at most `_BOXES_AT_ONCE` of them."""

    def ground(self, sources: Sources, phrases: Sequence[str]) -> list[Grounding]:
        """Detect each phrase; see `RegionBackend.ground`.

        One forward pass per phrase: in a joint prompt a phrase's boxes would depend on what else was asked for.
        """
        seen = [_image(picture) for picture in _pictures(sources, self.picture)]
        groundings = []
        for phrase in phrases:
            found = self._found(seen, phrase)
            best = f", the surest at {max(detection.score for detection in found):.2f}" if found else ""
            reason = f"'{phrase}': {len(found)} detected by {self.detector}{best}"
            remedy = None
            if not found:
                reason = (
                    f"'{phrase}' was not found in the picture by {self.detector} (no box scored above "
                    f"{self._box_threshold:g})"
                )
                remedy = f"say it in other words or give a mask with {argument_named('mask')}"
            groundings.append(Grounding(phrase, bool(found), self.name, found, None, reason, remedy, confidence=None))
        return groundings

    @torch.inference_mode()
    def segment(self, sources: Sources, detections: Sequence[Detection]) -> Mask:
        """Cut the detected boxes out of the picture, of "union" out of the fused one; see `RegionBackend.segment`."""
        inside = np.zeros(sources.shape, np.bool_)
        if detections:
            image, key = _image(_pictures(sources, self.picture)[0])
            embedding = _remember(self._embeddings, key, partial(self._embed, image))
            boxes = np.array([detection.box for detection in detections])
            for start in range(0, len(boxes), _BOXES_AT_ONCE):
                inside |= self._cut_out(image, embedding, boxes[start : start + _BOXES_AT_ONCE])
        mask: Mask = np.where(inside, np.uint8(255), np.uint8(0))
        return mask

    def _found(self, seen: list[tuple[Image.Image, Hashable]], phrase: str) -> tuple[Detection, ...]:
        prompt = " ".join(re.sub(r"[.?!]+", " ", phrase.casefold()).split())
        if not prompt:
            return ()
        # The dot ends a class name in GroundingDINO's prompts: within a phrase it would cut it in two.
        every = [
            _remember(self._detections, (key, prompt), partial(self._run, image, f"{prompt}.")) for image, key in seen
        ]
        boxes, scores = (np.concatenate(parts) for parts in zip(*every, strict=True))
        return tuple(
            Detection(phrase, (float(x0), float(y0), float(x1), float(y1)), float(scores[i]))
            for i in suppress(boxes, scores, self._nms_threshold)
            for x0, y0, x1, y1 in [boxes[i]]
        )

    @torch.inference_mode()
    def _run(self, image: Image.Image, prompt: str) -> tuple[Boxes, Boxes]:
        boxes, scores = self._detect(image, prompt)
        boxes = boxes.clip(0, [image.width, image.height, image.width, image.height])
        big_enough = ((boxes[:, 2:] - boxes[:, :2]) >= 1).all(axis=1)
        return boxes[big_enough], scores[big_enough]


def suppress(boxes: Boxes, scores: Boxes, threshold: float) -> list[int]:
    """Non-maximum suppression: which boxes stay, best first.

    Args:
        boxes: (N, 4) XYXY pixels.
        scores: (N,).
        threshold: a box that overlaps a better one by more than this (intersection over union) goes.
    """
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    left = list(np.argsort(-scores, kind="stable"))
    kept: list[int] = []
    while left:
        best, others = left[0], np.array(left[1:], dtype=np.intp)
        kept.append(int(best))
        low = np.maximum(boxes[best, :2], boxes[others, :2])
        high = np.minimum(boxes[best, 2:], boxes[others, 2:])
        overlap = np.clip(high - low, 0, None).prod(axis=1)
        iou = overlap / np.maximum(areas[best] + areas[others] - overlap, 1e-9)
        left = list(others[iou <= threshold])
    return kept


def has_word(label: str, special: Sequence[str]) -> bool:
    """Whether anything of a decoded label is a word, and no control token or dot alone."""
    for token in special:
        label = label.replace(token, " ")
    return any(character.isalnum() for character in label)


def _pictures(sources: Sources, picture: SeenPicture) -> list[Picture]:
    """What is looked at; the first is what is cut out of."""
    infrared = np.repeat(sources.infrared[..., None], 3, axis=2)
    return {
        "fused": [sources.fused],
        "visible": [sources.visible],
        "infrared": [infrared],
        "union": [sources.fused, sources.visible, infrared],
    }[picture]


def _image(picture: Picture) -> tuple[Image.Image, Hashable]:
    """The picture as the processors want it, and a key that equals only for equal pixels."""
    pixels = np.floor(np.clip(picture, 0, 1) * 255 + 0.5).astype(np.uint8)
    return Image.fromarray(pixels), (pixels.shape, blake2b(pixels.tobytes(), digest_size=16).digest())


def _remember(cache: OrderedDict[Hashable, _Value], key: Hashable, make: Callable[[], _Value]) -> _Value:
    """The value under the key, made on its first use; the least recently used one makes room."""
    if key not in cache:
        cache[key] = make()
        if len(cache) > _CACHED:
            cache.popitem(last=False)
    cache.move_to_end(key)
    return cache[key]
