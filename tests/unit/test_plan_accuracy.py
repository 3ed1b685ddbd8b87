import json

import pytest

from agent.errors import AnswerError
from agent.plan import Plan
from evals.plan_accuracy import read_cases, score


def steps(*phrases: str, task: str = "denoise", strength: str = "normal") -> Plan:
    step = {
        "task": task,
        "direction": {"denoise": None, "relight": "brighter"}[task],
        "region": {"phrases": list(phrases), "invert": False},
        "strength": strength,
    }
    return Plan.model_validate({"steps": [step], "refusal": None})


@pytest.fixture
def cases(tmp_path):
    file = tmp_path / "cases.jsonl"
    wanted = {"denoise the sky": steps("sky"), "hello": Plan(steps=[], refusal="I only edit.")}
    lines = [json.dumps({"instruction": text, "plan": plan.model_dump()}) for text, plan in wanted.items()]
    lines.append(
        json.dumps(
            {"instruction": "a bit more", "before": steps("a", "b").model_dump()}
            | {"plan": steps("a", "b", strength="slight").model_dump()}
        )
    )
    file.write_text("\n".join(lines) + "\n")
    return read_cases(file)


def test_right_plans_are_exact_whatever_the_refusal_says_and_the_order_of_phrases(cases):
    plans = {"denoise the sky": steps("sky"), "hello": Plan(steps=[], refusal="No."), "a bit more": None}
    plans["a bit more"] = steps("b", "a", strength="slight")
    result = score(lambda text, before: plans[text], cases)
    assert (result.exact, result.refusals, result.misses) == (1.0, 1.0, ())


def test_a_miss_is_counted_by_its_part_and_shown(cases):
    result = score(lambda text, before: before or steps("sky"), cases)
    assert result.exact == pytest.approx(1 / 3)
    assert result.refusals == pytest.approx(2 / 3)  # "hello" was taken for an edit
    assert result.strengths == pytest.approx(1 / 3)  # "a bit more" is slight
    assert [miss.instruction for miss in result.misses] == ["hello", "a bit more"]


def test_no_plan_at_all_is_a_miss_and_no_crash(cases):
    def planner(text, before):
        raise AnswerError("gave no valid plan")

    result = score(planner, cases)
    assert (result.exact, result.refusals, len(result.misses)) == (0.0, 0.0, 3)


def test_no_cases_are_an_error():
    with pytest.raises(ValueError, match="no cases"):
        score(lambda text, before: steps("sky"), [])
