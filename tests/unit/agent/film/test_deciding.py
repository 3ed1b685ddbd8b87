"""What of the agent's runs on key frames holds for the film."""

from typing import Any

from tests.fakes import ScriptedModel, plan, step
from wordfuse.agent.film.deciding import Remembered, Waiting, decided_by
from wordfuse.agent.record import Attempt, StepRecord, ToolCallMade
from wordfuse.tools.film.types import Call


def attempt(progress: float, *, met: bool = False, **args: Any) -> Attempt:
    call = ToolCallMade(name=args.pop("tool", "relight"), args={"mask": "m2"} | args, seconds=1.0, error=None)
    looked = ToolCallMade(name="segment", args={"grounding": "g1", "invert": False}, seconds=1.0, error=None)
    return Attempt(
        tool_calls=(looked, call),
        epochs=0,
        stopped="converged",
        saturated=False,
        seconds=1.0,
        before={},
        after={},
        verdict="satisfied" if met else "again",
        reason="because",
        checks=(),
        goal_met=met,
        progress=progress,
        move="accept" if met else "again",
    )


def closed(*attempts: Attempt, satisfied: bool = True, output: str | None = "images/001.png") -> StepRecord:
    return StepRecord(
        **step("stand_out", "more", "people").model_dump(),
        found=True,
        missing=(),
        mask="masks/m2-people.png",
        area=0.1,
        satisfied=satisfied,
        output=output,
        attempts=attempts,
        notice=None,
    )


BRIGHTER = {"direction": "brighter", "strength": "normal"}


def test_an_accepted_call_is_what_is_done() -> None:
    decided = decided_by(closed(attempt(1.0, met=True, image="fused", **BRIGHTER)))
    assert decided is not None
    assert decided.calls == (Call(tool="relight", args=BRIGHTER),)
    assert decided.region.phrases == ["people"]


def test_the_same_call_again_is_done_again() -> None:
    again = [attempt(0.6, image="fused", **BRIGHTER), attempt(1.0, met=True, image="fused", **BRIGHTER)]
    decided = decided_by(closed(*again))
    assert decided is not None and decided.calls == (Call(tool="relight", args=BRIGHTER),) * 2


def test_what_was_dropped_is_not_done() -> None:
    slight = BRIGHTER | {"strength": "slight"}
    overshot = [attempt(-1.0, image="fused", **BRIGHTER), attempt(1.0, met=True, image="fused", **slight)]
    decided = decided_by(closed(*overshot))
    assert decided is not None and decided.calls == (Call(tool="relight", args=slight),)


def test_means_that_go_on_from_the_best_attempt_follow_on_it() -> None:
    incline = {"direction": "infrared", "strength": "strong"}
    tried = [
        attempt(-1.0, image="fused", tool="incline", **incline),
        attempt(0.7, image="fused", **BRIGHTER),
        attempt(1.0, met=True, image="a4", tool="incline", **incline),
    ]
    decided = decided_by(closed(*tried))
    assert decided is not None
    assert decided.calls == (Call(tool="relight", args=BRIGHTER), Call(tool="incline", args=incline, further=True))


def test_of_attempts_that_fell_short_the_best_is_done() -> None:
    short = closed(attempt(0.2, image="fused", **BRIGHTER), satisfied=False)
    decided = decided_by(short)
    assert decided is not None and len(decided.calls) == 1
    assert decided_by(closed(satisfied=False, output=None)) is None


def test_a_film_is_planned_once() -> None:
    model = ScriptedModel({"brighter": plan(step("relight", "brighter"))})
    remembered = Remembered(model)
    first, second = (remembered.plan("brighter", None) for _ in range(2))
    assert first == second and model.usage.calls == 1
    assert remembered.plan("brighter", first) == first and model.usage.calls == 2  # after another one it is another


def test_later_looks_are_ever_further_apart() -> None:
    waiting, runs = Waiting(), []
    waiting.ran(0)
    for key in range(1, 100):
        if waiting.due(key):
            waiting.ran(key)
            runs.append(key)
    assert runs == [1, 3, 7, 15, 31]
