"""Where nobody is found for sure: what infrared shows warm and the visible picture does not, for it may be somebody."""

from collections.abc import Sequence

from wordfuse.agent.steps.answers.apart import Box, place_of
from wordfuse.agent.steps.answers.finding_out import Looking
from wordfuse.agent.steps.answers.sureness import asks_for_somebody, unlikely
from wordfuse.fusion.look.hidden import hidden_things
from wordfuse.fusion.regions.embedded.looking import common
from wordfuse.tools.store.catalogue import GroundingRecord

SAME = 0.5  # share of the smaller box that two have in common, from which they are one thing


def find_hidden(looking: Looking, records: Sequence[GroundingRecord]) -> list[Box]:
    """Places of what is warm and not seen where somebody was found, though not for sure; kept as evidence.

    Either alone is mostly wrong: roofs and trees are warm and not seen by night as well.
    """
    doubtful = [record for record in records if asks_for_somebody(record) and unlikely(record) and not record.excepted]
    boxes = [box for record in doubtful for box, _ in record.left_to_right()]
    if not boxes:
        return []
    pair = looking.context.work.pair
    warm = [one.box for one in hidden_things(pair.infrared, pair.visible)]
    found = [box for box in warm if any(common(box, other) > SAME for other in boxes)]
    if found:
        looking.evidence["hidden"] = [[round(side, 1) for side in box] for box in found]
    return found


def told_hidden(looking: Looking, hidden: Sequence[Box]) -> list[str]:
    """What is told of these places, by the numbers that they have."""
    width, height = looking.size
    places = [
        f"number {number}, {place_of(box, width, height)}"
        for number, box in enumerate(looking.boxes, 1)
        if any(common(box, other) > SAME for other in hidden)
    ]
    if not places:
        return []
    which = "It" if len(places) == 1 else "Each"
    told = "; ".join(places)
    return [f"Infrared shows something warm that the visible picture does not: {told}. {which} may be a person"]
