"""YAML as plain values, with the line and column of each, so that every complaint can name its place."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from wordfuse.fusion.errors import InputError

MOST_BYTES = 1_000_000
MOST_VALUES = 100_000  # what an alias stands for counts as often as it is used: nested ones grow without end

Steps = tuple[str | int, ...]
_MERGE = "tag:yaml.org,2002:merge"
_JSON = (str, int, float, type(None))


@dataclass(frozen=True)
class Placed:
    """What a YAML file says, and where.

    Attributes:
        file: the file.
        value: what it says, as JSON could hold it: mappings with text for keys, lists, text, numbers, yes or no, null.
        marks: path of a value -> line and column, from 1: of its key in a mapping, of itself in a list.
    """

    file: Path
    value: Any
    marks: dict[Steps, tuple[int, int]]

    def mark(self, *path: str | int) -> tuple[int, int]:
        """Line and column of a value or, where it is not there, of what is nearest around it."""
        while path not in self.marks:
            path = path[:-1]
        return self.marks[path]

    def place(self, *path: str | int) -> str:
        """``FILE:LINE:COLUMN`` of :meth:`mark`."""
        line, column = self.mark(*path)
        return f"{self.file}:{line}:{column}"


def read_yaml(file: Path) -> Placed:
    """Read a file with one YAML document.

    Anchors, aliases and merge keys (``<<``) work; tags that would build objects do not.

    Raises:
        InputError: the file cannot be read, is no YAML, is larger than a megabyte or grows beyond all measure, has a
            key twice, or holds what JSON cannot; the message names line and column.
    """
    try:
        with file.open("rb") as opened:
            data = opened.read(MOST_BYTES + 1)
        text = data.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        what = getattr(error, "strerror", None) or error
        raise InputError(f"cannot be read ({what})", subject=file, remedy="give a text file in UTF-8") from error
    if len(data) > MOST_BYTES:
        raise InputError(f"larger than {MOST_BYTES // 1000} kB", subject=file, remedy="split it into several files")
    try:
        loader = yaml.SafeLoader(text)
        node = loader.get_single_node()
        reader = _Reader(file, loader)
        value = None if node is None else reader.read(node, ())
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{file}:{mark.line + 1}:{mark.column + 1}" if mark else str(file)
        what = getattr(error, "problem", None) or " ".join(str(error).split())
        raise InputError(
            f"not YAML ({what})", subject=place, remedy="check the indentation, brackets and quotes there"
        ) from error
    except RecursionError as error:
        raise InputError("nested too deeply", subject=file, remedy="write it flatter") from error
    return Placed(file, value, {(): (1, 1)} | reader.marks)


class _Reader:
    """Turns nodes into plain values and remembers where they stood."""

    def __init__(self, file: Path, loader: yaml.SafeLoader) -> None:
        self.file, self.loader = file, loader
        self.marks: dict[Steps, tuple[int, int]] = {}
        self._left, self._open = MOST_VALUES, set[int]()

    def read(self, node: yaml.Node, path: Steps) -> Any:
        """The value of a node and of all below it."""
        self._left -= 1
        if self._left < 0:
            raise self._wrong(node, f"more than {MOST_VALUES} values, aliases written out", "use fewer")
        if id(node) in self._open:
            raise self._wrong(node, "contains itself by an alias", "write it out")
        self._open.add(id(node))
        try:
            if isinstance(node, yaml.MappingNode):
                return self._mapping(node, path)
            if isinstance(node, yaml.SequenceNode):
                return self._sequence(node, path)
            return self._scalar(node)
        finally:
            self._open.discard(id(node))

    def _mapping(self, node: yaml.MappingNode, path: Steps) -> dict[str, Any]:
        self._usual(node, "tag:yaml.org,2002:map")
        value: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if key_node.tag == _MERGE:
                parts = value_node.value if isinstance(value_node, yaml.SequenceNode) else [value_node]
                for part in reversed(parts):  # of several, the first wins
                    if not isinstance(part, yaml.MappingNode):
                        raise self._wrong(key_node, "'<<' takes a mapping, or a list of them", "name one by its alias")
                    value |= self.read(part, path)
        own: dict[str, yaml.Node] = {}
        for key_node, value_node in node.value:
            if key_node.tag == _MERGE:
                continue
            key = self.read(key_node, ())
            if not isinstance(key, str):
                raise self._wrong(key_node, "a key is no text", "put it in quotes")
            if key in own:
                line = own[key].start_mark.line + 1
                raise self._wrong(key_node, f"{key!r} is given twice (first in line {line})", "remove one")
            own[key] = key_node
            self.marks[(*path, key)] = _position(key_node)
            value[key] = self.read(value_node, (*path, key))
        return value

    def _sequence(self, node: yaml.SequenceNode, path: Steps) -> list[Any]:
        self._usual(node, "tag:yaml.org,2002:seq")
        values = []
        for i, item in enumerate(node.value):
            self.marks[(*path, i)] = _position(item)
            values.append(self.read(item, (*path, i)))
        return values

    def _scalar(self, node: yaml.Node) -> Any:
        try:
            value = self.loader.construct_object(node)
        except ValueError as error:  # the 45th of a month
            raise self._wrong(node, f"not YAML ({error})", "put it in quotes") from error
        if not isinstance(value, _JSON):
            raise self._wrong(node, f"a {type(value).__name__}, no text or number", "put dates and the like in quotes")
        return value

    def _usual(self, node: yaml.Node, tag: str) -> None:
        """Refuse sets, ordered maps, pairs and objects."""
        if node.tag != tag:
            raise self._wrong(node, f"not YAML that is read here (the tag {node.tag})", "remove the tag")

    def _wrong(self, node: yaml.Node, problem: str, remedy: str) -> InputError:
        line, column = _position(node)
        return InputError(problem, subject=f"{self.file}:{line}:{column}", remedy=remedy)


def _position(node: yaml.Node) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1
