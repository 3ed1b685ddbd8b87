"""inspect as a tool: what it is given, what it tells, and that it leaves everything as it was."""

from pathlib import Path

import numpy as np
import pytest

from tests.fakes import Small
from wordfuse.tools.inspect import InspectResult
from wordfuse.tools.registry import TOOLS, call
from wordfuse.tools.store.workspace import Workspace


@pytest.fixture
def work(small: Small, tmp_path: Path) -> Workspace:
    return Workspace(tmp_path, small.ir, small.vi, small.settings(regions="pixels").for_tools())


def told(work: Workspace, **args: str | None) -> InspectResult:
    answer = call("inspect", {"image": None, "mask": None} | args, work)
    assert answer.error is None
    return InspectResult.model_validate(answer.result)


def test_it_only_looks(work: Workspace) -> None:
    assert TOOLS["inspect"].looks_only
    call("fuse", {}, work)
    files = {path: path.read_bytes() for path in work.folder.rglob("*") if path.is_file()}
    catalogue = work.catalogue.model_copy(deep=True)
    assert told(work) == told(work)
    assert work.catalogue == catalogue
    assert {path: path.read_bytes() for path in work.folder.rglob("*") if path.is_file()} == files


def test_without_a_fused_picture_the_sources_are_inspected(work: Workspace) -> None:
    found = told(work)
    assert {one.where for one in (*found.findings, *found.measured)} == {"infrared", "visible"}
    call("fuse", {}, work)
    found = told(work)
    assert "fused" in {one.where for one in (*found.findings, *found.measured)}


def test_a_picture_that_is_damaged_is_told_of_with_its_remedy(work: Workspace) -> None:
    call("fuse", {}, work)
    noise = np.random.default_rng(0).normal(0, 30, work.image("fused").shape)
    work.save_image("a9", np.clip(work.image("fused") + noise, 0, 255).astype(np.uint8), "work/a9.png")
    (noisy,) = [one for one in told(work, image="a9").findings if (one.name, one.where, one.region) == _NOISE]
    assert noisy.severity > 0.5
    assert noisy.amount is not None
    assert noisy.amount > 0.8  # of sigma 30 to that of clean pictures
    assert (noisy.task, noisy.remedy) == ("denoise", f"wordfuse denoise --amount {noisy.amount:g}")
    turns = {one.task: one.turn for one in told(work, image="a9").findings if one.task is not None}
    assert sorted(turns.values()) == list(range(1, len(turns) + 1))
    assert all(turns["denoise"] < turn for task, turn in turns.items() if task not in ("denoise", "destripe"))
    assert not [one for one in told(work).findings if (one.name, one.where, one.region) == _NOISE]


_NOISE = ("noise", "fused", None)


def test_people_of_the_users_masks_are_looked_at_one_by_one(work: Workspace) -> None:
    call("fuse", {}, work)
    found = told(work)
    assert [one.region for one in (*found.findings, *found.measured) if one.name == "hard to see"] == ["person 1"]


def test_an_unknown_picture_or_mask_is_said(work: Workspace) -> None:
    assert "unknown image 'a7'" in (call("inspect", {"image": "a7", "mask": None}, work).error or "")
    assert "unknown mask 'm7'" in (call("inspect", {"image": None, "mask": "m7"}, work).error or "")
