"""What comes out of every kind of file: formats, modes, pairs, masks and conversions."""

import json
import struct
import zlib

import cv2
import numpy as np
import pytest
import tifffile
from PIL import Image

from tests.pictures import COLOUR, COUNTS, GRAY, HEIGHT, RAMP, WIDTH, save
from wordfuse.fusion.errors import InputError
from wordfuse.fusion.images import luma_array, luma_uint8, read_mask, read_pair, read_picture, to_float, to_uint8


class TestFormatsAndModes:
    @pytest.mark.parametrize("name", ["a.png", "a.webp", "a.tif", "a.bmp"])
    def test_lossless_colour(self, tmp_path, name):
        options = {"lossless": True} if name.endswith("webp") else {}
        path = save(tmp_path / name, Image.fromarray(COLOUR), **options)
        np.testing.assert_array_equal(read_picture(path), COLOUR)

    def test_jpeg(self, tmp_path):
        smooth = np.dstack([np.full((HEIGHT, WIDTH), value, np.uint8) for value in (200, 100, 50)])
        path = save(tmp_path / "a.jpg", Image.fromarray(smooth), quality=95)
        np.testing.assert_allclose(read_picture(path), smooth, atol=3)

    @pytest.mark.parametrize("compression", ["tiff_lzw", "tiff_deflate", "packbits", None])
    def test_compressed_tiff(self, tmp_path, compression):
        path = save(tmp_path / "a.tif", Image.fromarray(COLOUR), compression=compression)
        np.testing.assert_array_equal(read_picture(path), COLOUR)

    def test_name_does_not_matter_but_content_does(self, tmp_path):
        path = tmp_path / "photo.jpg"
        Image.fromarray(COLOUR).save(path, format="PNG")
        np.testing.assert_array_equal(read_picture(path), COLOUR)

    def test_gif_is_refused(self, tmp_path):
        path = save(tmp_path / "a.gif", Image.fromarray(GRAY))
        with pytest.raises(InputError, match=r"a\.gif: not a PNG, JPEG, WebP, TIFF or BMP.*save it again as PNG"):
            read_picture(path)

    @pytest.mark.parametrize(
        ("mode", "gray"),
        [("L", True), ("LA", True), ("1", True), ("RGB", False), ("RGBA", False), ("P", False)],
    )
    def test_visible_png_modes(self, tmp_path, infrared, mode, gray):
        source = Image.fromarray(COLOUR)
        path = save(tmp_path / "vi.png", source.convert(mode))
        pair = read_pair(infrared, path)
        assert pair.visible.shape == (HEIGHT, WIDTH, 3)
        assert pair.visible.dtype == np.float32
        assert pair.gray is gray
        expected = np.asarray(source.convert(mode).convert("L" if gray else "RGB"), np.float32) / 255
        np.testing.assert_allclose(pair.visible, np.dstack([expected] * 3) if gray else expected, atol=1e-6)

    def test_cmyk(self, tmp_path):
        path = save(tmp_path / "a.tif", Image.new("CMYK", (WIDTH, HEIGHT), (255, 0, 0, 0)))
        np.testing.assert_array_equal(read_picture(path)[0, 0], [0, 255, 255])  # cyan ink takes the red

    def test_gray_palette_is_gray(self, tmp_path, infrared):
        image = Image.fromarray(GRAY)
        image = image.convert("P")
        assert read_pair(infrared, save(tmp_path / "vi.png", image)).gray

    def test_alpha_is_dropped_not_blended(self, tmp_path, infrared):
        transparent = np.dstack([COLOUR, np.zeros_like(GRAY)])
        pair = read_pair(infrared, save(tmp_path / "vi.png", Image.fromarray(transparent)))
        np.testing.assert_array_equal(to_uint8(pair.visible), COLOUR)
        assert any("alpha channel is dropped" in warning for warning in pair.notes["warnings"])

    @pytest.mark.parametrize("orientation", range(1, 9))
    @pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.tif", "deep.png", "deep.tif"])
    def test_exif_orientation(self, tmp_path, infrared, name, orientation):
        # Bright upper left corner of the upright picture, as a photo viewer shows it.
        stored = {1: (0, 0), 2: (0, -1), 3: (-1, -1), 4: (-1, 0), 5: (0, 0), 6: (-1, 0), 7: (-1, -1), 8: (0, -1)}
        pixels = np.zeros((40, 40, 3), np.uint8)
        row, column = stored[orientation]
        pixels[slice(0, 20) if row == 0 else slice(20, 40), slice(0, 20) if column == 0 else slice(20, 40), 0] = 250
        path, exif = tmp_path / name, Image.Exif()
        exif[274] = orientation
        if name == "deep.tif":
            tags = [(274, "H", 1, orientation, False)]
            tifffile.imwrite(path, pixels.astype(np.uint16) * 100, photometric="rgb", extratags=tags)
        elif name == "deep.png":
            plain = cv2.imencode(".png", pixels[..., ::-1].astype(np.uint16) * 100)[1].tobytes()
            data = exif.tobytes().removeprefix(b"Exif\0\0")
            chunk = struct.pack(">I", len(data)) + b"eXIf" + data + struct.pack(">I", zlib.crc32(b"eXIf" + data))
            path.write_bytes(plain[:33] + chunk + plain[33:])
        else:
            Image.fromarray(pixels).save(path, exif=exif)
        square = save(tmp_path / "ir.png", Image.fromarray(np.zeros((40, 40), np.uint8)))
        red = read_pair(square, path).visible[..., 0]
        # Not the pixels that share a JPEG block with the edge.
        assert red[:16, :16].min() > 0.9
        assert red[24:].max() < 0.1 and red[:, 24:].max() < 0.1

    def test_rotated_sides_are_exchanged(self, tmp_path):
        exif = Image.Exif()
        exif[274] = 6
        path = save(tmp_path / "a.jpg", Image.fromarray(COLOUR), exif=exif)
        assert read_picture(path).shape == (WIDTH, HEIGHT, 3)

    @pytest.mark.parametrize("name", ["a.tif", "a.webp"])
    def test_first_of_many_frames_is_used_and_noted(self, tmp_path, infrared, name):
        options = {"lossless": True} if name.endswith("webp") else {}
        frames = [Image.fromarray(COLOUR), Image.fromarray(COLOUR[::-1].copy())]
        path = save(tmp_path / name, frames[0], save_all=True, append_images=frames[1:], **options)
        pair = read_pair(infrared, path)
        np.testing.assert_array_equal(to_uint8(pair.visible), COLOUR)
        assert any("2 frames; the first is used" in warning for warning in pair.notes["warnings"])


