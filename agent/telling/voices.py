"""One voice on the terminal: ours. What libraries warn of and log goes to a file, the debug log.

Only a process of our own is changed: :func:`one_voice` is called where the command line and its workers begin, never by
an import, so that whoever uses these modules from Python keeps their own warnings and logging.
"""

import errno
import importlib
import logging
import os
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TextIO

from wordfuse.agent.telling.streams import Unheeded
from wordfuse.fusion.fetched.userfolders import at_home, user_folder

#: Whose log lines are meant for the person at the terminal.
OURS = frozenset({"wordfuse"})

_STDOUT, _STDERR = 1, 2
_MOST_BYTES = 1 << 20  # then it makes room, so that at most twice as much is kept
_FORMAT = "%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"


def debug_log() -> Path:
    """The file that keeps what libraries say: ``WORDFUSE_DEBUG_LOG``, or one among the user's logs.

    Raises:
        FileNotFoundError: there is no home for it.
    """
    chosen = os.environ.get("WORDFUSE_DEBUG_LOG")
    return at_home(chosen) if chosen else user_folder("log") / "debug.log"


def one_voice() -> None:
    """Send what libraries say in this process to the debug log, from here on; a second call changes nothing.

    This is what they warn of, what they log, whatever handlers they bring, and what C libraries write to standard
    error. ``sys.stderr`` stays the terminal, and so does what our own modules log, from warnings up.
    """
    global _voices
    if _voices is None and sys.stderr is not None:
        _voices = _Voices(sys.stderr, _opened())
        _voices.take_over()


@contextmanager
def lent_terminal() -> Iterator[None]:
    """Processes that are started inside have the terminal as standard error, not the debug log."""
    if _voices is None:
        yield
        return
    os.dup2(_voices.terminal.fileno(), _STDERR)
    try:
        yield
    finally:
        os.dup2(_voices.log.fileno(), _STDERR)


def in_one_voice(module: str, function: str, *args: Any) -> None:
    """Begin a process of ours: one voice first, then a function of a module whose imports may have something to say."""
    one_voice()
    getattr(importlib.import_module(module), function)(*args)


class _Voices:
    """Who speaks where in this process."""

    def __init__(self, stderr: TextIO, log: TextIO) -> None:
        """Nothing is changed yet.

        Args:
            stderr: standard error as it is.
            log: the debug log.
        """
        self.log = log
        self.terminal = Unheeded(
            os.fdopen(os.dup(_STDERR), "wb"), encoding=stderr.encoding, errors="backslashreplace", line_buffering=True
        )
        self._keeps = logging.StreamHandler(log)
        self._keeps.setFormatter(logging.Formatter(_FORMAT))

    def take_over(self) -> None:
        """Part our voice from those of the libraries."""
        os.dup2(self.log.fileno(), _STDERR)
        sys.stderr = sys.__stderr__ = self.terminal  # type: ignore[misc]
        logging.captureWarnings(True)
        logging.raiseExceptions = False  # a library's broken log line would print a traceback
        # Where a record meets its handlers is the one place that no library goes round, not those either that bring
        # handlers of their own and let nothing through to the root.
        logging.Logger.callHandlers = self._delivering(logging.Logger.callHandlers)  # type: ignore[method-assign, assignment]

    def _delivering(self, usual: "_Deliver") -> "_Deliver":
        """What hands a record out: ours as usual, those of libraries to handlers that do not write to the terminal."""

        def deliver(logger: logging.Logger, record: logging.LogRecord) -> None:
            self._keeps.handle(record)
            if record.name.partition(".")[0] in OURS:
                usual(logger, record)
                return
            for handler in _handlers(logger):
                if record.levelno >= handler.level and not self._speaks(handler):
                    handler.handle(record)

        return deliver

    def _speaks(self, handler: logging.Handler) -> bool:
        """Whether a handler writes to the terminal: the standard library's, rich's and others of their make."""
        stream = getattr(handler, "stream", None) or getattr(getattr(handler, "console", None), "file", None)
        try:
            return stream is not None and stream.fileno() in (_STDOUT, _STDERR, self.terminal.fileno())
        except (AttributeError, OSError, ValueError):  # it is no file, or closed
            return stream in (sys.stdout, sys.stderr)


_Deliver = Callable[[logging.Logger, logging.LogRecord], None]
_voices: _Voices | None = None


def _handlers(logger: logging.Logger) -> Iterator[logging.Handler]:
    """The handlers that a record of this logger meets."""
    place: logging.Logger | None = logger
    while place is not None:
        yield from place.handlers
        place = place.parent if place.propagate else None


def _opened() -> TextIO:
    """The debug log, made where it is not there; where it cannot be, what libraries say is lost."""
    try:
        path = debug_log()
        path.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            found = path.stat()
            # A pipe that nobody reads would hold everything up.
            if not stat.S_ISREG(found.st_mode) and path != Path(os.devnull):
                raise OSError(errno.EINVAL, "not a regular file")
            if found.st_size > _MOST_BYTES:
                path.replace(path.with_name(f"{path.name}.old"))
        # For the owner alone: a library may quote what it was asked to fetch, and with which key.
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    except OSError as error:
        chosen = os.environ.get("WORDFUSE_DEBUG_LOG")
        if chosen:
            sys.stderr.write(f"wordfuse: warning: WORDFUSE_DEBUG_LOG: {chosen}: cannot be written ({error.strerror})\n")
        descriptor = os.open(os.devnull, os.O_WRONLY)
    return os.fdopen(descriptor, "a", buffering=1, encoding="utf-8", errors="backslashreplace")
