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
    lost = [grounding for grounding in groundings if not grounding.found]
    missing = work.missing.get(args.grounding, lost)
    if len(lost) == len(groundings):
        raise not_found(missing, "nothing was found: ")
    if args.invert and missing:
        # The rest of the picture would include what was to be left alone.
        raise not_found(missing, "what is to be left alone was not found: ")
    mask = draw(work.sources(), groundings, backend=work.backend, invert=args.invert)
    name = work.new_id("m")
    work.save_mask(name, mask, f"masks/{name}-{_slug(groundings, args.invert)}.png")
    tone = None if args.invert else tone_of([record.phrase for record in records if record.found])
    if tone is not None and all(record.source == "pixels" for record in records if record.found):
        work.catalogue.tones[name] = tone
    confidences = [record.confidence for record in records if record.found and record.confidence is not None]
    confidence = min(confidences) if confidences else None
    if confidence is not None:
        work.catalogue.confidences[name] = confidence
    return SegmentResult(mask=name, area=round(float((mask > 0).mean()), 6), confidence=confidence)


def _slug(groundings: list[Grounding], invert: bool) -> str:
    """A file name a person can read, made of letters and digits only."""
    words = "-".join(grounding.phrase for grounding in groundings if grounding.found)
    slug = re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")[:40] or "region"
    return f"not-{slug}" if invert else slug
