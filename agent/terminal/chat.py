"""``wordfuse chat``: a conversation about one pair at a terminal."""

import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from rich.console import Console

from wordfuse.agent.context import Event
from wordfuse.agent.dialogue.asking.questions import Question
from wordfuse.agent.dialogue.why import summed
from wordfuse.agent.errors import InputError
from wordfuse.agent.film.session import FilmSession
from wordfuse.agent.interrupts import Interrupts
from wordfuse.agent.record import Answer, Instruction, Record, exit_code
from wordfuse.agent.run.conversation import Conversation, Turn
from wordfuse.agent.run.session import Session
from wordfuse.agent.talking import commands
from wordfuse.agent.talking.captions import pictured, what_is_drawn, with_meaning
from wordfuse.agent.talking.film_talk import FilmTalk
from wordfuse.agent.talking.going_back import left_undone
from wordfuse.agent.talking.talk import Line, Tone
from wordfuse.agent.talking.talker import Talker
from wordfuse.agent.telling.explain import explained
from wordfuse.agent.terminal.console import files_of, list_table, metric_table, shown_text, step_table, watching
from wordfuse.agent.terminal.editor import ChatCompleter, KeyboardReader, LineReader, Reader
from wordfuse.agent.terminal.films import filming, show_film
from wordfuse.agent.terminal.pictures import Pictures
from wordfuse.tools.store.scratch import scratch_folder

WELCOME = "Say what the picture should look like. /help lists commands, Ctrl-D leaves."
PROMPT, ANSWER = "> ", "? "
_STYLES: dict[Tone, str] = {"quiet": "dim", "strong": "bold", "warning": "yellow", "error": "red"}


