"""Copies of a run folder as a process would leave it that died just then, at every write to its checkpoints.

A copy is what is on the disk at that moment, no more, so opening it is opening the folder of a process that was killed.
"""

import json
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from wordfuse.agent.record import Record
from wordfuse.agent.state import Json

# Times are never the same; the name of the folder is that of the copy.
TIMES = {"seconds", "model_seconds", "tool_seconds", "time", "out"}
# Checkpoints are compared by the state they hold; reports and records hold times.
_COMPARED_OTHERWISE = {"run.lock", "run.json", "session.json", "report.html", "trace.jsonl"}


def timeless(value: Any) -> Any:
    """What was recorded, without times and without the name of its folder."""
    if isinstance(value, Record):
        value = value.as_json()
    if isinstance(value, dict):
        return {key: timeless(item) for key, item in value.items() if key not in TIMES}
    return [timeless(item) for item in value] if isinstance(value, list) else value


def trace(folder: Path) -> list[Json]:
    """The calls that were traced."""
    path = folder / "trace.jsonl"
    return [timeless(json.loads(line)) for line in path.read_text().splitlines()] if path.exists() else []


def files(folder: Path) -> dict[str, bytes]:
    """Every picture, mask and edit state of a run, accepted or not."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in _COMPARED_OTHERWISE and not path.name.startswith("checkpoints.")
    }


@dataclass(frozen=True)
class Photograph:
    """A run folder at one moment.

    Attributes:
        folder: the copy.
        moment: ``about to write``, ``wrote`` or ``state``: before or after what a node wrote was stored, or after the
            state that follows from it was; ``tidied``: after what nobody can return to was removed.
        node: whose write it was, of a state the last one's; empty where a person's answer or undo was stored.
        traced: how many lines of the trace belong to nodes whose writes are stored.
        during: what the caller of the run was doing.
    """

    folder: Path
    moment: str
    node: str
    traced: int
    during: int

    def __str__(self) -> str:
        return f"{self.folder.name}: {self.moment} ({self.node or 'person'})"


@dataclass
class Camera:
    """Takes the photographs; ``during`` is set by who runs."""

    run: Path
    album: Path
    taken: list[Photograph] = field(default_factory=list)
    during: int = 0
    traced: int = 0
    node: str = ""

    def take(self, moment: str) -> None:
        """Copy the folder."""
        if moment == "wrote" and self.node:  # what was traced until now is that node's and its forerunners'
            self.traced = len(trace(self.run))
        folder = self.album / f"{len(self.taken) + 1:03d}"
        shutil.copytree(self.run, folder)
        self.taken.append(Photograph(folder, moment, self.node, self.traced, self.during))


@contextmanager
def photographed(run: Path, album: Path) -> Iterator[Camera]:
    """Photograph a run folder at every write to its checkpoints, while no node is at work.

    LangGraph stores what a node wrote from a thread of its own and goes on; of that, it waits for the state alone. A
    state can so be stored before the writes it follows from, and the next node be at work, and trace its calls, while
    those are. Here it waits for every write.
    """
    from langchain_core.runnables.config import ContextThreadPoolExecutor
    from langgraph.checkpoint.sqlite import SqliteSaver

    from wordfuse.agent.run.checkpoints import Checkpoints

    camera, put, put_writes = Camera(run, album), SqliteSaver.put, SqliteSaver.put_writes
    submit, keep_only = ContextThreadPoolExecutor.submit, Checkpoints.keep_only

    def photographed_writes(saver: SqliteSaver, config: Any, writes: Any, task_id: str, task_path: str = "") -> None:
        name = task_path.rpartition(" ")[2]
        camera.node = name if name.isidentifier() else ""
        camera.take("about to write")
        put_writes(saver, config, writes, task_id, task_path)
        camera.take("wrote")

    def photographed_put(saver: SqliteSaver, *args: Any) -> Any:
        config = put(saver, *args)
        camera.take("state")
        return config

    def photographed_keeping(checkpoints: Checkpoints, *args: Any) -> None:
        keep_only(checkpoints, *args)
        camera.take("tidied")

    def waited_for(executor: ContextThreadPoolExecutor, *args: Any, **options: Any) -> Future[Any]:
        future = submit(executor, *args, **options)
        wait([future])
        return future

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SqliteSaver, "put_writes", photographed_writes)
        patch.setattr(SqliteSaver, "put", photographed_put)
        patch.setattr(Checkpoints, "keep_only", photographed_keeping)
        patch.setattr(ContextThreadPoolExecutor, "submit", waited_for)
        yield camera


def problems(photographs: list[Photograph], go_on: Callable[[Photograph], None]) -> dict[str, str]:
    """Go on from each photograph; which did not come out right, and why."""
    found = {}
    for photograph in photographs:
        try:
            go_on(photograph)
        except Exception as error:
            found[str(photograph)] = f"{type(error).__name__}: {error}"[:300]
    return found
