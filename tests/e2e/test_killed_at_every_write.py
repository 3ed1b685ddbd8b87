"""A process may die at any write to its checkpoints: what goes on from there ends as if nothing had happened."""

from pathlib import Path

import pytest

from tests.fakes import Small
from tests.photographs import photographed, problems
from tests.stories import NODES, Run, Talk


def test_a_run_killed_at_any_write(small: Small, tmp_path: Path) -> None:
    story = Run(small, tmp_path / "run")
    with photographed(story.folder, tmp_path / "album") as camera:
        story.tell()
    assert [photo.node for photo in camera.taken if photo.moment == "wrote"] == NODES
    assert len(camera.taken) == 3 * len(NODES) + 2, "and the state of the input, and the tidied end"
    story.told()
    assert problems(camera.taken, lambda photo: story.goes_on(photo.folder, photo.traced)) == {}


@pytest.mark.slow
def test_a_conversation_killed_at_any_write(small: Small, tmp_path: Path) -> None:
    story = Talk(small, tmp_path / "run")
    session = story.begin()
    with photographed(story.folder, tmp_path / "album") as camera:
        for camera.during in story.tell(session):
            pass
    killed = [photo for photo in camera.taken if photo.moment != "about to write"]
    assert {*NODES, "ask", ""} == {photo.node for photo in killed}
    assert problems(killed, story.goes_on) == {}
