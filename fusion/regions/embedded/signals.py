"""Traffic lights that are lit: what the visible picture shows as small, blown out and with a rim of one colour.

No network was taught them. The glass of a lit one is white in a picture, as a lamp's; red or green is the glow at its
rim, which lamps have white or yellow. So it is told from a lamp by its rim, and from a tail light by where it is: it
hangs above where the road ends, on nothing that is a car. Amber is not told from a sodium lamp, nor an unlit one from
any box on a pole: of both nothing is said.
"""

from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt

from wordfuse.fusion.networks.classes import CLASSES
from wordfuse.fusion.regions.embedded.looking import BY_A_CAR, Object, View, at_thing, believed
from wordfuse.fusion.regions.embedded.shining import around, away_from
from wordfuse.fusion.regions.tones import Selection
from wordfuse.fusion.regions.types import Picture, Sources

SIGNAL = "traffic_light"
GLASS = 92.0  # lightness (CIELAB, 0 to 100) from which a pixel may be the blown-out glass
SMALL = (2.5e-5, 3e-3)  # of the picture, that the glass covers
LONGEST, FILLED = 1.8, 0.55  # how long it is for its width, and how much of its box it fills
RIM, LEAST_RIM_PX = 0.5, 2  # width of its rim, of its larger side
AROUND = 3.0  # rims, how far what is around it reaches
# Hues of CIELAB in degrees, against those of the whole picture, least chroma and lightness, and how much of the rim has
# them. Cameras show the green of signals as cyan, and lamps that are white as a little blue: more of that is asked for.
RED, GREEN = ((-10.0, 58.0), 34.0, 30.0, 0.3), ((130.0, 262.0), 12.0, 40.0, 0.6)
DARKER, BOXED = 15.0, 45.0  # so much darker is what is around a green one; by day, around its black box
OTHERS = (
    0.5  # of its area, how much else may be as bright around a green one by day: leaves let through more of the sky
)
DAY = 50.0  # median lightness of a sky by day
SKY, LEAST_SKY = 0.5, 0.02  # chance of a sky, and the share of the picture from which there is one
AMID = 0.65  # of what is around it, that may have its colour: more is a neon sign or a painted wall
ROAD, LEAST_ROAD, LOWEST = 0.5, 0.05, 0.6  # chance of a road, the share of a row; without any, of the picture's rows
SURE, SMALLEST_SURE, UNSURE = 0.75, 5e-5, 0.45  # confidences, and the share of the picture from which it is sure

Lab = npt.NDArray[np.float32]


def signals(sources: Sources, view: View) -> list[Object]:
    """The lit traffic lights of a pair, the surest first; none in a picture that shows no colours.

    Args:
        sources: the pair.
        view: what was seen in it: where cars are, and the road ends.
    """
    lab = _seen(sources.visible)
    labels, stats = _glasses(lab[..., 0])
    day = _is_day(lab[..., 0], view.chances[CLASSES.index("sky")])
    cars = [seen.box for seen in believed(view) if seen.name == "car"]
    lowest = end_of_road(view) * sources.shape[0]
    found = []
    for label, (x, y, wide, high, area) in enumerate(stats.tolist()):
        middle = x + wide / 2, y + high / 2
        if label == 0 or not _small(wide, high, area, labels.size):
            continue
        if middle[1] > lowest or any(at_thing(car, middle, BY_A_CAR) for car in cars):
            continue
        rim = max(LEAST_RIM_PX, round(RIM * max(wide, high)))
        window = around((x, y, x + wide, y + high), round(AROUND * rim))
        if _glows(lab[window], labels[window], label, rim, day=day):
            sure = SURE if area >= SMALLEST_SURE * labels.size else UNSURE
            found.append(Object(SIGNAL, (float(x), float(y), float(x + wide), float(y + high)), sure))
    return sorted(found, key=lambda seen: -seen.score)


def signal_in(sources: Sources, seen: Object) -> Selection:
    """The pixels of one of the `signals`, its glass and the coloured rim: (H, W) bool."""
    glass, window, red, green = _rim_of(sources, seen)
    selection = glass.copy()
    selection[window] |= red | green
    return selection


def signal_colour(sources: Sources, seen: Object) -> Literal["red", "green"]:
    """Which of the two one of the `signals` shows."""
    _, _, red, green = _rim_of(sources, seen)
    return "red" if red.sum() > green.sum() else "green"


