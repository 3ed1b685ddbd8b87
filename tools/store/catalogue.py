"""What is known of a run by id, as plain records: they live in the checkpointed state of whoever runs the tools."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from wordfuse.fusion.regions.types import DOUBT
from wordfuse.tools.types import Strength


class StateRecord(BaseModel):
    """A saved fine-tuning state and the pictures it connects."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: str
    base: str  # the picture the edit was made on
    output: str  # the picture that came out
    strength: Strength
    amount: float | None = None
    where: str = "fused"  # the place that the edit was made in


class GroundingRecord(BaseModel):
    """What ground() found for one phrase."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    phrase: str
    found: bool
    source: str
    reason: str
    boxes: list[tuple[float, float, float, float]] = Field(default_factory=list)
    scores: list[float] = Field(default_factory=list)
    mask: str | None = None
    excepted: bool = False  # it is to be taken away from the region
    singular: bool = False  # the phrase speaks of one thing
    confidence: float | None = None  # how much of what is marked is probably right; None: nobody can say
    plain: str | None = None  # the reason for somebody who talks; None: `reason` does as well
    note: str | None = None  # what was said of it and not looked at
    offer: str | None = None  # where it was not found, what is there and may be meant
    ambiguous: bool = False  # several were found, and what was said of them was not looked at

    def left_to_right(self) -> list[tuple[tuple[float, float, float, float], float]]:
        """The boxes with their scores, in the order in which they are numbered for people."""
        return sorted(zip(self.boxes, self.scores, strict=True), key=lambda one: one[0][0] + one[0][2])

    @property
    def unclear(self) -> str | None:
        """Why it cannot be told which of several is meant, and what helps; else None."""
        if not self.ambiguous or len(self.boxes) < 2:
            return None
        return (
            f"'{self.phrase}': {len(self.boxes)} were found and {self.note}, so which are meant cannot be told; "
            "say where they are, how near, of which colour, or all"
        )

    @property
    def only_one(self) -> bool:
        """Whether one is spoken of and one was found, for sure, though not all that was said of it can be told."""
        return self.singular and len(self.boxes) == 1 and bool(self.note) and self.scores[0] >= DOUBT

    @property
    def doubt(self) -> str | None:
        """Why a person should look at it, where what is marked is probably not what is meant; else None."""
        if not self.found or self.confidence is None or self.confidence >= DOUBT:
            return None
        why = self.note or f"{self.confidence:.0%} of what was found is probably right"
        return f"'{self.phrase}' is in doubt: {why}"


class Catalogue(BaseModel):
    """Everything known by id. JSON-native, so that it can live in a checkpoint."""

    model_config = ConfigDict(extra="forbid")

    counter: int = 0  # of names: no two are the same, not even of edits that were undone
    made: int = 0  # names given out on the way to where the run is now, without what was undone
    images: dict[str, str] = Field(default_factory=dict)  # id -> file, relative to the run folder
    masks: dict[str, str] = Field(default_factory=dict)
    named: dict[str, str] = Field(default_factory=dict)  # phrase -> mask that the person said it is, as files
    confidences: dict[str, float] = Field(default_factory=dict)  # of masks; not told: nobody can say
    tones: dict[str, Literal["dark", "bright"]] = Field(default_factory=dict)  # of masks that are told by light alone
    groundings: dict[str, list[GroundingRecord]] = Field(default_factory=dict)
    states: dict[str, StateRecord] = Field(default_factory=dict)  # state_key() -> last state
    aliases: dict[str, str] = Field(default_factory=dict)  # accepted picture -> the attempt it came from
    mended: dict[str, dict[str, str]] = Field(default_factory=dict)  # picture -> source -> its file, as it was mended

    def apart(self) -> "Catalogue":
        """The same entries in tables of its own: what is added to one of the two the other does not know."""
        return self.model_copy(update={name: dict(table) for name, table in self if isinstance(table, dict)})
