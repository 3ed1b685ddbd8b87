"""Everything taken back but some of it."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.fakes import ScriptedModel, Small
from tests.unit.agent.run.talks import PLANS, talking
from wordfuse.agent.dialogue.anew.keeping import kept, without
from wordfuse.agent.model.words import lines
from wordfuse.agent.record import Instruction

pytestmark = pytest.mark.usefixtures("quick")


def two_edits(small: Small, folder: Path) -> list[Instruction]:
    """People warmer, then the sky brighter."""
    with talking(small, folder / "run") as talk:
        talk.say("warm")
        talk.say("bright")
        return talk.instructions


@pytest.mark.parametrize(
    "text",
    [
        "put everything back except the sky",
        "back to the original but keep the sky",
        "start over, only keep the sky",
        "undo everything but the sky please",
        "undo everything, but keep the sky",
        "keep the sky and undo the rest",
        "put it all back to how it was, except for the sky edit",
        "revert all the changes apart from what you did to the sky",
        "undo everything except the last one",
    ],
)
def test_what_stays_is_done_anew(small: Small, tmp_path: Path, text: str) -> None:
    found = kept(text, two_edits(small, tmp_path))
    assert found is not None and found.start == "fused"
    assert [str(step) for step in found.plan.steps] == ["brighter (slight): sky"]


@pytest.mark.parametrize("text", ["undo everything", "brighten everything except the sky", "undo that", "keep the sky"])
def test_what_is_no_such_wish(text: str) -> None:
    assert kept(text, []) is None


def test_the_rest_is_as_it_was_fused_and_it_can_be_undone(small: Small, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    with talking(small, folder, ScriptedModel(PLANS)) as talk:
        talk.say("bright")
        talk.say("warm")
        assert talk.say("put everything back except the sky").question is None
        said = talk.instructions[-1]
        (step,) = said.steps
        fused, now = (np.asarray(Image.open(folder / file)) for file in ("fused.png", talk.picture))
        mask = np.asarray(Image.open(folder / str(step.mask)))
        assert np.array_equal(fused[mask == 0], now[mask == 0]) and not np.array_equal(fused, now)
        talk.undo()
        assert talk.picture == "images/002.png"


@pytest.mark.parametrize(
    "text", ["put everything back except the cars", "undo everything except the sky and the people"]
)
def test_where_it_is_unclear_nothing_is_taken_back(small: Small, tmp_path: Path, text: str) -> None:
    with talking(small, tmp_path / "run") as talk:
        talk.say("both")
        before = talk.picture
        talk.say(text)
        assert "brighter (slight): sky" in str(talk.instructions[-1].refusal)
        assert talk.picture == before


def test_of_nothing_nothing_stays(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run") as talk:
        talk.say("undo everything except the sky")
        assert "Nothing was changed yet" in str(talk.instructions[-1].refusal)


@pytest.mark.parametrize(
    "text",
    [
        "take back only what you did to the people and keep everything else",
        "Undo the people, please.",
        "undo the edit of the people",
        "take what you did to the people back, but leave the rest as it is",
        "could you revert just the change to the people",
    ],
)
def test_what_was_done_to_one_thing_is_taken_back(small: Small, tmp_path: Path, text: str) -> None:
    found = without(text, two_edits(small, tmp_path))
    assert found is not None and found.start == "fused"
    assert [str(step) for step in found.plan.steps] == ["brighter (slight): sky"]


def test_what_was_done_last_is_undone(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run") as talk:
        talk.say("warm")
        before = talk.picture
        talk.say("bright")
        found = without("undo what you did to the sky", talk.instructions)
        assert found is not None and found.plan.control == "undo"
        assert talk.say("take back the change to the sky").control == "undo" and before == "images/001.png"


@pytest.mark.parametrize("text", ["undo that", "undo", "undo the last edit", "undo the glare on the road", "undo it"])
def test_all_other_ways_back_are_no_such_wish(small: Small, tmp_path: Path, text: str) -> None:
    assert without(text, two_edits(small, tmp_path)) is None


@pytest.mark.parametrize(
    ("text", "start", "stays"),
    [
        ("take back the last two changes but keep the sky", "fused", ["brighter (slight): sky"]),
        ("undo the last 2 edits, but leave the people", "fused", ["toward infrared: people"]),
    ],
)
def test_of_the_last_changes_one_may_stay(
    small: Small, tmp_path: Path, text: str, start: str, stays: list[str]
) -> None:
    found = without(text, two_edits(small, tmp_path))
    assert found is not None and found.start == start
    assert [str(step) for step in found.plan.steps] == stays


def test_what_is_to_be_kept_never_goes(small: Small, tmp_path: Path) -> None:
    told = two_edits(small, tmp_path)
    assert without("take back what you did but keep the brightened sky", told) is None
    unclear = without("take back the last two changes but keep the car", told)
    assert unclear is not None and "It is unclear what is to stay" in str(unclear.plan.refusal)
    before = without("take back the last change but keep the people", told)
    assert before is not None and before.plan.control == "undo"


def test_what_was_done_to_one_thing_is_put_back(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run", ScriptedModel(PLANS)) as talk:
        talk.say("warm")
        talk.say("bright")
        found = without("put the people back as they were", talk.instructions)
    assert found is not None and (lines.written(found.plan), found.start) == ("brighter slight: sky", "fused")


def test_colours_that_no_edit_changed_are_not_brought_back_by_undoing_another(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run", ScriptedModel(PLANS)) as talk:
        talk.say("bright")
        before = talk.picture
        talk.say("put the original colours back")
        assert talk.picture == before
        assert "No edit is known as 'colours'" in str(talk.instructions[-1].refusal)


def test_what_took_colours_away_is_undone_for_them(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run", ScriptedModel(PLANS)) as talk:
        talk.say("warm")
        talk.say("bright")
        found = without("give me the old colours back", talk.instructions)
    assert found is not None and lines.written(found.plan) == "brighter slight: sky"


@pytest.mark.parametrize(
    ("text", "left", "start"),
    [
        ("undo the second one", "contrast", "001"),
        ("undo the first one please", "brighter slight: sky; contrast", "fused"),
        ("take back the 2nd edit", "contrast", "001"),
        ("undo the last but one", "contrast", "001"),
        ("undo the one before the last", "contrast", "001"),
    ],
)
def test_an_edit_that_is_counted_out_is_taken_back(
    small: Small, tmp_path: Path, text: str, left: str, start: str
) -> None:
    wishes = PLANS | {"contrast": lines.read("contrast")}
    with talking(small, tmp_path / "run", ScriptedModel(wishes)) as talk:
        for said in ("warm", "bright", "contrast"):
            talk.say(said)
        found = without(text, talk.instructions)
    assert found is not None and (lines.written(found.plan), found.start) == (left, start)


def test_of_fewer_edits_none_is_lost(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run", ScriptedModel(PLANS)) as talk:
        talk.say("warm")
        found = without("undo the second one", talk.instructions)
    assert found is not None and "no second edit: the picture is made of 1 edit: 1. toward infrared: people" in str(
        found.plan.refusal
    )


def test_colours_that_were_changed_twice_go_both_times(small: Small, tmp_path: Path) -> None:
    wishes = PLANS | {"paint": lines.read("vivid"), "again": lines.read("vivid")}
    with talking(small, tmp_path / "run", ScriptedModel(wishes)) as talk:
        for said in ("bright", "paint", "again", "warm"):
            talk.say(said)
        found = without("undo the red paint, both times", talk.instructions)
    assert found is not None and lines.written(found.plan) == "infrared: people"
