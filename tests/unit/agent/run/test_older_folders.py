"""Run folders that earlier versions made, with all their checkpoints whole: they open, resume and undo."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.sqlite import SqliteSaver

from tests.fakes import Small
from tests.photographs import photographed
from tests.unit.agent.run.talks import result, talking, texts


class Whole(SqliteSaver):
    """The checkpoints of earlier versions: LangGraph's own, and none was ever removed."""

    @classmethod
    @contextmanager
    def at(cls, path: Path) -> Iterator[SqliteSaver]:
        with cls.from_conn_string(str(path)) as saver:
            yield saver

    def keep_only(self, *ignored: Any) -> None:
        """Not yet."""


@pytest.fixture
def before(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """The time before, until it is undone."""
    with monkeypatch.context() as patch:
        patch.setattr("wordfuse.agent.run.checkpoints.Checkpoints", Whole)
        yield patch


def test_a_conversation_goes_on_with_all_that_can_be_undone(
    small: Small, tmp_path: Path, before: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "run"
    with talking(small, folder) as conversation:
        pictures = [result(folder)]
        for words in ("bright", "brighter", "bright"):
            conversation.say(words)
            pictures.append(result(folder))
        conversation.undo()
    before.undo()
    with talking(small, folder) as conversation:
        assert texts(conversation) == ["bright", "brighter"]
        conversation.redo()
        assert (result(folder), texts(conversation)) == (pictures[3], ["bright", "brighter", "bright"])
        for number in (2, 1, 0):
            conversation.undo()
            assert result(folder) == pictures[number]
        conversation.say("brighter")
    with talking(small, folder) as conversation:
        assert texts(conversation) == ["brighter"]
        conversation.undo()
        assert (result(folder), conversation.can_undo) == (pictures[0], False)


def test_a_turn_that_was_killed_is_finished(small: Small, tmp_path: Path, before: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "run"
    with photographed(folder, tmp_path / "album") as camera, talking(small, folder) as conversation:
        conversation.say("brighter")
        camera.during = 1
        conversation.say("bright")
        expected = conversation.picture, result(folder), texts(conversation)
    before.undo()
    moments = {(photo.node, photo.moment): photo for photo in camera.taken if photo.during}
    for moment in (("understand", "wrote"), ("call_tool", "wrote"), ("critique", "state"), ("advance", "wrote")):
        killed = moments[moment].folder
        with talking(small, killed) as conversation:
            assert (conversation.picture, result(killed), texts(conversation)) == expected
            conversation.undo()
            assert texts(conversation) == ["brighter"]
