"""What lies behind a fault that somebody names, on pictures that have it for one reason or another."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.fakes import Small
from tests.pictures import town
from wordfuse.fusion.images import write_png
from wordfuse.tools.causes.bands import band
from wordfuse.tools.causes.colours import colours
from wordfuse.tools.causes.texture import texture
from wordfuse.tools.store.workspace import Workspace

Picture = NDArray[np.uint8]
YELLOW = np.array([1.0, 0.85, 0.4])


def scene() -> Picture:
    return np.asarray(town(), np.uint8)


def gray(picture: Picture) -> Picture:
    return picture.mean(axis=2, keepdims=True).astype(np.uint8).repeat(3, axis=2)


def textured(picture: Picture, place: tuple[slice, slice]) -> Picture:
    """With stones of some pixels in a place."""
    rows, columns = (part.stop - part.start for part in place)
    stones = np.kron(np.random.default_rng(0).integers(60, 160, (rows // 6, columns // 6)), np.ones((6, 6)))
    changed = picture.copy()
    changed[place] = stones[..., None].astype(np.uint8)
    return changed


def workspace(
    small: Small, folder: Path, *, infrared: Picture, visible: Picture, fused: Picture, mask: Picture | None = None
) -> Workspace:
    for name, picture in {"ir": infrared, "vi": visible, "fused": fused}.items():
        write_png(folder / f"{name}.png", picture)
    work = Workspace(folder / "run", folder / "ir.png", folder / "vi.png", small.settings().for_tools())
    work.adopt_image("fused", folder / "fused.png")
    if mask is not None:
        work.save_mask("m1", mask, "masks/m1.png")
    return work


def test_a_cast_of_the_visible_picture_is_taken_out(small: Small, tmp_path: Path) -> None:
    tinted = (scene() * YELLOW).astype(np.uint8)
    work = workspace(small, tmp_path, infrared=gray(scene()), visible=tinted, fused=tinted)
    for hue in (False, True):
        cause = colours(work, "fused", None, hue=hue)
        assert cause is not None
        assert (cause.task, cause.direction) == ("recolour", "neutral")
        assert "cast" in cause.told


def test_colours_that_the_infrared_picture_makes_pale_are_those_of_the_visible_one(
    small: Small, tmp_path: Path
) -> None:
    tinted = (scene() * YELLOW).astype(np.uint8)
    pale = np.clip(tinted.astype(int) + 90, 0, 255).astype(np.uint8)
    work = workspace(small, tmp_path, infrared=gray(pale), visible=tinted, fused=pale)
    assert colours(work, "fused", None) is None
    assert colours(work, "fused", None, hue=True) is not None, "but the infrared one has no hue"


def test_natural_light_is_no_cast(small: Small, tmp_path: Path) -> None:
    work = workspace(small, tmp_path, infrared=gray(scene()), visible=gray(scene()), fused=gray(scene()))
    assert colours(work, "fused", None) is None


PLACE = slice(60, 132), slice(60, 156)
WHITE = np.full((192, 256, 3), 253, np.uint8)


def mask_of(place: tuple[slice, slice]) -> Picture:
    mask = np.zeros(WHITE.shape[:2], np.uint8)
    mask[place] = 255
    return mask


@pytest.mark.parametrize(
    ("infrared", "visible", "wanted"),
    [
        (textured(WHITE, PLACE), WHITE, ("incline", "infrared")),  # burnt out in the visible picture as well
        (WHITE // 2, textured(WHITE, PLACE), None),  # it is the infrared picture that hides it
        (WHITE // 2, WHITE, (None, None)),  # nobody has any
    ],
)
def test_texture_is_taken_from_where_it_is(
    small: Small, tmp_path: Path, infrared: Picture, visible: Picture, wanted: tuple[str, str] | None
) -> None:
    work = workspace(small, tmp_path, infrared=infrared, visible=visible, fused=WHITE, mask=mask_of(PLACE))
    cause = texture(work, "fused", "m1")
    assert (cause and (cause.task, cause.direction)) == wanted
    if wanted == (None, None):
        assert cause is not None
        assert cause.told.startswith("neither picture has texture there")


def test_texture_that_is_there_is_brought_out(small: Small, tmp_path: Path) -> None:
    road = textured(WHITE, PLACE)
    work = workspace(small, tmp_path, infrared=WHITE // 2, visible=road, fused=road, mask=mask_of(PLACE))
    cause = texture(work, "fused", "m1")
    assert cause is not None
    assert (cause.task, cause.direction) == ("contrast", "more")


TOP = slice(0, 24), slice(0, 256)


@pytest.mark.parametrize(
    ("change", "wanted"), [(0.0, (None, None)), (0.6, ("relight", "brighter")), (1.5, ("relight", "darker"))]
)
def test_a_band_is_a_frame_or_another_light(
    small: Small, tmp_path: Path, change: float, wanted: tuple[str, str]
) -> None:
    picture = np.random.default_rng(3).integers(90, 110, WHITE.shape[:2]).astype(np.uint8)[..., None].repeat(3, axis=2)
    picture[TOP] = picture[TOP] * change
    work = workspace(small, tmp_path, infrared=picture, visible=picture, fused=picture, mask=mask_of(TOP))
    cause = band(work, "fused", "m1")
    assert cause is not None
    assert (cause.task, cause.direction) == wanted
    assert ("crop both pictures" in cause.told) == (change == 0)


def test_a_pattern_of_lines_is_no_band(small: Small, tmp_path: Path) -> None:
    picture = np.full(WHITE.shape, 100, np.uint8)
    picture[TOP] = picture[TOP] + np.random.default_rng(4).integers(-12, 13, 24).astype(np.uint8)[:, None, None]
    work = workspace(small, tmp_path, infrared=picture, visible=picture, fused=picture, mask=mask_of(TOP))
    assert band(work, "fused", "m1") is None
