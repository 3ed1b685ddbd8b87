"""What an agent is put before, as a suite writes it down."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Part = Literal["top half", "bottom half", "left half", "right half"]
Ending = Literal["done", "met", "answered", "doubted", "tried", "absent", "refused"]
"""How a run ended, from the best to the worst: every step reached its goal; there was nothing to gain; a question was
answered; the goal was reached where it is in doubt what was found; it was missed; a region was not found; nothing was
begun."""


class Damage(BaseModel):
    """What is done to a picture before anybody sees it.

    Attributes:
        kind: as ``evals.damage.ladders`` has it.
        amount: in the unit of its ladder.
        to: which picture of the pair.
        part: where; None: everywhere.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: str
    amount: float
    to: Literal["visible", "infrared", "both"] = "visible"
    part: Part | None = None


class Setting(BaseModel):
    """What an agent is put before.

    Attributes:
        scene: "street 7" or a place ("park 3", "car park 5": kind and seed), which are rendered; or a real pair, by
            the name of its set and its stem: "MSRS/00123D".
        damage: in the order in which it is done.
        spot: what is to be spotted: its true masks or boxes are known.
        hampered: what goes wrong once: the region is not found; it is found where it is not; it cannot be cut out; the
            language model's first answer is none.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    scene: str
    damage: tuple[Damage, ...] = ()
    spot: Literal["people"] | None = None
    hampered: Literal["not found", "found elsewhere", "region fails", "no answer"] | None = None

    @property
    def real(self) -> bool:
        """Whether the pair is a real one, which is not in the repository."""
        return "/" in self.scene

    def __str__(self) -> str:
        """For people."""
        done = ", ".join(f"{one.kind} {one.amount:g}" for one in self.damage)
        return "; ".join(part for part in (self.scene, done, self.hampered) if part)


class Beside(BaseModel):
    """What others than an agent make of its task (``python -m wordfuse.evals.deciding.beside``).

    Attributes:
        search: gain of the best that a search finds which knows how the picture should be.
        calls: of tools, that the search made.
        recipe: gain of the same steps for every picture.
        worst_fault: gain of one step against the worst fault, which is not looked at again.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    search: float = Field(gt=0)
    calls: int
    recipe: float
    worst_fault: float
