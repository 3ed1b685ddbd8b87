"""The checkpoints that the authors of Segment Anything publish: ``sam_vit_b_01ec64.pth`` and its like.

Such a file holds weights and no configuration. Everything but the decoder's number of heads can be read off the shapes
of the weights; transformers knows the same network under other names.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from wordfuse.fusion.errors import BackendUnreachable, argument_named

if TYPE_CHECKING:
    from transformers import SamModel

HEADS = 8  # of the mask decoder in every published checkpoint
ARGUMENT = "segmentation_model"

# What the authors call it -> what transformers calls it; for whole names that differ by more than a word, then words.
_LAYERS = {
    "image_encoder.neck.0.": "vision_encoder.neck.conv1.",
    "image_encoder.neck.1.": "vision_encoder.neck.layer_norm1.",
    "image_encoder.neck.2.": "vision_encoder.neck.conv2.",
    "image_encoder.neck.3.": "vision_encoder.neck.layer_norm2.",
    "prompt_encoder.mask_downscaling.0.": "prompt_encoder.mask_embed.conv1.",
    "prompt_encoder.mask_downscaling.1.": "prompt_encoder.mask_embed.layer_norm1.",
    "prompt_encoder.mask_downscaling.3.": "prompt_encoder.mask_embed.conv2.",
    "prompt_encoder.mask_downscaling.4.": "prompt_encoder.mask_embed.layer_norm2.",
    "prompt_encoder.mask_downscaling.6.": "prompt_encoder.mask_embed.conv3.",
    "mask_decoder.output_upscaling.0.": "mask_decoder.upscale_conv1.",
    "mask_decoder.output_upscaling.1.": "mask_decoder.upscale_layer_norm.",
    "mask_decoder.output_upscaling.3.": "mask_decoder.upscale_conv2.",
    "prompt_encoder.pe_layer.positional_encoding_gaussian_matrix": "shared_image_embedding.positional_embedding",
}
_WORDS = (
    (r"^image_encoder\.blocks\.(\d+)\.norm", r"vision_encoder.layers.\1.layer_norm"),
    (r"^image_encoder\.blocks\.", "vision_encoder.layers."),
    (r"^image_encoder\.patch_embed\.proj\.", "vision_encoder.patch_embed.projection."),
    (r"^image_encoder\.", "vision_encoder."),
    (r"\.point_embeddings\.", ".point_embed."),
    (r"\.norm_final_attn\.", ".layer_norm_final_attn."),
    (r"^(mask_decoder\.transformer\.layers\.\d+)\.norm", r"\1.layer_norm"),
    # Small networks of three layers: the first and the last have names of their own.
    (r"((?:mlps\.\d+)|iou_prediction_head)\.layers\.0\.", r"\1.proj_in."),
    (r"((?:mlps\.\d+)|iou_prediction_head)\.layers\.1\.", r"\1.layers.0."),
    (r"((?:mlps\.\d+)|iou_prediction_head)\.layers\.2\.", r"\1.proj_out."),
)


@dataclass(frozen=True)
class SamShape:
    """The sizes of a SAM, in its authors' words."""

    width: int
    depth: int
    heads: int
    hidden: int
    image_px: int
    patch_px: int
    window: int
    global_blocks: tuple[int, ...]
    channels: int
    mask_channels: int
    decoder_hidden: int
    score_hidden: int


def is_checkpoint(name: str) -> bool:
    """Whether a model's name is that of a checkpoint file, and no folder or hub id."""
    return name.endswith((".pth", ".pt"))


def read_checkpoint(name: str) -> tuple[SamShape, dict[str, Tensor]]:
    """The shape and the weights that a file holds.

    Raises:
        BackendUnreachable: it cannot be read, or is of something else.
    """
    state = load_weights(name, ARGUMENT)
    try:
        return _shape(state), state
    except (KeyError, IndexError, ZeroDivisionError, ValueError) as error:
        raise BackendUnreachable(
            f"{name!r} holds no weights of Segment Anything ({error} is missing)",
            remedy=f"give {argument_named(ARGUMENT)} a sam_vit_b, sam_vit_l or sam_vit_h checkpoint, or a folder saved "
            "with save_pretrained",
        ) from error


def load_weights(name: str, argument: str) -> dict[str, Tensor]:
    """What ``torch.save`` put into a file: tensors by their names, no code.

    Args:
        name: path of the file.
        argument: what the file was given for, for messages.

    Raises:
        BackendUnreachable: it is missing, damaged or holds something else.
    """
    try:
        state = torch.load(Path(name), map_location="cpu", weights_only=True)
    except Exception as error:  # of a damaged file torch promises no particular kind
        what = (str(error).strip() or type(error).__name__).splitlines()[0][:200]
        raise BackendUnreachable(f"cannot be read as a checkpoint: {what}", argument=argument, subject=name) from error
    state = state.get("model", state) if isinstance(state, dict) else state
    if not isinstance(state, dict) or not all(isinstance(value, Tensor) for value in state.values()):
        raise BackendUnreachable(
            "is no table of weights",
            argument=argument,
            subject=name,
            remedy="give the checkpoint as it was published",
        )
    return state


