"""What is kept of key frames and parts: arrays in files that appear whole or not at all."""

import io
import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.errors import InputError
from wordfuse.fusion.files.atomic import write_bytes_atomic
from wordfuse.fusion.film.flow import Track, grid_of
from wordfuse.fusion.images import Pair, to_uint8, write_png
from wordfuse.fusion.temperatures.carried import Carried, with_temperatures

FACTS = "facts"


def write_arrays(path: Path, facts: Any, arrays: dict[str, NDArray[Any]]) -> None:
    """Write arrays with JSON-native facts, packed."""
    packed = io.BytesIO()
    told = np.frombuffer(json.dumps(facts).encode(), np.uint8)
    np.savez_compressed(packed, allow_pickle=False, **{FACTS: told}, **arrays)
    write_bytes_atomic(path, packed.getvalue())


def read_arrays(path: Path) -> tuple[Any, dict[str, NDArray[Any]]]:
    """What :func:`write_arrays` wrote.

    Raises:
        InputError: it is gone or damaged.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        return json.loads(arrays.pop(FACTS).tobytes()), arrays
    except Exception as error:  # zip and numpy meet damaged bytes with many exceptions
        raise InputError(
            f"cannot be read ({type(error).__name__})", subject=path, remedy="remove it, and go on: it is made again"
        ) from error


def write_pair(folder: Path, name: str, pair: Pair) -> None:
    """A pair as two PNG files, 8 bits each: what a person, and the agent, is shown of a key frame.

    Temperatures lie in the infrared one, or why there are none.
    """
    scene, heat = to_uint8(pair.visible), folder / f"{name}-ir.png"
    carried = Carried(pair.temperatures, pair.notes.get("temperatures", {}))
    packed = cv2.imencode(".png", to_uint8(pair.infrared))[1].tobytes()
    write_bytes_atomic(heat, with_temperatures(packed, carried) if carried.notes else packed)
    write_png(folder / f"{name}-vi.png", scene[..., 0] if pair.gray else scene)


def write_tracks(path: Path, to_before: Track, to_later: Track) -> None:
    """The ways between a key frame and the one before: from the later to the earlier, and from the earlier to it."""
    grid = grid_of(to_before.at.shape)
    arrays: dict[str, NDArray[Any]] = {
        "to_before": (to_before.at - grid).astype(np.float16),
        "sure_before": (to_before.sure * 255).astype(np.uint8),
        "to_later": (to_later.at - grid).astype(np.float16),
        "sure_later": (to_later.sure * 255).astype(np.uint8),
    }
    write_arrays(path, {}, arrays)


def read_tracks(path: Path) -> tuple[Track, Track]:
    """What :func:`write_tracks` wrote."""
    _, arrays = read_arrays(path)
    grid = grid_of(arrays["to_before"].shape)

    def track(way: str, sure: str) -> Track:
        return Track(arrays[way].astype(np.float32) + grid, np.divide(arrays[sure], 255, dtype=np.float32))

    return track("to_before", "sure_before"), track("to_later", "sure_later")


def packed_mask(mask: NDArray[np.float32]) -> NDArray[np.uint8]:
    """A mask in [0, 1] as 8 bits, smoothed as little as its outline needs to be carried."""
    return np.asarray(cv2.GaussianBlur(to_uint8(mask), (3, 3), 0), np.uint8)
