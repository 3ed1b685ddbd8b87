"""What the model may do in a step: its calls are data, and only those that carry out the step are made."""

from collections.abc import Mapping, Sequence
from typing import Any

from agent.plan import Step
from agent.state import Json

WARN_AFTER, STOP_AFTER = 3, 5  # the same call so often in one attempt
MISTAKES = 6  # calls in one attempt that could not be made

# One notch weaker, after an attempt that went too far.
WEAKER = {"strong": "normal", "normal": "slight", "slight": "slight"}


def problem_with(
    step: Step, name: str, args: Mapping[str, Any], *, image: str, mask: str | None, overshot: bool
) -> str | None:
    """Why a call does not carry out the step, in words that the model can act on; None if it does.

    The tools check that arguments are valid; this checks that they are those of the step, so that a confused model can
    waste a call but never edit something else than what was asked for.
    """
    if name == "ground":
        wanted = step.region.phrases
        if not wanted:
            return "the step is about the whole image: nothing to ground; call the edit with mask null"
        if sorted(args.get("phrases", [])) != sorted(wanted):
            return f"the phrases of the step are {wanted}"
        return None
    if name == "segment":
        return (
            None
            if args.get("invert") == step.region.invert
            else f"invert of the step is {str(step.region.invert).lower()}"
        )
    if name != step.task:
        return f"the step asks for {step.task}; call that"
    if mask is None and step.region.phrases:
        return "the region has no mask yet: ground its phrases, then segment the grounding"
    strength = WEAKER[step.strength] if overshot else step.strength
    wanted_args = {"image": image, "mask": mask, "strength": strength}
    if step.direction is not None:
        wanted_args["direction"] = step.direction
    wrong = [key for key, value in wanted_args.items() if args.get(key) != value]
    return "; ".join(f"{key} of the step is {wanted_args[key] or 'null'}" for key in wrong) or None


def times_called(calls: Sequence[Json], name: str, args: Mapping[str, Any]) -> int:
    """How often exactly this call was made or tried in this attempt."""
    return sum(call["name"] == name and call["args"] == args for call in calls)
