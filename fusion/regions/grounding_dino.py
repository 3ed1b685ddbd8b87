"""Named objects by GroundingDINO boxes and SAM masks, through transformers.

S. Liu et al., "Grounding DINO: Marrying DINO with Grounded Pre-Training for Open-Set Object Detection", ECCV 2024;
A. Kirillov et al., "Segment Anything", ICCV 2023. Both look at the fused picture, where warm objects show at night too.
"""

import re
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from functools import cached_property, partial
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image

from fusion.device import resolve_device
from fusion.errors import BackendUnreachable
from fusion.regions.backend import Detection, Grounding, Mask, Picture, Sources

if TYPE_CHECKING:
    from transformers import GroundingDinoForObjectDetection, SamModel

DETECTOR = "IDEA-Research/grounding-dino-tiny"
SEGMENTER = "facebook/sam-vit-base"

_CACHED = 4  # pictures or phrases remembered: a run goes back and forth between few
_BOXES_AT_ONCE = 16  # SAM returns full-size logits per box: 16 of 640x480 are 20 MB

_Value = TypeVar("_Value")


class GroundingDinoBackend:
    """Boxes by GroundingDINO, masks by SAM. Models load at first use; a picture's SAM embedding is kept."""

    name: str = "grounding-dino"

    def __init__(
        self,
        *,
        device: torch.device | str = "auto",
        grounding_model: str | None = None,
        segmentation_model: str | None = None,
        box_threshold: float = 0.25,
        text_threshold: float = 0.2,
        nms_threshold: float = 0.5,
    ) -> None:
        """Remember what to load; nothing is loaded yet.

        Args:
            device: where the models run, as in `fusion.device.resolve_device`.
            grounding_model: hub id or folder of a GroundingDINO; None for `DETECTOR`.
            segmentation_model: hub id or folder of a SAM; None for `SEGMENTER`.
            box_threshold: a box counts from this score on.
            text_threshold: a word of the phrase counts as seen in a box from this score on.
            nms_threshold: of two boxes that overlap by more than this (intersection over union) the better one stays.
        """
        self._device = resolve_device(device) if isinstance(device, str) else device
        self._grounding_model = grounding_model or DETECTOR
        self._segmentation_model = segmentation_model or SEGMENTER
        self._box_threshold = box_threshold
        self._text_threshold = text_threshold
        self._nms_threshold = nms_threshold
        self._detections: OrderedDict[Hashable, tuple[Detection, ...]] = OrderedDict()
        self._embeddings: OrderedDict[Hashable, torch.Tensor] = OrderedDict()

    def ground(self, sources: Sources, phrases: Sequence[str]) -> list[Grounding]:
        """Detect each phrase in the fused picture; see `RegionBackend.ground`.

        One forward pass per phrase: in a joint prompt a phrase's boxes would depend on what else was asked for.
        """
        image, key = _image(sources.fused)
        groundings = []
        for phrase in phrases:
            found = self._detect(image, key, phrase)
            best = f", the surest at {max(detection.score for detection in found):.2f}" if found else ""
            reason = f"'{phrase}': {len(found)} detected by {self._grounding_model}{best}"
            if not found:
                reason = (
                    f"'{phrase}' was not found in the picture by {self._grounding_model} (no box scored above "
                    f"{self._box_threshold:g}); say it in other words or give a mask with --mask"
                )
            groundings.append(Grounding(phrase, bool(found), self.name, found, None, reason))
        return groundings

    @torch.inference_mode()
    def segment(self, sources: Sources, detections: Sequence[Detection]) -> Mask:
        """Cut the detected boxes out of the fused picture; see `RegionBackend.segment`."""
        inside = np.zeros(sources.shape, np.bool_)
        if not detections:
            return inside.astype(np.uint8)
        image, key = _image(sources.fused)
        processor, model = self._segmenter
        for start in range(0, len(detections), _BOXES_AT_ONCE):
            boxes = [[float(x) for x in detection.box] for detection in detections[start : start + _BOXES_AT_ONCE]]
            inputs = processor(images=image, input_boxes=[boxes], return_tensors="pt")
            pixels = inputs["pixel_values"].to(self._device, torch.float32)
            embedding = _remember(self._embeddings, key, partial(model.get_image_embeddings, pixels))
            outputs = model(
                image_embeddings=embedding,
                input_boxes=inputs["input_boxes"].to(self._device, torch.float32),
                multimask_output=False,
            )
            masks = processor.image_processor.post_process_masks(
                outputs.pred_masks.cpu(), inputs["original_sizes"], inputs["reshaped_input_sizes"]
            )[0]
            inside |= masks.flatten(0, 1).any(dim=0).numpy()
        mask: Mask = np.where(inside, np.uint8(255), np.uint8(0))
        return mask

    def _detect(self, image: Image.Image, key: Hashable, phrase: str) -> tuple[Detection, ...]:
        prompt = " ".join(re.sub(r"[.?!]+", " ", phrase.casefold()).split())
        if not prompt:
            return ()
        # The dot ends a class name in GroundingDINO's prompts: within a phrase it would cut it in two.
        return _remember(self._detections, (key, phrase), partial(self._run, image, phrase, f"{prompt}."))

    @torch.inference_mode()
    def _run(self, image: Image.Image, phrase: str, prompt: str) -> tuple[Detection, ...]:
        processor, model = self._detector
        inputs = processor(images=image, text=prompt, return_tensors="pt").to(self._device)
        outputs = model(**inputs)
        result = processor.post_process_grounded_object_detection(
            outputs,
            inputs["input_ids"],
            threshold=self._box_threshold,
            text_threshold=self._text_threshold,
            target_sizes=[(image.height, image.width)],
        )[0]
        # A box may score on the dot or on a control token alone: that is no word of the phrase. [UNK] is one.
        tokenizer = processor.tokenizer
        special = [token for token in tokenizer.all_special_tokens if token != tokenizer.unk_token]
        labels = result["text_labels"][: len(result["scores"])]  # transformers 5 decodes no boxes to one empty label
        named = torch.tensor([_has_word(label, special) for label in labels], dtype=torch.bool)
        boxes = result["boxes"].float().cpu()[named].numpy()
        scores = result["scores"].float().cpu()[named].numpy()
        boxes = boxes.clip(0, [image.width, image.height, image.width, image.height])
        big_enough = ((boxes[:, 2:] - boxes[:, :2]) >= 1).all(axis=1)
        boxes, scores = boxes[big_enough], scores[big_enough]
        return tuple(
            Detection(phrase, (float(x0), float(y0), float(x1), float(y1)), float(scores[i]))
            for i in suppress(boxes, scores, self._nms_threshold)
            for x0, y0, x1, y1 in [boxes[i]]
        )

    @cached_property
    def _detector(self) -> tuple[Any, "GroundingDinoForObjectDetection"]:
        from transformers import GroundingDinoForObjectDetection

        return _load(GroundingDinoForObjectDetection, self._grounding_model, "--grounding-model", self._device)

    @cached_property
    def _segmenter(self) -> tuple[Any, "SamModel"]:
        from transformers import SamModel

        return _load(SamModel, self._segmentation_model, "--segmentation-model", self._device)


