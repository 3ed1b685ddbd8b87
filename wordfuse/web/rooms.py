"""A room: one run that is open, the thread that works on it, and everybody who looks.

The conversation lives in that thread alone. What goes on is told as events; who comes later, or again, is shown the
whole first. A room that nobody looks at and that has nothing to do is closed, so that the terminal can go on with its
run.
"""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import TypeVar

from wordfuse.agent.context import Event
from wordfuse.agent.errors import InputError
from wordfuse.agent.film.work import Doing
from wordfuse.agent.interrupts import Unheard
from wordfuse.agent.run.conversation import Conversation
from wordfuse.agent.run.session import Session
from wordfuse.agent.state import Json
from wordfuse.agent.talking.commands import standing
from wordfuse.agent.telling.explain import explained
from wordfuse.fusion.abandon import Abandoned, abandoned_when, still_wanted
from wordfuse.web.events import Stream
from wordfuse.web.films.shown import STAGES, UNITS, film_view
from wordfuse.web.films.talk import PageFilm
from wordfuse.web.showing.shown import home_of, view_of
from wordfuse.web.showing.words import line_of
from wordfuse.web.talker import PageTalker, Ways
from wordfuse.web.turns import GivenUp, Turns

T = TypeVar("T")

IDLE_S = 6.0  # a reload takes less
MOST_LINES = 400  # of the turn at work that are kept for who comes later
BETWEEN_S = 0.1  # epochs are told no more often


class Busy(InputError):
    """Something is at work in the room already."""


