"""A conversation about one pair: turn by turn, with questions, undo and redo, in an ordinary run folder.

Every turn is one more instruction of the same run, so all that holds for a run holds here: its budgets, its record, its
report, and that it goes on where it was after a kill. Undo goes back to the checkpoint at the end of an earlier turn
and forks the thread there; files of undone turns stay, and their names are not used again.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, cast

from langgraph.types import Command

from wordfuse.agent.budget import make_call
from wordfuse.agent.context import connect_model
from wordfuse.agent.dialogue.asking.questions import Question
from wordfuse.agent.dialogue.pointing import MOST, area_name, mask_file, named, names_it, pointing_at
from wordfuse.agent.errors import InputError, WordfuseError
from wordfuse.agent.interrupts import Interrupts
from wordfuse.agent.plan import Control
from wordfuse.agent.record import Instruction, Marked, Record, instructions_in, read_record
from wordfuse.agent.report.outcome import build_record
from wordfuse.agent.run.looks import Looks
from wordfuse.agent.run.machine import Machine
from wordfuse.agent.run.names import RECORD, RESULT
from wordfuse.agent.run.session import Notify, Session
from wordfuse.agent.settings import Settings
from wordfuse.agent.state import Json, RunInput, RunState
from wordfuse.fusion.files.atomic import write_bytes_atomic
from wordfuse.tools.point import Seen as Pointed
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


class Conversation:
    """Turns on one run folder. Use :meth:`open`.

    Attributes:
        session: the run.
        looks: shows what is in its pictures.
    """

    def __init__(self, session: Session, machine: Machine, interrupts: Interrupts) -> None:
        """Use :meth:`open`."""
        self.session, self._machine, self._interrupts = session, machine, interrupts
        self.looks = Looks(session, machine)

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

    def say(self, text: str, marked: Pointed | None = None) -> Turn:
        """Carry out one more instruction; a turn that cannot be finished is taken back.

        Args:
            text: the instruction.
            marked: what "this" is in it; its mask becomes one of the run's own, under a name.

        Raises:
            InputError: a question is open, or something is marked and the words point at nothing.
        """
        self._check_no_question()
        state, place = self._machine.values, self._machine.place
        number = len(state["instructions"])
        pointed = {key: one for key, one in state.get("marked", {}).items() if int(key) < number}
        if marked is not None:
            pointed[str(number)] = self._named(text, marked).model_dump()
        self._machine.fork(
            place,
            instructions=[*state["instructions"], text],
            history=[*state["history"], place],
            undone=[],
            start={**state["usage"], "seconds": state["seconds"]},
            # Which of several was meant holds for what follows on it ("a bit more"), not where it is named anew.
            chosen={phrase: boxes for phrase, boxes in state["chosen"].items() if phrase not in text.casefold()},
            marked=pointed,
        )
        return self._turn()

    def _named(self, text: str, marked: Pointed) -> Marked:
        """Make a mask one of the run's own, called as nothing in it is."""
        if not names_it(text):
            raise InputError(
                "nothing in the words points at what is marked",
                remedy="say 'this' for it, as in 'make this brighter', or unmark it",
            )
        settings, folder = self.session.settings, self.session.folder
        number = next((n for n in range(1, MOST + 1) if not (folder / mask_file(n)).exists()), None)
        if number is None:
            raise InputError(f"{MOST} areas are marked in this run already", remedy="start a new one")
        name, file = area_name(number), mask_file(number)
        (folder / file).parent.mkdir(exist_ok=True)
        write_bytes_atomic(folder / file, marked.file.read_bytes())
        masks = settings.masks | {name: (folder / file).resolve()}
        self.change(settings.model_copy(update={"masks": masks}))
        return Marked(name=name, file=file, told=marked.told, words=named(text, name))

    def answer(self, text: str) -> Turn:
        """Answer the question that the last turn ended with; a turn that cannot be finished is taken back."""
        return self._turn(Command(resume=text))

    def show(self, marked: Pointed) -> Turn:
        """Answer the question which region is meant with one that is marked: the same is said of it instead.

        Raises:
            InputError: no such question is open, or the words do not call the region as the question does.
        """
        question, said = self.question, self._machine.values["instructions"][-1]
        words = None if question is None or question.kind == "effect" else pointing_at(said, question.about)
        if words is None:
            raise InputError(
                "it cannot be told what is meant by what is marked", remedy="say the whole wish, with 'this'"
            )
        self._drop()
        return self.say(words, marked)

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

    def phrases(self) -> list[str]:
        """The regions of every step so far, each once, the latest first."""
        steps = [step for said in self.instructions for step in said.planned]
        return list(dict.fromkeys(phrase for step in reversed(steps) for phrase in step.region.phrases))

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

    def back_to(self, turns: int) -> None:
        """Go back to where so many turns had been said; it can be redone.

        Raises:
            InputError: the conversation was never there, or is there already.
        """
        if self.question is not None:
            self._drop()
        machine, state = self._machine, self._machine.values
        there = (
            place for place in reversed(state["history"]) if len(machine.values_at(place)["instructions"]) == turns
        )
        place = next(there, None)
        if place is None:
            raise InputError("there is no way back to there")
        machine.fork(place, undone=[*state["undone"], machine.place])
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
        nothing["catalogue"] = state["catalogue"] | {"made": 0, "states": {}, "aliases": {}, "named": {}}
        self._machine.fork(place, **nothing, history=[*state["history"], place], undone=[])
        self._go()

    def fuse_anew(self, infrared: float | None) -> None:
        """Fuse the pair again, with another share of infrared.

        Args:
            infrared: from 0 (visible) to 1 (infrared); None: chosen from the pair.

        Raises:
            InputError: something was said already, of which the picture before was the beginning.
        """
        if self.turns or self.can_undo or self.can_redo or self.question is not None:
            raise InputError(
                "is chosen before anything is said", argument="infrared", remedy="start a new run on the same pair"
            )
        self.change(self.session.settings.model_copy(update={"infrared": infrared}))
        machine, context = self._machine, self._machine.context
        context.work.catalogue = Catalogue.model_validate(machine.values["catalogue"])
        called = make_call(cast(RunState, machine.values), context, "fuse", {})
        machine.fork(machine.place, usage=called.usage.model_dump())
        self._go()

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
        if self.question is not None:  # whoever looks at the result while it is open sees the steps that were done
            state = self._machine.values
            context.work.save_image("result", context.work.image(state["image"]), RESULT)
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
