"""Reading suites: ours, and what users write."""

import json
from pathlib import Path
from typing import Any

import pytest

from wordfuse.agent.plan import Plan
from wordfuse.evals.language.cases import (
    SUITES,
    ActCase,
    AgentCase,
    CritiqueCase,
    PlanCase,
    RunCase,
    TrapCase,
    read_suite,
)
from wordfuse.fusion.errors import InputError

YAML = """
cases:
  - instruction: make the pedestrians stand out
    plan: {steps: [{task: stand_out, direction: more, region: {phrases: [pedestrians]}}]}
    tags: [people, night]
  - {instruction: crop the sky, plan: refuse}
  - {instruction: "how many people are there?", plan: "? count: people", or: ["? find: people", "stand out: people"]}
  - instruction: a bit more
    before: {steps: [{task: denoise}]}
    plan: {steps: [{task: denoise, strength: slight}]}
"""


def test_our_suites_can_be_read() -> None:
    assert len(read_suite("plan").of("plan")) > 350
    assert {type(one.case) for one in read_suite("act").listed} == {ActCase}
    assert {type(one.case) for one in read_suite("critique").listed} == {CritiqueCase}
    assert {type(one.case) for one in read_suite("run").listed} == {RunCase}


def test_tasks_for_agents_of_every_kind_on_rendered_and_on_real_pairs() -> None:
    suite = read_suite("agent")
    assert suite.runs and not read_suite("plan").runs
    cases = [one.case for one in suite.listed]
    assert len(cases) >= 80
    assert {type(one) for one in cases} == {AgentCase, TrapCase}
    rendered = suite.without_real_pairs()
    assert 30 <= len(rendered.listed) < len(cases) - 30
    assert {one.tags[0] for one in rendered.listed} == {"restore", "find", "several", "traps"}
    assert read_suite("plan").without_real_pairs() == read_suite("plan")


@pytest.mark.parametrize(("name", "cases", "files"), [("natural", 442, 7), ("calibration", 191, 3)])
def test_wishes_of_people_in_their_roles(name: str, cases: int, files: int) -> None:
    listed = read_suite(name).listed
    assert (len(listed), len({one.tags[0] for one in listed})) == (cases, files)
    several = 0
    for one in listed:
        assert isinstance(one.case, PlanCase) and one.case.writer.endswith(", in role")
        possible = [plan.model_dump_json() for plan in (one.case.plan, *one.case.alternatives)]
        assert len(set(possible)) == len(possible), one.case.words
        several += len(possible) > 1
    assert several > cases / 3


def test_the_edits_by_which_the_threshold_is_chosen_are_none_that_it_is_measured_with() -> None:
    edits = [
        {
            one.case.words.lower()
            for one in read_suite(name).listed
            if isinstance(one.case, PlanCase) and one.case.plan.steps
        }
        for name in ("natural", "calibration")
    ]
    assert all(len(asked) > 100 for asked in edits)
    assert not edits[0] & edits[1]


def test_a_suite_in_yaml_may_leave_out_what_is_usual(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(YAML)
    suite = read_suite(str(file))
    first, second, question, third = (one.case for one in suite.listed)
    assert suite.name == "mine"
    assert isinstance(first, PlanCase) and isinstance(second, PlanCase) and isinstance(third, PlanCase)
    assert isinstance(question, PlanCase) and question.plan.question and question.plan.question.kind == "count"
    assert list(map(str, question.alternatives)) == ["question: find: people", "stand out more: people"]
    assert str(first.plan.steps[0]) == "stand out more: pedestrians"
    assert suite.listed[0].tags == ("mine", "people", "night")
    assert second.plan.refusal and not second.plan.steps
    assert third.before is not None and third.plan.steps[0].strength == "slight"


def test_an_id_depends_on_the_question_alone() -> None:
    question = {"instruction": "denoise", "plan": {"steps": [{"task": "denoise"}]}}
    one = PlanCase.model_validate(question)
    other = PlanCase.model_validate(question | {"plan": "refuse", "tags": ["x"]})
    assert one.name == other.name != PlanCase.model_validate(question | {"instruction": "dim"}).name
    assert PlanCase.model_validate(question | {"id": "mine"}).name == "mine"


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("denoise", {"steps": [{"task": "denoise", "direction": None}]}),
        (
            "darker slight: lamps + signs - moon; vivid 20%",
            {
                "steps": [
                    {
                        "task": "relight",
                        "direction": "darker",
                        "region": {"phrases": ["lamps", "signs"], "except": ["moon"]},
                        "strength": "slight",
                    },
                    {"task": "recolour", "direction": "vivid", "amount": 0.2},
                ]
            },
        ),
        ("blur: not door", {"steps": [{"task": "blur", "region": {"phrases": ["door"], "invert": True}}]}),
        ("? hottest: roof", {"question": {"kind": "hottest", "region": {"phrases": ["roof"]}}}),
        ("! redo", {"control": "redo"}),
    ],
)
def test_a_plan_may_be_a_line(line: str, meant: dict[str, Any]) -> None:
    question = {"instruction": "x", "before": line, "plan": line, "or": [line]}
    case = PlanCase.model_validate(question)
    written_out = PlanCase.model_validate({"instruction": "x", "before": meant, "plan": meant})
    assert case.plan == case.before == case.alternatives[0] == written_out.plan
    assert case.name == written_out.name


