"""What is said in a conversation, and what follows on it: a wish, an answer, a command, or only a word of thanks.

A place where conversations are held says how things are told there: ``agent.terminal.chat`` in lines of a terminal,
``wordfuse.web`` as events for a page.
"""

from abc import abstractmethod
from collections.abc import Callable, Iterable
from pathlib import Path

from wordfuse.agent.dialogue.anew.returning import Point, point_in
from wordfuse.agent.dialogue.asking.naming import is_query
from wordfuse.agent.dialogue.asking.questions import Question, again, agreed, declined, left_behind, names_its_regions
from wordfuse.agent.dialogue.asking_less import less_wanted
from wordfuse.agent.dialogue.belonging import answers, puzzled
from wordfuse.agent.dialogue.following import goes_further
from wordfuse.agent.dialogue.intents import Intent, file_in, intent_of, parted, picture_in, times_in
from wordfuse.agent.dialogue.parting import in_one_breath, wants_answer, with_name
from wordfuse.agent.dialogue.why import explain_last
from wordfuse.agent.errors import InputError
from wordfuse.agent.film.session import FilmSession
from wordfuse.agent.plan import Control
from wordfuse.agent.record import Instruction
from wordfuse.agent.run.conversation import Turn
from wordfuse.agent.run.session import Session
from wordfuse.agent.talking import commands
from wordfuse.agent.talking.film_talk import asks_for_all, time_in
from wordfuse.agent.talking.going_back import of_nothing
from wordfuse.agent.talking.talk import Talk
from wordfuse.fusion.display.numbered import numbered_file
from wordfuse.fusion.display.overlay import overlay_file

_LOOKING = ("history", "why", "show", "compare", "help")


