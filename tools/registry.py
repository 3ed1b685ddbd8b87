"""The tools by name: for the model (as LangChain tools), for the graph and for the command line.

To add one, write a module with its arguments, its result and a function of its name over a workspace, and give it a
line in `TOOLS`. An edit is also a task, with a row in ``tools.effects``.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from wordfuse.fusion.errors import InputError, RegionError, WordfuseError
from wordfuse.tools.calls.invalid import fields_at_fault, what_is_wrong
from wordfuse.tools.calls.spelling import dashed
from wordfuse.tools.store.workspace import Workspace
from wordfuse.tools.types import UnknownId

if TYPE_CHECKING:
    from langchain_core.tools import BaseTool


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


class _LateTool(Tool):
    """A tool whose module is imported when its arguments or its function are first asked for."""

    def __init__(
        self, name: str, module: str, *, edits: bool = False, looks_only: bool = False, repeatable: bool = False
    ) -> None:
        """The module holds a function called as the tool, whose ``args`` are annotated."""
        told = {"name": name, "module": module, "edits": edits, "looks_only": looks_only, "repeatable": repeatable}
        vars(self).update(told)

    def __getattr__(self, name: str) -> Any:
        """Asked for only what is not there yet."""
        if name not in ("args", "run"):
            raise AttributeError(name)
        run = getattr(import_module(f"wordfuse.tools.{self.module}"), self.name)
        vars(self).update(run=run, args=run.__annotations__["args"])
        return vars(self)[name]


# A fusion of two pictures needs nothing of what an edit imports, torch least of all.
TOOLS: dict[str, Tool] = {
    tool.name: tool
    for tool in (
        _LateTool("fuse", "fuse", repeatable=True),
        _LateTool("ground", "ground"),
        _LateTool("segment", "segment"),
        _LateTool("incline", "edits.incline", edits=True),
        _LateTool("relight", "edits.relight", edits=True),
        _LateTool("denoise", "edits.denoise", edits=True),
        _LateTool("contrast", "edits.contrast", edits=True),
        _LateTool("sharpen", "edits.sharpen", edits=True),
        _LateTool("dehaze", "edits.dehaze", edits=True),
        _LateTool("destripe", "edits.destripe", edits=True),
        _LateTool("recolour", "edits.recolour", edits=True),
        _LateTool("blur", "edits.blur", edits=True),
        _LateTool("inspect", "inspect", looks_only=True),
        _LateTool("find_extremes", "heat.extremes", looks_only=True),
        _LateTool("read_temperatures", "heat.temperatures", looks_only=True),
        _LateTool("evaluate_metrics", "evaluate", looks_only=True),
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


def as_langchain(work: Workspace) -> "list[BaseTool]":
    """The tools as LangChain tools on one workspace, for ``bind_tools`` and for other agents."""
    from langchain_core.tools import StructuredTool

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
