"""Marks of answers."""

from itertools import product
from typing import Any

import pytest

from wordfuse.agent.model.words import lines
from wordfuse.evals.language.cases import ActCase, AgentCase, CritiqueCase, PlanCase, RunCase, TrapCase
from wordfuse.evals.language.marking import MARKS, mark, same_phrase, shown, wanted

LINES = (
    "brighter: street",
    "brighter strong: street",
    "brighter",
    "brighter: not street",
    "darker: street",
    "brighter: street; vivid: sky",
    "vivid: sky; brighter: street",
    "brighter: street; brighter: not street",
    "? count: people",
    "? find: people",
    "! undo",
    "! reset",
    "- edit",
    "- unclear",
)


def steps(*phrases: str, task: str = "denoise", strength: str = "normal") -> dict[str, Any]:
    direction = {"denoise": None, "relight": "brighter", "incline": "infrared"}[task]
    region = {"phrases": list(phrases), "invert": False}
    return {"task": task, "direction": direction, "region": region, "strength": strength}


def plan(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"steps": list(parts), "refusal": None if parts else "no"}


def marked(wanted: dict[str, Any], got: dict[str, Any] | None) -> tuple[dict[str, float], str]:
    return mark(PlanCase.model_validate({"instruction": "x", "plan": wanted}), got)


@pytest.mark.parametrize(
    ("wanted", "got", "fault"),
    [
        (plan(steps("cars")), plan(steps("cars")), ""),
        (plan(steps("cars", "people")), plan(steps("people", "cars")), ""),  # a union has no order
        (plan(steps("the Cars")), plan(steps("car")), ""),  # up to number, article and case
        (plan(), plan(), ""),
        (plan(steps("cars")), plan(), "refused wrongly"),
        (plan(), plan(steps("cars")), "accepted wrongly"),
        (plan(steps("cars")), plan(steps("cars"), steps("sky")), "number of steps"),
        (plan(steps("a1"), steps("b1")), plan(steps("b1"), steps("a1")), "order"),
        (plan(steps("cars")), plan(steps("cars", task="relight")), "task"),
        (plan(steps("cars")), plan(steps("road")), "region"),
        (plan(steps("cars")), plan(steps("cars", strength="slight")), "strength"),
        (plan(steps("cars")), plan(steps("road", strength="slight")), "region and strength"),
    ],
)
def test_plans(wanted: dict[str, Any], got: dict[str, Any], fault: str) -> None:
    marks, found = marked(wanted, got)
    assert found == fault
    assert marks["exact"] == float(not fault)
    assert tuple(marks) == MARKS["plan"]


def test_parts_of_a_plan_are_marked_apart() -> None:
    marks, _ = marked(plan(steps("cars")), plan(steps("cars", strength="strong")))
    outcomes = {"exact": 0, "right": 1, "refused": 0, "harm": 0}
    assert marks == outcomes | {"step_f1": 0, "refusal": 1, "tasks": 1, "regions": 1, "strengths": 0}


def test_step_f1_is_the_share_of_steps_in_common() -> None:
    # One of the two answered steps is one of the three wanted: 2 * 1 / (3 + 2).
    marks, _ = marked(plan(steps("a1"), steps("b1"), steps("c1")), plan(steps("a1"), steps("d1")))
    assert marks["step_f1"] == pytest.approx(0.4)


def test_no_answer_has_no_marks() -> None:
    assert marked(plan(), None) == (dict.fromkeys(MARKS["plan"], 0.0), "no answer")


def wish(*plans: str) -> PlanCase:
    """A case with its plan and those that are as good, as lines."""
    return PlanCase.model_validate({"instruction": "x", "plan": plans[0], "or": list(plans[1:])})


def outcome(meant: str | tuple[str, ...], got: str) -> str:
    """How an answer comes out, in a word: right, refused, harm, or other for none of these."""
    marks, _ = mark(wish(*(meant,) if isinstance(meant, str) else meant), lines.read(got).model_dump())
    came = [name for name in ("right", "refused", "harm") if marks[name]]
    assert len(came) < 2
    return came[0] if came else "other"


@pytest.mark.parametrize(
    ("meant", "got"),
    [
        ("stand out: people", "stand out: people"),
        ("stand out slight: people", "stand out strong: people"),  # strength aside
        ("brighter 20%: street", "brighter: street"),
        ("darker: lamps; denoise slight", "darker strong: lamps; denoise"),
        (("stand out: wall of the hut", "contrast: wall of the hut"), "contrast strong: wall of the hut"),
        (("infrared: lower half; visible: trees", "infrared; visible: trees"), "infrared slight; visible: trees"),
        (("? describe: warm patch at the trunk", "? describe: warm patch"), "? describe: the warm patches"),
        ("! undo", "! undo"),
        ("- edit", "- unclear"),  # what matters is that nothing is done, not how that is put
        (("- unclear", "darker slight"), "darker"),
        (("darker slight", "- unclear"), "- edit"),
        ("denoise: car; denoise: not car", "denoise: car; denoise: not car"),
        ("brighter; brighter: people", "brighter; brighter: people"),
    ],
)
def test_right_is_what_is_to_be_done_and_where(meant: str | tuple[str, ...], got: str) -> None:
    assert outcome(meant, got) == "right"


