"""How cores and memory are shared out."""

import threading

import cv2
import pytest
import torch

from tests.patience import PATIENCE_S
from wordfuse.fusion.many.cores import Memory, shared_among


@pytest.mark.parametrize(("workers", "share"), [(1, 6), (2, 3), (4, 1), (6, 1), (9, 1)])
def test_each_worker_has_its_share_of_the_threads(workers: int, share: int) -> None:
    before = torch.get_num_threads(), cv2.getNumThreads()
    torch.set_num_threads(6)
    try:
        with pytest.raises(KeyError), shared_among(workers) as threads:
            assert (threads, torch.get_num_threads(), cv2.getNumThreads()) == (share, share, share)
            raise KeyError
        assert (torch.get_num_threads(), cv2.getNumThreads()) == (6, before[1])
    finally:
        torch.set_num_threads(before[0])


@pytest.mark.parametrize("held", [1, 61, 100])
def test_what_does_not_fit_waits(held: int) -> None:
    memory, begun, order = Memory(100), threading.Event(), list[str]()

    def work() -> None:
        begun.set()
        with memory.taken(500 if held == 1 else 40):
            order.append("taken")

    worker = threading.Thread(target=work)
    with memory.taken(held):
        worker.start()
        assert begun.wait(PATIENCE_S)
        order.append("given back")
    worker.join(PATIENCE_S)
    assert order == ["given back", "taken"]


def test_what_fits_does_not_wait() -> None:
    memory = Memory(100)
    with memory.taken(60), memory.taken(40):
        pass


def test_what_needs_more_than_all_of_it_has_it_alone() -> None:
    memory = Memory(100)
    with memory.taken(10**12):
        pass
    with memory.taken(100):
        pass
