"""How jobs are spread: in this process, over processes of this machine, over a Ray cluster.

Every engine takes jobs and a :class:`Watch` and yields the line of each job as it ends. When a person interrupts it,
running edits stop after their epoch, what ended is yielded, and ``KeyboardInterrupt`` ends it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from wordfuse.agent.batch.job import Job
from wordfuse.agent.interrupts import Interrupts
from wordfuse.agent.state import Json

if TYPE_CHECKING:
    from wordfuse.agent.batch.carrying import Connect, Watching


@dataclass(frozen=True)
class Watch:
    """Who is told what happens.

    Attributes:
        began: called with each job as its work begins.
        connect: loads a language model in this process, and shows that it does.
        watching: shows the events of a job in this process.
        interrupts: whether a person wants it all to stop.
        tell: called with a line for that person.
    """

    began: Callable[[Job], None]
    connect: "Connect"
    watching: "Watching"
    interrupts: Interrupts
    tell: Callable[[str], None]


class Engine(Protocol):
    """Something that carries jobs out."""

    def run(self, jobs: Sequence[Job], watch: Watch) -> Iterator[Json]:
        """Carry jobs out; yield the line of each as it ends.

        While it runs, ``sys.stdout`` may be elsewhere, for the sake of libraries that print.

        Raises:
            KeyboardInterrupt: a person interrupted it; jobs that have not ended can be gone on with.
        """
