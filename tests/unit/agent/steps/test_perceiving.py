"""Open wishes: the picture is inspected, what it needs is done step by step, and where nothing is wrong, nothing is."""

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.fakes import ScriptedModel, Small, exit_of, plan, step
from tests.pictures import town
from tests.unit.agent.small_plans import steps
from wordfuse.agent.context import Event
from wordfuse.agent.dialogue.why import explain
from wordfuse.agent.plan import Step
from wordfuse.agent.record import Record
from wordfuse.agent.settings import Limits
from wordfuse.agent.state import Json
from wordfuse.agent.steps import perceiving
from wordfuse.agent.steps.perceiving import next_step
from wordfuse.fusion.images import read_mask, read_picture, write_png
from wordfuse.fusion.inspect.kinds import FAULTS, Kind
from wordfuse.tools.inspect import Finding, InspectResult
from wordfuse.tools.types import Region, Strength

pytestmark = pytest.mark.usefixtures("quick")

Picture = NDArray[np.uint8]
HEIGHT, WIDTH = 120, 160
TOP, BOTTOM = slice(0, HEIGHT // 2), slice(HEIGHT // 2, HEIGHT)
WISHES = {
    "improve": plan(step("improve")),
    "improve the sky": plan(step("improve", None, "sky")),
    "improve the road": plan(step("improve", None, "road")),
    "improve the unicorn": plan(step("improve", None, "a unicorn")),
    "the road, then the sky": plan(step("improve", None, "road"), step("relight", "darker", "sky")),
    "the sky, then all of it": plan(step("improve", None, "sky"), step("improve")),
    "the sky, then the road": plan(step("improve", None, "sky"), step("improve", None, "road")),
}


def clean() -> Picture:
    """A sky, walls with windows, a tree and a road, each of its own colour."""
    return np.asarray(cv2.resize(town(), (WIDTH, HEIGHT), interpolation=cv2.INTER_NEAREST), np.uint8)


def dark(picture: Picture, share: float = 0.25) -> Picture:
    return (picture * share).astype(np.uint8)


def flat(picture: Picture, share: float = 0.4) -> Picture:
    return np.asarray(share * picture + (1 - share) * 128, np.uint8)


def noisy(picture: Picture, sigma: float = 20) -> Picture:
    noise = np.random.default_rng(4).normal(0, sigma, picture.shape[:2])[..., None]
    return np.clip(picture + noise, 0, 255).astype(np.uint8)


def pair(small: Small, folder: Path, picture: Picture) -> Small:
    """A pair that shows the same twice, so that what is fused from it is that picture; sky and road are its halves."""
    write_png(folder / "vi.png", picture)
    write_png(folder / "ir.png", cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.uint8))
    masks = {name: folder / f"{name}.png" for name in ("sky", "road", "people", "cars")}
    for name, rows in (("sky", TOP), ("road", BOTTOM)):
        half = np.zeros((HEIGHT, WIDTH), np.uint8)
        half[rows] = 255
        write_png(masks[name], half)
    return Small(folder / "ir.png", folder / "vi.png", folder / "vi.png", masks, small.weights)


def run(
    small: Small, folder: Path, picture: Picture, *wishes: str, model: ScriptedModel | None = None, **more: Any
) -> Json:
    """A run of a model that only plans."""
    given = pair(small, folder, picture)
    halves = {name: given.masks[name] for name in ("sky", "road")}
    model = model or ScriptedModel(WISHES, plans_only=True)
    return given.run(folder / "run", model, *wishes, regions="pixels", masks=halves, **more)


def told(done: list[Json]) -> list[str]:
    return [" ".join(filter(None, (one["task"], one["direction"]))) for one in done]


def errors_in(done: list[Json]) -> set[str]:
    """What was wrong with the calls of steps."""
    calls = [made for one in done for attempt in one["attempts"] for made in attempt["tool_calls"]]
    return {made["error"] for made in calls if made["error"] is not None}


def luma(path: Path) -> float:
    return float(cv2.cvtColor(read_picture(path), cv2.COLOR_RGB2GRAY).mean())