def _rim_of(sources: Sources, seen: Object) -> tuple[Selection, tuple[slice, slice], Selection, Selection]:
    """The glass of a signal, (H, W); a window around it, and what of its rim there is red and what green."""
    x0, y0, x1, y1 = (round(x) for x in seen.box)
    lab = _seen(sources.visible)
    labels, stats = _glasses(lab[..., 0])
    own = np.flatnonzero((stats[:, : cv2.CC_STAT_AREA] == (x0, y0, x1 - x0, y1 - y0)).all(axis=1))
    glass = np.asarray(np.isin(labels, own[own > 0]), np.bool_)  # label 0 is what is no glass
    rim = max(LEAST_RIM_PX, round(RIM * max(x1 - x0, y1 - y0)))
    window = around((x0, y0, x1, y1), rim + 1)
    near = away_from(glass[window]) <= rim
    return glass, window, near & _coloured(lab[window], RED), near & _coloured(lab[window], GREEN)


def _seen(visible: Picture) -> Lab:
    """Lightness, the two of colour against the picture as a whole, and these as they are: (H, W, 5), CIELAB.

    Some cameras see a whole night green, in which no lamp is a signal; in one that they see red, white is not green.
    """
    lab = np.asarray(cv2.cvtColor(np.ascontiguousarray(visible), cv2.COLOR_RGB2LAB), np.float32)
    colour = lab[..., 1:]
    return np.dstack([lab[..., 0], colour - np.median(colour.reshape(-1, 2), axis=0), colour])


def _glasses(lightness: Picture) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """The connected parts of what is blown out: a label for every pixel, and box and area of each label."""
    blown = (lightness > GLASS).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(blown, connectivity=8)
    return np.asarray(labels, np.int32), np.asarray(stats, np.int32)


def _is_day(lightness: Picture, sky: Picture) -> bool:
    """Whether the sky is light, or where there is none the picture."""
    height, width = sky.shape
    small = cv2.resize(lightness, (width, height), interpolation=cv2.INTER_AREA)
    seen = small[sky > SKY]
    return float(np.median(seen if seen.size >= LEAST_SKY * small.size else small)) > DAY


def _small(wide: int, high: int, area: int, pixels: int) -> bool:
    """Whether a part has the size and the shape of a glass."""
    return (
        SMALL[0] * pixels <= area <= SMALL[1] * pixels
        and max(wide, high) <= LONGEST * min(wide, high) + 1
        and area >= FILLED * wide * high
    )


def _glows(lab: Lab, labels: npt.NDArray[np.int32], label: int, rim: int, *, day: bool) -> bool:
    """Whether the rim of a glass is red or green, and what is around it is darker and not of that colour."""
    away = away_from(labels == label)
    ring, around = (away > 0) & (away <= rim + 1), away > 2 * rim
    if not around.any():
        return False
    darker = GLASS - float(np.median(lab[..., 0][around]))
    others = int(((labels > 0) & (labels != label)).sum())
    for colour in (RED, GREEN):
        shown = _coloured(lab, colour)
        if shown[ring].mean() < colour[3] or shown[around].mean() >= AMID:
            continue
        boxed = darker >= BOXED and others <= OTHERS * int((labels == label).sum())
        if colour is RED or (boxed if day else darker >= DARKER):
            return True
    return False


def _coloured(lab: Lab, colour: tuple[tuple[float, float], float, float, float]) -> Selection:
    (start, end), chroma, lightness, _ = colour
    inside = lab[..., 0] >= lightness
    for a, b, least in ((lab[..., 1], lab[..., 2], chroma), (lab[..., 3], lab[..., 4], chroma / 2)):
        hue = np.degrees(np.arctan2(b, a))
        inside = inside & ((hue - start) % 360 <= end - start) & (np.hypot(a, b) >= least)
    return np.asarray(inside, np.bool_)


def end_of_road(view: View) -> float:
    """The share of the picture's rows above which there is no road."""
    road = view.chances[CLASSES.index("road")]
    rows = np.flatnonzero((road > ROAD).mean(axis=1) >= LEAST_ROAD)
    return float(rows[0]) / len(road) if len(rows) else LOWEST
