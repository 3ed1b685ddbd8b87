"""Errors of the agent and the evals name arguments as Python does; the command line adds its dashes."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from wordfuse import agent, evals
from wordfuse.agent import errors
from wordfuse.agent.plan import check_words
from wordfuse.agent.settings import build_settings
from wordfuse.agent.telling.explain import explained
from wordfuse.fusion.errors import InputError

FOLDERS = [Path(next(iter(package.__path__))) for package in (agent, evals)]
OPTION = re.compile(r"(?<!-)--[a-z]")


def said(source: str) -> Iterator[tuple[int, str]]:
    """Every text, and its line, in a statement that raises or in a call that makes an error."""
    for node in ast.walk(ast.parse(source)):
        makes = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in errors.__all__
        if isinstance(node, ast.Raise) or makes:
            for part in ast.walk(node):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield part.lineno, part.value


def test_a_message_with_an_option_would_be_found() -> None:
    source = 'def f(x):\n    raise InputError(f"--out {x}: no")\n\ndef g(x):\n    return RegionError("use --mask")\n'
    assert {(line, text) for line, text in said(source) if OPTION.search(text)} == {(2, "--out "), (5, "use --mask")}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_no_message_speaks_of_options(folder: Path) -> None:
    files = sorted(folder.rglob("*.py"))
    found = [(str(file), *one) for file in files for one in said(file.read_text()) if OPTION.search(one[1])]
    assert len(files) > 20 and not found


def test_settings_name_the_field_and_the_command_line_its_option() -> None:
    with pytest.raises(InputError) as caught:
        build_settings(max_pixels=1, limits={"attempts": 99})
    assert caught.value.argument == "max_pixels"
    told = "Input should be greater than or equal to 256"
    others = "Input should be less than or equal to 20"
    assert str(caught.value) == f"max_pixels: {told}; attempts: {others}"
    assert explained(caught.value)[0] == f"--max-pixels: {told}; --attempts: {others}"


@pytest.mark.parametrize(
    ("given", "argument", "problem"),
    [
        ({"foo": 1}, "foo", "unknown"),
        ({"masks": {3: "a.png"}}, "masks", "Input should be a valid string"),
        ({"limits": {"attempts": 0}}, "attempts", "Input should be greater than or equal to 1"),
        ({"limits": {"tries": 1}}, "tries", "unknown"),
    ],
)
def test_a_setting_is_named_as_it_was_given(given: dict[str, object], argument: str, problem: str) -> None:
    with pytest.raises(InputError) as caught:
        build_settings(**given)
    assert (caught.value.argument, caught.value.problem) == (argument, problem)


def test_an_empty_instruction_is_told_with_an_option_on_the_command_line_only() -> None:
    with pytest.raises(InputError, match="as in 'brighten"):
        check_words(" ")
    with pytest.raises(InputError, match="as in -i 'brighten"):
        check_words(" ", option="-i ")
