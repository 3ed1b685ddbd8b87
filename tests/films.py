"""Small films for tests: a bright person who walks over textured ground, in both pictures, rendered on the spot."""

from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

HEIGHT, WIDTH = 96, 128
Pixels = NDArray[np.uint8]


def ground(seed: int = 0) -> Pixels:
    """Texture that motion can be found on, (H + 64, W + 64) uint8."""
    rough = np.random.default_rng(seed).normal(0, 1, (HEIGHT + 64, WIDTH + 64)).astype(np.float32)
    smooth = cv2.GaussianBlur(rough, (0, 0), 2.5)
    return np.clip(110 + 40 * smooth / smooth.std(), 20, 200).astype(np.uint8)


def infrared_at(place: int, *, seed: int = 0) -> Pixels:
    """The infrared frame when the person has walked so many pixels, (H, W) uint8."""
    frame = (ground(seed)[:HEIGHT, :WIDTH] // 4 + 20).astype(np.uint8)
    left = 20 + place
    frame[30:66, left : left + 14] = 225
    return frame


def visible_at(place: int, *, seed: int = 0) -> Pixels:
    """The visible frame likewise, (H, W, 3) uint8: a dark one, in which the person is hardly there."""
    base = ground(seed)[:HEIGHT, :WIDTH].astype(np.float32)
    left = 20 + place
    base[30:66, left : left + 14] = 0.6 * base[30:66, left : left + 14]
    base[:, WIDTH // 2 :] *= 0.35  # dark areas
    frame = np.stack([0.9 * base, base, 1.05 * base], axis=-1)
    return np.clip(frame, 0, 255).astype(np.uint8)


def walk(frames: int) -> tuple[list[Pixels], list[Pixels]]:
    """Both films of somebody who walks a pixel a frame."""
    return [infrared_at(place) for place in range(frames)], [visible_at(place) for place in range(frames)]


def write_film(path: Path, frames: Sequence[Pixels], fps: float = 10.0) -> Path:
    """Frames as a film; compressed, as films are."""
    height, width = frames[0].shape[:2]
    writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*"mp4v"), fps, (width, height))
    assert writer.isOpened()
    for frame in frames:
        colour = np.repeat(frame[..., None], 3, axis=2) if frame.ndim == 2 else frame[..., ::-1]
        writer.write(np.ascontiguousarray(colour))
    writer.release()
    return path


def write_folder(folder: Path, frames: Sequence[Pixels], name: Callable[[int], str] = lambda n: f"{n}.png") -> Path:
    """Frames as a folder of PNG files."""
    folder.mkdir(parents=True)
    for number, frame in enumerate(frames):
        cv2.imwrite(str(folder / name(number)), frame if frame.ndim == 2 else frame[..., ::-1])
    return folder


def read_film(path: Path) -> list[Pixels]:
    """Every frame of a film, RGB."""
    capture, frames = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG), []
    while True:
        there, frame = capture.read()
        if not there:
            capture.release()
            return frames
        frames.append(np.ascontiguousarray(frame[..., ::-1]))
