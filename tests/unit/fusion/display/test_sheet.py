"""Contact sheets, and the strip that they share their rows with."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from wordfuse.fusion.display.sheet import PER_PAGE, Row, draw_sheets
from wordfuse.fusion.display.strip import draw_strip
from wordfuse.fusion.images import read_picture, write_png


def flat(path: Path, colour: tuple[int, int, int], size: tuple[int, int] = (400, 300)) -> Path:
    write_png(path, np.full((size[1], size[0], 3), colour, np.uint8))
    return path


def middles_of(page: Path) -> list[list[int]]:
    """The middles of the four thumbnails, each 200x150 with 6 px between them, below three lines and the names."""
    shown = read_picture(page)
    return [shown[12 + 3 * 18 + 22 + 75, 12 + 100 + i * 206].tolist() for i in range(4)]


@pytest.fixture
def row(tmp_path: Path) -> Row:
    thermal = tmp_path / "ir.tif"  # 16 bits: no strip could show it as it is
    Image.fromarray(np.linspace(20000, 30000, 400 * 300).astype(np.uint16).reshape(300, 400)).save(thermal)
    return Row(
        title="001-night",
        words="make the people warmer",
        remark="",
        infrared=thermal,
        visible=flat(tmp_path / "vi.png", (200, 0, 0)),
        results={"fused": flat(tmp_path / "f.png", (0, 200, 0)), "result": flat(tmp_path / "r.png", (0, 0, 200))},
        max_pixels=10**6,
    )


def test_a_row_shows_infrared_visible_fused_and_result(tmp_path: Path, row: Row) -> None:
    (page,) = draw_sheets([row], tmp_path / "contact.png")
    middles, shown = middles_of(page), read_picture(page)
    assert middles[1:] == [[200, 0, 0], [0, 200, 0], [0, 0, 200]]
    assert 100 < middles[0][0] < 156 and len(set(middles[0])) == 1  # the middle of a 16-bit ramp
    assert (shown[12:26, 12:200] < 128).any()  # its heading


def test_what_is_not_there_leaves_its_place_blank(tmp_path: Path, row: Row) -> None:
    broken, nothing, blank = tmp_path / "broken.png", tmp_path / "no.png", [220, 220, 220]
    broken.write_bytes(b"no picture")
    unfinished = Row(**{**vars(row), "results": {"fused": nothing, "result": nothing}})
    assert middles_of(*draw_sheets([unfinished], tmp_path / "contact.png"))[1:] == [[200, 0, 0], blank, blank]
    unreadable = Row(**{**vars(row), "infrared": broken})
    assert middles_of(*draw_sheets([unreadable], tmp_path / "contact.png"))[:3] == [blank, blank, [0, 200, 0]]


def test_many_jobs_take_pages_of_bounded_size(tmp_path: Path, row: Row) -> None:
    small = flat(tmp_path / "s.png", (9, 9, 9), (40, 30))
    rows = [
        Row(f"{i:03d}", "words " * 50, "", small, small, {"fused": small, "result": small}, 10**6) for i in range(51)
    ]
    first, second = draw_sheets(rows, tmp_path / "contact.png")
    assert (first.name, second.name) == ("contact.png", "contact-2.png")
    width, height = Image.open(first).size
    assert (width, height) == (2 * 830 + 12, 25 * 238 + 12)
    assert Image.open(second).height < 300
    assert PER_PAGE == 50


def test_a_strip_has_its_pictures_in_a_row_as_high_as_the_first(tmp_path: Path) -> None:
    pictures = {"a": flat(tmp_path / "a.png", (200, 0, 0)), "b": flat(tmp_path / "b.png", (0, 200, 0), (200, 150))}
    draw_strip(pictures, tmp_path / "strip.png")
    strip = read_picture(tmp_path / "strip.png")
    assert strip.shape == (322, 806, 3)
    assert strip[200, [200, 403, 606]].tolist() == [[200, 0, 0], [255, 255, 255], [0, 200, 0]]
