"""Recording turns of real runs, and the rules by which they are labelled."""

import json
from pathlib import Path
from random import Random

import pytest

from tests.fakes import Small, step
from wordfuse.agent.model.mock import question_of, right_call, right_verdict
from wordfuse.agent.model.template import compact
from wordfuse.agent.model.turns import act_messages
from wordfuse.agent.rules import problem_with
from wordfuse.evals.language.asking import conversation
from wordfuse.evals.language.cases import ActCase, CritiqueCase, read_suite
from wordfuse.evals.language.record_turns import any_step, main, mistaken, pairs_of, record_pair


def test_what_a_run_asked_is_recorded_with_what_was_right(small: Small) -> None:
    recorder = record_pair(small.ir, small.vi, 3, Random(5), small.settings())
    acts = [ActCase.model_validate(raw) for raw in recorder.acts]
    assert len(acts) >= 3
    for case in acts:
        groundings = {
            json.loads(heard.answer)["grounding"]: case.step.region.phrases
            for heard in case.heard
            if heard.answer.startswith('{"grounding"')
        }
        arguments = dict(case.call.arguments)
        problem = problem_with(
            case.step,
            case.call.name,
            arguments,
            image=case.image,
            mask=arguments.get("mask"),
            overshot=(case.last or "").startswith("adjust"),
            groundings=groundings,
        )
        assert problem is None
    for raw in recorder.judgements:
        case = CritiqueCase.model_validate(raw)
        assert right_verdict(case.table).verdict == case.verdict


@pytest.mark.parametrize("seed", range(30))
def test_a_mistake_is_one(seed: int) -> None:
    rng = Random(seed)
    wanted = any_step(rng)
    right = right_call(act_messages(wanted, "fused", None, None, "compact"))
    wrong = mistaken(rng, right)
    assert wrong["name"] == right["name"]
    assert set(wrong["args"]) == set(right["args"])


def test_the_right_call_follows_what_the_tools_said() -> None:
    edit = step("relight", "darker", "lamp", invert=True, strength="strong")
    talk = act_messages(edit, "001", None, "adjust: too much", "compact")
    assert question_of(talk)["last"] == "adjust: too much"
    assert right_call(talk) == {"name": "ground", "args": {"phrases": ["lamp"]}}
    talk += [
        {"role": "assistant", "content": compact({"name": "ground", "arguments": {"phrases": ["lamp"]}})},
        {"role": "tool", "content": '{"grounding":"g1","found":["lamp"],"missing":[]} (this call was made 3 times)'},
    ]
    assert right_call(talk) == {"name": "segment", "args": {"grounding": "g1", "invert": True}}
    talk += [
        {"role": "assistant", "content": "{}"},
        {"role": "tool", "content": "error: unknown grounding"},
    ]
    assert right_call(talk)["name"] == "segment"
    talk += [{"role": "assistant", "content": "{}"}, {"role": "tool", "content": '{"mask":"m2","area":0.1}'}]
    # One notch weaker, since the attempt before went too far.
    args = {"image": "001", "mask": "m2", "direction": "darker", "strength": "normal"}
    assert right_call(talk) == {"name": "relight", "args": args}


def test_pairs_are_taken_from_every_set_in_turn(tmp_path: Path) -> None:
    for name in ("A/ir/1.png", "A/vi/1.png", "A/ir/2.png", "A/vi/2.jpg", "B/ir/1.png", "B/vi/1.png", "C/vi/9.png"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    assert [str(ir.relative_to(tmp_path)) for ir, _ in pairs_of(tmp_path)] == ["A/ir/1.png", "B/ir/1.png", "A/ir/2.png"]


def test_pairs_that_cannot_be_read_are_left_out(tmp_path: Path) -> None:
    for source in ("ir", "vi"):
        (tmp_path / "A" / source).mkdir(parents=True)
        (tmp_path / "A" / source / "1.png").write_bytes(b"no picture")
    assert main(["--data", str(tmp_path), "--out", str(tmp_path / "out")]) == 0
    assert not (tmp_path / "out").exists()


def test_the_suites_were_recorded_so() -> None:
    judged = [one.case for one in read_suite("critique").listed]
    called = [one.case for one in read_suite("act").listed]
    for case in judged:
        assert isinstance(case, CritiqueCase)
        assert right_verdict(case.table).verdict == case.verdict
    for case in called:
        assert isinstance(case, ActCase)
        messages = conversation(case, "compact")
        assert right_call(messages) == {"name": case.call.name, "args": case.call.arguments}
