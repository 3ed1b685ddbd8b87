"""The first look at a film: its times, its scenes, its key frames and the ways between them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Self

import numpy as np

from wordfuse.fusion.abandon import still_wanted
from wordfuse.fusion.errors import InputError, argument_named
from wordfuse.fusion.film.cuts import Cuts
from wordfuse.fusion.film.flow import Flow, Guide, Track, guide_of
from wordfuse.fusion.film.fusing import FilmFuser, unseen_in
from wordfuse.fusion.film.pace import Changes, Moment, find_offset, paced
from wordfuse.fusion.film.pairs import Settled, settle
from wordfuse.fusion.film.reader import Film, Frame
from wordfuse.fusion.fusing import LOOK, Fuser
from wordfuse.fusion.images import Pair, read_picture, write_png
from wordfuse.fusion.look.unseen import Unseen
from wordfuse.tools.calls.spelling import dashed
from wordfuse.tools.film.source import Order
from wordfuse.tools.film.store import write_arrays, write_pair, write_tracks
from wordfuse.tools.film.types import KEYS, ORDER, Key, Scan, Why

SAMPLED = 7  # frames that a film is settled by
LOOKED_AT_S = 60.0  # of a film, for its offset and what is settled
DRIFT = 0.6  # share of the picture that is followed without doubt, below which a new look is taken
LEAST = 4  # frames between key frames, however much drifts
BUFFER_BYTES = 256 << 20  # of the frames of one part, as stored

UNSEEN = "unseen.png"  # where the infrared camera saw nothing; not there: it saw everything

Told = Callable[[int, int | None], None]


@dataclass(frozen=True)
class Wanted:
    """How a film is to be looked at.

    Attributes:
        every: frames from one key frame to the next.
        offset_s: what is to be added to infrared times; None: found from the pictures.
        align: the infrared frames are to be moved onto the visible ones.
        ways: something is to be carried between key frames; else the film is only fused.
    """

    every: int
    offset_s: float | None
    align: bool
    ways: bool = True

    @classmethod
    def of(cls, wanted: Mapping[str, Any], *, align: bool, ways: bool) -> Self:
        """From what a run folder holds."""
        offset = wanted["offset_s"]
        return cls(int(wanted["every"]), None if offset is None else float(offset), align, ways)


def scan(infrared: Film, visible: Film, wanted: Wanted, fuser: Fuser, folder: Path, told: Told) -> Scan:
    """Look at a film, and write its key frames into a folder.

    Args:
        infrared: the infrared film.
        visible: the visible film.
        wanted: how.
        fuser: how its frames are fused.
        folder: of the run.
        told: called with frames done and about how many there are.

    Raises:
        InputError: the films share no moment, do not show the same view, or cannot be aligned.
    """
    (folder / KEYS).mkdir(exist_ok=True)
    offset, sure = _offset(infrared, visible, wanted.offset_s)
    sampled = _sampled(infrared, visible, offset)
    settled = _settled(sampled, infrared, visible, align=wanted.align)
    if fuser.preset == LOOK:
        _keep_unseen(unseen_in([settled.pair(*frames) for frames in sampled]), folder)
    looking = _Looking(settled, wanted, film_fuser(fuser, folder), folder / KEYS)
    expected = min((film.count for film in (infrared, visible) if film.count), default=None)
    numbers: list[tuple[int, int, float]] = []
    first_s = 0.0
    for moment in paced(infrared.frames(), visible.frames(), offset):
        still_wanted()
        if not numbers:
            first_s = moment.visible.seconds
        numbers.append((moment.infrared.number, moment.visible.number, moment.seconds))
        looking.see(moment)
        told(moment.number + 1, expected)
    if not numbers:
        raise _nothing_shared(infrared, visible, offset)
    looking.end()
    order = np.array(numbers)
    seconds = order[:, 2]
    write_arrays(
        folder / ORDER,
        {},
        {"infrared": order[:, 0].astype(np.int32), "visible": order[:, 1].astype(np.int32), "seconds": seconds},
    )
    step = float(np.median(np.diff(seconds))) if len(seconds) > 1 else 1 / visible.fps
    return Scan(
        settled=settled.as_json(),
        offset_s=offset,
        offset_sure=sure,
        fps=1 / max(step, 1e-3),
        frames=len(numbers),
        seconds=float(seconds[-1]) + step,
        starts_s=first_s,
        skipped=(len(infrared.unreadable), len(visible.unreadable)),
        unmatched=max(0, (visible.count or len(numbers)) - len(visible.unreadable) - len(numbers)),
        keys=tuple(looking.keys),
    )


def film_fuser(fuser: Fuser, folder: Path) -> FilmFuser:
    """What fuses the frames of a film, with what :func:`scan` left in the folder of its run."""
    kept = folder / KEYS / UNSEEN
    return FilmFuser(fuser, Unseen((read_picture(kept)[..., 0] > 0).astype(np.uint8) if kept.exists() else None))


def _keep_unseen(unseen: Unseen, folder: Path) -> None:
    kept = folder / KEYS / UNSEEN
    kept.unlink(missing_ok=True)
    if unseen.frame is not None:
        write_png(kept, unseen.frame * np.uint8(255))


def read_order(folder: Path) -> Order:
    """Which frames belong together, as :func:`scan` found it."""
    from wordfuse.tools.film.store import read_arrays

    _, arrays = read_arrays(folder / ORDER)
    return Order(arrays["infrared"], arrays["visible"], arrays["seconds"])


def tracks_file(folder: Path, before: Key, key: Key) -> Path:
    """Where the ways between a key frame and the one before are."""
    return folder / KEYS / f"{before.name}-{key.name}-ways.npz"


def frame_at(
    films: tuple[Film, Film], offset_s: float | None, seconds: float, folder: Path
) -> tuple[Path, Path, float]:
    """The frame of a film that is shown at a time, as two PNG files in a folder, and its own time.

    Args:
        films: the infrared and the visible one.
        offset_s: what is to be added to infrared times; None: found from the pictures.
        seconds: the time.
        folder: where the files go.

    Raises:
        InputError: the films cannot be read, share no moment, or are shorter.
    """
    offset, _ = _offset(*films, offset_s)
    settled, found = settled_of(*films, offset, align=False), None
    for moment in paced(films[0].frames(), films[1].frames(), offset):
        if found is not None and moment.seconds > seconds:
            break
        found = moment
    if found is None or seconds > found.seconds + 1.0:
        lasting = 0.0 if found is None else found.seconds
        raise InputError(f"the film ends at {lasting:.1f} s", subject=f"{seconds:g} s", remedy="go to an earlier frame")
    name = f"{found.number:06d}"
    pair = settled.pair(found.infrared, found.visible)
    write_pair(folder, name, settled.with_temperatures(pair, found.infrared))
    return folder / f"{name}-ir.png", folder / f"{name}-vi.png", found.seconds


class _Looking:
    """Told of every frame in order, chooses the key frames."""

    def __init__(self, settled: Settled, wanted: Wanted, fuser: FilmFuser, folder: Path) -> None:
        self.settled, self.fuser, self.folder = settled, fuser, folder
        self.every, self.ways = wanted.every, wanted.ways
        self.keys: list[Key] = []
        self.flow, self.cuts = Flow(), Cuts()
        self.before: tuple[Moment, Pair, Guide] | None = None
        self.to_key: Track | None = None
        self.from_key: Track | None = None

    def see(self, moment: Moment) -> None:
        """Look at a frame."""
        pair = self.settled.pair(moment.infrared, moment.visible)
        guide = guide_of(pair.infrared, pair.visible)
        begins, before = self.cuts.begins(guide), self.before
        if before is not None and not begins and self.to_key is not None and self.from_key is not None:
            motion = self.flow.between(before[2], guide)
            self.to_key = self.to_key.continued(motion.back, motion.sure_back)
            self.from_key = self.from_key.followed(motion.ahead, motion.sure_ahead)
        if begins:
            self._close()
            self._key(moment, pair, "start" if before is None else "cut", follows=False)
        else:
            since = moment.number - self.keys[-1].number
            drifted = self.to_key is not None and float(self.to_key.sure.mean()) < DRIFT and since >= LEAST
            if since >= self._most(moment):
                self._key(moment, pair, "every", follows=True)
            elif drifted:
                self._key(moment, pair, "drift", follows=True)
        self.before = moment, pair, guide

    def end(self) -> None:
        """The film is over."""
        self._close()

    def _most(self, moment: Moment) -> int:
        frame = moment.infrared.values.nbytes + moment.visible.values.nbytes
        return max(LEAST, min(self.every, BUFFER_BYTES // frame))

    def _close(self) -> None:
        """The last frame of a scene is a key frame, too."""
        if self.before is not None and self.keys and self.before[0].number != self.keys[-1].number:
            self._key(self.before[0], self.before[1], "end", follows=True)

    def _key(self, moment: Moment, pair: Pair, why: Why, *, follows: bool) -> None:
        scene = (self.keys[-1].scene + (not follows)) if self.keys else 0
        numbers = self.fuser.numbers(pair)
        key = Key(number=moment.number, seconds=moment.seconds, why=why, scene=scene, numbers=numbers, follows=follows)
        write_pair(self.folder, key.name, self.settled.with_temperatures(pair, moment.infrared))
        if follows and self.to_key is not None and self.from_key is not None:
            write_tracks(tracks_file(self.folder.parent, self.keys[-1], key), self.to_key, self.from_key)
        self.keys.append(key)
        shape = guide_of(pair.infrared, pair.visible).shape
        if self.ways:
            self.to_key, self.from_key = Track.begin(shape), Track.begin(shape)


def settled_of(infrared: Film, visible: Film, offset: float, align: bool) -> Settled:
    """What holds for the whole film, by frames spread over its beginning.

    Args:
        infrared: the infrared film.
        visible: the visible film.
        offset: seconds to add to infrared times.
        align: whether infrared frames are to be moved onto visible ones.

    Raises:
        InputError: they share no moment, do not show the same view, or cannot be aligned.
    """
    return _settled(_sampled(infrared, visible, offset), infrared, visible, align=align)


def _offset(infrared: Film, visible: Film, given: float | None) -> tuple[float, bool | None]:
    """What is to be added to infrared times, and whether the pictures told it for sure; None: it was given."""
    if given is not None:
        return given, None
    changes = [Changes.of(film.frames(), LOOKED_AT_S) for film in (infrared, visible)]
    found = find_offset(*changes)
    return found.seconds, found.sure


def _settled(sampled: list[tuple[Frame, Frame]], infrared: Film, visible: Film, *, align: bool) -> Settled:
    paths = infrared.path, visible.path
    return settle(sampled, *paths, align=align, reading=infrared.reading, spelling=dashed)


def _sampled(infrared: Film, visible: Film, offset: float) -> list[tuple[Frame, Frame]]:
    """Frames of the same moments, spread over the beginning of a film."""
    shared = paced(infrared.frames(), visible.frames(), offset)
    lasting = min(LOOKED_AT_S * visible.fps, visible.count or LOOKED_AT_S * visible.fps)
    step = max(1, int(lasting / SAMPLED))
    sampled: Iterator[Moment] = islice(shared, 0, int(step * SAMPLED), step)
    frames = [(moment.infrared, moment.visible) for moment in sampled]
    infrared.unreadable.clear()
    visible.unreadable.clear()
    if not frames:
        raise _nothing_shared(infrared, visible, offset)
    return frames


def _nothing_shared(infrared: Film, visible: Film, offset: float) -> InputError:
    return InputError(
        f"{infrared.path} and {visible.path} have no moment in common at an offset of {offset:g} s",
        remedy=f"give another {argument_named('offset')}, in seconds",
    )
