"""The errors of wordfuse that a user can do something about.

::

    WordfuseError            exit 1   anything of ours that has a message for the user
    ├── InputError           exit 2   a file, argument or option that cannot be used
    ├── RegionError          exit 3   a region that cannot be worked on (empty, constant, too small)
    └── BackendUnreachable   exit 4   a language model or region backend that does not answer

Every message names the file or argument, says what is wrong and what to do about it. These three are fields as well, so
that no code has to read a message. Arguments have the names that they have in Python (``max_pixels``); whoever shows an
error to somebody who knows them by others spells them with :meth:`WordfuseError.told`.
``agent.errors`` adds the errors of the agent to this tree.
"""

import re
from collections.abc import Callable
from pathlib import Path

_NAMED = re.compile(r"\[\[([a-z_]+)\]\]")


def argument_named(name: str) -> str:
    """The name of an argument inside a problem or a remedy, for :meth:`WordfuseError.told` to spell.

    >>> argument_named("max_pixels")
    '[[max_pixels]]'
    """
    return f"[[{name}]]"


def spelled(text: str, spelling: Callable[[str], str] = str) -> str:
    """A text with the names of arguments in it spelled.

    >>> spelled("raise [[max_pixels]]", lambda name: "--" + name.replace("_", "-"))
    'raise --max-pixels'
    """
    return _NAMED.sub(lambda found: spelling(found[1]), text)


class WordfuseError(Exception):
    """Base of every error with a message for the user.

    Attributes:
        problem: what is wrong.
        argument: the argument or setting that is at fault, by its name in Python; None where it is none of these.
        subject: what was given for it, or the file or thing that the problem is with; None where it goes without.
        remedy: what to do about it; None where the problem says it all.
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
        super().__init__(problem)
        self.problem, self.argument, self.remedy = problem, argument, remedy
        self.subject = None if subject is None else str(subject)

    def told(self, spelling: Callable[[str], str] = str) -> str:
        """The message: ``argument subject: problem; remedy``, each name of an argument spelled."""
        about = [spelling(self.argument)] if self.argument is not None else []
        about += [self.subject] if self.subject is not None else []
        start = f"{' '.join(about)}: " if about else ""
        end = f"; {spelled(self.remedy, spelling)}" if self.remedy is not None else ""
        return start + spelled(self.problem, spelling) + end

    def __str__(self) -> str:
        """The message, with arguments by their names in Python."""
        return self.told()

    def __reduce__(self) -> tuple[Callable[..., "WordfuseError"], tuple[object, ...]]:
        """Errors come back from other processes with their fields."""
        return _again, (type(self), self.__dict__)


def _again(kind: type[WordfuseError], fields: dict[str, object]) -> WordfuseError:
    error = kind.__new__(kind)
    error.args = (fields["problem"],)
    error.__dict__.update(fields)
    return error


class InputError(WordfuseError):
    """A file, argument or option that cannot be used as it is."""

    exit_code = 2


class RegionError(WordfuseError):
    """A region that exists but cannot be worked on: empty, constant or too small."""

    exit_code = 3


class BackendUnreachable(WordfuseError):
    """A language model or region backend that cannot be reached or loaded."""

    exit_code = 4
