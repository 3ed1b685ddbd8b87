"""Questions about temperatures are answered in degrees, in the scale that was asked for; without degrees it says so."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.fakes import ScriptedModel, Small, exit_of
from wordfuse.agent.plan import Plan, Query, QuestionKind
from wordfuse.agent.run.session import Session
from wordfuse.agent.state import Json
from wordfuse.fusion.images import read_picture
from wordfuse.tools.types import Region

pytestmark = pytest.mark.usefixtures("quick")
CELSIUS = np.full((96, 128), 15.0)
CELSIUS += np.linspace(-1, 1, 128)
CELSIUS[60:80, 90:110] = 45.0
CELSIUS[10:20, 5:25] = -8.0


def asked(kind: QuestionKind, *phrases: str) -> Plan:
    return Plan(question=Query(kind=kind, region=Region(phrases=list(phrases))))


WISHES = {
    "how hot is the right half?": asked("measure", "right half"),
    "how hot is the right half in Fahrenheit?": asked("measure", "right half"),
    "how noisy is it?": asked("measure"),
    "where is it hottest?": asked("hottest"),
    "where is it coldest, in F?": asked("coldest"),
    "how many pixels are hotter than 40 C?": asked("count", "hotter than 40 c"),
    "where is it hotter than 40 C?": asked("find", "hotter than 40 c"),
    "where is it hotter than 50 C?": asked("find", "hotter than 50 c"),
}


def answered(small: Small, folder: Path, question: str, *, known: bool = True, **more: Any) -> tuple[Json, Json]:
    celsius = np.rint((CELSIUS + 273.15) * 100).astype(np.uint16)
    gray = np.rint((CELSIUS + 10) / 60 * 255).astype(np.uint8)
    Image.fromarray(celsius if known else gray).save(folder / "ir.png")
    settings = small.settings(regions="pixels", masks={}, **more)
    model = ScriptedModel(WISHES, plans_only=True)
    record = (
        Session.create(folder / "run", folder / "ir.png", small.vi, [question], settings, model).run(None).as_json()
    )
    (said,) = record["instructions"]
    return said["answer"], record


def test_how_hot(small: Small, tmp_path: Path) -> None:
    answer, record = answered(small, tmp_path, "how hot is the right half?")
    text = answer["text"]
    assert text.startswith("Right half: 15.0 C to 45.0 C, ")
    assert "of 6144 pixels (50.0% of the picture); hottest at x 90, y 60 (right)" in text
    assert "the file does not say that its numbers are degrees" in text, "it was found out, and is said"
    assert "brightness" not in text and "noise" not in text, "what was not asked for is not told"
    read = answer["evidence"]["read_temperatures"]
    assert (read["min"], read["max"], read["pixels"]) == pytest.approx((15.0, 45.0, 6144), abs=0.02)
    assert exit_of(record) == 0
    assert record["sources"]["temperatures"]["kind"] == "kelvin x 100"
    page = (tmp_path / "run" / "report.html").read_text()
    assert '<figure class="heat">' in page and "45.0 C, at x 90, y 60" in page


def test_in_the_scale_that_was_asked_for(small: Small, tmp_path: Path) -> None:
    answer, _ = answered(small, tmp_path, "how hot is the right half in Fahrenheit?")
    assert answer["text"].startswith("Right half: 59.0 F to 113.0 F, ")


def test_what_is_not_about_heat_tells_it_last(small: Small, tmp_path: Path) -> None:
    answer, _ = answered(small, tmp_path, "how noisy is it?")
    assert answer["text"].startswith("The whole image: mean brightness")
    assert "Infrared: -8.0 C to 45.0 C" in answer["text"]


def test_hottest_and_coldest(small: Small, tmp_path: Path) -> None:
    answer, _ = answered(small, tmp_path, "where is it hottest?")
    assert answer["text"].startswith("The hottest places: number 1, lower right: 45.0 C (on average 15.")
    (place,) = answer["evidence"]["find_extremes"]["places"]
    assert place["value"] == pytest.approx(45, abs=0.02) and place["unit"] == "C"
    x, y = place["at"]
    assert 90 <= x < 110 and 60 <= y < 80
    cold = tmp_path / "cold"
    cold.mkdir()
    answer, _ = answered(small, cold, "where is it coldest, in F?")
    assert "number 1, upper left: 17.6 F (on average" in answer["text"]


def test_where_and_how_many_pixels(small: Small, tmp_path: Path) -> None:
    answer, _ = answered(small, tmp_path, "how many pixels are hotter than 40 C?")
    assert answer["text"] == "hotter than 40 c: 400 pixels, 3.3% of the picture."
    there = tmp_path / "there"
    there.mkdir()
    answer, _ = answered(small, there, "where is it hotter than 40 C?")
    assert "hottest at number 1, lower right: 45.0 C" in answer["text"]
    assert read_picture(there / "run" / answer["evidence"]["picture"]).shape == (96, 128, 3)
    nowhere = tmp_path / "nowhere"
    nowhere.mkdir()
    answer, _ = answered(small, nowhere, "where is it hotter than 50 C?")
    assert "nothing of the picture is at least 50.0 C; it has -8.0 C to 45.0 C" in answer["text"]


def test_a_file_without_degrees_says_so(small: Small, tmp_path: Path) -> None:
    answer, record = answered(small, tmp_path, "how hot is the right half?", known=False)
    assert "No temperatures are told here: a picture of 8 bits a pixel tells no degrees." in answer["text"]
    assert "%" in answer["text"] and "temperatures" not in record["sources"]
    there = tmp_path / "there"
    there.mkdir()
    answer, _ = answered(small, there, "where is it hotter than 40 C?", known=False)
    assert "this infrared picture tells no temperatures" in answer["text"]
    assert "the hottest 5%" in answer["text"]


def test_a_scale_and_an_emissivity_are_settings_of_a_run(small: Small, tmp_path: Path) -> None:
    given = {"temperature_scale": "0.01,-273.15", "emissivity": 0.8, "reflected": 15.0}
    answer, record = answered(small, tmp_path, "where is it hottest?", **given)
    true = (((45 + 273.15) ** 4 - 0.2 * (15 + 273.15) ** 4) / 0.8) ** 0.25 - 273.15
    assert answer["evidence"]["find_extremes"]["places"][0]["value"] == pytest.approx(true, abs=0.1)
    assert {name: record["settings"][name] for name in given} == given
    assert record["sources"]["temperatures"]["corrected"] == "grey body"
    assert "--emissivity 0.8" in (tmp_path / "run" / "report.html").read_text()
