"""relight: brighten or darken a region (equations 14-17); what was exposed too little is exposed as it should be."""

from wordfuse.fusion.finetune import Outcome
from wordfuse.fusion.finetune import relight as run
from wordfuse.fusion.images import to_uint8
from wordfuse.fusion.measures import mean_luma
from wordfuse.fusion.restore.expose import expose, missing_exposure
from wordfuse.fusion.restore.through import restore_through
from wordfuse.fusion.tensors import to_batch
from wordfuse.tools.edits.editing import EditArgs, control, finish, how_far, pixels, region, start
from wordfuse.tools.edits.places import PlacedResult, in_best_place, origin_of, placed, places
from wordfuse.tools.effects import EFFECTS
from wordfuse.tools.store.mended import mended_pair
from wordfuse.tools.store.workspace import Where, Workspace
from wordfuse.tools.types import Amount, RelightDirection, Strength

ALL_OF_IT = 16.0  # a ratio of luma that no exposure brings


class RelightArgs(EditArgs):
    """Which way the light of the region is to change, and how much."""

    direction: RelightDirection
    strength: Strength
    amount: Amount | None = None


def relight(args: RelightArgs, work: Workspace) -> PlacedResult:
    """Make a region brighter or darker.

    Where the visible picture was exposed too little, the light is missing there, before it is fused: then it is exposed
    as it should be, all the way unless an amount or only a little was asked for, and fused again. Where that does not
    reach the goal, the light of the fused picture is changed, as it is everywhere else.
    """
    begun = start(work, "relight", args.direction, args, args.strength, args.amount)
    mask, picture = work.mask(args.mask), work.image(begun.picture)
    ratio = how_far(work, "relight", args.direction, args, begun, lambda seen: mean_luma(seen, mask))
    shown, within, level = to_batch(picture), region(work, args.mask), mean_luma(picture, mask)
    goal = EFFECTS["relight"].goals[args.direction]
    tried = places(begun, None, work)
    missing = 1.0
    if args.direction == "brighter":
        missing = missing_exposure(to_uint8(mended_pair(work, begun.base).visible), mask)
        if missing > 1 and begun.state is None and work.where is None:
            tried = ("visible", *tried)

    def in_picture() -> Outcome:
        return run(
            shown,
            luma_ratio=ratio if args.direction == "brighter" else 1 / ratio,
            mask=within,
            tone=work.catalogue.tones.get(args.mask or ""),
            state=begun.state,
            seed=work.seed(),
            control=control(work, "relight"),
            device=work.settings.device,
        )

    def in_source() -> Outcome:
        every = args.amount is None and args.strength != "slight"
        return restore_through(
            "relight",
            shown,
            origin_of("visible", begun.base, work),
            lambda given: expose(given, factor=missing, mask=within, control=control(work, "relight")),
            level=lambda seen: mean_luma(seen, mask),
            wanted=level * (ALL_OF_IT if every else ratio),
            rises=True,
            mask=within,
            state=begun.state,
            control=control(work, "relight"),
        )

    def attempt(where: Where) -> Outcome:
        return placed(in_picture() if where == "fused" else in_source(), "relight", where)

    limit = EFFECTS["relight"].way(args.direction).limit(level, ratio, 1.0)
    best, outcome = in_best_place(tried, attempt, goal, limit, picture, args.mask, mean_luma, work)
    # The change of light fades out by itself.
    result = finish(work, begun, args, outcome, before=picture, edited=pixels(outcome), feather_px=0, where=best)
    return PlacedResult(**result.model_dump(), where=best)