class Chat(Talker):
    """One conversation and the terminal it is held at.

    Attributes:
        console: where everything is shown.
        pictures: shows pictures there.
        record: the run record, when the person has left; an open question stays open.
        said: what was said then and stands.
    """

    record: Record
    said: list[str]
    how_to_give_masks = "; --mask NAME=FILE"

    def __init__(
        self,
        session: Session,
        console: Console,
        *,
        images: bool,
        keyboard: bool,
        quiet: bool,
        film: FilmTalk | None = None,
    ) -> None:
        """Talk about the run of a session.

        Args:
            session: a new one, or one to resume.
            console: where everything is shown.
            images: whether pictures are shown.
            keyboard: whether a person types; else lines are read from standard input.
            quiet: leave out what the agent is doing; only what came of it is told.
            film: what the picture is a frame of.
        """
        self._temporary = scratch_folder()
        super().__init__(session, Path(self._temporary.name))
        self.console, self._quiet, self.film = console, quiet, film
        self._toolbar = ""
        self.pictures = Pictures(console, self.scratch, enabled=images and not quiet)
        self._reader: Reader = LineReader(self.tell)
        if keyboard:
            completer = ChatCompleter(commands.names, lambda command: commands.offers(self, command))
            self._reader = KeyboardReader(completer, lambda: self._toolbar, to_stderr=console.stderr)

    def run(self, first: Iterable[str] = ()) -> int:
        """Talk until the person leaves; returns the exit code of the run.

        Args:
            first: what is said before the person does: of a film, what was said at another frame.

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

            interrupts = Interrupts(lambda text: self.tell(text, "warning"))
            with Conversation.open(self.session, notify, interrupts) as self.conversation:
                self._begin()
                for text in first:
                    self.tell(f"{PROMPT}{text}", "quiet")
                    self._followed(text)
                while self._listen():
                    pass
                self.record, self.said = self.conversation.record, commands.standing(self)
                self._print(files_of(self.record), "dim")
                if self.film is None or self.film.next is None:  # else it goes on at another frame at once
                    self.tell(f"go on with: wordfuse chat --resume {self.home}", "quiet")
                code = exit_code(self.record)
                if code:
                    self.tell(f"exit code {code}: {left_undone(self.record.instructions)}", "quiet")
                return code

    @property
    def home(self) -> Path:
        """The folder that is gone on with: of a frame that of its film."""
        return self.session.folder if self.film is None else self.film.folder

    def tell(self, text: str, tone: Tone = "plain") -> None:
        """Print a line."""
        self._print(shown_text(text, keep_indent=True), _STYLES.get(tone))

    def make_film(self, session: FilmSession) -> None:
        """Carry a run over the whole film out, with a bar."""
        with filming(self.console) as watch:
            record = session.run(watch)
        show_film(record, self.console)

    def show(self, pictures: Mapping[str, Path]) -> None:
        """Show pictures side by side, where the terminal and the person allow."""
        self.pictures.show(pictures)

    def lines(self, lines: Sequence[Line]) -> None:
        """Print a list."""
        self.console.print(list_table(lines))

    def numbers(self, columns: Mapping[str, Mapping[str, float]]) -> None:
        """Print metrics."""
        self.console.print(metric_table(columns))

    @property
    def files(self) -> Path:
        """The folder that the person is in."""
        return Path.cwd()

    def file(self, name: str) -> Path:
        """The file that was typed.

        Raises:
            InputError: it cannot be one.
        """
        try:
            if not name.isprintable():
                raise RuntimeError("it has characters that cannot be printed")
            return Path(name).expanduser()
        except RuntimeError as error:
            raise InputError(f"no file name ({error})", subject=name, remedy="type another") from error

    def settle(self) -> bool:
        """Put the questions of a turn to the person until there are none left; whether to continue.

        Raises:
            EOFError: the person leaves.
        """
        while self.conversation.question is not None:
            if not self.follow(self._read().strip()):
                raise EOFError
        return not self.stopped

    def _begin(self) -> None:
        turn = self.conversation.begin()
        self._print(f"[bold]wordfuse[/bold] · {shown_text(str(self.session.folder))} · {shown_text(self.model)}")
        for warning in self.conversation.warnings():
            self.tell(warning, "warning")
        for begun in self.film.unfinished() if self.film is not None else ():
            self.tell(f"a film is not finished; go on with: wordfuse resume {begun}", "warning")
        self.tell(WELCOME)
        if not self.conversation.turns:
            self.show({name: self.picture(name) for name in ("infrared", "visible", "fused")})
        elif turn is None or turn.question is None:
            self.show({name: self.picture(name) for name in ("fused", "result")})
        if turn is not None:
            self.told(turn)

    def _listen(self) -> bool:
        """Read one input and follow its lines; False when the person leaves."""
        try:
            lines = [line.strip() for line in self._read().splitlines() if line.strip()]
            for number, line in enumerate(lines, start=1):
                if not self._followed(line) and number < len(lines):
                    self.tell(f"left out: {'; '.join(lines[number:])}", "warning")
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
            if not self.follow(line):
                raise EOFError
        except EOFError:
            raise
        except KeyboardInterrupt:
            if self.conversation.in_work:
                raise
            self.stopped = True
            self.tell("stopped; Ctrl-C again leaves")
        except Exception as error:
            self.tell(explained(error)[0], "error")
            return False
        return not self.stopped and self.conversation.question is None

    def _read(self) -> str:
        """The next input; Ctrl-C leaves if it was pressed just before, at this prompt or to stop the turn."""
        warned, self.stopped = self.stopped, False
        self._toolbar = self._state()
        while True:
            try:
                return self._reader.read(PROMPT if self.conversation.question is None else ANSWER)
            except KeyboardInterrupt:
                if warned:
                    raise EOFError from None
                warned = True
                self.tell("press Ctrl-C again, or Ctrl-D, to leave")

    def ended(self, turn: Turn, said: Instruction) -> None:
        """Print what came of a turn, and what it took."""
        if said.answer is not None:
            self._answered(said.answer)
        if said.refusal:
            self._print(f"[yellow]not done[/yellow]: {shown_text(said.refusal)}")
        elif self._quiet and said.answer is None:  # else the steps were told as they ended
            self.console.print(step_table([said]))
        whole = summed(said)
        if whole is not None:
            self.tell(whole, "warning")
        spent = f"{turn.calls} model call{'s' * (turn.calls != 1)}, {turn.tokens} tokens, {turn.seconds:.1f} s"
        stopped = " · stopped by you, Ctrl-C again leaves" if turn.stopped else ""
        self.tell(f"{spent}{stopped} · {self.picture('result')}", "quiet")

    def _answered(self, answer: Answer) -> None:
        """Show an answer: its text, where it was not told as it came, and its picture."""
        if self._quiet:
            self.tell(answer.text)
        numbered = answer.evidence.get("picture")
        if numbered:
            file = self.session.folder / numbered
            self.show({"answer": file})
            self.tell(f"{pictured(answer)}: {file}", "quiet")

    def ask(self, question: Question) -> None:
        """Print a question, with a picture of what it is about."""
        drawn = self.draw(question)
        if drawn is not None:
            self.show({question.about: drawn})
            self.tell(f"{what_is_drawn(question)}: {self._kept(drawn)}", "quiet")
        self.tell(question.text, "strong")
        self.tell(" · ".join(map(with_meaning, question.options)), "quiet")

    def _kept(self, drawn: Path) -> Path:
        """A picture that a question is about, in the run folder: who answers another time still finds it."""
        folder = self.session.folder / "questions"
        folder.mkdir(exist_ok=True)
        taken = [int(file.stem) for file in folder.glob("[0-9]*.png") if file.stem.isdigit()]
        return Path(shutil.copyfile(drawn, folder / f"{max(taken, default=0) + 1:03d}.png"))

    def _print(self, markup: str, style: str | None = None) -> None:
        self.console.print(markup, style=style, highlight=False, soft_wrap=True)

    def _state(self) -> str:
        """The line below the input."""
        turns = self.conversation.turns
        return f" {self.session.folder} · {self.model} · turns: {turns} · Alt-Enter: another line · /help "
