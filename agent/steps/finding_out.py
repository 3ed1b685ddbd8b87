"""What is found out for one question: calls that change nothing, and what they gave."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from wordfuse.agent.budget import make_call
from wordfuse.agent.context import Context
from wordfuse.agent.state import Json, RunState, Usage
from wordfuse.tools.store.catalogue import GroundingRecord
from wordfuse.tools.types import Region

Box = tuple[float, float, float, float]


@dataclass
class Looking:
    """What is found out for one question.

    Attributes:
        state: of the run.
        context: of the run.
        usage: with the calls that were made.
        evidence: their results by the name of the tool.
        boxes: places to be numbered, XYXY pixels.
        text: the question, in the person's words.
        problem: why it cannot be answered.
    """

    state: RunState
    context: Context
    usage: Usage
    evidence: Json = field(default_factory=dict)
    boxes: list[Box] = field(default_factory=list)
    text: str = ""
    problem: str | None = None

    def call(self, name: str, args: Json) -> Json | None:
        """The result of a call, which is kept as evidence; None where it gave none: then ``problem`` says why."""
        state: RunState = {**self.state, "usage": self.usage.model_dump()}
        called = make_call(state, self.context, name, args)
        self.usage = called.usage
        if called.answer.result is None:
            self.problem = called.answer.error
            return None
        self.evidence[name] = called.answer.result
        return called.answer.result

    def records(self, phrases: Sequence[str]) -> list[GroundingRecord]:
        """What was found for phrases."""
        result = self.call("ground", {"phrases": list(phrases)})
        return [] if result is None else self.context.work.grounding(result["grounding"])

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the picture in pixels."""
        height, width = self.context.work.pair.infrared.shape
        return width, height

    def mask(self, region: Region) -> tuple[bool, str | None]:
        """The mask of a region (None: the whole picture), and whether it could be drawn."""
        if not region.phrases:
            return True, None
        grounded = self.call("ground", {"phrases": list(region.phrases), "without": list(region.exceptions)})
        if grounded is None:
            return False, None
        if not grounded["found"]:
            lost = self.context.work.grounding(grounded["grounding"])[0]
            self.problem = lost.plain or lost.reason  # in words, without arguments of the command line
            return False, None
        drawn = self.call("segment", {"grounding": grounded["grounding"], "invert": region.invert})
        return drawn is not None, None if drawn is None else drawn["mask"]


def place_of(box: Sequence[float], width: int, height: int) -> str:
    """Where in a picture a box lies, in words: "lower left", "centre"."""
    x, y = (box[0] + box[2]) / 2 / width, (box[1] + box[3]) / 2 / height
    across = "left" if x < 1 / 3 else "right" if x > 2 / 3 else ""
    down = "upper" if y < 1 / 3 else "lower" if y > 2 / 3 else ""
    if not across and not down:
        return "centre"
    return f"{down} {across}".strip() if across and down else across or f"{down} middle"
