"""Decoders that say nothing: what is wrong with a file is told by the error that they end with."""

import logging
import os
import threading
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from PIL import Image

_LOGS = [logging.getLogger(name) for name in ("tifffile", "PIL.TiffImagePlugin")]
_stderr_lock = threading.Lock()


class _Quiet:
    """No warnings or log lines, and our cap on pixels instead of Pillow's, which would refuse a raised ``max_pixels``.

    These are settings of the process: the first of the threads that decode makes them, the last puts them back.
    """

    def __init__(self) -> None:
        self._inside, self._lock, self._undo = 0, threading.Lock(), ExitStack()

    @contextmanager
    def __call__(self) -> Iterator[None]:
        with self._lock:
            self._inside += 1
            if self._inside == 1:
                self._begin()
        try:
            yield
        finally:
            with self._lock:
                self._inside -= 1
                if not self._inside:
                    self._undo.close()

    def _begin(self) -> None:
        self._undo.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")
        self._undo.callback(setattr, Image, "MAX_IMAGE_PIXELS", Image.MAX_IMAGE_PIXELS)
        Image.MAX_IMAGE_PIXELS = None
        for log in _LOGS:
            self._undo.callback(setattr, log, "disabled", log.disabled)
            log.disabled = True


quiet_decoders = _Quiet()


@contextmanager
def silent_libraries() -> Iterator[None]:
    """Nothing on stderr from libtiff and libpng, which know no other way to complain of damaged files."""
    with _stderr_lock, _stderr_nowhere():
        yield


@contextmanager
def _stderr_nowhere() -> Iterator[None]:
    try:
        stderr = os.dup(2)
    except OSError:  # there is none to write to
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(stderr, 2)
        os.close(stderr)
        os.close(nowhere)
