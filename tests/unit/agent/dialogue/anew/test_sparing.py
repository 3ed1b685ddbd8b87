"""An edit done anew without what was to stay as it was."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.fakes import ScriptedModel, Small
from tests.unit.agent.run.talks import PLANS, talking
from wordfuse.agent.dialogue.anew.sparing import spared
from wordfuse.agent.model.words import lines

pytestmark = pytest.mark.usefixtures("quick")

WISHES = PLANS | {
    "all brighter": lines.read("brighter slight"),
    "brighter still": lines.read("brighter slight"),
    "lift": lines.read("brighter slight: sky + people"),
}


@pytest.mark.parametrize(
    "text",
    [
        "not the sky though, keep the sky as it was",
        "but not the sky",
        "no, leave the sky alone",
        "keep the sky as it was please",
        "don't touch the sky",
        "the sky should stay as it was",
        "you shouldn't have changed the sky",
        "except the sky, leave it as it was",
        "put the sky back as it was",
        "bring the sky back to normal please",
    ],
)
def test_the_edit_is_done_anew_without_it(small: Small, tmp_path: Path, text: str) -> None:
    folder = tmp_path / "run"
    with talking(small, folder, ScriptedModel(WISHES)) as talk:
        talk.say("warm")
        talk.say("all brighter")
        assert talk.say(text).question is None
        (step,) = talk.instructions[-1].steps
        assert str(step.region) == "everything but sky" and step.best is not None and step.best.edit is not None
        assert step.best.edit.args["image"] == "001", "the picture before what is done anew"
        before, now = (np.asarray(Image.open(folder / file)) for file in ("images/001.png", talk.picture))
        sky = np.asarray(Image.open(folder / str(step.mask))) == 0
        assert np.array_equal(before[sky], now[sky]) and not np.array_equal(before, now)


def test_as_it_was_is_before_all_that_was_done_to_it_in_a_row(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run", ScriptedModel(WISHES)) as talk:
        talk.say("all brighter")
        talk.say("brighter still")
        found = spared("not the people though", talk.instructions)
    assert found is not None and found.start == "fused"
    assert lines.written(found.plan) == "brighter slight: not people; brighter: not people"


def test_a_region_of_its_own_is_left_out_and_one_inside_of_another_excepted(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run", ScriptedModel(WISHES)) as talk:
        talk.say("lift")
        told = talk.instructions
    for text, line in [
        ("not the sky", "brighter slight: people"),
        ("not the lamps though", "brighter slight: sky + people - lamps"),
    ]:
        found = spared(text, told)
        assert found is not None and lines.written(found.plan) == line


def test_where_nothing_else_was_done_it_is_undone_and_of_nothing_nothing_is_done(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run") as talk:
        assert talk.say("keep the sky as it was").question is None
        assert "Nothing is to be done" in str(talk.instructions[-1].refusal)
        talk.say("bright")
        assert talk.say("not the sky").control == "undo"


@pytest.mark.parametrize(
    "text",
    [
        *("keep the colours as they were", "keep it as it was", "keep the rest as it was", "not that one"),
        *("not the sky, the road", "not the last step", "without the glow", "leave the picture as it is"),
        *("brighten everything but not the sky", "don't touch anything", "keep going"),
    ],
)
def test_what_leaves_nothing_out(small: Small, text: str) -> None:
    assert spared(text, []) is None


def test_what_was_done_stays_where_nothing_comes_of_it_anew(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run", ScriptedModel(WISHES)) as talk:
        talk.say("all brighter")
        before = talk.picture
        assert talk.say("not the unicorn though").question is not None
        assert talk.answer("skip").question is None
        assert talk.picture == before
        assert talk.instructions[-1].steps[0].missing == ("unicorn",)
