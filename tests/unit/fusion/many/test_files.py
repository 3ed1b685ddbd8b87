"""Many pairs of files at a time: their order, their errors, their pixels, and how they are stopped."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import cv2
import pytest
import torch

from tests.fakes import Small
from wordfuse.fusion.errors import InputError
from wordfuse.fusion.fusing import Fuser
from wordfuse.fusion.images import read_pair, read_picture
from wordfuse.fusion.many.cores import Memory
from wordfuse.fusion.many.files import Wanted, fuse_files


@pytest.fixture(autouse=True)
def three_threads() -> Iterator[None]:
    before = torch.get_num_threads(), cv2.getNumThreads()
    torch.set_num_threads(3)
    yield
    assert torch.get_num_threads() == 3  # as it was found
    torch.set_num_threads(before[0])
    cv2.setNumThreads(before[1])


def pairs(small: Small, folder: Path, names: list[str]) -> list[Wanted]:
    for kind, picture in (("ir", small.ir), ("vi", small.vi)):
        (folder / kind).mkdir()
        for name in names:
            shutil.copy(picture, folder / kind / f"{name}.png")
    return [Wanted(folder / f"ir/{name}.png", folder / f"vi/{name}.png", folder / f"out/{name}.png") for name in names]


def test_they_come_in_order_each_with_its_own_outcome(small: Small, tmp_path: Path) -> None:
    wanted = pairs(small, tmp_path, [f"{number:02d}" for number in range(12)])
    wanted[3].visible.write_bytes(b"not a picture")
    wanted[7].out.mkdir(parents=True)  # in the way
    outcomes = list(fuse_files(Fuser("default"), wanted))
    assert [number for number, one in enumerate(outcomes) if isinstance(one, Exception)] == [3, 7]
    broken, blocked = outcomes[3], outcomes[7]
    assert isinstance(broken, InputError) and broken.subject == str(wanted[3].visible)
    assert isinstance(blocked, InputError) and blocked.subject == str(wanted[7].out)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        f"{number:02d}.png" for number in range(12) if number != 3
    ]


@pytest.mark.parametrize("preset", ["default", "metric"])
def test_side_by_side_gives_the_pixels_of_one_alone(small: Small, tmp_path: Path, preset: str) -> None:
    fuser, wanted = Fuser(preset), pairs(small, tmp_path, [*"abcd"])
    alone, _ = fuser.fuse_pair(read_pair(small.ir, small.vi))
    assert [isinstance(one, dict) and one["warnings"] for one in fuse_files(fuser, wanted)] == [[]] * 4
    for one in wanted:
        assert (read_picture(one.out) == alone).all()


def test_what_ends_it_early_leaves_whole_pictures_and_begins_no_more(small: Small, tmp_path: Path) -> None:
    wanted = pairs(small, tmp_path, [f"{number:03d}" for number in range(300)])
    made = fuse_files(Fuser("default"), wanted)
    assert isinstance(next(made), dict)
    made.close()
    left = sorted((tmp_path / "out").iterdir())
    assert 1 <= len(left) < 300
    assert {path.suffix for path in left} == {".png"}
    assert all(read_picture(path).shape == (96, 128, 3) for path in left)


def test_a_fault_in_one_ends_them_all(small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is neither a file's fault nor the disk's is ours, and is not swallowed."""
    wanted = pairs(small, tmp_path, [*"abcd"])
    monkeypatch.setattr(os, "fsync", lambda handle: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        list(fuse_files(Fuser("default"), wanted))
    assert list((tmp_path / "out").iterdir()) == []


def test_with_little_memory_they_take_turns(small: Small, tmp_path: Path) -> None:
    wanted = pairs(small, tmp_path, [*"abc"])
    outcomes = list(fuse_files(Fuser("default"), wanted, memory=Memory(1)))
    assert all(isinstance(one, dict) for one in outcomes)