class TestPair:
    def test_8_bit_is_divided_by_255(self, infrared, visible):
        pair = read_pair(infrared, visible)
        np.testing.assert_array_equal(pair.infrared, GRAY.astype(np.float32) / 255)
        assert pair.notes["infrared"] == {"width": WIDTH, "height": HEIGHT, "bits": 8, "scale": None}
        assert pair.notes["resampled"] is None

    def test_notes_are_json(self, tmp_path, visible):
        path = save(tmp_path / "ir.png", Image.fromarray(COUNTS[::2, ::2].copy()).resize((64, 48)))
        notes = read_pair(path, visible).notes
        assert json.loads(json.dumps(notes, allow_nan=False)) == notes

    def test_colour_infrared_becomes_luma_with_a_warning(self, tmp_path, visible):
        pair = read_pair(save(tmp_path / "ir.png", Image.fromarray(COLOUR)), visible)
        np.testing.assert_allclose(pair.infrared, COLOUR @ [0.299, 0.587, 0.114] / 255, atol=1e-6)
        assert any("infrared in colour" in warning for warning in pair.notes["warnings"])

    def test_gray_stored_as_rgb_needs_no_warning(self, tmp_path, visible):
        pair = read_pair(save(tmp_path / "ir.png", Image.fromarray(GRAY).convert("RGB")), visible)
        np.testing.assert_array_equal(to_uint8(pair.infrared), GRAY)
        assert pair.notes["warnings"] == []

    @pytest.mark.parametrize(("size", "method"), [((96, 72), "area"), ((16, 16), None), ((24, 18), "bicubic")])
    def test_other_size_of_the_same_view(self, tmp_path, visible, size, method):
        pixels = np.where(np.indices((size[1], size[0])).sum(0) % 7 < 3, 40, 200).astype(np.uint8)
        path = save(tmp_path / "ir.png", Image.fromarray(pixels))
        if method is None:
            with pytest.raises(InputError, match=r"ir\.png is 16x16 but .*visible\.png is 32x24.*register or crop"):
                read_pair(path, visible)
            return
        pair = read_pair(path, visible)
        assert pair.infrared.shape == (HEIGHT, WIDTH)
        assert pair.notes["resampled"] == {"from": list(size), "to": [WIDTH, HEIGHT], "method": method}
        assert pair.infrared.min() >= np.float32(40 / 255) and pair.infrared.max() <= np.float32(200 / 255)

    @pytest.mark.parametrize(("width", "fits"), [(102, True), (98, True), (103, False), (97, False)])
    def test_aspect_ratio_may_differ_by_two_percent(self, tmp_path, width, fits):
        vi = save(tmp_path / "vi.png", Image.new("L", (100, 100), 9))
        ir = save(tmp_path / "ir.png", Image.fromarray(np.resize(GRAY, (100, width))))
        if fits:
            assert read_pair(ir, vi).infrared.shape == (100, 100)
        else:
            with pytest.raises(InputError, match="do not show the same view"):
                read_pair(ir, vi)

    @pytest.mark.parametrize("size", [(1, 1), (15, 40), (40, 15)])
    def test_too_small(self, tmp_path, visible, size):
        path = save(tmp_path / "ir.png", Image.new("L", size))
        with pytest.raises(InputError, match=rf"{size[0]}x{size[1]} pixels is too small; both sides need at least 16"):
            read_pair(path, visible)


