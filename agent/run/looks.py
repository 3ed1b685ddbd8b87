"""What a conversation looks at without changing its picture: regions by words, by a point or by paint, and faults."""

from dataclasses import dataclass
from pathlib import Path

from wordfuse.agent.record import Instruction
from wordfuse.agent.run.machine import Machine
from wordfuse.agent.run.session import Session
from wordfuse.agent.state import Json
from wordfuse.fusion.display.overlay import overlay_file
from wordfuse.fusion.errors import WordfuseError
from wordfuse.fusion.images import to_uint8, write_png
from wordfuse.tools.point import Seen as Pointed
from wordfuse.tools.point import paint, point
from wordfuse.tools.registry import call
from wordfuse.tools.store.catalogue import Catalogue
from wordfuse.tools.store.workspace import Workspace

Point = tuple[float, float]


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


class Looks:
    """The pictures of a conversation, to be looked at; what is drawn goes into folders of the caller's."""

    def __init__(self, session: Session, machine: Machine) -> None:
        """Look at the run of a machine."""
        self._session, self._machine = session, machine

    def source(self, name: str, folder: Path) -> Path:
        """The infrared or the visible picture as it is fused, as a PNG in ``folder``."""
        path = folder / f"{name}.png"
        if not path.exists():
            pair = self._machine.context.work.pair
            write_png(path, to_uint8(pair.infrared if name == "infrared" else pair.visible))
        return path

    def last_mask(self, instructions: list[Instruction], picture: Path, shown: Path) -> tuple[str, str] | None:
        """Draw the mask of the last step that had one on a picture; its region and area in words, or None."""
        for said in reversed(instructions):
            for step in reversed(said.steps):
                if step.mask:
                    overlay_file(picture, shown, self._session.folder / step.mask)
                    return str(step.region), f"{step.area:.1%} of the picture"
        return None

    def look_for(self, phrase: str, picture: Path, shown: Path) -> Seen:
        """Find a region without editing it.

        Args:
            phrase: the region in words.
            picture: the picture that it is drawn on.
            shown: where the drawing goes, if it is found.
        """
        work = self._work()
        grounded = call("ground", {"phrases": [phrase]}, work)
        if grounded.result is None:
            return Seen(False, grounded.error or "")
        record = work.grounding(grounded.result["grounding"])[0]
        drawn = call("segment", {"grounding": grounded.result["grounding"], "invert": False}, work)
        if drawn.result is None:
            return Seen(False, drawn.error or "")
        mask = self._session.folder / work.catalogue.masks[drawn.result["mask"]]
        overlay_file(picture, shown, mask, record.boxes)
        mask.unlink()  # the catalogue is not kept, so nothing would know it
        return Seen(True, record.reason, drawn.result["area"])

    def point(self, at: Point, folder: Path) -> list[Pointed]:
        """What may be meant by a point, x and y in pixels, the likeliest first; see ``tools.point``."""
        return point(at, self._work(), folder)

    def paint(self, strokes: list[list[Point]], radius_px: float, folder: Path) -> Pointed:
        """What was painted over; see ``tools.point``."""
        return paint(strokes, radius_px, self._work(), folder)

    def inspect(self) -> list[Json]:
        """The faults of the sources and of the picture as it is, the worst first; see ``tools.inspect``.

        Raises:
            WordfuseError: it cannot be inspected.
        """
        inspected = call("inspect", {"image": self._machine.values["image"], "mask": None}, self._work())
        if inspected.result is None:
            raise inspected.cause or WordfuseError(inspected.error or "")
        findings: list[Json] = inspected.result["findings"]
        return findings

    def _work(self) -> Workspace:
        """The workspace with what the run knows now; what is added is not kept."""
        work = self._machine.context.work
        work.catalogue = Catalogue.model_validate(self._machine.values["catalogue"])
        return work
