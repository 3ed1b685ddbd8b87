"""What comes out of every kind of file, and what is said about files that cannot be used."""

import io
import json
import os
import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image

from fusion.errors import InputError
from fusion.images import (
    luma_array,
    luma_uint8,
    read_mask,
    read_pair,
    read_picture,
    to_float,
    to_uint8,
    write_bytes_atomic,
    write_png,
)

HEIGHT, WIDTH = 24, 32
RAMP = np.arange(HEIGHT * WIDTH, dtype=np.int64).reshape(HEIGHT, WIDTH)
GRAY = (RAMP % 256).astype(np.uint8)
COLOUR = np.dstack([GRAY, GRAY[::-1], GRAY[:, ::-1]])
# Thermal counts as cameras give them: a few thousand levels, far from 0, far above 255.
COUNTS = (RAMP * 4 + 29000).astype(np.uint16)


@pytest.fixture
def visible(tmp_path: Path) -> Path:
    path = tmp_path / "visible.png"
    Image.fromarray(COLOUR).save(path)
    return path


@pytest.fixture
def infrared(tmp_path: Path) -> Path:
    path = tmp_path / "infrared.png"
    Image.fromarray(GRAY).save(path)
    return path


def save(path: Path, image: Image.Image, **options: object) -> Path:
    image.save(path, **options)
    return path