class TestMask:
    def test_threshold(self, tmp_path):
        values = np.zeros((HEIGHT, WIDTH), np.uint8)
        values[0, :4] = [1, 127, 128, 255]
        mask = read_mask(save(tmp_path / "m.png", Image.fromarray(values)), (HEIGHT, WIDTH))
        assert mask.dtype == np.uint8
        assert mask[0, :4].tolist() == [0, 0, 255, 255]
        assert set(np.unique(mask)) == {0, 255}

    @pytest.mark.parametrize("mode", ["L", "1", "RGB"])
    def test_modes(self, tmp_path, mode):
        inside = RAMP % 3 == 0
        image = Image.fromarray(np.where(inside, np.uint8(255), np.uint8(0))).convert(mode)
        mask = read_mask(save(tmp_path / "m.png", image), (HEIGHT, WIDTH))
        np.testing.assert_array_equal(mask == 255, inside)

    def test_zeros_and_ones(self, tmp_path):
        inside = RAMP % 5 == 0
        path = save(tmp_path / "m.png", Image.fromarray(inside.astype(np.uint8)))
        np.testing.assert_array_equal(read_mask(path, (HEIGHT, WIDTH)) == 255, inside)

    def test_other_size(self, tmp_path):
        path = save(tmp_path / "m.png", Image.new("L", (WIDTH, HEIGHT)))
        with pytest.raises(InputError, match="mask is 32x24 but the picture is 24x32"):
            read_mask(path, (WIDTH, HEIGHT))


class TestConversion:
    def test_round_trip_of_every_value(self):
        values = np.arange(256, dtype=np.uint8)
        np.testing.assert_array_equal(to_uint8(to_float(values)), values)
        assert to_float(values).dtype == np.float32

    def test_clips_and_rounds_half_up(self):
        assert to_uint8(np.array([-1, 0.5 / 255, 1.49 / 255, 2])).tolist() == [0, 1, 1, 255]

    def test_luma(self):
        # BT.601: 0.299 R + 0.587 G + 0.114 B.
        pixel = np.array([[[100, 50, 200]]], np.uint8)
        assert luma_array(pixel)[0, 0] == pytest.approx(82.05)
        assert luma_uint8(pixel)[0, 0] == 82
        np.testing.assert_array_equal(luma_uint8(GRAY), GRAY)
