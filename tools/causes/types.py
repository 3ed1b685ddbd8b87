"""What a cause is told as."""

from wordfuse.tools.types import Direction, Strict, Task


class Cause(Strict):
    """What was measured of a fault, and what mends it.

    Attributes:
        told: what was measured, for people, as it stands after the effect or alone.
        task: the edit that mends it; None: none does.
        direction: of the edit.
    """

    told: str
    task: Task | None = None
    direction: Direction | None = None
