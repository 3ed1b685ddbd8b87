"""One run at work at a time, in the order in which they came."""

import threading

import pytest

from tests.patience import until
from wordfuse.web.turns import GivenUp, Turns


def test_they_work_one_after_the_other() -> None:
    turns, at_work, order, most = Turns(), [0], list[int](), [0]
    told: dict[int, list[int]] = {}
    first_in, go = threading.Event(), threading.Event()

    def work(number: int) -> None:
        with turns.mine(told.setdefault(number, []).append, lambda: False):
            at_work[0] += 1
            most[0] = max(most[0], at_work[0])
            order.append(number)
            if number == 0:
                first_in.set()
                go.wait(60)
            at_work[0] -= 1

    threads = []
    for number in range(4):
        threads.append(threading.Thread(target=work, args=(number,)))
        threads[-1].start()
        assert until(first_in.is_set if number == 0 else lambda number=number: bool(told.get(number)))  # type: ignore[misc]
    go.set()
    for thread in threads:
        thread.join(60)
    assert (order, most) == ([0, 1, 2, 3], [1])
    assert told[0] == []
    assert told[3][0] == 3
    assert told[3] == sorted(told[3], reverse=True)


def test_who_gives_up_is_waited_for_by_nobody() -> None:
    turns, wanted = Turns(), [True]
    with turns.mine(lambda before: None, lambda: False):
        gone = threading.Event()

        def wait() -> None:
            with pytest.raises(GivenUp), turns.mine(lambda before: None, lambda: not wanted[0]):
                pass
            gone.set()

        threading.Thread(target=wait).start()
        wanted[0] = False
        assert gone.wait(60)
    with turns.mine(lambda before: pytest.fail("nobody is before"), lambda: False):
        pass
