import os
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.fakes import Small
from wordfuse.evals.bench.detection.fastest import SIDE_PX
from wordfuse.evals.bench.detection.labelled import Labelled
from wordfuse.evals.bench.detection.rows import WITH_WORDS, Cache, Row, every_preset, rows_of, squared
from wordfuse.fusion.errors import InputError
from wordfuse.fusion.files.pairs import PairFiles
from wordfuse.fusion.fusing import Fuser
from wordfuse.fusion.images import luma_array, read_pair, read_picture, write_png
from wordfuse.fusion.networks.presets import PRESETS

NOBODY = np.zeros((0, 5), np.float32)


@pytest.fixture
def pair(small: Small, tmp_path: Path) -> Labelled:
    """A pair of its own: tests change it."""
    files = []
    for part, source in (("ir", small.ir), ("vi", small.vi)):
        (tmp_path / part).mkdir()
        files.append(tmp_path / part / "one.png")
        shutil.copy(source, files[-1])
    return Labelled("dev", "MSRS", PairFiles(*files), NOBODY)


def test_every_preset_that_can_fuse_and_no_other() -> None:
    presets = every_preset()
    assert presets[:3] == ["default", "metric", "terf"]
    assert not [name for name in presets if name.startswith("tiny")]
    assert set(presets) - {"default"} <= set(PRESETS)


def test_the_rows_show_what_they_say(pair: Labelled, tmp_path: Path) -> None:
    mine = tmp_path / "mine/dev/MSRS"
    mine.mkdir(parents=True)
    write_png(mine / "one.png", np.full((96, 128), 77, np.uint8))
    rows = {row.name: row for row in rows_of(["default"], {"mine": tmp_path / "mine"}, False, [pair], "cpu")}
    assert list(rows) == ["infrared", "visible", "default", "mine"]
    sources = read_pair(pair.files.infrared, pair.files.visible)
    np.testing.assert_array_equal(rows["infrared"].make(pair), read_picture(pair.files.infrared)[..., 0])
    np.testing.assert_array_equal(rows["visible"].make(pair), read_picture(pair.files.visible))
    np.testing.assert_array_equal(rows["default"].make(pair), Fuser("default").fuse_pair(sources)[0])
    assert (rows["mine"].make(pair) == 77).all()


def test_arguments_that_cannot_be_used_are_named(pair: Labelled, tmp_path: Path) -> None:
    (tmp_path / "mine/dev/MSRS").mkdir(parents=True)
    with pytest.raises(InputError, match="no picture named one") as caught:
        rows_of([], {"mine": tmp_path / "mine"}, False, [pair], "cpu")
    assert caught.value.argument == "method"
    for name in ("infrared", "default"):
        with pytest.raises(InputError, match="a row of this name"):
            rows_of(["default"], {name: tmp_path}, False, [pair], "cpu")
    with pytest.raises(InputError, match="unknown"):
        rows_of(["huge"], {}, False, [pair], "cpu")
    with pytest.raises(InputError, match="no weights of its own"):
        rows_of(["tiny"], {}, False, [pair], "cpu")


def test_a_picture_is_made_once_and_anew_when_its_source_changes(pair: Labelled, tmp_path: Path) -> None:
    made = []

    def make(one: Labelled) -> np.ndarray:
        made.append(one.stem)
        return np.asarray(read_picture(one.files.visible)[..., 0], np.uint8)

    cache = Cache(tmp_path / "pictures", Row("odd/name", make, "1"))
    file = cache.file(pair)
    assert read_picture(file).shape == (SIDE_PX, SIDE_PX, 3)
    assert Cache(tmp_path / "pictures", Row("odd/name", make, "1")).file(pair) == file and made == ["one"]
    assert file.is_relative_to(tmp_path / "pictures/"), "a name that is no path"
    assert Cache(tmp_path / "pictures", Row("odd/name", make, "2")).file(pair) != file, "other weights"
    os.utime(pair.files.visible, ns=(1, 1))
    assert cache.file(pair) != file and len(made) == 3


def test_squared_keeps_what_is_seen() -> None:
    checks = np.kron(np.indices((12, 16)).sum(axis=0) % 2, np.ones((60, 60))).astype(np.uint8) * 255
    shrunk = squared(checks)
    assert shrunk.shape == (SIDE_PX, SIDE_PX) and abs(float(shrunk.mean()) - 127.5) < 2
    assert squared(np.zeros((40, 50, 3), np.uint8)).shape == (SIDE_PX, SIDE_PX, 3)


@pytest.mark.real
def test_words_make_people_brighter_and_the_rest_darker(examples: Path) -> None:
    street = examples / "street"
    pair = Labelled("dev", "MSRS", PairFiles(street / "ir.png", street / "vi.png"), NOBODY)
    rows = {row.name: row for row in rows_of(["default"], {}, True, [pair], "cpu")}
    plain, relit = (luma_array(rows[name].make(pair)) for name in ("default", WITH_WORDS))
    brighter, darker = relit > plain + 2, relit < plain - 2
    assert 0.002 < brighter.mean() < 0.2 and darker.mean() > 0.4
    # People are warm: what became brighter is so in infrared.
    heat = cv2.imread(str(pair.files.infrared), cv2.IMREAD_GRAYSCALE)
    assert heat[brighter].mean() > heat[darker].mean() + 20


@pytest.mark.real
def test_where_nobody_is_the_picture_stays(tmp_path: Path) -> None:
    for part in ("ir", "vi"):
        (tmp_path / part).mkdir()
        write_png(tmp_path / part / "1.png", np.tile(np.arange(96, dtype=np.uint8), (64, 1)))
    pair = Labelled("dev", "MSRS", PairFiles(tmp_path / "ir/1.png", tmp_path / "vi/1.png"), NOBODY)
    rows = {row.name: row for row in rows_of(["default"], {}, True, [pair], "cpu")}
    plain, relit = (squared(rows[name].make(pair)) for name in ("default", WITH_WORDS))
    np.testing.assert_array_equal(plain if plain.ndim == 3 else np.dstack([plain] * 3), relit)