@pytest.mark.parametrize(
    ("meant", "got"),
    [
        ("stand out: people", "- unclear"),
        (("stand out: people", "infrared: people"), "- edit"),
        ("? count: people", "- chat"),
        ("! undo", "- unclear"),
    ],
)
def test_a_refusal_of_what_can_be_done_is_no_harm(meant: str | tuple[str, ...], got: str) -> None:
    assert outcome(meant, got) == "refused"


@pytest.mark.parametrize(
    ("meant", "got"),
    [
        ("denoise: car", "denoise"),  # the whole picture instead of a region
        ("denoise: not car", "denoise"),
        ("denoise: car", "denoise: not car"),  # inverted
        ("denoise: not car", "denoise: car"),
        ("brighter: road", "darker: road"),
        ("brighter: road", "contrast: road"),
        ("brighter: road", "brighter: road; vivid: sky"),  # one that nobody asked for, beside the right one
        ("brighter: road; vivid: sky", "brighter: road; vivid"),
        (("brighter: road", "contrast: road"), "brighter: road; contrast"),
        ("- edit", "blur"),
        ("? count: people", "stand out: people"),
        ("! undo", "darker"),
    ],
)
def test_an_edit_that_nobody_asked_for_is_harm(meant: str | tuple[str, ...], got: str) -> None:
    assert outcome(meant, got) == "harm"


@pytest.mark.parametrize(
    ("meant", "got"),
    [
        ("brighter", "brighter: road"),  # less of the picture than was meant
        ("brighter: road", "brighter: street lamps"),
        ("brighter: street - cars", "brighter: street"),
        ("brighter: road; vivid: sky", "vivid: sky"),
        ("brighter: road; vivid: sky", "vivid: sky; brighter: road"),
        # Half of each plan is none of them.
        (("infrared: smoke; visible: trees", "infrared: haze; visible: bushes"), "infrared: smoke; visible: bushes"),
        ("? count: people", "? find: people"),
        ("? count: people", "? count: cars"),
        ("? count: people", "! undo"),
        ("! undo", "! reset"),
        ("- chat", "? help"),
        ("brighter: road", "? why"),
    ],
)
def test_wrong_without_harm(meant: str | tuple[str, ...], got: str) -> None:
    assert outcome(meant, got) == "other"


def test_whatever_is_exact_is_right_and_what_is_right_does_no_harm() -> None:
    for meant, got in product(LINES, LINES):
        marks, fault = mark(wish(meant), lines.read(got).model_dump())
        assert marks["right"] >= marks["exact"] == float(not fault)
        assert marks["right"] + marks["refused"] + marks["harm"] <= 1, (meant, got)
        assert tuple(marks) == MARKS["plan"]


def test_harm_is_only_what_fits_none_of_the_plans_that_are_as_good() -> None:
    either = wish("infrared slight: sky", "darker: sky")
    for got, harm in (("darker: sky", 0), ("darker: clouds", 0), ("darker", 1), ("brighter: sky", 1)):
        assert mark(either, lines.read(got).model_dump())[0]["harm"] == harm, got


def test_the_fault_is_told_beside_the_plan_that_fits_best() -> None:
    either = wish("brighter: road; vivid: sky", "improve")
    assert mark(either, lines.read("improve strong").model_dump())[1] == "strength"
    assert mark(either, lines.read("vivid: sky; brighter: road").model_dump())[1] == "order"
    assert mark(either, lines.read("? why").model_dump())[1] == "question for edit"
    assert mark(wish("? why"), lines.read("improve").model_dump())[1] == "edit for question"


def test_what_was_wanted_and_what_came_are_told_in_words() -> None:
    assert wanted(wish("? count: people", "stand out: people")) == "question: count: people or stand out more: people"
    assert shown(wish("improve"), lines.read("! undo").model_dump()) == "undo"
    assert shown(wish("improve"), lines.read("- edit").model_dump()) == "refused"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("the bus", "buses", True),
        ("boxes", "box", True),
        ("houses", "house", True),
        ("horses by the vases", "horse by the vase", True),
        ("lorries", "lorry", True),
        ("the people", "person", True),
        ("leaves", "leaf", True),
        ("church", "churches", True),
        ("cars on the left", "car on the left", True),
        ("glass", "glas", False),
        ("car", "cart", False),
        ("man with the dog", "man", False),
    ],
)
def test_phrases_up_to_number_and_article(one: str, other: str, same: bool) -> None:
    assert (same_phrase(one) == same_phrase(other)) is same


