"""docs/cli.md, made from the commands themselves: ``python -m wordfuse.cli.reference > docs/cli.md``.

A test compares the file with what this makes.
"""

import inspect
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import typer.main
from typer.models import OptionInfo

from wordfuse.agent.errors import BackendUnreachable, InputError, RegionError, WordfuseError
from wordfuse.cli.app import app
from wordfuse.cli.commands.evaluate import BELOW_BASELINE
from wordfuse.cli.guard import INTERRUPTED

_INTRODUCTION = """\
# Commands

Made by `python -m wordfuse.cli.reference > docs/cli.md` from the commands themselves; `wordfuse COMMAND --help` says
the same.

An option goes before its variable, and a variable before the default. The variable of a switch is `1` or `0`. Every
command except those of `train` and `bench` takes `--json`, `--llm`, `--model`, `--regions`, `--device`, `--seed` and
`--quiet`; one that has no meaning there does nothing and is not listed.

| exit code | means |
|---|---|
"""
_EXIT_CODES = {
    0: "every instruction satisfied, or met already and said so",
    WordfuseError.exit_code: "a fault of ours",
    InputError.exit_code: "bad usage or input, or a disk or standard output that takes nothing",
    RegionError.exit_code: "finished, but a step was refused, its region was not found, or its goal was not reached",
    BackendUnreachable.exit_code: "a language model or region backend cannot be reached",
    BELOW_BASELINE: "an eval suite fell below its baseline or threshold",
    INTERRUPTED: "interrupted, or standard output is read no more (`run`, `chat`, `script` and `train` can go on)",
}


def reference() -> str:
    """The whole file."""
    codes = "".join(f"| {code} | {meaning} |\n" for code, meaning in sorted(_EXIT_CODES.items()))
    sections = _sections(typer.main.get_command(app), "wordfuse")
    return _INTRODUCTION + codes + "".join(f"\n{section}" for section in sections)


def _sections(command: Any, words: str) -> Iterator[str]:
    """A section for a command, and those for what is below it."""
    subcommands = getattr(command, "commands", {})
    signature = inspect.signature(command.callback) if command.callback is not None else inspect.Signature()
    annotations = {name: parameter.annotation for name, parameter in signature.parameters.items()}
    params = [param for param in command.params if not getattr(param, "hidden", False)]
    arguments = [param for param in params if param.param_type_name == "argument"]
    options = [param for param in params if param.param_type_name == "option"]
    needed = [f"{_longest(param)} {_placeholder(param, annotations)}" for param in options if param.required]
    names = [_placeholder(param, annotations) for param in arguments]
    last = "COMMAND" if subcommands else None
    synopsis = " ".join(part for part in (words, *names, *needed, "[OPTIONS]", last) if part)
    lines = [f"## {words}", "", command.help, "", f"    {synopsis}"]
    if arguments:
        lines += ["", "| argument | what |", "|---|---|"]
        lines += [f"| `{_placeholder(param, annotations)}` | {param.help} |" for param in arguments]
    if options:
        lines += ["", "| option | what | default | variable |", "|---|---|---|---|"]
        lines += [_row(param, annotations) for param in options]
    yield "\n".join(lines) + "\n"
    for name, subcommand in subcommands.items():
        yield from _sections(subcommand, f"{words} {name}")


def _row(param: Any, annotations: dict[str, Any]) -> str:
    value = _placeholder(param, annotations)
    names = [f"`{name} {value}`" if value and name == _longest(param) else f"`{name}`" for name in param.opts]
    names += [f"`{name}`" for name in param.secondary_opts]
    told = [param.help, *_bounds(param, annotations), *_choices(_kind(param, annotations))]
    told += ["Needed."] if param.required else []
    told += _repeated(param) if param.multiple else []
    variable = f"`{param.envvar}`" if param.envvar else ""
    return f"| {', '.join(names)} | {' '.join(told)} | {_default(param)} | {variable} |"


def _repeated(param: Any) -> list[str]:
    held = f"The variable holds {'one a line' if param.callback else 'them apart by spaces'}."
    again = [] if "repeat" in param.help.lower() else ["May be repeated."]
    return again if held in param.help else [*again, held]


def _longest(param: Any) -> str:
    return max(map(str, param.opts), key=len)


def _kind(param: Any, annotations: dict[str, Any]) -> Any:
    """The type of one value, as the command says it."""
    kind = annotations.get(param.name, bool)
    while get_origin(kind) in (Annotated, Union, UnionType, list):
        kind = next(part for part in get_args(kind) if part is not type(None))
    return kind


def _placeholder(param: Any, annotations: dict[str, Any]) -> str:
    """What stands for the value of an option or argument; nothing for a switch."""
    if param.metavar:
        return str(param.metavar)
    if param.param_type_name == "argument":
        return str(param.name).upper()
    return {bool: "", int: "N", float: "X", Path: "PATH"}.get(_kind(param, annotations), "TEXT")


def _bounds(param: Any, annotations: dict[str, Any]) -> list[str]:
    declared = next((part for part in get_args(annotations.get(param.name)) if isinstance(part, OptionInfo)), None)
    if declared is None or declared.min is None:
        return []
    return [f"At least {declared.min}." if declared.max is None else f"From {declared.min} to {declared.max}."]


def _choices(kind: Any) -> list[str]:
    if get_origin(kind) is Literal:
        names = get_args(kind)
    elif isinstance(kind, type) and issubclass(kind, Enum):
        names = tuple(one.value for one in kind)
    else:
        return []
    return [f"One of {', '.join(f'`{name}`' for name in names)}."]


def _default(param: Any) -> str:
    default = param.default
    if isinstance(default, bool) and param.secondary_opts:
        return f"`{(param.opts if default else param.secondary_opts)[0]}`"
    if default is None or default is False or default == []:
        return ""
    if isinstance(default, list | tuple):
        return ", ".join(f"`{one}`" for one in default)
    if isinstance(default, float):
        return f"`{default:g}`"
    return f"`{default.value if isinstance(default, Enum) else default}`"


if __name__ == "__main__":
    typer.echo(reference(), nl=False)