def test_a_dark_picture_gets_light(small: Small, tmp_path: Path) -> None:
    seen: list[Event] = []
    record = run(small, tmp_path, dark(clean()), "improve", notify=seen.append)
    done = steps(record)
    assert told(done) == ["relight brighter"], "and nothing more: the light brings contrast with it"
    assert [(one["chosen"], one["satisfied"]) for one in done] == [(True, True)]
    assert [one["output"] for one in done] == ["images/001.png"]
    assert luma(tmp_path / "run/result.png") > 1.5 * luma(tmp_path / "run/fused.png")
    (said,) = record["instructions"]
    assert told(said["todo"]) == told(done)
    assert [one["chosen"] for one in said["todo"]] == [True]
    assert told(said["plan"]["steps"]) == ["improve"], "what was understood stays as it was"
    assert said["refusal"] is None
    assert exit_of(record) == 0
    chosen = [event.text for event in seen if event.text.startswith("what it needs: ")]
    assert len(chosen) == 1 and "brighter" in chosen[0]
    (why,) = [line for line in explain(Record.model_validate(record).instructions[0]) if "inspected" in line]
    assert "brighter" in why


def test_each_step_is_chosen_by_the_picture_before_it(small: Small, tmp_path: Path) -> None:
    """The contrast that light brings with it need not come again."""
    from wordfuse.tools.registry import call
    from wordfuse.tools.store.workspace import Workspace

    record = run(small, tmp_path, dark(flat(clean())), "improve")
    light, contrast = steps(record)
    settings = small.settings(regions="pixels", masks={}).for_tools()
    work = Workspace(tmp_path / "run", tmp_path / "ir.png", tmp_path / "vi.png", settings)
    work.catalogue.images |= {"fused": "fused.png", "001": light["output"]}

    def needed(image: str) -> list[tuple[str | None, float | None]]:
        answer = call("inspect", {"image": image, "mask": None}, work)
        found = InspectResult.model_validate(answer.result).findings
        return [(one.task, one.amount) for one in found if one.where == "fused" and one.name == "low contrast"]

    assert needed("001") == [("contrast more", contrast["amount"])]
    assert needed("fused") != needed("001")


def test_a_noisy_picture_is_cleaned(small: Small, tmp_path: Path) -> None:
    record = run(small, tmp_path, noisy(clean()), "improve")
    done = steps(record)
    assert told(done) == ["destripe", "denoise"], "the sensor's pattern goes before its grain"
    denoised = done[-1]
    assert denoised["satisfied"] and denoised["amount"] > 0.8
    noise = denoised["attempts"][-1]["checks"][0]
    assert (noise["name"], noise["after"] < 0.2 * noise["before"]) == ("noise", True)
    # Rows and columns of strong noise look striped; that nothing came of it is told, and does not spoil the wish.
    assert (done[0]["satisfied"], done[0]["output"]) == (False, None)
    assert exit_of(record) == 0


def test_noise_goes_before_light_and_no_task_is_tried_twice(small: Small, tmp_path: Path) -> None:
    record = run(small, tmp_path, noisy(dark(clean(), 0.3), 12), "improve")
    tasks = told(steps(record))
    assert tasks == ["destripe", "denoise", "relight brighter"]  # exposed as it should be, it lacks no contrast
    assert exit_of(record) == 0


def test_nothing_wrong_is_said_and_nothing_done(small: Small, tmp_path: Path) -> None:
    model = ScriptedModel(WISHES, plans_only=True)
    record = run(small, tmp_path, clean(), "improve", model=model)
    (done,) = steps(record)
    assert (done["task"], done["satisfied"], done["reason"], done["output"]) == ("improve", True, "already", None)
    assert done["notice"] == "nothing to gain here: inspected, and nothing is wrong that an edit would mend"
    assert done["attempts"] == []
    assert "todo" not in record["instructions"][0]
    assert (exit_of(record), model.usage.calls) == (0, 1)
    assert (tmp_path / "run/result.png").read_bytes() == (tmp_path / "run/fused.png").read_bytes()
    assert np.array_equal(read_picture(tmp_path / "run/result.png"), clean())
    assert not (tmp_path / "run/images").exists()
    assert done["notice"] in (tmp_path / "run/report.html").read_text()


def test_what_was_mended_needs_nothing_more(small: Small, tmp_path: Path) -> None:
    record = run(small, tmp_path, dark(clean()), "improve", "improve")
    first, second = record["instructions"]
    assert told(first["steps"]) == ["relight brighter"]
    assert told(second["steps"]) == ["improve"]
    assert [one["reason"] for one in second["steps"]] == ["already"]
    assert (tmp_path / "run/result.png").read_bytes() == (tmp_path / "run/images/001.png").read_bytes()


