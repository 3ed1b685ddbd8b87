"""The compiled graph of a run folder: advanced, asked where it is, and led on from an earlier place."""

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from langchain_core.runnables import RunnableConfig
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Command, StateSnapshot

from wordfuse.agent.context import Context
from wordfuse.agent.errors import InputError, StorageError
from wordfuse.agent.run.names import RECORD
from wordfuse.agent.state import Json, RunInput, RunState
from wordfuse.agent.telling.privacy import untraced

if TYPE_CHECKING:
    from wordfuse.agent.run.checkpoints import Checkpoints

THREAD = "run"
Graph = CompiledStateGraph[RunState, Context, RunInput, RunState]


def is_finished(graph: Graph) -> bool:
    """Whether a run has come to its end, and was begun by a version whose state is ours."""
    head = _head(graph)
    return head.values.keys() >= set(RunState.__required_keys__) and not head.tasks


def state_of(graph: Graph) -> Json:
    """The state of a run; empty before it begins."""
    values: Json = _head(graph).values
    return values


def _head(graph: Graph) -> StateSnapshot:
    return graph.get_state({"configurable": {"thread_id": THREAD}})


class Machine:
    """The compiled graph of a run folder and the context it runs with."""

    def __init__(self, folder: Path, graph: Graph, checkpoints: "Checkpoints", context: Context) -> None:
        """Use ``Session.machine``."""
        self.folder, self.context, self._graph, self._checkpoints = folder, context, graph, checkpoints
        self._ways: dict[str, tuple[list[str], list[str]]] = {}  # of places: where undo and redo lead to from them

    @property
    def head(self) -> StateSnapshot:
        """The latest checkpoint."""
        return _head(self._graph)

    @property
    def values(self) -> Json:
        """The state of the run; empty before it begins.

        Raises:
            InputError: the run was begun by a version whose state was another.
        """
        values = state_of(self._graph)
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
        """Run the graph to its end or to its next question; every node is saved before the next begins.

        At its end the checkpoints that nobody can return to are removed: those between the ends of turns.
        """
        instructions = (given if isinstance(given, dict) else self.values)["instructions"]
        limits = self.context.limits
        # More nodes than the budgets allow: reaching so many means a fault in the routing.
        most = 4 * (limits.model_calls + limits.tool_calls) + 10 * len(instructions) + 50
        config: RunnableConfig = {"configurable": {"thread_id": THREAD}, "recursion_limit": most}
        with untraced():
            self._graph.invoke(given, config, context=self.context, durability="sync")
        self._tidy()

    def values_at(self, place: str) -> Json:
        """The state at a checkpoint."""
        values: Json = self._graph.get_state(_config_of(place)).values
        return values

    def fork(self, place: str, **changes: object) -> None:
        """Go on from an earlier checkpoint, or from where the run is, with some values changed.

        What was spent stays spent, and names of files are not used twice.
        """
        now, then, config = self.values, self.values_at(place), _config_of(place)
        kept: Json = {name: now[name] for name in ("accepted", "usage", "seconds")}
        kept["catalogue"] = then["catalogue"] | {"counter": now["catalogue"]["counter"]}
        (self.folder / RECORD).unlink(missing_ok=True)  # where it is, everything is finished
        with untraced():
            self._graph.update_state(config, kept | changes, as_node="advance")

    def report(self) -> None:
        """Write what a run leaves, where that was cut short."""
        self.fork(self.place)
        self.advance()

    def _tidy(self) -> None:
        """Remove the checkpoints that neither undo nor redo leads to, unless something is in work."""
        head = self.head
        if head.tasks:
            return  # a question is open: the turn may be taken back
        place = head.config["configurable"]["checkpoint_id"]
        self._ways[place] = history, undone = head.values["history"], head.values["undone"]
        # A turn that was a control, or that failed, is taken back; what was undone before it can then be redone.
        redone = {*undone, *(self._ways_from(history[-1])[1] if history else [])}
        within_reach = {place, *history, *redone}
        for later in redone:  # and undone again
            within_reach.update(self._ways_from(later)[0])
        # A disk that is full does not spoil a turn that is done: the next one tidies as well.
        with suppress(StorageError):
            self._checkpoints.keep_only(THREAD, within_reach)

    def _ways_from(self, place: str) -> tuple[list[str], list[str]]:
        """Where undo and redo lead to from a place."""
        if place not in self._ways:
            values = self.values_at(place)
            self._ways[place] = values.get("history", []), values.get("undone", [])
        return self._ways[place]


def _config_of(place: str) -> RunnableConfig:
    return {"configurable": {"thread_id": THREAD, "checkpoint_ns": "", "checkpoint_id": place}}
