"""Decoders are quiet in every thread that decodes, and loud again after the last."""

import threading
import warnings

from PIL import Image

from tests.patience import PATIENCE_S
from wordfuse.fusion.files.quiet import quiet_decoders


def test_the_last_of_the_threads_puts_the_settings_back() -> None:
    limit, filters = Image.MAX_IMAGE_PIXELS, list(warnings.filters)
    inside, leave = threading.Event(), threading.Event()

    def other() -> None:
        with quiet_decoders():
            inside.set()
            leave.wait(PATIENCE_S)

    thread = threading.Thread(target=other)
    with quiet_decoders():
        thread.start()
        assert inside.wait(PATIENCE_S)  # two at a time: neither waits for the other
    assert Image.MAX_IMAGE_PIXELS is None and warnings.filters[0][0] == "ignore"
    leave.set()
    thread.join(PATIENCE_S)
    assert limit is not None and limit == Image.MAX_IMAGE_PIXELS
    assert list(warnings.filters) == filters
