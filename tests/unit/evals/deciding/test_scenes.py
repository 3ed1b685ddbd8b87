"""The pictures of tasks: the same each time, damaged where and as they say, and refused where they cannot be made."""

from pathlib import Path

import numpy as np
import pytest

from wordfuse.evals.deciding import scenes
from wordfuse.evals.deciding.scenes import stage
from wordfuse.evals.deciding.setting import Setting
from wordfuse.fusion.errors import InputError
from wordfuse.fusion.images import write_png


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scenes, "SIZE", (96, 72))
    scenes._rendered.cache_clear()


def hurt(part: str | None, to: str = "visible") -> Setting:
    damage = {"kind": "dark", "amount": 0.7, "to": to, "part": part}
    return Setting.model_validate({"scene": "street 7", "damage": [damage]})


@pytest.mark.parametrize(
    ("part", "rows", "columns"),
    [
        ("top half", slice(0, 36), slice(0, 96)),
        ("bottom half", slice(36, 72), slice(0, 96)),
        ("left half", slice(0, 72), slice(0, 48)),
        ("right half", slice(0, 72), slice(48, 96)),
        (None, slice(0, 72), slice(0, 96)),
    ],
)
def test_damage_is_done_where_it_is_said_and_nowhere_else(part: str | None, rows: slice, columns: slice) -> None:
    staged = stage(hurt(part), None)
    where = np.zeros((72, 96), bool)
    where[rows, columns] = True
    (infrared, visible), (same, darker) = staged.clean, staged.damaged
    np.testing.assert_array_equal(infrared, same)
    np.testing.assert_array_equal(visible[~where], darker[~where])
    assert darker[where].mean() == pytest.approx(0.3 * visible[where].mean(), abs=1)
    assert staged.target is None


def test_both_pictures_may_be_damaged_and_each_by_its_own_chance() -> None:
    setting = Setting.model_validate(
        {"scene": "street 7", "damage": [{"kind": "noise", "amount": 16, "to": "both"}], "spot": "people"}
    )
    staged, again = stage(setting, None), stage(setting, None)
    noises = [after.astype(int) - before for before, after in zip(staged.clean, staged.damaged, strict=True)]
    assert all(10 < noise.std() < 18 for noise in noises)
    assert abs(np.corrcoef(noises[0].ravel(), noises[1][..., 0].ravel())[0, 1]) < 0.1
    for one, other in zip(staged.damaged, again.damaged, strict=True):
        np.testing.assert_array_equal(one, other)
    assert staged.target is not None and 0 < (staged.target > 0).sum() < staged.target.size / 4


def test_a_real_pair_and_its_boxes(tmp_path: Path) -> None:
    for kind, shape in (("ir", (200, 640)), ("vi", (200, 640, 3))):
        (tmp_path / "Set" / kind).mkdir(parents=True)
        write_png(tmp_path / "Set" / kind / "1N.png", np.full(shape, 90, np.uint8))
    boxes = '{"1N": {"width": 640, "height": 200, "boxes": [["person", 100, 40, 200, 160], ["car", 300, 0, 400, 200]]}}'
    (tmp_path / "Set" / "boxes.json").write_text(boxes)
    setting = Setting.model_validate({"scene": "Set/1N", "spot": "people"})
    assert setting.real and not hurt(None).real
    staged = stage(setting, tmp_path)
    assert staged.clean[1].shape == (30, 96, 3)
    assert staged.target is not None
    rows, columns = np.nonzero(staged.target)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (6, 23, 18, 26)
    with pytest.raises(InputError, match="name the folder of the sets: data"):
        stage(setting, None)
    with pytest.raises(InputError, match="it needs Set/2N"):
        stage(Setting(scene="Set/2N"), tmp_path)
    (tmp_path / "Set" / "boxes.json").write_text("{}")
    with pytest.raises(InputError, match="holds no boxes of 1N"):
        stage(setting, tmp_path)


@pytest.mark.parametrize(
    ("setting", "problem"),
    [
        ({"scene": "moon 3"}, "no such scene"),
        ({"scene": "park"}, "no such scene"),
        ({"scene": "park 1", "damage": [{"kind": "rain", "amount": 1}]}, "unknown damage"),
    ],
)
def test_what_cannot_be_staged(setting: dict[str, object], problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        stage(Setting.model_validate(setting), None)
