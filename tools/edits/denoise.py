"""denoise: take noise out of a region (equations 18-20), where it is best taken out."""

from wordfuse.fusion.finetune import Outcome
from wordfuse.fusion.finetune import denoise as run
from wordfuse.fusion.metrics.blotches import noise_level
from wordfuse.fusion.tensors import to_batch
from wordfuse.tools.edits.editing import EditArgs, control, finish, how_far, pixels, region, start
from wordfuse.tools.edits.places import PlacedResult, in_best_place, origin_of, placed, places
from wordfuse.tools.effects import EFFECTS
from wordfuse.tools.store.workspace import Where, Workspace
from wordfuse.tools.types import Amount, Strength


class DenoiseArgs(EditArgs):
    """How much of the noise is to go."""

    strength: Strength
    amount: Amount | None = None


def denoise(args: DenoiseArgs, work: Workspace) -> PlacedResult:
    """Remove noise from a region.

    Noise of a source is best removed there, before it is fused (TeRF, Table 2, VI and VII); noise that came in
    otherwise cannot be. Both are tried, and the better is taken (``tools.edits.places``).
    """
    begun = start(work, "denoise", None, args, args.strength, args.amount)
    mask, picture = work.mask(args.mask), work.image(begun.picture)
    drop = how_far(work, "denoise", None, args, begun, lambda seen: noise_level(seen, mask))
    limit = (1 - drop) * noise_level(picture, mask)

    def in_place(where: Where) -> Outcome:
        return run(
            to_batch(picture),
            origin=None if where == "fused" else origin_of(where, begun.base, work),
            noise_drop=drop,
            mask=region(work, args.mask),
            state=begun.state,
            seed=work.seed(),
            control=control(work, "denoise"),
            device=work.settings.device,
        )

    best, outcome = in_best_place(
        places(begun, "noise", work),
        lambda where: placed(in_place(where), "denoise", where),
        EFFECTS["denoise"].goals[None],
        limit,
        picture,
        args.mask,
        noise_level,
        work,
    )
    result = finish(work, begun, args, outcome, before=picture, edited=pixels(outcome), where=best)
    return PlacedResult(**result.model_dump(), where=best)
