"""How a function of state and context becomes a node of the graph."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Protocol

from langgraph.runtime import Runtime

from wordfuse.agent.budget import Update, time_left
from wordfuse.agent.context import Context, context_of
from wordfuse.agent.model.deadline import waiting_at_most
from wordfuse.agent.state import RunState
from wordfuse.tools.store.catalogue import Catalogue


class Node(Protocol):
    """What LangGraph calls."""

    def __call__(self, state: RunState, runtime: Runtime[Context]) -> Update:
        """Read the state, return what changes of it."""


def node(body: Callable[[RunState, Context], Update]) -> Node:
    """Make a function of state and context a node: open the catalogue before, close it and keep the time after."""

    @wraps(body)
    def run(state: RunState, runtime: Runtime[Context]) -> Update:
        started = time.monotonic()
        context = context_of(state, runtime.context)
        if context.interrupts.asked():
            raise KeyboardInterrupt  # what the nodes before this one reached is saved
        context.work.catalogue = Catalogue.model_validate(state.get("catalogue") or {})
        with waiting_at_most(time_left(state, context)):
            update = body(state, context)
        catalogue = context.work.catalogue.model_dump()
        if catalogue != state.get("catalogue"):  # it grows with every turn: what is as it was is not stored again
            update = update | {"catalogue": catalogue}
        return update | {"seconds": state.get("seconds", 0.0) + time.monotonic() - started}

    # functools.wraps shows LangGraph the signature of the body, which is not the node's.
    del run.__wrapped__
    return run
