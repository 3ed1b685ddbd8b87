"""A process may die at any write to its checkpoints: what goes on from there ends as if nothing had happened."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.fakes import ScriptedModel, Small, plan, refusal, step
from tests.photographs import Photograph, files, photographed, problems, timeless, trace
from wordfuse.agent.interrupts import Interrupts
from wordfuse.agent.record import read_record
from wordfuse.agent.run.conversation import Conversation
from wordfuse.agent.run.session import Session
from wordfuse.agent.state import Json

SKY = plan(step("relight", "brighter", "sky", strength="slight"))
WHOLE = plan(step("relight", "brighter", strength="slight"))
WORDS = ("brighten the sky", "brighter")
# A region is grounded and segmented before it is edited.
ONE_STEP = [*["act", "call_tool"] * 3, "evaluate", "critique", "advance"]
NODES = ["__start__", "fuse", "understand", *ONE_STEP, "understand", *ONE_STEP[4:], "report"]


def model() -> ScriptedModel:
    return ScriptedModel(dict(zip(WORDS, (SKY, WHOLE), strict=True)))


def state(session: Session) -> Json:
    with session.machine() as machine:
        assert not machine.unfinished
        return timeless(machine.values)


def test_a_run_killed_at_any_write(small: Small, tmp_path: Path) -> None:
    whole = tmp_path / "run"
    with photographed(whole, tmp_path / "album") as camera:
        small.run(whole, model(), *WORDS)
    assert [photo.node for photo in camera.taken if photo.moment == "wrote"] == NODES
    assert len(camera.taken) == 3 * len(NODES) + 2, "and the state of the input, and the tidied end"
    expected, calls, ended = timeless(read_record(whole)), trace(whole), state(Session.open(whole, model()))
    pictures = files(whole)
    assert {"images/001.png", "images/002.png", "result.png"} <= pictures.keys()

    def go_on(photo: Photograph) -> None:
        left = trace(photo.folder)
        record = Session.open(photo.folder, model()).run()
        assert timeless(record) == expected
        assert record == read_record(photo.folder)
        assert files(photo.folder) == pictures
        assert state(Session.open(photo.folder, model())) == ended
        # A call whose answer was not stored yet is made again, and traced again.
        assert trace(photo.folder) == left + calls[photo.traced :]

    assert problems(camera.taken, go_on) == {}


TALK = ("begin", "say bright", "say sky thing", "answer brighter", "undo", "redo", "reset")


def talker() -> ScriptedModel:
    unclear = refusal("I did not understand: name an effect and a region.")
    return ScriptedModel(
        dict.fromkeys(("bright", "brighter"), WHOLE) | {"sky thing": unclear, "sky thing: brighter": SKY}
    )


@contextmanager
def talking(session: Session) -> Iterator[Conversation]:
    with Conversation.open(session, lambda event: None, Interrupts()) as conversation:
        conversation.begin()
        yield conversation


def act(conversation: Conversation, deed: str) -> None:
    """Do what a person does; the beginning was made when the conversation was opened."""
    name, _, words = deed.partition(" ")
    if name != "begin":
        getattr(conversation, name)(*[words] if words else [])


def shown(conversation: Conversation) -> Json:
    """All that a person can see of where a conversation is."""
    question = conversation.question
    return {
        "record": timeless(conversation.record),
        "question": question.text if question else None,
        "can": (conversation.can_undo, conversation.can_redo),
        "picture": conversation.picture,
        "files": files(conversation.session.folder),
    }


@pytest.mark.slow
def test_a_conversation_killed_at_any_write(small: Small, tmp_path: Path) -> None:
    whole, places, traced = tmp_path / "run", list[Json](), list[int]()
    session = Session.create(whole, small.ir, small.vi, [], small.settings(ask=True), talker())
    with photographed(whole, tmp_path / "album") as camera, talking(session) as conversation:
        for camera.during, deed in enumerate(TALK):
            act(conversation, deed)
            places.append(shown(conversation))
            traced.append(len(trace(whole)))
    calls, killed = trace(whole), [photo for photo in camera.taken if photo.moment != "about to write"]
    assert {*NODES, "ask", ""} == {photo.node for photo in killed}
    assert [place["question"] is not None for place in places] == [deed == "say sky thing" for deed in TALK]

    def go_on(photo: Photograph) -> None:
        left, during = trace(photo.folder), photo.during
        with talking(Session.open(photo.folder, talker())) as conversation:
            # What was in work is done, or was not begun; there is nothing between. A person does it then, and goes on.
            at = shown(conversation)
            assert at in places[max(during - 1, 0) : during + 1]
            first = during + (at == places[during])
            for number in range(first, min(during + 2, len(TALK))):
                act(conversation, TALK[number])
                assert shown(conversation) == places[number]
        last = min(during + 1, len(TALK) - 1)
        assert trace(photo.folder) == left + calls[photo.traced : traced[last]]

    assert problems(killed, go_on) == {}
