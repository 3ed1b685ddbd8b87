"""How a command ends when something is wrong: one line on standard error and the documented exit code."""

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import typer

from wordfuse.agent.telling.explain import explained
from wordfuse.agent.telling.streams import Unread
from wordfuse.agent.telling.text import printable

INTERRUPTED = 130

P = ParamSpec("P")
R = TypeVar("R")


def guarded(command: Callable[P, R]) -> Callable[P, R]:
    """Turn our errors into one line on standard error and the documented exit code."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except KeyboardInterrupt as stopped:
            complain(f"interrupted: {stopped}" if isinstance(stopped, Unread) else "interrupted")
            raise typer.Exit(INTERRUPTED) from None
        except (typer.Exit, typer.Abort):
            raise
        except Exception as error:
            text, exit_code = explained(error)
            complain(text)
            raise typer.Exit(exit_code) from None

    return run


def complain(text: str) -> None:
    """One line on standard error, whatever the names of files and the errors of libraries hold."""
    typer.echo(f"wordfuse: {printable(text)}", err=True)
