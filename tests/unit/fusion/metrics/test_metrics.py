"""The metric table: agreement with published figures, values known by hand, regions."""

import json
import math

import numpy as np
import pytest
from scipy import ndimage

from wordfuse.fusion.errors import InputError, RegionError
from wordfuse.fusion.images import read_picture
from wordfuse.fusion.metrics import (
    average_gradient,
    correlation,
    entropy,
    estimate_noise,
    evaluate,
    mutual_information,
    qabf,
    qcv,
    spatial_frequency,
    ssim,
    standard_deviation,
    sum_of_correlations_of_differences,
    to_gray,
    vif,
)

NAMES = ["AG", "EN", "SF", "SD", "MI", "SSIM", "VIF", "Qabf", "SCD", "CC", "Qcv"]
SHAPE = (48, 64)
EVERYWHERE = np.ones(SHAPE, bool)
TEXTURE = np.floor(ndimage.gaussian_filter(np.random.default_rng(1).random(SHAPE), 1.5) * 600 % 256)
OTHER = np.floor(ndimage.gaussian_filter(np.random.default_rng(2).random(SHAPE), 1.5) * 600 % 256)
CONSTANT = np.full(SHAPE, 77.0)
STRIPES = np.where(np.indices(SHAPE)[1] % 2 == 0, 0.0, 200.0)


def picture(gray: np.ndarray) -> np.ndarray:
    return gray.astype(np.uint8)


@pytest.mark.parametrize("pair", ["RoadScene-FLIR_04968", "MSRS-00591D", "TNO-11"])
@pytest.mark.parametrize("method", ["SeAFusion", "DenseFuse"])
def test_agrees_with_the_reference_figures(shared, pair, method):
    # expected.json: figures cross-checked against a second published implementation.
    folder = shared / "peers" / "parity"
    expected = json.loads((folder / "expected.json").read_text())[f"{pair}-{method}"]
    fused, infrared, visible = (read_picture(folder / f"{pair}-{part}.png") for part in (method, "ir", "vi"))
    values = evaluate(fused, infrared, visible)
    assert list(values) == NAMES
    assert {name: values[name] for name in expected} == pytest.approx(expected, rel=1e-3)


class TestKnownValues:
    def test_entropy_of_two_values_is_one_bit(self):
        assert entropy(STRIPES, EVERYWHERE) == pytest.approx(1)

    def test_entropy_of_all_values_is_eight_bits(self):
        assert entropy(np.arange(256.0).reshape(16, 16), np.ones((16, 16), bool)) == pytest.approx(8)

    def test_information_of_a_picture_about_itself_is_its_entropy(self):
        # In nats: one bit is ln 2.
        assert mutual_information(STRIPES, STRIPES, EVERYWHERE) == pytest.approx(math.log(2))
        own = entropy(TEXTURE, EVERYWHERE) * math.log(2)
        assert mutual_information(TEXTURE, TEXTURE, EVERYWHERE) == pytest.approx(own)

    def test_ramp(self):
        ramp = np.indices(SHAPE)[1] * 3.0
        assert average_gradient(ramp, EVERYWHERE) == pytest.approx(3 / math.sqrt(2))
        assert spatial_frequency(ramp, EVERYWHERE) == pytest.approx(3)

    def test_stripes(self):
        assert standard_deviation(STRIPES, EVERYWHERE) == pytest.approx(100)
        assert spatial_frequency(STRIPES, EVERYWHERE) == pytest.approx(200)

    def test_identical_pictures(self):
        assert ssim(TEXTURE, TEXTURE, EVERYWHERE) == pytest.approx(1)
        assert vif(TEXTURE, TEXTURE, EVERYWHERE) == pytest.approx(1, abs=1e-6)
        assert correlation(TEXTURE, TEXTURE, EVERYWHERE) == pytest.approx(1)
        assert qcv(TEXTURE, TEXTURE, TEXTURE, EVERYWHERE) == 0
        # The most that Xydeas and Petrovic's constants allow: the product of both sigmoids at 1.
        best = 0.9994 / (1 + math.exp(-15 * 0.5)) * 0.9879 / (1 + math.exp(-22 * 0.2))
        assert qabf(TEXTURE, TEXTURE, TEXTURE, EVERYWHERE) == pytest.approx(best)

    def test_negative_correlates_negatively(self):
        assert correlation(255 - TEXTURE, TEXTURE, EVERYWHERE) == pytest.approx(-1)
        assert ssim(255 - TEXTURE, TEXTURE, EVERYWHERE) < 0
        assert vif(255 - TEXTURE, TEXTURE, EVERYWHERE) == pytest.approx(0, abs=1e-3)

    def test_sum_of_both_sources_has_scd_two(self):
        fused = TEXTURE + OTHER
        assert sum_of_correlations_of_differences(fused, TEXTURE, OTHER, EVERYWHERE) == pytest.approx(2)

    def test_more_contrast_than_the_source_is_more_than_full_fidelity(self):
        soft = 100 + TEXTURE / 8
        assert vif(100 + TEXTURE / 4, soft, EVERYWHERE) > 1

    def test_ssim_of_two_constants(self):
        # Only the luminance term is left: (2 a b + C1) / (a^2 + b^2 + C1), C1 = (0.01 * 255)^2.
        c1 = 2.55**2
        expected = (2 * 77 * 100 + c1) / (77**2 + 100**2 + c1)
        assert ssim(CONSTANT, np.full(SHAPE, 100.0), EVERYWHERE) == pytest.approx(expected)

    def test_qcv_grows_with_the_error_and_looks_where_edges_are(self):
        noise = np.random.default_rng(3).normal(0, 1, SHAPE)
        values = [qcv(TEXTURE + k * noise, TEXTURE, TEXTURE, EVERYWHERE) for k in (1, 2, 4)]
        assert values == pytest.approx([values[0], 4 * values[0], 16 * values[0]])
        edge = CONSTANT.copy()
        edge[:, :8] = 200
        far, near = edge.copy(), edge.copy()
        far[:16, 48:] += 20
        near[:16, :16] += 20
        assert qcv(near, edge, edge, EVERYWHERE) > 5 * qcv(far, edge, edge, EVERYWHERE)

    def test_qcv_notices_brightness(self):
        assert qcv(TEXTURE * 0.5, TEXTURE, TEXTURE, EVERYWHERE) > 100


