"""The slash commands of a conversation; ``/help`` is made from their docstrings."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from wordfuse.agent.dialogue.asking.questions import in_full, untold
from wordfuse.agent.dialogue.why import history as told_history
from wordfuse.agent.errors import InputError
from wordfuse.agent.record import Instruction
from wordfuse.agent.settings import Limits
from wordfuse.agent.talking.film_talk import FilmTalk, seconds_of
from wordfuse.agent.talking.going_back import changed, way_told
from wordfuse.agent.talking.talk import Talk

SHORT = {"/h": "/help"}  # which two commands begin with
OF_FILMS = ("/goto", "/film")  # commands for films alone
PICTURES = ("result", "fused", "infrared", "visible")
#: Regions that need no detector, and what the embedded network knows.
REGIONS = (
    "people", "cars", "bicycles", "sky", "road", "pavement", "buildings", "trees", "poles", "signs", "fences",
    "hot objects", "cold areas", "dark areas", "bright areas", "overexposed areas", "background", "top half",
    "bottom half", "left half", "right half", "centre", "upper left corner", "upper right corner",
    "lower left corner", "lower right corner",
)  # fmt: skip


Run = Callable[[Talk, str], bool | None]


@dataclass(frozen=True)
class Command:
    """A slash command.

    Attributes:
        name: with its slash.
        takes: what may follow it, for the help.
        run: carries it out; False ends the conversation.
    """

    name: str
    takes: str
    run: Run

    @property
    def help(self) -> str:
        """The first line of its docstring."""
        return (self.run.__doc__ or "").strip().splitlines()[0]


COMMANDS: dict[str, Command] = {}


def command(takes: str = "") -> Callable[[Run], Run]:
    """Enter a function under its name."""

    def enter(run: Run) -> Run:
        name = f"/{run.__name__.strip('_')}"
        COMMANDS[name] = Command(name, takes, run)
        return run

    return enter


def names() -> Iterable[str]:
    """Every slash command."""
    return list(COMMANDS)


def offers(chat: Talk, name: str) -> Iterable[str]:
    """What may follow a command; for "" the names of regions."""
    if name in ("/show", "/compare"):
        return PICTURES
    if name in ("", "/mask", "/regions"):
        return chat.regions()
    if name == "/budget":
        return _limits()
    return ("embedded", "http://127.0.0.1:8000/v1") if name == "/model" else ()


def follow(chat: Talk, line: str) -> bool:
    """Carry out a line that begins with a slash; False ends the conversation.

    Raises:
        WordfuseError: it cannot be carried out; the message says why.
    """
    name, argument = (*line.split(None, 1), "")[:2]
    name = SHORT.get(name.lower(), name.lower())
    offered = [known for known in COMMANDS if chat.offers(known)]
    found = [known for known in offered if known == name] or [known for known in offered if known.startswith(name)]
    if len(found) != 1:
        raise InputError(
            "could be " + ", ".join(found) if found else "no such command", subject=name, remedy="/help lists all"
        )
    return COMMANDS[found[0]].run(chat, argument.strip()) is not False


@command("TIME")
def goto(talk: Talk, argument: str) -> bool:
    """Go to another frame of the film, as in /goto 0:12; what was done here is done there."""
    _film(talk).go(seconds_of(argument))
    return False


@command()
def film(talk: Talk, argument: str) -> None:
    """Apply what was done here to the whole film."""
    talk.make_film(_film(talk).film(standing(talk)))


def standing(talk: Talk) -> list[str]:
    """What was said and done, and not taken back, with what was answered; other frames have no marks and pieces."""
    instructions = talk.conversation.instructions
    marked = {said.marked.name for said in instructions if said.marked}
    marked |= {one.about for said in instructions for one in said.asked if one.mask is not None}
    return [
        in_full(said)
        for said in instructions
        if any(step.output for step in said.steps)
        and not any(marked.intersection(step.region.phrases) for step in said.steps)
    ]


def _film(talk: Talk) -> FilmTalk:
    if talk.film is None:
        remedy = "open two films: wordfuse chat --ir FILM --vi FILM"
        raise InputError("this is a pair of pictures, not a film", remedy=remedy)
    return talk.film


@command("[TIMES]")
def undo(chat: Talk, argument: str) -> None:
    """Take back the last edit, or so many of them."""
    if argument and not (argument.isdecimal() and 0 < int(argument) < 100):
        raise InputError("is no number of edits", subject=f"/undo {argument}", remedy="give one, as in /undo 2")
    if not chat.conversation.can_undo:
        raise InputError("there is nothing to undo: nothing was said yet, or it was said before this conversation")
    asked, before, times = chat.conversation.question is not None, chat.conversation.instructions, int(argument or 1)
    chat.conversation.undo(min(times, len(changed(before)) or times))
    if asked:
        chat.tell("The question is dropped; nothing was done for it. Undo again takes back the edit before.")
    _now(chat, before, times)


def back_to(chat: Talk, turns: int) -> None:
    """Go back to where so many turns had been said, and tell what was taken back by it."""
    before = chat.conversation.instructions
    chat.conversation.back_to(turns)
    _now(chat, before)


@command()
def redo(chat: Talk, argument: str) -> None:
    """Do again what was undone last."""
    if not chat.conversation.can_redo:
        raise InputError("there is nothing to redo: nothing was undone since the last turn")
    before = chat.conversation.instructions
    chat.conversation.redo()
    _now(chat, before)


@command("[PICTURE]")
def show(chat: Talk, argument: str) -> None:
    """Show a picture: result, fused, infrared, visible, or a step by its number."""
    name = argument or "result"
    path = chat.picture(name)
    chat.show({name: path})
    chat.tell(str(path), "quiet")


@command("[PICTURE [PICTURE]]")
def compare(chat: Talk, argument: str) -> None:
    """Show two pictures side by side; one is compared with fused, none is the result."""
    named = argument.split()
    if len(named) > 2:
        raise InputError("compares two pictures", subject=f"/compare {argument}")
    first, second = named if len(named) == 2 else ("fused", *named) if named else ("fused", "result")
    chat.show({first: chat.picture(first), second: chat.picture(second)})
    chat.tell(f"{chat.picture(first)} | {chat.picture(second)}", "quiet")


@command()
def metrics(chat: Talk, argument: str) -> None:
    """The metrics of the fused picture and of the result."""
    chat.numbers(chat.conversation.record.metrics.model_dump())


@command("[REGION]")
def mask(chat: Talk, argument: str) -> None:
    """Show where a region is; without a name, the region of the last step."""
    drawn = chat.scratch / "mask.png"
    if argument:
        seen = chat.conversation.looks.look_for(argument, chat.picture("result"), drawn)
        if not seen.found:
            raise InputError(seen.reason)
        told = f"{seen.area:.1%} of the picture; {seen.reason}"
    else:
        last = chat.conversation.looks.last_mask(chat.conversation.instructions, chat.picture("result"), drawn)
        if last is None:
            raise InputError("no step worked on a region yet", remedy="name one, as in /mask people")
        argument, told = last
    chat.show({argument: drawn})
    chat.tell(f"{argument}: {told}")


@command("[REGION]")
def regions(chat: Talk, argument: str) -> None:
    """What regions may be called, and which were used so far; with a name, where it is."""
    if argument:
        mask(chat, argument)
        return
    used = chat.conversation.phrases()
    own = list(chat.session.settings.masks)
    chat.lines(
        [
            ("so far", "", ", ".join(used) or "none"),
            ("masks of yours", "", ", ".join(own) or f"none{chat.how_to_give_masks}"),
            ("known", "", ", ".join(REGIONS)),
            ("", "", "with where, how many, how large, how warm: 'the car on the left', 'the two nearest people'"),
        ]
    )


@command("FILE.yaml")
def save(chat: Talk, argument: str) -> None:
    """Write this conversation as a script, for `wordfuse script`."""
    from wordfuse.agent.talking.scripts import save_script

    if not argument:
        raise InputError("name the file, as in /save evening.yaml", subject="/save")
    path = save_script(chat.file(argument), chat.session, chat.conversation.instructions)
    chat.tell(f"wrote {path}; on other pairs: wordfuse script {path.name}")
    for said in chat.conversation.instructions:
        for phrase in untold(said):
            told = f"which '{phrase}' was meant in '{said.text}' cannot be said in a script"
            chat.tell(told, "warning")


@command("[FILE.png]")
def export(chat: Talk, argument: str) -> None:
    """Write the picture as it is now as PNG, JPEG or TIFF, in the folder you are in."""
    from wordfuse.agent.talking.saving import free_name, save_picture

    name = free_name(chat.session.folder.name, argument, chat.files)
    path = save_picture(chat.picture("result"), name, chat.files)
    chat.tell(f"wrote {path}")


@command("FILE.yaml")
def load(chat: Talk, argument: str) -> None:
    """Say what a script says, turn by turn, about this pair."""
    from wordfuse.agent.talking.scripts import load_script

    if not argument:
        raise InputError("name the file, as in /load evening.yaml", subject="/load")
    said, others = load_script(chat.file(argument))
    if others:
        chat.tell(f"the first of {others + 1} jobs", "quiet")
    for number, text in enumerate(said, start=1):
        chat.tell(text, "strong")
        chat.say(text)
        if not chat.settle() and number < len(said):
            chat.tell(f"left out: {'; '.join(said[number:])}", "warning")
            return


@command("[embedded | URL] [NAME]")
def model(chat: Talk, argument: str) -> None:
    """Show or change the language model."""
    if argument:
        llm, _, name = argument.partition(" ")
        changed = {"llm": llm, "model": name.strip() or None}
        chat.conversation.change(chat.session.settings.model_copy(update=changed))
    used = chat.session.model.usage
    chat.tell(
        f"{chat.model} ({chat.session.settings.server}): {used.calls} calls, "
        f"{used.prompt_tokens} + {used.completion_tokens} tokens, {used.seconds:.1f} s"
    )


@command("[NAME NUMBER]")
def budget(chat: Talk, argument: str) -> None:
    """Show or change the budgets of a turn: attempts, model-calls, tool-calls, seconds, seconds-per-call."""
    limits = chat.session.settings.limits
    if argument:
        name, _, number = argument.replace("-", "_").partition(" ")
        if name not in Limits.model_fields:
            raise InputError("unknown", subject=f"/budget {argument}", remedy=f"choose one of {', '.join(_limits())}")
        try:
            limits = Limits.model_validate(limits.model_dump() | {name: number.strip()})
        except ValidationError as error:
            raise InputError(error.errors()[0]["msg"], subject=f"/budget {argument}") from error
        chat.conversation.change(chat.session.settings.model_copy(update={"limits": limits}))
    chat.tell(" · ".join(f"{name.replace('_', '-')} {value:g}" for name, value in limits.model_dump().items()))


@command()
def reset(chat: Talk, argument: str) -> None:
    """Go back to the fused picture; can be undone."""
    before = chat.conversation.instructions
    chat.conversation.reset()
    _now(chat, before)


@command()
def why(chat: Talk, argument: str) -> None:
    """Why the last turn ended as it did: what was understood, found and measured."""
    chat.why()


@command()
def history(chat: Talk, argument: str) -> None:
    """What was done so far: every wish, and what came of it."""
    for line in told_history(chat.conversation.instructions):
        chat.tell(line)


@command()
def help_(chat: Talk, argument: str) -> None:
    """List the commands."""
    chat.lines([(entry.name, entry.takes, entry.help) for entry in COMMANDS.values() if chat.offers(entry.name)])
    chat.tell(
        "Anything else is a wish: 'make the people stand out', 'a bit more', 'the same for the cars', 'undo that'."
    )


@command()
def quit_(chat: Talk, argument: str) -> bool:
    """Leave; `wordfuse chat --resume DIR` goes on."""
    return False


def _limits() -> list[str]:
    """The budgets, as they are typed."""
    return [name.replace("_", "-") for name in Limits.model_fields]


def _now(chat: Talk, before: Sequence[Instruction], times: int = 1) -> None:
    """Show the picture as it is after a way back or forth, and tell what became of the turns before it."""
    chat.show({"fused": chat.picture("fused"), "now": chat.picture("result")})
    chat.tell(way_told(before, chat.conversation.instructions, times))
