"""What is said about files that cannot be used, and that nothing else is."""

import io
import os
import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
import tifffile
from PIL import Image

from tests.pictures import COUNTS, HEIGHT, WIDTH
from wordfuse.fusion.errors import InputError
from wordfuse.fusion.images import read_pair, read_picture


def png_claiming(width: int, height: int) -> bytes:
    """A PNG of a few hundred bytes whose header promises width x height."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 999)) + chunk(b"IEND", b"")
    )


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


class TestTooLarge:
    def test_png_is_refused_before_decoding(self, tmp_path):
        path = tmp_path / "bomb.png"
        path.write_bytes(png_claiming(20000, 20000))
        with pytest.raises(InputError, match=r"20000x20000 is 400\.0 megapixels.*50 allowed.*raise max_pixels$"):
            read_picture(path)

    def test_tiff_is_refused_before_decoding(self, tmp_path):
        path = tmp_path / "bomb.tif"
        path.write_bytes(tiff_claiming(20000, 20000))
        with pytest.raises(InputError, match=r"raise max_pixels$"):
            read_picture(path)

    def test_limit_is_adjustable(self, visible):
        with pytest.raises(InputError, match=r"raise max_pixels$"):
            read_picture(visible, max_pixels=WIDTH * HEIGHT - 1)
        read_picture(visible, max_pixels=WIDTH * HEIGHT)

    def test_raised_limit_beats_pillows_own(self, tmp_path, monkeypatch):
        monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
        path = tmp_path / "a.png"
        path.write_bytes(png_claiming(64, 64))
        with pytest.raises(InputError, match="cannot be decoded"):  # cut short, rather than too large for Pillow
            read_picture(path)
        assert Image.MAX_IMAGE_PIXELS == 100


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

    def test_a_16_bit_png_that_its_library_complains_of(self, tmp_path, capfd):
        noise = np.random.default_rng(0).integers(0, 65535, (40, 40, 3), np.uint16)
        data = cv2.imencode(".png", noise)[1].tobytes()
        head = data[8:33]  # its header once more, where none may be
        path = tmp_path / "twice.png"
        path.write_bytes(data[:33] + head + data[33:])
        with pytest.raises(InputError, match="cannot be decoded"):
            read_picture(path)
        assert capfd.readouterr() == ("", "")

    def test_one_channel_that_is_told_to_be_rgb(self, tmp_path, infrared):
        path = tmp_path / "a.tif"
        tifffile.imwrite(path, COUNTS, photometric="minisblack", metadata=None)
        data = path.read_bytes()
        interpretation = struct.pack("<HHIH", 262, 3, 1, 1)  # the tag of it: black is zero
        assert data.count(interpretation) == 1
        path.write_bytes(data.replace(interpretation, struct.pack("<HHIH", 262, 3, 1, 2)))
        assert read_pair(infrared, path).visible.shape == (HEIGHT, WIDTH, 3)

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
