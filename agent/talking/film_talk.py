"""A conversation about a film: it is held about one frame, goes to another one, and is applied to all of them."""

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from itertools import takewhile
from pathlib import Path
from typing import Self

from wordfuse.agent.errors import InputError
from wordfuse.agent.film.session import FilmSession
from wordfuse.agent.film.wanted import FILM, Wanted
from wordfuse.agent.model.protocol import LanguageModel
from wordfuse.agent.record import write_json
from wordfuse.agent.run.folders import numbered
from wordfuse.agent.run.kept import not_of_a_run, settings_now
from wordfuse.agent.run.locks import alone
from wordfuse.agent.run.names import LOCK, RECORD, SESSION
from wordfuse.agent.run.session import Session
from wordfuse.agent.settings import Settings
from wordfuse.agent.talking.film_kept import TALK, Kept, kept_in
from wordfuse.agent.telling.hearing import heard, led_by

MADE = "film"  # folders of films: film, film-2 ...
Connect = Callable[[Settings], LanguageModel]

_GO = re.compile(
    rf"{led_by()}(?:let'?s\s+)?(?:go|jump|move|switch|skip)\s+(?:on\s+|back\s+|ahead\s+|forward\s+)?to\s+"
    r"(?:the\s+frame\s+at\s+|second\s+)?(?P<time>\d+(?::\d{1,2})*(?:\.\d+)?)\s*(?:s|sec|seconds?)?\s*[.!]?",
    re.IGNORECASE,
)
_APPLY = re.compile(
    rf"{led_by()}(?:apply|do)\s+(?:(?:it|this|that|these|them|all)\s+)*(?:to|on|over)\s+"
    r"(?:the\s+)?(?:whole\s+|entire\s+|full\s+)?(?:film|video|movie|clip)\s*[.!]?",
    re.IGNORECASE,
)


def time_in(said: str) -> float | None:
    """The time that words ask to go to, in seconds.

    >>> time_in("go to 0:12"), time_in("go to the sky")
    (12.0, None)
    """
    found = _GO.fullmatch(heard(said))
    return None if found is None else seconds_of(found["time"])


def asks_for_all(said: str) -> bool:
    """Whether words ask to do what was said to the whole film.

    >>> asks_for_all("apply to the film"), asks_for_all("apply it to the sky")
    (True, False)
    """
    return _APPLY.fullmatch(heard(said)) is not None


def seconds_of(time: str) -> float:
    """A time as people write it, in seconds: 12.5, 1:30 or 1:02:03.

    Raises:
        InputError: it is none.
    """
    try:
        parts = [float(part) for part in time.strip().split(":")]
    except ValueError:
        parts = []
    if not 1 <= len(parts) <= 3 or any(part < 0 for part in parts):
        raise InputError("is no time", subject=time, remedy="give one, as in 12.5 or 1:30")
    seconds = 0.0
    for part in parts:
        seconds = 60 * seconds + part
    return seconds


