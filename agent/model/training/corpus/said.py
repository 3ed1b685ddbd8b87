"""Wishes that were written one by one, as people type them, each with its plan as a line.

The files in ``spoken/`` hold ``wish => plan``, or ``plan before >> wish => plan`` where one follows on another; the
form of a plan is that of ``agent.model.words.lines``. Nothing in them comes from a grammar: what a small model lacks is
variety of phrasing. A line is also drawn with the names of its regions changed for those of others, and with other
typing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from random import Random

from wordfuse.agent.model.training.corpus.regions import CLOSE, OPEN, Split
from wordfuse.agent.model.training.corpus.typing import typed
from wordfuse.agent.model.words import lines
from wordfuse.agent.plan import Plan
from wordfuse.fusion.errors import InputError

SPOKEN = Path(__file__).parent / "spoken"
SWAPPED, RETYPED = 0.4, 0.3  # how often a line is drawn with other regions, and with other typing
HELD_OUT = 40  # every so many-th line is for validation alone
#: Names that begin like this are clauses or stand for a name: no other name can be put in their place, nor they in its.
_NO_NOUN = frozenset(
    "he him his she her hers they them it everything everyone everybody anything anyone anybody all whatever whoever "
    "where who what which how both".split()
)
_AWAY = frozenset("the a an my your their his her its our".split())


@dataclass(frozen=True)
class Asked:
    """An instruction, the plan before it if it follows one, and the plan it means, both as lines."""

    instruction: str
    before: str | None
    plan: str
    source: str = ""
    """The file it stands in, without ending; empty: it is in none."""


@cache
def spoken() -> tuple[Asked, ...]:
    """All lines, in the order of the files.

    Raises:
        InputError: one is not of the form; names the file and the line.
    """
    found: dict[tuple[str, str | None], Asked] = {}
    for path in sorted(SPOKEN.glob("*.txt")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if line.strip() and not line.startswith("#"):
                one = replace(_parsed(line, f"{path}:{number}"), source=path.stem)
                found.setdefault((one.instruction.lower(), one.before), one)
    return tuple(found.values())


def of(split: Split) -> list[Asked]:
    """The lines of a split."""
    return [one for place, one in enumerate(spoken()) if (place % HELD_OUT == 0) == (split == "validation")]


def drawn(rng: Random, split: Split, twice: str = "") -> Iterator[Asked]:
    """Lines without end: all of them in a new order, again and again, each time a little different.

    Args:
        rng: Says which and how.
        split: Which of the lines.
        twice: A pattern of file names (``eyes*``): what they hold comes twice as often.
    """
    known = of(split)
    known += [one for one in known if fnmatch(one.source, twice)]
    names = sorted({name for one in known for name in _names(one) if _changeable(name)})
    while True:
        for one in rng.sample(known, len(known)):
            said = _swapped(rng, one, names) if split == "train" and rng.random() < SWAPPED else one
            yield _retyped(rng, said) if split == "train" and rng.random() < RETYPED else said


def _parsed(line: str, place: str) -> Asked:
    said, arrow, plan = line.rpartition(" => ")
    before, follows, wish = said.partition(" >> ")
    one = Asked(wish, before, plan) if follows else Asked(said, None, plan)
    try:
        for text in (one.plan, one.before):
            if text is not None:
                lines.read(text)
    except ValueError as error:
        raise InputError(
            f"no plan: {error}", subject=place, remedy="see agent/model/words/lines.py for its form"
        ) from error
    if not arrow or not one.instruction.strip():
        raise InputError("no wish and plan", subject=place, remedy="write 'wish => plan'")
    return one


def _regions(plan: str) -> list[str]:
    """The names of the regions in a line."""
    found = [plan[start:end].removeprefix("not ") for start, end in lines.regions_at(plan)]
    return [name for region in found for name in re.split(r" [+-] ", region)]


def _names(one: Asked) -> list[str]:
    return [name for name in _regions(one.plan) if one.instruction.lower().count(name) == 1]


def _swapped(rng: Random, one: Asked, names: list[str]) -> Asked:
    """The wish about other things, as far as its regions are named once and alone."""
    for name in dict.fromkeys(_names(one)):
        alike = [other for other in rng.sample(names, min(len(names), 30)) if _many(other) == _many(name)]
        if not alike or not _changeable(name) or not re.search(rf"(?<!\w){re.escape(name)}(?!\w)", one.instruction):
            continue
        new = alike[0]
        if one.instruction.lower().count(name) > 1:  # what another was changed for may hold it
            continue
        if new in one.instruction or (one.before is not None and name in _regions(one.before)):
            continue
        instruction = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", new.replace("\\", r"\\"), one.instruction)
        plan = re.sub(rf"((?:: |not | [+-] )){re.escape(name)}(?=; | [+-] |$)", rf"\g<1>{new}", one.plan)
        one = replace(one, instruction=instruction, plan=plan)
    return one


def _changeable(name: str) -> bool:
    """Whether a name can be put in another's place: none that says where or who in a sentence of its own."""
    words = name.split()
    return len(words) <= 6 and words[0] not in _NO_NOUN


def _many(name: str) -> bool:
    """Whether a name is of several things, as far as its look tells."""
    word = name.split(" of ")[0].split(" in ")[0].split(" on ")[0].split()[-1]
    return word in {"people", "men", "women", "children", "folks", "cattle", "sheep"} or (
        word.endswith("s") and not word.endswith("ss")
    )


def _retyped(rng: Random, one: Asked) -> Asked:
    """The same, typed by somebody else: other case and punctuation, a slip now and then."""
    plan = lines.read(one.plan)
    if plan.refusal is not None or len(one.instruction) < 12:
        return one
    marked = one.instruction.lower()
    for name in sorted(dict.fromkeys(_names(one)), key=len, reverse=True):
        marked = re.sub(rf"(?<![\w{OPEN}]){re.escape(name)}(?!\w)", f"{OPEN}{name}{CLOSE}", marked, count=1)
    if marked.count(OPEN) != len(set(_names(one))) or len(_names(one)) != len(_regions(one.plan)):
        return one
    text, plan = typed(rng, marked, plan)
    return Asked(text, one.before, lines.written(plan))


def planned(one: Asked) -> tuple[Plan | None, Plan]:
    """The plan before and the plan of a line."""
    return lines.read(one.before) if one.before is not None else None, lines.read(one.plan)
