"""What a person types: with history, completion and several lines at a keyboard, line by line from anything else."""

import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from prompt_toolkit import PromptSession
from prompt_toolkit.auto_suggest import AutoSuggestFromHistory
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.output import create_output

from wordfuse.agent.telling.text import printable
from wordfuse.fusion.fetched.userfolders import user_folder

#: What wishes are made of; completed beside the names of regions.
WISHES = (
    "make the", "stand out", "more natural", "brighter", "darker", "brighten", "darken", "denoise", "a bit more",
    "a bit less", "too much", "again", "the same for the", "undo that", "why?",
)  # fmt: skip


class Reader(Protocol):
    """Where the next line comes from."""

    def read(self, prompt: str) -> str:
        """The next input, of one line or several.

        Raises:
            EOFError: there is no more.
            KeyboardInterrupt: Ctrl-C.
        """


class LineReader:
    """Lines of standard input that is no keyboard: a file, a pipe, another program."""

    def __init__(self, echo: Callable[[str], None]) -> None:
        """``echo`` is given every line with its prompt, so that the conversation can be read afterwards."""
        self._echo = echo

    def read(self, prompt: str) -> str:
        """See :meth:`Reader.read`."""
        line = sys.stdin.readline() if sys.stdin is not None else ""
        if not line:
            raise EOFError
        self._echo(f"{prompt}{line.rstrip()}")
        return line.rstrip("\n")


class KeyboardReader:
    """A line editor; Enter sends, Alt-Enter begins another line."""

    def __init__(self, completer: Completer, toolbar: Callable[[], str], *, to_stderr: bool = False) -> None:
        """Edit with completion and a line of state below.

        Args:
            completer: what may follow what was typed.
            toolbar: the line below.
            to_stderr: standard output is for something else.
        """
        self._session: PromptSession[str] = PromptSession(
            history=_history(),
            completer=completer,
            complete_while_typing=True,
            auto_suggest=AutoSuggestFromHistory(),
            multiline=True,
            key_bindings=_keys(),
            bottom_toolbar=lambda: FormattedText([("", printable(toolbar()))]),
            prompt_continuation="... ",
            reserve_space_for_menu=6,
            output=create_output(stdout=sys.stderr if to_stderr else sys.stdout),
        )

    def read(self, prompt: str) -> str:
        """See :meth:`Reader.read`."""
        return self._session.prompt(prompt)


class ChatCompleter(Completer):
    """Completes commands, what they take, wishes, and the names of regions."""

    def __init__(self, commands: Callable[[], Iterable[str]], arguments: Callable[[str], Iterable[str]]) -> None:
        """Complete.

        Args:
            commands: the slash commands.
            arguments: what may follow a command; for "" the names of regions.
        """
        self._commands, self._arguments = commands, arguments

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterator[Completion]:
        """What prompt_toolkit calls."""
        line = document.current_line_before_cursor
        if line.startswith("/"):
            command, space, typed = line.partition(" ")
            offered = self._arguments(command) if space else self._commands()
            yield from _beginning(typed if space else command, offered)
            return
        # The longest end of the line that begins an offer: "make the br" may go on as "brighter" or "bright areas".
        words = line.split(" ")
        offers = [*self._arguments(""), *WISHES]
        for start in range(max(0, len(words) - 3), len(words)):
            typed = " ".join(words[start:])
            found = list(_beginning(typed, offers)) if len(typed) > 1 else []
            if found:
                yield from found
                return


def _beginning(typed: str, offers: Iterable[str]) -> Iterator[Completion]:
    for offer in dict.fromkeys(offers):
        if offer.startswith(typed.lower()) and offer != typed:
            yield Completion(offer, start_position=-len(typed))


def _history() -> History:
    """The inputs of earlier conversations; only those of this one where none can be kept."""
    try:
        path = user_folder("state") / "chat-history"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    except OSError:
        return InMemoryHistory()
    return FileHistory(str(path))


def _keys() -> KeyBindings:
    keys = KeyBindings()

    @keys.add("enter")
    def send(event: KeyPressEvent) -> None:
        event.current_buffer.validate_and_handle()

    @keys.add("c-c")
    def clear(event: KeyPressEvent) -> None:
        if event.current_buffer.text:
            event.current_buffer.reset()
        else:
            event.app.exit(exception=KeyboardInterrupt)

    @keys.add("escape", "enter")
    def another_line(event: KeyPressEvent) -> None:
        event.current_buffer.insert_text("\n")

    return keys
