"""A third reading of a wish that two are not sure of: is what it would mend measured to be there?

Who has a picture denoised that has noise is seldom misunderstood, however unlikely the words were. So a doubted plan is
done all the same where each of its steps takes out a fault, and inspecting finds that fault where the step would mend
it; or makes something stand out that is not found at once. What nothing measured speaks for is asked or refused as
ever, and so is what the two readings hardly speak of. A fault that the words speak of, that a plan leaves out and that
is measured, is taken out with those that it names ("washed out, and these lines").
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

from wordfuse.agent.budget import make_call, spent, usage_of
from wordfuse.agent.context import Context
from wordfuse.agent.model.gist import gist
from wordfuse.agent.model.words import lines
from wordfuse.agent.plan import Doubted, Plan, Step
from wordfuse.agent.state import RunState, Usage
from wordfuse.fusion.errors import RegionError
from wordfuse.fusion.inspect.kinds import FAULTS
from wordfuse.fusion.inspect.remedies import STEPS
from wordfuse.fusion.look.parts import part_box
from wordfuse.tools.inspect import InspectResult, remedies_in
from wordfuse.tools.means import standing_out
from wordfuse.tools.store.workspace import Workspace
from wordfuse.tools.types import Id, Region

LIKELY: Final = 0.3  # how far the two readings must agree on a step all the same; chosen on the suite ``calibration``
SPOKEN_OF: Final = 0.25  # how likely the words must speak of a fault that the plan leaves out
#: Severities from which who names a fault is believed, though nobody else would see it (``severity.ALARM``): of 34
#: halves of clean training pictures none was so blurred, of those blurred by 1.7 px all but two. Of noise, stripes and
#: lost contrast clean pictures have as much.
BELIEVED: Final[Mapping[str, float]] = {"sharpen": 0.1}
FOUND_AT_ONCE: Final = 15.0  # CIEDE2000 to what is around, from which somebody is (docs/standing-out.md)
#: What takes a fault out, by its name and direction, in the order in which that is best done. But for a cast: which
#: colours a picture is to have is a wish as often as a fault.
MENDING: Final = tuple(
    dict.fromkeys(task for kinds in STEPS for kind in kinds if (task := FAULTS[kind].task) and kind != "cast")
)


def confirmed(state: RunState, context: Context, text: str, plan: Plan) -> tuple[Plan, Usage]:
    """A plan with what measuring says of it.

    Args:
        state: of the run, before anything of the plan is done.
        context: of the run.
        text: the wish.
        plan: what was understood.

    Returns:
        Of a doubted plan its reading, where what that would mend is there; with the faults that the words speak of and
        that are there, too. And the usage of the run, with the calls for that.
    """
    looking = _Looking(state, context)
    reading = plan.reading if isinstance(plan, Doubted) and _is_likely(plan) else plan
    mends = reading.steps and all(_name(step) in MENDING or step.task == "improve" for step in reading.steps)
    if not mends or spent(state, context):
        return plan, looking.usage
    if reading is not plan and not all(map(looking.is_there, reading.steps)):
        return plan, looking.usage
    more = _left_out(text, reading, looking)
    if reading is plan and not more:
        return plan, looking.usage
    return reading.model_copy(update={"steps": _in_order([*reading.steps, *more])}), looking.usage


def _is_likely(plan: Doubted) -> bool:
    """Whether a reading is likely enough to look at the picture for it; that of several steps is so likely as each."""
    return bool(plan.agreement ** (1 / max(1, len(plan.reading.steps))) >= LIKELY)


def _left_out(text: str, plan: Plan, looking: "_Looking") -> list[Step]:
    """Steps for what the words speak of and is measured, where a plan of all of the picture leaves it out."""
    planned = {_name(step) for step in plan.steps}
    if "improve" in planned or any(step.region.phrases for step in plan.steps):
        return []
    spoken = gist()(text)
    likely = {
        " ".join(filter(None, effect)): effect for effect, name in lines.NAMES.items() if spoken[name] >= SPOKEN_OF
    }
    missing = [name for name in MENDING if name in likely and name not in planned and name != "stand_out more"]
    there = looking.mended_by(Region()) if missing else set()
    whole = {"region": Region(), "strength": "normal"}
    effects = [likely[name] for name in missing if name in there]
    return [Step(task=task, direction=direction, **whole) for task, direction in effects]


def _in_order(steps: Sequence[Step]) -> list[Step]:
    """Steps that nobody put in an order: as it is best done, where all are for the same region."""
    if len({str(step.region) for step in steps}) > 1 or any(step.task == "improve" for step in steps):
        return list(steps)
    return sorted(steps, key=lambda step: MENDING.index(_name(step)))


def _name(step: Step) -> str:
    return " ".join(filter(None, (step.task, step.direction)))


class _Looking:
    """What is measured of the regions of a plan, each looked at once, and what the calls for that took."""

    def __init__(self, state: RunState, context: Context) -> None:
        self.usage = usage_of(state)
        self._state, self._context = state, context
        self._seen: dict[str, tuple[set[str], set[str]]] = {}

    def is_there(self, step: Step) -> bool:
        """Whether what a step would mend is measured where it would."""
        if step.task == "stand_out":
            return self._is_overlooked(step.region)
        there, little = self._looked_at(step.region)
        return bool(there) if step.task == "improve" else _name(step) in there | little

    def mended_by(self, region: Region) -> set[str]:
        """What would mend what is wrong with a region, or with all of the picture; nothing where it is not found."""
        return self._looked_at(region)[0]

    def _looked_at(self, region: Region) -> tuple[set[str], set[str]]:
        """What would mend what anybody sees is wrong, and what only who names it does."""
        known = self._seen.get(str(region))
        if known is None:
            known = self._seen[str(region)] = self._inspected(region)
        return known

    def _inspected(self, region: Region) -> tuple[set[str], set[str]]:
        mask = self._mask(region)
        if region.phrases and mask is None:
            return set(), set()
        result = self._call("inspect", {"image": self._state["image"], "mask": mask})
        if result is None:
            return set(), set()
        # Light and contrast of a thing are its own: a night sky is dark. Half a picture is a picture.
        inside = self._work.mask(mask)
        whole = inside is None or part_box(inside > 127) is not None
        seen = InspectResult.model_validate(result)
        there = {one.task for one in remedies_in(seen, whole=whole) if one.task is not None}
        faint = [one for one in seen.measured if one.where == "fused" and one.region is None]
        return there, {one.task for one in faint if one.task and one.severity >= BELIEVED.get(one.task, math.inf)}

    def _is_overlooked(self, region: Region) -> bool:
        mask = self._mask(region)
        try:
            return mask is not None and standing_out(self._work, mask, self._state["image"]) < FOUND_AT_ONCE
        except RegionError:  # nothing is around it
            return False

    def _mask(self, region: Region) -> Id | None:
        """The mask of a region; None where it is not found for sure, or is all of the picture."""
        if not region.phrases:
            return None
        left_out = {"without": list(region.exceptions)} if region.exceptions else {}
        found = self._call("ground", {"phrases": list(region.phrases), **left_out})
        if found is None:
            return None
        records = self._work.grounding(found["grounding"])
        if any(not one.found or one.doubt or one.unclear for one in records):
            return None
        cut = self._call("segment", {"grounding": found["grounding"], "invert": region.invert})
        return None if cut is None else str(cut["mask"])

    @property
    def _work(self) -> Workspace:
        return self._context.work

    def _call(self, name: str, args: dict[str, Any]) -> dict[str, Any] | None:
        here: RunState = {**self._state, "usage": self.usage.model_dump()}
        called = make_call(here, self._context, name, args)
        self.usage = called.usage
        return called.answer.result
