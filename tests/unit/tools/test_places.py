"""Where a fault is best taken out is found by measuring: in the source that has it, else in the picture."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.fakes import Small, made
from wordfuse.evals.damage.ladders import LADDERS
from wordfuse.evals.damage.pairs import middle
from wordfuse.fusion.fusing import Fuser
from wordfuse.fusion.images import read_pair, to_float, to_uint8, write_png
from wordfuse.fusion.metrics.goals.stripes import estimate_stripes
from wordfuse.tools.edits.places import broken
from wordfuse.tools.effects import EFFECTS
from wordfuse.tools.store.workspace import Workspace

Picture = NDArray[np.uint8]
Begin = Callable[[str, str], tuple[Workspace, Picture]]
MASK = "m1"


@pytest.fixture
def begin(small: Small, shared: Path, tmp_path: Path) -> Begin:
    """The middle of a real pair, with damage of a kind to one of its pictures; and what the clean pair fuses to."""

    def made_run(kind: str, where: str) -> tuple[Workspace, Picture]:
        folder = shared / "data" / "dev" / "RoadScene"
        infrared = sorted((folder / "ir").iterdir())[0]
        pair = read_pair(infrared, next((folder / "vi").glob(f"{infrared.stem}.*")))
        clean = {"infrared": middle(to_uint8(pair.infrared)), "visible": middle(to_uint8(pair.visible))}
        wanted = to_uint8(Fuser().fuse(to_float(clean["infrared"]), to_float(clean["visible"])).picture)
        if where in clean:
            ladder = LADDERS[kind]
            clean[where] = ladder.damage(clean[where], ladder.steps[3], np.random.default_rng(0))
        files = {name: tmp_path / f"{name}.png" for name in clean}
        for name, path in files.items():
            write_png(path, clean[name])
        settings = small.settings(preset="default", weights=None).for_tools()
        work = Workspace(tmp_path / "run", files["infrared"], files["visible"], settings)
        made(work, "fuse")
        return work, wanted

    return made_run


def edit(work: Workspace, task: str, image: str = "fused", mask: str | None = None, **more: Any) -> dict[str, Any]:
    return made(work, task, image=image, mask=mask, **({"strength": "strong"} | more))


def draw_half(work: Workspace) -> NDArray[np.bool_]:
    height, width = work.pair.infrared.shape
    mask = np.zeros((height, width), np.uint8)
    mask[:, : width // 2] = 255
    work.save_mask(MASK, mask, "masks/m1.png")
    return mask > 127


def away(picture: Picture, wanted: Picture) -> float:
    return float(np.abs(picture.astype(float) - wanted).mean())


@pytest.mark.real
@pytest.mark.parametrize(
    ("kind", "where", "task"),
    [("stripes", "infrared", "destripe"), ("stripes", "visible", "destripe")],
)
def test_a_fault_of_one_source_is_taken_out_of_it(begin: Begin, kind: str, where: str, task: str) -> None:
    work, wanted = begin(kind, where)
    answer = edit(work, task)
    assert answer["where"] == where
    assert away(work.image(answer["image"]), wanted) < 0.8 * away(work.image("fused"), wanted)


@pytest.mark.real
def test_a_fault_that_came_in_later_is_taken_out_of_the_picture(begin: Begin) -> None:
    work, wanted = begin("stripes", "nowhere")
    striped = LADDERS["stripes"].damage(work.image("fused"), 8, np.random.default_rng(1))
    work.save_image("a9", striped, "work/a9.png")
    answer = edit(work, "destripe", "a9")
    assert answer["where"] == "fused"
    assert away(work.image(answer["image"]), wanted) < 0.6 * away(striped, wanted)


@pytest.mark.real
def test_earlier_edits_stay_and_nothing_changes_outside(begin: Begin) -> None:
    work, _ = begin("stripes", "infrared")
    inside = draw_half(work)
    brighter = edit(work, "relight", direction="brighter", strength="normal")["image"]
    answer = edit(work, "destripe", brighter, MASK)
    assert answer["where"] == "infrared"
    before, after = work.image(brighter), work.image(answer["image"])
    assert np.array_equal(before[~inside], after[~inside])
    assert abs(float(after[inside].mean()) - float(before[inside].mean())) < 1.5, "it is as bright as it was made"
    assert estimate_stripes(after, work.mask(MASK)) < 0.5 * estimate_stripes(before, work.mask(MASK))


@pytest.mark.real
def test_a_repeat_goes_on_where_it_began(begin: Begin) -> None:
    work, _ = begin("stripes", "infrared")
    first = edit(work, "destripe", strength="slight")
    again = edit(work, "destripe", first["image"], strength="slight")
    assert (first["where"], again["where"]) == ("infrared", "infrared")
    levels = [estimate_stripes(work.image(name)) for name in ("fused", first["image"], again["image"])]
    assert levels[0] > levels[1] > levels[2]


def test_guards_that_were_not_measured_are_not_broken() -> None:
    goal = EFFECTS["destripe"].goals[None]
    assert broken(goal, {}) == 0
    assert broken(goal, {"edges": 0.5, "halo": 30.0, "rim": 0.0}) == 2
