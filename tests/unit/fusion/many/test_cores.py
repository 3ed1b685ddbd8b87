"""How cores and memory are shared out."""

import os
import threading
from pathlib import Path

import cv2
import pytest
import torch

from tests.patience import PATIENCE_S
from wordfuse.fusion.many import cores
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
def test_what_does_not_fit_waits(held: int, monkeypatch: pytest.MonkeyPatch) -> None:
    waits_or_has_it, has_it = threading.Event(), threading.Event()

    class Told(threading.Condition):
        """One that tells when somebody begins to wait for it."""

        def wait(self, timeout: float | None = None) -> bool:
            waits_or_has_it.set()
            return super().wait(timeout)

    monkeypatch.setattr(cores, "Condition", Told)
    memory = Memory(100)

    def work() -> None:
        with memory.taken(500 if held == 1 else 40):
            has_it.set()
            waits_or_has_it.set()

    worker = threading.Thread(target=work)
    with memory.taken(held):
        worker.start()
        assert waits_or_has_it.wait(PATIENCE_S)
        assert not has_it.is_set()
    worker.join(PATIENCE_S)
    assert has_it.is_set()


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


@pytest.mark.parametrize(
    ("told", "room"),
    [
        (["1048576\n"], 1048576),
        ([None, "2097152\n"], 2097152),
        (["3145728\n", "2097152\n"], 2097152),
        (["max\n"], None),
        ([None, "9223372036854771712\n"], None),  # so version 1 tells that there is none
        ([None, None], None),
        (["none of your business\n"], None),
    ],
)
def test_there_is_no_more_memory_than_the_container_has(
    told: list[str | None], room: int | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [tmp_path / str(number) for number in range(len(told))]
    for file, text in zip(files, told, strict=True):
        if text is not None:
            file.write_text(text)
    monkeypatch.setattr(cores, "LIMITS", files)
    host = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    assert cores._memory_bytes() == (room or host)
