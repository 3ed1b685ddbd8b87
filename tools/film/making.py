"""The frames of a film, in parts from one key frame to the next, each with nothing but what lies in the folder."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.abandon import still_wanted
from wordfuse.fusion.applied import Applied
from wordfuse.fusion.compose import feather
from wordfuse.fusion.files.atomic import write_bytes_atomic
from wordfuse.fusion.film.applying import Scene, apply
from wordfuse.fusion.film.carry import Edges, between, mixed
from wordfuse.fusion.film.flow import Flow, Guide, Motion, Track, guide_of
from wordfuse.fusion.film.pace import Moment
from wordfuse.fusion.film.writer import Codec, write_frame, write_part
from wordfuse.fusion.fusing import Fuser
from wordfuse.fusion.images import Pair, luma_uint8, to_uint8, write_png
from wordfuse.fusion.regions.temperatures import ranges_of
from wordfuse.tools.film.fitting import StepState
from wordfuse.tools.film.scanning import film_fuser
from wordfuse.tools.film.settling import Settled
from wordfuse.tools.film.source import Source
from wordfuse.tools.film.store import read_arrays, write_arrays
from wordfuse.tools.film.types import KEYS, Made, Sample
from wordfuse.tools.types import Region

PARTS = "parts"
FRAMES = "frames"
MASKS = "masks"
GUIDE = "guide"  # of what a part leaves: what motion is found on
INSIDE = 0.5  # of a carried mask: what is measured

Plane = NDArray[np.float32]
Pixels = NDArray[np.uint8]
Told = Callable[[int], None]


@dataclass(frozen=True)
class Output:
    """What is written.

    Attributes:
        folder: of the run.
        codec: of the film.
        frames: every frame as a PNG, too.
        fused: a film of the frames before any edit, too.
        masks: the region of every step in every frame as a PNG, too.
    """

    folder: Path
    codec: Codec = "mpeg4"
    frames: bool = False
    fused: bool = False
    masks: bool = False

    def part(self, number: int, kind: str = "film") -> Path:
        """The file of a part of a film."""
        return self.folder / PARTS / f"{number:06d}-{kind}.mp4"

    def made(self, number: int) -> Path:
        """What says that a part is finished."""
        return self.folder / PARTS / f"{number:06d}.json"

    def left(self, number: int) -> Path:
        """What a part leaves for the next."""
        return self.folder / PARTS / f"{number:06d}-left.npz"


@dataclass(frozen=True, eq=False)
class _Before:
    """The frame before a part: what of it the next one needs."""

    guide: Guide
    left: dict[str, Plane]


@dataclass(frozen=True, eq=False)
class _Read:
    """The frames of a part, and how things move in it.

    Attributes:
        number: of the part.
        moments: its frames, and the key frame after them.
        guides: what motion is found on, of each.
        motions: from each to the next.
    """

    number: int
    moments: list[Moment]
    guides: list[Guide]
    motions: list[Motion]


class Maker:
    """Makes parts of a film; while one is made, the next is read."""

    def __init__(
        self,
        source: Source,
        settled: Settled,
        fuser: Fuser,
        output: Output,
        device: str | None = None,
        regions: Sequence[Region] = (),
    ) -> None:
        """Of a film whose key frames are settled; ``device`` is where networks of edits run, ``regions`` the steps'."""
        self.source, self.settled, self.output, self.device = source, settled, output, device
        self.degrees = [None if one.exceptions or one.invert else ranges_of(one.phrases) for one in regions]
        self.fuser, self.flow = film_fuser(fuser, output.folder), Flow()
        self._ahead = ThreadPoolExecutor(1, "reading")
        self._coming: tuple[int, Future[_Read]] | None = None

    def make(self, number: int, sampled: int | None, told: Told) -> Made:
        """Make a part, or read that it is made.

        Args:
            number: of the part, in ``Scan.segments``.
            sampled: the frame that is measured, by its place in the part; None: none is.
            told: called with the frames that are done.
        """
        done = self.output.made(number)
        if done.exists():
            return Made.model_validate_json(done.read_bytes())
        (self.output.folder / PARTS).mkdir(exist_ok=True)
        for name, wanted in ((FRAMES, self.output.frames), (MASKS, self.output.masks)):
            if wanted:
                (self.output.folder / name).mkdir(exist_ok=True)
        scan = self.settled.scan
        part = _Part(self, number, sampled)
        fused: list[Pixels] = []

        def shown() -> Iterator[Pixels]:
            for place, (picture, before) in enumerate(part.frames()):
                if self.output.fused:
                    fused.append(before)
                if self.output.frames:
                    write_frame(self.output.folder / FRAMES, part.wanted[place], picture)
                told(place + 1)
                yield picture

        frames = write_part(self.output.part(number), shown(), scan.fps, self.output.codec)
        if self.output.fused:
            write_part(self.output.part(number, "fused"), fused, scan.fps, self.output.codec)
        if part.last is not None:
            self._leave(number, part.last)
        made = Made(frames=frames, areas=tuple(part.areas), amounts=tuple(part.amounts), samples=tuple(part.samples))
        write_bytes_atomic(done, made.model_dump_json().encode())
        self.output.left(number - 1).unlink(missing_ok=True)
        return made

    def close(self) -> None:
        """Read nothing more ahead."""
        self._ahead.shutdown(cancel_futures=True)

    def read(self, number: int) -> _Read:
        """The frames of a part; from here on the next one is read in a thread of its own."""
        coming, self._coming = self._coming, None
        read = coming[1].result() if coming is not None and coming[0] == number else self._read(number)
        if number + 1 < len(self.settled.scan.segments):
            self._coming = number + 1, self._ahead.submit(self._read, number + 1)
        return read

    def _read(self, number: int) -> _Read:
        scan = self.settled.scan
        part = scan.segments[number]
        # The last key frame is of the next part, but its picture tells where things move to.
        through = range(scan.frames_of(part).start, scan.keys[part[1]].number + 1)
        moments, guides = [], []
        for moment in self.source.moments(through):
            pair = self.source.pair(moment)
            moments.append(moment)
            guides.append(guide_of(pair.infrared, pair.visible))
        flow = Flow()
        return _Read(number, moments, guides, [flow.between(*two) for two in pairwise(guides)])

    def before(self, number: int) -> _Before | None:
        """The frame before a part, where it is of the same scene."""
        scan = self.settled.scan
        first = scan.segments[number][0]
        if not number or scan.keys[first].scene != scan.keys[scan.segments[number - 1][0]].scene:
            return None
        _, arrays = read_arrays(self.output.left(number - 1))
        return _Before(arrays.pop(GUIDE), arrays)

    def _leave(self, number: int, last: _Before) -> None:
        write_arrays(self.output.left(number), {}, {GUIDE: last.guide} | last.left)


