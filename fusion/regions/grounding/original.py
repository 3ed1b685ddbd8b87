"""The same two models through the packages of their authors: groundingdino-py and segment-anything.

For those who hold the original checkpoints (``groundingdino_swint_ogc.pth``, ``sam_vit_h_4b8939.pth``) and want exactly
what those packages give. Both need torchvision, and groundingdino-py needs transformers 4: see the extra ``original``.
"""

import contextlib
import io
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image

from wordfuse.fusion.errors import BackendUnreachable, argument_named
from wordfuse.fusion.regions.grounding.detectors import Boxes, DetectorBackend, has_word
from wordfuse.fusion.regions.grounding.sam_checkpoint import HEADS, load_weights, read_checkpoint
from wordfuse.fusion.regions.types import Models

INSTALL = "pip install --no-build-isolation 'wordfuse[original]' beside a torch and torchvision that fit each other"
# Channels of the first layer of the image backbone -> the configuration that the package brings.
CONFIGURATIONS = {96: "GroundingDINO_SwinT_OGC.py", 128: "GroundingDINO_SwinB_cfg.py"}
TEXT_ENCODER = "bert-base-uncased"
SHORT_SIDE_PX, LONG_SIDE_PX = 800, 1333  # at which the detector was trained
MEAN, SPREAD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]


