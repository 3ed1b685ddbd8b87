"""What processes do that take folders at the same moment, and what others do that are killed."""

import os
import signal
from contextlib import ExitStack
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from tests.fakes import ScriptedModel
from wordfuse.agent.batch.folder import BatchFolder
from wordfuse.agent.batch.job import Job
from wordfuse.agent.errors import WordfuseError
from wordfuse.agent.run import session
from wordfuse.agent.run.folders import new_folder
from wordfuse.agent.run.session import Session
from wordfuse.agent.settings import Settings
from wordfuse.fusion.files.atomic import write_bytes_atomic


def create(small: Path, out: Path, *, number: bool = False) -> Path:
    """A run folder, as ``wordfuse run`` and ``wordfuse demo`` make it."""
    settings = Settings(device="cpu", preset="tiny-compact", weights=small / "tiny.safetensors")
    made = Session.create(out, small / "ir.png", small / "vi.png", [], settings, ScriptedModel({}), number=number)
    return made.folder


def batch(held: ExitStack, small: Path, out: Path, *, number: bool = False) -> Path:
    """A batch folder, which is held as long as the jobs are carried out."""
    ir, vi = small / "ir.png", small / "vi.png"
    job = Job(number=1, name="001", line=1, ir=ir, vi=vi, say=("x",), out=out.absolute() / "001", settings=Settings())
    opened = held.enter_context(BatchFolder.opened(out, Path("night.yaml"), [job], number=number))
    assert [one.out.parent for one in opened.jobs] == [opened.folder]
    return opened.folder


def take_folders(small: Path, line: Connection) -> None:
    """Take a folder whenever it is said, and hold it until the next word."""
    line.send("ready")
    while True:
        kind, out = line.recv()
        with ExitStack() as held:
            line.send(_taken(held, small, kind, out))
            line.recv()


def _taken(held: ExitStack, small: Path, kind: str, out: Path) -> dict[str, Any]:
    ways = {
        "run": partial(create, small, out, number=True),
        "run --out": partial(create, small, out),
        "script": partial(batch, held, small, out, number=True),
        "script --out": partial(batch, held, small, out),
        "demo --tools": partial(new_folder, out),
    }
    try:
        return {"folder": ways[kind]().name}
    except WordfuseError as error:
        return {"exit_code": error.exit_code, "told": str(error)}


def die_before_it_is_kept(small: Path, out: Path) -> None:
    """A run whose folder is made, and no more."""
    session.write_json = _die  # type: ignore[assignment]
    create(small, out)


def die_while_it_is_kept(small: Path, out: Path) -> None:
    """A run that is killed in the middle of its first file."""
    os.fsync = _die
    create(small, out)


def write(path: Path, line: Connection) -> None:
    """Write a file, and wait in the middle."""

    def wait(*ignored: object) -> None:
        line.send("writing")
        line.recv()

    os.fsync = wait
    write_bytes_atomic(path, b"new")


def _die(*ignored: object, **more: object) -> None:
    """As ``kill -9`` does it."""
    os.kill(os.getpid(), signal.SIGKILL)
