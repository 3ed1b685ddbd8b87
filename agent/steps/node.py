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
        stored = state.get("catalogue")
        before = context.catalogue_of(stored or {})
        context.work.catalogue = before.apart()
        with waiting_at_most(time_left(state, context)):
            update = body(state, context)
        if not stored or "catalogue" in update or context.work.catalogue != before:
            stored = context.work.catalogue.model_dump()
            context.known = stored, context.work.catalogue.apart()
            update = update | {"catalogue": stored}
        return update | {"seconds": state.get("seconds", 0.0) + time.monotonic() - started}

    # functools.wraps shows LangGraph the signature of the body, which is not the node's.
    del run.__wrapped__
    return run
