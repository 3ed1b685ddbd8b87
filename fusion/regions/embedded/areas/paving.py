"""Pavements that are hardly seen: the part of the paved ground that is rather pavement than the rest of it.

The network learned pavements in one city, and has a road where others begin. But its chance of a pavement still rises
beyond the kerb. So where it names none, or a sliver, the paved ground (road and pavement together) is divided: from
where a pavement is likeliest, as far as it is likelier than on the carriageway, along the edges of both pictures.
"""

import cv2
import numpy as np

from wordfuse.fusion.guided import guided_filter
from wordfuse.fusion.regions.tones import Selection, drop_specks
from wordfuse.fusion.regions.types import Picture

SLIVER = 0.02  # of the picture: a pavement that covers less is looked for in the paved ground
PAVED = 0.5  # chance of a road and a pavement together
# Chances of a pavement: it has one place with the first, and reaches as far as the second.
LIKELIEST, LIKELY = 0.42, 0.15
LEAST = 0.01  # of the picture: less is no answer


def pavement_in(guide: Picture, road: Picture, pavement: Picture, radius_px: int, smoothness: float) -> Selection:
    """The part of the paved ground that is rather pavement: (H, W) bool, nowhere true where nothing points to one.

    Args:
        guide: (H, W, 2), infrared and luma.
        road: (H, W), chance of a road.
        pavement: (H, W), of a pavement.
        radius_px: of the filter that follows the edges.
        smoothness: of that filter.
    """
    paved = road + pavement > PAVED
    reached = (paved & (pavement > LIKELY)).astype(np.uint8)
    _, labels = cv2.connectedComponents(reached, connectivity=8)
    seeded = np.unique(labels[paved & (pavement > LIKELIEST)])
    grown = np.isin(labels, seeded[seeded > 0]).astype(np.float32)  # label 0 was not reached
    followed = guided_filter(guide, grown, radius_px, smoothness) > 0.5
    return drop_specks(np.asarray(followed & paved, np.bool_), LEAST)
