"""Checkpoints as the authors of Segment Anything publish them: the same masks through both packages."""

import importlib
import importlib.util
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch
import transformers as _transformers
from PIL import Image

from wordfuse.fusion.errors import BackendUnreachable
from wordfuse.fusion.regions import Detection, Models, Sources, create_backend
from wordfuse.fusion.regions.grounding.original import OriginalBackend
from wordfuse.fusion.regions.grounding.sam_checkpoint import _configuration, _renamed, _shape, read_checkpoint

transformers: Any = _transformers  # it has no types for all of its own names

SHAPE = (48, 72)
DETECTIONS = [Detection("car", box, 0.5) for box in [(2.0, 2.0, 30.0, 30.0), (40.0, 10.0, 70.0, 40.0)]]


@pytest.fixture(scope="module", autouse=True)
def authors() -> Iterator[Any]:
    """segment-anything. It imports torchvision for what PIL does as well."""
    if importlib.util.find_spec("torchvision") is not None:
        yield importlib.import_module("segment_anything")
        return
    names = ("torchvision", "torchvision.ops", "torchvision.ops.boxes")
    stand_ins: dict[str, Any] = {
        name: ModuleType(name) for name in (*names, "torchvision.transforms", "torchvision.transforms.functional")
    }
    boxes, functional = stand_ins["torchvision.ops.boxes"], stand_ins["torchvision.transforms.functional"]
    boxes.batched_nms = boxes.box_area = None  # of its generator of all masks, which is not used
    functional.to_pil_image = Image.fromarray
    functional.resize = lambda image, size: image.resize((size[1], size[0]), Image.Resampling.BILINEAR)
    sys.modules.update(stand_ins)
    try:
        package = importlib.import_module("segment_anything")
    finally:
        for name in stand_ins:
            del sys.modules[name]
    yield package
    for name in [name for name in sys.modules if name.partition(".")[0] == "segment_anything"]:
        del sys.modules[name]


