"""A tool on a pair, without a language model and without a folder that stays: what each function of an edit does."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from wordfuse.agent.run.single import USER_IMAGE, USER_MASK, SingleTool
from wordfuse.agent.settings import Settings
from wordfuse.api.options import Progress, epochs_to
from wordfuse.api.pictures import Given, Pair, Picture, as_mask, as_picture
from wordfuse.tools.store.decoded import Decoded


@contextmanager
def one_tool(pair: Pair, settings: Settings, progress: Progress | None = None) -> Iterator[SingleTool]:
    """One tool on a pair that is decoded already, in a folder that is removed afterwards."""
    ir, vi = (source.path for source in pair.sources)
    with SingleTool(ir, vi, settings, epochs_to(progress), Decoded(pair=pair.decoded)) as tool:
        yield tool


def edit(
    task: str,
    picture: Given,
    pair: Pair,
    mask: Given | None,
    settings: Settings,
    progress: Progress | None,
    **args: Any,
) -> Picture:
    """Edit a picture with the tool of a task; ``args`` are its arguments beside the picture and the region."""
    pixels, inside = as_picture(picture, pair), None if mask is None else as_mask(mask, pair)
    with one_tool(pair, settings, progress) as tool:
        tool.work.save_image(USER_IMAGE, pixels, f"work/{USER_IMAGE}.png")
        if inside is not None:
            tool.work.save_mask(USER_MASK, inside, f"masks/{USER_MASK}.png")
        region = None if inside is None else USER_MASK
        result = tool.call(task, image=USER_IMAGE, mask=region, **args)
        if progress is not None and not result["epochs"]:
            progress(task, 1, 1)  # there were none to tell of on the way
        return pair.given_out(tool.work.image(result["image"]))
