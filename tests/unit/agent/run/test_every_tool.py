"""The example with faults: every tool changes its region toward its goal, and nothing outside; the sheet shows it."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from tests.fakes import Small
from wordfuse.agent.run import every_tool
from wordfuse.agent.run.every_tool import REGIONS, SHEET, WISHES, Done
from wordfuse.examples import faulty
from wordfuse.fusion.display.before_after import cut_out
from wordfuse.fusion.images import read_mask, read_picture
from wordfuse.tools.registry import EDITS

SIZE = (160, 120)


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("faulty")
    faulty.save(faulty.render(SIZE), folder)
    return folder


def test_every_tool_moves_its_region_toward_its_goal_and_nothing_else(
    small: Small, pair: Path, tmp_path: Path, quick: None
) -> None:
    ir, vi, masks = pair / "ir.png", pair / "vi.png", {name: pair / "masks" / f"{name}.png" for name in REGIONS}
    done = list(every_tool.every_tool(ir, vi, masks, tmp_path, small.settings(masks={})))
    assert [one.wish for one in done] == list(WISHES)
    assert set(EDITS) <= {one.wish.task for one in done}
    for one in done:
        assert nearer(one), (one.words, one.measured)
        if one.mask is not None:
            outside = read_mask(one.mask, SIZE[::-1]) == 0
            assert np.array_equal(read_picture(one.before)[outside], read_picture(one.after)[outside]), one.words
    every_tool.draw(done, ir, vi, tmp_path / SHEET)
    assert Image.open(tmp_path / SHEET).width > 1000
    told = done[0].as_json()
    assert told["command"] == "wordfuse destripe --mask shade.png"
    assert told["after"] < told["before"]


def nearer(one: Done) -> bool:
    """Whether the measured value went toward its goal, by a fifth of the way at least."""
    return one.check.way >= 0.2


@pytest.mark.slow  # renders 480x360
def test_the_committed_pair_is_what_the_script_renders(examples: Path) -> None:
    scene, folder = faulty.render(), examples / "faulty"
    assert np.array_equal(cv2.imread(str(folder / "ir.png"), cv2.IMREAD_UNCHANGED), scene.infrared)
    assert np.array_equal(cv2.imread(str(folder / "vi.png"))[..., ::-1], scene.visible)
    for name in REGIONS:
        assert np.array_equal(cv2.imread(str(folder / "masks" / f"{name}.png"), -1), scene.masks[name]), name
    assert sum(path.stat().st_size for path in folder.rglob("*.png")) < 400_000


def test_a_cut_out_shows_the_region_and_lies_in_the_picture() -> None:
    mask = np.zeros((120, 160), np.uint8)
    mask[100:120, 0:30] = 255
    rows, columns = cut_out(mask.shape, mask)
    assert (rows.stop, columns.start) == (120, 0)
    assert mask[rows, columns].sum() == mask.sum()
    assert (columns.stop - columns.start) / (rows.stop - rows.start) == pytest.approx(4 / 3, abs=0.05)
    assert cut_out(mask.shape, None) == (slice(0, 120), slice(0, 160))
