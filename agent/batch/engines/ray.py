"""Jobs on a Ray cluster: one actor a worker, which loads each language model once.

An actor is given a job only when it is free, so nothing piles up. Ray restarts an actor that dies and calls it again
with the same job, which continues from its last checkpoint. Actors run on other machines than this process, perhaps:
pictures and batch folder must be on storage that all of them share.
"""

import hashlib
import logging
import os
import socket
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any

# Read when Ray is imported: nothing of it may be sent anywhere or get into our output.
os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")

import ray
from ray.exceptions import RayError

from wordfuse.agent.batch.engines import Watch
from wordfuse.agent.batch.folder import ASKED
from wordfuse.agent.batch.job import Job, failed_line
from wordfuse.agent.errors import BackendUnreachable, InputError
from wordfuse.agent.interrupts import Interrupts
from wordfuse.agent.state import Json
from wordfuse.agent.telling.shown import brief, shown_url
from wordfuse.agent.telling.voices import one_voice
from wordfuse.fusion.errors import argument_named

if TYPE_CHECKING:
    from wordfuse.agent.batch.carrying import Models

RETRIES = 2  # of a job whose worker died
POLL_S = 0.2
PATIENCE_S = 30.0  # before a person is told that no worker has begun
PROBE_S = 5.0  # Ray itself would wait for two minutes
FAILED = 1
START = "ray start --head"  # on the machine that is to be the cluster's first


class RayCluster:
    """Workers on a Ray cluster."""

    def __init__(self, workers: int, address: str | None = None) -> None:
        """Nothing is connected yet.

        Args:
            workers: how many.
            address: of the cluster; default: that of ``RAY_ADDRESS``, or one is started on this machine.
        """
        self.workers, self.address = workers, address or os.environ.get("RAY_ADDRESS") or "local"

    def run(self, jobs: Sequence[Job], watch: Watch) -> Iterator[Json]:
        """See :class:`wordfuse.agent.batch.engines.Engine`.

        Raises:
            BackendUnreachable: there is no cluster at the address.
            InputError: a worker does not see the pictures or the batch folder.
        """
        if not jobs:
            return
        with watch.interrupts.gently(), _hushed(), _connected(self.address, self.workers):
            needs = _share(self.workers, any(job.settings.device != "cpu" for job in jobs))
            remote: Any = ray.remote  # whose types do not know of groups
            kind = remote(max_restarts=-1, max_task_retries=RETRIES, concurrency_groups={"control": 1}, **needs)(_Actor)
            crew = _Crew([kind.remote() for _ in range(self.workers)], jobs, watch)
            yield from crew.lines()
        if watch.interrupts.asked():
            raise KeyboardInterrupt


class _Actor:
    """A worker, in a process of Ray's."""

    def __init__(self) -> None:
        one_voice()
        self._models: Models | None = None
        self._told = Interrupts()

    def blind_to(self, folder: str, digest: str, files: list[str]) -> str | None:
        """The first thing that this worker does not see, if any."""
        asked = Path(folder) / ASKED
        if not asked.is_file() or hashlib.sha256(asked.read_bytes()).hexdigest() != digest:
            return f"{socket.gethostname()}: {folder}"
        return next((f"{socket.gethostname()}: {file}" for file in files if not Path(file).is_file()), None)

    def carry_out(self, job: Json) -> Json | None:
        """The line of a job, or None if it was interrupted."""
        from wordfuse.agent.batch.carrying import Models, carry_out  # here: so that it says at once that it is there

        self._models = self._models or Models()
        try:
            return carry_out(
                Job.model_validate(job), self._models.of, lambda: nullcontext(lambda event: None), self._told
            )
        except KeyboardInterrupt:
            return None

    @ray.method(concurrency_group="control")
    def stop(self) -> None:
        """Stop after the epoch."""
        self._told.request()


