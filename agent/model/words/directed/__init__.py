"""Which way an edit goes, where the words tell it and a small model took the other."""

from collections.abc import Callable, Mapping
from typing import Final

from wordfuse.agent.model.words.directed.faulty import faulty
from wordfuse.agent.model.words.directed.hued import hued
from wordfuse.agent.model.words.directed.sourced import sourced
from wordfuse.agent.plan import Plan, Step
from wordfuse.tools.types import Task

_WAYS: Final[Mapping[Task, Callable[[Step, str], Step]]] = {"incline": sourced, "recolour": hued, "blur": faulty}


def directed(plan: Plan, text: str) -> Plan:
    """A plan of one step, which goes the way that its words tell: toward a source, to more of a hue, out of a blur.

    Args:
        plan: what a model made of the words; one of several steps stays as it is.
        text: the words.
    """
    way = _WAYS.get(plan.steps[0].task) if len(plan.steps) == 1 else None
    return plan if way is None else plan.model_copy(update={"steps": [way(plan.steps[0], text)]})
