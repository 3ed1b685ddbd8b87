"""Temperatures that lie in a PNG beside its picture come out as they went in."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from wordfuse.fusion.errors import InputError
from wordfuse.fusion.images import read_pair
from wordfuse.fusion.temperatures.carried import CHUNK, Carried, with_temperatures
from wordfuse.fusion.temperatures.maps import Temperatures

GRAY = np.arange(24 * 32, dtype=np.uint8).reshape(24, 32)
PNG = cv2.imencode(".png", GRAY)[1].tobytes()


def known() -> Temperatures:
    celsius = np.linspace(-20, 150, 24 * 32, dtype=np.float32).reshape(24, 32)
    celsius[3, 4] = np.nan
    over = np.zeros((24, 32), bool)
    over[20, 20] = True
    celsius[over] = np.nan
    return Temperatures(celsius, over, 150.5)


def test_there_and_back(tmp_path: Path) -> None:
    file = tmp_path / "ir.png"
    file.write_bytes(with_temperatures(PNG, Carried(known(), {"kind": "given", "assumed": False})))
    pair = read_pair(file, file)
    assert pair.temperatures is not None and pair.temperatures.over is not None
    assert np.array_equal(pair.temperatures.celsius, known().celsius, equal_nan=True)
    assert np.argwhere(pair.temperatures.over).tolist() == [[20, 20]] and pair.temperatures.limit == 150.5
    assert pair.notes["temperatures"] == {"kind": "given", "assumed": False}
    assert np.array_equal(np.rint(pair.infrared * 255), GRAY)


def test_why_there_are_none_is_kept_too(tmp_path: Path) -> None:
    file = tmp_path / "ir.png"
    file.write_bytes(with_temperatures(PNG, Carried(None, {"reason": "films hold none"})))
    pair = read_pair(file, file)
    assert pair.temperatures is None and pair.notes["temperatures"] == {"reason": "films hold none"}


@pytest.mark.parametrize("harm", ["of another size", "cut short", "far more than its picture has room for"])
def test_what_does_not_fit_the_picture_is_refused(harm: str, tmp_path: Path) -> None:
    packed = with_temperatures(PNG, Carried(known(), {}))
    if harm == "cut short":
        begin = packed.index(CHUNK) + 4
        length = int.from_bytes(packed[begin - 8 : begin - 4], "big")
        short = packed[begin : begin + length - 40]
        import struct
        import zlib

        sum_ = zlib.crc32(short, zlib.crc32(CHUNK))
        rest = packed[begin + length + 4 :]
        packed = packed[: begin - 8] + struct.pack(">I", len(short)) + CHUNK + short + struct.pack(">I", sum_) + rest
    else:
        side = 12 if harm == "of another size" else 2000
        packed = with_temperatures(PNG, Carried(Temperatures(np.zeros((side, side), np.float32)), {}))
    file = tmp_path / "ir.png"
    file.write_bytes(packed)
    with pytest.raises(InputError, match=r"ir\.png"):
        read_pair(file, file)
