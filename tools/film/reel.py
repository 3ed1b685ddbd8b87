"""Two films to look at, frame by frame: which frames there are and when, and each of them as a picture.

Frames are found by their place in the film, as :mod:`wordfuse.tools.film.source` reads them: never by seeking, which
does not find the same frame in every file. Going on is quick therefore, and going back reads from the beginning.
"""

import shutil
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import numpy as np

from wordfuse.fusion.display.preview import reduced
from wordfuse.fusion.display.thumbnails import encode
from wordfuse.fusion.errors import InputError
from wordfuse.fusion.files.atomic import write_bytes_atomic
from wordfuse.fusion.files.json_file import read_json
from wordfuse.fusion.film.pace import Moment
from wordfuse.fusion.film.pairs import Settled
from wordfuse.fusion.film.reader import Film, Frame, open_film, open_films
from wordfuse.fusion.images import Pair, to_uint8
from wordfuse.fusion.temperatures.reading import Reading
from wordfuse.tools.film.scanning import Told, Wanted, read_order, scan, settled_of
from wordfuse.tools.film.source import Source
from wordfuse.tools.film.store import write_pair
from wordfuse.tools.film.types import KEYS, Scan
from wordfuse.tools.store.workspace import ToolSettings

SCAN = "reel.json"
EVERY = 20  # frames from one that is marked to the next
KEPT = 400  # pictures, about 60 KB each
SOURCES = ("infrared", "visible")


@dataclass(frozen=True, eq=False)
class Glimpse:
    """Two films as far as a first look tells.

    Attributes:
        pair: the first frame of both.
        frames: how many the visible film says it has; None: it does not say.
        fps: frames a second of the visible film.
        warnings: about both.
    """

    pair: Pair
    frames: int | None
    fps: float
    warnings: tuple[str, ...]


def glimpse(ir: Path, vi: Path, max_pixels: int, reading: Reading = Reading()) -> Glimpse:
    """Look at the beginning of two films.

    Raises:
        InputError: they cannot be read, or do not show one view.
    """
    infrared, visible = open_films(ir, vi, max_pixels=max_pixels, reading=reading)
    settled = settled_of(infrared, visible, 0.0, align=False)
    first = settled.pair(next(infrared.frames()), next(visible.frames()))
    return Glimpse(first, visible.count, visible.fps, settled.warnings)


