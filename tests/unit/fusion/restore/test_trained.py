"""The trained restoration network, on real pictures that it never saw."""

from pathlib import Path

import numpy as np
import pytest
import torch
from skimage.metrics import peak_signal_noise_ratio
from torch import Tensor

from wordfuse.fusion.images import read_picture
from wordfuse.fusion.restore.learned import restore
from wordfuse.fusion.tensors import to_array, to_tensor
from wordfuse.fusion.training.damage import make_noise
from wordfuse.fusion.weights import FOLDER, load_restorer, verify

pytestmark = pytest.mark.real
FILE = FOLDER / "restorer.safetensors"


def frame(shared: Path, kind: str, scene: str = "0111_1803") -> Tensor:
    pixels = read_picture(shared / "data/dev/M3SVD-degraded" / scene / kind / "0004.webp")
    return to_tensor(np.atleast_3d(pixels)[120:280, 200:440]).expand(-1, 3, -1, -1)


def psnr(image: Tensor, clean: Tensor) -> float:
    return float(peak_signal_noise_ratio(to_array(clean), to_array(image), data_range=1))


def without_offset(image: Tensor, clean: Tensor) -> Tensor:
    """The blacks of the striped pictures are lifted, which is no stripe."""
    return image - image.mean() + clean.mean()


def test_the_weights_are_small_and_undamaged() -> None:
    verify(FILE)
    assert FILE.stat().st_size < 800_000
    assert sum(values.numel() for values in load_restorer().parameters()) < 400_000


def test_stripes_go(shared: Path) -> None:
    clean, striped = frame(shared, "ir"), frame(shared, "ir_stripes")
    restored = restore(striped, kind="stripes", amount=1.0).image
    assert psnr(without_offset(restored, clean), clean) > psnr(without_offset(striped, clean), clean) + 2


def test_lifted_blacks_are_haze(shared: Path) -> None:
    clean, striped = frame(shared, "ir"), frame(shared, "ir_stripes")
    alone, both = (restore(striped, kind=kind, amount=1.0).image for kind in ("stripes", "stripes+haze"))
    assert psnr(both, clean) > psnr(alone, clean) + 0.3


def test_blur_falls(shared: Path) -> None:
    clean, blurred = frame(shared, "vi"), frame(shared, "vi_blur")
    assert psnr(restore(blurred, kind="blur", amount=1.0).image, clean) > psnr(blurred, clean) + 0.1


def test_noise_goes(shared: Path) -> None:
    clean = frame(shared, "vi")
    noise = make_noise(np.random.default_rng(0), (160, 240, 3), 40, gray=False)
    noisy = torch.from_numpy(noise(to_array(clean)).clip(0, 1).transpose(2, 0, 1)[None].copy())
    assert psnr(restore(noisy, kind="noise", amount=1.0).image, clean) > psnr(noisy, clean) + 3


@pytest.mark.parametrize("kind", ["stripes", "blur", "noise", "haze"])
@pytest.mark.parametrize("source", ["ir", "vi"])
def test_clean_pictures_stay_about_what_they_are(shared: Path, kind: str, source: str) -> None:
    clean = frame(shared, source, "0115_1831")
    assert psnr(restore(clean, kind=kind, amount=1.0).image, clean) > 36
