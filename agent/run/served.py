"""The graph under LangGraph's own server (``langgraph dev``): what it is given there, and how a run is opened.

The server keeps the checkpoints, and the settings are the context of its assistant. Its first node makes the run folder
as ``wordfuse run`` does.
"""

from pathlib import Path
from typing import Annotated, NotRequired

from langgraph.graph import START, StateGraph
from langgraph.runtime import Runtime
from pydantic import Field, TypeAdapter, ValidationError
from typing_extensions import TypedDict

from wordfuse.agent.context import context_of, settings_of
from wordfuse.agent.errors import InputError, WordfuseError
from wordfuse.agent.graph import connect
from wordfuse.agent.run.folders import numbered
from wordfuse.agent.run.session import Session
from wordfuse.agent.settings import Settings
from wordfuse.agent.state import Json, RunInput, RunState
from wordfuse.tools.calls.invalid import what_is_wrong
from wordfuse.tools.calls.spelling import dashed

Text = Annotated[str, Field(min_length=1)]


class ServedInput(TypedDict):
    """The two pictures and what is to be done. Paths are those of the machine that the server runs on.

    What an input leaves out is as it was in the input before on the same thread.
    """

    ir: Annotated[Text, Field(description="Infrared picture.")]
    vi: Annotated[Text, Field(description="Visible picture; the result has its size and colour.")]
    instructions: Annotated[list[Text], Field(min_length=1, description="What is to be done, in order.")]
    folder: NotRequired[Annotated[Text, Field(description="Run folder (runs/NAME); a number is added if it exists.")]]
    settings: NotRequired[Annotated[Json, Field(description="Settings that differ from those of the assistant.")]]


def open_run(state: ServedInput, runtime: Runtime[Settings]) -> Json:
    """Check everything that can be checked before work begins, then make the folder.

    Raises:
        ValueError: a part of the input is missing or cannot be used, or the language model cannot be reached; no folder
            is made then. A WordfuseError would reach the server's clients as "an internal error".
    """
    try:
        return {**_begin(state, runtime.context)}
    except WordfuseError as error:
        raise ValueError(error.told(dashed)) from error


def _begin(given: ServedInput, context: Settings | None) -> RunInput:
    try:
        checked = TypeAdapter(ServedInput).validate_python(given)
    except ValidationError as error:
        raise InputError(what_is_wrong(error), remedy="a run takes ir, vi and instructions") from error
    ir, vi = Path(checked["ir"]).resolve(), Path(checked["vi"]).resolve()
    wanted = Path(checked.get("folder") or Path("runs") / vi.stem).resolve()
    while True:
        out = next(folder for folder in numbered(wanted) if not folder.exists())
        begun = RunInput(ir=str(ir), vi=str(vi), out=str(out), instructions=checked["instructions"])
        chosen = RunInput(**begun, settings=checked.get("settings", {}))
        opened = context_of(chosen, context)
        try:
            session = Session.create(out, ir, vi, begun["instructions"], settings_of(chosen, context), opened.model)
        except InputError as error:
            if error.argument == "out" and out.exists():
                continue  # another run has just taken it
            raise
        opened.work.decoded = session.decoded
        return begun


def build_served() -> StateGraph[RunState, Settings, ServedInput, RunState]:
    """The graph of ``agent.graph``, with a node before it that opens the run: no session is around it here."""
    builder = StateGraph(RunState, context_schema=Settings, input_schema=ServedInput)
    connect(builder)
    builder.add_node("open_run", open_run)
    builder.add_edge(START, "open_run")
    builder.add_edge("open_run", "fuse")
    return builder


graph = build_served().compile()
