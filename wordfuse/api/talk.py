"""A conversation from Python: turn by turn, with questions, undo and redo."""

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self, Unpack

from wordfuse.agent.dialogue.intents import times_in
from wordfuse.agent.errors import InputError
from wordfuse.agent.interrupts import Unheard
from wordfuse.agent.model.protocol import LanguageModel
from wordfuse.agent.run import conversation
from wordfuse.agent.run.session import Session
from wordfuse.api.door import check_called, text_of
from wordfuse.api.options import Masks, Progress, RunOptions, events_to
from wordfuse.api.pictures import File, Pair, Picture
from wordfuse.api.runs import create_session, open_session, read_kept


@dataclass(frozen=True, eq=False)
class Turn:
    """What came of something that was said.

    Attributes:
        picture: as it is now, (H, W, 3) uint8 RGB, or (H, W, 1) where the visible picture is gray.
        question: what the agent wants to know before it goes on; :meth:`Conversation.answer` it. Usually None.
        options: answers that will do; others may do as well.
        outcome: the instruction as the record tells it: plan, steps, refusal; None while a question is open,
            and after "undo" and the like.
        satisfied: every step reached its goal, on all that was named.
    """

    picture: Picture
    question: str | None
    options: tuple[str, ...]
    outcome: dict[str, Any] | None
    satisfied: bool


class Conversation:
    """Wishes about one pair, one after the other. It holds its run folder until it is closed: use it in a ``with``.

    Example:
        >>> with Conversation(pair) as talk:  # doctest: +SKIP
        ...     talk.say("make the people stand out")
        ...     talk.say("a bit more")
        ...     talk.undo()
        ...     picture = talk.picture
    """

    def __init__(
        self,
        pair: Pair,
        llm: str | LanguageModel = "embedded",
        *,
        out: File | None = None,
        ask: bool = True,
        masks: Masks | None = None,
        progress: Progress | None = None,
        **options: Unpack[RunOptions],
    ) -> None:
        """Fuse the pair and wait for the first wish.

        Args:
            pair: as for :func:`wordfuse.run`; so are ``llm``, ``out``, ``masks``, ``progress`` and ``options``.
            llm: the language model.
            out: the run folder.
            ask: whether the agent may ask what is meant.
            masks: masks of your own.
            progress: called with what is done.
            **options: see :class:`wordfuse.api.options.RunOptions`.

        Raises:
            InputError: something given cannot be used.
            BackendUnreachable: a language model or region backend cannot be reached.
        """
        check_called(progress, "progress")
        self._hold(create_session(pair, [], llm, out, masks, options, ask=ask), progress)

    @classmethod
    def resume(
        cls, folder: File, llm: str | LanguageModel | None = None, *, ask: bool = True, progress: Progress | None = None
    ) -> Self:
        """Go on with an earlier conversation, or with a run.

        Raises:
            InputError: it is no run folder, another process holds it, or a source has changed since.
            BackendUnreachable: the language model cannot be reached.
        """
        again = cls.__new__(cls)
        again._hold(open_session(folder, llm, ask=ask), progress)
        return again

    def _hold(self, session: Session, progress: Progress | None) -> None:
        self._session = session
        self._stack = ExitStack()
        notify = events_to(progress) or (lambda event: None)
        with ExitStack() as stack:
            held = stack.enter_context(conversation.Conversation.open(session, notify, Unheard()))
            held.begin()
            self._stack = stack.pop_all()
        self._held: conversation.Conversation | None = held

    def say(self, text: str) -> Turn:
        """Carry out one more instruction.

        Raises:
            InputError: it is empty, or a question is open.
            BackendUnreachable, AnswerError: the language model fails; the turn is taken back.
            KeyboardInterrupt: the caller's; the turn ends with the best picture that it reached.
        """
        return self._came_of(self._open().say(text_of(text, "text")))

    def answer(self, text: str) -> Turn:
        """Answer the question that is open; "skip" leaves the step out.

        Raises:
            InputError: none is open.
        """
        if self.question is None:
            raise InputError("no question is open", remedy="say what is to be done")
        return self._came_of(self._open().answer(text_of(text, "text")))

    def undo(self, times: int = 1) -> Picture:
        """Go back to before the last turn that changed the picture, or before the question that is open.

        Args:
            times: how often, as far as there is something.

        Returns:
            The picture as it was.

        Raises:
            InputError: there is nothing to undo.
        """
        held = self._open()
        if held.question is None and not held.can_undo:
            raise InputError("there is nothing to undo")
        held.undo(times)
        return self.picture

    def redo(self) -> Picture:
        """Do again what was undone last.

        Raises:
            InputError: nothing was undone since the last turn.
        """
        held = self._open()
        if not held.can_redo:
            raise InputError("there is nothing to redo")
        held.redo()
        return self.picture

    def reset(self) -> Picture:
        """Go back to the fused picture; can be undone."""
        self._open().reset()
        return self.picture

    @property
    def picture(self) -> Picture:
        """The picture as it is now, (H, W, 3) uint8 RGB, or (H, W, 1) where the visible picture is gray."""
        held = self._open()
        return read_kept(self._session, held.picture, gray=held.gray)

    @property
    def question(self) -> str | None:
        """The question that is open."""
        question = self._open().question
        return question.text if question else None

    @property
    def record(self) -> dict[str, Any]:
        """What ``run.json`` holds: everything that was said, and what came of it."""
        return self._open().record.as_json()

    @property
    def folder(self) -> Path:
        """The run folder; ``report.html`` in it is the report."""
        return self._session.folder

    def close(self) -> None:
        """Let go of the folder, which stays; :meth:`resume` goes on with it."""
        self._held = None
        self._stack.close()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    def __repr__(self) -> str:
        """Where it is, and how far."""
        state = "closed" if self._held is None else f"{self._held.turns} turns"
        return f"<Conversation {self.folder}, {state}>"

    def _open(self) -> conversation.Conversation:
        """What it holds; a turn that was left in the middle is finished first."""
        if self._held is None:
            raise InputError(
                "is closed", subject="the conversation", remedy=f"go on with Conversation.resume({str(self.folder)!r})"
            )
        if self._held.in_work:
            self._held.begin()
        return self._held

    def _came_of(self, turn: conversation.Turn) -> Turn:
        if turn.stopped:
            raise KeyboardInterrupt  # the turn is in order; the caller's loop should end all the same
        if turn.control == "undo":
            self.undo(times_in(turn.said))
        elif turn.control in ("redo", "reset"):  # the others show or save, which the caller does with ``picture``
            getattr(self, turn.control)()
        if turn.control is not None:
            return Turn(self.picture, None, (), None, satisfied=True)
        said = None if turn.question else self._open().instructions[-1]
        return Turn(
            picture=self.picture,
            question=turn.question.text if turn.question else None,
            options=tuple(turn.question.options) if turn.question else (),
            outcome=said.model_dump(mode="json") if said else None,
            satisfied=said is not None and said.satisfied,
        )
