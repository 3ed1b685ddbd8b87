"""The calls that a step's plan calls for, where the model is not asked: ground, segment, and the edit as it was wished.

For models that only plan (``LanguageModel.plans_only``). A small model that was free here made the same calls and now
and then a wrong one; what is worth deciding is measured (``tools.means``, ``agent.critic``).
"""

import json
from collections.abc import Sequence

from wordfuse.agent import rules
from wordfuse.agent.model.protocol import Message
from wordfuse.agent.plan import Step
from wordfuse.agent.state import Chosen
from wordfuse.tools.means import Means


def next_call(
    step: Step, *, image: str, mask: str | None, grounding: str | None, overshot: bool, means: Means | None
) -> Chosen:
    """The call that carries a step on.

    Args:
        step: what is to be done.
        image: the picture that the attempt starts from.
        mask: of the step's region, once it is drawn.
        grounding: of its phrases, once they are found.
        overshot: an attempt went too far: one notch weaker.
        means: what is to be tried, of a step that has no tool of its own.
    """
    region = step.region
    if region.phrases and mask is None:
        if grounding is not None:
            return Chosen(name="segment", args={"grounding": grounding, "invert": region.invert})
        left_out = {"without": list(region.exceptions)} if region.exceptions else {}
        return Chosen(name="ground", args={"phrases": list(region.phrases), **left_out})
    if means is not None:
        return Chosen(
            name=means.tool,
            args={"image": means.image, "mask": mask, "direction": means.direction, "strength": means.strength},
        )
    args = {"image": image, "mask": mask} | ({"direction": step.direction} if step.direction else {})
    wanted = rules.how_far(step, overshot=overshot)
    return Chosen(name=step.task, args=args | {key: value for key, value in wanted.items() if value is not None})


def grounding_in(messages: Sequence[Message]) -> str | None:
    """The grounding that the last call of an attempt gave, if it gave one."""
    last = messages[-1]["content"] if messages and messages[-1]["role"] == "tool" else ""
    try:
        told = json.JSONDecoder().raw_decode(last)[0]
    except ValueError:
        return None
    grounding = told.get("grounding") if isinstance(told, dict) else None
    return grounding if isinstance(grounding, str) else None