class TestConstantPictures:
    @pytest.mark.parametrize("fused", [CONSTANT, TEXTURE])
    @pytest.mark.parametrize("infrared", [CONSTANT, TEXTURE])
    @pytest.mark.parametrize("visible", [CONSTANT, OTHER, CONSTANT * 0])
    def test_every_value_is_finite(self, fused, infrared, visible):
        values = evaluate(picture(fused), picture(infrared), picture(visible))
        assert all(math.isfinite(value) for value in values.values())

    def test_documented_values(self):
        values = evaluate(picture(CONSTANT), picture(CONSTANT), picture(CONSTANT))
        zero = {name: 0 for name in ("AG", "EN", "SF", "SD", "MI", "VIF", "SCD", "CC", "Qcv")}
        assert {name: values[name] for name in zero} == zero
        assert values["SSIM"] == 1


class TestInputs:
    def test_types_and_channels_do_not_matter(self):
        pictures = [picture(x) for x in (TEXTURE, OTHER, STRIPES)]
        expected = evaluate(*pictures)
        assert evaluate(*[x.astype(np.float32) / 255 for x in pictures]) == expected
        assert evaluate(*[np.dstack([x] * 3) for x in pictures]) == pytest.approx(expected)
        assert all(type(value) is float for value in expected.values())

    def test_colour_is_reduced_to_rounded_luma(self):
        assert to_gray(np.array([[[100, 50, 200]]], np.uint8)).tolist() == [[82]]

    @pytest.mark.parametrize(
        "bad",
        [TEXTURE.astype(np.float32), TEXTURE.astype(np.int32), np.full(SHAPE, np.nan), np.zeros((4, 4, 4), np.uint8)],
    )
    def test_what_cannot_be_measured(self, bad):
        with pytest.raises(InputError, match="a picture to measure must be"):
            evaluate(bad, picture(TEXTURE), picture(OTHER))

    def test_sizes_must_agree(self):
        with pytest.raises(InputError, match=r"fused \(48, 64\), infrared \(47, 64\)"):
            evaluate(picture(TEXTURE), picture(TEXTURE[1:]), picture(OTHER))
        with pytest.raises(InputError, match=r"mask .* \(48, 64\), got \(10, 10\)"):
            evaluate(picture(TEXTURE), picture(TEXTURE), picture(OTHER), np.full((10, 10), 255, np.uint8))

    @pytest.mark.parametrize("shape", [(16, 16), (16, 50), (40, 41), (41, 41), (17, 33)])
    def test_small_pictures(self, shape):
        random = np.random.default_rng(5)
        values = evaluate(*random.integers(0, 256, (3, *shape), np.uint8))
        assert all(math.isfinite(value) for value in values.values())
        same = random.integers(0, 256, shape, np.uint8)
        assert evaluate(same, same, same)["VIF"] == pytest.approx(2, abs=1e-6)


