"""A conversation about a film: it is held about one frame, goes to another one, and is applied to all of them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from wordfuse.agent.errors import InputError
from wordfuse.agent.film.session import FilmSession
from wordfuse.agent.film.wanted import Wanted
from wordfuse.agent.model.protocol import LanguageModel
from wordfuse.agent.run.folders import numbered
from wordfuse.agent.run.session import Session
from wordfuse.agent.settings import Settings

_GO = re.compile(
    r"(?:please\s+)?(?:go|jump|move|switch|skip)\s+(?:on\s+|back\s+|ahead\s+|forward\s+)?to\s+"
    r"(?:the\s+frame\s+at\s+|second\s+)?(?P<time>\d+(?::\d{1,2})*(?:\.\d+)?)\s*(?:s|sec|seconds?)?\s*[.!]?",
    re.IGNORECASE,
)
_APPLY = re.compile(
    r"(?:please\s+)?(?:apply|do)\s+(?:(?:it|this|that|these|them|all)\s+)*(?:to|on|over)\s+"
    r"(?:the\s+)?(?:whole\s+|entire\s+|full\s+)?(?:film|video|movie|clip)\s*[.!]?",
    re.IGNORECASE,
)


def time_in(said: str) -> float | None:
    """The time that words ask to go to, in seconds.

    >>> time_in("go to 0:12"), time_in("go to the sky")
    (12.0, None)
    """
    found = _GO.fullmatch(said.strip())
    return None if found is None else seconds_of(found["time"])


def asks_for_all(said: str) -> bool:
    """Whether words ask to do what was said to the whole film.

    >>> asks_for_all("apply to the film"), asks_for_all("apply it to the sky")
    (True, False)
    """
    return _APPLY.fullmatch(said.strip()) is not None


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


@dataclass
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

    ir: Path
    vi: Path
    folder: Path
    settings: Settings
    model: LanguageModel
    next: tuple[Path, Path, float] | None = None

    def go(self, seconds: float) -> None:
        """Take out the frame at a time, to be talked about next.

        Raises:
            InputError: the films cannot be read, or have no frame there.
        """
        from wordfuse.tools.film.scanning import frame_at

        self.next = frame_at(self.ir, self.vi, seconds, self.folder, self.settings.max_pixels)

    def session(self) -> Session | None:
        """A conversation about the frame to go to, in a folder of its own; None: there is none to go to."""
        if self.next is None:
            return None
        (ir, vi, shown), self.next = self.next, None
        home = self.folder / f"at-{shown:.2f}s"
        return Session.create(home, ir, vi, [], self.settings, self.model, number=True)

    def film(self, said: Sequence[str]) -> FilmSession:
        """A run over the whole film of what was said, not yet carried out.

        Raises:
            InputError: nothing was said that was done.
        """
        if not said:
            raise InputError("nothing was done yet", remedy="say first what the film should look like")
        home = next(folder for folder in numbered(self.folder / "film") if not folder.exists())
        settings = self.settings.model_copy(update={"ask": False})
        return FilmSession.create(home, self.ir, self.vi, said, settings, Wanted(), self.model)
