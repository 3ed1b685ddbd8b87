"""The folder of a film on a page: made, left and gone on with."""

import json
from pathlib import Path

import numpy as np
import pytest

from tests.fakes import ScriptedModel, plan, step
from tests.films import walk, write_film, write_folder
from wordfuse.agent.errors import InputError
from wordfuse.agent.film.wanted import Wanted
from wordfuse.agent.model.protocol import LanguageModel
from wordfuse.agent.settings import Settings
from wordfuse.agent.talking.film_kept import TALK, held_in, is_film_folder
from wordfuse.agent.talking.film_talk import FilmTalk
from wordfuse.fusion.images import read_picture
from wordfuse.web.films.shown import film_view, reel_view
from wordfuse.web.films.talk import PageFilm

BRIGHTER = "brighten the dark areas"


def connect(settings: Settings) -> LanguageModel:
    return ScriptedModel({BRIGHTER: plan(step("relight", "brighter", "dark areas"))}, plans_only=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "walk"
    (made / "inputs").mkdir(parents=True)
    for name, frames in zip(("ir", "vi"), walk(25), strict=True):
        write_film(made / "inputs" / f"{name}.mp4", frames)
    return made


def created(folder: Path, **chosen: object) -> PageFilm:
    settings = Settings(regions="pixels", device="cpu", ask=True, **chosen)  # type: ignore[arg-type]
    return PageFilm.create(folder, folder / "inputs" / "ir.mp4", folder / "inputs" / "vi.mp4", settings, connect)


def test_it_goes_on_at_the_frame_where_it_was_left(folder: Path) -> None:
    film = created(folder)
    told: list[tuple[int, int | None]] = []
    session = film.begin(lambda done, total: told.append((done, total)))
    assert told[-1] == (25, 25)
    assert session.folder == folder / "at-0.00s"
    assert reel_view(film)["keys"] == [0, 20, 24]
    film.go(1.25)
    again = film.session()
    assert again is not None
    assert (again.folder.name, film.frame) == ("at-1.20s", 12)
    assert is_film_folder(folder)
    assert held_in(folder) == folder / "at-1.20s"
    opened = PageFilm.open(folder, {}, connect)
    assert opened.begin(lambda done, total: None).folder.name == "at-1.20s"
    assert film_view(opened) == {"frame": 12, "made": []}
    with pytest.raises(InputError, match="the film ends at"):
        opened.go(60)
    with pytest.raises(InputError, match="no film that is unfinished"):
        opened.begun("film")
    with pytest.raises(InputError, match="no such film"):
        opened.picture("..", 0, 100)


def test_what_was_begun_at_a_terminal_goes_on_here_and_there_again(folder: Path) -> None:
    settings = Settings(regions="pixels", device="cpu", ask=True)
    terminal = FilmTalk.create(folder, folder / "inputs" / "ir.mp4", folder / "inputs" / "vi.mp4", settings, connect)
    assert terminal.first("1.25").folder.name == "at-1.20s"
    page = PageFilm.open(folder, {}, connect)
    assert page.begin(lambda done, total: None).folder.name == "at-1.20s"
    assert page.frame == 12
    page.go(2.0)
    assert page.session() is not None
    assert FilmTalk.open(folder, {}, connect).first("0").folder.name == "at-2.00s"
    assert json.loads((folder / TALK).read_text())["ir"] == "inputs/ir.mp4", "the folder can be moved"


def test_clocks_and_rates_that_were_given_at_a_terminal_hold_here(tmp_path: Path) -> None:
    settings, wanted = Settings(regions="pixels", device="cpu", ask=True), Wanted(offset_s=-0.4, fps=10)
    infrared, visible = walk(12)
    films = write_folder(tmp_path / "ir", infrared), write_folder(tmp_path / "vi", visible[4:])
    (tmp_path / "run").mkdir()
    terminal = FilmTalk.create(tmp_path / "run", *films, settings, connect, wanted)
    assert terminal.first("0.2").folder.name == "at-0.20s"
    page = PageFilm.open(tmp_path / "run", {}, connect)
    page.begin(lambda done, total: None)
    assert (page.frame, page.reel.scan.offset_s, len(page.reel.seconds)) == (2, -0.4, 8)
    assert page.reel.scan.fps == pytest.approx(10)
    again = PageFilm.open(tmp_path / "run", {}, connect)  # its reel was looked at already
    again.begin(lambda done, total: None)
    again.go_to(3)
    assert again.next is not None
    assert np.nonzero(read_picture(again.next[0])[48, :, 0] > 200)[0][0] == 20 + 4 + 3
    assert again.film([BRIGHTER]).wanted == wanted


def test_a_film_that_is_made_is_shown_with_its_curves(folder: Path) -> None:
    film = created(folder)
    film.begin(lambda done, total: None)
    session = film.film([BRIGHTER])
    assert film_view(film)["made"] == [{"id": "film", "name": BRIGHTER, "done": False}]
    assert film.begun("film").folder == session.folder
    session.run()
    (made,) = film_view(film)["made"]
    assert made["done"]
    (shown,) = made["steps"]
    assert shown["outcome"]["kind"] == "done"
    assert shown["area"].count(",") == 25
    assert json.dumps(made)
    before = film.picture("film", 24, 64)
    assert before[:4] == b"RIFF"
    write_film(folder / "film" / "film.mp4", [np.full((64, 96, 3), 200, np.uint8)] * 25)
    assert film.picture("film", 24, 64) != before, "another film under the same name"
    assert film_view(film)["made"][0]["stamp"] != made["stamp"]


def test_frames_are_aligned_once(folder: Path) -> None:
    """The reel moves infrared frames onto visible ones; the conversation about one does not move it again."""
    film = created(folder, align=True)
    try:
        session = film.begin(lambda done, total: None)
    except InputError as error:
        pytest.skip(f"these films cannot be aligned: {error}")
    assert not session.settings.align
    assert film.settings.align
    assert json.loads((folder / TALK).read_text())["settings"]["align"] is True


def test_what_is_damaged_is_told(folder: Path) -> None:
    (folder / TALK).write_text('{"ir": 3}')
    with pytest.raises(InputError, match="not the folder of a film"):
        PageFilm.open(folder, {}, connect)
