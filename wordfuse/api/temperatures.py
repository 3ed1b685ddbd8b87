"""``wordfuse.temperatures`` and ``wordfuse.isotherms``: how hot it is, and where it is so hot."""

from collections.abc import Iterable
from typing import Literal, Unpack

from wordfuse.agent.errors import InputError
from wordfuse.agent.run.single import USER_MASK
from wordfuse.api.door import text_of
from wordfuse.api.one_tool import one_tool
from wordfuse.api.options import RegionOptions, settings_for
from wordfuse.api.pictures import Given, Pair, Picture, as_mask, as_picture, check_pair
from wordfuse.fusion.errors import argument_named
from wordfuse.fusion.images import to_uint8
from wordfuse.fusion.temperatures.maps import Temperatures
from wordfuse.fusion.temperatures.meaning import why_none
from wordfuse.fusion.temperatures.units import to_celsius
from wordfuse.tools.heat.temperatures import TemperaturesResult


def temperatures(
    pair: Pair,
    words: str | None = None,
    mask: Given | None = None,
    *,
    unit: Literal["C", "F", "K"] = "C",
    **options: Unpack[RegionOptions],
) -> TemperaturesResult:
    """The temperatures of a region, where the infrared file knows them.

    Args:
        pair: from :func:`wordfuse.read_pair`; ``pair.temperatures`` is the map itself.
        words: the region, such as "people" or "the roof above 50 C"; None: the mask, or the whole picture.
        mask: the region as a mask instead.
        unit: of the answer: C, F or K.
        **options: see :class:`wordfuse.api.options.RegionOptions`.

    Returns:
        ``min``, ``mean``, ``median`` and ``max``, ``pixels`` and how many of them are ``known`` or ``saturated``,
        ``hottest_at`` and ``coldest_at`` as (x, y) in pixels.

    Raises:
        InputError: the file tells no temperatures, or an option cannot be used.
        RegionError: the region is not there, or nothing was measured in it.
        BackendUnreachable: the region backend's models cannot be loaded.

    Example:
        >>> temperatures(pair, "the roof").max  # doctest: +SKIP
        41.3
    """
    check_pair(pair)
    _known(pair)
    if words is not None and mask is not None:
        raise InputError("says where, and so does mask", argument="words", remedy="give one of the two")
    inside = None if mask is None else as_mask(mask, pair)
    settings = settings_for(pair, options, RegionOptions)
    with one_tool(pair, settings) as tool:
        where = None
        if words is not None:
            where = tool.segment(text_of(words, "words"))[1]["mask"]
        elif inside is not None:
            tool.work.save_mask(USER_MASK, inside, f"masks/{USER_MASK}.png")
            where = USER_MASK
        return TemperaturesResult.model_validate(tool.call("read_temperatures", mask=where, unit=unit))


def isotherms(
    pair: Pair,
    values: Iterable[float],
    picture: Given | None = None,
    *,
    unit: Literal["C", "F", "K"] = "C",
) -> Picture:
    """Draw lines of equal temperature.

    Args:
        pair: from :func:`wordfuse.read_pair`.
        values: the temperatures, at most 12.
        picture: what to draw on: a file, an array or a Pillow image of the pair's size; None: the visible picture.
        unit: of the values and of what is written: C, F or K.

    Returns:
        (H, W, 3) uint8 RGB, in colours also where the visible picture is gray.

    Raises:
        InputError: the file tells no temperatures, or an argument cannot be used.

    Example:
        >>> lines = isotherms(pair, [30, 40], fused)  # doctest: +SKIP
    """
    from wordfuse.fusion.display.heat_map import draw_isotherms
    from wordfuse.fusion.temperatures.isotherms import isotherms as find

    check_pair(pair)
    known = _known(pair)
    below = to_uint8(pair.decoded.visible) if picture is None else as_picture(picture, pair)
    if unit not in ("C", "F", "K"):
        raise InputError("is unknown", argument="unit", subject=str(unit), remedy="choose C, F or K")
    wanted = _numbers(values)
    return draw_isotherms(below, find(known, [to_celsius(value, unit) for value in wanted]), unit)


def _known(pair: Pair) -> Temperatures:
    known = pair.decoded.temperatures
    if known is None:
        raise InputError(
            f"tells no temperatures: {why_none(pair.decoded.notes)}",
            argument="pair",
            remedy=f"read it with {argument_named('temperature_scale')}='A,B', where degrees Celsius are A * count + B",
        )
    return known


def _numbers(values: object) -> list[float]:
    try:
        return [float(value) for value in values]  # type: ignore[attr-defined]
    except (TypeError, ValueError) as error:
        raise InputError("are no numbers", argument="values", remedy="give temperatures, such as [30, 40]") from error