class FilmTalk:
    """What a conversation about a film works with.

    Attributes:
        ir: the infrared film.
        vi: the visible one.
        folder: where the conversations and the films go.
        settings: of all of them.
        model: the language model.
        next: the frame to go to, as two pictures and its time; None: the person leaves.
    """

    next: tuple[Path, Path, float] | None = None

    def __init__(self, folder: Path, kept: Kept, overrides: Mapping[str, object], connect: Connect) -> None:
        """Use :meth:`create` or :meth:`open`."""
        self.ir, self.vi, self.folder = folder / kept.ir, folder / kept.vi, folder
        try:
            self.settings = settings_now(kept.settings, overrides)
        except (ValueError, KeyError) as error:
            raise not_of_a_run(folder, TALK, error, "the folder of a film") from error
        self.model = connect(self.settings)
        self._kept, self._overrides, self._connect = kept, overrides, connect

    @classmethod
    def create(
        cls, folder: Path, ir: Path, vi: Path, settings: Settings, connect: Connect, wanted: Wanted = Wanted()
    ) -> Self:
        """Talk about two films in a folder, which must be there, and new.

        Raises:
            InputError: the settings are none.
            BackendUnreachable: the language model cannot be reached.
        """
        home, films = folder.resolve(), (ir.resolve(), vi.resolve())
        ir, vi = (film.relative_to(home) if film.is_relative_to(home) else film for film in films)
        kept = Kept(ir=str(ir), vi=str(vi), settings=settings.model_dump(mode="json"), wanted=wanted)
        return cls(folder, kept, {}, connect)

    @classmethod
    def open(cls, folder: Path, overrides: Mapping[str, object], connect: Connect) -> Self:
        """Open the folder of an earlier time.

        Raises:
            InputError: it is none.
            BackendUnreachable: the language model cannot be reached.
        """
        return cls(folder, kept_in(folder), overrides, connect)

    def alone(self) -> AbstractContextManager[None]:
        """Hold the folder: nobody else goes on with it meanwhile.

        Raises:
            InputError: another process does.
        """
        return alone(self.folder / LOCK, self.folder)

    def first(self, at: str) -> Session:
        """The conversation to begin with: the one that was held last, or one about the frame at a time.

        Raises:
            InputError: ``at`` is no time, the films have no frame there, or the conversation cannot be gone on with.
        """
        taken_up = self.taken_up()
        if taken_up is not None:
            return taken_up
        self.go(seconds_of(at))
        return self._begun()

    def taken_up(self) -> Session | None:
        """The conversation that was held last; None: there was none.

        Raises:
            InputError: it cannot be gone on with.
        """
        at = self._kept.at
        if at is None or not (self.folder / at / SESSION).is_file():
            return None
        return Session.open(self.folder / at, overrides=self._overrides, connect=self._connect)

    def go(self, seconds: float) -> None:
        """Take out the frame at a time, to be talked about next.

        Raises:
            InputError: the films cannot be read, or have no frame there.
        """
        from wordfuse.fusion.film.reader import open_films
        from wordfuse.tools.film.scanning import frame_at

        chosen, wanted = self.settings, self.wanted
        films = open_films(self.ir, self.vi, max_pixels=chosen.max_pixels, fps=wanted.fps, reading=chosen.reading)
        self.next = frame_at(films, wanted.offset_s, seconds, self.folder)

    def session(self) -> Session | None:
        """A conversation about the frame to go to, in a folder of its own; None: there is none to go to."""
        return None if self.next is None else self._begun()

    def _begun(self) -> Session:
        if self.next is None:
            raise RuntimeError("there is no frame to go to")
        (ir, vi, shown), self.next = self.next, None
        home = self.folder / f"at-{shown:.2f}s"
        made = Session.create(home, ir, vi, [], self._at_a_frame, self.model, number=True)
        settings = self.settings.model_dump(mode="json")
        now = {"settings": settings, "at": made.folder.name, "seconds": shown, "frame": self._number}
        self._kept = self._kept.model_copy(update=now)
        self._keep()
        return made

    def film(self, said: Sequence[str]) -> FilmSession:
        """A run over the whole film of what was said, not yet carried out.

        Raises:
            InputError: nothing was said that was done.
        """
        if not said:
            raise InputError("nothing was done yet", remedy="say first what the film should look like")
        home = next(folder for folder in numbered(self.folder / MADE) if not folder.exists())
        settings = self.settings.model_copy(update={"ask": False})
        return FilmSession.create(home, self.ir, self.vi, said, settings, self.wanted, self.model)

    def films(self) -> list[Path]:
        """The folders of the films that were made or begun, in order."""
        begun = takewhile(Path.exists, numbered(self.folder / MADE))
        return [folder for folder in begun if (folder / FILM).is_file()]

    def unfinished(self) -> list[Path]:
        """Those that were only begun."""
        return [folder for folder in self.films() if not (folder / RECORD).exists()]

    @property
    def wanted(self) -> Wanted:
        """How its films are made, by which clock, and how fast frames of a folder come."""
        return self._kept.wanted

    @property
    def _at_a_frame(self) -> Settings:
        """The settings of a conversation about one frame."""
        return self.settings.of_frame(ask=self.settings.ask, align=self.settings.align)

    @property
    def _number(self) -> int | None:
        """The number of the frame that is talked about; None: nobody has counted them."""
        return None

    def _keep(self) -> None:
        write_json(self.folder / TALK, self._kept, private=self.settings.private)
