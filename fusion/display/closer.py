"""Parts of several pictures of one view, enlarged: a row for each part, a column for each picture."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from wordfuse.fusion.display.strip import GAP_PX, in_a_row
from wordfuse.fusion.images import write_png

Box = tuple[float, float, float, float]

AROUND = 0.4  # of a part's width and height, shown on each side of it
LEAST = 0.125  # of the picture's longer side, that a window is wide and high
SHAPE = 1.6  # the longer side of a window by its shorter one, at most, where the picture has the room
WANTED_PX = 800, 600  # what the longer side of an enlarged window should come to: of one, and of several
LEAST_TIMES, MOST_TIMES = 2, 8
WIDEST_PX = 2400  # of all columns together; beyond, only the last picture is shown
LARGEST_PX = 4096  # of one enlarged window: what is larger is shown less enlarged


def box_of(mask: NDArray[np.uint8]) -> Box:
    """The box, XYXY pixels, around what is inside (above 127) of a mask, (H, W); nothing inside: around all."""
    rows, columns = (np.flatnonzero((mask > 127).any(axis=axis)) for axis in (1, 0))
    if not len(rows):
        return 0.0, 0.0, float(mask.shape[1]), float(mask.shape[0])
    return float(columns[0]), float(rows[0]), float(columns[-1] + 1), float(rows[-1] + 1)


def window_around(box: Box, size: tuple[int, int], around: float = AROUND) -> Box:
    """What is shown of a part: more than it, so that one sees where it is.

    Args:
        box: of the part, XYXY pixels.
        size: width and height of the picture.
        around: of the part's own width and height, what is added on each side.

    Returns:
        A box of whole pixels inside the picture, not narrower than it is high by more than ``SHAPE``, nor wider.
    """
    least = LEAST * max(size)
    wide, high = ((1 + 2 * around) * (box[at + 2] - box[at]) for at in (0, 1))
    wide, high = max(wide, least, high / SHAPE), max(high, least, wide / SHAPE)
    sides = []
    for length, middle, of in zip((wide, high), (box[0] + box[2], box[1] + box[3]), size, strict=True):
        long = min(round(length), of)
        sides.append((float(np.clip(round(middle / 2 - long / 2), 0, of - long)), float(long)))
    (left, width), (top, height) = sides
    return left, top, left + width, top + height


def times_for(windows: Sequence[Box]) -> float:
    """How many times windows are enlarged, all alike: as far as the largest of them has a good size."""
    longest = max(max(box[2] - box[0], box[3] - box[1]) for box in windows)
    times = float(np.clip(WANTED_PX[len(windows) > 1] // longest, LEAST_TIMES, MOST_TIMES))
    return min(times, max(1.0, LARGEST_PX / longest))


def draw_closer(pictures: Mapping[str, NDArray[np.uint8]], windows: Sequence[Box], out: Path) -> list[str]:
    """Write the windows, enlarged by Lanczos' filter, as one PNG; returns the names of the pictures that are on it.

    Args:
        pictures: (H, W) or (H, W, 3), by their names; the last is the one that matters most.
        windows: boxes of whole pixels, one row for each; several are numbered.
        out: the file.
    """
    times = times_for(windows)
    widest = max(box[2] - box[0] for box in windows) * times
    names = list(pictures) if len(pictures) * widest <= WIDEST_PX else [*pictures][-1:]
    rows = [
        in_a_row(
            {
                name if len(windows) == 1 else f"{number}: {name}": _enlarged(pictures[name], window, times)
                for name in names
            },
            round((window[3] - window[1]) * times),
        )
        for number, window in enumerate(windows, start=1)
    ]
    sheet = Image.new(
        "RGB", (max(row.width for row in rows), sum(row.height + GAP_PX for row in rows) - GAP_PX), "white"
    )
    top = 0
    for row in rows:
        sheet.paste(row, (0, top))
        top += row.height + GAP_PX
    write_png(out, np.asarray(sheet))
    return names


def _enlarged(picture: NDArray[np.uint8], window: Box, times: float) -> Image.Image:
    x0, y0, x1, y1 = map(int, window)
    part = Image.fromarray(picture[y0:y1, x0:x1]).convert("RGB")
    size = round(part.width * times), round(part.height * times)
    return part.resize(size, Image.Resampling.LANCZOS)
