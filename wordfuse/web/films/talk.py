"""A film that is talked about on a page: its reel beside what every conversation about a film has."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Self

from wordfuse.agent.errors import InputError
from wordfuse.agent.film.record import read_film_record
from wordfuse.agent.film.session import FilmSession
from wordfuse.agent.film.wanted import FILM, Wanted
from wordfuse.agent.run.names import RECORD
from wordfuse.agent.run.session import Session
from wordfuse.agent.settings import Settings
from wordfuse.agent.talking.film_kept import Kept
from wordfuse.agent.talking.film_talk import Connect, FilmTalk
from wordfuse.fusion.files.json_file import read_json
from wordfuse.tools.film.reel import SOURCES, Reel


class PageFilm(FilmTalk):
    """A film that is talked about on a page.

    Attributes:
        reel: its frames, once :meth:`begin` has looked.
        frame: the number of the one that is talked about.
    """

    def __init__(self, folder: Path, kept: Kept, overrides: Mapping[str, object], connect: Connect) -> None:
        """Use :meth:`create` or :meth:`open`."""
        super().__init__(folder, kept, overrides, connect)
        self.frame = self._wanted = kept.frame or 0
        self._reel: Reel | None = None

    @classmethod
    def create(
        cls, folder: Path, ir: Path, vi: Path, settings: Settings, connect: Connect, wanted: Wanted = Wanted()
    ) -> Self:
        """As of every conversation about a film; and the page finds the folder from now on."""
        made = super().create(folder, ir, vi, settings, connect, wanted)
        made._keep()
        return made

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
        self._reel = Reel.of(
            self.ir,
            self.vi,
            self.folder,
            self.settings.for_tools(),
            told,
            offset_s=self.wanted.offset_s,
            fps=self.wanted.fps,
        )
        if self._kept.frame is None and self._kept.seconds is not None:  # it was left at a terminal
            self.frame = self._wanted = self.reel.at(self._kept.seconds)
        taken_up = self.taken_up()
        if taken_up is not None:
            return taken_up
        self.go_to(self.frame)
        return self._begun()

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

    def _begun(self) -> Session:
        made = super()._begun()
        self.frame = self._wanted
        return made

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
        folder = next((one for one in self.unfinished() if one.name == name), None)
        if folder is None:
            raise InputError("no film that is unfinished", subject=name[:80])
        return FilmSession.open(folder, self.model, {**self._overrides, "ask": False})

    @property
    def _at_a_frame(self) -> Settings:
        # Frames of the reel lie on each other already.
        return self.settings.of_frame(ask=self.settings.ask, align=False)

    @property
    def _number(self) -> int | None:
        return self._wanted


def words_of(folder: Path) -> Sequence[str]:
    """What was asked of a film that was made or begun."""
    if (folder / RECORD).exists():
        return [said.text for said in read_film_record(folder / RECORD).instructions]
    given = read_json(folder / FILM).get("given", {})
    return [str(said) for said in given.get("instructions", [])]