class Room:
    """One open run.

    Attributes:
        name: of the run folder.
        owner: the visitor who holds it.
        session: the run, once it is open.
    """

    def __init__(self, name: str, owner: str, turns: Turns, loop: asyncio.AbstractEventLoop) -> None:
        """Nothing is open yet: :meth:`open` begins."""
        self.name, self.owner = name, owner
        self.stream = Stream(loop)
        self.session: Session | None = None
        self.left_at = time.monotonic()  # when the last one who looked went
        self._turns, self._lock = turns, Lock()
        self._worker = ThreadPoolExecutor(1, f"room-{name}")
        self._interrupts = Unheard()
        self._stopping = False
        self._stack, self._conversing = ExitStack(), ExitStack()
        self._ways = Ways(
            publish=self._line,
            doing=self._filming,
            notify=self._at_key_frame,
            stopping=lambda: self._stopping,
            moved=self._move,
        )
        self._doing: str | None = "opening"
        self._said: str | None = None  # what the lines follow on
        self._lines: list[Json] = []
        self._progress: Json | None = None
        self._told_at, self._number = 0.0, 0
        self._view: Json | None = None
        self._failed: str | None = None
        self._talker: PageTalker | None = None

    # From the loop.

    def open(self, make: Callable[[], Session | PageFilm]) -> "Future[None]":
        """Open the run or the film that ``make`` gives, and finish what was at work when it was left."""
        return self._worker.submit(self._open, make)

    def do(self, doing: str, job: Callable[[PageTalker], T], *, told: bool = True) -> "Future[T]":
        """Let the thread do something, next.

        Args:
            doing: what it is, for the person.
            job: does it.
            told: what comes of it is told as events, errors too; else the caller is told.

        Raises:
            Busy: something is at work.
            InputError: the room is closed.
        """
        with self._lock:
            if self._failed is not None:
                raise InputError(self._failed)
            if self._doing is not None:
                raise Busy(f"still at work: {self._doing}", remedy="wait until it is done, or stop it")
            self._doing, self._stopping = doing, False
            if told:
                self._lines, self._progress, self._said = [], None, doing
        self.stream.publish("doing", doing=doing, fresh=told)
        return self._worker.submit(self._do, job, told)

    def stop(self) -> None:
        """End what is at work in good order, with the best picture that was reached."""
        self._stopping = True
        self._interrupts.request()

    def shown(self) -> Json:
        """Everything that the page shows, as it is now."""
        with self._lock:
            return {
                "kind": "view",
                "view": self._view,
                "doing": self._doing,
                "said": self._said,
                "lines": list(self._lines),
                "progress": self._progress,
                "failed": self._failed,
            }

    @property
    def film(self) -> PageFilm | None:
        """What the run is about, where that is a film that is open."""
        return None if self._talker is None else self._talker.film

    @property
    def scratch(self) -> Path:
        """Where pictures are drawn that are only looked at.

        Raises:
            InputError: the run is not open yet.
        """
        if self._talker is None:
            raise InputError("is not open yet", subject="the run", remedy="wait a moment")
        return self._talker.scratch

    @property
    def idle(self) -> bool:
        """Whether nobody would miss it."""
        if self.stream.heard:
            self.left_at = time.monotonic()
        with self._lock:
            return self._doing is None and time.monotonic() - self.left_at > IDLE_S

    def close(self, *, wait: bool = False) -> None:
        """Let go of the run; a turn that is at work is left where it is, and finished when the run is opened again."""
        self._stopping = True
        self._interrupts.insist()
        self._worker.submit(self._stack.close)
        self._worker.shutdown(wait=wait)
        self.stream.end()

    # In the thread.

    def _open(self, make: Callable[[], Session | PageFilm]) -> None:
        try:
            with self._turns.mine(self._wait, lambda: self._stopping), ExitStack() as stack:
                made = make()
                film = made if isinstance(made, PageFilm) else None
                if isinstance(made, PageFilm):
                    stack.enter_context(made.alone())
                    with abandoned_when(lambda: self._stopping):
                        session = made.begin(lambda done, total: self._filming(Doing("looking", done, total)))
                else:
                    session = made
                scratch = Path(stack.enter_context(TemporaryDirectory(prefix="wordfuse-web-")))
                self._conversing = stack.enter_context(ExitStack())
                talker = PageTalker(session, scratch, self._ways, film)
                self._take_up(talker, session)
                self._talker = talker
                self._view = self._seen(talker)
                self._stack = stack.pop_all()
        except (GivenUp, Abandoned, KeyboardInterrupt):
            self._fail("it was stopped before it was open; open it again")
        except Exception as error:
            self._fail(explained(error)[0])
        self._rest()

    def _take_up(self, talker: PageTalker, session: Session) -> None:
        """Let go of the conversation that is held, and hold that of a session; finish what was at work in it."""
        self._conversing.close()
        talker.session = self.session = session
        talker.conversation = self._conversing.enter_context(Conversation.open(session, self._notify, self._interrupts))
        turn = talker.conversation.begin()
        if turn is not None:
            talker.told(turn)

    def _move(self, talker: PageTalker) -> None:
        """Go on with the conversation about the frame that a film has gone to: what stands is said there, too."""
        said, film = standing(talker), talker.film
        session = film.session() if film is not None else None
        if session is None:
            return
        talker.marks.clear()
        self._take_up(talker, session)
        for text in said:
            if self._stopping:
                talker.tell(f"Stopped: not said here is '{text}'.", "warning")
                return
            talker.tell(f"at this frame, too: {text}", "strong")
            talker.follow(text)

    @staticmethod
    def _seen(talker: PageTalker) -> Json:
        """What the page shows when nothing is at work."""
        film = None if talker.film is None else film_view(talker.film)
        home = {} if talker.film is None else home_of(talker.film.folder)
        return view_of(talker.conversation) | {"film": film, "standing": len(standing(talker))} | home

    def _do(self, job: Callable[[PageTalker], T], told: bool) -> T:
        talker = self._talker
        if talker is None:
            raise RuntimeError("the room is not open")
        try:
            with self._turns.mine(self._wait, lambda: self._stopping):
                return job(talker)
        except KeyboardInterrupt:
            self._line(
                {"mark": "warning", "text": "Left in the middle; it goes on when the run is opened.", "detail": ""}
            )
            raise InputError("stopped") from None
        except GivenUp:
            self._line({"mark": "warning", "text": "Stopped before it began; nothing was done.", "detail": ""})
            raise InputError("stopped") from None
        except Exception as error:
            if told:
                self._line({"mark": "error", "text": explained(error)[0], "detail": ""})
            raise
        finally:
            if told:
                self._look_again(talker)
            self._rest()

    def _look_again(self, talker: PageTalker) -> None:
        try:
            view = self._seen(talker)
        except Exception as error:
            self._line({"mark": "error", "text": explained(error)[0], "detail": ""})
            return
        with self._lock:
            self._view = view

    def _rest(self) -> None:
        with self._lock:
            self._doing, self._progress = None, None
        self.stream.publish(**self.shown())

    def _fail(self, why: str) -> None:
        with self._lock:
            self._failed = why

    def _wait(self, before: int) -> None:
        text = f"Waiting: {before} other run{'s are' if before > 1 else ' is'} at work on this machine first."
        self._line({"mark": "waiting", "text": text, "detail": ""})

    def _notify(self, event: Event) -> None:
        done = event.progress
        if done is not None:
            now = time.monotonic()
            if done.epoch < done.epochs and now - self._told_at < BETWEEN_S:
                return
            self._told_at = now
            with self._lock:
                self._progress = {"done": done.epoch, "of": done.epochs}
            self.stream.publish("progress", **self._progress)
            return
        if event.kind in ("thinking", "thought"):
            self.stream.publish(event.kind)
            return
        line = line_of(event)
        if event.kind == "advanced" and event.file is not None:
            line["now"] = Path(event.file).stem
        self._line(line)

    def _filming(self, doing: Doing) -> None:
        """Tell how far a film is."""
        still_wanted()
        now = time.monotonic()
        if now - self._told_at < BETWEEN_S and doing.done != doing.total:
            return
        self._told_at = now
        of = doing.total or doing.done + 1
        told = {"done": doing.done, "of": of, "stage": STAGES[doing.stage], "unit": UNITS.get(doing.stage, "frames")}
        with self._lock:
            self._progress = told
        self.stream.publish("progress", **told)

    def _at_key_frame(self, event: Event) -> None:
        """Tell what the agent does on a key frame of a film; its pictures and its epochs are not those of the page."""
        if event.progress is None and event.kind not in ("thinking", "thought"):
            self._line(line_of(event))

    def _line(self, line: Json) -> None:
        with self._lock:
            self._progress = None
            self._number += 1  # so that nobody is shown a line twice who comes in the middle
            line = {"number": self._number, **line}
            self._lines = [*self._lines[-MOST_LINES:], line]
        self.stream.publish("line", line=line)
