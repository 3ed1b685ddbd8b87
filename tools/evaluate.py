"""evaluate_metrics: what an edit changed inside its region, in numbers."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.errors import InputError
from wordfuse.fusion.images import read_mask, read_pair, read_picture, to_uint8
from wordfuse.fusion.measures import measure
from wordfuse.fusion.metrics import evaluate
from wordfuse.fusion.temperatures.meaning import warnings_of
from wordfuse.fusion.temperatures.reading import Reading
from wordfuse.tools.calls.spelling import dashed
from wordfuse.tools.store.workspace import Workspace
from wordfuse.tools.types import Id, Strict


class EvaluateArgs(Strict):
    """Two pictures to compare; mask null is the whole image."""

    before: Id
    after: Id
    mask: Id | None


class EvaluateResult(Strict):
    """The measurements of ``fusion.measures.measure``, by name."""

    before: dict[str, float]
    after: dict[str, float]


def evaluate_metrics(args: EvaluateArgs, work: Workspace) -> EvaluateResult:
    """Measure a picture before and after an edit, inside the mask."""
    mask, before = work.mask(args.mask), work.image(args.before)

    def of(picture: NDArray[np.uint8]) -> dict[str, float]:
        sources = work.pair.infrared, work.pair.visible
        return work.measured.of(
            lambda: measure(picture, *sources, mask, before=before), picture, before, mask, told="region"
        )

    return EvaluateResult(before=of(before), after=of(work.image(args.after)))


def metric_values(
    ir: Path,
    vi: Path,
    fused: Path,
    mask: Path | None,
    *,
    max_pixels: int,
    align: bool = False,
    reading: Reading = Reading(),
) -> tuple[dict[str, float], list[str]]:
    """The metric table of a fused picture on disk (AG, EN, SF, SD and so on), inside a mask if one is given.

    Args:
        ir: the infrared picture.
        vi: the visible picture.
        fused: the picture to measure.
        mask: where to measure; None is everywhere.
        max_pixels: cap on each picture.
        align: as in ``fusion.images.read_pair``, for a picture that was fused so.
        reading: likewise.

    Returns:
        The metrics by name, and what is odd about the sources.

    Raises:
        InputError: a file cannot be used, or sizes differ.
        RegionError: the mask is empty.
    """
    pair = read_pair(ir, vi, max_pixels=max_pixels, align=align, reading=reading, spelling=dashed)
    picture = read_picture(fused, max_pixels=max_pixels)
    size = pair.visible.shape[:2]
    if picture.shape[:2] != size:
        raise InputError(
            f"is {picture.shape[1]}x{picture.shape[0]}, the visible picture is {size[1]}x{size[0]}",
            subject=fused,
            remedy="sizes must be equal",
        )
    inside = None if mask is None else read_mask(mask, size, max_pixels=max_pixels)
    return evaluate(picture, to_uint8(pair.infrared), to_uint8(pair.visible), inside), warnings_of(
        pair.notes, heat=False
    )
