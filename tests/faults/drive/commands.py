"""``wordfuse`` in processes of its own, forked from one that has loaded everything, so that each begins at once."""

import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path

from tests.faults.drive.row import environment
from tests.photographs import files, timeless
from wordfuse.agent.record import read_record
from wordfuse.agent.state import Json

DEADLINE_S = 300  # of the wall clock, for what takes seconds: the machine may have others to serve
DOCUMENTED = (0, 2, 3, 4, 130)

_forking = multiprocessing.get_context("forkserver")
_forking.set_forkserver_preload(["tests.faults.drive.loaded"])

Prepare = Callable[[], object]


@dataclass(frozen=True)
class Ended:
    """What a command left.

    Attributes:
        code: its exit code, minus the signal that ended it; None where it had no end within its deadline.
        stdout: what it wrote.
        stderr: likewise.
    """

    code: int | None
    stdout: str
    stderr: str

    def fault(self, codes: Collection[int] = DOCUMENTED) -> str | None:
        """What is wrong with how it ended: another code, a fault of ours, no word of what is wrong."""
        last = self.stderr.strip().splitlines()[-1:] or [""]
        if self.code is None:
            return f"no end within {DEADLINE_S} s"
        if self.code not in codes:
            return f"exit {self.code}: {last[0]}"[:300]
        if "a fault of ours" in self.stderr or "Traceback" in self.stderr + self.stdout:
            return f"a fault of ours: {last[0]}"[:300]
        if self.code in (2, 4) and "wordfuse: " not in self.stderr and " Error " not in self.stderr:
            return f"exit {self.code} without a word: {last[0]}"[:300]
        return None


@dataclass
class Command:
    """A command that runs.

    Attributes:
        folder: where it works; what it writes and its variables lie beside.
        words: what follows on ``wordfuse``.
        prepare: called in its process, before anything else.
        variables: of its environment, beside the usual ones.
    """

    folder: Path
    words: Sequence[object]
    prepare: Prepare | None = None
    variables: dict[str, str] = field(default_factory=dict)
    process: BaseProcess = field(init=False)

    def start(self) -> "Command":
        """Begin."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._home = self.folder.parent / f"{self.folder.name}.home"
        given = environment(self._home, **self.variables)
        out = [self._home / f"{id(self)}.{name}" for name in ("out", "err")]
        self._out = out
        words = [str(word) for word in self.words]
        self.process = _forking.Process(target=_carry_out, args=(words, self.folder, given, *out, self.prepare))
        self.process.start()
        return self

    def end(self, within_s: float = DEADLINE_S) -> Ended:
        """Wait for its end; what has none is killed."""
        deadline = time.monotonic() + within_s
        while self.process.is_alive() and time.monotonic() < deadline:
            self.process.join(0.1)
        late = self.process.is_alive()
        if late:
            self.process.kill()
            self.process.join()
        stdout, stderr = (path.read_text(errors="replace") if path.exists() else "" for path in self._out)
        return Ended(None if late else self.process.exitcode, stdout, stderr)


def run(folder: Path, *words: object, prepare: Prepare | None = None, **variables: str) -> Ended:
    """Carry a command out."""
    return Command(folder, words, prepare, variables).start().end()


def outcome(folder: Path) -> Json:
    """All that is to be the same in two runs of the same, whenever and wherever they were made."""
    return {"record": timeless(read_record(folder)), "files": files(folder)}


def _carry_out(
    words: list[str], folder: Path, variables: dict[str, str], out: Path, err: Path, prepare: Prepare | None
) -> None:
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(variables)
    for number, path in ((1, out), (2, err)):
        handle = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        os.dup2(handle, number)
        os.close(handle)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w")
    if prepare is not None:
        prepare()
    from wordfuse.cli.app import main

    sys.argv = ["wordfuse", *words]
    main()
