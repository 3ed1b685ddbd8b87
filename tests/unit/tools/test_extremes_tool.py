"""find_extremes as a tool: what it is given, what it tells in which unit, and that it leaves everything as it was."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.fakes import Small, made
from tests.radiometric import Radiometric, counts_of
from wordfuse.fusion.images import read_mask, read_pair, write_png
from wordfuse.tools.heat.extremes import ExtremesResult
from wordfuse.tools.registry import EDITS, TOOLS, call
from wordfuse.tools.store.workspace import Workspace


@pytest.fixture
def work(small: Small, tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "run", small.ir, small.vi, small.settings(regions="pixels").for_tools())


def told(work: Workspace, kind: str = "hottest", mask: str | None = None) -> ExtremesResult:
    return ExtremesResult.model_validate(made(work, "find_extremes", kind=kind, mask=mask))


def region(work: Workspace, phrase: str) -> str:
    drawn: str = made(work, "segment", grounding=made(work, "ground", phrases=[phrase])["grounding"], invert=False)[
        "mask"
    ]
    return drawn


def test_it_only_looks(work: Workspace) -> None:
    assert TOOLS["find_extremes"].looks_only
    assert "find_extremes" not in EDITS
    made(work, "fuse")
    files = {path: path.read_bytes() for path in work.folder.rglob("*") if path.is_file()}
    catalogue = work.catalogue.model_copy(deep=True)
    assert told(work) == told(work)
    assert work.catalogue == catalogue
    assert {path: path.read_bytes() for path in work.folder.rglob("*") if path.is_file()} == files


def test_it_needs_no_fused_picture(work: Workspace, small: Small) -> None:
    found = told(work)
    assert found.unit == "%"
    assert found.mean == pytest.approx(100 * read_pair(small.ir, small.vi).infrared.mean(), abs=0.01)
    people = read_mask(small.masks["people"], (96, 128))
    for place in found.places:
        x0, y0, x1, y1 = place.box
        assert (people[y0:y1, x0:x1] > 127).any(), "people and their lamps are what is warm in this street"
        assert found.mean < place.value <= 100
    values = [place.value for place in found.places]
    assert values == sorted(values, reverse=True)


def test_the_coldest_of_a_region(work: Workspace, small: Small) -> None:
    made(work, "fuse")
    sky = read_mask(small.masks["sky"], (96, 128)) > 127
    everywhere, found = told(work, "coldest"), told(work, "coldest", region(work, "sky"))
    assert found.mean == pytest.approx(100 * read_pair(small.ir, small.vi).infrared[sky].mean(), abs=0.01)
    assert found.mean < everywhere.mean
    for place in found.places:
        x0, y0, x1, y1 = place.box
        assert sky[y0:y1, x0:x1].any()
        assert place.value <= found.mean + 1


def test_degrees_where_the_camera_told_them(small: Small, tmp_path: Path) -> None:
    pytest.importorskip("flyr")
    celsius = np.full((48, 64), 20.0)
    celsius[10:20, 30:40] = 36.5
    celsius[30:40, 5:15] = -4.0
    photograph = np.random.default_rng(3).integers(0, 255, (48, 64, 3)).astype(np.uint8)
    file = tmp_path / "flir.jpg"
    file.write_bytes(Radiometric(counts_of(celsius), np.zeros((48, 64, 3), np.uint8), photograph).data())
    work = Workspace(tmp_path / "run", file, file, small.settings(regions="pixels", masks={}).for_tools())
    (hot,), (cold,) = told(work).places, told(work, "coldest").places
    assert (hot.unit, cold.unit) == ("C", "C")
    assert hot.value == pytest.approx(36.5, abs=0.5)
    assert cold.value == pytest.approx(-4.0, abs=0.5)
    assert told(work).mean == pytest.approx(celsius.mean(), abs=0.5)
    height, width = read_pair(file, file).infrared.shape
    assert hot.box == pytest.approx((30 / 64 * width, 10 / 48 * height, 40 / 64 * width, 20 / 48 * height), abs=2)


def test_counts_of_a_deep_file(small: Small, tmp_path: Path) -> None:
    counts = np.full((48, 64), 21_000, np.uint16)
    counts[10:20, 30:40] = 24_000
    counts[0, 0] = 20_000
    Image.fromarray(counts).save(tmp_path / "deep.png")
    write_png(tmp_path / "vi.png", np.full((48, 64, 3), 90, np.uint8))
    settings = small.settings(regions="pixels", masks={}).for_tools()
    (hot,) = told(Workspace(tmp_path / "run", tmp_path / "deep.png", tmp_path / "vi.png", settings)).places
    assert (hot.value, hot.unit) == (pytest.approx(24_000, rel=0.001), "")


@pytest.mark.parametrize(
    ("args", "complaint"),
    [
        ({"kind": "warmest", "mask": None}, "bad arguments for find_extremes: kind"),
        ({"mask": None}, "bad arguments for find_extremes: kind"),
        ({"kind": "hottest", "mask": "../m1"}, "bad arguments for find_extremes: mask"),
        ({"kind": "hottest", "mask": "m7"}, "unknown mask 'm7'; known: none yet"),
        ({"kind": "hottest", "mask": None, "most": 3}, "bad arguments for find_extremes: most"),
    ],
)
def test_what_it_cannot_be_asked(work: Workspace, args: dict[str, object], complaint: str) -> None:
    answer = call("find_extremes", args, work)
    assert answer.result is None
    assert (answer.error or "").startswith(complaint)


def test_an_empty_mask_lies_in_the_picture(work: Workspace) -> None:
    work.save_mask("m1", np.zeros((96, 128), np.uint8), "masks/m1.png")
    answer = call("find_extremes", {"kind": "hottest", "mask": "m1"}, work)
    assert answer.final
    assert (answer.error or "").startswith("the mask is empty")
