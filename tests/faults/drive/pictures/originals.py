"""Whole picture files of every format that is read, to be damaged."""

import io

import cv2
import numpy as np
import tifffile
from PIL import Image

from tests.radiometric import from_pair

HEIGHT, WIDTH = 48, 64


def originals() -> dict[str, bytes]:
    """A file of each format, depth, packing and layout, by a name with its ending."""
    rng = np.random.default_rng(0)
    rows, columns = np.indices((HEIGHT, WIDTH))
    gray = np.clip(3 * rows + columns + rng.normal(0, 6, (HEIGHT, WIDTH)), 0, 255).astype(np.uint8)
    colour = np.dstack([gray, gray[::-1], 255 - gray])
    deep, deep_colour = gray.astype(np.uint16) * 16 + 29000, colour.astype(np.uint16) * 200
    return (
        _by_pillow(gray, colour, deep)
        | _by_tifffile(gray, colour, deep, deep_colour)
        | _others(gray, colour, deep_colour)
    )


def _by_pillow(gray: np.ndarray, colour: np.ndarray, deep: np.ndarray) -> dict[str, bytes]:
    one, many = Image.fromarray(gray), Image.fromarray(colour)
    exif = Image.Exif()
    exif[274] = 6
    return {
        "gray8.png": _saved(one, "PNG"),
        "colour8.png": _saved(many, "PNG"),
        "alpha.png": _saved(many.convert("RGBA"), "PNG"),
        "palette.png": _saved(many.convert("P"), "PNG", transparency=3),
        "bits.png": _saved(one.convert("1"), "PNG"),
        "gray16.png": _saved(Image.fromarray(deep), "PNG"),
        "declared.png": _saved(one, "PNG", transparency=5, exif=exif),
        "moving.png": _saved(many, "PNG", save_all=True, append_images=[many.rotate(90)]),
        "baseline.jpg": _saved(many, "JPEG", exif=exif),
        "progressive.jpg": _saved(many, "JPEG", progressive=True, quality=95),
        "gray.jpg": _saved(one, "JPEG"),
        "print.jpg": _saved(many.convert("CMYK"), "JPEG"),
        "two.jpg": _saved(many, "MPO", save_all=True, append_images=[many.rotate(90)]),
        "lossy.webp": _saved(many, "WEBP"),
        "lossless.webp": _saved(many.convert("RGBA"), "WEBP", lossless=True, exif=exif),
        "moving.webp": _saved(many, "WEBP", save_all=True, append_images=[many.rotate(90)]),
        "colour.bmp": _saved(many, "BMP"),
        "palette.bmp": _saved(many.convert("P"), "BMP"),
        "bits.bmp": _saved(one.convert("1"), "BMP"),
        "lzw.tif": _saved(many, "TIFF", compression="tiff_lzw"),
        "jpeg.tif": _saved(many, "TIFF", compression="jpeg"),
        "fax.tif": _saved(one.convert("1"), "TIFF", compression="group4"),
        "packbits.tif": _saved(one, "TIFF", compression="packbits"),
        "palette.tif": _saved(many.convert("P"), "TIFF"),
        "float.tif": _saved(Image.fromarray(deep.astype(np.float32)), "TIFF"),
    }


def _by_tifffile(gray: np.ndarray, colour: np.ndarray, deep: np.ndarray, deep_colour: np.ndarray) -> dict[str, bytes]:
    nan = deep.astype(np.float32)
    nan[:4] = np.nan
    return {
        "strips16.tif": _tiff(deep, rowsperstrip=7),
        "deflated16.tif": _tiff(deep, compression="zlib", predictor=True),
        "tiles16.tif": _tiff(deep, tile=(16, 16), compression="zlib"),
        "tiles8.tif": _tiff(colour, tile=(32, 32), photometric="rgb"),
        "big-endian16.tif": _tiff(deep, byteorder=">"),
        "big.tif": _tiff(deep, bigtiff=True),
        "colour16.tif": _tiff(deep_colour, photometric="rgb"),
        "planar16.tif": _tiff(np.moveaxis(deep_colour, -1, 0), photometric="rgb", planarconfig="separate"),
        "float32.tif": _tiff(nan, compression="zlib"),
        "float64.tif": _tiff(deep.astype(np.float64)),
        "whole32.tif": _tiff(deep.astype(np.uint32)),
        "signed16.tif": _tiff((deep - 30000).astype(np.int16)),
        "declared16.tif": _tiff(deep, extratags=[(42113, "s", 0, "29100", True)]),
        "pages16.tif": _tiff(np.stack([deep, deep + 1]), photometric="minisblack"),
        "inverse16.tif": _tiff(deep, photometric="miniswhite"),
    }


def _others(gray: np.ndarray, colour: np.ndarray, deep_colour: np.ndarray) -> dict[str, bytes]:
    return {
        "colour16.png": cv2.imencode(".png", deep_colour)[1].tobytes(),
        "radiometric.jpg": from_pair(gray, colour).data(),
        "radiometric-png.jpg": from_pair(
            gray, colour, counts_as_png=True, photograph_as_png=True, orientation=3
        ).data(),
        "radiometric-alone.jpg": from_pair(gray, colour, photograph=None, place=None).data(),
    }


def _saved(image: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def _tiff(values: np.ndarray, **options: object) -> bytes:
    file = io.BytesIO()
    tifffile.imwrite(file, values, metadata=None, **options)
    return file.getvalue()
