"""A pair, a network and a language model that is served, for commands to work with."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.commandline import LanguageModel, serving
from tests.fakes import Small, render_small
from tests.stories import SKY, WHOLE, WORDS


@dataclass(frozen=True)
class Stage:
    """What is on it.

    Attributes:
        folder: of the row.
        small: the pair, its masks and the network.
        url: of the model, which knows two wishes.
    """

    folder: Path
    small: Small
    url: str

    @property
    def pair(self) -> list[object]:
        """The options that name the pictures and the network."""
        return ["--ir", self.small.ir, "--vi", self.small.vi, *self.network]

    @property
    def network(self) -> list[object]:
        """The options of the network alone."""
        return ["--weights", self.small.weights, "--preset", "tiny-compact", "--device", "cpu"]

    @property
    def asked(self) -> list[object]:
        """Two wishes for that pair, and the model."""
        wishes = [part for words in WORDS for part in ("-i", words)]
        return [*self.pair, "--mask", f"sky={self.small.masks['sky']}", *wishes, "--llm", self.url]

    def run(self, out: object) -> list[object]:
        """The words of a run."""
        return ["run", *self.asked, "--out", out, "--json", "--quiet"]

    def resume(self, run: object) -> list[object]:
        """The words that go on with one."""
        return ["resume", run, "--json", "--quiet"]


@contextmanager
def stage(folder: Path) -> Iterator[Stage]:
    """Set it up for the block."""
    (folder / "small").mkdir()
    plans = {words: plan.model_dump(mode="json") for words, plan in zip(WORDS, (SKY, WHOLE), strict=True)}
    with serving(LanguageModel(plans)) as server:
        yield Stage(folder, render_small(folder / "small"), server.url)
