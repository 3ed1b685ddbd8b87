"""Which of several things comes first, by their boxes alone."""

from collections.abc import Callable

from wordfuse.fusion.regions.words.qualifiers import Pick

Box = tuple[float, float, float, float]


def _size(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _near(box: Box) -> float:
    """How near a thing is: a camera that looks along the ground sees near things larger and lower."""
    return _size(box) * box[3]


#: What comes first has the least, of a box (x0, y0, x1, y1) in pixels.
ORDER: dict[Pick, Callable[[Box], float]] = {
    "nearest": lambda box: -_near(box),
    "farthest": _near,
    "largest": lambda box: -_size(box),
    "smallest": _size,
    "leftmost": lambda box: box[0] + box[2],
    "rightmost": lambda box: -box[0] - box[2],
    "topmost": lambda box: box[1] + box[3],
    "lowest": lambda box: -box[1] - box[3],
}
