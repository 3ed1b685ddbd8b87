"""Where nobody is found for sure: what infrared shows warm and the visible picture does not, for it may be somebody."""

from collections.abc import Sequence

from wordfuse.agent.steps.finding_out import Box, Looking, place_of
from wordfuse.agent.steps.sureness import asks_for_somebody, unlikely
from wordfuse.fusion.look.hidden import hidden_things
from wordfuse.fusion.regions.embedded.looking import common
from wordfuse.tools.store.catalogue import GroundingRecord

SAME = 0.5  # share of the smaller box that two have in common, from which they are one thing


def find_hidden(looking: Looking, records: Sequence[GroundingRecord]) -> list[Box]:
    """Places of what is warm and not seen, for a question that found nobody for sure; kept as evidence."""
    if not any(
        asks_for_somebody(record) and not record.excepted and (not record.found or unlikely(record))
        for record in records
    ):
        return []
    pair = looking.context.work.pair
    found = [one.box for one in hidden_things(pair.infrared, pair.visible)]
    if found:
        looking.evidence["hidden"] = [[round(side, 1) for side in box] for box in found]
    return found


def told_hidden(looking: Looking, hidden: Sequence[Box]) -> list[str]:
    """What is told of these places; those that are numbered already keep their numbers."""
    if not hidden:
        return []
    width, height = looking.size
    places = dict[int, str]()
    for box in hidden:
        numbered = [number for number, other in enumerate(looking.boxes, 1) if common(box, other) > SAME]
        if not numbered:
            looking.boxes.append(box)
        number = numbered[0] if numbered else len(looking.boxes)
        places.setdefault(number, f"number {number}, {place_of(looking.boxes[number - 1], width, height)}")
    which = "It" if len(places) == 1 else "Each"
    told = "; ".join(places.values())
    return [f"Infrared shows something warm that the visible picture does not: {told}. {which} may be a person"]
