"""How a conversation grows: the bytes of its run folder, and the time of a turn, from the first turns to the last.

``python -m wordfuse.evals.bench.talks --out DIR [--turns 200]`` talks about a rendered pair of 96x72 pixels, with a
language model that takes no time, leaves and comes back now and then, and writes ``bench_talks.md``. It exits with 1
where the checkpoints take more than ``BYTES_A_TURN``, or the last turns more than ``BOUND`` times the CPU time of the
tenth and those around it. Wall time is told beside it: it depends on the disk and on what else the machine does.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from wordfuse.agent.interrupts import Interrupts
from wordfuse.agent.model.mock import ScriptedModel
from wordfuse.agent.plan import Plan, Step
from wordfuse.agent.run.conversation import Conversation
from wordfuse.agent.run.names import CHECKPOINTS
from wordfuse.agent.run.session import Session
from wordfuse.agent.settings import Settings
from wordfuse.examples import street
from wordfuse.fusion.files.atomic import write_bytes_atomic
from wordfuse.fusion.images import write_png
from wordfuse.tools.types import Direction, Region

SIZE_PX = (96, 72)
BYTES_A_TURN = 50_000  # of checkpoints, when nobody talks: below 10 MB at 200 turns
# Of the last turns' CPU time to that of the early ones. A turn on so small a pair is little more than the writing of
# report and record, which tell of all turns: some 30 ms more after 200 of them.
BOUND = 1.4
AROUND = 12  # turns whose median is taken: every wish twice


def _light(direction: Direction, *phrases: str) -> Plan:
    region = Region(phrases=list(phrases))
    step = Step.model_validate({"task": "relight", "direction": direction, "region": region, "strength": "slight"})
    return Plan(steps=[step])


#: Said in turn, so that the picture never runs into white or black.
WISHES = {
    "a bit more light above": _light("brighter", "top half"),
    "a bit less light above": _light("darker", "top half"),
    "a bit brighter": _light("brighter"),
    "a bit darker": _light("darker"),
    "a bit more light on the left": _light("brighter", "left half"),
    "a bit less light on the left": _light("darker", "left half"),
}


@dataclass(frozen=True)
class Size:
    """What the run folder takes when a conversation was left.

    Attributes:
        turns: so far.
        checkpoints: bytes of the checkpoint file.
        folder: bytes of all files.
    """

    turns: int
    checkpoints: int
    folder: int


@dataclass(frozen=True)
class Growth:
    """How a conversation grew.

    Attributes:
        wall_s: of each turn.
        cpu_s: likewise.
        sizes: each time that it was left.
    """

    wall_s: list[float]
    cpu_s: list[float]
    sizes: list[Size]

    @property
    def ratio(self) -> float:
        """The CPU time of the last turns as a share of that of the early ones."""
        return late(self.cpu_s) / early(self.cpu_s)

    @property
    def bytes_a_turn(self) -> float:
        """Of the checkpoints."""
        return self.sizes[-1].checkpoints / self.sizes[-1].turns


def early(seconds: Sequence[float]) -> float:
    """The median of the tenth turn and those around it."""
    return statistics.median(seconds[4 : 4 + AROUND])


def late(seconds: Sequence[float]) -> float:
    """The median of the last turns."""
    return statistics.median(seconds[-AROUND:])


def drive(folder: Path, turns: int, *, leave_every: int = 50) -> Growth:
    """Talk for so many turns.

    Args:
        folder: new or empty; gets the pair and the run folder ``run``.
        turns: at least 16, so that there are early and late ones.
        leave_every: so many turns the conversation is left, measured and gone on with.
    """
    scene = street.render(size=SIZE_PX)
    folder.mkdir(parents=True, exist_ok=True)
    for name, pixels in (("ir", scene.infrared), ("vi", scene.visible)):
        write_png(folder / f"{name}.png", pixels)
    model, run = ScriptedModel(WISHES, plans_only=True), folder / "run"
    settings = Settings(device="cpu", ask=True)
    session = Session.create(run, folder / "ir.png", folder / "vi.png", [], settings, model)
    words, grown = list(WISHES), Growth([], [], [])
    for first in range(0, turns, leave_every):
        with Conversation.open(session, lambda event: None, Interrupts()) as conversation:
            conversation.begin()
            for turn in range(first, min(first + leave_every, turns)):
                began, used = time.perf_counter(), time.process_time()
                conversation.say(words[turn % len(words)])
                grown.wall_s.append(time.perf_counter() - began)
                grown.cpu_s.append(time.process_time() - used)
        grown.sizes.append(_size(run, len(grown.wall_s)))
        session = Session.open(run, model)
    return grown


def _size(run: Path, turns: int) -> Size:
    files = {path: path.stat().st_size for path in run.rglob("*") if path.is_file()}
    checkpoints = sum(size for path, size in files.items() if path.name.startswith(CHECKPOINTS))
    return Size(turns, checkpoints, sum(files.values()))


def row(grown: Growth) -> str:
    """A line of the table for a whole conversation."""
    size, (wall, cpu) = grown.sizes[-1], (grown.wall_s, grown.cpu_s)
    times = " | ".join(f"{1e3 * early(one):.0f} | {1e3 * late(one):.0f}" for one in (cpu, wall))
    return f"| {size.turns} | {size.checkpoints} | {size.folder} | {times} | {grown.ratio:.2f} |"


HEAD = (
    "| turns | checkpoints, bytes | folder, bytes | CPU ms a turn, early | late | wall ms a turn, early | late "
    f"| CPU late / early (at most {BOUND}) |\n|---|---|---|---|---|---|---|---|"
)


def main() -> int:
    """Measure what the command line asks for; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="new folder for the conversation and the table")
    parser.add_argument("--turns", type=int, default=200)
    given = parser.parse_args()
    grown = drive(given.out, given.turns)
    sizes = ["", "| turns | checkpoints, bytes | folder, bytes |", "|---|---|---|"]
    sizes += [f"| {size.turns} | {size.checkpoints} | {size.folder} |" for size in grown.sizes]
    text = "\n".join([HEAD, row(grown), *sizes]) + "\n"
    write_bytes_atomic(given.out / "bench_talks.md", text.encode())
    sys.stdout.write(text)
    return int(grown.bytes_a_turn > BYTES_A_TURN or grown.ratio > BOUND)


if __name__ == "__main__":
    sys.exit(main())