def suppress(
    boxes: npt.NDArray[np.floating[Any]], scores: npt.NDArray[np.floating[Any]], threshold: float
) -> list[int]:
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


def _load(model_class: Any, name: str, option: str, device: torch.device) -> tuple[Any, Any]:
    """The processor and the model, ready to run.

    Raises:
        BackendUnreachable: they cannot be had, or the weights are not those of such a model.
    """
    from safetensors import SafetensorError
    from transformers import AutoConfig, AutoProcessor

    kind = model_class.config_class.model_type
    remedy = (
        f"give {option} a folder saved with save_pretrained, or a hub id while {name!r} can be downloaded; "
        "--regions pixels and --mask work without it"
    )
    try:
        # Checked first: from_pretrained would build a full-size model of the wrong kind before anything failed.
        other = AutoConfig.from_pretrained(name).model_type
        if other != kind:
            raise BackendUnreachable(f"{name!r} is a {other} model, not a {kind} one; {remedy}")
        processor = AutoProcessor.from_pretrained(name)
        model, report = model_class.from_pretrained(name, output_loading_info=True)
    except (OSError, ValueError, RuntimeError, ImportError, KeyError, TypeError, SafetensorError) as error:
        what = (str(error).strip() or type(error).__name__).splitlines()[0][:200]
        raise BackendUnreachable(f"the {kind} model {name!r} cannot be loaded: {what}; {remedy}") from error
    # transformers fills gaps with random numbers and only logs it.
    if report["missing_keys"]:
        raise BackendUnreachable(
            f"the {kind} model {name!r} lacks {len(report['missing_keys'])} of its weights, for example "
            f"{min(report['missing_keys'])}; {remedy}"
        )
    return processor, model.to(device=device, dtype=torch.float32).eval()


def _image(picture: Picture) -> tuple[Image.Image, Hashable]:
    """The picture as the processors want it, and a key that equals only for equal pixels."""
    pixels = np.floor(np.clip(picture, 0, 1) * 255 + 0.5).astype(np.uint8)
    return Image.fromarray(pixels), (pixels.shape, blake2b(pixels.tobytes(), digest_size=16).digest())


def _has_word(label: str, special: Sequence[str]) -> bool:
    for token in special:
        label = label.replace(token, " ")
    return any(character.isalnum() for character in label)


def _remember(cache: OrderedDict[Hashable, _Value], key: Hashable, make: Callable[[], _Value]) -> _Value:
    """The value under the key, made on its first use; the least recently used one makes room."""
    if key not in cache:
        cache[key] = make()
        if len(cache) > _CACHED:
            cache.popitem(last=False)
    cache.move_to_end(key)
    return cache[key]
