"""The tools by name: for the model (as LangChain tools), for the graph and for the command line.

To add one, write a module with its arguments, its result and a function over a workspace, and give it a line in
`TOOLS`. An edit is also a task, with a row in ``tools.effects``.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from langchain_core.tools import BaseTool, StructuredTool
from pydantic import BaseModel, ValidationError

from wordfuse.fusion.errors import InputError, RegionError, WordfuseError
from wordfuse.tools.calls.invalid import fields_at_fault, what_is_wrong
from wordfuse.tools.calls.spelling import dashed
from wordfuse.tools.edits.blur import BlurArgs, blur
from wordfuse.tools.edits.contrast import ContrastArgs, contrast
from wordfuse.tools.edits.dehaze import DehazeArgs, dehaze
from wordfuse.tools.edits.denoise import DenoiseArgs, denoise
from wordfuse.tools.edits.destripe import DestripeArgs, destripe
from wordfuse.tools.edits.incline import InclineArgs, incline
from wordfuse.tools.edits.recolour import RecolourArgs, recolour
from wordfuse.tools.edits.relight import RelightArgs, relight
from wordfuse.tools.edits.sharpen import SharpenArgs, sharpen
from wordfuse.tools.evaluate import EvaluateArgs, evaluate_metrics
from wordfuse.tools.extremes import ExtremesArgs, find_extremes
from wordfuse.tools.fuse import FuseArgs, fuse
from wordfuse.tools.ground import GroundArgs, ground
from wordfuse.tools.inspect import InspectArgs, inspect
from wordfuse.tools.segment import SegmentArgs, segment
from wordfuse.tools.store.workspace import Workspace
from wordfuse.tools.types import UnknownId


@dataclass(frozen=True)
class Tool:
    """A typed function over a workspace, or over whatever its caller works with.

    Attributes:
        name: what it is called by.
        args: its arguments.
        run: the function; the first line of its docstring is what the model reads.
        edits: it makes a picture from another, inside a mask.
        looks_only: it makes nothing: called again, it says the same again.
        repeatable: called again, it leaves what it left before.
    """

    name: str
    args: type[BaseModel]
    run: Callable[[Any, Any], BaseModel]
    edits: bool = False
    looks_only: bool = False
    repeatable: bool = False

    @property
    def description(self) -> str:
        """What the model reads: the first line of the function's docstring."""
        return (self.run.__doc__ or "").strip().splitlines()[0]


TOOLS = {
    tool.name: tool
    for tool in (
        Tool("fuse", FuseArgs, fuse, repeatable=True),
        Tool("ground", GroundArgs, ground),
        Tool("segment", SegmentArgs, segment),
        Tool("incline", InclineArgs, incline, edits=True),
        Tool("relight", RelightArgs, relight, edits=True),
        Tool("denoise", DenoiseArgs, denoise, edits=True),
        Tool("contrast", ContrastArgs, contrast, edits=True),
        Tool("sharpen", SharpenArgs, sharpen, edits=True),
        Tool("dehaze", DehazeArgs, dehaze, edits=True),
        Tool("destripe", DestripeArgs, destripe, edits=True),
        Tool("recolour", RecolourArgs, recolour, edits=True),
        Tool("blur", BlurArgs, blur, edits=True),
        Tool("inspect", InspectArgs, inspect, looks_only=True),
        Tool("find_extremes", ExtremesArgs, find_extremes, looks_only=True),
        Tool("evaluate_metrics", EvaluateArgs, evaluate_metrics, looks_only=True),
    )
}
EDITS = tuple(tool.name for tool in TOOLS.values() if tool.edits)


@dataclass(frozen=True)
class ToolAnswer:
    """What a call gave: a result, or an error in words.

    Attributes:
        result: what the tool returned, JSON-native, or None.
        error: why there is no result, as whoever made the call is told.
        cause: the same with its fields, where it is an error of ours.
        final: the error lies in the picture, not in the call: no other arguments can mend it.
        seconds: how long it took.
    """

    result: dict[str, Any] | None = None
    error: str | None = None
    cause: WordfuseError | None = None
    final: bool = False
    seconds: float = 0.0


def call(name: str, args: dict[str, Any], work: Workspace) -> ToolAnswer:
    """Validate the arguments and run the tool.

    A wrong argument, an unknown id or an unusable region comes back as an error in words; anything else (a backend that
    is gone, a disk that is full) is raised.
    """
    tool = TOOLS.get(name)
    if tool is None:
        return ToolAnswer(error=f"unknown tool {name!r}; known: {', '.join(TOOLS)}")
    return run_tool(tool, args, work)


def run_tool(tool: Tool, args: dict[str, Any], work: Any) -> ToolAnswer:
    """What :func:`call` does, for any tool; ``work`` is what the tool works on."""
    started = time.monotonic()
    result, problem = None, None
    cause: WordfuseError | None = None
    try:
        result = tool.run(tool.args.model_validate(args), work).model_dump()
    except ValidationError as error:
        (name, said), *others = fields_at_fault(error, whole="arguments", most=3)
        problem = f"bad arguments for {tool.name}: {what_is_wrong(error, whole='arguments', most=3)}"
        cause = InputError("; ".join([said, *map(": ".join, others)]), argument=name)
    except (RegionError, UnknownId) as error:
        problem, cause = error.told(dashed), error
    seconds = time.monotonic() - started
    return ToolAnswer(result, problem, cause, isinstance(cause, RegionError), seconds)


def as_langchain(work: Workspace) -> list[BaseTool]:
    """The tools as LangChain tools on one workspace, for ``bind_tools`` and for other agents."""

    def runner(name: str) -> Callable[..., dict[str, Any]]:
        def run(**args: Any) -> dict[str, Any]:
            answer = call(name, args, work)
            return answer.result if answer.result is not None else {"error": answer.error}

        return run

    return [
        StructuredTool.from_function(
            runner(tool.name),
            name=tool.name,
            description=tool.description,
            args_schema=tool.args,
            infer_schema=False,
        )
        for tool in TOOLS.values()
    ]
