"""Every error of wordfuse that carries a message for the user, in one tree.

::

    WordfuseError              exit 1
    ├── InputError             exit 2   a file, argument or option that cannot be used
    │   └── UnknownId                   an id that names nothing in a run (told to the model, not to the user)
    ├── RegionError            exit 3   a region that is empty, constant or too small
    ├── AnswerError            exit 3   the language model answered, but never in the form that was asked for
    └── BackendUnreachable     exit 4   a language model or region backend that cannot be reached

Exit 130 (interrupted) and 100 (an eval suite below its baseline) are not errors of this kind.
"""

from fusion.errors import BackendUnreachable, InputError, RegionError, WordfuseError
from tools.types import UnknownId


class AnswerError(WordfuseError):
    """The language model answered, but never in the form that was asked for."""

    exit_code = 3


__all__ = ["AnswerError", "BackendUnreachable", "InputError", "RegionError", "UnknownId", "WordfuseError"]
