"""The phrases of the training corpus: what a file of them is, and how it is read.

``data/README.md`` says how such a file is written. Which of them it stands in is nothing to a list: it is found by its
name. Nothing is read before the first phrase is asked for.
"""

import json
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from wordfuse.fusion.errors import InputError

DATA = Path(__file__).parent / "data"

_SECTION = re.compile(r"\[([a-z_]+(?:\.[a-z_]+)*)\]")
_SLOT = re.compile(r"\{[^{}]*\}")
_COUNTED = re.compile(r"([1-9]\d*) \* (.+)")


@dataclass(frozen=True)
class Phrases:
    """All lists by name, in the order of the files and their lines, and the phrases that validation may not keep."""

    lists: dict[str, tuple[str, ...]]
    always_trained: frozenset[str]


@cache
def everything() -> Phrases:
    """The phrases that ship with wordfuse."""
    return read(DATA)


def listed(name: str) -> tuple[str, ...]:
    """The list of this name.

    Raises:
        InputError: There is none.
    """
    lists = everything().lists
    if name not in lists:
        raise InputError("no list of phrases has this name", subject=name, remedy=f"add [{name}] to a file in {DATA}")
    return lists[name]


def listed_below(name: str) -> tuple[str, ...]:
    """All lists called ``name.something``, one after the other."""
    below = [entries for one, entries in everything().lists.items() if one.startswith(f"{name}.")]
    return tuple(entry for entries in below for entry in entries)


def read(folder: Path) -> Phrases:
    """Read all files of phrases in a folder and those below it.

    Raises:
        InputError: A line is not as it should be; names the file and the line.
    """
    lists: dict[str, tuple[str, ...]] = {}
    always_trained: set[str] = set()
    for path in sorted(folder.rglob("*.txt")):
        file = _File(path)
        for number, line in enumerate(_text(path).split("\n"), 1):
            file.take(number, line)
        for name, entries in file.lists.items():
            if name in lists:
                raise file.wrong(file.begun[name], f"[{name}] stands in another file already", "give it another name")
            lists[name] = tuple(entries)
        always_trained |= file.always_trained
    return Phrases(lists, frozenset(always_trained))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("cannot be read", subject=path, remedy="make it a readable text file in UTF-8") from error


@dataclass
class _File:
    """A file of phrases that is being read."""

    path: Path
    lists: dict[str, list[str]] = field(default_factory=dict)
    begun: dict[str, int] = field(default_factory=dict)
    always_trained: set[str] = field(default_factory=set)
    slots: tuple[str, ...] = ()
    section: str | None = None

    def wrong(self, number: int, problem: str, remedy: str) -> InputError:
        """The error of a line."""
        return InputError(problem, subject=f"{self.path}:{number}", remedy=remedy)

    def take(self, number: int, line: str) -> None:
        """Take in a line."""
        if not line or line.startswith("#"):
            return
        if line != line.strip():
            raise self.wrong(number, "the line begins or ends with a space", "put the phrase in double quotes")
        if line.startswith("slots:"):
            self.slots, self.section = tuple(line.removeprefix("slots:").split()), None
            if odd := [slot for slot in self.slots if not _SLOT.fullmatch(slot)]:
                raise self.wrong(number, f"{odd[0]} is no slot", "write slots as {name}, with spaces between them")
        elif line.startswith("["):
            self._begin(number, line)
        else:
            self._add(number, line)

    def _begin(self, number: int, line: str) -> None:
        named = _SECTION.fullmatch(line)
        if not named:
            raise self.wrong(
                number, f"{line} is no name of a list", "write [name] or [name.name], or put a phrase in double quotes"
            )
        self.section = named[1]
        if self.section in self.lists:
            raise self.wrong(
                number, f"{line} stands in line {self.begun[self.section]} already", "add to that list instead"
            )
        self.lists[self.section], self.begun[self.section] = [], number

    def _add(self, number: int, line: str) -> None:
        if self.section is None:
            raise self.wrong(number, "a phrase outside of a list", "write the [name] of its list above it")
        said = line.removeprefix("! ")
        counted = _COUNTED.fullmatch(said)
        phrase = self._unquoted(number, counted[2] if counted else said)
        self._check_slots(number, phrase)
        entries = self.lists[self.section]
        if phrase in entries and not counted:
            raise self.wrong(
                number,
                f"{phrase!r} stands in [{self.section}] already",
                "take it out, or write '1 * ' before it to have it drawn more often",
            )
        entries += [phrase] * (int(counted[1]) if counted else 1)
        if said != line:
            self.always_trained.add(phrase)

    def _unquoted(self, number: int, said: str) -> str:
        if not said.startswith('"'):
            return said
        try:
            return str(json.loads(said))
        except ValueError as error:
            remedy = 'end it with ", and write " and \\ inside of it as \\" and \\\\'
            raise self.wrong(number, "a quoted phrase that is not one string", remedy) from error

    def _check_slots(self, number: int, phrase: str) -> None:
        for slot in _SLOT.findall(phrase):
            if slot not in self.slots:
                known = " ".join(self.slots) or "none"
                raise self.wrong(number, f"unknown slot {slot}", f"the slots of this list are: {known}")
        if set("{}") & set(_SLOT.sub("", phrase)):
            raise self.wrong(number, f"a brace without its other in {phrase!r}", "write a slot as {name}")
