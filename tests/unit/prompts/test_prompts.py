import hashlib
import re
from typing import get_args

import pytest

from wordfuse import prompts
from wordfuse.agent.model.turns import plan_messages
from wordfuse.agent.plan import DIRECTIONS, Control, Plan, QuestionKind
from wordfuse.tools.types import Strength

TURNS = ("plan", "act", "judge")


@pytest.mark.parametrize("turn", TURNS)
def test_every_turn_has_a_short_and_a_full_prompt(turn):
    compact, full = prompts.load(f"{turn}.compact"), prompts.load(turn)
    assert "\n" not in compact.text
    assert len(full.text) > 5 * len(compact.text)


def test_the_short_plan_prompt_is_the_one_the_adapter_was_trained_with():
    assert prompts.load("plan.compact").text == "Plan."


def test_a_prompt_carries_the_hash_of_its_text():
    prompt = prompts.load("plan")
    assert prompt.sha256 == hashlib.sha256(prompt.text.encode()).hexdigest()


def test_an_unknown_prompt_is_an_error_that_names_those_there_are():
    with pytest.raises(KeyError, match=r"plan\.compact"):
        prompts.load("plann")


def test_demonstrations_are_plans_as_they_are_to_be_written():
    for example in prompts.examples("plan"):
        for shown in (example[key] for key in ("before", "plan") if key in example):
            assert Plan.model_validate(shown).model_dump() == shown


def test_demonstrations_show_every_task_and_what_is_none():
    shown = prompts.examples("plan")
    assert 10 <= len(shown) <= 25
    plans = [Plan.model_validate(example["plan"]) for example in shown]
    assert {step.task for plan in plans for step in plan.steps} == set(DIRECTIONS)
    assert any("before" in example for example in shown)
    assert any(plan.refusal for plan in plans)
    assert any(plan.question for plan in plans)
    assert any(plan.control for plan in plans)
    assert any(step.region.exceptions for plan in plans for step in plan.steps)
    assert any(step.region.invert for plan in plans for step in plan.steps)
    assert any(step.amount for plan in plans for step in plan.steps)


def test_a_wish_that_something_stays_as_it_is_is_shown_as_a_refusal():
    (never,) = [one for one in prompts.examples("plan") if one["instruction"] == "never make the road darker"]
    assert "Nothing is to be done" in Plan.model_validate(never["plan"]).refusal


def test_the_rules_name_every_word_of_a_plan():
    words = set(re.findall(r"\w+", prompts.load("plan").text))
    directions = {direction for several in DIRECTIONS.values() for direction in several if direction}
    assert words >= {*DIRECTIONS, *directions, *get_args(QuestionKind), *get_args(Control), *get_args(Strength)}
    assert words >= set(Plan(control="undo").model_dump())


def test_the_plan_turn_fits_into_a_context_of_4096_tokens():
    # The embedded base reads 3455 tokens where this has 11508 characters; what is over is for the instruction, the
    # plan before it and the answer.
    said = "".join(message["content"] for message in plan_messages("brighten the road", None, "full"))
    assert len(said) * 3455 / 11508 < 3500


def test_a_turn_without_demonstrations_has_none():
    assert prompts.examples("judge") == []


def test_the_digest_is_stable_and_hexadecimal():
    assert prompts.digest() == prompts.digest()
    assert len(bytes.fromhex(prompts.digest())) == 32
