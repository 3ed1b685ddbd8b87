import json

import jsonschema
import pytest

from tests.fakes import plan, refusal, step
from wordfuse.agent.model.grammar import plain_schema
from wordfuse.agent.model.turns import (
    act_messages,
    answer_of,
    judge_messages,
    judgement_schema,
    plan_messages,
    plan_schema,
)
from wordfuse.agent.model.words import lines
from wordfuse.agent.plan import Judgement, Plan, Query
from wordfuse.tools.types import Region

STEP = step("incline", "infrared", "people")
PLAN = plan(STEP)
STEP_JSON = (
    '{"task":"incline","direction":"infrared","region":{"phrases":["people"],"except":[],"invert":false},'
    '"strength":"normal","amount":null}'
)
PLAN_JSON = f'{{"schema":2,"steps":[{STEP_JSON}],"question":null,"control":null,"refusal":null}}'
OF_EVERY_KIND = [
    PLAN,
    plan(*[STEP] * 5),
    Plan(question=Query(kind="count", region=Region(phrases=["people"], exceptions=["children"]))),
    Plan(question=Query(kind="help")),
    Plan(control="undo"),
    refusal("no"),
]


def test_the_short_plan_turn_is_a_word_of_system_prompt_and_the_instruction():
    assert plan_messages("denoise the sky", None, "compact") == [
        {"role": "system", "content": "Plan."},
        {"role": "user", "content": "denoise the sky"},
    ]


def test_a_follow_up_shows_the_plan_before():
    assert plan_messages("again", PLAN, "compact")[-1]["content"] == "Before: infrared: people\nagain"
    assert plan_messages("again", PLAN, "full")[-1]["content"] == f"Before: {PLAN_JSON}\nagain"


def test_the_full_plan_turn_demonstrates_before_it_asks():
    messages = plan_messages("denoise the sky", None, "full")
    roles = [message["role"] for message in messages]
    assert roles == ["system", *["user", "assistant"] * ((len(messages) - 2) // 2), "user"]
    for message in messages[2::2]:
        Plan.model_validate_json(message["content"])
    assert messages[-1]["content"] == "denoise the sky"


@pytest.mark.parametrize("style", ["compact", "full"])
def test_the_act_turn_shows_step_image_mask_and_what_came_before(style):
    first = act_messages(STEP, "fused", None, None, style)
    assert first[-1]["content"] == f"step: {STEP_JSON}\nimage: fused\nmask: none\nlast: none"
    second = act_messages(STEP, "fused", "m2", "again: go on", style, means="relight brighter strong")
    assert second[-1]["content"] == (
        f"step: {STEP_JSON}\nimage: fused\nmask: m2\nlast: again: go on\nmeans: relight brighter strong"
    )


def test_the_judge_turn_shows_the_table():
    assert judge_messages("luma: 1.0 -> 2.0", "full")[-1] == {"role": "user", "content": "luma: 1.0 -> 2.0"}


@pytest.mark.parametrize("good", OF_EVERY_KIND, ids=str)
def test_the_plan_schema_admits_plans_of_every_kind(good):
    jsonschema.validate(good.model_dump(), plan_schema(style="full"))
    jsonschema.validate(json.loads(answer_of(lines.written(good))), plan_schema())


@pytest.mark.parametrize(
    "change",
    [
        {"direction": "brighter"},
        {"direction": None},
        {"task": "denoise"},
        {"task": "sharpen"},
        {"strength": "weak"},
        {"amount": 0},
        {"amount": 11},
        {"region": {"phrases": [], "except": [], "invert": False, "mask": "m1"}},
        {"region": {"phrases": ["x" * 81], "except": [], "invert": False}},
        {"region": {"phrases": ["x"] * 9, "except": [], "invert": False}},
        {"extra": 1},
    ],
)
def test_the_plan_schema_refuses_what_the_plan_refuses(change):
    wrong = PLAN.model_dump() | {"steps": [STEP.model_dump() | change]}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, plan_schema(style="full"))
    with pytest.raises(ValueError, match="validation error"):
        Plan.model_validate(wrong)


@pytest.mark.parametrize(
    "change",
    [{"question": {"kind": "whether", "region": {}}}, {"question": "how many?"}, {"control": "quit"}, {"schema": 1}],
)
def test_the_plan_schema_refuses_other_questions_controls_and_versions(change):
    wrong = Plan(control="undo").model_dump() | {"control": None} | change
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, plan_schema(style="full"))
    with pytest.raises(ValueError, match="validation error"):
        Plan.model_validate(wrong)


@pytest.mark.parametrize(
    "line", ["", "brighten: people", "infrared people", "infrared: people;", "? when: people", "! quit", "- no", "-"]
)
def test_the_schema_of_a_line_refuses_what_is_no_line(line):
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"plan": line}, plan_schema())


def test_an_answer_is_a_line_without_a_space_around_it():
    assert answer_of("denoise: café") == '{"plan":"denoise: café"}'


@pytest.mark.parametrize("key", ["phrases", "except", "invert"])
def test_the_plan_schema_wants_every_key(key):
    whole = PLAN.model_dump()
    del whole["steps"][0]["region"][key]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(whole, plan_schema(style="full"))


def test_the_keys_are_in_the_order_the_model_writes_them():
    full = plan_schema(style="full")
    assert list(full["properties"]) == ["schema", "steps", "question", "control", "refusal"]
    for one in full["properties"]["steps"]["items"]["anyOf"]:
        assert list(one["properties"]) == ["task", "direction", "region", "strength", "amount"]
    assert list(plan_schema()["properties"]) == ["plan"]
    assert list(judgement_schema()["properties"]) == ["verdict", "reason"]


def test_every_object_is_closed_and_names_all_its_keys_as_strict_servers_want():
    def objects(node):
        if isinstance(node, dict):
            if node.get("type") == "object":
                yield node
            for child in node.values():
                yield from objects(child)
        elif isinstance(node, list):
            for child in node:
                yield from objects(child)

    for schema in (plan_schema(), plan_schema(style="full"), judgement_schema()):
        for node in objects(schema):
            assert node["additionalProperties"] is False
            assert node["required"] == list(node["properties"])
        # Nothing by reference: it stays what it is when made plain for the grammar.
        assert plain_schema(schema) == schema


def test_the_judgement_schema_admits_judgements():
    answer = Judgement(verdict="again", reason="distance 36.0, 30.9 wanted: go on")
    jsonschema.validate(answer.model_dump(), judgement_schema())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"verdict": "good", "reason": "x"}, judgement_schema())


@pytest.mark.parametrize("style", ["compact", "full"])
def test_the_schemas_are_fresh_copies(style):
    plan_schema(style=style)["properties"].clear()
    assert plan_schema(style=style)["properties"]
