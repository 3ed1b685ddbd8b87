"""What a row of the drive is, and what it counts."""

import os
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SEED = 20_000  # of every row; what is random is the same in every drive

Tell = Callable[[str], None]


@dataclass
class Tally:
    """What came of the tries of a row.

    Attributes:
        came: how often each thing came of one, as "refused" or "exit 4".
        faults: what must not have come of one, a line each.
    """

    came: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    @property
    def tried(self) -> int:
        """How many tries there were."""
        return self.came.total()

    def count(self, came: str, fault: str | None = None) -> None:
        """One try: what came of it, and what is wrong with that."""
        self.came[came if fault is None else "fault"] += 1
        if fault is not None:
            self.faults.append(fault)

    def told(self) -> str:
        """The counts in words, the most frequent first."""
        return ", ".join(f"{count:,} {came}" for came, count in self.came.most_common())


@dataclass(frozen=True)
class Row:
    """One thing that is done to wordfuse again and again.

    Attributes:
        name: on the command line.
        done: what is done, as the table says it.
        expected: what comes of it where there is no fault.
        tries: in a whole drive.
        run: does so many tries, in a folder of its own; it may round them to what makes sense.
    """

    name: str
    done: str
    expected: str
    tries: int
    run: Callable[[int, Path, Tell], Tally]


def environment(folder: Path, **more: str) -> dict[str, str]:
    """Variables for a process: nothing of the caller's, state and temporary files in a folder, one thread."""
    (folder / "tmp").mkdir(parents=True, exist_ok=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("WORDFUSE_", "XDG_", "OPENAI_"))}
    own = {"HOME": str(folder), "TMPDIR": str(folder / "tmp"), "XDG_STATE_HOME": str(folder / "state")}
    return kept | own | {"OMP_NUM_THREADS": "1", "NO_PROXY": "127.0.0.1", "PYTHONPATH": str(ROOT)} | more


WORDFUSE = (sys.executable, "-m", "wordfuse")