class TestMasks:
    SOURCES = (picture(TEXTURE), picture(OTHER))

    def test_mask_of_everything_is_no_mask(self):
        fused = picture((TEXTURE + OTHER) / 2)
        whole = np.full(SHAPE, 255, np.uint8)
        assert evaluate(fused, *self.SOURCES, whole) == evaluate(fused, *self.SOURCES)

    def test_what_happens_far_outside_does_not_matter(self):
        fused = picture((TEXTURE + OTHER) / 2)
        mask = np.zeros(SHAPE, np.uint8)
        mask[4:20, 4:20] = 255
        changed = fused.copy()
        changed[:, 60:] = 255 - changed[:, 60:]
        before, after = evaluate(fused, *self.SOURCES, mask), evaluate(changed, *self.SOURCES, mask)
        # Qcv's filter and the coarsest scale of VIF reach across this small picture, a little.
        assert after.pop("Qcv") == pytest.approx(before.pop("Qcv"), rel=0.2)
        assert after.pop("VIF") == pytest.approx(before.pop("VIF"), rel=0.05)
        assert after == pytest.approx(before)

    def test_inside_is_what_counts(self):
        mask = np.zeros(SHAPE, np.uint8)
        mask[:, :32] = 255
        fused = picture(np.where(mask > 0, TEXTURE, OTHER))
        inside = evaluate(fused, *self.SOURCES, mask)
        outside = evaluate(fused, *self.SOURCES, 255 - mask)
        # Left half is the infrared picture, right half the visible one.
        assert inside["MI"] > mutual_information(TEXTURE, TEXTURE, mask > 0)
        assert inside["EN"] == pytest.approx(entropy(TEXTURE, mask > 0))
        assert outside["SD"] == pytest.approx(OTHER[:, 32:].std())

    @pytest.mark.parametrize(
        "region",
        [
            np.s_[0:1, 0:1],
            np.s_[20:21, 30:31],
            np.s_[0:48, 5:6],
            np.s_[47:48, 0:64],
            np.s_[0:3, 60:64],
            np.s_[::2, ::2],
        ],
        ids=["corner pixel", "one pixel", "column", "last row", "corner", "grid"],
    )
    def test_awkward_regions_give_finite_values(self, region):
        mask = np.zeros(SHAPE, np.uint8)
        mask[region] = 255
        values = evaluate(picture((TEXTURE + OTHER) / 2), *self.SOURCES, mask)
        assert list(values) == NAMES
        assert all(math.isfinite(value) for value in values.values())
        same = evaluate(self.SOURCES[0], self.SOURCES[0], self.SOURCES[0], mask)
        assert (same["SSIM"], same["VIF"], same["Qcv"]) == pytest.approx((1, 2, 0), abs=1e-6)

    def test_empty(self):
        with pytest.raises(RegionError, match="region is empty"):
            evaluate(picture(TEXTURE), *self.SOURCES, np.zeros(SHAPE, np.uint8))


class TestNoise:
    @pytest.mark.parametrize("sigma", [1, 3, 10, 25])
    @pytest.mark.parametrize("channels", [(), (3,)])
    def test_finds_the_sigma_of_white_noise(self, sigma, channels):
        noisy = 128 + np.random.default_rng(0).normal(0, sigma, (160, 160, *channels))
        # Rounding to bytes adds a variance of 1/12.
        expected = math.sqrt(sigma**2 + 1 / 12)
        assert estimate_noise(np.clip(np.round(noisy), 0, 255).astype(np.uint8)) == pytest.approx(expected, rel=0.06)

    def test_edges_and_ramps_are_no_noise(self):
        clean = np.indices((120, 160))[1].astype(np.uint8)
        clean[40:80, 50:90] = 220
        assert estimate_noise(clean) == pytest.approx(0, abs=0.05)

    @pytest.mark.parametrize("value", [0, 77, 255])
    def test_constant_picture(self, value):
        assert estimate_noise(np.full((20, 20, 3), value, np.uint8)) == 0

    def test_black_sky_does_not_hide_the_noise(self):
        noisy = np.round(120 + np.random.default_rng(0).normal(0, 8, (160, 160)))
        noisy[:120] = 0
        assert estimate_noise(noisy.astype(np.uint8)) == pytest.approx(8, rel=0.1)

    def test_only_inside_the_mask(self):
        noisy = 120 + np.random.default_rng(0).normal(0, 12, (160, 160))
        noisy[:, :80] = 60
        mask = np.zeros((160, 160), np.uint8)
        mask[:, 80:] = 255
        pixels = np.round(noisy).astype(np.uint8)
        assert estimate_noise(pixels, mask) == pytest.approx(12, rel=0.06)
        assert estimate_noise(pixels, 255 - mask) == 0

    def test_rises_with_every_bit_of_noise(self):
        noise = np.random.default_rng(0).normal(0, 1, (160, 160))
        levels = [estimate_noise(np.round(128 + sigma * noise).astype(np.uint8)) for sigma in np.arange(0.6, 3, 0.1)]
        assert (np.diff(levels) > 0).all()

    def test_thin_region(self):
        mask = np.zeros((40, 40), np.uint8)
        mask[:, 7] = 255
        assert math.isfinite(estimate_noise(np.full((40, 40), 9, np.uint8), mask))

    def test_errors(self):
        pixels = np.zeros((20, 20), np.uint8)
        with pytest.raises(RegionError, match="region is empty"):
            estimate_noise(pixels, pixels)
        with pytest.raises(InputError, match="must have shape"):
            estimate_noise(pixels, pixels[1:])
        with pytest.raises(InputError, match="uint8"):
            estimate_noise(pixels.astype(np.float32))
