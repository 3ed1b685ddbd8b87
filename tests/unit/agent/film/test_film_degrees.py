"""Temperatures in films: frames that know degrees keep them, at key frames and at a frame that is talked about."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.fakes import ScriptedModel, plan, step
from tests.films import HEIGHT, WIDTH, ground, infrared_at, visible_at, write_film, write_folder
from wordfuse.agent.errors import InputError
from wordfuse.agent.film.record import FilmRecord
from wordfuse.agent.film.session import FilmSession
from wordfuse.agent.film.wanted import Wanted
from wordfuse.agent.plan import Plan, Query
from wordfuse.agent.settings import Settings
from wordfuse.agent.talking.film_talk import FilmTalk
from wordfuse.fusion.images import read_pair
from wordfuse.tools.types import Region

FRAMES = 7
HOT = np.s_[34:46, 24:34]  # of the first frame; it walks a pixel a frame
BRIGHTER, HOW_HOT = "brighten what is hotter than 40 C", "how hot is it?"
PLANS = {
    BRIGHTER: plan(step("relight", "brighter", "hotter than 40 C")),
    HOW_HOT: Plan(question=Query(kind="measure", region=Region(phrases=[]))),
}


def celsius_at(place: int) -> NDArray[np.float64]:
    """20 to 25 degrees, somebody of 36 with something of 55, and a dead pixel."""
    celsius = 18 + ground()[:HEIGHT, :WIDTH] / 40.0
    celsius[30:66, 20 + place : 34 + place] = 36
    celsius[HOT[0], HOT[1].start + place : HOT[1].stop + place] = 55
    return celsius


def kelvin_folder(folder: Path) -> Path:
    """Frames of 16 bits, kelvin times 100."""
    folder.mkdir()
    for place in range(FRAMES):
        counts = np.rint((celsius_at(place) + 273.15) * 100).astype(np.uint16)
        counts[5, 5] = 0
        cv2.imwrite(str(folder / f"{place}.png"), counts)
    return folder


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    home = tmp_path_factory.mktemp("films")
    visible = [cv2.resize(visible_at(place), (2 * WIDTH, 2 * HEIGHT)) for place in range(FRAMES)]
    return kelvin_folder(home / "ir"), write_folder(home / "vi", visible)


def made(folder: Path, films: tuple[Path, Path], *words: str, **settings: object) -> FilmRecord:
    chosen = Settings.model_validate({"regions": "pixels", "device": "cpu"} | settings)
    model = ScriptedModel(PLANS, plans_only=True)
    return FilmSession.create(folder, *films, words, chosen, Wanted(every=3, masks=True), model).run()


def answer_of(record: FilmRecord) -> str:
    answer = record.instructions[-1].answer
    assert answer is not None
    return answer.text


@pytest.fixture(scope="module")
def done(films: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, FilmRecord]:
    folder = tmp_path_factory.mktemp("runs") / "run"
    return folder, made(folder, films, BRIGHTER, HOW_HOT)


def test_words_in_degrees_hold_over_a_film(done: tuple[Path, FilmRecord]) -> None:
    folder, record = done
    (found,) = record.steps
    assert found.found and found.there[0].from_s == 0
    assert found.area == pytest.approx(12 * 10 / (HEIGHT * WIDTH), rel=0.15)
    for number in range(FRAMES):
        mask = cv2.imread(str(folder / "masks" / f"{number:06d}-1.png"), cv2.IMREAD_GRAYSCALE)
        hot = np.repeat(np.repeat(celsius_at(number) >= 40, 2, axis=0), 2, axis=1)
        both, either = ((mask > 127) & hot).sum(), ((mask > 127) | hot).sum()
        assert both / either > 0.85, "each frame tells its own, key frame or not"
    assert "18." in answer_of(record) and "to 55.0 C" in answer_of(record)


def test_the_record_tells_how_numbers_were_read(done: tuple[Path, FilmRecord]) -> None:
    folder, record = done
    told = record.film.temperatures
    assert told["kind"] == "kelvin x 100" and told["assumed"] is True
    assert told["range_c"][1] == 55.0 and told["range_c"][0] > 18
    assert any(
        "kelvin times 100: " in warning and "--temperature-scale A,B" in warning for warning in record.film.warnings
    )
    assert "55.0 C, kelvin x 100" in (folder / "report.html").read_text()


def test_a_key_frame_is_gray_as_the_film_and_knows_its_degrees(done: tuple[Path, FilmRecord]) -> None:
    folder, _ = done
    key = folder / "keys" / "000000-ir.png"
    shown = cv2.imread(str(key), cv2.IMREAD_UNCHANGED)
    assert shown.dtype == np.uint8, "any other program reads it as a picture"
    pair = read_pair(key, folder / "keys" / "000000-vi.png")
    assert np.array_equal(np.rint(pair.infrared * 255), shown)
    assert pair.temperatures is not None and pair.temperatures.shape == (2 * HEIGHT, 2 * WIDTH)
    small = pair.temperatures.resized((WIDTH, HEIGHT)).celsius
    assert np.abs(small - celsius_at(0))[36:44, 26:32].max() < 0.1
    assert np.isnan(pair.temperatures.celsius[10, 10]), "the dead pixel has none"
    assert pair.notes["temperatures"]["assumed"] is True


def test_a_frame_that_is_talked_about_knows_its_degrees(films: tuple[Path, Path], tmp_path: Path) -> None:
    settings = Settings(regions="pixels", device="cpu", temperature_scale="0.01,-273.15", ask=True)
    (tmp_path / "run").mkdir()
    talk = FilmTalk.create(tmp_path / "run", *films, settings, lambda _: ScriptedModel(PLANS, plans_only=True))
    talk.go(0.1)
    session = talk.session()
    assert session is not None and session.settings.temperature_scale is None, "it was read with the film"
    pair = read_pair(session.infrared, session.visible)
    assert pair.temperatures is not None and np.nanmax(pair.temperatures.celsius) == pytest.approx(55, abs=0.05)
    assert pair.notes["temperatures"] == pair.notes["temperatures"] | {"kind": "given", "assumed": False}
    with pytest.raises(InputError, match="frame of a film"):
        read_pair(session.infrared, session.visible, reading=settings.reading)


def test_a_compressed_film_says_that_it_has_none(films: tuple[Path, Path], tmp_path: Path) -> None:
    infrared = write_film(tmp_path / "ir.mp4", [infrared_at(place) for place in range(FRAMES)])
    record = made(tmp_path / "run", (infrared, films[1]), HOW_HOT, BRIGHTER)
    said = record.instructions[0].answer
    assert said is not None
    assert "films hold no others" in said.text and "--temperature-scale A,B" in said.text
    assert "folder of 16-bit TIFF or PNG files" in str(record.steps[0].notice or record.instructions[1].refusal)


def test_a_scale_of_the_user_and_an_emissivity_hold_for_all_frames(films: tuple[Path, Path], tmp_path: Path) -> None:
    infrared = write_folder(tmp_path / "ir", [infrared_at(place) for place in range(FRAMES)])
    record = made(tmp_path / "run", (infrared, films[1]), HOW_HOT, temperature_scale="0.2,0")
    assert "to 45.0 C" in answer_of(record)  # 225 * 0.2
    assert record.film.temperatures["kind"] == "given" and not record.film.warnings
    corrected = made(tmp_path / "grey", films, HOW_HOT, emissivity=0.8)
    assert corrected.film.temperatures["emissivity"] == 0.8
    apparent, around = (55 + 273.15) ** 4, (20 + 273.15) ** 4
    true = ((apparent - 0.2 * around) / 0.8) ** 0.25 - 273.15
    assert f"to {true:.1f} C" in answer_of(corrected)
    with pytest.raises(InputError, match="corrects temperatures, and there are none"):
        made(tmp_path / "none", (infrared, films[1]), HOW_HOT, emissivity=0.8)


def test_none_is_taken_at_its_word(films: tuple[Path, Path], tmp_path: Path) -> None:
    record = made(tmp_path / "run", films, HOW_HOT, temperature_scale="none")
    assert "it was said that it holds none" in answer_of(record)