def to_transformers(name: str, device: torch.device) -> tuple[Any, "SamModel"]:
    """The processor and the model of transformers, with the weights of an original checkpoint.

    Args:
        name: path of the file.
        device: where the model is to run.

    Raises:
        BackendUnreachable: the file is not such a checkpoint, or lacks weights.
    """
    import transformers

    library: Any = transformers  # it has no types for all of its own names
    shape, state = read_checkpoint(name)
    model = library.SamModel(_configuration(shape))
    renamed = {_renamed(key): value for key, value in state.items()}
    positions = "shared_image_embedding.positional_embedding"
    renamed["prompt_encoder.shared_embedding.positional_embedding"] = renamed[positions]
    try:
        model.load_state_dict(renamed)
    except RuntimeError as error:
        what = " ".join(str(error).split())[:300]
        raise BackendUnreachable(
            f"the weights do not fit a Segment Anything model: {what}", argument=ARGUMENT, subject=name
        ) from error
    # transformers 5 keeps the image processor that does without torchvision under a name of its own.
    processor_class = getattr(library, "SamImageProcessorPil", None) or library.SamImageProcessor
    prompt_px = 4 * shape.image_px // shape.patch_px
    processor = library.SamProcessor(
        image_processor=processor_class(
            size={"longest_edge": shape.image_px},
            pad_size={"height": shape.image_px, "width": shape.image_px},
            mask_size={"longest_edge": prompt_px},
            mask_pad_size={"height": prompt_px, "width": prompt_px},
        )
    )
    return processor, model.to(device=device, dtype=torch.float32).eval()


def _shape(state: dict[str, Tensor]) -> SamShape:
    width, _, patch_px, _ = state["image_encoder.patch_embed.proj.weight"].shape
    grid = state["image_encoder.pos_embed"].shape[1]
    depth = sum(key.endswith(".attn.qkv.weight") for key in state)
    # Attention over a window of n has 2n - 1 relative positions, over the whole grid 2 * grid - 1.
    reach = [(state[f"image_encoder.blocks.{i}.attn.rel_pos_h"].shape[0] + 1) // 2 for i in range(depth)]
    return SamShape(
        width=width,
        depth=depth,
        heads=width // state["image_encoder.blocks.0.attn.rel_pos_h"].shape[1],
        hidden=state["image_encoder.blocks.0.mlp.lin1.weight"].shape[0],
        image_px=grid * patch_px,
        patch_px=patch_px,
        window=min(reach),
        global_blocks=tuple(i for i, cells in enumerate(reach) if cells == grid),
        channels=state["prompt_encoder.no_mask_embed.weight"].shape[1],
        mask_channels=state["prompt_encoder.mask_downscaling.3.weight"].shape[0],
        decoder_hidden=state["mask_decoder.transformer.layers.0.mlp.lin1.weight"].shape[0],
        score_hidden=state["mask_decoder.iou_prediction_head.layers.0.weight"].shape[0],
    )


def _configuration(shape: SamShape) -> Any:
    """The same in the words of transformers."""
    import transformers

    library: Any = transformers
    return library.SamConfig(
        vision_config={
            "hidden_size": shape.width,
            "output_channels": shape.channels,
            "num_hidden_layers": shape.depth,
            "num_attention_heads": shape.heads,
            "image_size": shape.image_px,
            "patch_size": shape.patch_px,
            "window_size": shape.window,
            "global_attn_indexes": list(shape.global_blocks),
            "num_pos_feats": shape.channels // 2,
            "mlp_dim": shape.hidden,
        },
        prompt_encoder_config={
            "hidden_size": shape.channels,
            "image_size": shape.image_px,
            "patch_size": shape.patch_px,
            "mask_input_channels": shape.mask_channels,
        },
        mask_decoder_config={
            "hidden_size": shape.channels,
            "mlp_dim": shape.decoder_hidden,
            "num_attention_heads": HEADS,
            "iou_head_hidden_dim": shape.score_hidden,
        },
    )


def _renamed(key: str) -> str:
    for theirs, ours in _LAYERS.items():
        if key.startswith(theirs):
            return ours + key.removeprefix(theirs)
    for pattern, replacement in _WORDS:
        key = re.sub(pattern, replacement, key)
    return key