class _Part:
    """A part while it is made."""

    def __init__(self, maker: Maker, number: int, sampled: int | None) -> None:
        self.maker, self.number, self.sampled = maker, number, sampled
        scan = maker.settled.scan
        self.places = scan.segments[number]
        self.wanted = scan.frames_of(self.places)
        self.areas: list[tuple[float, ...]] = []
        self.amounts: list[tuple[float | None, ...]] = []
        self.samples: list[Sample] = []
        self.last: _Before | None = None

    def frames(self) -> Iterator[tuple[Pixels, Pixels]]:
        """Every frame of it, edited and before any edit, (H, W, 3), or (H, W) of a gray film."""
        source, settled = self.maker.source, self.maker.settled
        keys, (first, last) = settled.scan.keys, self.places
        read = self.maker.read(self.number)
        moments, guides, motions = read.moments, read.guides, read.motions
        length = max(1, keys[last].number - keys[first].number)
        states = settled.states(first), settled.states(last)
        tracks = _tracks(guides[0].shape, motions) if states[0] else []
        numbers = settled.numbers[first], settled.numbers[last]
        before = self.maker.before(self.number)
        self.maker.fuser.left = {} if before is None else before.left
        came = None if before is None else self.maker.flow.between(before.guide, guides[0])
        for place in range(len(self.wanted)):
            still_wanted()
            motion = motions[place - 1] if place else came
            later = place / length
            own = {name: value + later * (numbers[1][name] - value) for name, value in numbers[0].items()}
            pair = source.pair(moments[place])
            fused = self.maker.fuser.fuse(pair, own, motion)
            picture = fused
            if tracks:
                picture = self._edited(moments[place], place, pair, fused, own, states, tracks[place], later)
            shown = _shown(picture, pair)
            unedited = shown if picture is fused else _shown(fused, pair)
            if place in (0, length):
                self._show(moments[place], "result", shown)
                self._show(moments[place], "fused", unedited)
            yield shown, unedited
        self.last = _Before(guides[len(self.wanted) - 1], self.maker.fuser.left)

    def _edited(
        self,
        moment: Moment,
        place: int,
        pair: Pair,
        fused: Plane,
        numbers: dict[str, float],
        states: tuple[Sequence[StepState], Sequence[StepState]],
        tracks: tuple[Track, Track],
        later: float,
    ) -> Plane:
        """A frame after all steps."""
        fuser = self.maker.fuser
        scene = Scene(
            pair.infrared,
            pair.visible,
            fused,
            lambda infrared, visible: fuser.again(pair, numbers, infrared, visible),
            self.maker.device,
        )
        picture, areas, amounts = fused, [], list[float | None]()
        edges = Edges(pair.infrared, pair.visible, tracks)
        for number, (one, two) in enumerate(zip(*states, strict=True)):
            mask = _mask(one.mask, two.mask, tracks, later, edges)
            exact = None if mask is None else self._in_degrees(moment, number, pair)
            mask, start = mask if exact is None else exact, picture
            carried = [
                between((_edit(one, call), _edit(two, call)), tracks, later)
                for call in range(max(len(one.edits), len(two.edits)))
            ]
            for edit in carried:
                if edit is not None:
                    own = edges.edit(edit, mask) if mask is not None else edit
                    snapped = own if exact is None else _over(edit, exact)
                    picture = apply(snapped, picture, scene)
            areas.append(0.0 if mask is None else round(float((mask > INSIDE).mean()), 5))
            first = next((edit for edit in carried if edit is not None), None)
            self._keep_mask(moment, number, mask, key=later in (0, 1))
            amounts.append(None if first is None else round(first.amount, 5))
            if place == self.sampled and one.mask is not None and two.mask is not None and first and mask is not None:
                self._measure(moment, number, place, pair, start, picture, mask)
        self.areas.append(tuple(areas))
        self.amounts.append(tuple(amounts))
        return picture

    def _in_degrees(self, moment: Moment, step: int, pair: Pair) -> Plane | None:
        """The region of a step that is told by degrees alone, by those of this frame; None: of any other step.

        Few pixels that are hot are lost on their way from one look to the next, and each frame tells them itself.
        """
        ranges = self.maker.degrees[step] if step < len(self.maker.degrees) else None
        if ranges is None:
            return None
        known = self.maker.source.settled.with_temperatures(pair, moment.infrared).temperatures
        return None if known is None else known.within_any(ranges).astype(np.float32)

    def _keep_mask(self, moment: Moment, step: int, mask: Plane | None, *, key: bool) -> None:
        """Write the region of a step: of key frames for the report, of all frames where that is wanted."""
        output = self.maker.output
        if mask is None or not (key or output.masks):
            return
        inside = np.where(mask > INSIDE, np.uint8(255), np.uint8(0))
        if key and not inside.all():
            write_png(output.folder / KEYS / f"{moment.number:06d}-mask-{step}.png", inside)
        if output.masks:
            write_png(output.folder / MASKS / f"{moment.number:06d}-{step + 1}.png", inside)

    def _show(self, moment: Moment, kind: str, pixels: Pixels) -> None:
        """Keep a key frame as it came out, for the report."""
        write_png(self.maker.output.folder / KEYS / f"{moment.number:06d}-{kind}.png", pixels)

    def _measure(
        self, moment: Moment, step: int, place: int, pair: Pair, start: Plane, picture: Plane, mask: Plane
    ) -> None:
        from wordfuse.fusion.measures import measure

        inside = np.where(mask > INSIDE, np.uint8(255), np.uint8(0))
        if not inside.any():
            return
        before, after = to_uint8(start), to_uint8(picture)
        region = None if (inside > 0).all() else inside
        sources = pair.infrared, pair.visible
        self.samples.append(
            Sample(
                number=moment.number,
                seconds=moment.seconds,
                step=step,
                key=place == 0,
                before=measure(before, *sources, region, before=before),
                after=measure(after, *sources, region, before=before),
            )
        )


