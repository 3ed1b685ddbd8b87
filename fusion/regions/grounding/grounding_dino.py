"""Named objects by GroundingDINO boxes and SAM masks, through transformers.

S. Liu et al., "Grounding DINO: Marrying DINO with Grounded Pre-Training for Open-Set Object Detection", ECCV 2024;
A. Kirillov et al., "Segment Anything", ICCV 2023.
"""

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image

from wordfuse.fusion.errors import BackendUnreachable, argument_named
from wordfuse.fusion.regions.grounding.detectors import Boxes, DetectorBackend, has_word
from wordfuse.fusion.regions.grounding.sam_checkpoint import is_checkpoint, to_transformers
from wordfuse.fusion.regions.types import Models

if TYPE_CHECKING:
    from transformers import GroundingDinoForObjectDetection, SamModel

DETECTOR = "IDEA-Research/grounding-dino-tiny"
SEGMENTER = "facebook/sam-vit-base"


class GroundingDinoBackend(DetectorBackend):
    """Boxes by GroundingDINO, masks by SAM."""

    name = "grounding-dino"

    def __init__(
        self, *, grounding_model: str | None = None, segmentation_model: str | None = None, **options: Any
    ) -> None:
        """Remember what to load; nothing is loaded yet.

        Args:
            grounding_model: hub id or folder of a GroundingDINO; None for `DETECTOR`.
            segmentation_model: hub id or folder of a SAM, or a ``sam_vit_*.pth`` file; None for `SEGMENTER`.
            options: see `DetectorBackend`.
        """
        super().__init__(**options)
        self.detector = grounding_model or DETECTOR
        self._segmentation_model = segmentation_model or SEGMENTER

    def _detect(self, image: Image.Image, prompt: str) -> tuple[Boxes, Boxes]:
        processor, model = self._loaded_detector
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
        named = torch.tensor([has_word(label, special) for label in labels], dtype=torch.bool)
        return result["boxes"].float().cpu()[named].numpy(), result["scores"].float().cpu()[named].numpy()

    def _embed(self, image: Image.Image) -> torch.Tensor:
        processor, model = self._loaded_segmenter
        pixels = processor(images=image, return_tensors="pt")["pixel_values"]
        embedding: torch.Tensor = model.get_image_embeddings(pixels.to(self._device, torch.float32))
        return embedding

    def _cut_out(self, image: Image.Image, embedding: Any, boxes: Boxes) -> npt.NDArray[np.bool_]:
        processor, model = self._loaded_segmenter
        inputs = processor(images=image, input_boxes=[boxes.tolist()], return_tensors="pt")
        outputs = model(
            image_embeddings=embedding,
            input_boxes=inputs["input_boxes"].to(self._device, torch.float32),
            multimask_output=False,
        )
        masks = processor.image_processor.post_process_masks(
            outputs.pred_masks.cpu(), inputs["original_sizes"], inputs["reshaped_input_sizes"]
        )[0]
        inside: npt.NDArray[np.bool_] = masks.flatten(0, 1).any(dim=0).numpy()
        return inside

    @cached_property
    def _loaded_detector(self) -> tuple[Any, "GroundingDinoForObjectDetection"]:
        from transformers import GroundingDinoForObjectDetection

        return _load(GroundingDinoForObjectDetection, self.detector, "grounding_model", self._device)

    @cached_property
    def _loaded_segmenter(self) -> tuple[Any, "SamModel"]:
        from transformers import SamModel

        if is_checkpoint(self._segmentation_model):
            return to_transformers(self._segmentation_model, self._device)
        return _load(SamModel, self._segmentation_model, "segmentation_model", self._device)


def _load(model_class: Any, name: str, argument: str, device: torch.device) -> tuple[Any, Any]:
    """The processor and the model, ready to run.

    Raises:
        BackendUnreachable: they cannot be had, or the weights are not those of such a model.
    """
    from safetensors import SafetensorError
    from transformers import AutoConfig, AutoProcessor

    kind = model_class.config_class.model_type
    remedy = (
        f"give {argument_named(argument)} a folder saved with save_pretrained, or a hub id while {name!r} can be "
        f"downloaded; {argument_named('regions')} pixels and {argument_named('mask')} work without it"
    )
    try:
        # Checked first: from_pretrained would build a full-size model of the wrong kind before anything failed.
        other = AutoConfig.from_pretrained(name).model_type
        if other != kind:
            raise BackendUnreachable(f"{name!r} is a {other} model, not a {kind} one", remedy=remedy)
        processor = AutoProcessor.from_pretrained(name)
        model, report = model_class.from_pretrained(name, output_loading_info=True)
    except (OSError, ValueError, RuntimeError, ImportError, KeyError, TypeError, SafetensorError) as error:
        what = (str(error).strip() or type(error).__name__).splitlines()[0][:200]
        raise BackendUnreachable(f"the {kind} model {name!r} cannot be loaded: {what}", remedy=remedy) from error
    # transformers fills gaps with random numbers and only logs it.
    if report["missing_keys"]:
        raise BackendUnreachable(
            f"the {kind} model {name!r} lacks {len(report['missing_keys'])} of its weights, for example "
            f"{min(report['missing_keys'])}",
            remedy=remedy,
        )
    return processor, model.to(device=device, dtype=torch.float32).eval()


def create(models: Models) -> GroundingDinoBackend:
    """The backend on the models that the user named, or on its default ones."""
    return GroundingDinoBackend(**vars(models))
