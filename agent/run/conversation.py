"""A conversation about one pair: turn by turn, with questions, undo and redo, in an ordinary run folder.

Every turn is one more instruction of the same run, so all that holds for a run holds here: its budgets, its record, its
report, and that it goes on where it was after a kill. Undo goes back to the checkpoint at the end of an earlier turn
and forks the thread there; files of undone turns stay, and their names are not used again.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from langgraph.types import Command

from wordfuse.agent.context import connect_model
from wordfuse.agent.dialogue.questions import Question
from wordfuse.agent.errors import InputError, WordfuseError
from wordfuse.agent.interrupts import Interrupts
from wordfuse.agent.plan import Control
from wordfuse.agent.record import Instruction, Record, instructions_in, read_record
from wordfuse.agent.report.outcome import build_record
from wordfuse.agent.run.machine import Machine
from wordfuse.agent.run.names import RECORD
from wordfuse.agent.run.session import Notify, Session
from wordfuse.agent.settings import Settings
from wordfuse.agent.state import Json, RunInput, RunState
from wordfuse.fusion.display.overlay import overlay_file
from wordfuse.fusion.images import to_uint8, write_png
from wordfuse.tools.registry import call
from wordfuse.tools.store.catalogue import Catalogue
from wordfuse.tools.store.workspace import FUSED


@dataclass(frozen=True)
class Turn:
    """What came of one turn.

    Attributes:
        question: what the agent wants to know before it goes on, or None.
        stopped: the person stopped the turn.
        calls: model calls of this turn.
        tokens: tokens read and written by the model in this turn.
        seconds: time spent in this turn, without waiting for answers.
        control: what was said is none for the picture but this: the turn was taken back, and the caller carries it out.
        said: the words of the control.
    """

    question: Question | None
    stopped: bool
    calls: int
    tokens: int
    seconds: float
    control: Control | None = None
    said: str = ""


@dataclass(frozen=True)
class Seen:
    """What was looked for, without an edit.

    Attributes:
        found: whether it is there.
        reason: how it was found, or why not.
        area: the share of the picture that it covers, in [0, 1].
    """

    found: bool
    reason: str
    area: float = 0.0


class Conversation:
    """Turns on one run folder. Use :meth:`open`."""

    def __init__(self, session: Session, machine: Machine, interrupts: Interrupts) -> None:
        """Use :meth:`open`."""
        self.session, self._machine, self._interrupts = session, machine, interrupts

    @classmethod
    @contextmanager
    def open(cls, session: Session, notify: Notify, interrupts: Interrupts) -> Iterator["Conversation"]:
        """Take hold of the folder for as long as the conversation lasts.

        Raises:
            InputError: another process works in it.
        """
        with session.locked(), session.machine(notify, interrupts) as machine:
            yield cls(session, machine, interrupts)

    def begin(self) -> Turn | None:
        """Fuse the pair, or finish what was in work when the conversation was left; None if there is nothing to do.

        Raises:
            WordfuseError: it cannot be finished now; the next time it is tried again.
        """
        machine = self._machine
        if not machine.values:
            self.session.check_new()
            self._go(self.session.given)
            return None
        self.session.put_in_order(machine)
        if self.question is not None:
            return self._outcome(stopped=False)
        if machine.unfinished:
            try:
                return self._without_control(self._go())
            except WordfuseError:
                raise
            except Exception:
                self._drop()  # else a fault of ours would keep the folder closed for ever
                raise
        if not (self.session.folder / RECORD).exists():
            machine.report()
        return None

    def say(self, text: str) -> Turn:
        """Carry out one more instruction; a turn that cannot be finished is taken back."""
        self._check_no_question()
        state, place = self._machine.values, self._machine.place
        self._machine.fork(
            place,
            instructions=[*state["instructions"], text],
            history=[*state["history"], place],
            undone=[],
            start={**state["usage"], "seconds": state["seconds"]},
            # Which of several was meant holds for what follows on it ("a bit more"), not where it is named anew.
            chosen={phrase: boxes for phrase, boxes in state["chosen"].items() if phrase not in text.casefold()},
        )
        return self._turn()

    def answer(self, text: str) -> Turn:
        """Answer the question that the last turn ended with; a turn that cannot be finished is taken back."""
        return self._turn(Command(resume=text))

    @property
    def question(self) -> Question | None:
        """What the agent waits for."""
        interrupts = self._machine.head.interrupts
        return Question.model_validate(interrupts[0].value) if interrupts else None

    @property
    def record(self) -> Record:
        """The run record, as ``run.json`` holds it at the end of every turn."""
        if (self.session.folder / RECORD).exists():
            return read_record(self.session.folder)
        state, context = self._machine.values, self._machine.context
        context.work.catalogue = Catalogue.model_validate(state["catalogue"])
        return build_record(cast(RunState, state), context)

    @property
    def instructions(self) -> list[Instruction]:
        """What was said so far and what came of it."""
        return instructions_in(self._machine.values["records"])

    @property
    def turns(self) -> int:
        """How many instructions there are."""
        return len(self._machine.values["instructions"])

    @property
    def picture(self) -> str:
        """The file of the picture as it is now, relative to the run folder."""
        state = self._machine.values
        file: str = state["catalogue"]["images"][state["image"]]
        return file

    @property
    def gray(self) -> bool:
        """Whether the pictures have no colour."""
        return self._machine.context.work.pair.gray

    def source(self, name: str, folder: Path) -> Path:
        """The infrared or the visible picture as it is fused, as a PNG in ``folder``."""
        path = folder / f"{name}.png"
        if not path.exists():
            pair = self._machine.context.work.pair
            write_png(path, to_uint8(pair.infrared if name == "infrared" else pair.visible))
        return path

    def phrases(self) -> list[str]:
        """The regions of every step so far, each once, the latest first."""
        steps = [step for said in self.instructions for step in said.planned]
        return list(dict.fromkeys(phrase for step in reversed(steps) for phrase in step.region.phrases))

    def last_mask(self, shown: Path) -> tuple[str, str] | None:
        """Draw the mask of the last step that had one; its region and area in words, or None."""
        for said in reversed(self.instructions):
            for step in reversed(said.steps):
                if step.mask:
                    overlay_file(self.session.folder / self.picture, shown, self.session.folder / step.mask)
                    return str(step.region), f"{step.area:.1%} of the picture"
        return None

    def warnings(self) -> list[str]:
        """What is odd about the pair."""
        return self._machine.context.work.pair.warnings

    @property
    def can_undo(self) -> bool:
        """Whether there is a turn to undo."""
        return bool(self._machine.values["history"])

    @property
    def can_redo(self) -> bool:
        """Whether a turn was undone and nothing was done since."""
        return bool(self._machine.values["undone"])

    def undo(self, times: int = 1) -> None:
        """Go back to before the last turn that changed the picture, or to before the question that is open.

        Where no turn changed it, the last one is taken back. ``times``: as often, as far as there is something.
        """
        for _ in range(times):
            if self.can_undo or self.question is not None:
                self._back()

    def _back(self) -> None:
        if self.question is not None:
            self._drop()
            return
        machine, state = self._machine, self._machine.values
        places = state["history"]
        changed = (place for place in reversed(places) if machine.values_at(place)["image"] != state["image"])
        machine.fork(next(changed, places[-1]), undone=[*state["undone"], machine.place])
        self._go()

    def redo(self) -> None:
        """Do again what was undone last."""
        self._check_no_question()
        *left, last = self._machine.values["undone"]
        self._machine.fork(last, undone=left)
        self._go()

    def reset(self) -> None:
        """Go back to the fused picture; can be undone."""
        if self.question is not None:
            self._drop()
        place, state = self._machine.place, self._machine.values
        nothing: Json = {"records": [], "instructions": [], "instruction": 0, "image": FUSED, "chosen": {}}
        nothing["catalogue"] = state["catalogue"] | {"made": 0, "states": {}, "aliases": {}}
        self._machine.fork(place, **nothing, history=[*state["history"], place], undone=[])
        self._go()

    def look_for(self, phrase: str, shown: Path) -> Seen:
        """Find a region without editing it.

        Args:
            phrase: the region in words.
            shown: where a picture of it goes, if it is found.
        """
        work = self._machine.context.work
        work.catalogue = Catalogue.model_validate(self._machine.values["catalogue"])
        grounded = call("ground", {"phrases": [phrase]}, work)
        if grounded.result is None:
            return Seen(False, grounded.error or "")
        record = work.grounding(grounded.result["grounding"])[0]
        drawn = call("segment", {"grounding": grounded.result["grounding"], "invert": False}, work)
        if drawn.result is None:
            return Seen(False, drawn.error or "")
        mask = self.session.folder / work.catalogue.masks[drawn.result["mask"]]
        overlay_file(self.session.folder / self.picture, shown, mask, record.boxes)
        mask.unlink()  # the catalogue is not kept, so nothing would know it
        return Seen(True, record.reason, drawn.result["area"])

    def change(self, settings: Settings) -> None:
        """Go on with other settings; another language model is connected first.

        Raises:
            BackendUnreachable: it cannot be reached; nothing changes then.
        """
        before, model = self.session.settings, None
        if (settings.llm, settings.model, settings.adapter) != (before.llm, before.model, before.adapter):
            model = connect_model(settings)
        self.session.change(settings, model)
        context = self._machine.context
        context.settings, context.model, context.work.settings = settings, self.session.model, settings.for_tools()

    @property
    def in_work(self) -> bool:
        """Whether a turn was left in the middle."""
        return self._machine.unfinished and self.question is None

    def _check_no_question(self) -> None:
        if self.question is not None:
            raise InputError("a question is open: answer it first, or say skip")
        if self.in_work:
            # What could not even be taken back, as on a full disk, is now; a way back or forth was only not reported.
            if {task.name for task in self._machine.head.tasks} == {"report"}:
                self._machine.advance()
            else:
                self._drop()

    def _turn(self, given: Command[Any] | None = None) -> Turn:
        try:
            return self._without_control(self._go(given))
        except Exception:  # a server that is gone, a disk that is full, a fault of ours
            self._drop()
            raise

    def _without_control(self, turn: Turn) -> Turn:
        """A turn that asked for a control is taken back: it is no part of the run."""
        said = self.instructions[-1:]
        if turn.question is not None or not said or said[0].control is None:
            return turn
        self._drop()
        # Said at once, or in answer to what was meant.
        words = next((one.meant for one in reversed(said[0].asked) if one.meant), said[0].text)
        return replace(turn, control=said[0].control, said=words)

    def _drop(self) -> None:
        """Take back the turn in work, as if it had not been said."""
        history = self._machine.values.get("history")
        if history:
            self._machine.fork(history[-1])
            self._machine.advance()

    def _go(self, given: RunInput | Command[Any] | None = None) -> Turn:
        """Run to the end of the turn or to its next question; Ctrl-C ends the turn with the best it reached."""
        context = self._machine.context
        context.stopped = False
        with self._interrupts as interrupts:
            try:
                self._machine.advance(given)
            except KeyboardInterrupt:
                if interrupts.insisted():
                    raise
                context.stopped = True
                interrupts.forget()
                self._machine.advance()
        return self._outcome(context.stopped)

    def _outcome(self, stopped: bool) -> Turn:
        state = self._machine.values
        usage, start = state["usage"], state["start"]
        tokens = sum(usage[name] - start[name] for name in ("prompt_tokens", "completion_tokens"))
        return Turn(
            question=self.question,
            stopped=stopped,
            calls=usage["model_calls"] - start["model_calls"],
            tokens=tokens,
            seconds=state["seconds"] - start["seconds"],
        )
