"""The place where a conversation is held, as commands see it."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Literal

from wordfuse.agent.film.session import FilmSession
from wordfuse.agent.run.conversation import Conversation
from wordfuse.agent.run.session import Session
from wordfuse.agent.talking.film_talk import FilmTalk

#: How something is told: the plain words, an aside, what is asked, what to heed, what went wrong.
Tone = Literal["plain", "quiet", "strong", "warning", "error"]
#: A line of a list: what it is about, what may follow that, and what there is to say.
Line = tuple[str, str, str]


class Talk(ABC):
    """A conversation and the place where it is held.

    Attributes:
        session: the run that is talked about.
        conversation: its turns; set by whoever opens it.
        scratch: a folder for pictures that are only looked at.
        how_to_give_masks: what follows on "none", of masks of one's own.
        film: what the picture is a frame of, where it is one.
    """

    session: Session
    conversation: Conversation
    scratch: Path
    how_to_give_masks = ""
    film: FilmTalk | None = None

    @abstractmethod
    def tell(self, text: str, tone: Tone = "plain") -> None:
        """Tell something; ``text`` may hold words of others."""

    @abstractmethod
    def show(self, pictures: Mapping[str, Path]) -> None:
        """Show pictures side by side, by their names."""

    @abstractmethod
    def lines(self, lines: Sequence[Line]) -> None:
        """Tell a list."""

    @abstractmethod
    def numbers(self, columns: Mapping[str, Mapping[str, float]]) -> None:
        """Tell the metrics of pictures, by their names."""

    @property
    @abstractmethod
    def files(self) -> Path:
        """The folder in which pictures are saved."""

    @abstractmethod
    def file(self, name: str) -> Path:
        """The file that a name stands for.

        Raises:
            InputError: it can be none, or may not be named here.
        """

    @abstractmethod
    def offers(self, command: str) -> bool:
        """Whether a command may be given here."""

    @property
    @abstractmethod
    def model(self) -> str:
        """The name of the language model."""

    @abstractmethod
    def picture(self, name: str) -> Path:
        """The file of a picture by its name: infrared, visible, fused, result, or the number of a step.

        Raises:
            InputError: there is none of that name.
        """

    @abstractmethod
    def say(self, text: str) -> None:
        """Carry out one instruction, and tell what came of it."""

    @abstractmethod
    def settle(self) -> bool:
        """Put the questions of a turn to the person until there are none left; whether to continue."""

    @abstractmethod
    def why(self) -> None:
        """Tell why the last turn ended as it did."""

    @abstractmethod
    def make_film(self, session: FilmSession) -> None:
        """Carry a run over the whole film out, and tell how far it is and what came of it."""

    @abstractmethod
    def regions(self) -> Iterable[str]:
        """Names of regions."""
