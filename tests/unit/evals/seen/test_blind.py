"""Blind sheets and the tally of votes on them."""

import json
from pathlib import Path

import numpy as np
import pytest

from wordfuse.evals.seen.blind import make_sheets, tally
from wordfuse.fusion.errors import InputError
from wordfuse.fusion.images import read_picture, write_png

SHADES = {"vi": 60, "ir": 90, "ours": 120, "theirs": 180}


@pytest.fixture
def made(tmp_path: Path) -> Path:
    for folder, shade in SHADES.items():
        (tmp_path / folder).mkdir()
        for stem in ("1D", "2D", "3N", "4N"):
            write_png(tmp_path / folder / f"{stem}.png", np.full((30, 40), shade, np.uint8))
    folders = (tmp_path / name for name in ("ir", "vi", "ours"))
    number = make_sheets(*folders, ("theirs", tmp_path / "theirs"), tmp_path / "out", {"1D": "brighter"}, seed=3)
    assert number == 4
    return tmp_path / "out"


def test_the_sides_are_where_the_key_says_and_in_both_orders(made: Path) -> None:
    key = json.loads((made / "key.json").read_text())
    assert {sheet["A"] for sheet in key.values()} == {"ours", "theirs"}
    for number, sheet in key.items():
        shown = read_picture(made / "sheets" / f"{number}.png")
        left = int(np.median(shown[-40:, :600]))
        assert left == SHADES[sheet["A"]]
        # Only where there are words is there a line for them.
        assert shown.shape[0] == 2 * (480 + 28) + (28 if sheet["stem"] == "1D" else 0)


def test_wins_are_those_of_ours_by_day_and_by_night(made: Path) -> None:
    key = json.loads((made / "key.json").read_text())
    for_ours = {number: "A" if sheet["A"] == "ours" else "B" for number, sheet in key.items()}
    (made / "one.csv").write_text("".join(f"{number},{vote},a reason\n" for number, vote in for_ours.items()))
    ties = "".join(f"{number},=\n" for number in key)
    (made / "two.csv").write_text(f"sheet,vote\n{ties}")
    counted = tally(made, [made / "one.csv", made / "two.csv"])
    assert {part: values[:2] for part, values in counted.items()} == {"all": (6.0, 8), "D": (3.0, 4), "N": (3.0, 4)}
    # Wilson's 95% interval of 6 in 8.
    assert counted["all"][2:] == pytest.approx((0.4093, 0.9285), abs=1e-3)


def test_votes_on_other_sheets_are_named(made: Path) -> None:
    (made / "stray.csv").write_text("900,A\n")
    with pytest.raises(InputError, match=r"stray\.csv: no vote on a sheet"):
        tally(made, [made / "stray.csv"])


def test_folders_without_a_common_name_are_named(made: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="no picture with the name"):
        make_sheets(tmp_path / "ir", tmp_path / "vi", tmp_path / "empty", ("x", tmp_path / "theirs"), made, {})
