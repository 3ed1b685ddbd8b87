import hashlib

import pytest

from wordfuse import prompts
from wordfuse.agent.plan import DIRECTIONS, Plan

TURNS = ("plan", "act", "judge")


@pytest.mark.parametrize("turn", TURNS)
def test_every_turn_has_a_short_and_a_full_prompt(turn):
    compact, full = prompts.load(f"{turn}.compact"), prompts.load(turn)
    assert "\n" not in compact.text
    assert len(full.text) > 5 * len(compact.text)


def test_the_short_plan_prompt_is_the_one_the_adapter_was_trained_with():
    assert prompts.load("plan.compact").text == "Plan the edits of a fused infrared and visible picture as JSON."


def test_a_prompt_carries_the_hash_of_its_text():
    prompt = prompts.load("plan")
    assert prompt.sha256 == hashlib.sha256(prompt.text.encode()).hexdigest()


def test_an_unknown_prompt_is_an_error_that_names_those_there_are():
    with pytest.raises(KeyError, match=r"plan\.compact"):
        prompts.load("plann")


def test_demonstrations_are_valid_plans_and_show_a_follow_up_and_a_refusal():
    shown = prompts.examples("plan")
    assert 10 <= len(shown) <= 20
    plans = [Plan.model_validate(example["plan"]) for example in shown]
    assert any(plan.refusal for plan in plans)
    assert any("before" in example for example in shown)
    assert {step.task for plan in plans for step in plan.steps} == set(DIRECTIONS)


def test_a_turn_without_demonstrations_has_none():
    assert prompts.examples("judge") == []


def test_the_digest_is_stable_and_hexadecimal():
    assert prompts.digest() == prompts.digest()
    assert len(bytes.fromhex(prompts.digest())) == 32
