"""What tests of the graph share: wishes with their plans, a model that plans so, eyes, and the steps of a record."""

from dataclasses import replace

import pytest

from tests.fakes import ScriptedModel, Twist, Verdict, plan, refusal, step
from wordfuse.agent.state import Json
from wordfuse.tools.aims import Fixed
from wordfuse.tools.effects import EFFECTS

WARM = step("incline", "infrared", "people")  # reaches its goal at once
WARMER = step("incline", "infrared", "people", strength="slight")  # and after it once more
BRIGHT = step("relight", "brighter", "sky", strength="slight")  # reaches its goal at once
PLANS = {
    "rich": plan(step("contrast", "more")),
    "warm": plan(WARM),
    "again": plan(WARMER),
    "bright": plan(BRIGHT),
    "both": plan(WARM, BRIGHT),
    "sing": refusal("singing is not among the effects"),
    "unicorn": plan(step("incline", "infrared", "a unicorn")),
    "some": plan(step("incline", "infrared", "people", "a unicorn")),
    "whole": plan(step("incline", "infrared")),
}


def scripted(
    twist: Twist | None = None, verdict: Verdict | None = None, raises: dict[int, Exception] | None = None
) -> ScriptedModel:
    return ScriptedModel(PLANS, twist=twist, verdict=verdict, raises=raises)


def without_things(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small people go no further than large regions do, so that a further attempt has some way left."""
    monkeypatch.setattr("wordfuse.tools.effects.THING", 0.0)
    monkeypatch.setattr("wordfuse.tools.effects.SCENE", 0.001)


def steps(record: Json) -> list[Json]:
    return [done for instruction in record["instructions"] for done in instruction["steps"]]


def eyes_as_dull_as(seen: float, monkeypatch: pytest.MonkeyPatch, **limits: float) -> None:
    """What contrast has to change to be seen, and how far other lines of its goal may go."""
    goals, limits = EFFECTS["contrast"].goals, {"seen": seen, **limits}
    dull = tuple(replace(line, aim=Fixed(limits[line.name])) if line.name in limits else line for line in goals["more"])
    monkeypatch.setitem(goals, "more", dull)