def png_claiming(width: int, height: int) -> bytes:
    """A PNG of a few hundred bytes whose header promises width x height."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 999)) + chunk(b"IEND", b"")
    )


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
        assert pair.notes["warnings"] == []

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

    @pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
    def test_not_finite(self, tmp_path, visible, bad):
        counts = COUNTS.astype(np.float32)
        counts[:2, 0] = bad
        path = tmp_path / "ir.tif"
        tifffile.imwrite(path, counts)
        with pytest.raises(InputError, match=r"ir\.tif: 2 pixel values of 768 are NaN or infinite; replace"):
            read_pair(path, visible)

    def test_deep_fused_picture_is_refused(self, tmp_path):
        path = save(tmp_path / "fused.png", Image.fromarray(COUNTS))
        with pytest.raises(InputError, match=r"16 bits a channel.*8-bit PNG"):
            read_picture(path)


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


class TestTooLarge:
    def test_png_is_refused_before_decoding(self, tmp_path):
        path = tmp_path / "bomb.png"
        path.write_bytes(png_claiming(20000, 20000))
        with pytest.raises(InputError, match=r"20000x20000 is 400\.0 megapixels.*50 allowed.*--max-pixels"):
            read_picture(path)

    def test_tiff_is_refused_before_decoding(self, tmp_path):
        path = tmp_path / "bomb.tif"
        path.write_bytes(tiff_claiming(20000, 20000))
        with pytest.raises(InputError, match="--max-pixels"):
            read_picture(path)

    def test_limit_is_adjustable(self, visible):
        with pytest.raises(InputError, match="--max-pixels"):
            read_picture(visible, max_pixels=WIDTH * HEIGHT - 1)
        read_picture(visible, max_pixels=WIDTH * HEIGHT)

    def test_raised_limit_beats_pillows_own(self, tmp_path, monkeypatch):
        monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
        path = tmp_path / "a.png"
        path.write_bytes(png_claiming(64, 64))
        with pytest.raises(InputError, match="cannot be decoded"):  # cut short, rather than too large for Pillow
            read_picture(path)
        assert Image.MAX_IMAGE_PIXELS == 100


def tiff_claiming(width: int, height: int) -> bytes:
    """A 16-bit TIFF without data whose header promises width x height."""
    entries = [(256, 4, width), (257, 4, height), (258, 3, 16), (259, 3, 1), (262, 3, 1), (273, 4, 8), (277, 3, 1)]
    entries += [(278, 4, height), (279, 4, width * height * 2 % 2**32)]
    directory = struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", t, k, 1, v) for t, k, v in entries)
    return b"II*\0" + struct.pack("<I", 8) + directory + b"\0" * 4


LZW = {"compression": "tiff_lzw"}


def encoded(kind: str) -> bytes:
    buffer = io.BytesIO()
    noise = np.random.default_rng(0).integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8)
    Image.fromarray(noise).save(buffer, format=kind.removesuffix("-LZW"), **LZW if kind.endswith("LZW") else {})
    return buffer.getvalue()


class TestBadFiles:
    def test_missing(self, tmp_path):
        with pytest.raises(InputError, match=r"nowhere\.png: no such file; check the name"):
            read_picture(tmp_path / "nowhere.png")

    def test_folder(self, tmp_path):
        with pytest.raises(InputError, match="is a folder"):
            read_picture(tmp_path)

    def test_pipe_does_not_hang(self, tmp_path):
        os.mkfifo(tmp_path / "pipe.png")
        with pytest.raises(InputError, match="not a regular file"):
            read_picture(tmp_path / "pipe.png")

    def test_name_no_system_accepts(self):
        with pytest.raises(InputError, match="cannot be opened"):
            read_picture(Path("a\0b.png"))

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
    def test_no_permission(self, visible):
        visible.chmod(0)
        with pytest.raises(InputError, match="no permission to read it"):
            read_picture(visible)

    def test_no_permission_as_any_user(self, visible, monkeypatch):
        def refuse(*_args: object, **_kwargs: object) -> None:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(Path, "open", refuse)
        with pytest.raises(InputError, match=r"visible\.png: no permission to read it"):
            read_picture(visible)

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (b"", "empty"),
            (b"this is no picture\n" * 20, "not a PNG"),
            (b"\x89PNG\r\n\x1a\n", "save it again as PNG"),
            (b"II*\0\xff\xff\xff\xff", "save it again as PNG"),
            (b"MM\0*", "save it again as PNG"),
            (b"BM" + b"\0" * 60, "save it again as PNG"),
            (b"\xff\xd8\xff\xe0" + b"\0" * 60, "save it again as PNG"),
        ],
    )
    def test_nonsense(self, tmp_path, content, message):
        path = tmp_path / "a.png"
        path.write_bytes(content)
        with pytest.raises(InputError, match=rf"a\.png: .*{message}"):
            read_picture(path)

    @pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "TIFF", "TIFF-LZW", "BMP"])
    @pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
    def test_cut_short(self, tmp_path, capfd, recwarn, kind, share):
        data = encoded(kind)
        path = tmp_path / "cut.png"
        path.write_bytes(data[: int(len(data) * share)])
        with pytest.raises(InputError, match=r"cut\.png: .*save it again as PNG"):
            read_picture(path)
        assert capfd.readouterr() == ("", "")
        assert not recwarn.list

    def test_cut_16_bit_colour_png(self, tmp_path, capfd):
        noise = np.random.default_rng(0).integers(0, 65535, (40, 40, 3), np.uint16)
        data = cv2.imencode(".png", noise)[1].tobytes()
        path = tmp_path / "cut.png"
        path.write_bytes(data[: len(data) // 2])
        with pytest.raises(InputError, match="cannot be decoded"):
            read_picture(path)
        assert capfd.readouterr() == ("", "")

    @pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "TIFF", "TIFF-LZW", "BMP", "TIFF16"])
    def test_damaged_bytes_give_a_picture_or_an_input_error(self, tmp_path, capfd, caplog, recwarn, infrared, kind):
        if kind == "TIFF16":
            buffer = io.BytesIO()
            tifffile.imwrite(buffer, COUNTS, compression="zlib")
            data = buffer.getvalue()
        else:
            data = encoded(kind)
        random = np.random.default_rng(7)
        path = tmp_path / "damaged"
        for _ in range(60):
            damaged = np.frombuffer(data, np.uint8).copy()
            # Mostly in the header, where it hurts.
            places = random.integers(0, min(200, len(damaged)), 4)
            damaged[places] = random.integers(0, 256, 4)
            path.write_bytes(damaged.tobytes())
            try:
                read_pair(infrared, path, max_pixels=1_000_000)
            except InputError as error:
                assert "damaged" in str(error) or "visible" in str(error)
        assert capfd.readouterr() == ("", "")
        assert not recwarn.list and not caplog.records

    def test_too_many_channels(self, tmp_path):
        path = tmp_path / "a.tif"
        bands = np.zeros((HEIGHT, WIDTH, 5), np.uint16)
        tifffile.imwrite(path, bands, photometric="separated", planarconfig="contig", extrasamples=["unspecified"])
        with pytest.raises(InputError, match="gray or RGB"):
            read_picture(path)

    def test_complex_tiff(self, tmp_path):
        path = tmp_path / "a.tif"
        tifffile.imwrite(path, np.ones((HEIGHT, WIDTH), np.complex64))
        with pytest.raises(InputError, match="cannot be decoded"):
            read_picture(path)


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


class TestWriting:
    @settings(max_examples=25, deadline=None)
    @given(
        pixels=hnp.arrays(
            np.uint8,
            st.tuples(st.integers(16, 20), st.integers(16, 20)).flatmap(lambda s: st.sampled_from([s, (*s, 3)])),
        )
    )
    def test_what_is_written_is_read(self, tmp_path_factory, pixels):
        path = tmp_path_factory.mktemp("round") / "a.png"
        write_png(path, pixels)
        expected = pixels if pixels.ndim == 3 else np.dstack([pixels] * 3)
        np.testing.assert_array_equal(read_picture(path), expected)
        assert Image.open(path).mode == ("RGB" if pixels.ndim == 3 else "L")

    def test_replaces_and_leaves_nothing_else(self, tmp_path):
        path = tmp_path / "a.json"
        write_bytes_atomic(path, b"old")
        write_bytes_atomic(path, b"new")
        assert path.read_bytes() == b"new"
        assert [entry.name for entry in tmp_path.iterdir()] == ["a.json"]

    @pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o644)])
    def test_permissions_follow_the_umask(self, tmp_path, umask, mode):
        before = os.umask(umask)
        try:
            write_bytes_atomic(tmp_path / "a", b"x")
        finally:
            os.umask(before)
        assert (tmp_path / "a").stat().st_mode & 0o777 == mode

    @pytest.mark.parametrize("failing", ["fsync", "replace"])
    @pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
    def test_failure_keeps_the_old_file_and_no_temporary(self, tmp_path, monkeypatch, failing, error):
        path = tmp_path / "a.png"
        path.write_bytes(b"old")

        def fail(*_args: object, **_kwargs: object) -> None:
            raise error

        monkeypatch.setattr(*((os, "fsync") if failing == "fsync" else (Path, "replace")), fail)
        expected = InputError if isinstance(error, OSError) else KeyboardInterrupt
        with pytest.raises(expected):
            write_bytes_atomic(path, b"new")
        assert [entry.name for entry in tmp_path.iterdir()] == ["a.png"]
        assert path.read_bytes() == b"old"

    def test_missing_folder(self, tmp_path):
        with pytest.raises(InputError, match=r"a\.png: cannot be written \(No such file.*folder .*gone exists"):
            write_png(tmp_path / "gone" / "a.png", GRAY)

    def test_folder_in_the_way(self, tmp_path):
        (tmp_path / "a.png").mkdir()
        with pytest.raises(InputError, match="cannot be written"):
            write_png(tmp_path / "a.png", GRAY)
        assert [entry.name for entry in tmp_path.iterdir()] == ["a.png"]

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
    def test_unwritable_folder(self, tmp_path):
        tmp_path.chmod(0o500)
        with pytest.raises(InputError, match="Permission denied"):
            write_png(tmp_path / "a.png", GRAY)

    def test_only_png(self, tmp_path):
        with pytest.raises(InputError, match=r"ends in \.png"):
            write_png(tmp_path / "a.jpg", GRAY)

    @pytest.mark.parametrize("pixels", [GRAY.astype(np.float32), np.zeros((4, 4, 4), np.uint8), np.zeros(4, np.uint8)])
    def test_not_a_picture(self, tmp_path, pixels):
        with pytest.raises(InputError, match="needs uint8"):
            write_png(tmp_path / "a.png", pixels)


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
