"""Whether a plan is about what was said: its regions stand in the words, or mean the same as words that do.

A large model that plans freely may change the bottom half where the top half was said. What it only inferred is not
done unasked.
"""

import re

from wordfuse.agent.plan import Plan

_EMPTY = frozenset("the a an of in on at to and or my your his her its our their this that these those".split())
# A name in another number: "people" stands where "person" is said.
_SINGULAR = {"people": "person", "men": "man", "women": "woman", "children": "child", "buses": "bus", "leaves": "leaf"}


def inferred(plan: Plan, text: str, before: Plan | None) -> list[str]:
    """The regions of the steps and of the question of a plan that nobody named.

    Args:
        plan: what a model made of the words.
        text: the words.
        before: the plan of the turn before, whose regions may be meant again.
    """
    earlier = [name for one in _regions(before) for name in one] if before is not None else []
    said = [text, *earlier]
    names = dict.fromkeys(name for one in _regions(plan) for name in one)
    return [name for name in names if not any(_stands_in(name, words) for words in said)]


def _regions(plan: Plan) -> list[list[str]]:
    asked = [plan.question.region] if plan.question is not None else []
    return [[*one.phrases, *one.exceptions] for one in (*(step.region for step in plan.steps), *asked)]


def _stands_in(name: str, text: str) -> bool:
    said = _words(text)
    return all(word in said or _means(word, text) for word in _words(name))


def _words(text: str) -> set[str]:
    found = re.findall(r"[^\W_]+", re.sub(r"['\u2019]s\b", "", text.casefold()))
    return {_singular(word) for word in found} - _EMPTY


def _singular(word: str) -> str:
    if word in _SINGULAR:
        return _SINGULAR[word]
    return word[:-1] if len(word) > 3 and re.search(r"[^su]s$", word) else word


def _means(word: str, text: str) -> bool:
    """Whether a noun means what another one in the text means: "people" and "everyone"."""
    # Not at the top: what it needs takes a second to load, and most names stand in the text.
    from wordfuse.fusion.regions.words.meaning import classes_in

    return bool(classes_in(word)) and classes_in(word) <= classes_in(text)
