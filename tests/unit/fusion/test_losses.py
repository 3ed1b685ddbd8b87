import numpy as np
import pytest
import torch
from skimage.metrics import structural_similarity

from wordfuse.fusion.errors import InputError
from wordfuse.fusion.losses import difference_loss, fusion_terms, information_loss, ssim_map
from wordfuse.fusion.metrics import mutual_information, sum_of_correlations_of_differences
from wordfuse.fusion.weighing import FusionWeights


def pictures(count: int = 3, size: int = 48) -> tuple[torch.Tensor, ...]:
    generator = torch.Generator().manual_seed(0)
    smooth = torch.nn.AvgPool2d(5, 1, 2)
    return tuple(smooth(torch.rand(1, 1, size, size, generator=generator)) * 2 - 0.5 for _ in range(count))


def test_the_difference_term_is_the_metric_scd() -> None:
    fused, infrared, visible = pictures()
    gray = [255 * picture[0, 0].double().numpy() for picture in (fused, infrared, visible)]
    scd = sum_of_correlations_of_differences(*gray, np.ones((48, 48), bool))
    assert float(difference_loss(fused, infrared, visible)) == pytest.approx(1 - scd / 2, abs=2e-3)


def test_the_information_term_follows_the_metric() -> None:
    # Coarser bins and fewer pixels: not equal to MI, but larger and smaller with it.
    fused, infrared, visible = pictures()
    inside = np.ones((48, 48), bool)

    def metric(candidate: torch.Tensor) -> float:
        gray = [
            (255 * picture[0, 0].clamp(0, 1)).round().double().numpy() for picture in (candidate, infrared, visible)
        ]
        return mutual_information(gray[0], gray[1], inside) + mutual_information(gray[0], gray[2], inside)

    candidates = [(infrared + visible) / 2, torch.maximum(infrared, visible), infrared]
    terms = [-float(information_loss(candidate, infrared, visible)) for candidate in candidates]
    assert (
        sorted(range(3), key=lambda i: metric(candidates[i])) == sorted(range(3), key=lambda i: terms[i]) == [0, 1, 2]
    )
    assert -float(information_loss(fused, infrared, visible)) < terms[0]  # a picture of something else


def test_flat_pictures_have_finite_terms_and_gradients() -> None:
    fused = torch.full((2, 3, 32, 32), 0.5, requires_grad=True)
    flat = torch.full((2, 3, 32, 32), 0.5)
    total = FusionWeights(difference=1.0, information=1.0).total(fusion_terms(fused, flat[:, :1], flat))
    total.backward()
    assert torch.isfinite(total)
    assert fused.grad is not None and torch.isfinite(fused.grad).all()


def test_structural_similarity_is_that_of_the_reference_implementation() -> None:
    a, b = pictures(2)
    expected = structural_similarity(
        a[0, 0].numpy(), b[0, 0].numpy(), data_range=1, gaussian_weights=True, sigma=1.5, use_sample_covariance=False
    )
    assert float(ssim_map(a, b)[..., 5:-5, 5:-5].mean()) == pytest.approx(expected, abs=1e-4)


def test_the_paper_s_weights_leave_our_terms_out() -> None:
    fused, infrared, visible = pictures()
    fused, visible = fused.expand(1, 3, -1, -1), visible.expand(1, 3, -1, -1)
    terms = fusion_terms(fused, infrared, visible)
    expected = terms["intensity"] + terms["gradient"] + terms["colour"] + 0.1 * terms["structure"]
    torch.testing.assert_close(FusionWeights().total(terms), expected)
    heavier = FusionWeights().changed({"difference": 2.0})
    torch.testing.assert_close(heavier.total(terms), expected + 2 * terms["difference"])


def test_an_unknown_term_is_named() -> None:
    with pytest.raises(InputError, match=r"^term sharpness: unknown; choose one of intensity"):
        FusionWeights().changed({"sharpness": 1.0})