def test_a_line_of_refusal_is_a_refusal_of_that_kind() -> None:
    case = PlanCase.model_validate({"instruction": "x", "plan": "- language", "or": ["refuse"]})
    assert case.plan.refusal and "Only English" in case.plan.refusal
    assert case.alternatives == (Plan(refusal="refused"),)


def test_other_plans_that_are_as_good_make_no_other_case() -> None:
    question = {"instruction": "denoise", "plan": "denoise"}
    assert PlanCase.model_validate(question).name == PlanCase.model_validate(question | {"or": ["improve"]}).name


def test_every_so_manyth_case_of_each_kind(tmp_path: Path) -> None:
    for name, count in (("a", 5), ("b", 2)):
        lines = [json.dumps({"instruction": f"{name} {i}", "plan": "refuse"}) for i in range(count)]
        (tmp_path / f"{name}.jsonl").write_text("\n".join(lines))
    kept = read_suite(str(tmp_path)).every(2)
    assert [one.case.words for one in kept.listed] == ["a 0", "a 2", "a 4", "b 0"]


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("a.jsonl", '{"instruction": "x", "plan": "refuse"}\n{oops', "a.jsonl:2: not JSON"),
        ("a.jsonl", '{"plan": "refuse"}', "exactly one of instruction, step, table, say"),
        ("a.jsonl", '{"instruction": "x", "plan": {"steps": [{"task": "crop"}]}}', "plan.steps.0.task"),
        ("a.jsonl", '{"instruction": "x", "plan": "refuse", "colour": 1}', "colour"),
        ("a.jsonl", '{"instruction": "x", "plan": "crop: sky"}', "no step: 'crop: sky'"),
        ("a.jsonl", '{"instruction": "x", "plan": "- never"}', "no kind of refusal: 'never'"),
        ("a.jsonl", '{"instruction": "x", "plan": "! print"}', "plan"),
        ("a.jsonl", '{"instruction": "x", "plan": "denoise", "or": "improve"}', "or:"),
        ("a.jsonl", '{"instruction": "x", "plan": "denoise", "or": ["improve", "denoise;"]}', "or"),
        ("a.jsonl", '{"instruction": "x", "before": "again", "plan": "denoise"}', "before"),
        ("a.jsonl", '{"table": "t", "verdict": "fine"}', "verdict"),
        ("a.jsonl", '{"instruction": "x", "plan": "refuse"}\n' * 2, "the same case"),
        ("a.jsonl", "", "no cases"),
        ("a.yaml", "cases: [", "not YAML"),
        ("a.yaml", "- instruction: x", "expected one list, 'cases:'"),
        ("a.yaml", "cases: [5]", "exactly one of"),
        ("a.yaml", "cases: [{instruction: x, plan: refuse, tags: [2024-01-02]}]", "put dates and the like in quotes"),
        ("a.yaml", "cases: [{instruction: x, plan: refuse, tags: [2024-13-45]}]", "not YAML"),
        ("a.yaml", "cases: &a [{instruction: x, plan: refuse, tags: *a}]", "contains itself"),
        ("a.yaml", "cases:\n- instruction: x\n  plan: refuse\n- {instruction: y}", "a.yaml:4:3: plan"),
        ("a.jsonl", "[" * 100_000, "nested more than 100 levels"),
        ("a.jsonl", '{"say": ["x"], "pair": {"ir": "no.png", "vi": "no.png"}}', "no.png: no such file"),
        ("a.jsonl", '{"say": ["x"], "exit": 7}', "exit"),
    ],
)
def test_a_bad_suite_is_told_with_its_place(tmp_path: Path, name: str, text: str, problem: str) -> None:
    file = tmp_path / name
    file.write_text(text)
    with pytest.raises(InputError) as caught:
        read_suite(str(file))
    assert problem in str(caught.value) and str(file) in str(caught.value)


@pytest.mark.parametrize("wanted", ["plans", "no/such/file.jsonl", ""])
def test_a_suite_that_is_not_there(wanted: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=r"no such suite|no cases"):
        read_suite(wanted)


def test_lines_are_lines_of_the_file_and_a_byte_order_mark_is_none_of_them(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text('\ufeff{"instruction": "a\u2028b", "plan": "refuse"}\n', encoding="utf-8")
    assert [one.case.words for one in read_suite(str(file)).listed] == ["a\u2028b"]


def test_our_suites_are_known_by_their_path_too(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = read_suite("critique")
    monkeypatch.chdir(SUITES.parent)
    for path in ("suites/critique", "./suites/critique/", str(SUITES / "critique")):
        assert (read_suite(path).name, read_suite(path).source) == (ours.name, ours.source)
    monkeypatch.chdir(SUITES / "critique")
    assert read_suite(".").name == "critique"


def test_yaml_builds_no_objects(tmp_path: Path) -> None:
    file = tmp_path / "evil.yaml"
    file.write_text("cases: !!python/object/apply:os.system ['touch pwned']")
    with pytest.raises(InputError, match="not YAML"):
        read_suite(str(file))
