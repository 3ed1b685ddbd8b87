import json
import re
from collections import Counter
from itertools import islice
from random import Random
from typing import get_args

import pytest

from tests.fakes import plan
from tests.plan_cases import read_plan_cases
from wordfuse.agent.model.training.corpus.plans import gerund
from wordfuse.agent.model.training.corpus.regions import Picker, held_out
from wordfuse.agent.model.training.corpus.rows import LONGEST, Row, plain, rows
from wordfuse.agent.model.training.corpus.typing import typed
from wordfuse.agent.model.training.train import excluded
from wordfuse.agent.model.turns import answer_of, plan_messages, plan_schema
from wordfuse.agent.model.words import lines, refusals
from wordfuse.agent.plan import Control, Plan, QuestionKind, Step
from wordfuse.evals.language.cases import SUITES, read_suite
from wordfuse.tools.types import Region

HAND_WRITTEN = read_plan_cases()
EXCLUDED = excluded(SUITES / "plan")


@pytest.fixture(scope="module")
def sample() -> list[Row]:
    return list(islice(rows(7, "train", EXCLUDED), 3000))


def line_of(row: Row) -> str:
    """The plan of a row as a line."""
    answer = row.messages[-1]["content"]
    line: str = json.loads(answer)["plan"]
    assert answer == answer_of(line)
    return line


def asked_of(row: Row) -> tuple[str, Plan | None]:
    """What a row asks: the instruction, and the plan before it where there is one."""
    asked = row.messages[-2]["content"]
    if not asked.startswith("Before: "):
        return asked, None
    before, _, instruction = asked.removeprefix("Before: ").partition("\n")
    return instruction, lines.read(before)


def steps_in(sample: list[Row]) -> list[Step]:
    return [step for row in sample for step in lines.read(line_of(row)).steps]


def test_the_same_seed_gives_the_same_rows(sample):
    assert list(islice(rows(7, "train", EXCLUDED), 200)) == sample[:200]
    assert list(islice(rows(8, "train", EXCLUDED), 200)) != sample[:200]


def test_every_row_is_the_plan_turn_with_its_answer(sample):
    for row in sample:
        assert list(row.messages[:-1]) == plan_messages(*asked_of(row), "compact")
        assert row.messages[-1]["role"] == "assistant"
        lines.read(line_of(row))


def test_every_answer_can_be_given_where_it_is_asked_for(sample):
    for row in Random(1).sample(sample, 150):
        schema = plan_schema(*asked_of(row))
        assert re.fullmatch(schema["properties"]["plan"]["pattern"], line_of(row)), row


def test_everything_that_can_be_said_in_a_line_is_learnt(sample):
    met = Counter(named for row in sample for named in lines.effects_in(line_of(row)))
    assert set(met) == {
        *lines.NAMES.values(),
        *(f"? {kind}" for kind in get_args(QuestionKind)),
        *(f"! {control}" for control in get_args(Control)),
        *(f"- {kind}" for kind in refusals.KINDS),
    }
    assert all(met[name] > 30 for name in lines.NAMES.values())


def test_about_a_tenth_is_refused_and_a_tenth_is_no_edit(sample):
    plans = [lines.read(line_of(row)) for row in sample]
    assert 0.07 < sum(plan.refusal is not None for plan in plans) / len(plans) < 0.16
    assert 0.07 < sum(bool(plan.question or plan.control) for plan in plans) / len(plans) < 0.16


def test_about_a_sixth_follows_a_plan(sample):
    assert 0.12 < sum(asked_of(row)[1] is not None for row in sample) / len(sample) < 0.22


def test_standing_out_is_asked_for_in_both_directions(sample):
    asked = Counter((step.task, step.direction) for step in steps_in(sample))
    of_all = asked.total()
    assert asked["stand_out", "more"] / of_all > 0.15 and asked["stand_out", "less"] / of_all > 0.05
    grown = [("incline", "infrared"), ("incline", "visible"), ("relight", "brighter"), ("relight", "darker")]
    assert all(asked[effect] / of_all > 0.05 for effect in [*grown, ("denoise", None)])


def test_regions_are_one_several_everything_but_one_and_without_some(sample):
    steps = steps_in(sample)
    shares = {
        "whole": sum(not step.region.phrases for step in steps) / len(steps),
        "several": sum(len(step.region.phrases) > 1 for step in steps) / len(steps),
        "but one": sum(step.region.invert for step in steps) / len(steps),
        "without": sum(bool(step.region.exceptions) for step in steps) / len(steps),
        "by so much": sum(step.amount is not None for step in steps) / len(steps),
    }
    least = {"whole": 0.05, "several": 0.04, "but one": 0.03, "without": 0.005, "by so much": 0.01}
    assert {name for name in least if shares[name] < least[name]} == set(), shares


def test_phrases_are_lower_case_and_have_no_article(sample):
    regions = [step.region for step in steps_in(sample)]
    phrases = [phrase for region in regions for phrase in (*region.phrases, *region.exceptions)]
    assert len(set(phrases)) > 1000
    for phrase in phrases:
        assert phrase == phrase.lower() == phrase.strip()
        assert phrase.split()[0] not in {"the", "a", "an", "this", "that", "these", "those", "and"}


def test_no_slot_of_a_phrasing_is_left_unfilled(sample):
    for row in sample:
        assert not set("{}\x01\x02") & set(asked_of(row)[0] + line_of(row))


def test_instructions_are_varied_and_not_endless(sample):
    asked = [row.messages[-2]["content"] for row in sample]
    assert len(set(asked)) > 0.98 * len(asked)
    assert max(len(asked_of(row)[0]) for row in sample) <= LONGEST


def test_hand_written_cases_are_never_trained_on(sample):
    assert len(EXCLUDED) > 300
    assert not {plain(asked_of(row)[0]) for row in sample} & EXCLUDED
    # What would be written without them is left out with them.
    first = plain(asked_of(next(rows(7)))[0])
    assert first not in {plain(asked_of(row)[0]) for row in islice(rows(7, "train", frozenset({first})), 3000)}


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
    return [typed(Random(seed), text, plan(step)) for seed in range(300)]


def test_a_region_is_called_what_was_typed():
    variants = typed_often(
        "brighten \x01yellow excavator's bucket\x02 and \x01sky\x02 slightly", ["yellow excavator's bucket", "sky"]
    )
    for text, meant in variants:
        assert not set("\x01\x02") & set(text)
        assert all(phrase in text.lower() for phrase in meant.steps[0].region.phrases)
    names = {meant.steps[0].region.phrases[0] for _, meant in variants}
    assert "yellow excavator's bucket" in names
    assert len(names) > 3  # some with a slip


def test_a_name_does_not_grow_where_an_apostrophe_is_left_out():
    variants = typed_often("don't dim it, brighten \x01crane\x02's hook", ["crane"])
    assert any("dont" in text.lower() for text, _ in variants)
    for text, meant in variants:
        assert re.search(rf"\b{meant.steps[0].region.phrases[0]}\b", text.lower())


def test_what_is_typed_varies():
    assert len({text for text, _ in typed_often("please make the \x01road\x02 a little brighter", ["road"])}) > 20


def test_what_nearly_everybody_says_is_learnt():
    assert not any(held_out(entry) for entry in ("denoise {e}", "{a} brighten {R} {e}", "{R} {is} {t} too dark"))
