"""The agent as a state machine: read this first.

One run edits one pair by a list of instructions::

    fuse -> understand -> act <-> call_tool -> evaluate -> critique -> advance -> report
              ^ | | |      ^ ^        |                       |         ^ |
              | | | +> ask-+ |        |  in a conversation    |         | |
              | | |    ^-----|--------+                       |         | |
              | | |          +----- again, adjust, undo ------+         | |
              | | +-> perceive: an open wish; -> act, or nothing wrong -+ |
              | +---> answer: a question, a control -> next instruction   |
              +---------------- next step, next instruction --------------+

In a conversation (``agent.run.conversation``) the instructions come one by one, and the graph stops in ``ask`` until
the person has answered.

* ``understand`` asks the model for the plan of the next instruction.
* ``answer`` answers a question by calls that change nothing, or carries out a control (``agent.steps.answering``).
* ``perceive`` inspects the picture for an open wish and chooses the step that it needs most, anew after each
  (``agent.steps.perceiving``).
* ``act`` asks the model for one tool call, ``call_tool`` makes it; they alternate until an edit is made. For a model
  that only plans, the call follows from the plan (``agent.rules.next_call``).
* ``evaluate`` measures the edit inside its region, ``critique`` asks the model for a verdict and holds it against the
  measured goal (``agent.critic``).
* ``ask`` asks the person what to do, which region or which object is meant (``agent.dialogue.asking.questions``).
* ``advance`` keeps the best attempt and moves on; ``report`` writes what the run left.

The state (``agent.state``) is checkpointed after every node, so an interrupted run goes on at the node it was in.
"""

from typing import Any, Literal

from langgraph.graph import END, START, StateGraph

from wordfuse.agent import nodes
from wordfuse.agent.context import Context
from wordfuse.agent.state import RunInput, RunState
from wordfuse.agent.steps.answering import answer
from wordfuse.agent.steps.perceiving import perceive
from wordfuse.agent.steps.planned import current_step, instruction_in_work


def after_fusing(state: RunState) -> Literal["understand", "report"]:
    """A conversation begins without an instruction."""
    return "understand" if state["instructions"] else "report"


def to_step(state: RunState) -> Literal["perceive", "act"]:
    """An open wish is looked into once its region is known, any other step carried out."""
    step = current_step(state)
    if step is None or step.task != "improve" or (step.region.phrases and not state["mask"]):
        return "act"
    return "perceive"


def after_understanding(state: RunState) -> Literal["ask", "answer", "perceive", "act", "advance"]:
    """A plan with steps is carried out, a question answered; a refusal is recorded."""
    if state["question"]:
        return "ask"
    said = instruction_in_work(state)
    if said is not None and (said.plan.question or said.plan.control):
        return "answer"
    return to_step(state) if current_step(state) is not None else "advance"


def after_perceiving(state: RunState) -> Literal["perceive", "act", "advance", "understand", "report"]:
    """What is needed is done; else the wish is closed."""
    return "advance" if state["notice"] else after_advancing(state)


def after_answering(state: RunState) -> Literal["understand", "report"]:
    """The next instruction, or the end."""
    return "understand" if state["instruction"] < len(state["instructions"]) else "report"


def after_acting(state: RunState) -> Literal["call_tool", "advance"]:
    """A step that ran into a limit, or that the model cannot act on, ends here."""
    return "advance" if state["notice"] else "call_tool"


def after_tool(state: RunState) -> Literal["ask", "perceive", "act", "evaluate", "advance"]:
    """An edit is measured; anything else is the model's turn again."""
    if state["question"]:
        return "ask"
    if state["notice"]:
        return "advance"
    return "evaluate" if state["output"] else to_step(state)


def after_asking(state: RunState) -> Literal["ask", "understand", "perceive", "act", "advance"]:
    """An answer says what to do, or with what to go on; without one the step ends. It may lead to another question."""
    if state["question"]:
        return "ask"
    if state["clarified"] is not None:
        return "understand"
    return "advance" if state["notice"] or current_step(state) is None else to_step(state)


def after_critique(state: RunState) -> Literal["act", "advance"]:
    """Accepted or given up: on; else another attempt."""
    return "advance" if state["move"] in ("accept", "stop") else "act"


def after_advancing(state: RunState) -> Literal["perceive", "act", "understand", "report"]:
    """The next step, the next instruction, or the end."""
    return to_step(state) if current_step(state) is not None else after_answering(state)


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
    builder.add_node("answer", answer)
    builder.add_node("perceive", perceive)
    builder.add_node("ask", nodes.ask)
    builder.add_node("act", nodes.act)
    builder.add_node("call_tool", nodes.call_tool)
    builder.add_node("evaluate", nodes.evaluate)
    builder.add_node("critique", nodes.critique)
    builder.add_node("advance", nodes.advance)
    builder.add_node("report", nodes.report)
    builder.add_conditional_edges("fuse", after_fusing)
    builder.add_conditional_edges("understand", after_understanding)
    builder.add_conditional_edges("answer", after_answering)
    builder.add_conditional_edges("perceive", after_perceiving)
    builder.add_conditional_edges("ask", after_asking)
    builder.add_conditional_edges("act", after_acting)
    builder.add_conditional_edges("call_tool", after_tool)
    builder.add_edge("evaluate", "critique")
    builder.add_conditional_edges("critique", after_critique)
    builder.add_conditional_edges("advance", after_advancing)
    builder.add_edge("report", END)


graph = build().compile()
