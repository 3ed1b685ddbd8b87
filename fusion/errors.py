"""The errors of wordfuse that a user can do something about.

::

    WordfuseError            exit 1   anything of ours that has a message for the user
    ├── InputError           exit 2   a file, argument or option that cannot be used
    ├── RegionError          exit 3   a region that cannot be worked on (empty, constant, too small)
    └── BackendUnreachable   exit 4   a language model or region backend that does not answer

Every message names the file or argument, says what is wrong and what to do about it.
``agent.errors`` adds the errors of the agent to this tree.
"""


class WordfuseError(Exception):
    """Base of every error with a message for the user."""

    exit_code = 1


class InputError(WordfuseError):
    """A file, argument or option that cannot be used as it is."""

    exit_code = 2


class RegionError(WordfuseError):
    """A region that exists but cannot be worked on: empty, constant or too small."""

    exit_code = 3


class BackendUnreachable(WordfuseError):
    """A language model or region backend that cannot be reached or loaded."""

    exit_code = 4
