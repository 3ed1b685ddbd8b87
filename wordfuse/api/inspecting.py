"""``wordfuse.inspect``: what is wrong with a pair."""

from typing import Unpack

from wordfuse.agent.run.single import USER_IMAGE, USER_MASK
from wordfuse.api.one_tool import one_tool
from wordfuse.api.options import Progress, RegionOptions, settings_for
from wordfuse.api.pictures import Given, Pair, as_mask, as_picture
from wordfuse.tools.inspect import InspectResult


def inspect(
    pair: Pair,
    picture: Given | None = None,
    mask: Given | None = None,
    *,
    progress: Progress | None = None,
    **options: Unpack[RegionOptions],
) -> InspectResult:
    """What is wrong with the sources and what is fused from them: noise, blur, haze, a shift and so on.

    Args:
        pair: from :func:`wordfuse.read_pair`.
        picture: the fused picture to look at; None: the pair is fused first.
        mask: measure there only; None is everywhere, and by region.
        progress: called with the tool's name, tiles done and tiles in all, while the pair is fused.
        **options: see :class:`wordfuse.api.options.RegionOptions`.

    Returns:
        ``findings``, the faults, the worst first, and ``measured``, what is too little to be one. Each has a ``name``,
        ``where`` (infrared, visible or fused), ``region``, ``severity`` (0 as in clean pictures, 1 hardly anything is
        left), the ``number`` behind it with its ``unit``, and a ``remedy``.

    Raises:
        InputError: a picture, mask or option cannot be used.
        RegionError: the mask is empty.
        BackendUnreachable: the region backend's models cannot be loaded.

    Example:
        >>> [(one.name, one.where) for one in inspect(read_pair("ir.png", "vi.png")).findings]  # doctest: +SKIP
        [('noise', 'visible')]
    """
    settings = settings_for(pair, options, RegionOptions)
    pixels = None if picture is None else as_picture(picture, pair)
    inside = None if mask is None else as_mask(mask, pair)
    with one_tool(pair, settings, progress) as tool:
        image = tool.start_from(None) if pixels is None else USER_IMAGE
        if pixels is not None:
            tool.work.save_image(USER_IMAGE, pixels, f"work/{USER_IMAGE}.png")
        if inside is not None:
            tool.work.save_mask(USER_MASK, inside, f"masks/{USER_MASK}.png")
        told = tool.call("inspect", image=image, mask=None if inside is None else USER_MASK)
    return InspectResult.model_validate(told)
