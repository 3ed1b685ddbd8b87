"""The encoders by name."""

from typing import Literal, get_args

import torch

from wordfuse.fusion.encoders.encoder import Encoder
from wordfuse.fusion.errors import InputError, argument_named

EncoderName = Literal["embedded", "clip"]
NAMES: tuple[str, ...] = get_args(EncoderName)


def load_encoder(name: str = "embedded", model: str | None = None, device: torch.device | None = None) -> Encoder:
    """Load an encoder, frozen.

    Args:
        name: ``embedded``, ours, or ``clip``.
        model: of ``clip``: a folder or a hub id; default: ViT-B/32.
        device: where to put it; default: CPU.

    Raises:
        InputError: an unknown name, a model for ``embedded``, or weights of ours that are missing or damaged.
        BackendUnreachable: the CLIP model cannot be had.
    """
    device = device or torch.device("cpu")
    if name not in NAMES:
        raise InputError("unknown", argument="encoder", subject=name, remedy=f"choose one of {', '.join(NAMES)}")
    if name == "embedded":
        if model is not None:
            raise InputError(
                "the embedded encoder comes with its own weights",
                argument="encoder_model",
                subject=model,
                remedy=f"give {argument_named('encoder')} clip, or leave it out",
            )
        from wordfuse.fusion.encoders import embedded

        return embedded.create(device)
    from wordfuse.fusion.encoders import clip

    return clip.create(model or clip.DEFAULT, device)
