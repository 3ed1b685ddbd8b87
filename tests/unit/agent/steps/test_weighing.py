"""Faults whose cause the words do not tell: it is measured, and what mends it is done, in runs and as recorded."""

from pathlib import Path

import numpy as np
import pytest

from tests.fakes import ScriptedModel, Small, exit_of, plan, step
from tests.unit.agent.small_plans import steps
from wordfuse.agent.context import Event
from wordfuse.fusion.images import read_picture, write_png

pytestmark = pytest.mark.usefixtures("quick")

YELLOW = "everything is yellow, make the colours look natural"
SKY = "the sky is blown out, get some texture back"
WISHES = {
    YELLOW: plan(step("incline", "visible")),
    "as in the visible picture, it is all yellow": plan(step("incline", "visible")),
    "it is yellow, 20% more natural": plan(step("incline", "visible").model_copy(update={"amount": 0.2})),
    SKY: plan(step("incline", "visible", "sky")),
}


def tinted(small: Small, folder: Path) -> Path:
    """The visible picture in the light of a street lamp."""
    yellow = read_picture(small.vi) * np.array([1.0, 0.8, 0.35])
    write_png(folder / "yellow.png", yellow.astype(np.uint8))
    return folder / "yellow.png"


@pytest.mark.parametrize("style", ["compact", "full"])
def test_a_cast_is_taken_out_though_the_words_go_to_the_visible_picture(
    small: Small, tmp_path: Path, style: str
) -> None:
    told: list[Event] = []
    model = ScriptedModel(WISHES, style=style)  # type: ignore[arg-type]
    record = small.run(
        tmp_path / "run", model, YELLOW, notify=told.append, vi=tinted(small, tmp_path), preset="default", doubt=0
    )
    (done,) = steps(record)
    assert (done["task"], done["direction"]) == ("recolour", "neutral")
    assert done["output"]
    (said,) = record["instructions"]
    assert said["plan"]["steps"][0]["direction"] == "visible", "what was understood is kept"
    assert any("the visible picture itself has a cast" in event.text for event in told)


@pytest.mark.parametrize("wish", ["as in the visible picture, it is all yellow", "it is yellow, 20% more natural"])
def test_who_names_a_source_or_a_number_gets_that(small: Small, tmp_path: Path, wish: str) -> None:
    record = small.run(tmp_path / "run", ScriptedModel(WISHES), wish, vi=tinted(small, tmp_path), preset="default")
    (done,) = steps(record)
    assert (done["task"], done["direction"]) == ("incline", "visible")


def test_texture_that_nobody_has_is_told(small: Small, tmp_path: Path) -> None:
    """Where both pictures are one white, nothing is made up."""
    for name in ("ir", "vi"):
        picture = read_picture(getattr(small, name)).copy()
        picture[: len(picture) // 2] = 255
        write_png(tmp_path / f"{name}.png", picture)
    mask = np.zeros(picture.shape[:2], np.uint8)
    mask[: len(mask) // 2] = 255
    write_png(tmp_path / "sky.png", mask)
    white = Small(tmp_path / "ir.png", tmp_path / "vi.png", small.vi_gray, small.masks, small.weights)
    record = white.run(
        tmp_path / "run",
        ScriptedModel(WISHES),
        SKY,
        masks={"sky": tmp_path / "sky.png"},
        preset="default",
        regions="pixels",
    )
    (done,) = steps(record)
    assert done["notice"].startswith("neither picture has texture there")
    assert done["output"] is None
    assert exit_of(record) == 3
