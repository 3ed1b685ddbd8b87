"""What is found out for one question: calls that change nothing, and what they gave."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from wordfuse.agent.budget import make_call
from wordfuse.agent.context import Context
from wordfuse.agent.state import Json, RunState, Usage
from wordfuse.agent.steps.answers.apart import Box
from wordfuse.fusion.regions.words.meaning import understand
from wordfuse.tools.store.catalogue import GroundingRecord
from wordfuse.tools.types import Region


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
        lost: what was not found, where that is why.
        grounded: what was looked for, and without what, and what came of it: nothing is looked for twice.
    """

    state: RunState
    context: Context
    usage: Usage
    evidence: Json = field(default_factory=dict)
    boxes: list[Box] = field(default_factory=list)
    text: str = ""
    problem: str | None = None
    lost: GroundingRecord | None = None
    grounded: dict[tuple[tuple[str, ...], tuple[str, ...]], Json] = field(default_factory=dict)

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

    def ground(self, phrases: Sequence[str], without: Sequence[str] = ()) -> Json | None:
        """The result of looking for phrases; None where the call gave none."""
        key = (tuple(phrases), tuple(without))
        if key in self.grounded:
            self.evidence["ground"] = self.grounded[key]
            return self.grounded[key]
        result = self.call("ground", {"phrases": list(phrases), "without": list(without)})
        if result is not None:
            self.grounded[key] = result
        return result

    def records(self, phrases: Sequence[str]) -> list[GroundingRecord]:
        """What was found for phrases."""
        result = self.ground(phrases)
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
        grounded = self.ground(region.phrases, region.exceptions)
        if grounded is None:
            return False, None
        if not grounded["found"]:
            lost = self.context.work.grounding(grounded["grounding"])[0]
            self.lost = lost
            self.problem = lost.plain or lost.reason  # in words, without arguments of the command line
            return False, None
        drawn = self.call("segment", {"grounding": grounded["grounding"], "invert": region.invert})
        return drawn is not None, None if drawn is None else drawn["mask"]


def nearest_of(lost: GroundingRecord | None, region: Region) -> list[str]:
    """Phrases for what may be looked at in the place of something that is not known, or is not there.

    The whole of which it is a part comes first, in the person's words, then what the regions offer.

    Example:
        >>> nearest_of(None, Region(phrases=["bonnet of the white car"]))
        ['white car']
    """
    wholes = [
        whole.removeprefix("the ").removeprefix("this ").removeprefix("that ")
        for _, of, whole in (phrase.partition(" of ") for phrase in region.phrases)
        if of and not isinstance(understand(whole), str)
    ]
    return list(dict.fromkeys([*wholes, *([lost.offer] if lost is not None and lost.offer else [])]))
