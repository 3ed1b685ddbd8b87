"""Every error of wordfuse that carries a message for the user, in one tree.

::

    WordfuseError              exit 1
    ├── InputError             exit 2   a file, argument or option that cannot be used
    │   ├── StorageError                a disk or a stream that takes or gives nothing now: full, read-only, not there
    │   └── UnknownId                   an id that names nothing in a run (told to the model, not to the user)
    ├── RegionError            exit 3   a region that is empty, constant or too small
    ├── AnswerError            exit 3   the language model answered, but never in the form that was asked for
    │   └── ForeignAnswer               the server answered, but not as an OpenAI server does
    └── BackendUnreachable     exit 4   a language model or region backend that cannot be reached
        └── RequestRefused              the server is there, but takes no such request
            └── FormRefused             it may take the request in a simpler form

Exit 130 (interrupted) and 100 (an eval suite below its baseline) are not errors of this kind.
"""

from wordfuse.fusion.errors import BackendUnreachable, InputError, RegionError, StorageError, WordfuseError
from wordfuse.tools.types import UnknownId


class AnswerError(WordfuseError):
    """The language model answered, but never in the form that was asked for."""

    exit_code = 3


class ForeignAnswer(AnswerError):
    """What answered does not speak the protocol: a gateway's error page, say. No fault of the model."""


class RequestRefused(BackendUnreachable):
    """The server refuses a request that it would refuse again: one that is too long, an unknown model, a wrong key."""


class FormRefused(RequestRefused):
    """The server does not hold answers to a schema, say, or cannot be made to call a tool."""


__all__ = [
    "AnswerError",
    "BackendUnreachable",
    "ForeignAnswer",
    "FormRefused",
    "InputError",
    "RegionError",
    "RequestRefused",
    "StorageError",
    "UnknownId",
    "WordfuseError",
]
