"""What incline works on: a region of a pair with the source it is to resemble, and how the end of the way is found."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

from numpy.typing import NDArray

from wordfuse.fusion.colour import luma
from wordfuse.fusion.finetune.run import Recipe, State
from wordfuse.fusion.tensors import Batch
from wordfuse.fusion.window import Window

if TYPE_CHECKING:
    from torch import Tensor

Direction = Literal["infrared", "visible"]


@dataclass(frozen=True, eq=False)
class Toward:
    """A region of a pair, and the source it is to resemble.

    Attributes:
        infrared: (1, 1, H, W) float in [0, 1].
        visible: (1, 3, H, W) float in [0, 1], RGB.
        mask: (1, 1, H, W) {0, 1}, the region.
        window: its box, with what is seen around it.
        direction: the source to resemble.
    """

    infrared: Batch
    visible: Batch
    mask: Batch
    window: Window
    direction: Direction

    @property
    def source(self) -> Batch:
        """Luma of the source, (1, 1, H, W)."""
        return self.infrared if self.direction == "infrared" else luma(self.visible)


class End(Protocol):
    """The picture at the end of the way to a source, inside the window, as far as it has been looked for."""

    def load(self, state: State) -> None:
        """Go on from where a state was saved."""

    def search(self, recipe: Recipe, epochs: int, seed: int) -> "Callable[[], Tensor | float]":
        """A step of the search that gives its loss, to be called ``epochs`` times."""

    def tensors(self) -> dict[str, NDArray[Any]]:
        """What a state keeps; from here on, the picture is what the kept values give."""

    def picture(self) -> Batch:
        """(1, 3, h, w) float32 in [0, 1]."""
