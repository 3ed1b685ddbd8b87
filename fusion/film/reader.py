"""Films in: a file, or a folder of pictures in the order of their names, frame by frame.

OpenCV reads films here. Its wheels hold an FFmpeg under LGPL 2.1 and it is a dependency anyway; PyAV's hold libx264 and
libx265, which makes them GPL (docs/video.md, "Which library").
"""

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.choices import MAX_PIXELS
from wordfuse.fusion.errors import InputError, argument_named
from wordfuse.fusion.files.decoders import MIN_SIDE_PX, Decoded, check_file, check_pixels
from wordfuse.fusion.files.pairs import SUFFIXES
from wordfuse.fusion.files.quiet import silent_libraries
from wordfuse.fusion.images import decode_infrared, decode_visible
from wordfuse.fusion.temperatures.reading import Reading

# FFmpeg complains of every damaged packet on stderr. It reads this when the first film is opened; to turn stderr away
# instead, as for pictures, would swallow what is told meanwhile.
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")

FOLDER_FPS = 25.0  # of a folder of pictures, which tell no times
PATIENCE = 10  # frames in a row that cannot be read, after which a film has ended
NEARLY = 2  # frames by which what a film says of its length is off
GRAY = 12  # largest difference of the channels of a film that is gray: its compression leaves a little colour
_DIGITS = re.compile(r"(\d+)")


@dataclass(frozen=True, eq=False)
class Frame:
    """A frame as stored.

    Attributes:
        number: its place in the film, from 0; frames that cannot be read have a place too.
        seconds: since the first frame.
        values: (H, W) or (H, W, 3) RGB; uint8, or deeper from pictures that are.
        bits: of one channel.
        picture: all that its own file tells, of a folder of pictures; None: of a film.
    """

    number: int
    seconds: float
    values: NDArray[Any]
    bits: int = 8
    picture: Decoded | None = None


@dataclass
class Film:
    """A film or a folder of pictures.

    Attributes:
        path: where it is.
        fps: frames a second.
        count: frames that it says it has; None: it does not say.
        pictures: of a folder, in order; empty: it is a file.
        thermal: whether it is the infrared one: a radiometric picture holds both.
        max_pixels: frames with more are refused.
        reading: how the numbers of infrared frames are to be read as temperatures.
        unreadable: numbers of the frames that could not be read, as far as it was read.
    """

    path: Path
    fps: float
    count: int | None
    pictures: tuple[Path, ...] = ()
    thermal: bool = False
    max_pixels: int = MAX_PIXELS
    reading: Reading = Reading()
    unreadable: set[int] = field(default_factory=set)

    def frames(self, first: int = 0) -> Iterator[Frame]:
        """The frames that can be read, in order, from number ``first`` on.

        Raises:
            InputError: none can.
        """
        found = False
        for frame in self._pictures(first) if self.pictures else self._film(first):
            found = True
            yield frame
        if not found and not first:
            raise InputError(
                "not one frame of it can be read",
                subject=self.path,
                remedy="save it again, as H.264 in MP4 or as a folder of PNG files",
            )

    def _pictures(self, first: int) -> Iterator[Frame]:
        for number, path in enumerate(self.pictures[first:], start=first):
            try:
                picture = self._picture(path)
            except InputError:
                self.unreadable.add(number)
                continue
            yield Frame(number, number / self.fps, picture.values, picture.bits, picture)

    def _picture(self, path: Path) -> Decoded:
        if self.thermal:
            return decode_infrared(path, self.max_pixels, self.reading)
        return decode_visible(path, self.max_pixels)

    def _film(self, first: int) -> Iterator[Frame]:
        capture = _opened(self.path)
        try:
            start, before, number, missed = 0.0, -1.0, -1, 0
            while missed < PATIENCE:
                number += 1
                if not capture.grab():
                    missed += 1
                    continue
                seconds = capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
                if number == missed:  # the first one that is there
                    start = seconds
                seconds -= start
                if seconds <= before:  # some recorders tell no times
                    seconds = before + 1 / self.fps if before >= 0 else 0.0
                before = seconds
                if number < first:
                    missed = 0
                    continue
                whole, blue_first = capture.retrieve()
                if not whole or blue_first is None:
                    self.unreadable.add(number)
                    continue
                self.unreadable.update(range(number - missed, number))
                missed = 0
                yield Frame(number, seconds, _as_stored(blue_first))
            ended = number - missed + 1
            if self.count is not None and ended < self.count - NEARLY:
                self.unreadable.update(range(ended, self.count))
        finally:
            capture.release()


