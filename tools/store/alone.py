"""An infrared picture without a visible one, as a pair: for what is asked of temperatures alone."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from wordfuse.fusion.files.decoders import Decoded
from wordfuse.fusion.images import MAX_PIXELS, Pair, decode_infrared, pair_of
from wordfuse.fusion.temperatures.reading import Reading


def infrared_alone(
    ir: Path,
    *,
    max_pixels: int = MAX_PIXELS,
    reading: Reading = Reading(),
    spelling: Callable[[str], str] = str,
) -> Pair:
    """Read an infrared picture at its own size; the visible picture of the pair is the same in gray.

    Args:
        ir: the picture.
        max_pixels: as in ``fusion.images.read_pair``, as are those below.
        reading: how its numbers are to be read as temperatures.
        spelling: how warnings name an argument.

    Raises:
        InputError: it cannot be read.
    """
    thermal = decode_infrared(ir, max_pixels, reading)
    # Of the same orientation and without edges, so that nothing is turned and no shift is found.
    blank = Decoded(np.zeros(thermal.values.shape[:2], np.uint8), 8, [], orientation=thermal.orientation)
    pair = pair_of(thermal, blank, ir, ir, reading=reading, spelling=spelling)
    return replace(pair, visible=np.repeat(pair.infrared[..., None], 3, axis=2))
