"""What was found to be wrong, as its page tells it: the wish that it writes is understood as what mends it."""

from typing import get_args

import pytest

from wordfuse.fusion.inspect.kinds import FAULTS, Kind
from wordfuse.web.showing.findings import _FAULTS, _MEASURED, _REMEDIES, _WISHES, wish_for

FINDING = {
    "name": "noise", "where": "fused", "region": None, "box": None, "severity": 0.5, "number": 7.123,
    "unit": "gray values", "task": "denoise", "amount": 0.4, "turn": 1, "remedy": "wordfuse denoise --amount 0.4",
}  # fmt: skip


@pytest.mark.real
@pytest.mark.parametrize("region", [None, "trees"])
def test_every_wish_is_understood_as_its_task(region: str | None) -> None:
    from wordfuse.agent.model.connect import connect

    model = connect("embedded")
    for task in {fault.task for fault in FAULTS.values() if fault.task}:
        wish = wish_for(FINDING | {"task": task, "region": region})["wish"]
        plan = model.plan(wish, None)
        assert [" ".join(filter(None, (step.task, step.direction))) for step in plan.steps] == [task], (wish, str(plan))
        if region and region in wish:
            assert plan.steps[0].region.phrases == [region]


def test_every_fault_has_words() -> None:
    assert set(_FAULTS) == set(_MEASURED) == set(get_args(Kind))
    assert {fault.task for fault in FAULTS.values() if fault.task} <= set(_WISHES)
    assert {name for name, fault in FAULTS.items() if fault.task is None} <= set(_REMEDIES)
    for words in (*_FAULTS.values(), *_REMEDIES.values()):
        assert "--" not in words and "wordfuse " not in words, "no commands on a page"


def test_what_a_source_has_is_told_without_a_button() -> None:
    found = wish_for(FINDING | {"where": "visible", "region": "people"})
    assert (found["wish"], found["remedy"]) == (None, None)
    assert found["where"] == "the visible picture, people"
    assert wish_for(FINDING | {"name": "shift", "where": "infrared", "task": None})["remedy"].startswith("begin anew")
    assert (found["measured"], found["exact"]) == ("noise: 7.12 of 255", "7.12 (gray values)")
    assert [wish_for(FINDING | {"severity": value})["severity"] for value in (0.1, 0.4, 0.9)] == [
        "slightly", "clearly", "badly",
    ]  # fmt: skip
