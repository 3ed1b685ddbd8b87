"""The compiled graph of a run folder: advanced, asked where it is, and led on from an earlier place."""

from pathlib import Path
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Command, StateSnapshot

from wordfuse.agent.context import Context
from wordfuse.agent.errors import InputError
from wordfuse.agent.run.names import RECORD
from wordfuse.agent.state import Json, RunInput, RunState
from wordfuse.agent.telling.privacy import untraced

THREAD = "run"
Graph = CompiledStateGraph[RunState, Context, RunInput, RunState]


def is_finished(graph: Graph) -> bool:
    """Whether a run has come to its end, and was begun by a version whose state is ours."""
    head = graph.get_state({"configurable": {"thread_id": THREAD}})
    return head.values.keys() >= set(RunState.__required_keys__) and not head.tasks


class Machine:
    """The compiled graph of a run folder and the context it runs with."""

    def __init__(self, folder: Path, graph: Graph, context: Context) -> None:
        """Use ``Session.machine``."""
        self.folder, self.context, self._graph = folder, context, graph

    @property
    def head(self) -> StateSnapshot:
        """The latest checkpoint."""
        return self._graph.get_state({"configurable": {"thread_id": THREAD}})

    @property
    def values(self) -> Json:
        """The state of the run; empty before it begins.

        Raises:
            InputError: the run was begun by a version whose state was another.
        """
        values: Json = self.head.values
        if values.get("records") is not None and not values.keys() >= set(RunState.__required_keys__):
            raise InputError(
                "was begun by an earlier version of wordfuse", subject=self.folder, remedy="start a new run"
            )
        return values

    @property
    def unfinished(self) -> bool:
        """Whether a node is still to be run, or what one wrote is still to be taken into the state.

        LangGraph stores what a node wrote, and then the state that follows from it. ``StateSnapshot.next`` leaves out a
        node that died between the two; ``tasks`` has it, and :meth:`advance` goes on with what it wrote.
        """
        return bool(self.head.tasks)

    @property
    def place(self) -> str:
        """The checkpoint that the run is at."""
        place: str = self.head.config["configurable"]["checkpoint_id"]
        return place

    def advance(self, given: RunInput | Command[Any] | None = None) -> None:
        """Run the graph to its end or to its next question; every node is saved before the next begins."""
        instructions = (given if isinstance(given, dict) else self.values)["instructions"]
        limits = self.context.limits
        # More nodes than the budgets allow: reaching so many means a fault in the routing.
        most = 4 * (limits.model_calls + limits.tool_calls) + 10 * len(instructions) + 50
        config: RunnableConfig = {"configurable": {"thread_id": THREAD}, "recursion_limit": most}
        with untraced():
            self._graph.invoke(given, config, context=self.context, durability="sync")

    def fork(self, place: str, **changes: object) -> None:
        """Go on from an earlier checkpoint, or from where the run is, with some values changed.

        What was spent stays spent, and names of files are not used twice.
        """
        now = self.values
        config: RunnableConfig = {"configurable": {"thread_id": THREAD, "checkpoint_ns": "", "checkpoint_id": place}}
        then = self._graph.get_state(config).values
        kept: Json = {name: now[name] for name in ("accepted", "usage", "seconds")}
        kept["catalogue"] = then["catalogue"] | {"counter": now["catalogue"]["counter"]}
        (self.folder / RECORD).unlink(missing_ok=True)  # where it is, everything is finished
        with untraced():
            self._graph.update_state(config, kept | changes, as_node="advance")

    def report(self) -> None:
        """Write what a run leaves, where that was cut short."""
        self.fork(self.place)
        self.advance()