@pytest.fixture(scope="module")
def checkpoint(authors: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small random SAM, built and saved by the authors' package."""
    torch.manual_seed(3)
    modeling = authors.modeling
    model = modeling.Sam(
        modeling.ImageEncoderViT(
            img_size=64,
            patch_size=8,
            embed_dim=16,
            depth=3,
            num_heads=2,
            mlp_ratio=2,
            out_chans=32,
            norm_layer=partial(torch.nn.LayerNorm, eps=1e-6),
            use_rel_pos=True,
            window_size=4,
            global_attn_indexes=(1,),
        ),
        modeling.PromptEncoder(embed_dim=32, image_embedding_size=(8, 8), input_image_size=(64, 64), mask_in_chans=4),
        modeling.MaskDecoder(
            transformer_dim=32,
            transformer=modeling.TwoWayTransformer(depth=2, embedding_dim=32, num_heads=8, mlp_dim=24),
            iou_head_hidden_dim=20,
        ),
    )
    for name, values in model.named_parameters():
        if "rel_pos" in name or "pos_embed" in name:  # the package begins with zeros
            torch.nn.init.normal_(values, std=0.3)
    file = tmp_path_factory.mktemp("sam") / "sam_vit_tiny.pth"
    torch.save(model.state_dict(), file)
    return file


@pytest.fixture
def sources() -> Sources:
    rng = np.random.default_rng(1)
    return Sources(*(rng.random(shape, np.float32) for shape in (SHAPE, (*SHAPE, 3), (*SHAPE, 3))))


def test_both_packages_cut_out_the_same_pixels(checkpoint: Path, sources: Sources) -> None:
    ours = create_backend("grounding-dino", Models("cpu", segmentation_model=str(checkpoint)))
    theirs = create_backend("original", Models("cpu", segmentation_model=str(checkpoint)))
    for detections in (DETECTIONS, DETECTIONS[:1], DETECTIONS[1:]):
        one, other = ours.segment(sources, detections), theirs.segment(sources, detections)
        assert 0.05 < (one > 0).mean() < 0.95, "a mask of all or nothing"
        assert (one == other).mean() > 0.999


def test_a_picture_is_embedded_once_by_the_original(
    checkpoint: Path, sources: Sources, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = OriginalBackend(device="cpu", segmentation_model=str(checkpoint))
    calls: list[object] = []
    embed = backend._embed
    monkeypatch.setattr(backend, "_embed", lambda image: calls.append(image) or embed(image))
    first = backend.segment(sources, DETECTIONS)
    other = Sources(sources.infrared, sources.visible, 1 - sources.fused)
    assert (backend.segment(other, DETECTIONS) != first).any()
    np.testing.assert_array_equal(backend.segment(sources, DETECTIONS), first)
    assert len(calls) == 2


@pytest.mark.parametrize(
    ("name", "width", "heads", "global_blocks"),
    [
        ("vit_b", 768, 12, (2, 5, 8, 11)),
        ("vit_l", 1024, 16, (5, 11, 17, 23)),
        ("vit_h", 1280, 16, (7, 15, 23, 31)),
    ],
)
def test_the_published_sizes_are_recognised_and_every_weight_has_its_place(
    authors: Any, name: str, width: int, heads: int, global_blocks: tuple[int, ...]
) -> None:
    with torch.device("meta"):
        state = authors.sam_model_registry[name]().state_dict()
        shape = _shape(state)
        model = transformers.SamModel(_configuration(shape))
    assert (shape.width, shape.heads, shape.window, shape.image_px) == (width, heads, 14, 1024)
    assert shape.global_blocks == global_blocks
    expected = {key: value.shape for key, value in model.state_dict().items()}
    del expected["prompt_encoder.shared_embedding.positional_embedding"]  # the same matrix once more
    assert {_renamed(key): value.shape for key, value in state.items()} == expected


@pytest.mark.parametrize("backend", ["grounding-dino", "original"])
def test_what_is_no_checkpoint_is_refused(backend: str, tmp_path: Path, sources: Sources) -> None:
    def cut(file: Path) -> None:
        create_backend(backend, Models("cpu", segmentation_model=str(file))).segment(sources, DETECTIONS)

    with pytest.raises(BackendUnreachable, match=r"^segmentation_model .*missing\.pth: cannot be read"):
        cut(tmp_path / "missing.pth")
    damaged = tmp_path / "damaged.pth"
    damaged.write_bytes(b"not a checkpoint")
    with pytest.raises(BackendUnreachable, match=r"damaged\.pth: cannot be read"):
        cut(damaged)
    damaged.write_text("hello world\n")
    with pytest.raises(BackendUnreachable, match=r"damaged\.pth: cannot be read"):
        cut(damaged)
    other = tmp_path / "other.pth"
    torch.save({"weight": torch.zeros(3)}, other)
    with pytest.raises(BackendUnreachable, match=r"other\.pth' holds no weights of Segment Anything"):
        cut(other)
    table = tmp_path / "table.pth"
    torch.save({"weight": "text"}, table)
    with pytest.raises(BackendUnreachable, match=r"table\.pth: is no table of weights"):
        cut(table)


@pytest.mark.parametrize("backend", ["grounding-dino", "original"])
def test_a_checkpoint_with_gaps_is_refused(backend: str, checkpoint: Path, tmp_path: Path, sources: Sources) -> None:
    state = torch.load(checkpoint, weights_only=True)
    del state["mask_decoder.iou_token.weight"]
    file = tmp_path / "gap.pth"
    torch.save(state, file)
    with pytest.raises(BackendUnreachable, match=r"iou_token"):
        create_backend(backend, Models("cpu", segmentation_model=str(file))).segment(sources, DETECTIONS)


class Code:
    """Pickled, it would make a folder when it is read."""

    def __init__(self, made: Path) -> None:
        self.made = made

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return Path.mkdir, (self.made,)  # type: ignore[return-value]


def test_code_in_a_checkpoint_does_not_run(tmp_path: Path) -> None:
    file, made = tmp_path / "code.pth", tmp_path / "made"
    torch.save({"weight": Code(made)}, file)
    with pytest.raises(BackendUnreachable, match="cannot be read"):
        read_checkpoint(str(file))
    assert not made.exists()


def test_the_original_says_what_it_needs(sources: Sources, tmp_path: Path) -> None:
    backend = create_backend("original", Models("cpu"))
    with pytest.raises(BackendUnreachable, match=r"^regions original needs segmentation_model FILE"):
        backend.segment(sources, DETECTIONS)
    with pytest.raises(BackendUnreachable, match=r"^regions original needs grounding_model FILE"):
        backend.ground(sources, ["cars"])
    if importlib.util.find_spec("groundingdino") is None:
        with pytest.raises(BackendUnreachable, match=r"needs groundingdino-py .*pip install"):
            create_backend("original", Models("cpu", grounding_model="x.pth")).ground(sources, ["cars"])
