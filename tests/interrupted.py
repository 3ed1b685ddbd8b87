"""A run that ends itself with SIGKILL, for test_resume: python -m tests.interrupted FOLDER SMALL WHEN.

WHEN is ``epoch`` (in the middle of the first inclination), ``files`` (those of the second one are written, nothing says
so yet), ``stored`` (what the first ``advance`` did is stored, the state that follows from it is not), ``judge`` (waits
in the second judgement for somebody else to kill it) or ``ctrl-c`` (no SIGKILL: Ctrl-C in the third epoch of the first
inclination; ends with 130) or ``early`` (Ctrl-C while that inclination begins).
"""

import os
import signal
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import torch
from langgraph.checkpoint.sqlite import SqliteSaver

from tests.fakes import ScriptedModel, Small, plan, quicken, step
from tests.patience import PATIENCE_S
from tests.unit.agent.small_plans import without_things
from wordfuse.agent.context import Event, Trace
from wordfuse.agent.interrupts import Interrupts
from wordfuse.agent.plan import Judgement
from wordfuse.agent.run.session import Session

WORDS = ("warm the people", "a bit more")
WARM = plan(step("incline", "infrared", "people"))
# As the words say; the soft border of so small a region leaves no room for more, nor would a thing that goes far.
BIT_MORE = plan(step("incline", "infrared", "people", strength="slight"))


def model() -> ScriptedModel:
    return ScriptedModel(dict(zip(WORDS, (WARM, BIT_MORE), strict=True)))


def die(*ignored: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@dataclass
class Killer:
    """Watches a run and ends it during an inclination."""

    when: str
    inclinations: int = 0
    seen: list[str] = field(default_factory=list)

    def notify(self, event: Event) -> None:
        begins = event.kind == "calling" and event.text.startswith("incline")
        self.inclinations += begins
        if begins and self.when == "early":
            signal.raise_signal(signal.SIGINT)
        if self.inclinations == 1 and event.progress and event.progress.epoch == 3:
            if self.when == "epoch":
                die()
            if self.when == "ctrl-c":
                signal.raise_signal(signal.SIGINT)

    def trace(self, kind: str, fields: dict[str, Any]) -> None:
        if self.when == "files" and self.inclinations == 2 and fields.get("name") == "incline":
            die()


def die_when_stored(node: str) -> None:
    """Die as soon as what a node wrote is in the checkpoints, and before the state that follows from it is."""
    put, put_writes, one_by_one = SqliteSaver.put, SqliteSaver.put_writes, threading.Lock()

    def put_writes_and_die(saver: SqliteSaver, config: Any, writes: Any, task_id: str, task_path: str = "") -> None:
        with one_by_one:
            put_writes(saver, config, writes, task_id, task_path)
            if task_path.endswith(node):
                die()

    def put_after_them(saver: SqliteSaver, *args: Any) -> Any:
        with one_by_one:
            return put(saver, *args)

    SqliteSaver.put_writes, SqliteSaver.put = put_writes_and_die, put_after_them  # type: ignore[method-assign]


class WaitingModel(ScriptedModel):
    """Waits in its second judgement, and tells the world that it does."""

    def judge(self, table: str) -> Judgement:
        if len(self.tables) == 1:
            sys.stdout.write("judging\n")
            sys.stdout.flush()
            time.sleep(PATIENCE_S)
        return super().judge(table)


def main(folder: Path, small: Small, when: str) -> None:
    torch.set_num_threads(1)
    quicken(dict.__setitem__)
    without_things(pytest.MonkeyPatch())
    killer = Killer(when)
    written = Trace.write

    def write(self: Trace, kind: str, seconds: float, **fields: Any) -> None:
        killer.trace(kind, fields)
        written(self, kind, seconds, **fields)

    Trace.write = write  # type: ignore[method-assign]
    if when == "stored":
        die_when_stored("advance")
    chosen = WaitingModel(dict(zip(WORDS, (WARM, BIT_MORE), strict=True))) if when == "judge" else model()
    session = Session.create(folder, small.ir, small.vi, list(WORDS), small.settings(), chosen)
    try:
        with Interrupts(lambda text: print(text, flush=True)) as interrupts:  # noqa: T201
            session.run(killer.notify, interrupts)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    where = Path(sys.argv[2])
    main(
        Path(sys.argv[1]),
        Small(
            ir=where / "ir.png",
            vi=where / "vi.png",
            vi_gray=where / "vi_gray.png",
            masks={name: where / f"{name}.png" for name in ("people", "cars", "sky")},
            weights=where / "tiny.safetensors",
        ),
        sys.argv[3],
    )
