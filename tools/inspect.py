"""inspect: what is wrong with the sources and a picture, in severities from 0 to 1."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from wordfuse.fusion.errors import RegionError, spelled
from wordfuse.fusion.images import Pair, to_float, to_uint8
from wordfuse.fusion.inspect.inspecting import (
    NOTHING_KNOWN,
    SKY,
    Found,
    Regions,
    graded,
    inspect_pair,
    looked_at,
    number_of,
)
from wordfuse.fusion.inspect.kinds import FAULTS, Kind, Where
from wordfuse.fusion.inspect.remedies import AIMS, LEAST, MOST_GROWTH, amount, turns
from wordfuse.fusion.inspect.severity import ALARM
from wordfuse.fusion.measures import mean_luma
from wordfuse.fusion.regions import Grounding, RegionBackend, Sources, ground, segment
from wordfuse.fusion.restore.expose import missing_exposure
from wordfuse.fusion.tensors import as_batch, to_array, to_batch
from wordfuse.fusion.window import Window
from wordfuse.tools.calls.spelling import dashed
from wordfuse.tools.edits.places import origin_of
from wordfuse.tools.store.mended import mended_pair
from wordfuse.tools.store.workspace import FUSED, Workspace
from wordfuse.tools.types import Id, Strict

PEOPLE = "people"
AREAS = (PEOPLE, "cars", "road", "buildings", "trees", SKY)
MOST_PEOPLE = 8  # the largest
SURE = 0.5  # confidence of a person who is looked at alone

LONGER = 1.2  # times its mean luma: a picture was exposed longer
UNDEREXPOSED: Kind = "underexposed"
OF_REGIONS: tuple[Kind, ...] = ("noise", "blur")  # faults that are faults wherever they are

Mask = NDArray[np.uint8]


class InspectArgs(Strict):
    """What to look at beside the two sources: a picture (null: the fused one, if there is one) and a region."""

    image: Id | None = Field(description="The picture that is inspected as the fused one.")
    mask: Id | None = Field(description="Measure inside this mask only.")


class Finding(Strict):
    """One fault in one place.

    Attributes:
        name: the fault.
        where: the picture that has it.
        region: in words; null is the whole picture, or the mask.
        box: [x0, y0, x1, y1] of the region in pixels.
        severity: from 0 (as in clean pictures) to 1 (hardly anything is left).
        number: what was measured.
        unit: its unit.
        task: the task that mends it, with its direction; null where none does.
        amount: how much of the task makes it as in clean pictures, a share of what was measured; null: nothing to do.
        turn: when the task comes, from 1 on, where several do; null likewise.
        remedy: the same as a command, or what else helps.
    """

    name: Kind
    where: Where
    region: str | None
    box: tuple[int, int, int, int] | None
    severity: float = Field(ge=0, le=1)
    number: float
    unit: str
    task: str | None
    amount: float | None
    turn: int | None
    remedy: str

    @property
    def falls(self) -> bool:
        """Whether the amount is a share that goes, rather than one that comes on top."""
        return AIMS.get(self.name) == "fall"


class InspectResult(Strict):
    """What was found.

    Attributes:
        findings: the faults, the worst first; empty: nothing is wrong.
        measured: everything else that was measured: too little to be a fault.
    """

    findings: list[Finding]
    measured: list[Finding]


def inspect(args: InspectArgs, work: Workspace) -> InspectResult:
    """Measure what is wrong with the sources and the fused picture, and what would mend it; changes nothing."""
    pair = mended_pair(work, args.image)
    fused = None
    if args.image is not None or FUSED in work.catalogue.images:
        fused = work.image(args.image or FUSED)
    visible = pair.visible if fused is None else to_float(fused)
    regions = NOTHING_KNOWN
    if args.mask is None:
        regions = regions_of(Sources(pair.infrared, pair.visible, visible), work.backend, work.user_masks())
    found = inspect_pair(
        to_uint8(pair.infrared), to_uint8(pair.visible), fused, mask=work.mask(args.mask), regions=regions
    )
    if _made_pale(work, pair):
        found = [one for one in found if one.kind != "haze"]
    order = turns(found)
    findings = [_finding(one, order) for one in found if one.severity >= ALARM]
    if fused is not None:
        findings = [_forecast(one, args, work) if one.name == UNDEREXPOSED else one for one in findings]
    return InspectResult(
        findings=findings,
        measured=[_finding(one, order) for one in found if one.severity < ALARM],
    )


def _made_pale(work: Workspace, pair: Pair) -> bool:
    """Whether haze is only what the visible picture looks like since it was exposed longer.

    What was dark is pale when it is brought up: haze is there before, or it is none.
    """
    first, now = to_uint8(work.pair.visible), to_uint8(pair.visible)
    if mean_luma(now, None) < LONGER * mean_luma(first, None):
        return False
    seen, _ = looked_at(first)
    before = number_of("haze", seen)
    return before is None or graded("haze", "visible", before).severity < ALARM


def _forecast(finding: Finding, args: InspectArgs, work: Workspace) -> Finding:
    """The finding with what the missing exposure makes of the fused picture, which is what an edit goes by."""
    mask, image = work.mask(args.mask), args.image or FUSED
    origin, picture = origin_of("visible", image, work), work.image(image)
    source = as_batch(origin.source)
    factor = max(1 + LEAST, missing_exposure(to_uint8(to_array(source)), mask))
    height, width = picture.shape[:2]
    less = origin.seen_in_fused(source * np.float32(1 - factor), Window(0, height, 0, width))
    after = to_uint8(to_array(to_batch(to_float(picture)) - less))
    share = round(min(MOST_GROWTH, max(LEAST, mean_luma(after, mask) / max(mean_luma(picture, mask), 1.0) - 1)), 2)
    return finding.model_copy(update={"amount": share, "remedy": _command(finding.task or "", share)})


def remedies_in(inspected: InspectResult, *, whole: bool = True) -> list[Finding]:
    """What mends a picture: the faults of the fused picture that a task mends, in the order in which it is best done.

    Of the whole picture, or of the mask. What is wrong with a source alone is not seen, and that people are hard to
    see is told, not mended: nobody spoke of people. Where not the ``whole`` picture was looked at, light and contrast
    are left alone: a night sky is dark. But that the visible picture was exposed too little is seen of it alone, as
    what the infrared one adds hides it; and what is dark then is dark by that.
    """
    told = [
        one
        for one in inspected.findings
        if (one.where == "fused" or one.name == UNDEREXPOSED)
        and one.turn is not None
        and one.region is None
        and (whole or one.name in OF_REGIONS)
    ]
    if any(one.name == UNDEREXPOSED for one in told):
        told = [one for one in told if one.name != "dark"]
    return sorted(told, key=lambda one: (one.turn or 0, -one.severity))


def regions_of(sources: Sources, backend: RegionBackend, masks: Mapping[str, Mask]) -> Regions:
    """Where people are and what else fills a street: by the user's masks, else by the backend, as far as it knows."""
    areas: dict[str, Mask] = {}
    people: list[Mask] = []
    for grounding in ground(sources, AREAS, backend=backend, masks=masks):
        mask = _drawn(sources, [grounding], backend)
        if mask is None:
            continue
        areas[grounding.phrase] = mask
        if grounding.phrase == PEOPLE:
            people = _each(sources, grounding, backend) if grounding.detections else [mask]
    return Regions(areas, people)