class Talker(Talk):
    """One conversation, but for how things are told where it is held.

    Attributes:
        stopped: the last turn was, by the person.
    """

    def __init__(self, session: Session, scratch: Path) -> None:
        """Talk about the run of a session."""
        self.session, self.scratch = session, scratch
        self.stopped = self._offered = False
        self._left: tuple[str, ...] = ()  # of what was said in one breath, what is still to be followed

    @abstractmethod
    def ask(self, question: Question) -> None:
        """Put a question to the person."""

    @abstractmethod
    def ended(self, turn: Turn, said: Instruction) -> None:
        """Tell what came of a turn; its steps were told as they ended."""

    def offers(self, command: str) -> bool:
        """Whether a command may be given here."""
        return self.film is not None or command not in commands.OF_FILMS

    def make_film(self, session: FilmSession) -> None:
        """Carry a run over the whole film out; where it is held may tell more on the way."""
        record = session.run()
        for step in record.steps:
            self.tell(f"{step}: {'satisfied' if step.satisfied else step.notice or 'not all the time'}")
        self.tell(str(session.folder / record.files.film))

    def settle(self) -> bool:
        """Put the questions of a turn to the person until there are none left; whether to continue."""
        return not self.stopped and self.conversation.question is None

    @property
    def model(self) -> str:
        """The name of the language model."""
        return self.session.model.name

    def regions(self) -> Iterable[str]:
        """Names of regions: those of this conversation first, then what can be found anywhere."""
        return dict.fromkeys([*self.session.settings.masks, *self.conversation.phrases(), *commands.REGIONS])

    def picture(self, name: str) -> Path:
        """The file of a picture: infrared, visible, fused, result, or the number of a step.

        Raises:
            InputError: there is none of that name.
        """
        if name in ("infrared", "visible"):
            return self.conversation.looks.source(name, self.scratch)
        folder = self.session.folder
        steps = {path.stem.lstrip("0"): path for path in (folder / "images").glob("*.png")}
        known = {"fused": folder / "fused.png", "result": folder / self.conversation.picture} | steps
        if name.lstrip("0") not in known:
            raise InputError(
                "no such picture", subject=name, remedy=f"there are {', '.join(['infrared', 'visible', *known])}"
            )
        return known[name.lstrip("0")]

    def draw(self, question: Question) -> Path | None:
        """The picture with the numbers that answer a question; None where none do."""
        if not question.boxes:
            return None
        shown, out = self.picture("result"), self.scratch / "which.png"
        if question.pieces is None:
            overlay_file(shown, out, boxes=question.boxes, numbered=True)
        else:
            numbered_file(
                shown, self.session.folder / question.pieces, question.boxes, out, closer=question.shows == "part"
            )
        return out

    def why(self) -> None:
        """Tell why the last turn ended as it did."""
        for line in explain_last(self.conversation.instructions):
            self.tell(line)

    def say(self, text: str) -> None:
        """Carry out one instruction, and tell what came of it."""
        self.told(self.conversation.say(text))

    def follow(self, line: str) -> bool:
        """Follow a line; False ends the conversation."""
        if line.startswith("/"):
            return self._aside(lambda: commands.follow(self, line))
        if self.film is not None and time_in(line) is not None:
            return commands.follow(self, f"/goto {time_in(line)}")
        if self.film is not None and asks_for_all(line):
            return commands.follow(self, "/film")
        offered, self._offered = self._offered, False  # to take back the turn before the last
        if offered and (agreed(line) or intent_of(line) == "undo"):
            return commands.follow(self, "/undo")
        if offered and declined(line):
            self.tell("Nothing was taken back.")
            return True
        requests = parted(line)
        if requests is not None:
            first, second = requests
            if intent_of(second) in _LOOKING and of_nothing(first, self.conversation.instructions):
                first, second = second, first  # the question whether an older turn is meant comes last
            if not self.follow(first):
                return False
            if self._offered:
                self.tell(f"'{second}' is not done yet: say it again after this.")
                return True
            return self.follow(second)
        parts = in_one_breath(line) if self.conversation.question is None else (line,)
        if len(parts) > 1:
            self._left = (*parts, *self._left)
            return self.go_on()
        intent = intent_of(line)
        question = self.conversation.question
        if question is not None and intent in (None, "praise", "regret", "skip"):
            if self._is_of_before(line) or not answers(question, line):
                return self._instead(line)
            if puzzled(line):
                self.ask(again(question, "Any of these will do, and 'skip' leaves it out."))
                return True
            self.told(self.conversation.answer(line))
            return self.go_on()
        elif intent is None:
            self.say(line)
        else:
            return self._aside(lambda: self._reply(intent, line))
        return True

    def _is_of_before(self, line: str) -> bool:
        """Whether a line goes on with what was done before the turn in work, and names nothing: "a bit less"."""
        told = self.conversation.instructions[:-1]
        return goes_further(line) or less_wanted(line) is not None or point_in(line, told) is not None

    def _instead(self, line: str) -> bool:
        """Follow a line that does not answer the open question; False ends the conversation.

        That is put again after a question of the person's own, where nothing of the turn was answered or done yet; else
        it is put away, and so it is by "skip that, how many are there?".
        """
        said, whole = self.conversation.instructions[-1], line
        line = left_behind(whole)
        begun = bool(said.asked or said.steps or said.marked is not None or self._left) or line != whole
        asks = is_query(line) or wants_answer(line)
        if not begun and (asks or self._is_of_before(line)):
            self.conversation.undo()  # nothing was done for it: "a bit less" is of what was done before
        else:
            self._skip_all()
        if not asks or begun:
            what = "the rest of " if any(step.output for step in said.steps) else ""
            self.tell(f"put away: {what}'{said.text}'. Say it again to come back to it.", "quiet")
            self._drop_left()
            return self.stopped or self.follow(line)
        if not self.follow(line):
            return False
        if self.conversation.question is not None or self.stopped or self._offered:
            return True
        if names_its_regions(said):
            self.tell(f"back to '{said.text}'", "quiet")
            self.say(said.text)
        else:  # "them" may be others by now
            self.tell(f"'{said.text}' is not done yet: say it again with what is meant.")
        return True

    def _skip_all(self) -> None:
        """Leave out what the open question is about, and whatever the turn asks after it."""
        while self.conversation.question is not None:
            self.stopped = self.conversation.answer("skip").stopped

    def _aside(self, do: Callable[[], bool]) -> bool:
        """Do what is no answer; where the open question goes by it, so does what was left to do after it."""
        asked = self.conversation.question is not None
        goes_on = do()
        if asked and self.conversation.question is None:
            self._drop_left()
        return goes_on

    def go_on(self) -> bool:
        """Follow what is left of what was said in one breath, up to the next question; False ends the conversation."""
        while self._left and self.conversation.question is None:
            if self.stopped or self._offered:
                self._drop_left()
                break
            part, *left = self._left
            self._left = tuple(left)
            said = self.conversation.instructions
            named = with_name(part, said[-1].plan, said[-1].text) if said else part
            if named is None:
                self.tell(f"'{part}' is not done: say what is meant by 'it'.")
            elif not self.follow(named):
                return False
        return True

    def _drop_left(self) -> None:
        """Tell what was said in one breath and is not followed any more."""
        for part in self._left:
            self.tell(f"'{part}' is not done yet: say it again after this.")
        self._left = ()

    def told(self, turn: Turn) -> None:
        """Tell the outcome of a turn, or the question it ended with."""
        if turn.question is not None:
            self.ask(turn.question)
            return
        self.stopped = turn.stopped
        if turn.control is not None:
            self._reply(turn.control, turn.said)
            return
        self.ended(turn, self.conversation.instructions[-1])

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
            told = self.conversation.instructions if self.conversation.question is None else []
            point = point_in(said, told)
            if isinstance(point, Point):
                commands.back_to(self, point.turns)
                return True
            unclear = of_nothing(said, told)
            if unclear is not None:
                self._offered = True
                self.tell(unclear, "strong")
                return True
            return commands.follow(self, f"/undo {times_in(said)}")
        elif intent == "show":
            return commands.follow(self, f"/show {picture_in(said) or ''}")
        else:
            return commands.follow(self, f"/{intent}")
        return True
