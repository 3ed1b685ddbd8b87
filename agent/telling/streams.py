"""Standard output and error as a command finds them: closed, full, or read by nobody any more.

Only a process of our own is changed: :func:`standard_streams` is called where the command line begins.
"""

import io
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar

from wordfuse.fusion.errors import storage_error

T = TypeVar("T")

_STANDARD = ((0, os.O_WRONLY), (1, os.O_RDONLY), (2, os.O_WRONLY))


class Unread(KeyboardInterrupt):
    """Whoever read standard output has left, as behind ``| head -1``: no more is wanted, as after Ctrl-C."""


class Output(io.TextIOWrapper):
    """Standard output: what cannot be written there is told by whoever writes it, and at every further try."""

    _failure: OSError | None = None

    def write(self, text: str, /) -> int:
        """See ``io.TextIOBase``.

        Raises:
            Unread: nobody reads it any more.
            StorageError: it cannot be written.
        """
        return self._tried(lambda: super(Output, self).write(text))

    def flush(self) -> None:
        """See ``io.IOBase``; raises as :meth:`write`."""
        self._tried(super().flush)

    def rest(self) -> None:
        """Nothing more is written by anybody who could tell; what is left goes nowhere if it cannot go out."""
        self._failure = None

    def _tried(self, act: Callable[[], T]) -> T:
        if self._failure is None:
            try:
                return act()
            except OSError as error:
                self._failure = error
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, self.fileno())  # else what is left fails again at the end of the process
                os.close(nowhere)
        if isinstance(self._failure, BrokenPipeError):
            raise Unread("nobody reads standard output any more") from self._failure
        raise storage_error(self._failure, "standard output", instead="send it elsewhere") from self._failure


class Unheeded(io.TextIOWrapper):
    """Standard error: the work goes on where nobody can be told of it."""

    def write(self, text: str, /) -> int:
        """See ``io.TextIOBase``; what cannot be written is lost."""
        with suppress(OSError):
            return super().write(text)
        return len(text)

    def flush(self) -> None:
        """See ``io.IOBase``; what cannot be written is lost."""
        with suppress(OSError):
            super().flush()


@contextmanager
def standard_streams() -> Iterator[None]:
    """Make standard output one that tells what goes wrong.

    A descriptor that is closed is opened, so that no file of ours gets its number, and with it what others print. It is
    one that can neither be read nor written, as standard output was.
    """
    for number, mode in _STANDARD:
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, mode), True)  # the lowest number that is free
    encoding, lines = ("utf-8", False) if sys.stdout is None else (sys.stdout.encoding, sys.stdout.isatty())
    binary = os.fdopen(1, "wb", closefd=False)
    output = Output(binary, encoding=encoding, errors="backslashreplace", line_buffering=lines)
    sys.stdout = sys.__stdout__ = output  # type: ignore[misc]
    try:
        yield
    finally:
        output.rest()
