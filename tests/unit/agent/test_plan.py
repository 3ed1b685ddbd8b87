"""What a model may answer: anything outside the closed vocabularies is an error before it does anything."""

import json
import math
from typing import Any

import jsonschema
import pytest
from pydantic import BaseModel, ValidationError

from tests.fakes import plan, refusal, step
from wordfuse.agent.model.turns import judgement_schema, plan_schema
from wordfuse.agent.model.words import lines
from wordfuse.agent.plan import Judgement, Plan, Query, Step
from wordfuse.tools.registry import TOOLS
from wordfuse.tools.types import Region, Strict

STEP = {"task": "incline", "direction": "infrared", "region": {"phrases": ["people"], "invert": False}}
GOOD: dict[str, Any] = {**STEP, "strength": "normal"}


def without(key: str) -> dict[str, Any]:
    return {name: value for name, value in GOOD.items() if name != key}


@pytest.mark.parametrize(
    "bad",
    [
        GOOD | {"task": "sharpen"},
        GOOD | {"task": "rotate"},
        GOOD | {"amount": 0},
        GOOD | {"amount": "20%"},
        GOOD | {"task": "contrast", "direction": "vivid"},
        GOOD | {"direction": "brighter"},
        GOOD | {"direction": None},
        GOOD | {"task": "denoise"},
        GOOD | {"task": "relight"},
        GOOD | {"strength": "extreme"},
        GOOD | {"strength": 0.5},
        GOOD | {"why": "because"},
        GOOD | {"region": {"phrases": ["people"], "invert": False, "box": [0, 0, 1, 1]}},
        GOOD | {"region": {"phrases": [" "]}},
        GOOD | {"region": {"phrases": ["x" * 81]}},
        GOOD | {"region": {"phrases": ["x"] * 9}},
        GOOD | {"region": {"phrases": "people"}},
        without("strength"),
        without("direction"),
        without("region"),
    ],
)
def test_bad_steps(bad: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Step.model_validate(bad)


@pytest.mark.parametrize(
    "bad",
    [
        {"steps": [], "refusal": None},
        {"steps": [], "refusal": ""},
        {"steps": [GOOD], "refusal": "no"},
        {"steps": [GOOD] * 9, "refusal": None},
        {"steps": [], "refusal": "x" * 301},
        {"steps": [GOOD], "refusal": None, "note": 1},
        {"schema": 3, "steps": [GOOD], "refusal": None},
        {},
        {"steps": [GOOD], "question": {"kind": "count"}},
        {"steps": [GOOD], "control": "undo"},
        {"question": {"kind": "count"}, "control": "undo"},
        {"question": {"kind": "count"}, "refusal": "no"},
        {"control": "undo", "refusal": "no"},
        {"question": {"kind": "whether"}},
        {"question": {"kind": "count", "answer": 3}},
        {"question": "how many?"},
        {"control": "quit"},
        {"control": ["undo", "show"]},
    ],
)
def test_bad_plans(bad: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Plan.model_validate(bad)


@pytest.mark.parametrize(
    "bad",
    [
        {"verdict": "good", "reason": "x"},
        {"verdict": "again", "reason": ""},
        {"verdict": "again", "reason": "x" * 161},
        {"verdict": "again"},
        {"verdict": "again", "reason": "x", "score": 1},
    ],
)
def test_bad_judgements(bad: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Judgement.model_validate(bad)


def test_plan_in_json_is_that_of_the_contract() -> None:
    told = plan(step("incline", "infrared", "people", "cars")).model_dump()
    assert told == {
        "schema": 2,
        "steps": [
            {
                "task": "incline",
                "direction": "infrared",
                "region": {"phrases": ["people", "cars"], "except": [], "invert": False},
                "strength": "normal",
                "amount": None,
            }
        ],
        "question": None,
        "control": None,
        "refusal": None,
    }
    assert Plan.model_validate_json(json.dumps(told)).model_dump() == told


def test_questions_and_controls_in_json_are_those_of_the_contract() -> None:
    asked = Plan(question=Query(kind="count", region=Region(phrases=["people"], exceptions=["children"])))
    assert asked.model_dump() == {
        "schema": 2,
        "steps": [],
        "question": {"kind": "count", "region": {"phrases": ["people"], "except": ["children"], "invert": False}},
        "control": None,
        "refusal": None,
    }
    undo = Plan(control="undo").model_dump()
    assert undo == {"schema": 2, "steps": [], "question": None, "control": "undo", "refusal": None}
    for told in (asked.model_dump(), undo):
        assert Plan.model_validate_json(json.dumps(told)).model_dump() == told


def test_a_plan_of_version_1_is_read_as_what_it_means() -> None:
    assert Plan.model_validate({"steps": [GOOD], "refusal": None}) == plan(step("incline", "infrared", "people"))
    assert Plan.model_validate({"steps": [], "refusal": "no such effect"}) == refusal("no such effect")


def test_plans_in_words() -> None:
    assert str(plan(step("blur", None, "faces"), step("improve"))) == "blur: faces; then improve: the whole image"
    assert str(Plan(question=Query(kind="find", region=Region(phrases=["dog"])))) == "question: find: dog"
    assert str(Plan(question=Query(kind="help"))) == "question: help: the whole image"
    assert str(Plan(control="undo")) == "undo"
    assert str(refusal("singing is not among the effects")) == "refused: singing is not among the effects"


def test_renaming_reaches_every_name_of_a_region_and_nothing_else() -> None:
    region = Region(phrases=["faces", "plates"], exceptions=["clown"], invert=True)
    renamed = Region(phrases=["FACES", "PLATES"], exceptions=["CLOWN"], invert=True)
    before = step("blur").model_copy(update={"region": region})
    after = step("blur").model_copy(update={"region": renamed})
    assert plan(before, step("denoise")).renamed(str.upper) == plan(after, step("denoise"))
    asked = Plan(question=Query(kind="count", region=region))
    assert asked.renamed(str.upper) == Plan(question=Query(kind="count", region=renamed))
    for other in (Plan(control="show"), refusal("no")):
        assert other.renamed(str.upper) == other


def test_steps_in_words() -> None:
    assert str(step("incline", "infrared", "people")) == "toward infrared: people"
    assert str(step("relight", "darker", "sky", "sea", invert=True, strength="slight")) == (
        "darker (slight): everything but sky and sea"
    )
    assert str(step("denoise")) == "denoise: the whole image"
    told = {"task": "blur", "direction": None, "strength": "strong", "amount": 0.25}
    region = {"phrases": ["faces"], "except": ["clown"]}
    assert str(Step.model_validate(told | {"region": region})) == "blur (by 25%): faces except clown"


def test_the_whole_image_with_an_exception_is_everything_but_that() -> None:
    assert Region.model_validate({"phrases": [], "except": ["car"]}) == Region(phrases=["car"], invert=True)
    assert Region.model_validate({"except": ["car"], "invert": True}) == Region(phrases=["car"])


@pytest.mark.parametrize(
    "good",
    [
        plan(step("incline", "visible")),
        plan(step("denoise", None, "sky", invert=True), step("relight", "darker")),
        plan(step("improve")),
        Plan(question=Query(kind="hottest")),
        Plan(control="save"),
        refusal("no such effect"),
    ],
)
def test_schema_for_servers_takes_what_the_types_take(good: Plan) -> None:
    jsonschema.validate(good.model_dump(), plan_schema(style="full"))
    jsonschema.validate({"plan": lines.written(good)}, plan_schema())


def test_schema_for_judgements_takes_what_the_types_take() -> None:
    jsonschema.validate({"verdict": "again", "reason": "go on"}, judgement_schema())


@pytest.mark.parametrize(
    "change", [{"direction": "brighter"}, {"task": "denoise"}, {"why": 1}, {"region": None}, {"amount": 0}]
)
def test_schema_for_servers_refuses_what_the_types_refuse(change: dict[str, Any]) -> None:
    whole = plan(step("incline", "infrared", "people")).model_dump()
    jsonschema.validate(whole, plan_schema(style="full"))
    whole["steps"][0] |= change
    with pytest.raises(ValidationError):
        Plan.model_validate(whole)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(whole, plan_schema(style="full"))


ARGS: dict[str, dict[str, Any]] = {
    "fuse": {},
    "ground": {"phrases": ["people"]},
    "segment": {"grounding": "g1", "invert": False},
    "incline": {"image": "fused", "mask": "m1", "direction": "infrared", "strength": "normal"},
    "relight": {"image": "fused", "mask": None, "direction": "darker", "strength": "slight"},
    "denoise": {"image": "fused", "mask": "m1", "strength": "strong"},
    "contrast": {"image": "fused", "mask": "m1", "direction": "more", "strength": "strong"},
    "sharpen": {"image": "fused", "mask": "m1", "strength": "strong"},
    "dehaze": {"image": "fused", "mask": "m1", "strength": "strong"},
    "destripe": {"image": "fused", "mask": "m1", "strength": "strong", "axis": "rows"},
    "blur": {"image": "fused", "mask": "m1", "strength": "strong", "amount": 0.5},
    "recolour": {"image": "fused", "mask": "m1", "direction": "heat", "strength": "strong"},
    "inspect": {"image": None, "mask": "m1"},
    "find_extremes": {"kind": "hottest", "mask": "m1"},
    "read_temperatures": {"mask": "m1", "unit": "F"},
    "evaluate_metrics": {"before": "fused", "after": "a1", "mask": None},
}
MAY_BE_LEFT_OUT = {"amount", "axis", "without"}
IDS = [(name, key) for name, args in ARGS.items() for key in args if key in ("image", "mask", "grounding", "before")]


def args_of(name: str) -> type[BaseModel]:
    return TOOLS[name].args


@pytest.mark.parametrize("name", list(TOOLS))
def test_every_tool_takes_what_it_names_and_nothing_else(name: str) -> None:
    assert issubclass(args_of(name), Strict)
    left_out = {key for key, field in args_of(name).model_fields.items() if not field.is_required()}
    assert left_out <= MAY_BE_LEFT_OUT, "the agent's own language model writes every argument that it knows"


@pytest.mark.parametrize("name", list(ARGS))
def test_arguments_are_exact(name: str) -> None:
    args_of(name).model_validate(ARGS[name])
    with pytest.raises(ValidationError):
        args_of(name).model_validate(ARGS[name] | {"out": "/etc/passwd"})
    for key in ARGS[name].keys() - MAY_BE_LEFT_OUT:
        with pytest.raises(ValidationError):
            args_of(name).model_validate({k: v for k, v in ARGS[name].items() if k != key})
        with pytest.raises(ValidationError):
            args_of(name).model_validate(ARGS[name] | {key: math.nan})


@pytest.mark.parametrize(
    "value",
    ["../../etc/passwd", "/etc/passwd", "a b", "", "A1", "a1.png", "a1\n", "..", "~", "a" * 65, "ä", 7, ["a1"], "a1\0"],
)
@pytest.mark.parametrize(("name", "key"), IDS)
def test_ids_are_never_paths(name: str, key: str, value: object) -> None:
    with pytest.raises(ValidationError):
        args_of(name).model_validate(ARGS[name] | {key: value})
