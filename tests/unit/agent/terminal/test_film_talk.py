"""``wordfuse chat`` about a film: one frame, another one, and then all of them."""

import io
import sys
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from tests.fakes import ScriptedModel, plan, step
from tests.films import infrared_at, read_film, visible_at, walk, write_film, write_folder
from wordfuse.agent.errors import InputError
from wordfuse.agent.film.wanted import Wanted
from wordfuse.agent.model.protocol import LanguageModel
from wordfuse.agent.record import read_record
from wordfuse.agent.settings import Settings
from wordfuse.agent.talking.film_talk import FilmTalk, asks_for_all, seconds_of, time_in
from wordfuse.agent.terminal.chat import Chat
from wordfuse.fusion.images import read_picture

BRIGHTER = "brighten the dark areas"
PLANS = {BRIGHTER: plan(step("relight", "brighter", "dark areas")), "cat": plan(step("relight", "brighter", "cat"))}


@pytest.fixture
def talk(tmp_path: Path) -> FilmTalk:
    infrared, visible = walk(9)
    films = write_film(tmp_path / "ir.mp4", infrared), write_film(tmp_path / "vi.mp4", visible)
    (tmp_path / "run").mkdir()
    settings = Settings(regions="pixels", device="cpu", ask=True)
    return FilmTalk.create(tmp_path / "run", *films, settings, connect)


def connect(settings: Settings) -> LanguageModel:
    return ScriptedModel(PLANS, plans_only=True)


def held(talk: FilmTalk, monkeypatch: pytest.MonkeyPatch, *lines: str, first: tuple[str, ...] = ()) -> tuple[str, Chat]:
    session = talk.session()
    assert session is not None
    shown = io.StringIO()
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
    chat = Chat(session, Console(file=shown, width=200), images=False, keyboard=False, quiet=False, film=talk)
    chat.run(first)
    return shown.getvalue(), chat


def test_a_film_is_talked_about_frame_by_frame(talk: FilmTalk, monkeypatch: pytest.MonkeyPatch) -> None:
    talk.go(0.0)
    shown, chat = held(talk, monkeypatch, BRIGHTER, "cat", "go to 9:00", "go to 0:00.5")
    assert "the film ends at 0.8 s" in shown  # and it stays where it is
    assert chat.said == [BRIGHTER]  # what found no region is not said again elsewhere
    assert talk.next is not None and talk.next[2] == pytest.approx(0.5)
    shown, chat = held(talk, monkeypatch, "apply this to the whole film", first=tuple(chat.said))
    assert [said.text for said in chat.record.instructions] == [BRIGHTER]
    assert len(read_film(talk.folder / "film" / "film.mp4")) == 9
    assert "film/film.mp4" in shown
    assert talk.next is None and talk.session() is None


def test_it_is_taken_up_at_the_frame_where_it_was_left(talk: FilmTalk, monkeypatch: pytest.MonkeyPatch) -> None:
    talk.go(0.5)
    shown, _ = held(talk, monkeypatch, BRIGHTER)
    assert f"go on with: wordfuse chat --resume {talk.folder}\n" in shown
    again = FilmTalk.open(talk.folder, {}, connect)
    session = again.first("0")
    assert session.folder == talk.folder / "at-0.50s"
    assert [said.text for said in read_record(session.folder).instructions] == [BRIGHTER]
    film = again.film([BRIGHTER])  # begun, and left
    again.go(0.0)
    shown, _ = held(again, monkeypatch)
    assert f"a film is not finished; go on with: wordfuse resume {film.folder}\n" in shown
    assert FilmTalk.open(talk.folder, {}, connect).first("0").folder == talk.folder / "at-0.00s"


def test_clocks_and_rates_hold_from_one_frame_to_the_next_and_to_the_film(tmp_path: Path) -> None:
    """Folders of frames, 10 a second, of which the infrared one began 0.3 s earlier."""
    infrared = write_folder(tmp_path / "ir", [infrared_at(place) for place in range(9)])
    visible = write_folder(tmp_path / "vi", [visible_at(place) for place in range(3, 9)])
    (tmp_path / "run").mkdir()
    settings, wanted = Settings(regions="pixels", device="cpu", ask=True), Wanted(offset_s=-0.3, fps=10)
    begun = FilmTalk.create(tmp_path / "run", infrared, visible, settings, connect, wanted)
    assert begun.first("0").folder.name == "at-0.00s"
    again = FilmTalk.open(tmp_path / "run", {}, connect)  # another day
    again.go(0.2)
    assert again.next is not None
    shown, _, seconds = again.next
    assert seconds == pytest.approx(0.2)
    assert np.nonzero(read_picture(shown)[48, :, 0] > 200)[0][0] == 20 + 3 + 2
    assert again.film([BRIGHTER]).wanted == wanted
    with pytest.raises(InputError, match=r"the film ends at 0\.5 s"):
        again.go(2)


def test_two_do_not_talk_about_it_at_once(talk: FilmTalk) -> None:
    again = FilmTalk.create(talk.folder, talk.ir, talk.vi, talk.settings, connect)
    with talk.alone(), pytest.raises(InputError, match="another wordfuse works in this folder"), again.alone():
        pass


def test_nothing_is_applied_before_something_was_done(talk: FilmTalk) -> None:
    with pytest.raises(InputError, match="nothing was done yet"):
        talk.film([])


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("go to 0:12", 12.0), ("jump to 1:30", 90.0), ("Go back to 3 s.", 3.0), ("please go to 1:02:03.5", 3723.5),
     ("go to the sky", None), ("brighten 12", None)],
)  # fmt: skip
def test_words_that_go_to_a_frame(said: str, seconds: float | None) -> None:
    assert time_in(said) == seconds


def test_words_that_mean_the_whole_film() -> None:
    assert all(map(asks_for_all, ("apply to the film", "apply it to the whole video", "Do this on the entire film!")))
    assert not any(map(asks_for_all, ("apply it to the sky", "apply a film look", "the film is dark")))


def test_times_as_people_write_them() -> None:
    assert [seconds_of(time) for time in ("12.5", "1:30", "1:00:01")] == [12.5, 90.0, 3601.0]
    for time in ("soon", "1:2:3:4", "-3", ""):
        with pytest.raises(InputError, match="is no time"):
            seconds_of(time)
