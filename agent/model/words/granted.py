"""Whether a plan is about what was said: its regions stand in the words, or mean the same as words that do.

A large model that plans freely may change the bottom half where the top half was said. What it only inferred is not
done unasked.
"""

import re
from collections.abc import Sequence

from wordfuse.agent.plan import Plan
from wordfuse.tools.types import Region

_EMPTY = frozenset("the a an of in on at to and or my your his her its our their this that these those".split())
# A name in another number: "people" stands where "person" is said.
_SINGULAR = {"people": "person", "men": "man", "women": "woman", "children": "child", "buses": "bus", "leaves": "leaf"}


def inferred(plan: Plan, text: str, before: Plan | None) -> list[str]:
    """The regions of a plan's steps, or of its question, that nobody named.

    Args:
        plan: what a model made of the words.
        text: the words.
        before: the plan of the turn before, whose regions may be meant again.
    """
    said = [text, *(_named(before.regions) if before is not None else [])]
    names = dict.fromkeys(_named(plan.regions))
    return [name for name in names if not any(_stands_in(name, words) for words in said)]


def _named(regions: Sequence[Region]) -> list[str]:
    return [name for region in regions for name in (*region.phrases, *region.exceptions)]


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
    """Whether a noun is of people, as all nouns of the text are: "people" and "everyone".

    Of other things there are kinds: who says vehicles does not mean the bus.
    """
    # Not at the top: what it needs takes a second to load, and most names stand in the text.
    from wordfuse.fusion.regions.words.meaning import classes_in

    return classes_in(word) == classes_in(text) == {"person"}
