"""evaluate_metrics: what an edit changed inside its region, in numbers."""

from fusion.measures import measure
from tools.types import Id, Strict
from tools.workspace import Workspace


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
    sources = work.pair.infrared, work.pair.visible
    return EvaluateResult(
        before=measure(before, *sources, mask),
        after=measure(work.image(args.after), *sources, mask, before=before),
    )
