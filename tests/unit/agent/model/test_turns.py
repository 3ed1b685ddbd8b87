import json

import jsonschema
import pytest

from wordfuse.agent.model.grammar import plain_schema
from wordfuse.agent.model.turns import act_messages, judge_messages, judgement_schema, plan_messages, plan_schema
from wordfuse.agent.plan import Judgement, Plan, Step, first_version

PLAN = Plan.model_validate(
    {
        "steps": [
            {
                "task": "incline",
                "direction": "infrared",
                "region": {"phrases": ["people"], "invert": False},
                "strength": "normal",
            }
        ],
        "refusal": None,
    }
)
STEP: Step = PLAN.steps[0]
PLAN_JSON = (
    '{"steps":[{"task":"incline","direction":"infrared","region":{"phrases":["people"],"invert":false},'
    '"strength":"normal"}],"refusal":null}'
)


def test_the_short_plan_turn_is_a_line_of_system_prompt_and_the_instruction():
    assert plan_messages("denoise the sky", None, "compact") == [
        {"role": "system", "content": "Plan the edits of a fused infrared and visible picture as JSON."},
        {"role": "user", "content": "denoise the sky"},
    ]


def test_a_follow_up_shows_the_plan_before():
    assert plan_messages("again", PLAN, "compact")[-1]["content"] == f"Before: {PLAN_JSON}\nagain"


def test_the_full_plan_turn_demonstrates_before_it_asks():
    messages = plan_messages("denoise the sky", None, "full")
    roles = [message["role"] for message in messages]
    assert roles == ["system", *["user", "assistant"] * ((len(messages) - 2) // 2), "user"]
    for message in messages[2::2]:
        Plan.model_validate_json(message["content"])
    assert messages[-1]["content"] == "denoise the sky"


def test_the_act_turn_shows_step_image_mask_and_what_came_before():
    step = (
        '{"task":"incline","direction":"infrared","region":{"phrases":["people"],"invert":false},"strength":"normal"}'
    )
    first = act_messages(STEP, "fused", None, None, "compact")
    assert first[-1]["content"] == f"step: {step}\nimage: fused\nmask: none\nlast: none"
    second = act_messages(STEP, "fused", "m2", "again: go on", "compact")
    assert second[-1]["content"] == f"step: {step}\nimage: fused\nmask: m2\nlast: again: go on"


def test_the_judge_turn_shows_the_table():
    assert judge_messages("luma: 1.0 -> 2.0", "full")[-1] == {"role": "user", "content": "luma: 1.0 -> 2.0"}


def test_the_plan_schema_admits_plans_and_refusals():
    for plan in (PLAN, Plan(steps=[], refusal="no"), Plan(steps=[STEP] * 8, refusal=None)):
        jsonschema.validate(json.loads(plan.model_dump_json()), plan_schema(style="full"))
        jsonschema.validate(first_version(plan), plan_schema())


@pytest.mark.parametrize(
    "change",
    [
        {"direction": "brighter"},
        {"direction": None},
        {"task": "denoise"},
        {"task": "sharpen"},
        {"strength": "weak"},
        {"region": {"phrases": [], "invert": False, "mask": "m1"}},
        {"region": {"phrases": ["x" * 81], "invert": False}},
        {"extra": 1},
    ],
)
def test_the_plan_schema_refuses_what_the_plan_refuses(change):
    plan = {"steps": [first_version(STEP) | change], "refusal": None}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(plan, plan_schema())
    with pytest.raises(ValueError, match="validation error"):
        Plan.model_validate(plan)


def test_the_plan_schema_wants_every_key():
    plan = {"steps": [STEP.model_dump() | {"region": {"phrases": ["people"]}}], "refusal": None}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(plan, plan_schema())


def test_the_keys_are_in_the_order_the_model_writes_them():
    assert list(plan_schema()["properties"]) == ["steps", "refusal"]
    for step in plan_schema()["properties"]["steps"]["items"]["anyOf"]:
        assert list(step["properties"]) == ["task", "direction", "region", "strength"]
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

    for schema in (plan_schema(), judgement_schema()):
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


def test_the_schemas_are_fresh_copies():
    plan_schema()["properties"].clear()
    assert plan_schema()["properties"]