def open_films(
    ir: Path, vi: Path, *, max_pixels: int = MAX_PIXELS, fps: float | None = None, reading: Reading = Reading()
) -> tuple[Film, Film]:
    """An infrared and a visible film; arguments and errors as for :func:`open_film`."""
    return (
        open_film(ir, thermal=True, max_pixels=max_pixels, fps=fps, argument="ir", reading=reading),
        open_film(vi, max_pixels=max_pixels, fps=fps, argument="vi"),
    )


def open_film(
    path: Path,
    *,
    thermal: bool = False,
    max_pixels: int = MAX_PIXELS,
    fps: float | None = None,
    argument: str = "",
    reading: Reading = Reading(),
) -> Film:
    """A film or a folder of pictures, looked into and ready to be read.

    Args:
        path: a film in any format that FFmpeg reads, or a folder of PNG, JPEG, WebP, TIFF or BMP pictures.
        thermal: whether it is the infrared one.
        max_pixels: cap on width x height, checked before a frame is decoded.
        fps: frames a second of a folder; None: 25.
        argument: that the path was given by, for messages.
        reading: of the infrared one: how its numbers are to be read as temperatures.

    Raises:
        InputError: there is none, it is no film, it is empty, or its frames are too large or too small.
    """
    about = argument or None
    if path.is_dir():
        pictures = tuple(sorted((one for one in path.iterdir() if _is_picture(one)), key=natural))
        if not pictures:
            raise InputError(
                "holds no picture", argument=about, subject=path, remedy="name the folder that holds the frames"
            )
        return Film(path, fps or FOLDER_FPS, len(pictures), pictures, thermal, max_pixels, reading)
    if _is_picture(path):  # FFmpeg would read it as a film of one frame
        raise InputError(
            "a picture, not a film",
            argument=about,
            subject=path,
            remedy="name a film or the folder that holds its frames; for a pair there is 'wordfuse run'",
        )
    try:
        check_file(path)
    except InputError as error:
        raise InputError(error.problem, argument=about, subject=path, remedy=error.remedy) from error
    capture = _opened(path, about)
    try:
        width, height, told, count = (
            capture.get(one)
            for one in (
                cv2.CAP_PROP_FRAME_WIDTH,
                cv2.CAP_PROP_FRAME_HEIGHT,
                cv2.CAP_PROP_FPS,
                cv2.CAP_PROP_FRAME_COUNT,
            )
        )
    finally:
        capture.release()
    if min(width, height) < MIN_SIDE_PX:
        raise InputError(
            f"its frames are {width:.0f}x{height:.0f}, too small",
            argument=about,
            subject=path,
            remedy=f"both sides need at least {MIN_SIDE_PX} pixels",
        )
    check_pixels(path, int(width), int(height), max_pixels)
    known = told if 0 < told < 1000 else FOLDER_FPS
    return Film(path, known, int(count) if 0 < count < 1e9 else None, (), thermal, max_pixels, reading)


def natural(path: Path) -> list[tuple[int, int, str]]:
    """The order of names in which 2 comes before 10.

    >>> sorted(map(Path, ("10.png", "2.png")), key=natural)[0].name
    '2.png'
    """
    parts = _DIGITS.split(path.name.lower())
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts]


def _is_picture(path: Path) -> bool:
    return path.suffix.lower() in SUFFIXES and not path.name.startswith(".") and path.is_file()


def _opened(path: Path, argument: str | None = None) -> cv2.VideoCapture:
    """A film that OpenCV has opened.

    Raises:
        InputError: it is none.
    """
    # A name such as "frames%03d.png" or "http://..." would be a pattern or an address; a file that exists is neither.
    with silent_libraries():
        capture = cv2.VideoCapture(str(path.resolve()), cv2.CAP_FFMPEG)
        there = capture.isOpened()
    if not there:
        with suppress(cv2.error):
            capture.release()
        raise InputError(
            "not a film that can be read: no film at all, cut short, or of an unknown kind",
            argument=argument,
            subject=path,
            remedy="save it again, as H.264 in MP4 or as a folder of PNG files "
            f"({argument_named('ir')} and {argument_named('vi')} take either)",
        )
    return capture


def _as_stored(blue_first: NDArray[Any]) -> NDArray[Any]:
    """A frame as OpenCV gives it, as RGB."""
    if blue_first.ndim == 2:
        return blue_first
    return np.asarray(cv2.cvtColor(blue_first, cv2.COLOR_BGR2RGB))  # a tenth of the time of turning it in NumPy


def is_gray(values: NDArray[Any]) -> bool:
    """Whether a frame has no colour but for what compression left: half of its pixels differ by next to nothing."""
    if values.ndim == 2:
        return True
    sample = values[::4, ::4].astype(np.int16)
    return bool(np.percentile(np.ptp(sample, axis=2), 98) <= GRAY)
