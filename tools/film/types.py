"""What is known of a film that is worked on: JSON-native, so that it lies in its folder."""

from typing import Any, Literal

from pydantic import Field

from wordfuse.tools.types import Region, Strict

KEYS, ORDER = "keys", "order.npz"  # in the folder of a run: its key frames, and which frames belong together

Why = Literal["start", "end", "every", "cut", "drift"]


class Call(Strict):
    """A call of an edit that a step was carried out by.

    Attributes:
        tool: what was called.
        args: its arguments, but for picture and mask.
        further: it goes on from the picture that the calls before it made; else from the step's first picture.
    """

    tool: str
    args: dict[str, Any]
    further: bool = False


class Decided(Strict):
    """What is done for a step, at every key frame where its region is found.

    Attributes:
        region: where.
        calls: by what, in order.
    """

    region: Region
    calls: tuple[Call, ...]


class Key(Strict):
    """A key frame.

    Attributes:
        number: its place in the result.
        seconds: its time in the result.
        why: it is one.
        scene: which scene it is of.
        numbers: what is told of it as a whole (``fusion.film.fusing``).
        follows: the way to the key frame before is known.
    """

    number: int
    seconds: float
    why: Why
    scene: int
    numbers: dict[str, float]
    follows: bool

    @property
    def name(self) -> str:
        """Of its files."""
        return f"{self.number:06d}"


class Scan(Strict):
    """What the first look at a film told.

    Attributes:
        settled: ``fusion.film.pairs.Settled`` as JSON.
        offset_s: that was added to infrared times.
        offset_sure: it could be told from the pictures; None: it was given.
        fps: frames a second of the result, on average.
        frames: of the result.
        seconds: that it lasts.
        starts_s: the time of its first frame in the visible film.
        skipped: frames that could not be read, of the infrared and of the visible film.
        unmatched: visible frames without an infrared one, before and behind.
        keys: the key frames.
    """

    settled: dict[str, Any]
    offset_s: float
    offset_sure: bool | None
    fps: float = Field(gt=0)
    frames: int = Field(ge=1)
    seconds: float
    starts_s: float
    skipped: tuple[int, int]
    unmatched: int
    keys: tuple[Key, ...]

    @property
    def segments(self) -> list[tuple[int, int]]:
        """The parts in which the film is made: their first key frame and their last, as places in ``keys``."""
        return [
            (place, place + 1 if place + 1 < len(self.keys) and self.keys[place + 1].scene == key.scene else place)
            for place, key in enumerate(self.keys)
            if place == 0 or self.keys[place - 1].scene != key.scene or not self._ends(place)
        ]

    def _ends(self, place: int) -> bool:
        """Whether a key frame is the last of its scene: the part before it holds it already."""
        return place + 1 == len(self.keys) or self.keys[place + 1].scene != self.keys[place].scene

    def frames_of(self, segment: tuple[int, int]) -> range:
        """The frames that a part makes."""
        first, last = segment
        start, end = self.keys[first].number, self.keys[last].number
        return range(start, end + 1 if first == last or self._ends(last) else end)


class FittedCall(Strict):
    """What a call came to at a key frame: how far it went, and where a fault was taken out."""

    amount: float
    where: Literal["fused", "infrared", "visible"] | None = None


class FittedStep(Strict):
    """What a step came to at a key frame.

    Attributes:
        found: its region is there.
        area: share of the picture that the region covers.
        calls: of the edits; empty where it was not carried out.
        notice: why not.
    """

    found: bool
    area: float
    calls: tuple[FittedCall, ...] = ()
    notice: str | None = None


class Fitted(Strict):
    """What the steps came to at a key frame, in their order."""

    steps: tuple[FittedStep, ...]


class Sample(Strict):
    """What a step changed in a frame, as ``fusion.measures`` has it.

    Attributes:
        number: the frame's place in the result.
        seconds: its time.
        step: the place of the step.
        key: it is a key frame.
        before: of the frame before the step.
        after: and after it.
    """

    number: int
    seconds: float
    step: int
    key: bool
    before: dict[str, float]
    after: dict[str, float]


class Made(Strict):
    """A part that is made.

    Attributes:
        frames: how many it holds.
        areas: of every frame the share of the picture that each step's region covers.
        amounts: of every frame how far the first edit of each step goes; None where it does nothing.
        samples: what was measured.
    """

    frames: int
    areas: tuple[tuple[float, ...], ...]
    amounts: tuple[tuple[float | None, ...], ...]
    samples: tuple[Sample, ...]
