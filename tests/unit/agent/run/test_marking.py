"""What somebody points at in a conversation: kept in the record, said again, undone, gone on with, and replayed."""

import json
from pathlib import Path

import numpy as np
import pytest

from tests.fakes import ScriptedModel, Small, plan, step
from tests.unit.agent.run.talks import result, talking
from wordfuse.agent.dialogue.asking.questions import in_full
from wordfuse.agent.errors import InputError
from wordfuse.agent.report.reproduce import command_of
from wordfuse.agent.run.session import Session
from wordfuse.fusion.images import read_picture
from wordfuse.tools.point import Seen

pytestmark = pytest.mark.usefixtures("quick")

FIRST, SECOND = "first marked area", "second marked area"
PLANS = {
    f"make the {FIRST} brighter": plan(step("relight", "brighter", FIRST)),
    f"make the {SECOND} brighter": plan(step("relight", "brighter", SECOND)),
    f"darken the {FIRST}": plan(step("relight", "darker", FIRST)),
    "a bit more": plan(step("relight", "brighter", FIRST, strength="slight")),
}


def model() -> ScriptedModel:
    return ScriptedModel(PLANS)


def seen(small: Small, name: str) -> Seen:
    return Seen(file=small.masks[name], told=f"a {name}", area=0.1)


def test_this_is_a_mask_of_the_run_by_a_name(small: Small, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    with talking(small, folder, model()) as conversation:
        conversation.say("make this brighter", seen(small, "cars"))
        (said,) = conversation.instructions
        assert (said.text, said.words) == ("make this brighter", f"make the {FIRST} brighter")
        assert said.marked is not None
        assert (said.marked.name, said.marked.file, said.marked.told) == (FIRST, "masks/marked-1.png", "a cars")
        assert said.steps[0].region.phrases == [FIRST]
        assert said.steps[0].found
        mask = read_picture(small.masks["cars"])[..., 0] > 127
        assert np.array_equal(read_picture(folder / said.marked.file)[..., 0] > 127, mask)
        changed = (read_picture(folder / "fused.png") != read_picture(folder / "result.png")).any(axis=2)
        assert changed.any()
        assert not changed[~mask].any()
        conversation.say("a bit more")
        assert conversation.instructions[1].steps[0].region.phrases == [FIRST]


def test_what_is_undone_gives_its_name_to_nothing_else(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run", model()) as conversation:
        conversation.say("make this brighter", seen(small, "cars"))
        conversation.undo()
        conversation.say("make this brighter", seen(small, "sky"))
        (said,) = conversation.instructions
        assert said.marked is not None
        assert said.marked.name == SECOND
        conversation.undo()
        conversation.redo()
        assert conversation.instructions == [said]


def test_a_run_that_is_opened_again_knows_what_was_marked(small: Small, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    with talking(small, folder, model()) as conversation:
        conversation.say("make this brighter", seen(small, "cars"))
    assert "masks/marked-1.png" in json.loads((folder / "session.json").read_text())["sha256"]
    folder = folder.rename(tmp_path / "moved")
    with talking(small, folder, model()) as conversation:
        conversation.say(f"darken the {FIRST}")
        assert conversation.instructions[1].satisfied
    (folder / "masks/marked-1.png").write_bytes(small.masks["sky"].read_bytes())
    with pytest.raises(InputError, match=r"marked-1\.png: missing or changed"):
        Session.open(folder, model())


def test_the_same_is_made_again_by_the_mask_and_the_words(small: Small, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    with talking(small, folder, model()) as conversation:
        conversation.say("make this brighter", seen(small, "cars"))
        record = conversation.record
    (said,) = record.instructions
    assert in_full(said) == f"make the {FIRST} brighter"
    command = command_of(record)
    assert f"--mask '{FIRST}={folder / 'masks/marked-1.png'}'" in command
    assert f"-i 'make the {FIRST} brighter'" in command
    settings = small.settings(masks=dict(record.settings.masks))
    Session.create(tmp_path / "again", small.ir, small.vi, [in_full(said)], settings, model()).run()
    assert result(tmp_path / "again") == result(folder)


def test_words_that_point_at_nothing_are_not_carried_out(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run", model()) as conversation:
        with pytest.raises(InputError, match="say 'this' for it"):
            conversation.say("denoise the sky", seen(small, "cars"))
        assert conversation.turns == 0
        assert not list((tmp_path / "run").glob("masks/marked-*"))


def test_a_point_and_paint_are_looked_at_without_a_trace(small: Small, tmp_path: Path) -> None:
    shown = tmp_path / "shown"
    shown.mkdir()
    with talking(small, tmp_path / "run", model()) as conversation:
        files = {path for path in (tmp_path / "run").rglob("*")}
        first, *_ = conversation.looks.point((64.0, 48.0), shown)
        assert first.file.parent == shown
        assert 0 < first.area <= 1
        drawn = conversation.looks.paint([[(10.0, 10.0), (30.0, 10.0)]], 4.0, shown)
        assert drawn.told == "what you painted over"
        assert drawn.area == pytest.approx(20 * 8 / (128 * 96), rel=0.6)
        assert isinstance(conversation.looks.inspect(), list)
        assert {path for path in (tmp_path / "run").rglob("*")} == files


def test_another_share_of_infrared_is_chosen_before_anything_is_said(small: Small, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    with talking(small, folder, model()) as conversation:
        before = result(folder)
        conversation.fuse_anew(1.0)
        assert result(folder) != before
        infrared = read_picture(small.ir).astype(int)
        assert np.abs(read_picture(folder / "result.png").astype(int) - infrared).max() <= 1
        assert conversation.record.settings.infrared == 1.0
        conversation.fuse_anew(None)
        assert result(folder) == before
        conversation.say("make this brighter", seen(small, "cars"))
        with pytest.raises(InputError, match="before anything is said"):
            conversation.fuse_anew(0.5)


def test_going_back_to_a_turn(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run", model()) as conversation:
        conversation.say("make this brighter", seen(small, "cars"))
        one = result(tmp_path / "run")
        conversation.say("make this brighter", seen(small, "sky"))
        conversation.say(f"darken the {FIRST}")
        conversation.back_to(1)
        assert conversation.turns == 1
        assert result(tmp_path / "run") == one
        conversation.redo()
        assert conversation.turns == 3
        with pytest.raises(InputError, match="no way back"):
            conversation.back_to(7)
        conversation.back_to(0)
        assert result(tmp_path / "run") == (tmp_path / "run/fused.png").read_bytes()