class Reel:
    """The frames of two films, and of films that were made of them.

    Attributes:
        scan: what the first look told.
        seconds: when each frame is shown.
    """

    def __init__(self, films: tuple[Film, Film], folder: Path, max_pixels: int) -> None:
        """Use :meth:`of`."""
        self.scan = Scan.model_validate(read_json(folder / SCAN))
        order = read_order(folder)
        self.seconds: list[float] = [round(float(one), 3) for one in order.seconds]
        self._source = Source(*films, Settled.from_json(self.scan.settled), order)
        self._folder, self._max_pixels = folder, max_pixels
        self._made: dict[Path, _Reading] = {}
        self._kept: OrderedDict[tuple[str, int, int], bytes] = OrderedDict()
        self._stamps: dict[str, tuple[int, int, int]] = {}  # of films that were made
        self._lock = Lock()

    @classmethod
    def of(
        cls,
        ir: Path,
        vi: Path,
        folder: Path,
        settings: ToolSettings,
        told: Told,
        *,
        offset_s: float | None = 0.0,
        fps: float | None = None,
    ) -> "Reel":
        """The reel of two films, which are looked at once.

        Args:
            ir: the infrared film.
            vi: the visible one.
            folder: where what the look told is kept.
            settings: how frames are fused and registered.
            told: called with frames done and about how many there are.
            offset_s: what is to be added to infrared times; None: found from the pictures.
            fps: frames a second of folders of pictures; None: 25.

        Raises:
            InputError: the films cannot be read, or share no moment.
        """
        films = open_films(ir, vi, max_pixels=settings.max_pixels, fps=fps, reading=settings.reading)
        if not (folder / SCAN).exists():
            wanted = Wanted(EVERY, offset_s, settings.align, ways=False)
            found = scan(*films, wanted, settings.fuser, folder, told)
            shutil.rmtree(
                folder / KEYS
            )  # its pictures: they are read from the films, and a run over them takes its own
            write_bytes_atomic(folder / SCAN, found.model_dump_json().encode())
        return cls(films, folder, settings.max_pixels)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        height, width = self.scan.settled["size"]
        return int(width), int(height)

    def at(self, seconds: float) -> int:
        """The number of the frame that is shown at a time.

        Raises:
            InputError: the film is shorter.
        """
        if not 0 <= seconds <= self.seconds[-1] + 1.0:
            raise InputError(
                f"the film ends at {self.seconds[-1]:.1f} s", subject=f"{seconds:g} s", remedy="go to an earlier frame"
            )
        return max(0, int(np.searchsorted(self.seconds, seconds + 5e-4, side="right")) - 1)

    def check(self, number: int) -> int:
        """The number of a frame, if there is one.

        Raises:
            InputError: there is none.
        """
        if not 0 <= number < len(self.seconds):
            raise InputError(f"the film has {len(self.seconds)} frames", subject=f"frame {number}")
        return number

    def write(self, number: int, folder: Path) -> tuple[Path, Path]:
        """Both pictures of a frame as PNG files in a folder.

        Raises:
            InputError: there is no such frame.
        """
        with self._lock:
            pair = self._source.measured(self._moment(self.check(number)))
        name = f"{number:06d}"
        write_pair(folder, name, pair)
        return folder / f"{name}-ir.png", folder / f"{name}-vi.png"

    def picture(self, kind: str, number: int, side_px: int) -> bytes:
        """A frame as a WebP file.

        Args:
            kind: ``infrared``, ``visible``, or the folder of a film that was made, relative to the reel's.
            number: of the frame.
            side_px: longest side.

        Raises:
            InputError: there is no such frame or film.
        """
        self.check(number)
        with self._lock:
            key = kind, number, side_px
            if kind not in SOURCES:
                self._forget_another(kind)
            if key not in self._kept:
                if kind in SOURCES:
                    pair = self._source.pair(self._moment(number))
                    for name, values in zip(SOURCES, (pair.infrared, pair.visible), strict=True):
                        self._keep((name, number, side_px), _encoded(to_uint8(reduced(values, side_px))))
                else:
                    self._keep(key, _encoded(np.asarray(reduced(self._frame(kind, number).values, side_px), np.uint8)))
            self._kept.move_to_end(key)
            return self._kept[key]

    def _moment(self, number: int) -> Moment:
        (moment,) = self._source.moments(range(number, number + 1))
        return moment

    def _frame(self, kind: str, number: int) -> Frame:
        path = self._made_at(kind)
        if path not in self._made:
            film = open_film(path, max_pixels=self._max_pixels)
            self._made[path] = _Reading(film.frames)
        return self._made[path].frame(number, path)

    def _made_at(self, kind: str) -> Path:
        path = self._folder / kind / "film.mp4"
        if not path.is_file():
            raise InputError("no such film", subject=kind[:80])
        return path

    def _forget_another(self, kind: str) -> None:
        """Forget a film that was made under a name that another one bears now."""
        path = self._made_at(kind)
        found = path.stat()
        stamp = found.st_ino, found.st_size, found.st_mtime_ns
        if self._stamps.setdefault(kind, stamp) != stamp:
            self._stamps[kind] = stamp
            self._made.pop(path, None)
            for key in [key for key in self._kept if key[0] == kind]:
                del self._kept[key]

    def _keep(self, key: tuple[str, int, int], data: bytes) -> None:
        self._kept[key] = data
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)


class _Reading:
    """Frames of one film, read on from the last one that was asked for."""

    def __init__(self, frames: Callable[[int], Iterator[Frame]]) -> None:
        self._frames, self._last = frames, -1
        self._reading: Iterator[Frame] = iter(())

    def frame(self, number: int, path: Path) -> Frame:
        """The frame of a number.

        Raises:
            InputError: it cannot be read.
        """
        if number <= self._last or self._last < 0:
            self._reading = self._frames(number)
        for frame in self._reading:
            self._last = frame.number
            if frame.number >= number:
                return frame
        self._last = -1
        raise InputError(f"frame {number} cannot be read", subject=path.name)


def _encoded(pixels: np.ndarray) -> bytes:
    return encode(np.repeat(pixels[..., None], 3, axis=2) if pixels.ndim == 2 else pixels).data
