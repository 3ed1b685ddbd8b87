"""Pictures of a run in the formats of others."""

from io import BytesIO
from pathlib import Path

from PIL import Image

from wordfuse.fusion.files.atomic import write_bytes_atomic

FORMATS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".tif": "TIFF", ".tiff": "TIFF"}
QUALITY = 95


def write_as(picture: Path, out: Path) -> None:
    """Write a picture of ours, a PNG of 8 bits, in the format that the ending of ``out`` names; gray stays gray.

    Raises:
        KeyError: the ending is none of ``FORMATS``.
    """
    kind = FORMATS[out.suffix.lower()]
    written = BytesIO()
    with Image.open(picture, formats=["PNG"]) as pixels:
        pixels.save(written, kind, **({"quality": QUALITY} if kind == "JPEG" else {}))
    write_bytes_atomic(out, written.getvalue())
