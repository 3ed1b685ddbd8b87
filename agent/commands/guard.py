"""How a command ends when something is wrong: one line on standard error and the documented exit code."""

import functools
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar

import typer

from agent.text import printable
from fusion.errors import InputError, WordfuseError

INTERRUPTED = 130

P = ParamSpec("P")
R = TypeVar("R")


def guarded(command: Callable[P, R]) -> Callable[P, R]:
    """Turn our errors into one line on standard error and the documented exit code."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except WordfuseError as error:
            complain(str(error))
            raise typer.Exit(error.exit_code) from None
        except KeyboardInterrupt:
            complain("interrupted")
            raise typer.Exit(INTERRUPTED) from None
        except (typer.Exit, typer.Abort):
            raise
        except Exception as error:
            if isinstance(error, OSError) and error.filename is not None:
                # A name that is too long, a folder that may not be entered, a disk that is full: not a fault of ours.
                complain(f"{error.filename}: {error.strerror}; check the name, the permissions and the free space")
                raise typer.Exit(InputError.exit_code) from None
            place = traceback.extract_tb(error.__traceback__)[-1]
            complain(
                f"a fault of ours, please report it: {type(error).__name__}: {error} "
                f"({Path(place.filename).name}:{place.lineno})"
            )
            raise typer.Exit(1) from None

    return run


def complain(text: str) -> None:
    """One line on standard error, whatever the names of files and the errors of libraries hold."""
    typer.echo(f"wordfuse: {printable(text)}", err=True)
