"""What our adapter will probably answer, guessed from the words alone: read along, a right guess costs no time.

A guess decides nothing: of it stands what the model writes itself (``agent.model.embedded.embedded``). The linear
reading (``agent.model.gist``) names the effect, and the longest run of words that say nothing of effects the region.
"""

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from wordfuse.agent.model.gist import gist
from wordfuse.agent.model.turns import BEFORE_LINE, answer_of, parted
from wordfuse.agent.model.words import lines
from wordfuse.agent.model.words.spans import names_in
from wordfuse.agent.model.words.spelling import WISHING
from wordfuse.agent.plan import Plan

#: Words that may stand inside a name, but not at its edges; and those that stand in none.
_WITHIN: Final = frozenset("a an the of on in at to by near behind under above below beside between from with".split())
_OUTSIDE: Final = frozenset(
    """
    i me my we you your he she it its they them this that there these those what who which is are was be been being
    do does did can could will would should may might must have has had get got go let for if so as just now here
    very too a bit lot some any much way enough stand pop see tell find bring put set take keep help
    hard easy easily how again same also
    """.split()
)
_SLIGHT: Final = re.compile(r"\b(slight\w*|a bit|little|touch|hint|tad|gentl[ey]|smidge|somewhat|subtl[ey])\b")
_STRONG: Final = re.compile(r"\b(much|very|strong\w*|a lot|lots|really|heav\w+|considerabl[ey]|way|far|massively)\b")
_AGAIN: Final = re.compile(r"\b(same|again|more|less)\b")
_BUT: Final = re.compile(r"\b(but|except|besides|apart from|other than|rest|else)\b.*\w|\balone\b")


def guess(question: str, begun: str) -> str | None:
    """A whole answer to the question of a plan that begins so.

    Args:
        question: as ``turns.plan_messages`` puts it last, for our adapter.
        begun: the answer's beginning; it may end within a word.

    Returns:
        None where nothing comes to mind.

    Example:
        >>> guess("make the people stand out", "")
        '{"plan":"stand out: people"}'
    """
    if BEFORE_LINE.startswith(begun):
        begun = BEFORE_LINE
    if not begun.startswith(BEFORE_LINE):
        return None
    line = _unquoted(begun.removeprefix(BEFORE_LINE))
    done, between, last = line.rpartition("; ")
    for step in _steps(question, len(done.split("; ")) if between else 0):
        if step.startswith(last) and step not in done.split("; "):
            return answer_of(done + between + step)
    return answer_of(line) if last else None


@lru_cache(maxsize=8)
def _read(question: str) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """The kinds of what is asked for, the likeliest first; the regions in their order; how far."""
    text, before = parted(question)
    spoken = gist()(text, before)
    kinds = sorted(spoken, key=lambda kind: -spoken[kind])
    if before is not None and _AGAIN.search(text.lower()):
        kinds = list(dict.fromkeys([*lines.effects_in(lines.written(before)), *kinds]))
    names = list(_regions(text, before))
    inverted = "not " if _BUT.search(text.lower()) else ""
    return tuple(kinds), tuple(dict.fromkeys([*(inverted + name for name in names[:3]), *names])), _far(text)


def _steps(question: str, number: int) -> Iterator[str]:
    """What the step of this number may be, the likeliest first."""
    kinds, regions, far = _read(question)
    # The regions from the one of this number on, then those before it, then the whole picture.
    at = min(number, max(len(regions) - 1, 0))
    named = [f": {name}" for name in (*regions[at:], *regions[:at])]
    for kind in kinds:
        if kind[:2] in ("! ", "- "):
            yield kind
        else:
            strengths = ("", far) if kind[:2] == "? " or not far else (far, "")
            yield from (f"{kind}{strength}{region}" for strength in strengths for region in (*named, ""))


def _regions(text: str, before: Plan | None) -> Iterator[str]:
    """What regions may be called, the likeliest first."""
    names = names_in(text) or []
    clean = [name for name in names if _is_clean(name.split())]
    longest = [name for name in clean if not any(f" {name} " in f" {other} " and name != other for other in clean)]
    if not longest and before is not None and before.steps:
        line = lines.written(before)
        yield from (line[start:end] for start, end in lines.regions_at(line))
    yield from longest
    yield from (name for name in clean if name not in longest)
    yield from (name for name in names if name not in clean)


def _is_clean(words: list[str]) -> bool:
    said = [word for word in words if word not in _WITHIN]
    return not any(word in WISHING or word in _OUTSIDE for word in said) and not {words[0], words[-1]} & _WITHIN


def _far(text: str) -> str:
    """How far the effect is to go, as a line says it."""
    amounts = lines.amounts_in(text)
    if amounts:
        return f" {amounts[0]:g}%"
    if _SLIGHT.search(text.lower()):
        return " slight"
    return " strong" if _STRONG.search(text.lower()) else ""


def _unquoted(text: str) -> str:
    """JSON's text of a string without its quotes, as far as it goes."""
    try:
        unquoted: str = json.loads(f'"{text}"')
    except ValueError:
        return text
    return unquoted
