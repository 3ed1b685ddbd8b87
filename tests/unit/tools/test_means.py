"""Which call is tried for a region that is to stand out: what is forecast beside what the tools really do."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.fakes import Small
from wordfuse.fusion.errors import RegionError
from wordfuse.fusion.images import write_png
from wordfuse.fusion.metrics.goals.standout import difference, parts_of
from wordfuse.fusion.metrics.gray import to_gray
from wordfuse.tools.effects import EFFECTS
from wordfuse.tools.means import STRENGTHS, Means, Outcome, _Scene, already, propose
from wordfuse.tools.registry import call
from wordfuse.tools.store.workspace import Workspace

pytestmark = pytest.mark.usefixtures("quick")

SIDE = 96


def workspace(small: Small, folder: Path, *, person: int, around: int, infrared: int, visible: int) -> Workspace:
    """A nearly flat scene with somebody in it: luma of the picture, and of both sources where the person is."""
    mask = np.zeros((SIDE, SIDE), np.uint8)
    mask[30:66, 40:56] = 255
    pictures = {"ir": infrared, "vi": visible, "fused": person}
    grain = np.random.default_rng(0).integers(-2, 3, (SIDE, SIDE, 1))  # of one colour there is nothing to learn from
    for name, luma in pictures.items():
        flat = np.where(mask[..., None] > 0, luma, around) + grain
        write_png(folder / f"{name}.png", flat.clip(0, 255).astype(np.uint8).repeat(3, axis=2))
    work = Workspace(folder / "run", folder / "ir.png", folder / "vi.png", small.settings().for_tools())
    work.adopt_image("fused", folder / "fused.png")
    work.save_mask("m1", mask, "masks/m1.png")
    return work


def proposed(
    work: Workspace,
    direction: Any = "more",
    *,
    tried: Sequence[Outcome] = (),
    best: str = "fused",
    strength: Any = "normal",
) -> str | None:
    means = propose(
        work, task="stand_out", direction=direction, strength=strength, mask="m1", first="fused", best=best, tried=tried
    )
    return None if means is None else f"{means.image}: {means}"


def outcome(
    words: str,
    *,
    after: float | None,
    kept: bool = True,
    saturated: bool = False,
    image: str = "fused",
    within: float = 0.0,
) -> Outcome:
    tool, direction, strength = words.split()
    means = Means.model_validate({"image": image, "tool": tool, "direction": direction, "strength": strength})
    return Outcome(means, after, kept, saturated, within)


def test_somebody_brighter_is_made_brighter(small: Small, tmp_path: Path) -> None:
    work = workspace(small, tmp_path, person=130, around=100, infrared=130, visible=130)
    assert proposed(work) == "fused: relight brighter slight", "no more than is needed"
    assert proposed(work, strength="strong") == "fused: relight brighter normal"


def test_what_is_forecast_to_be_hardly_too_little_is_enough(small: Small, tmp_path: Path) -> None:
    """What a forecast misses by no more than it errs is no reason to go further."""
    work = workspace(small, tmp_path, person=130, around=100, infrared=130, visible=130)
    mask, picture = work.mask("m1"), work.image("fused")
    assert mask is not None
    scene = _Scene.of(work, picture, mask, parts_of(mask))
    gain = scene.after(Means(image="fused", tool="relight", direction="brighter", strength="slight"))
    wanted: Any = {"task": "stand_out", "direction": "more", "strength": "normal", "mask": "m1"}
    for short, chosen in ((0.3, "relight brighter slight"), (0.8, "relight brighter normal")):
        share = (gain + short) / scene.difference() - 1  # as a person says it
        made = propose(work, **wanted, amount=share, first="fused", best="fused")
        assert str(made) == chosen


def test_somebody_darker_is_made_darker(small: Small, tmp_path: Path) -> None:
    work = workspace(small, tmp_path, person=70, around=100, infrared=70, visible=70)
    assert proposed(work) == "fused: relight darker normal"


def test_somebody_warm_glows_rather_than_turns_black(small: Small, tmp_path: Path) -> None:
    """By day before something brighter: darker would differ as much, and tells nobody that he is warm."""
    work = workspace(small, tmp_path, person=90, around=120, infrared=230, visible=90)
    assert proposed(work) == "fused: incline infrared normal"
    tried = [outcome("incline infrared normal", after=20.0, kept=False)]
    assert "darker" not in (proposed(work, tried=tried) or "darker")


def test_somebody_warm_is_darkened_where_nothing_else_brings_anything(small: Small, tmp_path: Path) -> None:
    """A man in a black coat on white pavement: as white as the infrared picture has him, nobody sees him."""
    work = workspace(small, tmp_path, person=150, around=235, infrared=240, visible=150)
    assert proposed(work, strength="slight") == "fused: relight darker slight"


def test_what_is_bright_is_not_made_to_stand_out_by_darkening_it(small: Small, tmp_path: Path) -> None:
    """White stripes on a road: gray ones differ from it too, but nobody means that."""
    work = workspace(small, tmp_path, person=235, around=150, infrared=120, visible=235)
    tried = [outcome("relight brighter slight", after=30.0, saturated=True)]
    assert "darker" not in (proposed(work, tried=tried, strength="strong") or "")


def test_what_is_dark_is_not_made_to_stand_out_by_darkness(small: Small, tmp_path: Path) -> None:
    """Trees at night, gray by their warmth: black ones differ more, and nobody sees them any more."""
    work = workspace(small, tmp_path, person=36, around=60, infrared=42, visible=4)
    for strength in STRENGTHS:
        call = proposed(work, strength=strength) or ""
        assert "darker" not in call
        assert "visible" not in call


def test_somebody_in_the_dark_is_taken_from_the_infrared_picture(small: Small, tmp_path: Path) -> None:
    """There is next to no light to multiply."""
    work = workspace(small, tmp_path, person=12, around=10, infrared=200, visible=8)
    assert proposed(work) == "fused: incline infrared slight"


def test_a_blob_of_heat_is_hidden_by_the_visible_picture(small: Small, tmp_path: Path) -> None:
    work = workspace(small, tmp_path, person=240, around=100, infrared=255, visible=104)
    assert proposed(work, "less", strength="strong") == "fused: incline visible strong"


def test_what_led_the_wrong_way_is_dropped(small: Small, tmp_path: Path) -> None:
    work = workspace(small, tmp_path, person=130, around=100, infrared=220, visible=130)
    tried = [outcome("relight brighter slight", after=10.0)]
    assert proposed(work, tried=tried) == "fused: incline infrared slight"


def test_what_did_harm_is_tried_more_weakly_only(small: Small, tmp_path: Path) -> None:
    work = workspace(small, tmp_path, person=130, around=100, infrared=130, visible=130)
    tried = [outcome("relight brighter normal", after=29.0, kept=False)]
    assert proposed(work, tried=tried, strength="strong") == "fused: relight brighter slight"
    tried.append(outcome("relight brighter slight", after=19.0, kept=False))
    assert "brighter" not in (proposed(work, tried=tried, strength="strong") or "")


def test_what_did_harm_is_made_as_far_as_it_does_none(small: Small, tmp_path: Path) -> None:
    """Between two strengths there is one that keeps the guards, and brings more than the weaker of the two."""
    work = workspace(small, tmp_path, person=130, around=100, infrared=220, visible=130)
    tried = [outcome("relight brighter strong", after=38.0, kept=False, within=0.6)]
    found = propose(
        work,
        task="stand_out",
        direction="more",
        strength="strong",
        mask="m1",
        first="fused",
        best="fused",
        tried=tried,
    )
    assert found is not None
    assert (found.tool, found.direction, found.strength) == ("relight", "brighter", "strong")
    assert found.amount is not None
    strong = EFFECTS["relight"].amounts["strong"]
    assert 1 < 1 + found.amount < strong**0.6 + 1e-3, "it goes no further than what keeps them"
    again = Outcome(found, 29.0, kept=False, saturated=False, within=0.8)
    assert str(propose_again(work, [*tried, again])) != str(found), "and not twice"


def propose_again(work: Workspace, tried: Sequence[Outcome]) -> Means | None:
    wanted: Any = {"task": "stand_out", "direction": "more", "strength": "strong", "mask": "m1"}
    return propose(work, **wanted, first="fused", best="fused", tried=tried)


def test_nothing_is_left(small: Small, tmp_path: Path) -> None:
    """White on white: no call brings anything."""
    work = workspace(small, tmp_path, person=255, around=255, infrared=255, visible=255)
    tried = [outcome("relight darker slight", after=0.1)]
    assert proposed(work, tried=tried) is None


def test_a_call_that_failed_is_dropped(small: Small, tmp_path: Path) -> None:
    work = workspace(small, tmp_path, person=130, around=100, infrared=220, visible=130)
    assert proposed(work, tried=[outcome("relight brighter slight", after=None)]) == "fused: incline infrared slight"


def test_what_is_white_already_is_not_made_brighter_again(small: Small, tmp_path: Path) -> None:
    work = workspace(small, tmp_path, person=215, around=150, infrared=215, visible=215)
    assert proposed(work, strength="strong") == "fused: relight brighter normal"
    mask = work.mask("m1")
    assert mask is not None
    brought_little = [outcome("relight brighter normal", after=difference(work.image("fused"), mask) + 0.3)]
    assert "brighter" not in (proposed(work, tried=brought_little, strength="strong") or "")


def test_what_brought_half_of_what_was_forecast_is_made_stronger(small: Small, tmp_path: Path) -> None:
    work = workspace(small, tmp_path, person=130, around=100, infrared=130, visible=130)
    assert proposed(work) == "fused: relight brighter slight"
    assert proposed(work, tried=[outcome("relight brighter slight", after=15.0)]) == "fused: relight brighter normal"


def test_a_weaker_call_that_would_do_the_same_is_not_made(small: Small, tmp_path: Path) -> None:
    """The strong one ended where white begins, and so would a normal one."""
    work = workspace(small, tmp_path, person=130, around=100, infrared=130, visible=130)
    tried = [outcome("relight brighter strong", after=20.0, kept=False)]
    assert proposed(work, tried=tried, strength="strong") == "fused: relight brighter slight"


def test_it_goes_on_from_the_best(small: Small, tmp_path: Path) -> None:
    work = workspace(small, tmp_path, person=60, around=50, infrared=60, visible=60)
    args = {"image": "fused", "mask": "m1", "direction": "brighter", "strength": "strong"}
    answer = call("relight", args, work)
    assert answer.result is not None
    best = answer.result["image"]
    tried = [outcome("relight brighter strong", after=difference(work.image(best), work.mask("m1")))]
    assert proposed(work, tried=tried, best=best, strength="strong") in {
        f"{best}: relight brighter {strength}" for strength in ("slight", "normal", "strong")
    }


@pytest.mark.parametrize(
    ("person", "direction", "there"),
    [(250, "more", True), (60, "more", False), (105, "less", True), (130, "less", False)],
)
def test_what_is_as_it_is_wanted(small: Small, tmp_path: Path, person: int, direction: Any, there: bool) -> None:
    work = workspace(small, tmp_path, person=person, around=100, infrared=person, visible=person)
    wanted = {"task": "stand_out", "direction": direction, "strength": "strong", "mask": "m1", "image": "fused"}
    assert already(work, **wanted) == there


@pytest.mark.parametrize(
    ("name", "direction", "strength"),
    [("relight", "brighter", "normal"), ("relight", "darker", "strong"), ("relight", "brighter", "slight")],
)
def test_forecast_beside_the_tool(small: Small, tmp_path: Path, name: Any, direction: Any, strength: Any) -> None:
    work = workspace(small, tmp_path, person=120, around=90, infrared=120, visible=120)
    mask, picture = work.mask("m1"), work.image("fused")
    assert mask is not None
    scene = _Scene.of(work, picture, mask, parts_of(mask))
    assert scene.difference() == pytest.approx(difference(picture, mask), abs=0.2)
    means = Means(image="fused", tool=name, direction=direction, strength=strength)
    answer = call(name, {"image": "fused", "mask": "m1", "direction": direction, "strength": strength}, work)
    assert answer.result is not None
    done = difference(work.image(answer.result["image"]), mask)
    assert scene.after(means) == pytest.approx(done, rel=0.15)


def test_what_is_nearly_white_is_forecast_to_be_made_hardly_brighter(small: Small, tmp_path: Path) -> None:
    """People in pale clothes by day: a multiple of their light would be white, and the tool stops before."""
    work = workspace(small, tmp_path, person=205, around=190, infrared=205, visible=205)
    mask, picture = work.mask("m1"), work.image("fused").copy()
    assert mask is not None
    picture[34:40, 44:52] = 248  # a collar
    write_png(tmp_path / "bright.png", picture)
    work.adopt_image("bright", tmp_path / "bright.png")
    scene = _Scene.of(work, picture, mask, parts_of(mask))
    means = Means(image="bright", tool="relight", direction="brighter", strength="strong")
    answer = call("relight", {"image": "bright", "mask": "m1", "direction": "brighter", "strength": "strong"}, work)
    assert answer.result is not None
    done = difference(work.image(answer.result["image"]), mask)
    assert scene.after(means) == pytest.approx(done, abs=3.0)
    went = to_gray(work.image(answer.result["image"]))[mask > 127].mean() / to_gray(picture)[mask > 127].mean()
    assert scene.reach(means) == pytest.approx(went, abs=0.05)
    assert scene.reach(means) < scene.amount(means)


def test_what_goes_all_of_its_way_is_made_less_of_what_it_went(small: Small, tmp_path: Path) -> None:
    """A thing that is all soft border goes no farther toward a source than that lets it, whatever was asked for."""
    work = workspace(small, tmp_path, person=110, around=100, infrared=220, visible=110)
    mask = work.mask("m1")
    assert mask is not None
    scene = _Scene.of(work, work.image("fused"), mask, parts_of(mask))
    strong = Means(image="fused", tool="incline", direction="infrared", strength="strong")
    assert scene.reach(strong) < scene.amount(strong)
    tried = [outcome("incline infrared strong", after=30.0, kept=False, within=0.5)]
    found = propose_again(work, tried)
    assert found is not None
    assert found.tool == "incline"
    assert found.amount == pytest.approx(0.5 * scene.reach(strong), abs=1e-3)


def test_a_glow_that_would_bring_next_to_nothing_is_no_reason_not_to_darken(small: Small, tmp_path: Path) -> None:
    """People at dusk before a pale street, hardly paler in the infrared picture than in the visible one."""
    work = workspace(small, tmp_path, person=205, around=215, infrared=228, visible=205)
    mask = work.mask("m1")
    assert mask is not None
    write_png(tmp_path / "cold.png", np.where(mask > 127, 228, 200)[..., None].repeat(3, axis=2).astype(np.uint8))
    assert proposed(work) in {"fused: relight darker slight", "fused: relight darker normal"}


def test_what_was_made_as_far_as_the_guards_let_it_is_not_gone_on_from(small: Small, tmp_path: Path) -> None:
    work = workspace(small, tmp_path, person=60, around=50, infrared=60, visible=60)
    args = {"image": "fused", "mask": "m1", "direction": "brighter", "strength": "strong", "amount": 0.2}
    answer = call("relight", args, work)
    assert answer.result is not None
    best = answer.result["image"]
    reached = difference(work.image(best), work.mask("m1"))
    too_far = outcome("relight brighter strong", after=reached + 5, kept=False, within=0.5)
    less = Outcome(too_far.means.model_copy(update={"amount": 0.2}), reached, kept=True, saturated=False)
    assert not (proposed(work, tried=[too_far, less], best=best, strength="strong") or "").startswith(best)


def test_without_surroundings(small: Small, tmp_path: Path) -> None:
    work = workspace(small, tmp_path, person=100, around=100, infrared=100, visible=100)
    with pytest.raises(RegionError, match=r"whole picture.*name a region"):
        propose(work, task="stand_out", direction="more", strength="normal", mask=None, first="fused", best="fused")
    work.save_mask("m2", np.full((SIDE, SIDE), 255, np.uint8), "masks/m2.png")
    with pytest.raises(RegionError, match="fills the picture"):
        propose(work, task="stand_out", direction="more", strength="normal", mask="m2", first="fused", best="fused")
