"""What there is in a picture, by the names that people have for it: told to whoever names what is not known."""

from collections import Counter

import numpy as np

from wordfuse.fusion.networks.classes import CLASSES, OBJECTS
from wordfuse.fusion.regions.embedded.looking import View, believed
from wordfuse.fusion.regions.types import DOUBT

_NAMES = {
    "person": "people", "car": "cars", "bicycle": "bicycles", "light": "lights", "traffic_light": "traffic lights",
    "sky": "sky", "road": "road", "building": "buildings", "tree": "trees",
}  # fmt: skip
LEAST = 0.02  # of the picture, that an area is likeliest in


def things_seen(view: View) -> list[str]:
    """Things that are sure first, then areas, the largest first."""
    count = Counter(seen.name for seen in believed(view) if seen.score >= DOUBT)
    things = [_NAMES[name] for name in (*OBJECTS, "light", "traffic_light") if count[name]]
    share = np.bincount(view.chances.argmax(axis=0).ravel(), minlength=len(CLASSES)) / view.chances[0].size
    areas = [CLASSES[at] for at in np.argsort(-share) if share[at] >= LEAST]
    return things + [_NAMES[name] for name in areas if name in _NAMES and name not in OBJECTS]
