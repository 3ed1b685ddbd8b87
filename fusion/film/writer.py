"""Films out: in parts that appear whole or not at all, joined with the times and the sound of the visible film.

MPEG-4 (part 2) in MP4, which players and editors read and which takes a millisecond or two a frame; or VP9, which
browsers show too and which takes fifty times as long. OpenCV's FFmpeg has no H.264: its encoder is under GPL.
"""

import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.errors import InputError, StorageError, WordfuseError
from wordfuse.fusion.files.atomic import written_atomic
from wordfuse.fusion.files.quiet import silent_libraries
from wordfuse.fusion.film.mp4 import FILM_SCALE, NotMp4, Sample, Track, read_tracks, write_film
from wordfuse.fusion.images import write_png

Codec = Literal["mpeg4", "vp9"]
CODECS: dict[Codec, str] = {"mpeg4": "mp4v", "vp9": "vp09"}


def write_part(path: Path, frames: Iterable[NDArray[np.uint8]], fps: float, codec: Codec = "mpeg4") -> int:
    """Write a part of a film; it appears whole or not at all.

    Args:
        path: where; ends in .mp4.
        frames: (H, W, 3) or (H, W) uint8, RGB, all of one size.
        fps: frames a second, which :func:`join` replaces by their times.
        codec: how they are compressed.

    Returns:
        How many frames there were.

    Raises:
        StorageError: it cannot be written, or the disk is full.
        WordfuseError: this OpenCV can write none of the known kinds.
    """
    # Nobody takes its half for the whole: it gets its name when it is finished.
    unfinished = path.with_name(f".{path.stem}.part.mp4")
    writer: cv2.VideoWriter | None = None
    size, count = (0, 0), 0
    try:
        for frame in frames:
            colour = frame if frame.ndim == 3 else np.repeat(frame[..., None], 3, axis=2)
            if writer is None:
                size = (colour.shape[1], colour.shape[0])
                writer = _opened(unfinished, size, fps, codec)
            writer.write(cv2.cvtColor(_even(colour), cv2.COLOR_RGB2BGR))
            count += 1
        if writer is not None:
            with silent_libraries():
                writer.release()
            _check(unfinished, count)
            with unfinished.open("rb+") as file:
                os.fsync(file.fileno())
            unfinished.replace(path)
    finally:
        if writer is not None:
            with silent_libraries():
                writer.release()
        unfinished.unlink(missing_ok=True)
    return count


def join(
    parts: Sequence[Path], out: Path, seconds: Sequence[float], size: tuple[int, int], sound: Track | None = None
) -> None:
    """One film of several parts.

    Args:
        parts: as :func:`write_part` made them, in order.
        out: the film; it appears whole or not at all.
        seconds: when each frame is shown, rising.
        size: width and height at which it is shown.
        sound: its sound; see :func:`sound_of`.

    Raises:
        InputError: a part is gone or damaged.
        StorageError: it cannot be written.
    """
    samples: list[Sample] = []
    description = b""
    for part in parts:
        try:
            (track,) = [track for track in read_tracks(part) if track.kind == "vide"]
        except (NotMp4, ValueError) as error:
            raise InputError(
                f"is damaged ({error})", subject=part, remedy="remove it, and go on: it is made again"
            ) from error
        description = description or track.description
        samples += track.samples
    if len(samples) != len(seconds):
        raise InputError(
            f"its parts hold {len(samples)} frames, not {len(seconds)}",
            subject=out,
            remedy="remove its parts, and go on: they are made again",
        )
    at = [round(one * FILM_SCALE) for one in seconds]
    usual = int(np.median(np.diff(at))) if len(at) > 1 else FILM_SCALE // 25
    lasting = [*(max(1, later - one) for one, later in pairwise(at)), max(1, usual)]
    timed = tuple(replace(sample, ticks=ticks) for sample, ticks in zip(samples, lasting, strict=True))
    film = Track("vide", FILM_SCALE, description, timed, size=size)
    with written_atomic(out) as file:
        write_film(file, [film] if sound is None else [film, sound])


def sound_of(path: Path, start_s: float, end_s: float) -> tuple[Track | None, str | None]:
    """The sound of a film between two of its times, and where there is some that cannot be had, why.

    Args:
        path: the film.
        start_s: seconds since its first frame.
        end_s: likewise.
    """
    if path.is_dir():
        return None, None
    try:
        tracks = read_tracks(path)
    except NotMp4:
        known = path.suffix.lower() not in (".mp4", ".mov", ".m4v")
        kind = (
            f"a {path.suffix or 'file'} without an index of its own"
            if known
            else "a file whose packets are in fragments"
        )
        return None, f"{path}: sound, if it has any, is carried over from MP4 and MOV files only, and this is {kind}"
    heard = next((track for track in tracks if track.kind == "soun"), None)
    if heard is None:
        return None, None
    # Its times are those of the file, in which the first frame need not be at the beginning.
    seen_s = next((track.after_s for track in tracks if track.kind == "vide"), 0.0)
    wanted = heard.between(seen_s + start_s, seen_s + end_s)
    cut = wanted.up_to(path.stat().st_size)
    if len(cut.samples) < len(wanted.samples):
        remark = f"{path}: is cut short; its sound ends at {max(0, cut.ticks) / cut.scale + cut.after_s:.1f} s"
        return (cut if cut.samples else None), remark
    return (cut, None) if cut.samples else (None, None)


def write_frame(folder: Path, number: int, pixels: NDArray[np.uint8]) -> None:
    """A frame as a PNG of its own, whole or not at all."""
    write_png(folder / f"{number:06d}.png", pixels)


def _opened(path: Path, size: tuple[int, int], fps: float, codec: Codec) -> cv2.VideoWriter:
    even = (size[0] + size[0] % 2, size[1] + size[1] % 2)
    with silent_libraries():
        writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*CODECS[codec]), fps, even)
        if writer.isOpened():
            return writer
        writer.release()
    if not os.access(path.parent, os.W_OK):
        raise StorageError("cannot be written", subject=path.parent, remedy="make it writable, or choose another place")
    raise WordfuseError(
        f"this OpenCV cannot write {codec} films of {even[0]}x{even[1]} pixels",
        subject=path,
        remedy="install opencv-python-headless from PyPI, or try another codec",
    )


def _even(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Both sides even, as codecs want them, by repeating the last row or column."""
    height, width = pixels.shape[:2]
    if height % 2 == 0 and width % 2 == 0:
        return pixels
    return np.pad(pixels, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")


def _check(path: Path, count: int) -> None:
    """OpenCV does not tell whether what it wrote came to the disk."""
    try:
        held = sum(len(track.samples) for track in read_tracks(path) if track.kind == "vide")
    except NotMp4 as error:
        raise StorageError(
            f"cannot be written whole ({error})", subject=path.parent, remedy="free some space there, and go on"
        ) from error
    if held != count:
        raise StorageError(
            f"holds {held} of {count} frames", subject=path.parent, remedy="free some space there, and go on"
        )
