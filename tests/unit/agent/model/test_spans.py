"""What a region may be called: runs of words of the instruction."""

import json

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import plan, step
from tests.plan_cases import read_plan_cases
from wordfuse.agent.model.turns import answer_of, plan_schema
from wordfuse.agent.model.words import lines
from wordfuse.agent.model.words.spans import MOST_CHARACTERS, MOST_SPANS, MOST_WORDS, names_in, spans
from wordfuse.evals.language.cases import PlanCase

CASES = read_plan_cases()


def test_runs_of_words_without_articles_at_their_ends() -> None:
    assert spans("Dim the lamp's base!") == [
        "dim",
        "dim the lamp",
        "dim the lamp's base",
        "lamp",
        "lamp's base",
        "base",
    ]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("brighten the cars' roofs", "cars' roofs"),
        ("show the cars' texture", "cars"),
        ("people, trucks and the dog: warmer", "trucks"),
        ("1) thermal on the T-34 2) less grain", "t-34"),
        ("fence->visible, yard -> brighter", "yard"),
        ("find 'zone b' and brighten it", "zone b"),
        ("Lift the person on the left, please.", "person on the left"),
        ("Über den «Bäumen»: le café du coin heller", "café du coin"),
    ],
)
def test_names_as_people_write_them(text: str, name: str) -> None:
    assert name in spans(text)


def test_names_end_at_punctuation() -> None:
    said = spans("dim the sun, brighten the moon. denoise (the lake)")
    assert not [span for span in said if any(mark in span for mark in ",.()")]
    assert "sun brighten" not in said


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_regions_of_hand_written_plans_are_among_them(case: PlanCase) -> None:
    line = answer_of(lines.written(case.plan))
    jsonschema.validate(json.loads(line), plan_schema(case.instruction, case.before))


@given(st.text(max_size=200))
def test_any_text(text: str) -> None:
    for span in spans(text):
        assert 0 < len(span) <= MOST_CHARACTERS and len(span.split()) <= MOST_WORDS
        assert span.split()[0] not in ("the", "a", "an")
    jsonschema.Draft202012Validator.check_schema(plan_schema(text))


def test_a_large_model_finds_the_words_itself() -> None:
    found = plan(step("denoise", None, "motorcycles")).model_dump()
    jsonschema.validate(found, plan_schema("motorbikes should stand out", style="full"))


def test_what_stands_between_slashes_is_offered_as_one_and_as_several() -> None:
    assert {"people", "cars", "people/cars", "on/off switch"} <= set(names_in("people/cars, on/off switch") or ())


def test_scripts_without_spaces_are_left_to_the_model() -> None:
    assert names_in("把天空变亮一点") is None


@pytest.mark.parametrize("text", ["darker", "Make it brighter.", "denoise!", "more", "...", ""])
def test_a_wish_may_name_nothing(text: str) -> None:
    assert names_in(text) == []


def test_long_instructions_do_not_make_endless_schemas() -> None:
    words = " ".join(f"word{i}" for i in range(60))
    some = names_in(words)
    assert some is not None and len(some) <= MOST_SPANS and "word7 word8 word9" in some
    assert names_in(" ".join(f"word{i}" for i in range(500))) is None
