"""Files of makers whose temperatures only their own programs read: recognised, so that a clear word can be said.

The segments are those that ExifTool documents (https://exiftool.org/TagNames/JPEG.html): DJI's radiometric JPEGs keep
what was measured in APP3, its constants in APP4 and APP5, packed in a way that only DJI's closed library knows;
InfiRay's begin with "IJPEG" in APP2.
"""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

EXPORT = "export it from its maker's program as a TIFF of temperatures (float32), and give that"
_START_OF_SCAN, _APP1, _APP2, _APP3 = 0xDA, 0xE1, 0xE2, 0xE3
_LOOKED_AT = 4096  # bytes at the beginning of a segment; EXIF names the maker there
#: Recordings and containers that are no pictures, by the endings of their names.
_RECORDINGS = {
    ".seq": "a FLIR recording", ".csq": "a FLIR recording", ".ats": "a FLIR recording", ".fff": "a bare FLIR file",
    ".is2": "a Fluke file", ".is3": "a Fluke recording", ".irb": "an InfraTec file", ".bmt": "a Testo file",
    ".ravi": "an Optris recording", ".hir": "a HIKMICRO file", ".irg": "an InfiRay file", ".wtic": "a Workswell file",
}  # fmt: skip


def segments(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """The segments of a JPEG up to its first scan: marker and the beginning of the data; none of any other file."""
    if file.read(2) != b"\xff\xd8":
        return
    while len(head := file.read(4)) == 4 and head[0] == 0xFF and head[1] != _START_OF_SCAN:
        length = int.from_bytes(head[2:], "big") - 2
        begun = file.read(max(0, min(length, _LOOKED_AT)))
        yield head[1], begun
        file.seek(length - len(begun), io.SEEK_CUR)


def foreign_temperatures(path: Path) -> str | None:
    """Why the temperatures in a JPEG cannot be read, as part of a sentence; None where none are known to be in it."""
    dji = thermal = False
    try:
        with path.open("rb") as file:
            for marker, begun in segments(file):
                if marker == _APP2 and begun[4:10] == b"IJPEG\0":
                    return f"it holds InfiRay's thermal data, which only its maker's program reads; {EXPORT}"
                dji |= marker == _APP1 and (b"DJI\0" in begun or b"drone-dji" in begun)
                thermal |= marker == _APP3
    except (OSError, ValueError):
        return None  # whoever decodes it says what is wrong
    if dji and thermal:
        return (
            "it holds DJI's thermal data, which only DJI's closed library reads; export it with DJI's Thermal Analysis "
            "Tool, or with dji_irp of its Thermal SDK (measure, float32), as a TIFF of temperatures, and give that"
        )
    return None


def foreign_recording(path: Path) -> str | None:
    """What a file is that is no picture, by its name: the recording of a thermal camera; None: it is none we know."""
    kind = _RECORDINGS.get(path.suffix.lower())
    return None if kind is None else f"{kind}, which only its maker's program reads"
