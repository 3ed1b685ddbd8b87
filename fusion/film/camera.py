"""Cameras as films: what two of them show is recorded first, by one clock, and is then a film like any other."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

import cv2
import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.errors import InputError
from wordfuse.fusion.files.quiet import silent_libraries
from wordfuse.fusion.film.writer import join, write_part

PATIENCE_S = 5.0  # without a frame, after which a camera is gone
ASKED_FPS = 30.0


@dataclass
class _Recording:
    """What one camera gives."""

    number: int
    argument: str
    times: list[float] = field(default_factory=list)
    error: BaseException | None = None


def record(
    cameras: dict[str, int], place: Callable[[], Path], seconds: float | None, wanted: Callable[[], bool]
) -> dict[str, tuple[Path, float]]:
    """Record cameras at the same time.

    Args:
        cameras: the number of each, by the argument that it was given by.
        place: makes the folder where the films go, once the cameras are there.
        seconds: how long; None: as long as ``wanted`` says.
        wanted: asked again and again whether to go on.

    Returns:
        Of each argument the film, and when its first frame came, in seconds on a clock that they share.

    Raises:
        InputError: a camera is not there, or stops giving pictures.
        StorageError: the disk is full.
    """
    opened = {argument: _opened(number, argument) for argument, number in cameras.items()}
    folder, over = place(), Event()
    recordings = {argument: _Recording(number, argument) for argument, number in cameras.items()}
    threads = [
        Thread(target=_keep, args=(opened[argument], recordings[argument], folder, over), daemon=True)
        for argument in cameras
    ]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    while wanted() and (seconds is None or time.monotonic() - started < seconds):
        if any(one.error is not None for one in recordings.values()):
            break
        over.wait(0.05)
    over.set()
    for thread in threads:
        thread.join()
    return {argument: _film(one, folder) for argument, one in recordings.items()}


def _opened(number: int, argument: str) -> cv2.VideoCapture:
    with silent_libraries():
        capture = cv2.VideoCapture(number)
        there = capture.isOpened()
    if not there:
        capture.release()
        raise InputError(
            "there is no such camera, or another program holds it",
            argument=argument,
            subject=str(number),
            remedy="plug it in, or give the number of another",
        )
    return capture


def _keep(capture: cv2.VideoCapture, one: _Recording, folder: Path, over: Event) -> None:
    """Write what a camera gives until it is over, in a thread of its own."""
    try:
        write_part(_part(one, folder), _given(capture, one, over), ASKED_FPS)
    except BaseException as error:  # told by the thread that waits for this one
        one.error = error
        over.set()
    finally:
        capture.release()


def _given(capture: cv2.VideoCapture, one: _Recording, over: Event) -> Iterator[NDArray[np.uint8]]:
    last = time.monotonic()
    while not over.is_set():
        with silent_libraries():
            there, blue_first = capture.read()
        now = time.monotonic()
        if there:
            last = now
            one.times.append(now)
            pixels: NDArray[np.uint8] = np.ascontiguousarray(blue_first[..., ::-1])
            yield pixels
        elif now - last > PATIENCE_S:
            raise InputError("gives no pictures", argument=one.argument, subject=str(one.number), remedy="check it")


def _film(one: _Recording, folder: Path) -> tuple[Path, float]:
    if one.error is not None:
        raise one.error
    if not one.times:
        raise InputError("gave no picture", argument=one.argument, subject=str(one.number), remedy="record longer")
    part, film = _part(one, folder), folder / f"{one.argument}.mp4"
    with_size = cv2.VideoCapture(str(part), cv2.CAP_FFMPEG)
    size = (int(with_size.get(cv2.CAP_PROP_FRAME_WIDTH)), int(with_size.get(cv2.CAP_PROP_FRAME_HEIGHT)))
    with_size.release()
    join([part], film, [now - one.times[0] for now in one.times], size)
    part.unlink()
    return film, one.times[0]


def _part(one: _Recording, folder: Path) -> Path:
    return folder / f"{one.argument}-recorded.mp4"