def _tracks(shape: tuple[int, ...], motions: Sequence[Motion]) -> list[tuple[Track, Track]]:
    """From every frame of a part to its first key frame and to its last."""
    forth = [Track.begin(shape)]
    for motion in motions:
        forth.append(forth[-1].continued(motion.back, motion.sure_back))
    back = [Track.begin(shape)]
    for motion in reversed(motions):
        back.append(back[-1].continued(motion.ahead, motion.sure_ahead))
    return list(zip(forth, reversed(back), strict=True))


def _mask(
    one: Plane | None, two: Plane | None, tracks: tuple[Track, Track], later: float, edges: Edges
) -> Plane | None:
    known = one if one is not None else two
    if known is None:
        return None
    nothing = np.zeros_like(known)
    return edges.snapped(mixed((nothing if one is None else one, nothing if two is None else two), tracks, later))


def _over(edit: Applied, region: Plane) -> Applied:
    """An edit that was carried to a frame, over a region that the frame tells itself, as far as it was carried."""
    far = min(1.0, float(edit.weight.max()))
    within = None if edit.within is None else _over(edit.within, region)
    return replace(edit.weighted(far * feather(to_uint8(region))), within=within)


def _edit(state: StepState, call: int) -> Applied | None:
    return state.edits[call] if call < len(state.edits) else None


def _shown(picture: Plane, pair: Pair) -> Pixels:
    pixels = to_uint8(picture)
    if pair.gray and (pixels == pixels[..., :1]).all():
        return luma_uint8(pixels)
    return pixels
