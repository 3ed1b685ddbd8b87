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


@pytest.mark.parametrize(("held", "wanted", "at_once"), [(60, 40, True), (60, 41, False), (1, 500, False)])
def test_what_does_not_fit_waits(held: int, wanted: int, at_once: bool) -> None:
    memory, begun, done = Memory(100), threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        with memory.taken(wanted):
            done.set()

    worker = threading.Thread(target=work)
    with memory.taken(held):
        worker.start()
        assert begun.wait(PATIENCE_S)
        if at_once:
            assert done.wait(PATIENCE_S)
        else:
            assert not done.wait(0.05)
    worker.join(PATIENCE_S)
    assert done.is_set()


def test_what_needs_more_than_all_of_it_has_it_alone() -> None:
    memory = Memory(100)
    with memory.taken(10**12):
        pass
    with memory.taken(100):
        pass
