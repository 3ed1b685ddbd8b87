"""``wordfuse chat``: a conversation about one pair at a terminal."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from rich.console import Console

from wordfuse.agent.context import Event
from wordfuse.agent.dialogue.intents import Intent, file_in, intent_of, picture_in, times_in
from wordfuse.agent.dialogue.questions import Question, is_query, is_wish
from wordfuse.agent.dialogue.why import explain
from wordfuse.agent.errors import InputError
from wordfuse.agent.interrupts import Interrupts
from wordfuse.agent.plan import Control
from wordfuse.agent.record import Answer, Record, exit_code
from wordfuse.agent.run.conversation import Conversation, Turn
from wordfuse.agent.run.session import Session
from wordfuse.agent.telling.explain import explained
from wordfuse.agent.terminal import commands
from wordfuse.agent.terminal.console import files_of, shown_text, step_table, watching
from wordfuse.agent.terminal.editor import ChatCompleter, KeyboardReader, LineReader, Reader
from wordfuse.agent.terminal.pictures import Pictures
from wordfuse.fusion.display.overlay import overlay_file
from wordfuse.tools.store.scratch import scratch_folder

WELCOME = "Say what the picture should look like. /help lists commands, Ctrl-D leaves."
PROMPT, ANSWER = "> ", "? "


class Chat:
    """One conversation and the terminal it is held at.

    Attributes:
        console: where everything is shown.
        pictures: shows pictures there.
        conversation: the turns; only inside :meth:`run`.
        record: the run record, when the person has left; an open question stays open.
        scratch: a folder for pictures that are only looked at.
    """

    conversation: Conversation
    record: Record

    def __init__(self, session: Session, console: Console, *, images: bool, keyboard: bool, quiet: bool) -> None:
        """Talk about the run of a session.

        Args:
            session: a new one, or one to resume.
            console: where everything is shown.
            images: whether pictures are shown.
            keyboard: whether a person types; else lines are read from standard input.
            quiet: leave out what the agent is doing; only what came of it is told.
        """
        self.session, self.console, self._quiet = session, console, quiet
        self._stopped = False  # the last turn, by Ctrl-C
        self._toolbar = ""
        self._temporary = scratch_folder()
        self.scratch = Path(self._temporary.name)
        self.pictures = Pictures(console, self.scratch, enabled=images and not quiet)
        self._reader: Reader = LineReader(lambda line: self.tell(shown_text(line)))
        if keyboard:
            completer = ChatCompleter(commands.names, lambda command: commands.offers(self, command))
            self._reader = KeyboardReader(completer, lambda: self._toolbar, to_stderr=console.stderr)

    def run(self) -> int:
        """Talk until the person leaves; returns the exit code of the run.

        Raises:
            KeyboardInterrupt: left in the middle of a turn, which can be finished later.
            InputError: another process works in the folder.
        """
        # One console: messages must not meet a live bar of another.
        with self._temporary, watching(Console(quiet=True) if self._quiet else self.console) as watch:

            def notify(event: Event) -> None:
                watch(event)
                if event.kind == "advanced" and event.file is not None:
                    self.show({"fused": self.session.folder / "fused.png", "now": self.session.folder / event.file})

            interrupts = Interrupts(lambda text: self.tell(f"[yellow]{text}[/yellow]"))
            with Conversation.open(self.session, notify, interrupts) as self.conversation:
                self._begin()
                while self._listen():
                    pass
                self.record = self.conversation.record
                self.tell(f"[dim]{files_of(self.record)}[/dim]")
                folder = shown_text(str(self.session.folder))
                self.tell(f"[dim]go on with: wordfuse chat --resume {folder}[/dim]")
                return exit_code(self.record)

    def tell(self, markup: str) -> None:
        """Show a line of rich markup."""
        self.console.print(markup, highlight=False, soft_wrap=True)

    def show(self, pictures: Mapping[str, Path]) -> None:
        """Show pictures side by side, where the terminal and the person allow."""
        self.pictures.show(pictures)

    def picture(self, name: str) -> Path:
        """The file of a picture: infrared, visible, fused, result, or the number of a step.

        Raises:
            InputError: there is none of that name.
        """
        if name in ("infrared", "visible"):
            return self.conversation.source(name, self.scratch)
        folder = self.session.folder
        steps = {path.stem.lstrip("0"): path for path in (folder / "images").glob("*.png")}
        known = {"fused": folder / "fused.png", "result": folder / self.conversation.picture} | steps
        if name.lstrip("0") not in known:
            raise InputError(
                "no such picture", subject=name, remedy=f"there are {', '.join(['infrared', 'visible', *known])}"
            )
        return known[name.lstrip("0")]

    def say(self, text: str) -> None:
        """Carry out one instruction, and tell what came of it."""
        self._told(self.conversation.say(text))

    def settle(self) -> bool:
        """Put the questions of a turn to the person until there are none left; whether to continue.

        Raises:
            EOFError: the person leaves.
        """
        while self.conversation.question is not None:
            if not self._follow(self._read().strip()):
                raise EOFError
        return not self._stopped

    def why(self) -> None:
        """Tell why the last turn ended as it did."""
        instructions = self.conversation.instructions
        for line in explain(instructions[-1]) if instructions else ["Nothing was asked for yet."]:
            self.tell(shown_text(line, keep_indent=True))

    def _begin(self) -> None:
        turn = self.conversation.begin()
        self.tell(f"[bold]wordfuse[/bold] · {shown_text(str(self.session.folder))} · {shown_text(self.model)}")
        for warning in self.conversation.warnings():
            self.tell(f"[yellow]{shown_text(warning)}[/yellow]")
        self.tell(WELCOME)
        if not self.conversation.turns:
            self.show({name: self.picture(name) for name in ("infrared", "visible", "fused")})
        elif turn is None or turn.question is None:
            self.show({name: self.picture(name) for name in ("fused", "result")})
        if turn is not None:
            self._told(turn)

    @property
    def model(self) -> str:
        """The name of the language model."""
        return self.session.model.name

    def _listen(self) -> bool:
        """Read one input and follow its lines; False when the person leaves."""
        try:
            lines = [line.strip() for line in self._read().splitlines() if line.strip()]
            for number, line in enumerate(lines, start=1):
                if not self._followed(line) and number < len(lines):
                    self.tell(f"[yellow]left out: {shown_text('; '.join(lines[number:]))}[/yellow]")
                    break
        except EOFError:
            return False
        return True

    def _followed(self, line: str) -> bool:
        """Follow a line, whatever goes wrong; whether the lines after it make sense.

        Raises:
            EOFError: the person leaves.
            KeyboardInterrupt: the person leaves in the middle of a turn.
        """
        try:
            if not self._follow(line):
                raise EOFError
        except EOFError:
            raise
        except KeyboardInterrupt:
            if self.conversation.in_work:
                raise
            self._stopped = True
            self.tell("stopped; Ctrl-C again leaves")
        except Exception as error:
            self.tell(f"[red]{shown_text(explained(error)[0])}[/red]")
            return False
        return not self._stopped and self.conversation.question is None

    def _read(self) -> str:
        """The next input; Ctrl-C leaves if it was pressed just before, at this prompt or to stop the turn."""
        warned, self._stopped = self._stopped, False
        self._toolbar = self._state()
        while True:
            try:
                return self._reader.read(PROMPT if self.conversation.question is None else ANSWER)
            except KeyboardInterrupt:
                if warned:
                    raise EOFError from None
                warned = True
                self.tell("press Ctrl-C again, or Ctrl-D, to leave")

    def _follow(self, line: str) -> bool:
        """Follow a line; False ends the conversation."""
        if line.startswith("/"):
            return commands.follow(self, line)
        intent = intent_of(line)
        question = self.conversation.question
        if question is not None and intent in (None, "praise", "regret", "skip"):
            if question.kind != "effect" and is_wish(line):
                self._told(self.conversation.answer("skip"))
                return self._follow(line)
            if is_query(line):
                self.tell(f"Answer the question first: {shown_text(' · '.join(question.options))}")
                return True
            self._told(self.conversation.answer(line))
        elif intent is None:
            self.say(line)
        else:
            return self._reply(intent, line)
        return True

    def _reply(self, intent: Intent | Control, said: str) -> bool:
        """Answer what is no wish for an edit."""
        if intent == "skip":
            self.tell("Nothing was asked. Say what the picture should look like.")
        elif intent == "praise":
            self.tell("Good. What next?")
        elif intent == "regret":
            self.tell("Say 'undo' to take it back, 'too much' or 'a bit more' to change it, 'why?' for the figures.")
        elif intent == "save":
            return commands.follow(self, f"/export {file_in(said) or ''}")
        elif intent == "undo":
            return commands.follow(self, f"/undo {times_in(said)}")
        elif intent == "show":
            return commands.follow(self, f"/show {picture_in(said) or ''}")
        else:
            return commands.follow(self, f"/{intent}")
        return True

    def _told(self, turn: Turn) -> None:
        """Show the outcome of a turn, or the question it ended with."""
        if turn.question is not None:
            self._ask(turn.question)
            return
        self._stopped = turn.stopped
        if turn.control is not None:
            self._reply(turn.control, turn.said)
            return
        said = self.conversation.instructions[-1]
        if said.answer is not None:
            self._answered(said.answer)
        if said.refusal:
            self.tell(f"[yellow]not done[/yellow]: {shown_text(said.refusal)}")
        elif self._quiet and said.answer is None:  # else the steps were told as they ended
            self.console.print(step_table([said]))
        spent = f"{turn.calls} model call{'s' * (turn.calls != 1)}, {turn.tokens} tokens, {turn.seconds:.1f} s"
        stopped = " · stopped by you, Ctrl-C again leaves" if turn.stopped else ""
        self.tell(f"[dim]{spent}{stopped} · {shown_text(str(self.picture('result')))}[/dim]")

    def _answered(self, answer: Answer) -> None:
        """Show an answer: its text, where it was not told as it came, and its picture."""
        if self._quiet:
            self.tell(shown_text(answer.text))
        numbered = answer.evidence.get("picture")
        if numbered:
            file = self.session.folder / numbered
            self.show({"answer": file})
            self.tell(f"[dim]{shown_text(str(file))}[/dim]")

    def _ask(self, question: Question) -> None:
        if question.boxes:
            numbered = self.scratch / "which.png"
            overlay_file(self.picture("result"), numbered, boxes=question.boxes, numbered=True)
            self.show({question.about: numbered})
            self.tell(f"[dim]{shown_text(str(numbered))}[/dim]")
        self.tell(f"[bold]{shown_text(question.text)}[/bold]")
        self.tell(f"[dim]{shown_text(' · '.join(question.options))}[/dim]")

    def _state(self) -> str:
        """The line below the input."""
        turns = self.conversation.turns
        return f" {self.session.folder} · {self.model} · turns: {turns} · Alt-Enter: another line · /help "

    def regions(self) -> Iterable[str]:
        """Names of regions: those of this conversation first, then what can be found anywhere."""
        return dict.fromkeys([*self.session.settings.masks, *self.conversation.phrases(), *commands.REGIONS])
