"""Which way an edit goes, where the words tell it and a small model took the other."""

from wordfuse.agent.model.words.directed.faulty import faulty
from wordfuse.agent.model.words.directed.hued import hued
from wordfuse.agent.model.words.directed.sourced import sourced
from wordfuse.agent.plan import Plan


def directed(plan: Plan, text: str) -> Plan:
    """A plan of one step, which goes the way that its words tell: toward a source, to more of a hue, out of a blur.

    Args:
        plan: what a model made of the words.
        text: the words.
    """
    return faulty(hued(sourced(plan, text), text), text)
