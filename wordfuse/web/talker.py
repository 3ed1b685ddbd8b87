"""A conversation that is held on a page: what is told becomes lines of the turn at work."""

import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from wordfuse.agent.context import Event
from wordfuse.agent.dialogue.asking.choosing import rejected
from wordfuse.agent.dialogue.asking.questions import Question, declined
from wordfuse.agent.dialogue.belonging import answers
from wordfuse.agent.errors import InputError
from wordfuse.agent.film.session import FilmSession
from wordfuse.agent.film.work import Doing, Watch
from wordfuse.agent.mcp.confined import Confined
from wordfuse.agent.record import Instruction
from wordfuse.agent.run.conversation import Turn
from wordfuse.agent.run.session import Session
from wordfuse.agent.state import Json
from wordfuse.agent.talking.talk import Line, Tone
from wordfuse.agent.talking.talker import Talker
from wordfuse.agent.telling.text import printable
from wordfuse.fusion.abandon import Abandoned, abandoned_when, still_wanted
from wordfuse.web.films.shown import told_of
from wordfuse.web.films.talk import PageFilm

_LEAVES = re.compile(r"\b(?:skip|leave|never ?mind|forget|stop|cancel)\b", re.IGNORECASE)

if TYPE_CHECKING:
    from collections.abc import Callable

    from wordfuse.tools.point import Seen

SAVED = "saved"  # in the run folder: what was saved by its name
SHOWN = "shown"  # of scratch: pictures that were only looked at
#: Commands that a page has other means for, or that are not for whoever reaches the page.
_ELSEWHERE = frozenset({"/quit", "/load", "/model"})


@dataclass(frozen=True)
class Ways:
    """What a talker has of its room.

    Attributes:
        publish: tells the page a line.
        doing: tells it how far a film is.
        notify: tells it what the agent does on a key frame of a film.
        stopping: whether the person wants it to stop.
        moved: takes up the conversation about the frame that the film has gone to.
    """

    publish: "Callable[[Json], None]"
    doing: "Callable[[Doing], None]"
    notify: "Callable[[Event], None]"
    stopping: "Callable[[], bool]"
    moved: "Callable[[PageTalker], None]"


class PageTalker(Talker):
    """A talker whose page is told a line at a time.

    Attributes:
        film: what the picture is a frame of, where it is one.
        marked: what "this" is in what is said next.
        marks: what was pointed at so far, by the names of its drawings.
    """

    film: PageFilm | None

    def __init__(self, session: Session, scratch: Path, ways: Ways, film: PageFilm | None) -> None:
        """Talk about the run of a session."""
        super().__init__(session, scratch)
        self._ways, self._publish, self._drawn, self.film = ways, ways.publish, 0, film
        self.marked: Seen | None = None
        self.marks: dict[str, Seen] = {}

    def say(self, text: str) -> None:
        """Carry out one instruction, with what is marked."""
        marked, self.marked = self.marked, None
        self.told(self.conversation.say(text, marked))

    def follow(self, line: str) -> bool:
        """Follow a line; where it goes to another frame of a film, go there, and do there what was done here."""
        question, film = self.conversation.question, self.film
        if self.marked is not None and question is not None and _means_the_mark(question, line):
            marked, self.marked = self.marked, None
            self.told(self.conversation.show(marked))
            return self.go_on()
        if film is not None:  # the share of infrared is chosen at a frame, and holds for all
            film.settings = film.settings.model_copy(update={"infrared": self.session.settings.infrared})
        goes_on = super().follow(line)
        if film is not None and film.next is not None:
            self._ways.moved(self)
            return True
        return goes_on

    def go_to(self, number: int) -> None:
        """Go to another frame of the film, unless it is at hand.

        Raises:
            InputError: it is no film, or has no such frame.
        """
        if self.film is None:
            raise InputError("this is a pair of pictures, not a film")
        if number != self.film.frame:
            self.follow(f"/goto {self.film.reel.seconds[self.film.reel.check(number)]}")

    def make_film(self, session: FilmSession) -> None:
        """Carry a run over the whole film out, and tell how far it is; it can be stopped, and gone on with."""

        def doing(now: Doing) -> None:
            still_wanted()
            self._ways.doing(now)

        try:
            with abandoned_when(self._ways.stopping):
                record = session.run(Watch(doing, self._ways.notify))
        except Abandoned:
            self.tell("Stopped. What is made of the film is kept: Go on makes the rest.", "warning")
            return
        for text in told_of(record):
            self.tell(text)

    def tell(self, text: str, tone: Tone = "plain") -> None:
        """Add a line."""
        if tone != "quiet":  # names of files, which the page shows as pictures and links
            self._publish({"mark": tone, "text": printable(text), "detail": ""})

    def show(self, pictures: Mapping[str, Path]) -> None:
        """Let the page show pictures of the run, and add those that were only drawn to be looked at."""
        run = [known for known in (self._in_run(path) for path in pictures.values()) if known]
        if run:
            self._publish({"mark": "look", "text": "", "detail": "", "pictures": run})
            return
        for name, path in pictures.items():
            kept = self.scratch / f"{SHOWN}-{self.next_drawing()}.png"
            shutil.copyfile(path, kept)
            self._publish({"mark": "picture", "text": printable(name), "detail": "", "picture": kept.stem})

    def next_drawing(self) -> int:
        """A number that no other drawing has."""
        self._drawn += 1
        return self._drawn

    def _in_run(self, path: Path) -> str | None:
        """What a picture of the run is called on the page; None for any other."""
        if path.parent == self.scratch:
            return path.stem if path.stem in ("infrared", "visible") else None
        return path.stem

    def lines(self, lines: Sequence[Line]) -> None:
        """Add a list, a line each."""
        for about, takes, text in lines:
            head = " ".join(filter(None, (about, takes)))
            self.tell(f"{head}: {text}" if head else text)

    def numbers(self, columns: Mapping[str, Mapping[str, float]]) -> None:
        """Add metrics, a picture a line."""
        for name, values in columns.items():
            self.tell(f"{name}: " + ", ".join(f"{metric} {value:.4g}" for metric, value in values.items()))

    def ask(self, question: Question) -> None:
        """Draw what the question is about; the question itself stands on the page as long as it is open."""
        self.draw(question)

    def ended(self, turn: Turn, said: Instruction) -> None:
        """Nothing: the page shows the record of the turn."""

    @property
    def files(self) -> Path:
        """A folder in the run folder."""
        folder = self.session.folder / SAVED
        folder.mkdir(exist_ok=True)
        return folder

    def file(self, name: str) -> Path:
        """A file in that folder.

        Raises:
            InputError: it lies elsewhere.
        """
        path = Confined(self.files).path(name)
        if path.parent != self.files.resolve():
            raise InputError("lies in a folder of its own", subject=name, remedy="give a name alone")
        return path

    def offers(self, command: str) -> bool:
        """All but those that the page has buttons for, and that would reach beyond the run."""
        return command not in _ELSEWHERE


def _means_the_mark(question: Question, line: str) -> bool:
    """Whether an answer to which region is meant is what is marked: no wish, no question, no "skip it"."""
    aside = declined(line) or rejected(line) is not None or _LEAVES.search(line) is not None
    return question.kind != "effect" and not aside and answers(question, line)
