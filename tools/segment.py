"""segment: the exact mask of what ground() found (equation 3)."""

import re

from wordfuse.fusion.regions import Detection, Grounding, not_found
from wordfuse.fusion.regions import segment as draw
from wordfuse.fusion.regions.phrases import tone_of
from wordfuse.tools.store.workspace import Workspace
from wordfuse.tools.types import Id, Strict


class SegmentArgs(Strict):
    """A grounding, and whether the rest of the picture is meant instead."""

    grounding: Id
    invert: bool


class SegmentResult(Strict):
    """The mask.

    Attributes:
        mask: its id.
        area: the share of the picture that it covers, in [0, 1].
        confidence: how much of it is probably right, in [0, 1]: that of the least sure phrase; None: nobody can say.
    """

    mask: Id
    area: float
    confidence: float | None


def segment(args: SegmentArgs, work: Workspace) -> SegmentResult:
    """Draw the mask of everything a grounding found.

    Raises:
        RegionError: nothing was found, or not all of what is to be left alone.
    """
    records = work.grounding(args.grounding)
    groundings = [
        Grounding(
            phrase=record.phrase,
            found=record.found,
            source=record.source,
            detections=tuple(
                Detection(record.phrase, box, score) for box, score in zip(record.boxes, record.scores, strict=True)
            ),
            mask=work.mask(record.mask),
            reason=record.reason,
        )
        for record in records
    ]
    named = [one for one, record in zip(groundings, records, strict=True) if not record.excepted]
    exceptions = [one for one, record in zip(groundings, records, strict=True) if record.excepted]
    lost = [grounding for grounding in groundings if not grounding.found]
    missing = work.missing.get(args.grounding, lost)
    if not any(grounding.found for grounding in named):
        raise not_found([one for one in missing if _among(one, named)], "nothing was found: ")
    alone = [one for one in missing if _among(one, named if args.invert else exceptions)]
    if alone:
        # What is drawn would include what was to be left alone.
        raise not_found(alone, "what is to be left alone was not found: ")
    mask = draw(work.sources(), named, backend=work.backend, exceptions=exceptions, invert=args.invert)
    name = work.new_id("m")
    work.save_mask(name, mask, f"masks/{name}-{_file_name(named, exceptions, args.invert)}.png")
    found = [grounding for grounding in named if grounding.found]
    tone = None if args.invert or exceptions else tone_of([grounding.phrase for grounding in found])
    if tone is not None and all(grounding.source == "pixels" for grounding in found):
        work.catalogue.tones[name] = tone
    confidences = [record.confidence for record in records if record.found and record.confidence is not None]
    confidence = min(confidences) if confidences else None
    if confidence is not None:
        work.catalogue.confidences[name] = confidence
    return SegmentResult(mask=name, area=round(float((mask > 0).mean()), 6), confidence=confidence)


def _among(one: Grounding, others: list[Grounding]) -> bool:
    return any(one.phrase == other.phrase for other in others)


def slug(words: str) -> str:
    """A file name a person can read, made of letters and digits only."""
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")[:40] or "region"


def _file_name(named: list[Grounding], exceptions: list[Grounding], invert: bool) -> str:
    words = "-".join(grounding.phrase for grounding in named if grounding.found)
    if exceptions:
        words += " except " + "-".join(grounding.phrase for grounding in exceptions)
    return f"not-{slug(words)}" if invert else slug(words)
