"""The detector of groundingdino-py, in the size that it is published in, with random weights."""

import contextlib
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import transformers as _transformers

from wordfuse.fusion.errors import BackendUnreachable
from wordfuse.fusion.regions import Sources
from wordfuse.fusion.regions.grounding.original import OriginalBackend

groundingdino = pytest.importorskip(
    "groundingdino", reason="needs the extra 'original' and a torchvision that fits the torch", exc_type=ImportError
)
transformers: Any = _transformers

SHAPE = (60, 90)


@pytest.fixture(scope="module")
def text_encoder(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("bert")
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ".", "?", "cars", "people", "the", "red"]
    (folder / "vocab.txt").write_text("\n".join(words))
    transformers.BertTokenizerFast.from_pretrained(str(folder)).save_pretrained(folder)
    config = transformers.BertConfig(
        vocab_size=len(words), hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32
    )
    transformers.BertModel(config).save_pretrained(folder)
    return str(folder)


@pytest.fixture(scope="module")
def checkpoint(text_encoder: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from groundingdino.models import build_model
    from groundingdino.util.slconfig import SLConfig

    torch.manual_seed(0)
    arguments = SLConfig.fromfile(str(Path(groundingdino.__file__).parent / "config/GroundingDINO_SwinT_OGC.py"))
    arguments.device, arguments.text_encoder_type = "cpu", text_encoder
    with contextlib.redirect_stdout(io.StringIO()):
        model = build_model(arguments)
    file = tmp_path_factory.mktemp("dino") / "groundingdino_swint_ogc.pth"
    torch.save({"model": {f"module.{name}": values for name, values in model.state_dict().items()}}, file)
    return file


def test_phrases_get_boxes_inside_the_picture(checkpoint: Path, text_encoder: str) -> None:
    rng = np.random.default_rng(0)
    sources = Sources(*(rng.random(shape, np.float32) for shape in (SHAPE, (*SHAPE, 3), (*SHAPE, 3))))
    backend = OriginalBackend(
        device="cpu", grounding_model=str(checkpoint), text_encoder=text_encoder, box_threshold=0.0, text_threshold=0.0
    )
    (grounding,) = backend.ground(sources, ["the red cars"])
    assert grounding.found and grounding.source == "original" and str(checkpoint) in grounding.reason
    for detection in grounding.detections:
        x0, y0, x1, y1 = detection.box
        assert 0 <= x0 < x1 <= 90 and 0 <= y0 < y1 <= 60 and 0 <= detection.score <= 1
    backend._box_threshold = 1.01
    backend._detections.clear()
    assert not backend.ground(sources, ["the red cars"])[0].found


def test_a_checkpoint_of_something_else_is_refused(text_encoder: str, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    sources = Sources(*(rng.random(shape, np.float32) for shape in (SHAPE, (*SHAPE, 3), (*SHAPE, 3))))
    file = tmp_path / "other.pth"
    torch.save({"model": {"weight": torch.zeros(3)}}, file)
    with pytest.raises(BackendUnreachable, match="no checkpoint of GroundingDINO"):
        OriginalBackend(device="cpu", grounding_model=str(file), text_encoder=text_encoder).ground(sources, ["cars"])
    torch.save({"model": {"backbone.0.patch_embed.proj.weight": torch.zeros(96, 3, 4, 4)}}, file)
    with pytest.raises(BackendUnreachable, match=r"lacks \d+ of its weights"):
        OriginalBackend(device="cpu", grounding_model=str(file), text_encoder=text_encoder).ground(sources, ["cars"])
