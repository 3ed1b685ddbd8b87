"""Writes FLIR radiometric JPEGs, so that tests need no camera and nobody's pictures.

The layout is that of ExifTool's documentation (https://exiftool.org/TagNames/FLIR.html): APP1 segments "FLIR" of at
most 64 KiB, which put together are an FFF file, a directory of records. The constants are those of a real camera, a
FLIR i7.
"""

import io
import math
import struct
from dataclasses import dataclass, field

import numpy as np
from PIL import Image

# The camera's Planck constants: counts = R1 / (R2 * (exp(B / kelvin) - F)) - O.
R1, R2, B, F, O = 13799.269, 0.022241818, 1374.5, 1.35, -6646  # noqa: E741 (their names)
RAW, EMBEDDED, CAMERA, PLACE = 0x01, 0x0E, 0x20, 0x2A


ALPHA, BETA, X = (0.006569, 0.01262), (-0.002276, -0.00667), 1.9  # of the air, as the same camera has them


@dataclass(frozen=True)
class Between:
    """What lies between a surface and the camera, by which the counts of the two differ.

    Attributes:
        emissivity: of the surface.
        distance_m: to it.
        reflected: apparent temperature of what it reflects, degrees Celsius.
        air: temperature of the air, degrees Celsius.
        humidity: of the air, 0 to 1.
    """

    emissivity: float = 1.0
    distance_m: float = 0.0
    reflected: float = 20.0
    air: float = 20.0
    humidity: float = 0.5

    @property
    def transmission(self) -> float:
        """Of the air, over half of the way (Minkina and Dudzik, Infrared Thermography, 2009, appendix A)."""
        water = self.humidity * math.exp(
            1.5587 + 6.939e-2 * self.air - 2.7816e-4 * self.air**2 + 6.8455e-7 * self.air**3
        )
        first, second = (
            math.exp(-math.sqrt(self.distance_m / 2) * (a + b * math.sqrt(water)))
            for a, b in zip(ALPHA, BETA, strict=True)
        )
        return X * first + (1 - X) * second


NOTHING = Between()


def signal(celsius: np.ndarray | float) -> np.ndarray:
    """What a black surface of a temperature sends out, in counts, by Planck's law over the camera's band."""
    kelvin = np.asarray(celsius, np.float64) + 273.15
    return R1 / (R2 * (np.exp(B / kelvin) - F)) - O


def counts_of(celsius: np.ndarray, between: Between = NOTHING) -> np.ndarray:
    """What the camera counts for a surface: what it sends out and reflects, weakened by air that glows as well."""
    surface = between.emissivity * signal(celsius) + (1 - between.emissivity) * signal(between.reflected)
    seen = surface
    for _ in range(2):  # to the window of the camera, and behind it
        seen = between.transmission * seen + (1 - between.transmission) * signal(between.air)
    return np.rint(seen).astype(np.uint16)


