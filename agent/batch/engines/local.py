"""Jobs on this machine: one after the other in this process, or in several worker processes.

A worker is a fresh process that loads each language model once and carries out one job after the other. It is given a
job only when it is free. One that dies takes only its job with it; another takes its place. Workers leave Ctrl-C to
the parent, which tells them over a pipe to stop; where that pipe ends, the parent has died, and they end as well.
"""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import TYPE_CHECKING

from wordfuse.agent.batch.engines import Watch
from wordfuse.agent.batch.job import Job, failed_line
from wordfuse.agent.interrupts import Interrupts
from wordfuse.agent.state import Json
from wordfuse.agent.telling.voices import in_one_voice, lent_terminal

if TYPE_CHECKING:
    from wordfuse.agent.run.session import Notify

POLL_S = 0.2
STOP_S = 5.0
#: Read by torch and OpenCV when they are first imported.
THREADS = ("OMP_NUM_THREADS", "OPENCV_FOR_THREADS_NUM")
DIED = 1


class Here:
    """One job after the other, in this process."""

    def run(self, jobs: Sequence[Job], watch: Watch) -> Iterator[Json]:
        """See :class:`wordfuse.agent.batch.engines.Engine`."""
        from wordfuse.agent.batch.carrying import Models, carry_out

        models = Models(watch.connect)
        for job in jobs:
            if watch.interrupts.asked():  # in the last edit of the job before
                raise KeyboardInterrupt
            watch.began(job)
            yield carry_out(job, models.of, watch.watching, watch.interrupts)


class Processes:
    """Several worker processes, each with its share of the cores."""

    def __init__(self, workers: int) -> None:
        """``workers``: how many, at least one."""
        self.workers = workers

    def run(self, jobs: Sequence[Job], watch: Watch) -> Iterator[Json]:
        """See :class:`wordfuse.agent.batch.engines.Engine`."""
        waiting, busy = list(reversed(jobs)), dict[Connection, _Worker]()
        threads = max(1, len(os.sched_getaffinity(0)) // self.workers)
        try:
            with watch.interrupts.gently():
                while True:
                    while waiting and len(busy) < self.workers and not watch.interrupts.asked():
                        watch.began(waiting[-1])
                        worker = _Worker.start(waiting.pop(), threads)
                        busy[worker.jobs] = worker
                    if watch.interrupts.asked():
                        for worker in busy.values():
                            worker.stop()
                    if not busy:
                        break
                    for pipe in wait(list(busy), timeout=POLL_S):
                        worker = busy[pipe]  # type: ignore[index]
                        line = worker.answer()
                        if waiting and worker.lives and not watch.interrupts.asked():
                            watch.began(waiting[-1])
                            worker.give(waiting.pop())
                        else:
                            worker.end()
                            del busy[worker.jobs]
                        if line is not None:
                            yield line
            if watch.interrupts.asked():
                raise KeyboardInterrupt
        finally:
            for worker in busy.values():
                worker.kill()


@dataclass
class _Worker:
    """A worker process as its parent sees it.

    Attributes:
        process: the process.
        jobs: jobs go there, lines come back.
        control: a message means stop soon; its end means stop now.
        job: what it works on.
        since: when it was given that (``time.monotonic``).
        resumed: whether that was begun before.
        lives: whether the process is still there.
        stopped: whether it was asked to stop.
    """

    process: BaseProcess
    jobs: Connection
    control: Connection
    job: Job
    since: float = 0.0
    resumed: bool = False
    lives: bool = True
    stopped: bool = False

    @classmethod
    def start(cls, job: Job, threads: int) -> "_Worker":
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        listens, tells = context.Pipe(duplex=False)
        process = context.Process(target=in_one_voice, args=(__name__, _work.__name__, theirs, listens), daemon=True)
        with _threads(threads), _deaf(), lent_terminal():
            process.start()
        theirs.close()
        listens.close()
        worker = cls(process, ours, tells, job)
        worker.give(job)
        return worker

    def give(self, job: Job) -> None:
        self.job, self.since, self.resumed = job, time.monotonic(), job.begun
        with suppress(OSError):  # it died just now: its answer will say so
            self.jobs.send(job)

    def answer(self) -> Json | None:
        """The line of its job, None if that was interrupted; a line that says so if the process has died."""
        try:
            line: Json | None = self.jobs.recv()
            return line
        except (EOFError, OSError):
            self.lives = False
            self.process.join()
            code = self.process.exitcode or 0
            how = f"was killed by signal {-code}" if code < 0 else f"ended with code {code}"
            why = f"its worker process {how} (out of memory?); the same command with this --out goes on with it"
            return failed_line(self.job, why, DIED, time.monotonic() - self.since, resumed=self.resumed)

    def stop(self) -> None:
        """Ask it to stop after the epoch."""
        if not self.stopped:
            self.stopped = True
            with suppress(OSError):
                self.control.send("stop")

    def end(self) -> None:
        """Let it end: it has no job."""
        self.jobs.close()
        self.process.join(STOP_S)
        self.kill()

    def kill(self) -> None:
        """End it whatever it does."""
        self.process.kill()
        self.process.join()
        self.jobs.close()
        self.control.close()


@contextmanager
def _threads(number: int) -> Iterator[None]:
    """What is started inside has so many threads, unless the user chose another number."""
    ours = [name for name in THREADS if name not in os.environ]
    os.environ.update(dict.fromkeys(ours, str(number)))
    try:
        yield
    finally:
        for name in ours:
            del os.environ[name]


@contextmanager
def _deaf() -> Iterator[None]:
    """What is started inside never hears Ctrl-C; here it is heard at the end."""
    resource_tracker.ensure_running()  # started with the first process, it would unblock the signal
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _Told(Interrupts):
    """Whether the parent said to stop."""

    def __init__(self, control: Connection) -> None:
        super().__init__()
        self._control = control
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                self._control.recv()
            except (EOFError, OSError):
                os._exit(DIED)  # the parent has died, and nobody waits for what this process does
            self.request()


def _work(jobs: Connection, control: Connection) -> None:
    """What a worker process does until its pipe ends."""
    from wordfuse.agent.batch.carrying import Models, carry_out

    os.dup2(2, 1)  # standard output belongs to the lines of the parent
    told, models = _Told(control), Models()
    while True:
        try:
            job: Job = jobs.recv()
        except EOFError:
            return
        try:
            line: Json | None = carry_out(job, models.of, _unwatched, told)
        except KeyboardInterrupt:
            line = None
        jobs.send(line)


def _unwatched() -> "nullcontext[Notify]":
    return nullcontext(lambda event: None)