@pytest.mark.parametrize("plans_only", [True, False])
def test_a_region_is_mended_inside_it_alone(small: Small, tmp_path: Path, plans_only: bool) -> None:
    """By a model that acts too, which is told of the step that was chosen."""
    model = ScriptedModel(WISHES, plans_only=plans_only)
    picture = noisy(clean())
    record = run(small, tmp_path, picture, "improve the road", model=model)
    done = steps(record)
    assert "denoise" in told(done)
    assert {tuple(one["region"]["phrases"]) for one in done} == {("road",)}
    before, after = (read_picture(tmp_path / "run" / name) for name in ("fused.png", "result.png"))
    assert np.array_equal(before, picture)
    for one in done:
        assert (one["found"], one["area"], one["chosen"]) == (True, 0.5, True)
        assert (read_mask(tmp_path / "run" / one["mask"], (HEIGHT, WIDTH))[BOTTOM] == 255).all()
    assert np.array_equal(after[TOP], before[TOP])
    assert (after[BOTTOM] != before[BOTTOM]).mean() > 0.5
    assert exit_of(record) == 0
    assert (model.acts > 0) is not plans_only
    assert errors_in(done) == set()


def test_a_region_where_nothing_is_wrong_is_left(small: Small, tmp_path: Path) -> None:
    picture = clean()
    picture[BOTTOM] = noisy(picture)[BOTTOM]
    record = run(small, tmp_path, picture, "improve the sky")
    (done,) = steps(record)
    assert (done["satisfied"], done["reason"], done["area"]) == (True, "already", 0.5)
    assert (tmp_path / "run/result.png").read_bytes() == (tmp_path / "run/fused.png").read_bytes()
    assert exit_of(record) == 0


def test_what_comes_after_an_open_wish_has_its_own_region(small: Small, tmp_path: Path) -> None:
    record = run(small, tmp_path, noisy(clean()), "the road, then the sky")
    *chosen, darker = steps(record)
    assert all(one["region"]["phrases"] == ["road"] and one["chosen"] for one in chosen)
    assert (darker["task"], darker["region"]["phrases"], "chosen" in darker) == ("relight", ["sky"], False)
    assert darker["mask"] != chosen[-1]["mask"]
    calls = [made["name"] for made in darker["attempts"][0]["tool_calls"]]
    assert calls == ["ground", "segment", "relight", "evaluate_metrics"]
    before, after = (read_picture(tmp_path / "run" / name) for name in (chosen[-1]["output"], "result.png"))
    assert np.array_equal(after[BOTTOM], before[BOTTOM])
    assert after[TOP].mean() < before[TOP].mean()


def test_two_open_wishes_are_two_regions(small: Small, tmp_path: Path) -> None:
    record = run(small, tmp_path, noisy(clean()), "the sky, then the road")
    regions = [one["region"]["phrases"][0] for one in steps(record) if one["task"] == "denoise"]
    assert regions == ["sky", "road"], "what was tried in one is not taken as tried in the other"
    assert exit_of(record) == 0


def test_an_open_wish_about_all_of_it_may_follow(small: Small, tmp_path: Path) -> None:
    record = run(small, tmp_path, noisy(clean()), "the sky, then all of it")
    done = steps(record)
    whole = [one for one in done if not one["region"]["phrases"]]
    assert 0 < len(whole) < len(done)
    assert [one["mask"] for one in whole] == [None] * len(whole)
    assert all(one["chosen"] and one["attempts"] for one in done)
    assert errors_in(done) == set(), "no call is made for the wish itself"
    assert exit_of(record) == 0


def test_an_instruction_after_it_begins_anew(small: Small, tmp_path: Path) -> None:
    record = run(small, tmp_path, noisy(clean()), "improve the road", "the road, then the sky")
    first, second = record["instructions"]
    assert "denoise" in told(first["steps"]) and len(first["steps"]) == len(first["todo"])
    assert told(second["steps"])[-1] == "relight darker"


def test_a_region_that_is_not_there(small: Small, tmp_path: Path) -> None:
    record = run(small, tmp_path, noisy(clean()), "improve the unicorn")
    (done,) = steps(record)
    assert (done["found"], done["satisfied"], done["missing"]) == (False, False, ["a unicorn"])
    assert "unicorn" in done["notice"]
    assert (tmp_path / "run/result.png").read_bytes() == (tmp_path / "run/fused.png").read_bytes()
    assert exit_of(record) == 3


