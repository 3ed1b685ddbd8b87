"""Pictures of more than 8 bits: every level kept, and a scale that single pixels cannot take over."""

import cv2
import numpy as np
import pytest
import tifffile
from PIL import Image

from tests.pictures import COUNTS, HEIGHT, RAMP, WIDTH, save
from wordfuse.fusion.errors import InputError
from wordfuse.fusion.images import read_pair, read_picture


class TestDepth:
    @pytest.mark.parametrize("dtype", ["u2", ">u2", "i2", "u4", "i4", "f2", "f4", "f8", "png"])
    def test_thermal_keeps_every_level_in_order(self, tmp_path, visible, dtype):
        # Steps of 16 from 4096 on: exact in half precision too.
        counts = RAMP * 16 + 4096
        if dtype == "png":
            path = save(tmp_path / "ir.png", Image.fromarray(counts.astype(np.uint16)))
        else:
            path = tmp_path / "ir.tif"
            tifffile.imwrite(path, counts.astype(dtype), byteorder=">" if dtype[0] == ">" else "<")
        pair = read_pair(path, visible)
        heat = pair.infrared.ravel()
        assert heat.dtype == np.float32
        assert (np.diff(heat) > 0).all()
        assert (heat[0], heat[-1]) == (0, 1)
        scale = pair.notes["infrared"]["scale"]
        # 768 levels from 4096 to 16368: the percentiles are 1 % and 99 % of the way.
        assert scale["values"] == pytest.approx([4096, 4218.72, 16245.28, 16368], abs=0.01)
        assert scale["levels"] == [0, 0.02, 0.98, 1]

    @pytest.mark.parametrize("mode", ["I;16", "I;16B", "I", "F"])
    def test_deep_pillow_modes(self, tmp_path, visible, mode):
        dtype = {"I;16": "<u2", "I;16B": ">u2", "I": "<i4", "F": "<f4"}[mode]
        image = Image.frombytes(mode, (WIDTH, HEIGHT), COUNTS.astype(dtype).tobytes())
        heat = read_pair(save(tmp_path / "ir.tif", image), visible).infrared
        assert (np.diff(heat.ravel()) > 0).all()

    def test_compressed_16_bit_tiff(self, tmp_path, visible):
        path = save(tmp_path / "ir.tif", Image.fromarray(COUNTS), compression="tiff_lzw")
        assert (np.diff(read_pair(path, visible).infrared.ravel()) > 0).all()

    @pytest.mark.parametrize("name", ["ir.png", "ir.tif"])
    def test_16_bit_rgb_infrared_keeps_all_bits(self, tmp_path, visible, name):
        path = tmp_path / name
        thrice = np.dstack([COUNTS] * 3)
        if name == "ir.png":
            cv2.imwrite(str(path), thrice)
        else:
            tifffile.imwrite(path, thrice, photometric="rgb")
        pair = read_pair(path, visible)
        assert len(np.unique(pair.infrared)) == HEIGHT * WIDTH
        assert all("taken for kelvin" in warning for warning in pair.notes["warnings"])  # of such counts they may be

    @pytest.mark.parametrize("layout", ["contig", "separate"])
    def test_16_bit_colour_visible_has_one_scale_for_all_channels(self, tmp_path, infrared, layout):
        deep = np.dstack([COUNTS, COUNTS // 2, COUNTS // 4])
        stored = deep if layout == "contig" else np.moveaxis(deep, 2, 0)
        path = tmp_path / "vi.tif"
        tifffile.imwrite(path, stored, photometric="rgb", planarconfig=layout)
        pair = read_pair(infrared, path)
        assert not pair.gray
        assert pair.visible[..., 0].min() > pair.visible[..., 1].max() > pair.visible[..., 2].max()

    def test_16_bit_alpha_is_dropped(self, tmp_path, infrared):
        path = tmp_path / "vi.png"
        cv2.imwrite(str(path), np.dstack([COUNTS // 4, COUNTS // 2, COUNTS, np.zeros_like(COUNTS)]))
        pair = read_pair(infrared, path)
        assert pair.visible[..., 0].min() > pair.visible[..., 2].max()

    def test_hot_pixel_does_not_take_the_contrast(self, tmp_path, visible):
        counts = COUNTS.copy()
        counts[0, 0] = 65535
        path = save(tmp_path / "ir.png", Image.fromarray(counts))
        heat = read_pair(path, visible).infrared
        assert heat[0, 0] == 1
        assert heat[-1, -1] > 0.97 and heat[-1, -1] < 1

    @pytest.mark.parametrize(
        ("values", "levels"),
        [
            # Half the picture each: percentiles fall on the ends, which win.
            ({100: 0.5, 900: 0.5}, {100: 0, 900: 1}),
            # Nearly all of it one value: both percentiles fall on it, and it gets the middle.
            ({100: 0.005, 500: 0.99, 900: 0.005}, {100: 0, 500: 0.5, 900: 1}),
            ({500: 0.995, 900: 0.005}, {500: 0, 900: 1}),
        ],
    )
    def test_degenerate_knots(self, tmp_path, visible, values, levels):
        size = HEIGHT * WIDTH
        pixels = np.concatenate([np.full(round(share * size), value) for value, share in values.items()])
        pixels = np.resize(np.append(pixels, [max(values)] * (size - len(pixels))), (HEIGHT, WIDTH)).astype(np.uint16)
        heat = read_pair(save(tmp_path / "ir.png", Image.fromarray(pixels)), visible).infrared
        for value, level in levels.items():
            assert heat[pixels == value] == pytest.approx(level)

    def test_constant_deep_picture_is_mid_gray_and_noted(self, tmp_path, visible):
        path = save(tmp_path / "ir.png", Image.fromarray(np.full((HEIGHT, WIDTH), 30000, np.uint16)))
        pair = read_pair(path, visible)
        assert (pair.infrared == 0.5).all()
        assert any("same value" in warning for warning in pair.notes["warnings"])

    def test_white_is_zero(self, tmp_path, visible):
        path = tmp_path / "ir.tif"
        tifffile.imwrite(path, COUNTS, photometric="miniswhite")
        heat = read_pair(path, visible).infrared
        assert heat[0, 0] == 1 and heat[-1, -1] == 0

    def test_deep_fused_picture_is_refused(self, tmp_path):
        path = save(tmp_path / "fused.png", Image.fromarray(COUNTS))
        with pytest.raises(InputError, match=r"16 bits a channel.*8-bit PNG"):
            read_picture(path)
