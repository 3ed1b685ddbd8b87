"""How a job is carried out, in a run folder of its own, with a language model that a process loads once."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from threading import Lock

from wordfuse.agent.batch.job import ELSEWHERE, Job, failed_line, film_line_of, line_of
from wordfuse.agent.context import connect_model
from wordfuse.agent.film.session import FilmSession
from wordfuse.agent.film.wanted import Wanted
from wordfuse.agent.film.work import Watch
from wordfuse.agent.interrupts import Interrupts
from wordfuse.agent.model.protocol import LanguageModel
from wordfuse.agent.run.session import Notify, Session
from wordfuse.agent.settings import Settings
from wordfuse.agent.state import Json
from wordfuse.agent.telling.explain import explained

Connect = Callable[[Settings], LanguageModel]
Watching = Callable[[], AbstractContextManager[Notify]]


class Models:
    """The language models of a process, each loaded once."""

    def __init__(self, connect: Connect = connect_model) -> None:
        """``connect`` loads one."""
        self._connect, self._known = connect, dict[str, LanguageModel]()
        self._loading = Lock()

    def of(self, settings: Settings) -> LanguageModel:
        """The model that settings name.

        Raises:
            InputError: there is no such model.
            BackendUnreachable: it cannot be reached; the next job asks again.
        """
        key = settings.model_dump_json(include=ELSEWHERE)
        with self._loading:  # threads that want the same wait for the one that loads it
            if key not in self._known:
                self._known[key] = self._connect(settings)
            return self._known[key]


def carry_out(job: Job, connect: Connect, watching: Watching, interrupts: Interrupts | None = None) -> Json:
    """Carry a job out, or go on where it was left; whatever goes wrong is in the line that is returned.

    Raises:
        KeyboardInterrupt: ``interrupts`` said so; the same call goes on.
    """
    started = time.monotonic()
    resumed = job.begun
    try:
        if job.film is not None:
            film = _film(job, job.film, connect)
            with watching() as notify:
                made = film.run(Watch(notify=notify))
            return film_line_of(job, made, time.monotonic() - started, resumed=resumed)
        session = _session(job, connect)
        with watching() as notify:
            record = session.run(notify, interrupts)
        return line_of(job, record, time.monotonic() - started, resumed=resumed)
    except Exception as error:
        text, code = explained(error)
        return failed_line(job, text, code, time.monotonic() - started, resumed=resumed)


def _film(job: Job, wanted: Wanted, connect: Connect) -> FilmSession:
    """The same of a film."""
    model = connect(job.settings)
    if job.begun:
        return FilmSession.open(job.out, model, job.settings.model_dump(include={"llm", "model", "device"}))
    return FilmSession.create(job.out, job.ir, job.vi, job.say, job.settings, wanted, model)


def _session(job: Job, connect: Connect) -> Session:
    """The session of a job: a new one, or the one that was begun."""
    model = connect(job.settings)
    if job.begun:
        return Session.open(job.out, model, job.settings.model_dump(include={"llm", "model", "device"}))
    return Session.create(job.out, job.ir, job.vi, list(job.say), job.settings, model)
