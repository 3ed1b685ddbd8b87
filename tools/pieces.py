"""pieces: the picture divided into numbered pieces, for a person who says which of them a region is."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.images import write_png
from wordfuse.fusion.regions.pieces.alike import alike
from wordfuse.fusion.regions.pieces.dividing import Square, divided, mask_of, squares
from wordfuse.fusion.regions.types import DOUBT, KnowsPixels
from wordfuse.fusion.regions.words.looks import looks_in
from wordfuse.tools.segment import slug
from wordfuse.tools.store.workspace import Workspace


@dataclass(frozen=True)
class Division:
    """Pieces of a picture.

    Attributes:
        file: a PNG with the number of its piece for every pixel, 0 for none; relative to the run folder.
        squares: of each piece, in the order of their numbers, about where and how large it is; XYXY pixels.
    """

    file: str
    squares: list[Square]


def divide(work: Workspace, file: str | None = None, numbers: Sequence[int] = ()) -> Division:
    """Divide the picture, or some pieces of it together.

    Args:
        work: the run; its pair must be fused.
        file: of an earlier division.
        numbers: of its pieces that are to be divided.

    Returns:
        The pieces; one, where what is to be divided is too small for more.
    """
    sources, backend = work.sources(), work.backend
    chances = backend.chances(sources) if isinstance(backend, KnowsPixels) else None
    within = None if file is None else np.isin(_labels(work, file), list(numbers))
    pieces = divided(sources, chances, within)
    return _kept(work, pieces)


def look_alike(work: Workspace, phrase: str) -> Division | None:
    """What looks as a phrase says, whatever it names; None where the phrase says nothing of that, or nothing does.

    Raises:
        BackendUnreachable: the region backend is needed and cannot be reached.
    """
    looks = looks_in(phrase)
    if looks is None:
        return None
    people, others = _sure(work, ("people", "cars")) if looks.person else ([], [])
    pieces = alike(work.sources(), looks, people, others)
    return _kept(work, pieces) if pieces.any() else None


def take(work: Workspace, file: str, numbers: Sequence[int], phrase: str) -> str:
    """Let some pieces of a division be what a phrase means from now on; returns the mask, a file of the run folder."""
    mask = mask_of(work.sources(), np.isin(_labels(work, file), list(numbers)))
    name = work.new_id("m")
    made = f"masks/{name}-{slug(phrase)}.png"
    work.save_mask(name, mask, made)
    work.catalogue.named[phrase] = made
    return made


def _kept(work: Workspace, pieces: NDArray[np.uint8]) -> Division:
    made = f"work/{work.new_id('p')}.png"
    path = work.folder / made
    path.parent.mkdir(parents=True, exist_ok=True)
    write_png(path, pieces)
    return Division(made, squares(pieces))


def _sure(work: Workspace, phrases: Sequence[str]) -> list[list[Square]]:
    """The boxes of what is surely found of each phrase."""
    found = work.backend.ground(work.sources(), phrases)
    return [[one.box for one in grounding.detections if one.score >= DOUBT] for grounding in found]


def _labels(work: Workspace, file: str) -> NDArray[np.uint8]:
    return work.decoded.picture(work.folder / file, max_pixels=work.settings.max_pixels)[..., 0]
