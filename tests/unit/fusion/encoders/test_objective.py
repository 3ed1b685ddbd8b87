import math

import pytest
import torch
from torch import Tensor

from wordfuse.fusion.encoders.encoder import Encoder
from wordfuse.fusion.encoders.objective import (
    Objective,
    draw_patches,
    entropy_bits,
    perceptual_loss,
    style_loss,
    telling,
)
from wordfuse.fusion.errors import InputError


class Plane(Encoder):
    """Two numbers of a picture, and sentences at fixed places: small enough to work out by hand."""

    name, size = "plane", 2

    def pictures(self, pictures: Tensor) -> Tensor:
        mean = pictures.mean(dim=(1, 2, 3))
        return torch.stack([mean, (1 - mean**2).sqrt()], dim=1)

    def texts(self, sentences: object) -> Tensor:
        raise NotImplementedError

    def levels(self, pictures: Tensor) -> list[Tensor]:
        return [pictures[:, :1], 2 * pictures[:, :1, ::2, ::2]]


# From visible (1, 0) to the goal (0, 1), and from infrared (0, -1) to it.
WANTED = Objective(torch.tensor([-1.0, 1.0]) / math.sqrt(2), torch.tensor([0.0, 1.0]))
VISIBLE, INFRARED = torch.tensor([[1.0, 0.0]]), torch.tensor([[0.0, -1.0]])


@pytest.mark.parametrize(
    ("fused", "expected"),
    [
        # The goal itself: both ways are the wanted ones.
        ([0.0, 1.0], 0.0),
        # (-1, 0): from visible (-2, 0), cosine 1/sqrt(2) with the way; from infrared (-1, 1)/sqrt(2), cosine 1/sqrt(2).
        ([-1.0, 0.0], 1 - 1 / math.sqrt(2)),
        # (0.6, -0.8): from visible (-0.4, -0.8)/0.8944, cosine -0.3162; from infrared (0.6, 0.2)/0.6325, cosine 0.3162.
        ([0.6, -0.8], (1 + 0.31622777) / 2 + (1 - 0.31622777) / 2),
    ],
)
def test_the_objective_is_its_formula(fused: list[float], expected: float) -> None:
    loss = WANTED.loss(torch.tensor([fused]), INFRARED, VISIBLE)
    assert loss.shape == (1,)
    assert float(loss) == pytest.approx(expected, abs=1e-6)


def test_a_fused_picture_that_is_its_source_has_a_finite_gradient() -> None:
    fused = VISIBLE.clone().requires_grad_(True)
    WANTED.loss(fused, INFRARED, VISIBLE).sum().backward()
    assert fused.grad is not None and torch.isfinite(fused.grad).all()


def test_style_is_half_of_one_less_each_cosine() -> None:
    # cos(f, v) = 0.6, cos(f, i) = 0.8: (1 - 0.6) / 2 + (1 - 0.8) / 2.
    assert float(style_loss(torch.tensor([[0.6, -0.8]]), INFRARED, VISIBLE)) == pytest.approx(0.3, abs=1e-6)


def test_the_perceptual_term_is_held_to_the_larger_of_both_sources() -> None:
    infrared, visible = torch.full((1, 3, 4, 4), 0.2), torch.full((1, 3, 4, 4), 0.5)
    fused = torch.full((1, 3, 4, 4), 0.4)
    # Level by level (0.4 - 0.5)^2 / 0.5^2 and (0.8 - 1)^2 / 1: 0.04 each.
    assert float(perceptual_loss(Plane(), fused, infrared, visible)) == pytest.approx(0.04, abs=1e-6)
    assert float(perceptual_loss(Plane(), visible, infrared, visible)) == 0


def test_entropy_is_in_bits() -> None:
    flat = torch.full((1, 1, 16, 16), 0.3)
    halves = torch.cat([torch.zeros(1, 1, 16, 8), torch.ones(1, 1, 16, 8)], dim=3)
    every = (torch.arange(256.0) / 255).view(1, 1, 16, 16)
    assert entropy_bits(torch.cat([flat, halves, every])).tolist() == pytest.approx([0, 1, 8], abs=1e-5)


def test_a_patch_counts_where_both_sources_show_something() -> None:
    every = (torch.arange(256.0) / 255).view(1, 1, 16, 16)
    flat = torch.full((1, 1, 16, 16), 0.3)
    heat, light = torch.cat([every, every, flat]), torch.cat([every, flat, every])
    assert telling(heat, light).tolist() == [True, False, False]
    assert telling(flat, every, bits=0).tolist() == [False], "more than so many bits"
    assert telling(flat, every, bits=-1).tolist() == [True]


def test_patches_are_parts_of_their_pictures() -> None:
    torch.manual_seed(0)
    ramps = torch.linspace(0, 1, 64).view(1, 1, 1, 64).expand(3, 1, 64, 64) + torch.arange(3.0).view(3, 1, 1, 1)
    ramps = ramps.clone().requires_grad_(True)
    drawn = draw_patches(ramps, 5, 32)
    assert drawn.pictures.shape == (15, 1, 32, 32)
    assert drawn.owner.tolist() == [0] * 5 + [1] * 5 + [2] * 5
    for patch, owner in zip(drawn.pictures.detach(), drawn.owner.tolist(), strict=True):
        assert owner - 1e-5 <= patch.min() and patch.max() <= owner + 1 + 1e-5
        across = float(patch[0, :, -1].mean() - patch[0, :, 0].mean())
        assert 0.4 < across < 0.85, "half to four fifths of the side"
    drawn.pictures.sum().backward()
    assert ramps.grad is not None and ramps.grad.abs().sum() > 0


def test_an_encoder_is_told_something(monkeypatch: pytest.MonkeyPatch) -> None:
    from wordfuse.fusion.encoders.choose import load_encoder
    from wordfuse.fusion.encoders.encoder import check_sentences

    for sentences in ([], [" "]):
        with pytest.raises(InputError, match="a sentence is empty; say what"):
            check_sentences(sentences)
    with pytest.raises(InputError, match="encoder vgg: unknown; choose one of embedded, clip"):
        load_encoder("vgg")
    with pytest.raises(InputError, match="encoder_model here: the embedded encoder comes with its own weights"):
        load_encoder("embedded", "here")
