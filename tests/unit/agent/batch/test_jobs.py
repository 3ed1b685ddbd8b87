"""Jobs: what is told about them, what the worst is, and how they go on; and plans of a dry run."""

from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from tests.fakes import ScriptedModel, Small, always, plan, refusal, step
from wordfuse.agent.batch.carrying import Models, carry_out
from wordfuse.agent.batch.dry_run import dry_run, plans_of
from wordfuse.agent.batch.job import Job, finished_line, worst
from wordfuse.agent.errors import AnswerError, BackendUnreachable
from wordfuse.agent.plan import Plan
from wordfuse.agent.state import Json

WORDS = ("warm the people", "sing")
PLANS = {"warm the people": plan(step("incline", "infrared", "people")), "sing": refusal("no tool does that")}


def job_of(small: Small, folder: Path, *say: str, number: int = 1, **settings: Any) -> Job:
    return Job(
        number=number,
        name=f"{number:03d}-x",
        line=7,
        ir=small.ir,
        vi=small.vi,
        say=say or WORDS[:1],
        out=folder / f"{number:03d}-x",
        settings=small.settings(**settings),
    )


def done(job: Job, model: ScriptedModel) -> Json:
    return carry_out(job, lambda settings: model, lambda: nullcontext(lambda event: None))


@pytest.mark.parametrize(
    ("codes", "expected"), [([], 0), ([0, 3], 3), ([3, 2, 0], 2), ([2, 4, 3], 4), ([4, 1, 2], 1), ([0, 0], 0)]
)
def test_the_worst_exit_code(codes: list[int], expected: int) -> None:
    assert worst([{"exit_code": code} for code in codes]) == expected


def test_a_line_tells_what_came_of_a_job_and_again_when_it_is_done(small: Small, tmp_path: Path, quick: None) -> None:
    job = job_of(small, tmp_path, *WORDS)
    assert finished_line(job) is None
    line = done(job, ScriptedModel(PLANS))
    assert (line["exit_code"], line["error"], line["steps"], line["satisfied"]) == (3, None, 1, 1)
    assert (line["job"], line["name"], line["line"], line["resumed"]) == (1, "001-x", 7, False)
    assert line["notes"] == ["no tool does that"]
    again = finished_line(job)
    assert again is not None
    assert again | {"seconds": 0, "resumed": False} == line | {"seconds": 0}
    assert again["resumed"]


def test_what_was_not_reached_is_noted(small: Small, tmp_path: Path, quick: None) -> None:
    plans = {"warm": plan(step("incline", "infrared", "people", "unicorns"))}
    line = done(job_of(small, tmp_path, "warm"), ScriptedModel(plans, verdict=always("give_up")))
    assert (line["exit_code"], line["satisfied"]) == (3, 0)
    assert "not found: unicorns" in line["notes"]


def test_a_job_that_lost_its_language_model_goes_on_when_it_is_back(small: Small, tmp_path: Path, quick: None) -> None:
    job = job_of(small, tmp_path)
    line = done(job, ScriptedModel(PLANS, raises={3: BackendUnreachable("the server is gone")}))
    assert (line["exit_code"], line["error"], line["resumed"]) == (4, "the server is gone", False)
    model = ScriptedModel(PLANS)
    line = done(job, model)
    assert (line["exit_code"], line["resumed"]) == (0, True)
    assert model.before == []  # it is not asked for the plan again


def test_a_fault_of_ours_is_a_line_as_well(small: Small, tmp_path: Path) -> None:
    line = done(job_of(small, tmp_path), ScriptedModel(PLANS, raises={1: ZeroDivisionError("oh")}))
    assert line["exit_code"] == 1
    assert line["error"].startswith("a fault of ours, please report it: ZeroDivisionError: oh (mock.py:")


def test_what_a_kill_before_the_beginning_left_is_no_obstacle(small: Small, tmp_path: Path, quick: None) -> None:
    job = job_of(small, tmp_path)
    job.out.mkdir()
    (job.out / "run.lock").touch()
    (job.out / ".wordfuse-0123.tmp").touch()
    assert done(job, ScriptedModel(PLANS))["exit_code"] == 0


def test_what_somebody_put_there_is_left_alone(small: Small, tmp_path: Path) -> None:
    job = job_of(small, tmp_path)
    job.out.mkdir()
    (job.out / "holiday.jpg").touch()
    line = done(job, ScriptedModel(PLANS))
    assert (line["exit_code"], (job.out / "holiday.jpg").exists()) == (2, True)


def test_each_language_model_is_loaded_once_and_one_that_was_away_is_tried_again(small: Small) -> None:
    asked: list[str] = []

    def connect(settings: Any) -> ScriptedModel:
        asked.append(settings.llm)
        if len(asked) == 1:
            raise BackendUnreachable("away")
        return ScriptedModel({})

    models = Models(connect)
    with pytest.raises(BackendUnreachable):
        models.of(small.settings(llm="http://a/v1"))
    first = models.of(small.settings(llm="http://a/v1"))
    assert models.of(small.settings(llm="http://a/v1", seed=5)) is first
    assert models.of(small.settings(llm="http://b/v1")) is not first
    assert asked == ["http://a/v1", "http://a/v1", "http://b/v1"]


def test_what_is_asked_does_not_depend_on_where_it_is_done(small: Small, tmp_path: Path) -> None:
    asked = job_of(small, tmp_path).asked()
    assert asked == job_of(small, tmp_path / "moved", llm="http://a/v1", model="m").asked()
    assert asked != job_of(small, tmp_path, seed=5).asked()
    assert asked != job_of(small, tmp_path, "sing").asked()


def test_each_plan_is_made_with_the_last_that_has_steps_before_it() -> None:
    class Confused(ScriptedModel):
        def plan(self, instruction: str, before: Plan | None) -> Plan:
            answer = super().plan(instruction, before)
            if instruction == "mumble":
                raise AnswerError("no valid plan")
            return answer

    model = Confused({**PLANS, "mumble": PLANS["sing"], "more": PLANS["warm the people"]})
    plans = plans_of(["warm the people", "sing", "mumble", "more"], model, 0.05)
    assert model.before == [None, *[PLANS["warm the people"]] * 3]
    assert [one.refusal for one in plans] == [None, "no tool does that", "no valid plan", None]


def test_jobs_that_say_the_same_are_planned_once(small: Small, tmp_path: Path) -> None:
    model = ScriptedModel(PLANS)
    jobs = [job_of(small, tmp_path, *say, number=i) for i, say in enumerate((WORDS, WORDS[1:], WORDS), 1)]
    lines = list(dry_run(jobs, Models(lambda settings: model)))
    assert [(line["jobs"], line["say"]) for line in lines] == [([1, 3], list(WORDS)), ([2], ["sing"])]
    assert model.usage.calls == 3
