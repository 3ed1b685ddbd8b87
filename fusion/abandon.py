"""Give work up in the middle: for a caller who does not want its result any more.

``finetune.run.Control.cancelled`` ends an edit in good order, with a picture of what was reached. That takes as long as
the rest of the edit, and where nobody waits for the picture it is for nothing. Here the work ends where it is: between
two tiles, trials or epochs.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_unwanted: ContextVar[Callable[[], bool] | None] = ContextVar("unwanted", default=None)


class Abandoned(BaseException):
    """The work was given up. As with ``KeyboardInterrupt``, nothing on the way takes it for an error to live with."""


@contextmanager
def abandoned_when(unwanted: Callable[[], bool]) -> Iterator[None]:
    """Give up what runs inside, in this thread, as soon as ``unwanted`` says so.

    Raises:
        Abandoned: it did.
    """
    before = _unwanted.set(unwanted)
    try:
        yield
    finally:
        _unwanted.reset(before)


def still_wanted() -> None:
    """Go on, or give up: called wherever work can end without harm.

    Raises:
        Abandoned: the caller of the work wants no more of it.
    """
    unwanted = _unwanted.get()
    if unwanted is not None and unwanted():
        raise Abandoned
