"""Asking a model what a case asks; a model that only plans is asked for nothing else."""

from pathlib import Path
from typing import Any

import pytest

from wordfuse.agent.model.mock import ScriptedModel
from wordfuse.agent.settings import Settings
from wordfuse.evals.language.asking import Asker
from wordfuse.evals.language.cases import Listed, PlanCase, read_suite
from wordfuse.evals.language.marking import mark
from wordfuse.fusion.errors import InputError

WARMER = PlanCase.model_validate({"instruction": "warm the people", "plan": "infrared: people"})


def asker(*, plans_only: bool, **more: Any) -> Asker:
    return Asker(ScriptedModel({WARMER.instruction: WARMER.plan}, plans_only=plans_only, **more), Settings())


def first(suite: str) -> Listed:
    return read_suite(suite).listed[0]


@pytest.mark.parametrize("suite", ["act", "critique"])
def test_a_model_that_only_plans_is_asked_for_no_calls_and_verdicts(suite: str) -> None:
    only_plans = asker(plans_only=True)
    problem = f"cases of the task {suite}: the language model scripted only plans"
    with pytest.raises(InputError, match=problem):
        only_plans(first(suite))
    with pytest.raises(InputError, match=problem):
        only_plans.check(read_suite(suite))
    assert only_plans.model.usage.calls == 0


@pytest.mark.parametrize("suite", ["act", "critique"])
@pytest.mark.parametrize("style", ["compact", "full"])
def test_any_other_model_is(suite: str, style: str) -> None:
    able = asker(plans_only=False, style=style)
    able.check(read_suite(suite))
    marks, fault = mark(first(suite).case, able(first(suite)))
    assert (marks["exact"], fault) == (1, "")
    assert able.model.usage.calls == 1


def test_every_model_is_asked_for_plans() -> None:
    for plans_only in (True, False):
        ask = asker(plans_only=plans_only)
        ask.check(read_suite("natural"))
        said = ask(Listed(WARMER, ("x",), Path()))
        assert said is not None
        assert mark(WARMER, said)[0]["exact"] == 1
        assert mark(PlanCase.model_validate({"instruction": "x", "plan": "- edit"}), said)[0]["harm"] == 1


def test_a_model_that_has_no_answer_gives_none() -> None:
    unknown = Listed(PlanCase.model_validate({"instruction": "dim it", "plan": "darker"}), ("x",), Path())
    assert asker(plans_only=True)(unknown) is None