@dataclass
class Radiometric:
    """What goes into a file; None is left out.

    Attributes:
        counts: (h, w) uint16.
        drawn: (H, W, 3) uint8, the coloured picture that every viewer shows.
        photograph: (H, W, 3) or (H, W) uint8.
        place: Real2IR and the offsets from the centre, of the thermal picture in the photograph.
        counts_as_png: as newer cameras store them, with the bytes swapped.
        photograph_as_png: with Y, Cb and Cr for red, green and blue, as FLIR does.
        orientation: of EXIF.
        emissivity: that the file tells, in place of that in ``between``.
        between: what the file tells of what lies between.
        range: least and most counts of the camera's range.
    """

    counts: np.ndarray
    drawn: np.ndarray
    photograph: np.ndarray | None = None
    place: tuple[float, int, int] | None = None
    counts_as_png: bool = False
    photograph_as_png: bool = False
    orientation: int | None = None
    emissivity: float = 1.0
    between: Between = NOTHING
    range: tuple[int, int] | None = None
    more: dict[int, bytes] = field(default_factory=dict)

    def data(self) -> bytes:
        """The file."""
        exif = Image.Exif()
        if self.orientation is not None:
            exif[274] = self.orientation
        drawn = io.BytesIO()
        Image.fromarray(self.drawn).save(drawn, "JPEG", exif=exif)
        jpeg, fff = drawn.getvalue(), self.fff()
        pieces = [fff[start : start + 65_000] for start in range(0, len(fff), 65_000)]
        segments = b""
        for number, piece in enumerate(pieces):
            body = b"FLIR\0\x01" + bytes([number, len(pieces) - 1]) + piece
            segments += b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body
        return jpeg[:2] + segments + jpeg[2:]

    def fff(self) -> bytes:
        """The FLIR data: header, directory, records."""
        records = {RAW: self._raw(), CAMERA: self._camera()}
        if self.photograph is not None:
            records[EMBEDDED] = self._photograph()
        if self.place is not None:
            records[PLACE] = struct.pack("<f6h", *self.place, 0, self.counts.shape[1] - 1, 0, self.counts.shape[0] - 1)
        records |= self.more
        entries = len(records) + 2  # real directories have unused entries at their end
        offset = 64 + 32 * entries
        header = struct.pack(">4s16sIII", b"FFF\0", b"wordfuse test", 100, 64, entries).ljust(64, b"\0")
        directory, body = b"", b""
        for kind, record in records.items():
            directory += struct.pack(">HHIIIIIII", kind, 1, 100, 1, offset + len(body), len(record), 0, 0, 0)
            body += record
        return header + directory.ljust(32 * entries, b"\0") + body

    def _raw(self) -> bytes:
        height, width = self.counts.shape
        header = struct.pack("<3H", 2, width, height).ljust(32, b"\0")
        if not self.counts_as_png:
            return header + self.counts.astype("<u2").tobytes()
        png = io.BytesIO()
        Image.fromarray(self.counts.byteswap()).save(png, "PNG")
        return header + png.getvalue()

    def _photograph(self) -> bytes:
        assert self.photograph is not None
        height, width = self.photograph.shape[:2]
        picture, file = Image.fromarray(self.photograph), io.BytesIO()
        if self.photograph_as_png:
            Image.merge("RGB", picture.convert("YCbCr").split()).save(file, "PNG")
        else:
            picture.save(file, "JPEG", quality=95)
        return struct.pack("<3H", 3, width, height).ljust(32, b"\0") + file.getvalue()

    def _camera(self) -> bytes:
        record = bytearray(904)
        struct.pack_into("<H", record, 0, 2)
        # Emissivity, distance (m), reflected, air and window temperature (K), transmission of the window.
        told, air = self.between, self.between.air + 273.15
        emissivity = self.emissivity if self.emissivity != 1 else told.emissivity
        struct.pack_into("<6f", record, 32, emissivity, told.distance_m, told.reflected + 273.15, air, air, 1.0)
        struct.pack_into("<f", record, 60, told.humidity)
        struct.pack_into("<3f", record, 88, R1, B, F)
        struct.pack_into("<5f", record, 112, *ALPHA, *BETA, X)
        struct.pack_into("<if", record, 776, O, R2)
        if self.range is not None:
            struct.pack_into("<2H", record, 784, *self.range)
        struct.pack_into("<ii", record, 824, int(np.median(self.counts)), int(np.ptp(self.counts)))
        return bytes(record)


def from_pair(infrared: np.ndarray, visible: np.ndarray, **more: object) -> Radiometric:
    """A file that holds a pair: 0 to 255 become 10 to 40 degrees; the photograph sees half as wide again around it.

    Args:
        infrared: (H, W) uint8.
        visible: (H, W, 3) uint8, of the same view.
        more: attributes of :class:`Radiometric`.
    """
    from wordfuse.fusion.files.palettes import colourise

    height, width = visible.shape[:2]
    rows, columns = height // 4, width // 4
    photograph = np.pad(visible, ((rows, rows), (columns, columns), (0, 0)), mode="reflect")
    celsius = 10 + infrared / 255 * 30
    given = {"photograph": photograph, "place": (photograph.shape[1] / width, 0, 0)} | more
    return Radiometric(counts_of(celsius), colourise(infrared, "iron"), **given)  # type: ignore[arg-type]


def celsius_of(counts: int) -> float:
    """The inverse of :func:`counts_of` in plain arithmetic, as the reports of cameras give it."""
    return B / math.log(R1 / (R2 * (counts + O)) + F) - 273.15
