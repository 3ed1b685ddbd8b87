"""``fusion`` and ``tools`` name arguments as Python does; dashes come in where their words leave for a user."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from wordfuse import fusion, tools
from wordfuse.fusion.regions.grounding.original import INSTALL
from wordfuse.tools.calls.spelling import dashed

OPTION = re.compile(r"--[a-z]")
FILES = sorted(
    file for package in (fusion, tools) for folder in package.__path__ for file in Path(folder).rglob("*.py")
)


def texts(source: str) -> Iterator[str]:
    """Every text of a module, also the parts of f-strings, but for docstrings."""
    tree = ast.parse(source)
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = [
        node.body[0].value
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    ]
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in docstrings:
            yield node.value


def test_the_search_sees_messages_and_no_docstrings() -> None:
    source = 'def f():\n    """As --said."""\n    raise InputError(f"{name}: wrong; raise --max-pixels")\n'
    assert [text for text in texts(source) if OPTION.search(text)] == [": wrong; raise --max-pixels"]


#: Commands to type, and to run: their options are not those of ours.
COMMANDS = {"original.py": [INSTALL], "detector.py": ["--ignore-scripts", "--silent", "--pack-destination"]}


@pytest.mark.parametrize("file", FILES, ids=lambda file: "/".join(file.parts[-3:]))
def test_no_message_names_an_option_of_the_command_line(file: Path) -> None:
    found = [text for text in texts(file.read_text()) if OPTION.search(text)]
    assert found == COMMANDS.get(file.name, [])


def test_an_argument_is_spelled_as_its_option() -> None:
    assert dashed("max_pixels") == "--max-pixels"
