"""What checkpoints of earlier versions hold otherwise: runs that these began go on all the same.

They had no fields for what a node leaves to the next: the chosen call and what an edit gave stood in the conversation
with the model only, and an attempt stood among the judged ones before it was judged.
"""

import json

from wordfuse.agent.record import ToolCallMade
from wordfuse.agent.state import Chosen, Edit, Judged, RunState, Unjudged
from wordfuse.tools.registry import EDITS


def chosen_call(state: RunState) -> Chosen:
    """The call that the model chose."""
    chosen = state.get("chosen_call")
    if chosen is not None:
        return Chosen.model_validate(chosen)
    said = json.loads(state["messages"][-1]["content"])
    return Chosen(name=said["name"], args=said["arguments"])


def edit_made(state: RunState) -> Edit:
    """The edit of the attempt in work."""
    edit = state.get("edit")
    if edit is not None:
        return Edit.model_validate(edit)
    told = json.loads(state["messages"][-1]["content"])
    calls = [ToolCallMade.model_validate(made) for made in state["calls"]]
    seconds = next(made.seconds for made in reversed(calls) if made.name in EDITS)
    return Edit.model_validate(
        {name: told[name] for name in ("image", "epochs", "stopped", "saturated")} | {"seconds": seconds}
    )


def attempts_of(state: RunState) -> tuple[list[Judged], Unjudged | None]:
    """The attempts of the step in work that were judged, and the one that waits for its verdict."""
    judged = [made for made in state["attempts"] if "verdict" in made]
    waiting = state.get("measured") or next((made for made in state["attempts"] if "verdict" not in made), None)
    return [Judged.model_validate(made) for made in judged], Unjudged.model_validate(waiting) if waiting else None
