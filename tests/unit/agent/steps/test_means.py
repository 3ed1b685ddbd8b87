"""A step without a tool of its own: its means are tried one by one, measured, and the best is kept."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.fakes import ScriptedModel, Small, always, exit_of, plan, step
from tests.unit.agent.small_plans import steps
from wordfuse.agent.dialogue.why import explain
from wordfuse.agent.errors import BackendUnreachable
from wordfuse.agent.model.protocol import Message
from wordfuse.agent.record import Record
from wordfuse.agent.run.session import Session
from wordfuse.agent.settings import Limits
from wordfuse.agent.state import Json
from wordfuse.tools.aims import Rises
from wordfuse.tools.effects import EFFECTS

pytestmark = pytest.mark.usefixtures("quick")

PLANS = {
    "pop": plan(step("stand_out", "more", "people")),
    "far": plan(step("stand_out", "more", "people", strength="strong")),
    "whole": plan(step("stand_out", "more")),
}


def scripted(**more: Any) -> ScriptedModel:
    return ScriptedModel(PLANS, **more)


def edits(done: Json) -> list[Json]:
    return [
        made
        for attempt in done["attempts"]
        for made in attempt["tool_calls"]
        if made["name"] in ("relight", "incline", "stand_out")
    ]


def aim_at(monkeypatch: pytest.MonkeyPatch, amount: float, *, guards: bool, **aim: float) -> None:
    """Set what is asked for at normal strength."""
    effect = EFFECTS["stand_out"]
    main, *rest = effect.goals["more"]
    goal = (replace(main, aim=Rises(**{"high": 25.0} | aim)), *(rest if guards else ()))
    amounts = effect.amounts | {"normal": amount}
    monkeypatch.setitem(EFFECTS, "stand_out", replace(effect, amounts=amounts, goals={"more": goal}))


@pytest.fixture
def modest(monkeypatch: pytest.MonkeyPatch) -> None:
    """So little is asked for that the first call gives it, small and blurred as the people of this pair are."""
    aim_at(monkeypatch, 0.15, guards=True)


@pytest.fixture
def out_of_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    """More than any call can give is asked for, and what must not suffer in large pictures may in this small one."""
    aim_at(monkeypatch, 50.0, guards=False, high=100.0)


@pytest.mark.usefixtures("modest")
def test_a_satisfied_step(small: Small, tmp_path: Path) -> None:
    model = scripted()
    record = small.run(tmp_path / "run", model, "pop")
    (done,) = steps(record)
    assert (done["task"], done["satisfied"], done["output"]) == ("stand_out", True, "images/001.png")
    (attempt,) = done["attempts"]
    assert [made["name"] for made in attempt["tool_calls"]] == ["ground", "segment", "relight", "evaluate_metrics"]
    assert attempt["after"]["difference"] > attempt["before"]["difference"] * 1.1
    told = model.questions[-1]["means"]
    assert told.startswith("relight brighter ")
    assert exit_of(record) == 0
    assert f"  attempt 1, tried: {told}" in explain(Record.model_validate(record).instructions[0])
    assert f"Try 1, {told}: satisfied" in (tmp_path / "run/report.html").read_text()
    openings = [(question["mask"], question.get("means")) for question in model.questions]
    assert openings == [(None, None), (None, None), ("m2", told)], "told once there is a mask"


@pytest.mark.usefixtures("out_of_reach")
def test_every_means_is_recorded_and_the_best_is_kept(small: Small, tmp_path: Path) -> None:
    record = small.run(tmp_path / "run", scripted(), "pop", limits=Limits(attempts=5))
    (done,) = steps(record)
    assert len(done["attempts"]) > 1
    assert len({str(made["args"]) + made["name"] for made in edits(done)}) == len(done["attempts"]), "none twice"
    progress = [attempt["progress"] for attempt in done["attempts"]]
    assert (done["satisfied"], done["output"]) == (False, "images/001.png")
    best = done["attempts"][progress.index(max(progress))]
    assert f"came to {best['after']['difference']:.1f}" in done["notice"]
    assert f"{best['checks'][0]['target']:.1f} was wanted" in done["notice"]
    assert exit_of(record) == 3


@pytest.mark.usefixtures("out_of_reach")
def test_nothing_is_given_up_while_a_means_is_left(small: Small, tmp_path: Path) -> None:
    record = small.run(tmp_path / "run", scripted(verdict=always("give_up")), "pop", limits=Limits(attempts=2))
    assert len(steps(record)[0]["attempts"]) == 2


@pytest.mark.usefixtures("modest")
@pytest.mark.parametrize("name", ["stand_out", "denoise", "fuse"])
def test_any_other_call_is_refused_in_words(small: Small, tmp_path: Path, name: str) -> None:
    def twist(number: int, right: Json) -> Json:
        return {"name": name, "args": right["args"]} if number == 3 else right

    record = small.run(tmp_path / "run", scripted(twist=twist), "pop")
    (done,) = steps(record)
    assert done["satisfied"]
    refused = next(made for made in done["attempts"][0]["tool_calls"] if made["error"])
    assert refused["error"] == (
        "stand_out is no tool; its means are: relight brighter; relight darker; incline infrared; incline visible"
    )


def test_another_means_than_the_one_told_is_accepted(small: Small, tmp_path: Path) -> None:
    def twist(number: int, right: Json) -> Json:
        other = {"name": "incline", "args": right["args"] | {"direction": "infrared", "strength": "strong"}}
        return other if number == 3 else right

    record = small.run(tmp_path / "run", scripted(twist=twist), "pop")
    made = edits(steps(record)[0])
    assert (made[0]["name"], made[0]["error"]) == ("incline", None)


@pytest.mark.usefixtures("modest")
def test_another_picture_or_mask_is_refused(small: Small, tmp_path: Path) -> None:
    def twist(number: int, right: Json) -> Json:
        wrong = {3: {"image": "m2"}, 4: {"mask": None}}.get(number, {})
        return {"name": right["name"], "args": right["args"] | wrong}

    record = small.run(tmp_path / "run", scripted(twist=twist), "pop")
    (done,) = steps(record)
    errors = [made["error"] for made in edits(done)]
    assert errors == ["image of the step is fused", "mask of the step is m2", None]


def test_the_whole_picture_cannot_stand_out(small: Small, tmp_path: Path) -> None:
    record = small.run(tmp_path / "run", scripted(), "whole")
    (done,) = steps(record)
    assert (done["satisfied"], done["attempts"], done["output"]) == (False, [], None)
    assert done["notice"] == (
        "the whole picture is meant: there is nothing around it that it could stand out from; name a region"
    )


def test_what_nobody_overlooks_is_left_as_it_is(small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    aim_at(monkeypatch, 0.45, guards=True, high=5.0)
    record = small.run(tmp_path / "run", scripted(), "pop")
    (done,) = steps(record)
    assert (done["satisfied"], done["reason"], done["output"], edits(done)) == (True, "already", None, [])
    assert done["notice"].startswith("nothing to gain here: measured, it stands out clearly already (difference ")
    assert "To have it stronger anyway, say 'brighten it by 20%'" in done["notice"]
    (attempt,) = done["attempts"]
    assert attempt["before"] == attempt["after"]
    assert exit_of(record) == 0
    assert (tmp_path / "run/result.png").read_bytes() == (tmp_path / "run/fused.png").read_bytes()


@pytest.mark.usefixtures("out_of_reach")
@pytest.mark.parametrize("failing", [4, 5, 6])
def test_an_interrupted_step_goes_on(small: Small, tmp_path: Path, failing: int) -> None:
    """In the first attempt's edit and verdict, and in the second attempt."""
    limits = Limits(attempts=2)
    undisturbed = small.run(tmp_path / "undisturbed", scripted(), "pop", limits=limits)
    folder = tmp_path / "run"
    with pytest.raises(BackendUnreachable):
        small.run(folder, scripted(raises={failing: BackendUnreachable("gone")}), "pop", limits=limits)
    resumed = Session.open(folder, scripted()).run().as_json()

    def calls(record: Json) -> list[tuple[str, Json]]:
        return [(made["name"], made["args"]) for made in edits(steps(record)[0])]

    assert calls(resumed) == calls(undisturbed)
    assert steps(resumed)[0]["notice"] == steps(undisturbed)[0]["notice"]
    assert (folder / "result.png").read_bytes() == (tmp_path / "undisturbed/result.png").read_bytes()


@pytest.mark.usefixtures("modest")
def test_the_opening_says_what_to_try(small: Small, tmp_path: Path) -> None:
    seen: list[list[Message]] = []

    class Listening(ScriptedModel):
        def act(self, messages: Any, tools: Any) -> Json:
            seen.append(list(messages))
            return super().act(messages, tools)

    small.run(tmp_path / "run", Listening(PLANS), "pop")
    *lines, means = seen[-1][-1]["content"].splitlines()[1:]
    assert lines == ["image: fused", "mask: m2", "last: none"]
    assert means.startswith("means: relight brighter ")
    assert len(seen[-1]) == 2, "a conversation of its own: the mask is known"
