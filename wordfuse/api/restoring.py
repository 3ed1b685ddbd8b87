"""One function a tool that puts right, or hides, without a language model: contrast, sharpen, dehaze and the others."""

from typing import Literal, Unpack

from wordfuse.api.one_tool import edit
from wordfuse.api.options import NetworkOptions, Progress, Strength, settings_for
from wordfuse.api.pictures import Given, Pair, Picture


def contrast(
    picture: Given,
    pair: Pair,
    mask: Given | None = None,
    *,
    direction: Literal["more", "less"] = "more",
    strength: Strength = "normal",
    amount: float | None = None,
    seed: int = 0,
    progress: Progress | None = None,
    **options: Unpack[NetworkOptions],
) -> Picture:
    """Give a region more or less local contrast.

    Args and errors are those of :func:`wordfuse.incline`; ``direction`` is where it goes.

    Example:
        >>> punchy = contrast(fused, pair, segment(pair, "house"))  # doctest: +SKIP
    """
    chosen = settings_for(pair, options, NetworkOptions, seed=seed)
    far = {"strength": strength, "amount": amount}
    return edit("contrast", picture, pair, mask, chosen, progress, direction=direction, **far)


def sharpen(
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
    """Sharpen a region, without lifting its noise.

    Args and errors are those of :func:`wordfuse.incline`.

    Example:
        >>> crisp = sharpen(fused, pair, segment(pair, "sign"), strength="slight")  # doctest: +SKIP
    """
    chosen = settings_for(pair, options, NetworkOptions, seed=seed)
    return edit("sharpen", picture, pair, mask, chosen, progress, strength=strength, amount=amount)


def dehaze(
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
    """Take haze, fog or smoke out of a region.

    Args and errors are those of :func:`wordfuse.incline`.

    Example:
        >>> clear = dehaze(fused, pair)  # doctest: +SKIP
    """
    chosen = settings_for(pair, options, NetworkOptions, seed=seed)
    return edit("dehaze", picture, pair, mask, chosen, progress, strength=strength, amount=amount)


def destripe(
    picture: Given,
    pair: Pair,
    mask: Given | None = None,
    *,
    axis: Literal["rows", "columns", "both"] | None = None,
    strength: Strength = "normal",
    amount: float | None = None,
    seed: int = 0,
    progress: Progress | None = None,
    **options: Unpack[NetworkOptions],
) -> Picture:
    """Take lines that a sensor left out of a region.

    Args and errors are those of :func:`wordfuse.incline`; ``axis`` says which lines, None: found by measuring.

    Example:
        >>> even = destripe(fused, pair, axis="columns")  # doctest: +SKIP
    """
    chosen = settings_for(pair, options, NetworkOptions, seed=seed)
    return edit("destripe", picture, pair, mask, chosen, progress, axis=axis, strength=strength, amount=amount)


def blur(
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
    """Blur a region until no face and no letter in it can be read.

    Args and errors are those of :func:`wordfuse.incline`.

    Example:
        >>> private = blur(fused, pair, segment(pair, "people"), strength="strong")  # doctest: +SKIP
    """
    chosen = settings_for(pair, options, NetworkOptions, seed=seed)
    return edit("blur", picture, pair, mask, chosen, progress, strength=strength, amount=amount)


def recolour(
    picture: Given,
    pair: Pair,
    mask: Given | None = None,
    *,
    direction: Literal["vivid", "muted", "neutral", "heat"] = "vivid",
    strength: Strength = "normal",
    amount: float | None = None,
    seed: int = 0,
    progress: Progress | None = None,
    **options: Unpack[NetworkOptions],
) -> Picture:
    """Change the colours of a region.

    Args and errors are those of :func:`wordfuse.incline`; ``direction`` is ``vivid`` or ``muted``,
    ``neutral`` (no cast) or ``heat`` (false colours by the infrared picture).

    Example:
        >>> hot = recolour(fused, pair, segment(pair, "people"), direction="heat")  # doctest: +SKIP
    """
    chosen = settings_for(pair, options, NetworkOptions, seed=seed)
    far = {"strength": strength, "amount": amount}
    return edit("recolour", picture, pair, mask, chosen, progress, direction=direction, **far)
