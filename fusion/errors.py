"""The errors of wordfuse that a user can do something about.

::

    WordfuseError            exit 1   anything of ours that has a message for the user
    ├── InputError           exit 2   a file, argument or option that cannot be used
    │   └── StorageError              a disk or a stream that takes or gives nothing now: full, read-only, not there
    ├── RegionError          exit 3   a region that cannot be worked on (empty, constant, too small)
    └── BackendUnreachable   exit 4   a language model or region backend that does not answer

Every message names the file or argument, says what is wrong and what to do about it. These three are fields as well, so
that no code has to read a message. Arguments have the names that they have in Python (``max_pixels``); whoever shows an
error to somebody who knows them by others spells them with :meth:`WordfuseError.told`.
``agent.errors`` adds the errors of the agent to this tree.
"""

import errno
import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

# Half a character each: no file, command line or checked argument can hold one, so nothing foreign passes for a name.
_NAMED = re.compile("\udc00([a-z_]+)\udc01")


def argument_named(name: str) -> str:
    """The name of an argument inside a problem or a remedy, for :meth:`WordfuseError.told` to spell.

    What it is put into cannot be shown, printed or encoded before it is spelled.

    >>> spelled(argument_named("max_pixels"))
    'max_pixels'
    """
    return f"\udc00{name}\udc01"


def spelled(text: str, spelling: Callable[[str], str] = str) -> str:
    """A text with the names of arguments in it spelled.

    >>> spelled("raise " + argument_named("max_pixels"), lambda name: "--" + name.replace("_", "-"))
    'raise --max-pixels'
    """
    return _NAMED.sub(lambda found: spelling(found[1]), text)


class WordfuseError(Exception):
    """Base of every error with a message for the user.

    Attributes:
        argument: the argument or setting that is at fault, by its name in Python; None where it is none of these.
        subject: what was given for it, or the file or thing that the problem is with; None where it goes without.
    """

    exit_code = 1

    def __init__(
        self,
        problem: str,
        *,
        argument: str | None = None,
        subject: str | Path | None = None,
        remedy: str | None = None,
    ) -> None:
        """Problem and remedy may name arguments, as :func:`argument_named` marks them."""
        super().__init__(spelled(problem))
        self._problem, self._remedy = problem, remedy
        self.argument = argument
        self.subject = None if subject is None else str(subject)
        self._within: tuple[str, ...] = ()

    @property
    def problem(self) -> str:
        """What is wrong, with arguments by their names in Python."""
        return spelled(self._problem)

    @property
    def remedy(self) -> str | None:
        """What to do about it, likewise; None where the problem says it all."""
        return None if self._remedy is None else spelled(self._remedy)

    def told(self, spelling: Callable[[str], str] = str) -> str:
        """The message: ``argument subject: problem; remedy``, each name of an argument spelled."""
        about = [spelling(self.argument)] if self.argument is not None else []
        about += [self.subject] if self.subject is not None else []
        start = [*self._within, *([" ".join(about)] if about else [])]
        end = f"; {spelled(self._remedy, spelling)}" if self._remedy is not None else ""
        return ": ".join([*start, spelled(self._problem, spelling)]) + end

    def again(
        self,
        kind: type["Kind"],
        *,
        within: str | Path | None = None,
        subject: str | None = None,
        remark: str | None = None,
        remedy: str | None = None,
    ) -> "Kind":
        """The same as an error of another kind, or with more to say; what it says stays in its fields.

        Args:
            kind: of the copy.
            within: where it is, told before everything else.
            subject: told instead of its argument and subject.
            remark: told after everything else, in brackets.
            remedy: told after its own.
        """
        problem, done = self._problem, self._remedy
        if remark is not None:
            problem, done = (f"{problem} ({remark})", None) if done is None else (problem, f"{done} ({remark})")
        if remedy is not None:
            done = remedy if done is None else f"{done}; {remedy}"
        about = (self.argument, self.subject) if subject is None else (None, subject)
        copy = kind(problem, argument=about[0], subject=about[1], remedy=done)
        copy._within = (*([str(within)] if within is not None else []), *self._within)
        return copy

    def __str__(self) -> str:
        """The message, with arguments by their names in Python."""
        return self.told()

    def __reduce__(self) -> tuple[Callable[..., "WordfuseError"], tuple[object, ...]]:
        """Errors come back from other processes with their fields."""
        return _again, (type(self), self.args, self.__dict__)


Kind = TypeVar("Kind", bound=WordfuseError)


def _again(kind: type[WordfuseError], args: tuple[object, ...], fields: dict[str, object]) -> WordfuseError:
    error = kind.__new__(kind)
    error.args = args
    error.__dict__.update(fields)
    return error


class InputError(WordfuseError):
    """A file, argument or option that cannot be used as it is."""

    exit_code = 2


class StorageError(InputError):
    """A disk or a stream that takes or gives nothing now: full, over a quota, read-only, not there."""


#: What a system says of storage that takes nothing, and what to do about it.
STORAGE_ERRORS = {
    errno.ENOSPC: "free some space there",
    errno.EDQUOT: "free some of the quota there",
    errno.EFBIG: "raise the limit on the size of files (ulimit -f)",
    errno.EROFS: "make it writable",
    errno.EACCES: "change its permissions",
    errno.EPERM: "change its permissions",
    errno.EIO: "look after that disk",
    errno.EMFILE: "raise the limit on open files (ulimit -n)",
    errno.ENFILE: "raise the limit on open files (ulimit -n)",
    errno.ENAMETOOLONG: "choose a shorter name",
}


def storage_error(
    error: OSError, subject: str | Path, *, argument: str | None = None, verb: str = "written", instead: str = ""
) -> StorageError:
    """What the system says of a file or a stream, as an error that names it and its remedy.

    Args:
        error: what the system said.
        subject: the file or the stream.
        argument: the argument that it was given by, where it was.
        verb: what it cannot be.
        instead: what else to do about it; default: to choose another place.
    """
    look = f"check that the folder {subject.parent} exists and is writable" if isinstance(subject, Path) else "check it"
    remedy = STORAGE_ERRORS.get(error.errno or 0, look)
    return StorageError(
        f"cannot be {verb} ({error.strerror or error})",
        argument=argument,
        subject=subject,
        remedy=f"{remedy}, or {instead or 'choose another place'}",
    )


class RegionError(WordfuseError):
    """A region that exists but cannot be worked on: empty, constant or too small."""

    exit_code = 3


class BackendUnreachable(WordfuseError):
    """A language model or region backend that cannot be reached or loaded."""

    exit_code = 4