def _each(sources: Sources, grounding: Grounding, backend: RegionBackend) -> list[Mask]:
    sure = [one for one in grounding.detections if one.score >= SURE]
    largest = sorted(sure, key=lambda one: (one.box[0] - one.box[2]) * (one.box[3] - one.box[1]))[:MOST_PEOPLE]
    drawn = (backend.segment(sources, [one]) for one in sorted(largest, key=lambda one: one.box[0]))
    return [mask for mask in drawn if mask.any()]


def _drawn(sources: Sources, groundings: Sequence[Grounding], backend: RegionBackend) -> Mask | None:
    if not any(one.found for one in groundings):
        return None
    try:
        return segment(sources, groundings, backend=backend)
    except RegionError:  # found, and no pixel of it could be cut out
        return None


def _finding(one: Found, order: Mapping[str, int]) -> Finding:
    fault, told = FAULTS[one.kind], one.severity >= ALARM
    share = round(amount(one), 2) if told and fault.task is not None else None
    return Finding(
        name=one.kind,
        where=one.where,
        region=one.region,
        box=one.box,
        severity=one.severity,
        number=round(one.number, 3),
        unit=fault.unit,
        task=fault.task,
        amount=share,
        turn=order.get(fault.task or "") if told else None,
        remedy=spelled(fault.remedy, dashed) if fault.remedy is not None else _command(fault.task or "", share),
    )


def _command(task: str, share: float | None) -> str:
    tool, _, direction = task.partition(" ")
    words = ["wordfuse", tool, *([dashed("direction"), direction] if direction else [])]
    return " ".join(words if share is None else [*words, dashed("amount"), f"{share:g}"])
