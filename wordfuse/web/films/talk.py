"""The folder of a film on a page: its reel, the conversations about its frames, and the films that were made of it.

``talk.json`` says which films, and at which frame the conversation is; each conversation is a run folder of its own, as
``wordfuse chat --at`` leaves it, and so is each film.
"""

from collections.abc import Callable, Sequence
from itertools import takewhile
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from wordfuse.agent.errors import InputError
from wordfuse.agent.film.record import read_film_record
from wordfuse.agent.film.session import FilmSession
from wordfuse.agent.film.wanted import FILM
from wordfuse.agent.model.protocol import LanguageModel
from wordfuse.agent.record import write_json
from wordfuse.agent.run.folders import numbered
from wordfuse.agent.run.names import RECORD, SESSION
from wordfuse.agent.run.session import Session
from wordfuse.agent.settings import Settings
from wordfuse.agent.talking.film_talk import FilmTalk
from wordfuse.fusion.files.json_file import read_json
from wordfuse.tools.calls.invalid import what_is_wrong
from wordfuse.tools.film.reel import SOURCES, Reel
from wordfuse.tools.types import Strict

TALK = "talk.json"
MADE = "film"  # folders of films: film, film-2 ...
Connect = Callable[[Settings], LanguageModel]


class Kept(Strict):
    """What ``talk.json`` holds.

    Attributes:
        ir: the infrared film; in the folder, where it was uploaded.
        vi: the visible one.
        settings: of all conversations.
        at: the folder of the conversation that is held, relative to this one; None: none yet.
        frame: the number of its frame.
    """

    ir: str
    vi: str
    settings: dict[str, Any]
    at: str | None = None
    frame: int = Field(0, ge=0)


class PageFilm(FilmTalk):
    """A film that is talked about on a page.

    Attributes:
        reel: its frames, once :meth:`look` has looked.
        frame: the number of the one that is talked about.
    """

    def __init__(self, folder: Path, kept: Kept, overrides: dict[str, object], connect: Connect) -> None:
        """Use :meth:`create` or :meth:`open`."""
        settings = Settings.model_validate(kept.settings | overrides)
        super().__init__(folder / kept.ir, folder / kept.vi, folder, settings, connect(settings))
        self._connect, self._overrides, self._kept = connect, overrides, kept
        self.frame, self._wanted = kept.frame, kept.frame
        self._reel: Reel | None = None

    @classmethod
    def create(cls, folder: Path, ir: Path, vi: Path, settings: Settings, connect: Connect) -> "PageFilm":
        """Make the folder one of these two films: it must be there, and new.

        Raises:
            BackendUnreachable: the language model cannot be reached.
        """
        ir, vi = (path.relative_to(folder) if path.is_relative_to(folder) else path.resolve() for path in (ir, vi))
        made = cls(folder, Kept(ir=str(ir), vi=str(vi), settings=settings.model_dump(mode="json")), {}, connect)
        made._keep()
        return made

    @classmethod
    def open(cls, folder: Path, overrides: dict[str, object], connect: Connect) -> "PageFilm":
        """Open the folder of an earlier time.

        Raises:
            InputError: it is none.
            BackendUnreachable: the language model cannot be reached.
        """
        return cls(folder, _kept(folder), overrides, connect)

    @property
    def reel(self) -> Reel:
        """The frames.

        Raises:
            InputError: they were not looked at yet.
        """
        if self._reel is None:
            raise InputError("is not open yet", subject="the film", remedy="wait a moment")
        return self._reel

    def begin(self, told: Callable[[int, int | None], None]) -> Session:
        """Look at the film, and take up the conversation where it was; at its first frame where there was none.

        Args:
            told: called with frames done and about how many there are.

        Raises:
            InputError: a film is missing, cannot be read or has changed.
        """
        self._reel = Reel.of(self.ir, self.vi, self.folder, self.settings.for_tools(), told)
        at = self._kept.at
        if at is not None and (self.folder / at / SESSION).is_file():
            return Session.open(self.folder / at, overrides=self._overrides, connect=self._connect)
        self.go_to(self.frame)
        session = self.session()
        if session is None:
            raise RuntimeError("there is no frame to go to")
        return session

    def go(self, seconds: float) -> None:
        """Take out the frame that is shown at a time, to be talked about next.

        Raises:
            InputError: the film has no frame there.
        """
        self.go_to(self.reel.at(seconds))

    def go_to(self, number: int) -> None:
        """Take out a frame by its number, to be talked about next.

        Raises:
            InputError: the film has no such frame.
        """
        ir, vi = self.reel.write(number, self.folder)
        self._wanted = number
        self.next = ir, vi, self.reel.seconds[number]

    def session(self) -> Session | None:
        """A conversation about the frame to go to, in a folder of its own; None: there is none to go to."""
        of_the_film = self.settings
        self.settings = of_the_film.model_copy(update={"align": False})  # frames of the reel lie on each other already
        try:
            made = super().session()
        finally:
            self.settings = of_the_film
        if made is not None:
            self.frame = self._wanted
            settings = self.settings.model_dump(mode="json")
            self._kept = Kept(
                ir=self._kept.ir, vi=self._kept.vi, settings=settings, at=made.folder.name, frame=self.frame
            )
            self._keep()
        return made

    def films(self) -> list[Path]:
        """The folders of the films that were made or begun, in order."""
        begun = takewhile(Path.exists, numbered(self.folder / MADE))
        return [folder for folder in begun if (folder / FILM).is_file()]

    def picture(self, kind: str, number: int, side_px: int) -> bytes:
        """A frame as a WebP file; see :meth:`wordfuse.tools.film.reel.Reel.picture`.

        Raises:
            InputError: there is no such frame, or no such film of this folder.
        """
        if kind not in (*SOURCES, *(folder.name for folder in self.films())):
            raise InputError("no such film", subject=kind[:80])
        return self.reel.picture(kind, number, side_px)

    def begun(self, name: str) -> FilmSession:
        """The run over the whole film that was interrupted.

        Raises:
            InputError: there is none of that name, or a film has changed since.
        """
        folder = next((one for one in self.films() if one.name == name and not (one / RECORD).exists()), None)
        if folder is None:
            raise InputError("no film that is unfinished", subject=name[:80])
        return FilmSession.open(folder, self.model, self._overrides | {"ask": False})

    def _keep(self) -> None:
        write_json(self.folder / TALK, self._kept, private=self.settings.private)


def held_in(folder: Path) -> Path:
    """The folder of the conversation that a run folder holds: of a film the one at its frame, else itself."""
    if not (folder / TALK).is_file():
        return folder
    at = _kept(folder).at
    return folder if at is None else folder / at


def is_film_folder(folder: Path) -> bool:
    """Whether a folder is that of a film on a page."""
    return (folder / TALK).is_file()


def words_of(folder: Path) -> Sequence[str]:
    """What was asked of a film that was made or begun."""
    if (folder / RECORD).exists():
        return [said.text for said in read_film_record(folder / RECORD).instructions]
    given = read_json(folder / FILM).get("given", {})
    return [str(said) for said in given.get("instructions", [])]


def _kept(folder: Path) -> Kept:
    try:
        return Kept.model_validate(read_json(folder / TALK))
    except ValidationError as error:
        raise InputError(f"not the folder of a film ({what_is_wrong(error, most=1)})", subject=folder / TALK) from error
