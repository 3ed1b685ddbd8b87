"""A run and a conversation that tests cut off, and what has to be so when they have gone on."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.fakes import ScriptedModel, Small, plan, refusal, step
from tests.photographs import Photograph, files, timeless, trace
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
TALK = ("begin", "say bright", "say sky thing", "answer brighter", "undo", "redo", "reset")


class Run:
    """Two instructions, carried out in a folder by :meth:`tell`; :meth:`goes_on` holds another folder against it."""

    def __init__(self, small: Small, folder: Path) -> None:
        self.small, self.folder = small, folder

    def tell(self, folder: Path | None = None) -> None:
        """Carry it out, in the folder that the others are held against or in another."""
        self.small.run(folder or self.folder, self._model(), *WORDS)

    def told(self) -> None:
        """Remember how it ended."""
        self._expected, self._calls = timeless(read_record(self.folder)), trace(self.folder)
        self._files, self._state = files(self.folder), self._end(self.folder)
        assert {"images/001.png", "images/002.png", "result.png"} <= self._files.keys()

    def goes_on(self, folder: Path, traced: int | None = None) -> None:
        """Go on in a folder in which it was cut off; fails where anything differs.

        Args:
            folder: the run folder.
            traced: how many calls belong to nodes whose writes are stored, where that is known.
        """
        left = trace(folder)
        if (folder / "session.json").exists():
            record = Session.open(folder, self._model()).run()
        else:  # nothing was begun: it is done elsewhere
            shutil.rmtree(folder)
            self.tell(folder)
            record = read_record(folder)
        assert timeless(record) == self._expected
        assert record == read_record(folder)
        assert files(folder) == self._files
        assert self._end(folder) == self._state
        if traced is not None:
            # A call whose answer was not stored yet is made again, and traced again.
            assert trace(folder) == left + self._calls[traced:]

    @staticmethod
    def _model() -> ScriptedModel:
        return ScriptedModel(dict(zip(WORDS, (SKY, WHOLE), strict=True)))

    def _end(self, folder: Path) -> Json:
        with Session.open(folder, self._model()).machine() as machine:
            assert not machine.unfinished
            return timeless(machine.values)


class Talk:
    """What a person says in ``TALK``, with a question, undo, redo and a beginning from anew."""

    def __init__(self, small: Small, folder: Path) -> None:
        self.small, self.folder = small, folder
        self._places, self._seen, self._traced = list[Json](), list[Json](), list[int]()

    def begin(self, folder: Path | None = None) -> Session:
        """Make its folder, or another."""
        small = self.small
        return Session.create(folder or self.folder, small.ir, small.vi, [], small.settings(ask=True), self._model())

    def tell(self, session: Session) -> Iterator[int]:
        """Say all of it, and remember what was seen; yields the number of what is about to be said."""
        with self._talking(session) as conversation:
            for number, deed in enumerate(TALK):
                yield number
                self._act(conversation, deed)
                self._places.append(self._shown(conversation))
                self._seen.append(_seen(conversation))
                self._traced.append(len(trace(self.folder)))
        self._calls = trace(self.folder)
        assert [place["question"] is not None for place in self._places] == [deed == "say sky thing" for deed in TALK]

    def goes_on(self, photo: Photograph) -> None:
        """Come back to a copy of its folder, and go on for a bit; fails where anything differs."""
        left, during = trace(photo.folder), photo.during
        with self._talking(Session.open(photo.folder, self._model())) as conversation:
            # What was in work is done, or was not begun; there is nothing between. A person does it then, and goes on.
            at = self._shown(conversation)
            assert at in self._places[max(during - 1, 0) : during + 1]
            first = during + (at == self._places[during])
            for number in range(first, min(during + 2, len(TALK))):
                self._act(conversation, TALK[number])
                assert self._shown(conversation) == self._places[number]
        last = min(during + 1, len(TALK) - 1)
        assert trace(photo.folder) == left + self._calls[photo.traced : self._traced[last]]

    def tell_in_spite_of(self, folder: Path, begin: Callable[[], Session], failed: Callable[[Exception], None]) -> None:
        """Say all of it in another folder; what fails is told, looked at again, and said again if it was not done.

        Names of files and ids are not used again, so it is what a person sees that has to be the same.
        """
        session = None
        while session is None:
            try:
                session = begin()
            except Exception as error:
                failed(error)
                shutil.rmtree(folder, ignore_errors=True)
        number = 0
        while number < len(TALK):
            try:
                with self._talking(session) as conversation:
                    number = self._next(conversation, number)
                    while number < len(TALK):
                        self._act(conversation, TALK[number])
                        assert _seen(conversation) == self._seen[number]
                        number += 1
            except AssertionError:
                raise
            except Exception as error:
                failed(error)
                session = Session.open(folder, self._model())

    def _next(self, conversation: Conversation, tried: int) -> int:
        """What is to be said next, where something was tried: that, what comes after it, or what it answers."""
        at = _seen(conversation)
        places = [number for number in (tried, tried + 1, tried - 1) if number == 0 or at == self._seen[number - 1]]
        assert places, f"after {TALK[tried]!r} it is nowhere: {at['said']}, {at['question']}"
        return places[0]

    @staticmethod
    def _model() -> ScriptedModel:
        unclear = refusal("I did not understand: name an effect and a region.")
        return ScriptedModel(
            dict.fromkeys(("bright", "brighter"), WHOLE) | {"sky thing": unclear, "sky thing: brighter": SKY}
        )

    @staticmethod
    @contextmanager
    def _talking(session: Session) -> Iterator[Conversation]:
        with Conversation.open(session, lambda event: None, Interrupts()) as conversation:
            conversation.begin()
            yield conversation

    @staticmethod
    def _act(conversation: Conversation, deed: str) -> None:
        """Do what a person does; the beginning was made when the conversation was opened."""
        name, _, words = deed.partition(" ")
        if name != "begin":
            getattr(conversation, name)(*[words] if words else [])

    @staticmethod
    def _shown(conversation: Conversation) -> Json:
        """All that a person can see of where a conversation is."""
        question = conversation.question
        return {
            "record": timeless(conversation.record),
            "question": question.text if question else None,
            "can": (conversation.can_undo, conversation.can_redo),
            "picture": conversation.picture,
            "files": files(conversation.session.folder),
        }


def _seen(conversation: Conversation) -> Json:
    """What a person sees, without the names of files."""
    question = conversation.question
    return {
        "said": [said.text for said in conversation.instructions],
        "satisfied": [said.satisfied for said in conversation.instructions],
        "question": question.text if question else None,
        "can": (conversation.can_undo, conversation.can_redo),
        "picture": (conversation.session.folder / conversation.picture).read_bytes(),
    }
