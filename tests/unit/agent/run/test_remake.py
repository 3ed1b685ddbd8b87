"""What is made again of a run folder, from what, and what is gone for good."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.fakes import Small
from tests.faults.breaking import remove
from tests.unit.agent.run.talks import result, talking, texts
from wordfuse.agent.errors import BackendUnreachable
from wordfuse.agent.run.remake import remake_pictures
from wordfuse.fusion.images import read_picture
from wordfuse.tools.registry import call
from wordfuse.tools.store.workspace import Workspace


@pytest.mark.parametrize("in_work", [True, False])
def test_the_result_stands_in_for_the_last_picture_only_when_everything_is_finished(
    small: Small, tmp_path: Path, in_work: bool
) -> None:
    """While a turn is in work, ``result.png`` is that of the turn before, and ``run.json`` is not there."""
    work = Workspace(tmp_path, small.ir, small.vi, small.settings().for_tools())
    call("fuse", {}, work)
    shown = np.full_like(work.image("fused"), 77)
    work.save_image("attempt", shown + 1, "work/attempt.png")
    work.save_image("accepted", shown + 1, "images/001.png")
    work.catalogue.aliases["accepted"] = "attempt"
    state = {"catalogue": work.catalogue.model_dump(), "image": "accepted", "records": []}
    work.save_image("result", shown, "result.png")
    if not in_work:
        (tmp_path / "run.json").write_text("{}")
    remove("work/attempt.png", "images/001.png")(tmp_path)
    gone = remake_pictures(Workspace(tmp_path, small.ir, small.vi, small.settings().for_tools()), state)
    if in_work:
        assert gone == ["images/001.png"] and not (tmp_path / "images/001.png").exists()
    else:
        assert gone == [] and (read_picture(tmp_path / "images/001.png") == shown).all()


def test_a_conversation_opens_where_a_mask_is_gone_and_nothing_can_look_for_the_region(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, asked = tmp_path / "run", list[str]()
    with talking(small, folder) as conversation:
        conversation.say("bright")
        before = result(folder)
    remove("masks/*", "work/*")(folder)

    def out_of_reach(name: str, models: Any) -> None:
        asked.append(name)
        raise BackendUnreachable("the model is missing", argument="regions")

    monkeypatch.setattr("wordfuse.tools.store.workspace.create_backend", out_of_reach)
    with talking(small, folder) as conversation:
        assert (texts(conversation), result(folder)) == (["bright"], before)
        conversation.say("brighter")  # the whole picture
        assert texts(conversation) == ["bright", "brighter"] and result(folder) != before
    assert asked and not list((folder / "masks").iterdir())
