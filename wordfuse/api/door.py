"""What is given from Python is looked at before anything is done: of the wrong type it is an error that names it."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from wordfuse.agent.errors import InputError
from wordfuse.agent.plan import check_words


def path_of(given: object, name: str) -> Path:
    """A file or folder; a ``~`` is the home folder, as in a shell.

    Raises:
        InputError: it is no name of one.
    """
    if not isinstance(given, str | os.PathLike):
        raise of_wrong_kind(given, name, "give the name of a file or folder")
    return Path(os.path.expanduser(os.fspath(given)))  # noqa: PTH111 (Path.expanduser fails where there is no such user)


def text_of(given: object, name: str) -> str:
    """Words that say something.

    Raises:
        InputError: they are empty, or no text.
    """
    if not isinstance(given, str):
        raise of_wrong_kind(given, name, "give a text")
    check_words(given)
    return given


def texts_of(given: object, name: str) -> list[str]:
    """One text or several, but not none.

    Raises:
        InputError: there is none, or one is empty or no text.
    """
    if isinstance(given, str):
        return [text_of(given, name)]
    if not isinstance(given, Iterable) or isinstance(given, bytes | Mapping):
        raise of_wrong_kind(given, name, "give a text, or several in a list")
    texts = [text_of(one, name) for one in given]
    if not texts:
        raise InputError("is empty", argument=name, remedy="say what is to be done")
    return texts


def mapping_of(given: object, name: str) -> Mapping[str, Any]:
    """What is given by name; None is nothing.

    Raises:
        InputError: it has no names.
    """
    if given is None:
        return {}
    if not isinstance(given, Mapping) or not all(isinstance(key, str) for key in given):
        raise of_wrong_kind(given, name, 'give a dictionary with names, as in {"my lamp": mask}')
    return given


def check_kind(given: object, kind: type, name: str, remedy: str) -> None:
    """Refuse what is not of a type.

    Raises:
        InputError: it is not.
    """
    if not isinstance(given, kind):
        raise of_wrong_kind(given, name, remedy)


def check_called(given: object, name: str) -> None:
    """Refuse what is there and cannot be called.

    Raises:
        InputError: it cannot.
    """
    if given is not None and not callable(given):
        raise of_wrong_kind(given, name, "give a function")


def check_llm(given: object) -> None:
    """Refuse what names no language model and is none.

    Raises:
        InputError: it is not.
    """
    if not isinstance(given, str) and not callable(getattr(given, "plan", None)):
        raise of_wrong_kind(given, "llm", "give 'embedded', the URL of a server, or a language model")


def of_wrong_kind(given: object, name: str, remedy: str) -> InputError:
    """The error for an argument of a type that is not taken."""
    return InputError(f"is of the type {type(given).__name__}", argument=name, remedy=remedy)
