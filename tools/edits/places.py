"""Where a fault is best taken out: in the picture, or in the source that it came with, by what either brings.

A fault of one source is plain there and mixed with the other source in what is fused, so it is best taken out before
the pair is fused (TeRF, Table 2, VI and VII); a fault that came in otherwise cannot be. Both are tried, the
source first, and what reaches the goal is kept; where both do, what breaks fewer guards, and where that tells nothing,
the source's: ``wordfuse bench restore --table source`` holds both against the picture fused from a clean pair.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.abandon import still_wanted
from wordfuse.fusion.colour import luma
from wordfuse.fusion.finetune import Origin, Outcome
from wordfuse.fusion.finetune.run import follow_gray
from wordfuse.fusion.images import to_uint8
from wordfuse.fusion.inspect.inspecting import graded, looked_at, number_of
from wordfuse.fusion.inspect.kinds import FAULTS, Kind
from wordfuse.fusion.measures import edges_left
from wordfuse.fusion.metrics.gray import to_gray
from wordfuse.fusion.metrics.guards import guards
from wordfuse.fusion.tensors import Batch, to_batch
from wordfuse.fusion.window import Window
from wordfuse.tools.aims import Fixed, Goal
from wordfuse.tools.edits.editing import EditResult, Picture, Start, pixels
from wordfuse.tools.store.mended import Source, mended_pair
from wordfuse.tools.store.workspace import Where, Workspace

Measure = Callable[[Picture, NDArray[np.uint8] | None], float]

TOLERANCE = 1.05  # of the wanted value: rounding to 8 bits moves what is measured
PERFECT: tuple[bool, float] = (True, 0)  # the goal is reached, and no guard broken
#: Faults of one source that the other one's structure may hide: what is fused of both has edges that are sharp enough,
#: and would get outlines.
HIDDEN: frozenset[Kind] = frozenset({"blur"})
WHERE = "where"  # of a state: the place that it was made in


class PlacedResult(EditResult):
    """The restored picture."""

    where: Where  # whether the fault was found in the picture or in a source


def places(begun: Start, fault: Kind | None, work: Workspace) -> tuple[Where, ...]:
    """Where to try it: in the source that has most of the fault, and in the picture; a repeat goes on where it began.

    Args:
        begun: where the edit starts from.
        fault: what is taken out; None: what is in no source, as a wish for more colour.
        work: the run.
    """
    if begun.state is not None:
        return (begun.state.meta.get(WHERE, "fused"),)
    if work.where is not None:
        return (work.where,)
    pair = mended_pair(work, begun.base)
    pictures: dict[Source, Picture] = {"infrared": to_uint8(pair.infrared), "visible": to_uint8(pair.visible)}
    severities = {
        source: _severity(fault, source, pixels)
        for source, pixels in pictures.items()
        if fault is not None and source in FAULTS[fault].where
    }
    worst = max(severities, key=lambda source: severities[source], default=None)
    if worst is None or severities[worst] <= 0:
        return ("fused",)
    if fault in HIDDEN and _severity(fault, "fused", work.image(begun.picture)) <= 0:
        return (worst,)
    return worst, "fused"


def _severity(fault: Kind, source: Where, pixels: NDArray[np.uint8]) -> float:
    """Above 0 where the source has more of the fault than clean pictures have."""
    number = number_of(fault, looked_at(pixels)[0])
    return 0.0 if number is None else graded(fault, source, number).severity


def origin_of(source: Source, image: str, work: Workspace) -> Origin:
    """A source of a picture of the run, (1, 3, H, W), and how it is fused with the other."""
    pair = mended_pair(work, image)
    infrared, visible = to_batch(pair.infrared), to_batch(pair.visible)

    def with_visible(changed: Batch, window: Window) -> Batch:
        return follow_gray(work.fuser.fuse_window(infrared, changed, window), visible)

    def with_infrared(changed: Batch, window: Window) -> Batch:
        return follow_gray(work.fuser.fuse_window(luma(changed), visible, window), visible)

    if source == "visible":
        return Origin(visible, with_visible)
    return Origin(np.repeat(infrared, 3, axis=1), with_infrared)


def in_best_place(
    tried_in: tuple[Where, ...],
    attempt: Callable[[Where], Outcome],
    goal: Goal,
    limit: float,
    before: Picture,
    mask: str | None,
    measured: Measure,
    work: Workspace,
) -> tuple[Where, Outcome]:
    """Make an edit in the place where it comes best.

    Args:
        tried_in: the places, see :func:`places`; what is perfect in one is not tried in the next.
        attempt: makes the edit in a place.
        goal: of the task.
        limit: what its main line is to reach.
        before: the picture that was edited.
        mask: id of the region.
        measured: the main line.
        work: the run.
    """
    if len(tried_in) == 1:
        return tried_in[0], attempt(tried_in[0])
    region, pair = work.mask(mask), work.pair
    gray = to_gray(to_uint8(pair.infrared)), to_gray(to_uint8(pair.visible))

    def rank(outcome: Outcome) -> tuple[bool, float]:
        edited = pixels(outcome)
        level = measured(edited, region)
        beyond = level / max(limit, 1e-6) if goal[0].at_most else limit / max(level, 1e-6)
        if beyond > TOLERANCE:
            return False, -beyond
        values = guards(before, edited, region, *gray) | {"edges": edges_left(before, edited, region)}
        return True, -broken(goal, values)

    ranked: list[tuple[tuple[bool, float], Where, Outcome]] = []
    for where in tried_in:
        still_wanted()
        outcome = attempt(where)
        ranked.append((rank(outcome), where, outcome))
        if ranked[-1][0] == PERFECT:
            break
    _, where, outcome = max(ranked, key=lambda one: one[0])  # the first of equals: the source
    return where, outcome


def broken(goal: Goal, values: Mapping[str, float]) -> int:
    """How many guard lines of a goal are broken by what was measured; what was not is left out."""
    held = [(line, values[line.measured]) for line in goal[1:] if line.measured in values]
    return sum(
        (value > line.aim.value) if line.at_most else (value < line.aim.value)
        for line, value in held
        if isinstance(line.aim, Fixed)
    )


def placed(outcome: Outcome, task: str, where: Where) -> Outcome:
    """An outcome whose state knows its task and the place that it was made in."""
    state, applied = replace(outcome.state, task=task, meta=outcome.state.meta | {WHERE: where}), outcome.applied
    return replace(outcome, state=state, applied=applied and (lambda: replace(applied(), where=where)))
