"""The next remedy: what a camera did last is undone first, as much as makes a picture like clean ones."""

from collections.abc import Collection, Iterable

import numpy as np
import pytest
from numpy.typing import NDArray

from wordfuse.fusion.inspect.inspecting import Found, graded
from wordfuse.fusion.inspect.kinds import FAULTS, Kind
from wordfuse.fusion.inspect.remedies import COVERED, STEPS, Remedy, mend, next_remedy, remedies, turns

Picture = NDArray[np.uint8]


def test_every_fault_that_a_task_mends_has_its_step() -> None:
    placed = [kind for kinds in STEPS for kind in kinds]
    assert sorted(placed) == sorted(kind for kind, fault in FAULTS.items() if fault.task is not None)


def test_the_sensors_faults_go_first_however_bad_the_others_are() -> None:
    found = [graded("dark", "visible", 10), graded("haze", "visible", 0.75), graded("noise", "visible", 8)]
    assert found[0].severity > found[2].severity
    done: list[Remedy] = []
    while (remedy := next_remedy(found, done)) is not None:
        done.append(remedy)
    assert [one.task for one in done] == ["denoise", "dehaze", "relight brighter"]
    assert turns(found) == {"denoise": 1, "dehaze": 2, "relight brighter": 3}


def test_what_is_no_fault_or_has_no_task_has_no_remedy() -> None:
    assert next_remedy([graded("noise", "visible", 1.0), graded("clipped", "visible", 60.0)]) is None


def test_a_task_is_asked_for_once_a_picture_for_its_worst_fault() -> None:
    found = [graded("noise", "infrared", 10), graded("dead pixels", "infrared", 12000), graded("noise", "visible", 5)]
    assert [(one.kind, one.where) for one in remedies(found)] == [("dead pixels", "infrared"), ("noise", "visible")]


def test_faults_of_regions_have_a_turn_but_are_not_the_pictures() -> None:
    dark = graded("dark", "fused", 20, "road", (0, 0, 9, 9))
    assert remedies([dark]) == []
    assert turns([dark]) == {"relight brighter": 1}


@pytest.mark.parametrize(
    ("kind", "number", "share"),
    [
        ("noise", 10.71, 0.90),  # to the 1.071 of clean pictures
        ("stripes", 2.497, 0.90),  # to 0.2497
        ("dark", 42.59, 1.0),  # to 85.18: twice as bright
        ("dark", 1.0, 3.0),  # what is black cannot be made bright at once
        ("blur", 0.9, 0.30),  # hypot(0.9, 1) / hypot(0.2767, 1)
        ("blur", 4.0, 0.6),
    ],
)
def test_as_much_as_makes_it_like_clean_pictures(kind: Kind, number: float, share: float) -> None:
    (remedy,) = remedies([Found(kind, "visible", None, 0.5, number)])
    assert remedy.amount == pytest.approx(share, abs=0.01)


def test_what_much_noise_has_covered_is_not_sharpened() -> None:
    blurred = [graded("blur", "visible", 2.0)]
    for number, task in ((4.5, "sharpen"), (15.0, None)):
        done = remedies([graded("noise", "visible", number)])
        assert (done[0].severity >= COVERED) == (task is None)
        remedy = next_remedy(blurred, done)
        assert (remedy and remedy.task) == task


def test_a_remedy_without_effect_is_tried_again_once_the_picture_has_changed() -> None:
    """A picture of four numbers: destripe and dehaze to be done; dehaze works only where there are no stripes."""
    tried: list[str] = []

    def measure(picture: Picture) -> list[Found]:
        return [graded("haze", "visible", picture[0] / 100), graded("stripes", "visible", float(picture[1]))]

    def apply(picture: Picture, remedy: Remedy) -> Picture:
        tried.append(remedy.task)
        if remedy.task == "dehaze" and picture[1]:
            return picture
        return np.array([0, picture[1]] if remedy.task == "dehaze" else [picture[0], 0], np.uint8)

    def last_first(found: Iterable[Found], done: Collection[Remedy]) -> Remedy | None:
        used = {one.task for one in done}
        return next((one for one in reversed(remedies(found)) if one.task not in used), None)

    picture, done = mend(np.array([60, 9], np.uint8), measure, apply, last_first)
    assert tried == ["dehaze", "destripe", "dehaze"]
    assert ([one.task for one in done], picture.tolist()) == (["destripe", "dehaze"], [0, 0])
    tried.clear()
    mend(np.array([60, 9], np.uint8), measure, apply)
    assert tried == ["destripe", "dehaze"]