class OriginalBackend(DetectorBackend):
    """Boxes by groundingdino-py, masks by segment-anything."""

    name = "original"

    def __init__(
        self,
        *,
        grounding_model: str | None = None,
        segmentation_model: str | None = None,
        text_encoder: str = TEXT_ENCODER,
        **options: Any,
    ) -> None:
        """Remember what to load; nothing is loaded yet.

        Args:
            grounding_model: checkpoint of a GroundingDINO, a file.
            segmentation_model: checkpoint of a SAM, a file.
            text_encoder: hub id or folder of the detector's BERT.
            options: see `DetectorBackend`.
        """
        super().__init__(**options)
        self.detector = grounding_model or argument_named("grounding_model")
        self._grounding_model, self._segmentation_model = grounding_model, segmentation_model
        self._text_encoder = text_encoder

    def _detect(self, image: Image.Image, prompt: str) -> tuple[Boxes, Boxes]:
        model = self._loaded_detector
        from groundingdino.datasets import transforms
        from groundingdino.util.inference import predict

        prepare = transforms.Compose(
            [
                transforms.RandomResize([SHORT_SIDE_PX], max_size=LONG_SIDE_PX),  # of one size: nothing is random
                transforms.ToTensor(),
                transforms.Normalize(MEAN, SPREAD),
            ]
        )
        pixels, _ = prepare(image, None)
        centred, scores, labels = predict(
            model, pixels, prompt, self._box_threshold, self._text_threshold, device=str(self._device)
        )
        special = [token for token in model.tokenizer.all_special_tokens if token != model.tokenizer.unk_token]
        named = torch.tensor([has_word(label, special) for label in labels], dtype=torch.bool)
        centres, sizes = centred[named].double().numpy().reshape(-1, 2, 2).transpose(1, 0, 2)
        whole = np.array([image.width, image.height])
        boxes = np.concatenate([(centres - sizes / 2) * whole, (centres + sizes / 2) * whole], axis=1)
        return boxes, scores[named].numpy()

    def _embed(self, image: Image.Image) -> object:
        predictor = self._loaded_segmenter
        predictor.set_image(np.asarray(image))
        return predictor.features, predictor.input_size, predictor.original_size

    def _cut_out(self, image: Image.Image, embedding: Any, boxes: Boxes) -> npt.NDArray[np.bool_]:
        predictor = self._loaded_segmenter
        predictor.features, predictor.input_size, predictor.original_size = embedding
        predictor.is_image_set = True
        some = torch.as_tensor(boxes, dtype=torch.float32, device=self._device)
        scaled = predictor.transform.apply_boxes_torch(some, predictor.original_size)
        masks, _, _ = predictor.predict_torch(None, None, boxes=scaled, multimask_output=False)
        inside: npt.NDArray[np.bool_] = masks.flatten(0, 1).any(dim=0).cpu().numpy()
        return inside

    @cached_property
    def _loaded_detector(self) -> Any:
        """The detector, ready to run.

        Raises:
            BackendUnreachable: the package or the weights cannot be had.
        """
        argument, original = "grounding_model", f"{argument_named('regions')} original"
        if self._grounding_model is None:
            raise BackendUnreachable(f"{original} needs {argument_named(argument)} FILE, a checkpoint of GroundingDINO")
        try:
            import groundingdino
            from groundingdino.models import build_model
            from groundingdino.util.misc import clean_state_dict
            from groundingdino.util.slconfig import SLConfig
        except (ImportError, RuntimeError) as error:
            raise BackendUnreachable(f"{original} needs groundingdino-py ({error}): {INSTALL}") from error
        weights = clean_state_dict(load_weights(self._grounding_model, argument))
        first = weights.get("backbone.0.patch_embed.proj.weight")
        if first is None or len(first) not in CONFIGURATIONS:
            raise BackendUnreachable(
                "no checkpoint of GroundingDINO",
                argument=argument,
                subject=self._grounding_model,
                remedy="give groundingdino_swint_ogc.pth or groundingdino_swinb_cogcoor.pth",
            )
        configuration = Path(groundingdino.__file__).parent / "config" / CONFIGURATIONS[len(first)]
        arguments = SLConfig.fromfile(str(configuration))
        arguments.device, arguments.text_encoder_type = str(self._device), self._text_encoder
        try:
            with contextlib.redirect_stdout(io.StringIO()):  # it tells the name of its text encoder
                model = build_model(arguments)
            missing = model.load_state_dict(weights, strict=False).missing_keys
        except (OSError, ValueError, RuntimeError, AttributeError, TypeError, ImportError) as error:
            # Of a transformers that is too new, groundingdino-py misses attributes.
            what = (str(error).strip() or type(error).__name__).splitlines()[0][:200]
            raise BackendUnreachable(
                f"cannot be loaded: {what}",
                argument=argument,
                subject=self._grounding_model,
                remedy=f"are the packages those of {INSTALL}?",
            ) from error
        if missing:
            raise BackendUnreachable(
                f"lacks {len(missing)} of its weights, for example {min(missing)}",
                argument=argument,
                subject=self._grounding_model,
            )
        return model.to(self._device).eval()

    @cached_property
    def _loaded_segmenter(self) -> Any:
        """The segmenter, ready to run.

        Raises:
            BackendUnreachable: the package or the weights cannot be had.
        """
        argument, original = "segmentation_model", f"{argument_named('regions')} original"
        if self._segmentation_model is None:
            raise BackendUnreachable(
                f"{original} needs {argument_named(argument)} FILE, a checkpoint of Segment Anything"
            )
        try:
            from segment_anything import SamPredictor, modeling
            from segment_anything.modeling.transformer import TwoWayTransformer
        except (ImportError, RuntimeError) as error:
            raise BackendUnreachable(f"{original} needs segment-anything ({error}): {INSTALL}") from error
        shape, weights = read_checkpoint(self._segmentation_model)
        grid = shape.image_px // shape.patch_px
        model = modeling.Sam(
            modeling.ImageEncoderViT(
                img_size=shape.image_px,
                patch_size=shape.patch_px,
                embed_dim=shape.width,
                depth=shape.depth,
                num_heads=shape.heads,
                mlp_ratio=shape.hidden / shape.width,
                out_chans=shape.channels,
                norm_layer=partial(torch.nn.LayerNorm, eps=1e-6),
                use_rel_pos=True,
                window_size=shape.window,
                global_attn_indexes=shape.global_blocks,
            ),
            modeling.PromptEncoder(
                embed_dim=shape.channels,
                image_embedding_size=(grid, grid),
                input_image_size=(shape.image_px, shape.image_px),
                mask_in_chans=shape.mask_channels,
            ),
            modeling.MaskDecoder(
                transformer_dim=shape.channels,
                transformer=TwoWayTransformer(
                    depth=2, embedding_dim=shape.channels, num_heads=HEADS, mlp_dim=shape.decoder_hidden
                ),
                iou_head_hidden_dim=shape.score_hidden,
            ),
        )
        try:
            model.load_state_dict(weights)
        except RuntimeError as error:
            what = " ".join(str(error).split())[:300]
            raise BackendUnreachable(
                f"the weights do not fit: {what}", argument=argument, subject=self._segmentation_model
            ) from error
        return SamPredictor(model.to(self._device).eval())


def create(models: Models) -> OriginalBackend:
    """The backend on the checkpoints that the user named."""
    return OriginalBackend(**vars(models))
