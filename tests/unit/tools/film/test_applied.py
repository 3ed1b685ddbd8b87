"""An edit that is made again by what it did is the edit that was made: films and single pictures share one function."""

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from tests.fakes import Small, made
from wordfuse.fusion.applied import Applied
from wordfuse.fusion.film.applying import Scene, apply
from wordfuse.fusion.images import to_float, to_uint8
from wordfuse.tools.film.fitting import StepState, read_states, write_states
from wordfuse.tools.store.workspace import FUSED, Workspace

#: With how far the edit made again may be off, mean gray values inside its region.
EDITS = [
    ("incline", {"direction": "infrared"}, 2.0),  # the end of the way is told by a local function of the sources
    ("incline", {"direction": "visible"}, 2.0),
    ("relight", {"direction": "brighter"}, 0.6),
    ("relight", {"direction": "darker"}, 0.6),
    ("denoise", {}, 0.6),
    ("contrast", {"direction": "more"}, 0.6),
    ("contrast", {"direction": "less"}, 0.6),
    ("sharpen", {}, 0.6),
    ("destripe", {}, 0.6),
    ("blur", {}, 1.0),
    *(("recolour", {"direction": direction}, 0.6) for direction in ("vivid", "muted", "neutral", "heat")),
]


@pytest.fixture
def work(small: Small, tmp_path: Path) -> Workspace:
    """A noisy, striped pair with a region."""
    rng = np.random.default_rng(0)
    ir, vi = cv2.imread(str(small.ir), 0), cv2.imread(str(small.vi))
    striped = ir + rng.normal(0, 3, ir.shape) + 9 * rng.normal(0, 1, (1, ir.shape[1]))
    cv2.imwrite(str(tmp_path / "ir.png"), np.clip(striped, 0, 255).astype(np.uint8))
    cv2.imwrite(str(tmp_path / "vi.png"), np.clip(vi + rng.normal(0, 9, vi.shape), 0, 255).astype(np.uint8))
    settings = small.settings(preset="default", weights=None).for_tools()
    workspace = Workspace(tmp_path / "run", tmp_path / "ir.png", tmp_path / "vi.png", settings)
    made(workspace, "fuse")
    return workspace


def scene_of(work: Workspace) -> Scene:
    pair, fuser = work.pair, work.fuser
    return Scene(
        pair.infrared,
        pair.visible,
        fuser.fuse(pair.infrared, pair.visible).picture,
        lambda infrared, visible: fuser.fuse(infrared, visible).picture,
    )


@pytest.mark.parametrize("whole", [False, True], ids=["region", "whole"])
@pytest.mark.parametrize(("tool", "args", "off"), EDITS)
def test_an_edit_can_be_made_again(work: Workspace, tool: str, args: dict[str, Any], off: float, whole: bool) -> None:
    mask = None
    if not whole:
        grounding = made(work, "ground", phrases=["sky"])["grounding"]
        mask = made(work, "segment", grounding=grounding, invert=False)["mask"]
    told: list[Applied] = []
    work.made = told.append
    after = made(work, tool, image=FUSED, mask=mask, strength="normal", **args)["image"]
    (applied,) = told
    before, edited = work.image(FUSED), work.image(after)
    again = to_uint8(apply(applied, to_float(before), scene_of(work)))
    region = work.mask(mask)
    inside = np.ones(before.shape[:2], bool) if region is None else region > 127
    assert np.abs(again.astype(int) - edited).mean(axis=2)[inside].mean() < off
    assert np.array_equal(again[~inside], before[~inside])
    # What was done was something, unless there was nothing to do.
    if applied.amount and whole and tool != "destripe":
        assert np.abs(edited.astype(int) - before).mean(axis=2)[inside].mean() > 0.2


def test_what_an_edit_did_is_kept_in_a_file(work: Workspace, tmp_path: Path) -> None:
    told: list[Applied] = []
    work.made = told.append
    made(work, "denoise", image=FUSED, mask=None, strength="normal")
    made(work, "relight", image=FUSED, mask=None, strength="normal", direction="brighter")
    mask = np.zeros(work.pair.infrared.shape, np.float32)
    mask[10:20, 10:20] = 1
    write_states(tmp_path / "states.npz", [StepState(mask, tuple(told)), StepState(None, (None,))])
    first, second = read_states(tmp_path / "states.npz")
    assert second.mask is None and second.edits == (None,)
    assert first.mask is not None and np.array_equal(first.mask, mask)
    for kept, one in zip(first.edits, told, strict=True):
        assert kept is not None
        assert (kept.kind, kept.amount, kept.numbers, kept.where) == (one.kind, one.amount, one.numbers, one.where)
        assert (kept.within is None) == (one.within is None)
        for name, plane in one.planes.items():
            assert np.abs(kept.planes[name] - plane).max() < 2e-3, name


def test_faults_are_taken_out_where_that_is_settled(work: Workspace) -> None:
    for where in ("fused", "visible"):
        work.forget("denoise", None, None)
        work.where = where  # type: ignore[assignment]
        assert made(work, "denoise", image=FUSED, mask=None, strength="normal")["where"] == where
