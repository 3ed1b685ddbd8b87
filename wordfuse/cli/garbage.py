"""Garbage is collected when there may be some: not while a command imports what it needs."""

import gc

#: Objects that a run's imports make, by and large; none of them is garbage.
IMPORTED = 300_000


def collected_late() -> None:
    """Put the first collection off until more objects are there than imports make, and leave those out from then on.

    Python looks for garbage whenever 700 more objects are there, and at all of them every so often: a fifth of the time
    that a run's imports take.
    """
    before = gc.get_threshold()

    def back_to_usual(phase: str, info: dict[str, int]) -> None:
        if phase == "stop":
            gc.callbacks.remove(back_to_usual)
            gc.freeze()
            gc.set_threshold(*before)

    gc.callbacks.append(back_to_usual)
    gc.set_threshold(IMPORTED, *before[1:])
