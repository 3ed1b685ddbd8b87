"""A plan that two readings doubt is done where what it would mend is measured to be there, and only there."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.fakes import ScriptedModel, Small, plan, step
from tests.unit.agent.steps.test_perceiving import Picture, clean, flat, noisy, run
from wordfuse.agent.confirming import BELIEVED, LIKELY
from wordfuse.agent.model.words.refusals import doubted
from wordfuse.agent.plan import Plan
from wordfuse.agent.state import Json
from wordfuse.fusion.inspect.inspecting import looked_at, number_of
from wordfuse.fusion.inspect.severity import ALARM, scales

pytestmark = pytest.mark.usefixtures("quick")

SURE, UNLIKELY = LIKELY + 0.1, LIKELY - 0.1


def done(small: Small, folder: Path, picture: Picture, wish: str, meant: Plan) -> tuple[list[str], Json]:
    """The tasks of the steps that a run carried out, and its record of the instruction."""
    folder.mkdir(exist_ok=True)
    state = run(small, folder, picture, wish, model=ScriptedModel({wish: meant}, plans_only=True))
    (said,) = state["instructions"]
    return [one["task"] for one in said["steps"]], said


@pytest.mark.parametrize("region", [None, "road"])
def test_what_is_measured_to_be_there_is_mended(small: Small, tmp_path: Path, region: str | None) -> None:
    denoise = step("denoise") if region is None else step("denoise", None, region)
    tasks, said = done(small, tmp_path, noisy(clean()), "hm, grainy", doubted(plan(denoise), SURE))
    assert tasks == ["denoise"]
    assert said["refusal"] is None
    assert said["steps"][0]["satisfied"]


@pytest.mark.parametrize(
    ("meant", "why"),
    [
        (doubted(plan(step("dehaze")), SURE), "no haze is measured"),
        (doubted(plan(step("denoise")), UNLIKELY), "the readings hardly speak of it"),
        (doubted(plan(step("denoise"))), "nobody knows how far they agree"),
        (doubted(plan(step("denoise"), step("relight", "darker")), SURE), "one of them mends nothing"),
        (doubted(plan(step("denoise", None, "a unicorn")), SURE), "where it would be is not found"),
        (doubted(plan(step("recolour", "neutral")), SURE), "which colours there are to be is a wish"),
    ],
)
def test_what_nothing_speaks_for_is_refused_as_ever(small: Small, tmp_path: Path, meant: Plan, why: str) -> None:
    tasks, said = done(small, tmp_path, noisy(clean()), "hm, grainy", meant)
    assert not tasks, why
    assert said["refusal"] == meant.refusal


def test_who_names_a_blur_is_believed_where_others_would_not_see_it(small: Small, tmp_path: Path) -> None:
    """More than sharp pictures have, less than is told of unasked."""
    squares = np.full((120, 160, 3), 90, np.uint8)
    for row in range(10, 110, 40):
        squares[row : row + 24, 20:60] = (210, 200, 190)
        squares[row : row + 24, 90:140] = (40, 60, 50)
    sharpen = doubted(plan(step("sharpen")), SURE)
    soft = np.asarray(cv2.GaussianBlur(squares, (0, 0), 0.4), np.uint8)
    sharp = np.asarray(cv2.addWeighted(squares, 1.8, cv2.GaussianBlur(squares, (0, 0), 1.0), -0.8, 0), np.uint8)
    for picture, least, most in ((soft, BELIEVED["sharpen"], ALARM), (sharp, 0.0, BELIEVED["sharpen"])):
        number = number_of("blur", looked_at(picture)[0])
        assert number is not None
        assert least <= scales()["blur fused"].severity(number) < most
    assert done(small, tmp_path / "1", soft, "it is soft", sharpen)[0] == ["sharpen"]
    assert done(small, tmp_path / "2", sharp, "it is soft", sharpen)[1]["refusal"] == sharpen.refusal
    contrast = plan(step("contrast", "more"))
    assert done(small, tmp_path / "3", soft, "soft, and washed out", contrast)[0] == ["contrast"], "it was not named"


def test_an_open_wish_in_doubt_needs_something_to_mend(small: Small, tmp_path: Path) -> None:
    meant = doubted(plan(step("improve")), SURE)
    assert done(small, tmp_path / "1", noisy(clean()), "sort it", meant)[0][-1] == "denoise"
    assert done(small, tmp_path / "2", clean(), "sort it", meant)[1]["refusal"] == meant.refusal


def test_a_fault_that_is_spoken_of_and_left_out_is_mended_first_where_it_is_there(small: Small, tmp_path: Path) -> None:
    """Noise goes before contrast is raised, whichever was said first."""
    contrast = plan(step("contrast", "more"))
    tasks, _ = done(small, tmp_path / "1", noisy(flat(clean())), "washed out, and all this noise", contrast)
    assert tasks == ["denoise", "contrast"]
    tasks, _ = done(small, tmp_path / "2", flat(clean()), "washed out, and all this noise", contrast)
    assert tasks == ["contrast"], "there is none"
    tasks, _ = done(small, tmp_path / "3", noisy(flat(clean())), "washed out", contrast)
    assert tasks == ["contrast"], "nobody spoke of it"
