"""The agent as a state machine: read this first.

One run edits one pair by a list of instructions::

    fuse -> understand -> act <-> call_tool -> evaluate -> critique -> advance -> report
                ^ |        ^ ^        |                       |           |
                | +-> ask -+ |        |  in a conversation    |           |
                |      ^-----|--------+                       |           |
                |            +----- again, adjust, undo ------+           |
                +---------------- next step, next instruction ------------+

In a conversation (``agent.run.conversation``) the instructions come one by one, and the graph stops in ``ask`` until
the person has answered.

* ``understand`` asks the model for the plan of the next instruction.
* ``act`` asks the model for one tool call, ``call_tool`` makes it; they alternate until an edit is made.
* ``evaluate`` measures the edit inside its region, ``critique`` asks the model for a verdict and holds it against the
  measured goal (``agent.critic``).
* ``ask`` asks the person what to do, which region or which object is meant (``agent.dialogue.questions``).
* ``advance`` keeps the best attempt and moves on; ``report`` writes what the run left.

The state (``agent.state``) is checkpointed after every node, so an interrupted run goes on at the node it was in.
"""

from typing import Any, Literal

from langgraph.graph import END, START, StateGraph

from wordfuse.agent import nodes
from wordfuse.agent.context import Context
from wordfuse.agent.state import RunInput, RunState


def after_fusing(state: RunState) -> Literal["understand", "report"]:
    """A conversation begins without an instruction."""
    return "understand" if state["instructions"] else "report"


def after_understanding(state: RunState) -> Literal["ask", "act", "advance"]:
    """A plan with steps is carried out; a refusal is recorded."""
    if state["question"]:
        return "ask"
    return "act" if nodes.current_step(state) is not None else "advance"


def after_acting(state: RunState) -> Literal["call_tool", "advance"]:
    """A step that ran into a limit, or that the model cannot act on, ends here."""
    return "advance" if state["notice"] else "call_tool"


def after_tool(state: RunState) -> Literal["ask", "act", "evaluate", "advance"]:
    """An edit is measured; anything else is the model's turn again."""
    if state["question"]:
        return "ask"
    if state["notice"]:
        return "advance"
    return "evaluate" if state["output"] else "act"


def after_asking(state: RunState) -> Literal["ask", "understand", "act", "advance"]:
    """An answer says what to do, or with what to go on; without one the step ends. It may lead to another question."""
    if state["question"]:
        return "ask"
    if state["clarified"] is not None:
        return "understand"
    return "advance" if state["notice"] or nodes.current_step(state) is None else "act"


def after_critique(state: RunState) -> Literal["act", "advance"]:
    """Accepted or given up: on; else another attempt."""
    return "advance" if state["move"] in ("accept", "stop") else "act"


def after_advancing(state: RunState) -> Literal["act", "understand", "report"]:
    """The next step, the next instruction, or the end."""
    if nodes.current_step(state) is not None:
        return "act"
    return "understand" if state["instruction"] < len(state["instructions"]) else "report"


def build() -> StateGraph[RunState, Context, RunInput, RunState]:
    """The graph, not yet compiled: ``agent.run.session`` adds the checkpointer of its run folder."""
    builder = StateGraph(RunState, context_schema=Context, input_schema=RunInput)
    connect(builder)
    builder.add_edge(START, "fuse")
    return builder


def connect(builder: StateGraph[RunState, Any, Any, RunState]) -> None:
    """Add the nodes and the ways between them, from ``fuse`` on; how a run begins is the caller's."""
    builder.add_node("fuse", nodes.fuse)
    builder.add_node("understand", nodes.understand)
    builder.add_node("ask", nodes.ask)
    builder.add_node("act", nodes.act)
    builder.add_node("call_tool", nodes.call_tool)
    builder.add_node("evaluate", nodes.evaluate)
    builder.add_node("critique", nodes.critique)
    builder.add_node("advance", nodes.advance)
    builder.add_node("report", nodes.report)
    builder.add_conditional_edges("fuse", after_fusing)
    builder.add_conditional_edges("understand", after_understanding)
    builder.add_conditional_edges("ask", after_asking)
    builder.add_conditional_edges("act", after_acting)
    builder.add_conditional_edges("call_tool", after_tool)
    builder.add_edge("evaluate", "critique")
    builder.add_conditional_edges("critique", after_critique)
    builder.add_conditional_edges("advance", after_advancing)
    builder.add_edge("report", END)


graph = build().compile()
