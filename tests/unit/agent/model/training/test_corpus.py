import json
from collections import Counter
from itertools import islice
from random import Random

import pytest

from tests.plan_cases import read_plan_cases
from wordfuse.agent.model.training.corpus.effects import EFFECTS
from wordfuse.agent.model.training.corpus.plans import gerund
from wordfuse.agent.model.training.corpus.regions import Picker, held_out
from wordfuse.agent.model.training.corpus.rows import Row, plain, rows
from wordfuse.agent.model.training.corpus.typing import typed
from wordfuse.agent.model.training.train import excluded
from wordfuse.agent.model.turns import plan_messages
from wordfuse.agent.plan import Judgement, Plan, Step
from wordfuse.evals.language.cases import SUITES, read_suite
from wordfuse.tools.types import Region

HAND_WRITTEN = read_plan_cases()
EXCLUDED = excluded(SUITES / "plan")


@pytest.fixture(scope="module")
def sample() -> list[Row]:
    return list(islice(rows(7, "train", EXCLUDED), 3000))


def plans(sample: list[Row]) -> list[Plan]:
    return [Plan.model_validate_json(row.messages[-1]["content"]) for row in sample if row.turn == "plan"]


def test_the_same_seed_gives_the_same_rows(sample):
    assert list(islice(rows(7, "train", EXCLUDED), 200)) == sample[:200]
    assert list(islice(rows(8, "train", EXCLUDED), 200)) != sample[:200]


def test_every_answer_is_what_the_turn_wants(sample):
    for row in sample:
        assert row.learn[-1] == len(row.messages) - 1
        for index in row.learn:
            message = row.messages[index]
            assert message["role"] == "assistant"
            if row.turn == "judge":
                Judgement.model_validate_json(message["content"])
            elif row.turn == "act":
                assert set(json.loads(message["content"])) == {"name", "arguments"}
    assert len(plans(sample)) > 1000


def test_the_turns_have_their_shares(sample):
    counts = Counter(row.turn for row in sample)
    assert {turn: round(100 * count / len(sample)) for turn, count in counts.items()} == pytest.approx(
        {"plan": 86, "act": 8, "judge": 6}, abs=3
    )


def test_about_a_sixth_of_the_instructions_is_refused(sample):
    refused = [plan for plan in plans(sample) if plan.refusal]
    assert 0.13 < len(refused) / len(plans(sample)) < 0.22


def test_standing_out_is_asked_for_in_both_directions(sample):
    asked = Counter((step.task, step.direction) for plan in plans(sample) for step in plan.steps)
    of_all = asked.total()
    assert asked["stand_out", "more"] / of_all > 0.15 and asked["stand_out", "less"] / of_all > 0.05
    assert all(asked[task, direction] / of_all > 0.06 for task, direction in EFFECTS[:5])


def test_phrases_are_lower_case_and_have_no_article(sample):
    phrases = [phrase for plan in plans(sample) for step in plan.steps for phrase in step.region.phrases]
    assert len(set(phrases)) > 1000
    for phrase in phrases:
        assert phrase == phrase.lower() == phrase.strip()
        assert phrase.split()[0] not in {"the", "a", "an", "this", "that", "these", "those", "and"}


def test_phrases_are_said_in_the_instruction_or_stood_in_the_plan_before(sample):
    for row in sample:
        if row.turn != "plan":
            continue
        asked = row.messages[-2]["content"].lower()
        for step in Plan.model_validate_json(row.messages[-1]["content"]).steps:
            for phrase in step.region.phrases:
                assert phrase in asked


def test_no_slot_of_a_phrasing_is_left_unfilled(sample):
    for row in sample:
        if row.turn == "plan":
            asked = row.messages[-2]["content"]
            instruction = asked.split("\n", 1)[1] if asked.startswith("Before: ") else asked
            assert not set("{}\x01\x02") & set(instruction)


def test_instructions_are_varied(sample):
    asked = [row.messages[-2]["content"] for row in sample if row.turn == "plan"]
    assert len(set(asked)) > 0.93 * len(asked)


def test_hand_written_cases_are_never_trained_on(sample):
    asked = {plain(row.messages[-2]["content"].rsplit("\n", 1)[-1]) for row in sample if row.turn == "plan"}
    assert not asked & EXCLUDED


def test_validation_has_wordings_that_training_never_meets():
    train, validation = Picker(Random(1), "train"), Picker(Random(1), "validation")
    entries = [f"wording {number}" for number in range(200)]
    kept = {entry for entry in entries if held_out(entry)}
    assert kept
    assert not kept & {train.pick(entries) for _ in range(2000)}
    assert kept & {validation.pick(entries) for _ in range(2000)}


def test_there_are_hand_written_cases_of_every_kind():
    kinds = {one.tags[0] for one in read_suite("plan").listed}
    assert kinds == {
        "first",
        "plain",
        "typo",
        "multi",
        "union",
        "invert",
        "negation",
        "followup",
        "refuse",
        "injection",
        "stand_out",
    }
    assert len(HAND_WRITTEN) > 350
    assert len({(case.instruction, str(case.before)) for case in HAND_WRITTEN}) == len(HAND_WRITTEN)
    for case in HAND_WRITTEN:
        assert plan_messages(case.instruction, case.before, "compact")


@pytest.mark.parametrize(
    ("imperative", "expected"),
    [
        ("brighten the cars", "brightening the cars"),
        ("gently dim it", "gently dimming it"),
        ("make them warmer", "making them warmer"),
        ("get rid of the noise", "getting rid of the noise"),
        ("de-noise the sky", "de-noising the sky"),
        ("rid the sky of noise", "ridding the sky of noise"),
    ],
)
def test_gerunds(imperative, expected):
    assert gerund(imperative) == expected


def typed_often(text: str, phrases: list[str]) -> list[tuple[str, Plan]]:
    step = Step(task="relight", direction="brighter", region=Region(phrases=phrases, invert=False), strength="slight")
    return [typed(Random(seed), text, Plan(steps=[step], refusal=None)) for seed in range(300)]


def test_a_region_is_called_what_was_typed():
    variants = typed_often(
        "brighten \x01yellow excavator's bucket\x02 and \x01sky\x02 slightly", ["yellow excavator's bucket", "sky"]
    )
    for text, plan in variants:
        assert not set("\x01\x02") & set(text)
        assert all(phrase in text.lower() for phrase in plan.steps[0].region.phrases)
    names = {plan.steps[0].region.phrases[0] for _, plan in variants}
    assert "yellow excavator's bucket" in names
    assert len(names) > 3  # some with a slip


def test_what_is_typed_varies():
    assert len({text for text, _ in typed_often("please make the \x01road\x02 a little brighter", ["road"])}) > 20


def test_what_nearly_everybody_says_is_learnt():
    assert not any(held_out(entry) for entry in ("denoise {e}", "{a} brighten {R} {e}", "{R} {is} {t} too dark"))
