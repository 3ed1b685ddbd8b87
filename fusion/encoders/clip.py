"""CLIP (Radford et al., ICML 2021) by transformers' ``CLIPModel``, from a folder or a hub id.

Pictures are brought to the model's square and normalised as its processor does; unlike there, nothing is cut off at the
sides, and gradients flow.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from torch.nn import functional as F

from wordfuse.fusion.encoders.encoder import Encoder, check_sentences
from wordfuse.fusion.errors import BackendUnreachable, argument_named

if TYPE_CHECKING:
    from transformers import CLIPModel

DEFAULT = "openai/clip-vit-base-patch32"  # the one that LDFusion is published with


class ClipEncoder(Encoder):
    """See the module."""

    name = "clip"

    def __init__(self, model: "CLIPModel", tokenizer: Any, mean: Sequence[float], spread: Sequence[float]) -> None:
        """On a model that is loaded.

        Args:
            model: both towers.
            tokenizer: of its texts.
            mean: of the channels that its pictures are normalised by.
            spread: their standard deviation.
        """
        super().__init__()
        self.model, self.tokenizer = model, tokenizer
        settings: Any = model.config
        self.size = int(settings.projection_dim)
        self.side_px = int(settings.vision_config.image_size)
        self.mean: Tensor
        self.spread: Tensor
        self.register_buffer("mean", torch.tensor(mean).view(1, 3, 1, 1))
        self.register_buffer("spread", torch.tensor(spread).view(1, 3, 1, 1))

    def pictures(self, pictures: Tensor) -> Tensor:
        """See :class:`Encoder`."""
        seen = self.model.vision_model(pixel_values=self._normalised(pictures))
        return F.normalize(self.model.visual_projection(seen.pooler_output), dim=1)

    def texts(self, sentences: Sequence[str]) -> Tensor:
        """See :class:`Encoder`; what is longer than the model reads is cut off."""
        tokens = self.tokenizer(check_sentences(sentences), padding=True, truncation=True, return_tensors="pt")
        read = self.model.text_model(
            input_ids=tokens["input_ids"].to(self.device), attention_mask=tokens["attention_mask"].to(self.device)
        )
        return F.normalize(self.model.text_projection(read.pooler_output), dim=1)

    def levels(self, pictures: Tensor) -> list[Tensor]:
        """The patches after a quarter, a half and three quarters of the layers."""
        seen = self.model.vision_model(pixel_values=self._normalised(pictures), output_hidden_states=True)
        states = seen.hidden_states  # of the embedding, and after each layer
        layers = len(states) - 1
        maps = []
        for share in (0.25, 0.5, 0.75):
            patches = states[max(1, round(share * layers))][:, 1:]
            side = round(patches.shape[1] ** 0.5)
            maps.append(patches.transpose(1, 2).unflatten(2, (side, side)))
        return maps

    def _normalised(self, pictures: Tensor) -> Tensor:
        side = self.side_px
        if pictures.shape[-2:] != (side, side):
            pictures = F.interpolate(pictures, (side, side), mode="bicubic", antialias=True, align_corners=False)
        return (pictures.clamp(0, 1) - self.mean) / self.spread


def create(name: str, device: torch.device) -> ClipEncoder:
    """Load a CLIP model.

    Args:
        name: a folder that ``save_pretrained`` wrote, or a hub id.
        device: where to put it.

    Raises:
        BackendUnreachable: it cannot be had, or its weights are not those of a CLIP model.
    """
    from safetensors import SafetensorError
    from transformers import AutoConfig, CLIPModel, CLIPTokenizer
    from transformers.image_processing_base import ImageProcessingMixin

    remedy = (
        f"give {argument_named('encoder_model')} a folder saved with save_pretrained, or a hub id that can be "
        f"downloaded; {argument_named('encoder')} embedded works without it"
    )
    try:
        # Checked first: from_pretrained would build a full-size model of the wrong kind before anything failed.
        kind = AutoConfig.from_pretrained(name).model_type
        if kind != "clip":
            raise BackendUnreachable(f"{name!r} is a {kind} model, not a clip one", remedy=remedy)
        settings = ImageProcessingMixin.get_image_processor_dict(name)[0]
        tokenizer = CLIPTokenizer.from_pretrained(name)
        # Safetensors only: a pickle may do anything when it is read.
        loaded: Any = CLIPModel.from_pretrained(name, output_loading_info=True, use_safetensors=True)
    except (OSError, ValueError, RuntimeError, ImportError, KeyError, TypeError, SafetensorError) as error:
        what = (str(error).strip() or type(error).__name__).splitlines()[0][:200]
        raise BackendUnreachable(f"the CLIP model {name!r} cannot be loaded: {what}", remedy=remedy) from error
    model, report = loaded
    if report["missing_keys"]:  # filled with random numbers
        raise BackendUnreachable(
            f"the CLIP model {name!r} lacks {len(report['missing_keys'])} of its weights, for example "
            f"{min(report['missing_keys'])}",
            remedy=remedy,
        )
    encoder = ClipEncoder(model.to(device=device, dtype=torch.float32), tokenizer, *_norms(settings))
    encoder.frozen()
    return encoder


def _norms(settings: dict[str, Any]) -> tuple[list[float], list[float]]:
    return list(settings["image_mean"]), list(settings["image_std"])
