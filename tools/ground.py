"""ground: find what the phrases name."""

from pydantic import Field

from wordfuse.fusion.regions import ground as find
from wordfuse.fusion.regions.words.degrees import without_degrees
from wordfuse.fusion.regions.words.meaning import speaks_of_one
from wordfuse.tools.calls.spelling import dashed
from wordfuse.tools.store.catalogue import GroundingRecord
from wordfuse.tools.store.workspace import Workspace
from wordfuse.tools.types import Id, Phrase, Strict


class GroundArgs(Strict):
    """The phrases to look for, as the user said them, and those that are to be taken away from what they name."""

    phrases: list[Phrase] = Field(min_length=1, max_length=8)
    without: list[Phrase] = Field(default_factory=list, max_length=8)


class GroundResult(Strict):
    """Which phrases were found; segment() takes the grounding's id.

    Attributes:
        confidence: of the phrases found: how much of what is marked is probably right, in [0, 1]; None: nobody can say.
    """

    grounding: Id
    found: list[Phrase]
    missing: list[Phrase]
    confidence: dict[Phrase, float | None]


def ground(args: GroundArgs, work: Workspace) -> GroundResult:
    """Find the regions that the phrases name."""
    name = work.new_id("g")
    records = []
    phrases = [*args.phrases, *args.without]
    found = find(work.sources(), phrases, backend=work.backend, masks=work.user_masks(phrases))
    known = work.masks_by_noun([grounding.phrase for grounding in found if not grounding.found])
    if known:
        more = find(work.sources(), list(known), backend=work.backend, masks=known)
        by_noun = {grounding.phrase: grounding for grounding in more}
        found = [by_noun.get(grounding.phrase, grounding) for grounding in found]
    for i, grounding in enumerate(found):
        record = GroundingRecord(
            phrase=grounding.phrase,
            found=grounding.found,
            source=grounding.source,
            reason=grounding.told(dashed),
            boxes=[detection.box for detection in grounding.detections],
            scores=[detection.score for detection in grounding.detections],
            excepted=i >= len(args.phrases),
            singular=speaks_of_one(without_degrees(grounding.phrase)),
            confidence=_rounded(grounding.confidence) if grounding.found else None,
            plain=grounding.plain,
            note=grounding.note,
            offer=grounding.offer,
            ambiguous=grounding.ambiguous,
            mask=None if grounding.mask is None else f"{name}-{i}",
        )
        if record.mask is not None and grounding.mask is not None:
            work.save_mask(record.mask, grounding.mask, f"work/{record.mask}.png")
        records.append(record)
    work.catalogue.groundings[name] = records
    work.missing[name] = [grounding for grounding in found if not grounding.found]
    return GroundResult(
        grounding=name,
        found=[record.phrase for record in records if record.found],
        missing=[record.phrase for record in records if not record.found],
        confidence={record.phrase: record.confidence for record in records if record.found},
    )


def _rounded(confidence: float | None) -> float | None:
    return None if confidence is None else round(confidence, 3)