class _Crew:
    """The actors of a batch and what each of them does."""

    def __init__(self, actors: list[Any], jobs: Sequence[Job], watch: Watch) -> None:
        self.actors, self.waiting, self.watch = actors, deque(jobs), watch
        folder = jobs[0].out.parent
        digest = hashlib.sha256((folder / ASKED).read_bytes()).hexdigest()
        files = sorted({str(file) for job in jobs for file in (job.ir, job.vi, *job.settings.masks.values())})
        # An actor that is not there yet, by what it will say of what it sees.
        self.coming = {actor.blind_to.remote(str(folder), digest, files): actor for actor in actors}
        # An actor at work, its job, when that began and whether it was begun before, by the line that it will give.
        self.busy: dict[Any, tuple[Any, Job, float, bool]] = {}

    def lines(self) -> Iterator[Json]:
        """The lines of the jobs as they end; after an interruption, of those that end by themselves."""
        begun, patient, told = time.monotonic(), True, False
        while self.waiting or self.busy:
            if self.watch.interrupts.asked() and not told:
                told = True
                self.waiting.clear()
                for actor in self.actors:
                    actor.stop.remote()
            ended, _ = ray.wait([*self.coming, *self.busy], timeout=POLL_S)
            for one in ended:
                if one in self.coming:
                    self._begin(self._arrived(one))
                elif (line := self._ended(one)) is not None:
                    yield line
            if patient and len(self.coming) == len(self.actors) and time.monotonic() - begun > PATIENCE_S:
                patient = False
                self.watch.tell("no worker has begun yet: the Ray cluster has no CPU free; still waiting")

    def _arrived(self, answer: Any) -> Any:
        """An actor that is there now and sees all files."""
        actor = self.coming.pop(answer)
        missing = ray.get(answer)
        if missing:
            raise InputError(
                f"a Ray worker does not see what it needs ({missing})",
                remedy=(
                    f"put the pictures and {argument_named('out')} on storage that all nodes share under the same path"
                ),
            )
        return actor

    def _begin(self, actor: Any) -> None:
        """Give a free actor a job, if one is left."""
        if self.waiting:
            job = self.waiting.popleft()
            self.watch.began(job)
            line = actor.carry_out.remote(job.model_dump(mode="json"))
            self.busy[line] = (actor, job, time.monotonic(), job.begun)

    def _ended(self, coming: Any) -> Json | None:
        """The line of a job, and its actor is free; None if it was interrupted."""
        actor, job, since, resumed = self.busy.pop(coming)
        try:
            line: Json | None = ray.get(coming)
        except RayError as error:
            what = brief(error)
            why = f"its Ray worker failed {1 + RETRIES} times: {what}; the same command with this --out goes on with it"
            line = failed_line(job, why, FAILED, time.monotonic() - since, resumed=resumed)
        self._begin(actor)
        return line


@contextmanager
def _hushed() -> Iterator[None]:
    """Ray prints on standard output, when a worker dies, for one; nothing of that goes there."""
    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):
        yield


@contextmanager
def _connected(address: str, workers: int) -> Iterator[None]:
    """A connection to a cluster, or a cluster of our own that ends with the block."""
    _probe(address)
    own = address == "local"  # what an existing cluster has is not for us to say
    try:
        ray.init(
            address=address,
            num_cpus=max(workers, len(os.sched_getaffinity(0))) if own else None,
            include_dashboard=False if own else None,
            log_to_driver=False,
            logging_level=logging.ERROR,
        )
    except (Exception, SystemExit) as error:  # Ray ends the process where a cluster does not answer
        raise BackendUnreachable(
            f"no Ray cluster of this version answers ({brief(error)})",
            argument="ray_address",
            subject=shown_url(address),
        ) from error
    try:
        yield
    finally:
        ray.shutdown()


def _probe(address: str) -> None:
    """Find out at once whether anything listens at HOST:PORT."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if not port.isdecimal():
        return
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=PROBE_S).close()
    except (OSError, OverflowError) as error:
        raise BackendUnreachable(
            f"no answer ({error})",
            argument="ray_address",
            subject=shown_url(address),
            remedy=f"start a cluster there with: {START}",
        ) from error


def _share(workers: int, accelerated: bool) -> dict[str, float]:
    """What of the cluster each worker takes: as many whole CPUs as all can have, and a part of a GPU if there are any.

    Ray gives a process as many threads as it has CPUs.
    """
    nodes = [node["Resources"] for node in ray.nodes() if node["Alive"]]  # type: ignore[no-untyped-call]
    most = int(max((node.get("CPU", 0) for node in nodes), default=0))
    fitting = [n for n in range(1, most + 1) if sum(node.get("CPU", 0) // n for node in nodes) >= workers]
    gpus = sum(node.get("GPU", 0) for node in nodes)
    share: dict[str, float] = {"num_cpus": max(fitting, default=1)}
    if accelerated and gpus >= 1:
        share["num_gpus"] = 1 / -(-workers // int(gpus))
    return share
