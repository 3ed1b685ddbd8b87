"""Copies of a run folder as a process would leave it that died just then, at every write to its checkpoints or files.

A copy is what is on the disk at that moment, no more, so opening it is opening the folder of a process that was killed.
"""

import json
import os
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
            state that follows from it was; ``tidied``: after what nobody can return to was removed; and what
            :func:`at_every_write` has more.
        node: whose write it was last; empty where a person's answer or undo was stored.
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


At = Callable[[str, str], None]


@contextmanager
def photographed(run: Path, album: Path, *, files_too: bool = False) -> Iterator[Camera]:
    """Photograph a run folder at every write to its checkpoints, while no node is at work.

    With ``files_too``, at every rename and every fsync of its other files as well, and before a state is stored.
    """
    camera = Camera(run, album)

    def take(moment: str, node: str) -> None:
        camera.node = node
        camera.take(moment)

    with at_every_write(take, files_too=files_too):
        yield camera


@contextmanager
def at_every_write(at: At, *, files_too: bool = False) -> Iterator[None]:
    """Call ``at`` with a moment and the node in work (empty where it is a person's answer), as `photographed` does.

    LangGraph stores what a node wrote from a thread of its own and goes on; of that, it waits for the state alone. A
    state can so be stored before the writes it follows from, and the next node be at work, and trace its calls, while
    those are. Here it waits for every write.
    """
    from langchain_core.runnables.config import ContextThreadPoolExecutor
    from langgraph.checkpoint.sqlite import SqliteSaver

    from wordfuse.agent.run.checkpoints import Checkpoints

    put, put_writes, submit = SqliteSaver.put, SqliteSaver.put_writes, ContextThreadPoolExecutor.submit
    fsync, replace, keep_only = os.fsync, Path.replace, Checkpoints.keep_only
    node = ""

    def put_writes_seen(saver: SqliteSaver, config: Any, writes: Any, task_id: str, task_path: str = "") -> None:
        nonlocal node
        name = task_path.rpartition(" ")[2]
        node = name if name.isidentifier() else ""
        at("about to write", node)
        put_writes(saver, config, writes, task_id, task_path)
        at("wrote", node)

    def put_seen(saver: SqliteSaver, *args: Any) -> Any:
        if files_too:
            at("about to store a state", node)
        config = put(saver, *args)
        at("state", node)
        return config

    def keep_only_seen(checkpoints: Checkpoints, *args: Any) -> None:
        keep_only(checkpoints, *args)
        at("tidied", node)

    def waited_for(executor: ContextThreadPoolExecutor, *args: Any, **options: Any) -> Future[Any]:
        future = submit(executor, *args, **options)
        wait([future])
        return future

    def fsync_seen(handle: int) -> None:
        at("about to sync", node)
        fsync(handle)
        at("synced", node)

    def replace_seen(path: Path, target: Path) -> Path:
        at(f"about to rename to {target.name}", node)
        moved = replace(path, target)
        at(f"renamed to {target.name}", node)
        return moved

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SqliteSaver, "put_writes", put_writes_seen)
        patch.setattr(SqliteSaver, "put", put_seen)
        patch.setattr(Checkpoints, "keep_only", keep_only_seen)
        patch.setattr(ContextThreadPoolExecutor, "submit", waited_for)
        if files_too:
            patch.setattr(os, "fsync", fsync_seen)
            patch.setattr(Path, "replace", replace_seen)
        yield


def problems(photographs: list[Photograph], go_on: Callable[[Photograph], None]) -> dict[str, str]:
    """Go on from each photograph; which did not come out right, and why."""
    found = {}
    for photograph in photographs:
        try:
            go_on(photograph)
        except Exception as error:
            found[str(photograph)] = f"{type(error).__name__}: {error}"[:300]
    return found
