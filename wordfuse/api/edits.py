"""One function a tool, without a language model: fuse, segment, incline, relight, denoise, metrics."""

from pathlib import Path
from typing import Literal, Unpack

from wordfuse.api.door import text_of
from wordfuse.api.one_tool import edit, one_tool
from wordfuse.api.options import (
    Masks,
    NetworkOptions,
    Progress,
    RegionOptions,
    Strength,
    files_of_masks,
    settings_for,
)
from wordfuse.api.pictures import Given, Mask, Pair, Picture, as_mask, as_picture, check_pair
from wordfuse.fusion.files.atomic import write_bytes_atomic
from wordfuse.fusion.images import to_uint8
from wordfuse.fusion.metrics import evaluate
from wordfuse.tools.store.scratch import scratch_folder
from wordfuse.tools.store.workspace import FUSED


def fuse(pair: Pair, *, progress: Progress | None = None, **options: Unpack[NetworkOptions]) -> Picture:
    """Fuse a pair.

    Args:
        pair: from :func:`wordfuse.read_pair`.
        progress: called with the tool's name, tiles done and tiles in all.
        **options: see :class:`wordfuse.api.options.NetworkOptions`.

    Returns:
        The fused picture, (H, W, 3) uint8 RGB, or (H, W, 1) where the visible picture is gray.

    Raises:
        InputError: an option is unknown, or weights cannot be loaded.

    Example:
        >>> fuse(read_pair("ir.png", "vi.png")).shape  # doctest: +SKIP
        (480, 640, 3)
    """
    with one_tool(pair, settings_for(pair, options, NetworkOptions), progress) as tool:
        tool.call("fuse")
        return pair.given_out(tool.work.image(FUSED))


def segment(
    pair: Pair,
    words: str,
    *,
    invert: bool = False,
    masks: Masks | None = None,
    **options: Unpack[RegionOptions],
) -> Mask:
    """The mask of a region in words: "people", "the car on the left", "dark areas", "everything hot".

    Args:
        pair: where to look.
        words: the region.
        invert: everything but that.
        masks: masks of your own, by the name that ``words`` may use.
        **options: see :class:`wordfuse.api.options.RegionOptions`.

    Returns:
        (H, W) uint8, 255 inside.

    Raises:
        RegionError: nothing of the kind was found; the message says why.
        InputError: an option or a mask cannot be used.
        BackendUnreachable: the region backend's models cannot be loaded.

    Example:
        >>> mask = segment(pair, "people")  # doctest: +SKIP
        >>> picture[mask == 255].mean()  # doctest: +SKIP
    """
    text_of(words, "words")
    with scratch_folder() as folder:
        named, contents = files_of_masks(masks, pair, Path(folder))
        for path, content in contents.items():
            write_bytes_atomic(path, content)
        with one_tool(pair, settings_for(pair, options, RegionOptions, masks=named)) as tool:
            _, drawn = tool.segment(words, invert=invert)
            mask = tool.work.mask(drawn["mask"])
            return mask.copy()  # type: ignore[union-attr]  # by its id there always is one


def incline(
    picture: Given,
    pair: Pair,
    mask: Given | None = None,
    *,
    toward: Literal["infrared", "visible"] = "infrared",
    strength: Strength = "normal",
    amount: float | None = None,
    seed: int = 0,
    progress: Progress | None = None,
    **options: Unpack[NetworkOptions],
) -> Picture:
    """Make a region look more like the infrared or the visible picture (TeRF, equations 10-13).

    Args:
        picture: the picture to edit, usually from :func:`fuse`: a file, an array or a Pillow image of the pair's size.
        pair: what it was fused from.
        mask: where; None is everywhere. What lies outside stays as it is, to the last bit.
        toward: the source that it is to resemble.
        strength: how far; each is a measured amount.
        amount: how far instead, as a share: 0.2 is by 20%.
        seed: same seed, same result on one machine.
        progress: called with the tool's name, epochs done and epochs in all.
        **options: see :class:`wordfuse.api.options.NetworkOptions`.

    Returns:
        The edited picture, shaped as :func:`fuse` gives it.

    Raises:
        InputError: a picture, mask or option cannot be used.
        RegionError: the mask is empty, or too small to be worked on.

    Example:
        >>> warmer = incline(fused, pair, segment(pair, "people"), toward="infrared")  # doctest: +SKIP
    """
    chosen = settings_for(pair, options, NetworkOptions, seed=seed)
    return edit("incline", picture, pair, mask, chosen, progress, direction=toward, strength=strength, amount=amount)


def relight(
    picture: Given,
    pair: Pair,
    mask: Given | None = None,
    *,
    direction: Literal["brighter", "darker"] = "brighter",
    strength: Strength = "normal",
    amount: float | None = None,
    seed: int = 0,
    progress: Progress | None = None,
    **options: Unpack[NetworkOptions],
) -> Picture:
    """Brighten or darken a region (TeRF, equations 14-17).

    Args and errors are those of :func:`incline`; ``direction`` is where the light goes.

    Example:
        >>> brighter = relight(fused, pair, segment(pair, "dark areas"), strength="strong")  # doctest: +SKIP
    """
    chosen = settings_for(pair, options, NetworkOptions, seed=seed)
    return edit("relight", picture, pair, mask, chosen, progress, direction=direction, strength=strength, amount=amount)


def denoise(
    picture: Given,
    pair: Pair,
    mask: Given | None = None,
    *,
    strength: Strength = "normal",
    amount: float | None = None,
    seed: int = 0,
    progress: Progress | None = None,
    **options: Unpack[NetworkOptions],
) -> Picture:
    """Take noise out of a region (TeRF, equations 18-20).

    Args and errors are those of :func:`incline`; there are no epochs, so ``progress`` is
    called once, at the end, with 1 of 1.

    Example:
        >>> clean = denoise(fused, pair, segment(pair, "sky"), strength="slight")  # doctest: +SKIP
    """
    chosen = settings_for(pair, options, NetworkOptions, seed=seed)
    return edit("denoise", picture, pair, mask, chosen, progress, strength=strength, amount=amount)


def metrics(pair: Pair, picture: Given, mask: Given | None = None) -> dict[str, float]:
    """How good a fused picture is, over the whole picture or inside a mask.

    Args:
        pair: its sources.
        picture: a file, an array or a Pillow image of the pair's size.
        mask: where to measure; None is everywhere.

    Returns:
        AG, EN (bits), SF, SD, MI (nats), SSIM, VIF, Qabf, SCD, CC and Qcv (lower is better), on 8-bit gray.

    Raises:
        InputError: a picture or mask cannot be used.
        RegionError: the mask is empty.

    Example:
        >>> metrics(pair, fuse(pair))["SSIM"]  # doctest: +SKIP
    """
    check_pair(pair)
    inside = None if mask is None else as_mask(mask, pair)
    sources = to_uint8(pair.decoded.infrared), to_uint8(pair.decoded.visible)
    return evaluate(as_picture(picture, pair), *sources, inside)