def test_tool_calls() -> None:
    call = {"name": "ground", "arguments": {"phrases": ["a", "b"]}}
    case = ActCase.model_validate({"step": steps("a", "b"), "image": "fused", "call": call})
    assert mark(case, {"name": "ground", "arguments": {"phrases": ["b", "a"]}}) == ({"exact": 1, "tool": 1}, "")
    assert mark(case, {"name": "ground", "arguments": {"phrases": ["a"]}}) == ({"exact": 0, "tool": 1}, "arguments")
    assert mark(case, {"name": "segment", "arguments": {}}) == ({"exact": 0, "tool": 0}, "tool")


def test_verdicts() -> None:
    case = CritiqueCase(table="t", verdict="again")
    assert mark(case, {"verdict": "again", "reason": "r"}) == ({"exact": 1, "accepted": 1}, "")
    assert mark(case, {"verdict": "undo", "reason": "r"}) == ({"exact": 0, "accepted": 1}, "undo for again")
    assert mark(case, {"verdict": "satisfied", "reason": "r"})[0] == {"exact": 0, "accepted": 0}


def test_runs() -> None:
    case = RunCase(say=("x",), exit=0, tasks=("incline",))
    assert mark(case, {"exit": 0, "tasks": ["incline"]}) == ({"exact": 1, "exit": 1, "tasks": 1}, "")
    assert mark(case, {"exit": 3, "tasks": ["incline"]}) == ({"exact": 0, "exit": 0, "tasks": 1}, "exit code")
    assert mark(case, {"exit": 0, "tasks": []}) == ({"exact": 0, "exit": 1, "tasks": 0}, "tasks")
    assert mark(RunCase(say=("x",)), {"exit": 0, "tasks": ["denoise"]})[0]["exact"] == 1


BESIDE = {"search": 4.0, "calls": 50, "recipe": 1.0, "worst_fault": -2.0}


@pytest.mark.parametrize(
    ("gain", "exact", "share", "harm", "fault"),
    [
        (4.0, 1, 1.0, 0, ""),
        (9.0, 1, 1.0, 0, ""),  # better than the search is as good
        (3.2, 1, 0.8, 0, ""),
        (2.0, 0, 0.5, 0, "done"),
        (0.0, 0, 0.0, 0, "done"),
        (-0.05, 0, 0.0, 0, "done"),
        (-0.5, 0, 0.0, 1, "worse than nothing"),
    ],
)
def test_gains_are_shares_of_what_a_search_gains(gain: float, exact: int, share: float, harm: int, fault: str) -> None:
    case = AgentCase.model_validate({"wish": ["x"], "on": {"scene": "street 7"}, "beside": BESIDE})
    answer = {"gain": gain, "ending": "done", "calls": 5, "steps": ["denoise"], "changed": True}
    marks, told = mark(case, answer)
    assert told == fault
    assert marks == pytest.approx(
        {"exact": exact, "gain": share, "harm": harm, "calls": 0.1, "worst_fault": 0.0, "recipe": 0.25}
    )
    assert set(marks) == set(MARKS["agent"])
    assert shown(case, answer) == f"done, {gain:+.2f}, 5 calls: denoise"
    assert wanted(case) == "+4.00 (best of 50 calls)"


@pytest.mark.parametrize(
    ("ends", "ending", "changed", "exact", "harm"),
    [
        (("refused",), "refused", False, 1, 0),
        (("refused",), "done", True, 0, 1),
        (("refused",), "absent", False, 0, 0),
        (("met", "tried"), "tried", False, 1, 0),
        (("met", "tried"), "tried", True, 0, 1),
        (("done", "refused"), "done", True, 1, 0),
        (("doubted", "absent"), "doubted", True, 1, 0),
        (("doubted", "absent"), "done", True, 0, 1),
    ],
)
def test_a_trap_is_to_end_honestly_and_without_an_edit(
    ends: tuple[str, ...], ending: str, changed: bool, exact: int, harm: int
) -> None:
    case = TrapCase.model_validate({"trap": ["x"], "on": {"scene": "street 7"}, "ends": list(ends)})
    marks, _ = mark(case, {"gain": 0.0, "ending": ending, "calls": 1, "steps": [], "changed": changed, "sprung": False})
    assert marks == {"exact": exact, "harm": harm}
    assert wanted(case) == " or ".join(ends)


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        ({"ending": "refused", "changed": False, "sprung": True}, ""),
        ({"ending": "refused", "changed": False, "sprung": False}, "nothing went wrong"),
        ({"ending": "done", "changed": True, "sprung": True}, "ended done"),
        ({"ending": "refused", "changed": True, "sprung": True}, "edited"),
    ],
)
def test_what_was_to_go_wrong_must_have(answer: dict[str, Any], fault: str) -> None:
    on = {"scene": "street 7", "hampered": "not found"}
    case = TrapCase.model_validate({"trap": ["x"], "on": on, "ends": ["refused"]})
    marks, told = mark(case, {"gain": 0.0, "calls": 1, "steps": []} | answer)
    assert told == fault and marks["exact"] == float(not fault)
