"""The pictures of a run as its page shows them, and what their pixels hold. Called from any thread."""

import re
import shutil
import sys
import zipfile
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from wordfuse.agent.errors import InputError
from wordfuse.agent.run.session import Session
from wordfuse.agent.state import Json
from wordfuse.fusion.display import thumbnails
from wordfuse.fusion.display.preview import reduced
from wordfuse.fusion.display.veil import veil
from wordfuse.fusion.fusing import Fuser
from wordfuse.fusion.images import Pair, luma_uint8, read_mask, read_picture, to_uint8
from wordfuse.tools.store.same import Same

SIDE_PX = 1600  # of what a page shows; the files themselves can be downloaded
STRIP_PX = 200
SHARE_PX = 960  # of what the slider of the infrared share shows while it moves
_STEP = re.compile(r"[0-9]{3,}")
_MASK = re.compile(r"[a-z0-9_-]{1,80}")

_values_lock = Lock()


def webp(session: Session, name: str, side_px: int) -> bytes:
    """A picture of a run: infrared, visible, fused, ``unmoved`` or the number of a step.

    Raises:
        InputError: there is none of that name.
    """
    if name in ("infrared", "visible"):
        sources = thumbnails.of_sources(
            session.infrared,
            session.visible,
            side_px,
            max_pixels=session.settings.max_pixels,
            align=session.settings.align,
            reading=session.settings.reading,
            read=session.decoded.pair,
        )
        return sources[name == "visible"].data
    if name == "unmoved":
        picture, _ = _unmoved(session)
        return thumbnails.encode(picture).data
    return thumbnails.of_picture(path_of(session.folder, name), side_px, max_pixels=sys.maxsize).data


def path_of(folder: Path, name: str) -> Path:
    """The file of a picture that the run made.

    Raises:
        InputError: there is none of that name.
    """
    path = place_of(folder, name)
    if (name != "fused" and not _STEP.fullmatch(name)) or not path.is_file():
        raise InputError("no such picture", subject=name[:80])
    return path


def place_of(folder: Path, name: str) -> Path:
    """Where a picture that the run made lies; it need not be there."""
    return folder / "fused.png" if name == "fused" else folder / "images" / f"{name}.png"


def own_share(session: Session) -> float:
    """The share of infrared that the pair has by itself, in (0, 1)."""
    return _unmoved(session)[1]


def mask_veil(path: Path) -> bytes:
    """A mask to lay over a picture.

    Raises:
        InputError: there is none.
    """
    if not path.is_file():
        raise InputError("no such mask", subject=path.name[:80])
    return _veil(path, stamp_of(path))


def mask_of(folder: Path, name: str) -> Path:
    """The file of a mask of the run by its name; it need not be there."""
    if not _MASK.fullmatch(name):
        raise InputError("no such mask", subject=name[:80])
    return folder / "masks" / f"{name}.png"


def values_at(session: Session, x: int, y: int, now: str) -> Json:
    """What the pictures hold in a pixel: 8-bit values, and the temperature where the camera told it.

    Args:
        session: the run.
        x: column.
        y: row.
        now: the picture as it is: ``fused`` or the number of a step.

    Raises:
        InputError: the pixel lies outside.
    """
    pair = pair_of(session)
    height, width = pair.visible.shape[:2]
    if not (0 <= x < width and 0 <= y < height):
        raise InputError("lies outside of the picture", subject=f"{x}, {y}")
    heat = pair.temperatures
    celsius = float("nan") if heat is None else float(heat.celsius[y, x])
    over = heat is not None and heat.over is not None and bool(heat.over[y, x])
    return {
        "x": x,
        "y": y,
        "infrared": round(float(pair.infrared[y, x]) * 255),
        "visible": [round(float(value) * 255) for value in pair.visible[y, x]],
        "fused": _luma_at(session.folder / "fused.png", x, y),
        "now": _luma_at(path_of(session.folder, now), x, y),
        "celsius": round(celsius, 1) if np.isfinite(celsius) else None,
        "at_least": heat.limit if over and heat is not None else None,
    }


def stamp_of(path: Path) -> str:
    """What changes when a file does; "" where there is none."""
    try:
        found = path.stat()
    except OSError:
        return ""
    return f"{found.st_mtime_ns:x}-{found.st_size:x}"


def masks_zip(folder: Path) -> bytes:
    """All masks of a run in one file.

    Raises:
        InputError: there are none.
    """
    masks = sorted((folder / "masks").glob("*.png"))
    if not masks:
        raise InputError("there are no masks yet", remedy="name a region first, as in 'make the people stand out'")
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_STORED) as archive:  # PNGs get no smaller
        for mask in masks:
            with archive.open(mask.name, "w") as inside, mask.open("rb") as content:
                shutil.copyfileobj(content, inside)
    return written.getvalue()


def pair_of(session: Session) -> Pair:
    """The pair of a run, decoded."""
    chosen = session.settings
    return session.decoded.pair(
        session.infrared,
        session.visible,
        max_pixels=chosen.max_pixels,
        align=chosen.align,
        reading=chosen.reading,
    )


def size_of(folder: Path) -> tuple[int, int]:
    """Width and height of the fused picture of a run folder; 4 and 3 where nothing tells."""
    try:
        with Image.open(folder / "fused.png", formats=["PNG"]) as picture:
            return picture.size
    except (OSError, ValueError, Image.DecompressionBombError):
        return 4, 3


def _luma_at(path: Path, x: int, y: int) -> int:
    with _values_lock:  # decoded once, not by everybody who asks meanwhile
        return int(_luma(path, stamp_of(path))[y, x])


@lru_cache(maxsize=4)
def _luma(path: Path, stamp: str) -> NDArray[np.uint8]:
    return luma_uint8(read_picture(path, max_pixels=sys.maxsize))


@lru_cache(maxsize=64)
def _veil(path: Path, stamp: str) -> bytes:
    pixels = read_picture(path, max_pixels=sys.maxsize)
    return veil(read_mask(path, pixels.shape[:2], max_pixels=sys.maxsize), SIDE_PX)


def _unmoved(session: Session) -> tuple[NDArray[np.uint8], float]:
    """The pair as it is fused where no share is named, reduced, and its share."""
    pair, chosen = pair_of(session), session.settings
    return _fused_small(Same(pair), chosen.preset, chosen.weights, chosen.device)


@lru_cache(maxsize=4)
def _fused_small(kept: Same[Pair], preset: str, weights: Path | None, device: str) -> tuple[NDArray[np.uint8], float]:
    infrared, visible = (reduced(picture, SHARE_PX) for picture in (kept.one.infrared, kept.one.visible))
    fused = Fuser(preset, weights, device).fuse(infrared, visible)
    pixels = to_uint8(fused.picture)
    if kept.one.gray:
        pixels = np.repeat(luma_uint8(pixels)[..., None], 3, axis=2)
    return pixels, fused.share