def test_a_spent_budget_ends_the_wish(small: Small, tmp_path: Path) -> None:
    record = run(small, tmp_path, dark(clean()), "improve", limits=Limits(tool_calls=4))  # fuse, inspect, relight
    light, left = steps(record)
    assert (light["task"], light["satisfied"]) == ("relight", True)
    assert (left["task"], left["satisfied"], left["output"]) == ("improve", False, None)
    assert left["notice"].startswith("the budget of 4 tool calls is used up")
    assert exit_of(record) == 3
    assert (tmp_path / "run/result.png").read_bytes() == (tmp_path / "run/images/001.png").read_bytes()


def test_so_many_steps_and_no_more(small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(perceiving, "MOST", 1)
    record = run(small, tmp_path, dark(flat(clean())), "improve")
    assert told(steps(record)) == ["relight brighter"]
    assert exit_of(record) == 0


def test_nobody_who_is_hard_to_see_is_made_to_stand_out(small: Small, tmp_path: Path) -> None:
    """``inspect`` tells of them; an open wish says nothing of people."""
    record = small.run(tmp_path / "run", ScriptedModel(WISHES, plans_only=True), "improve", regions="pixels")
    assert "stand_out" not in {one["task"] for one in steps(record)}


def found(
    kind: Kind, amount: float | None, turn: int | None, *, where: str = "fused", region: str | None = None
) -> Finding:
    return Finding.model_validate(
        {"name": kind, "where": where, "region": region, "box": None, "severity": 0.5, "number": 1.0, "unit": ""}
        | {"task": FAULTS[kind].task, "amount": amount, "turn": turn, "remedy": ""}
    )


def chosen(wish: Step, *findings: Finding, done: tuple[Step, ...] = ()) -> str | None:
    made = next_step(wish, InspectResult(findings=list(findings), measured=[]), done)
    return None if made is None else str(made)


def open_wish(strength: Strength = "normal", amount: float | None = None) -> Step:
    return Step(task="improve", direction=None, region=Region(), strength=strength, amount=amount)


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        (open_wish("slight"), "denoise (by 40%): the whole image"),
        (open_wish(), "denoise (by 80%): the whole image"),
        (open_wish("strong"), "denoise (by 95%): the whole image"),  # nothing is taken out more than once
        (open_wish(amount=0.25), "denoise (by 20%): the whole image"),
    ],
)
def test_how_much_is_what_was_measured_and_wished(wish: Step, expected: str) -> None:
    assert chosen(wish, found("noise", 0.8, 1)) == expected


def test_what_comes_on_top_has_a_limit_too() -> None:
    assert chosen(open_wish("strong"), found("dark", 1.2, 1)) == "brighter (by 180%): the whole image"
    assert chosen(open_wish("strong"), found("dark", 2.5, 1)) == "brighter (by 300%): the whole image"


def test_only_what_shows_in_the_picture_and_can_be_mended_counts() -> None:
    clipped, source = found("clipped", None, None), found("noise", 0.8, 1, where="infrared")
    part = found("dark", 0.8, 1, region="road")
    assert chosen(open_wish(), clipped, source, part) is None
    assert chosen(open_wish(), clipped, source, part, found("haze", 0.5, 2)) == "dehaze (by 50%): the whole image"
    assert chosen(open_wish(), found("hard to see", 0.8, 2, region="person 1")) is None


def test_turns_say_what_comes_first_and_a_task_comes_once() -> None:
    findings = found("dark", 0.5, 3), found("noise", 0.5, 1), found("haze", 0.5, 2)
    done: list[Step] = []
    while (made := next_step(open_wish(), InspectResult(findings=list(findings), measured=[]), done)) is not None:
        done.append(made)
    assert [one.task for one in done] == ["denoise", "dehaze", "relight"]


@pytest.mark.parametrize(("amount", "expected"), [(0.59, "sharpen (by 20%): the whole image"), (0.6, None)])
def test_what_much_noise_has_covered_is_not_sharpened(amount: float, expected: str | None) -> None:
    denoised = Step(task="denoise", direction=None, region=Region(), strength="normal", amount=amount)
    assert chosen(open_wish(), found("blur", 0.2, 1), done=(denoised,)) == expected


def test_what_was_brought_up_from_the_dark_is_not_taken_for_haze() -> None:
    inspected = InspectResult(findings=[found("haze", 0.5, 1)], measured=[])
    assert next_step(open_wish(), inspected, (), lit=True) is None
    assert str(next_step(open_wish(), inspected, ())) == "dehaze (by 50%): the whole image"
