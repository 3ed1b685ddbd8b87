"""What changed between two values, and making it of the first again."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wordfuse.agent.run.checkpoints.changes import changed, difference

NAMES = st.sampled_from(["a", "b", "new", "keep", "set"])
SIMPLE = st.none() | st.booleans() | st.integers(0, 2) | st.sampled_from([0.0, 1.0, 0.5]) | st.sampled_from(["", "x"])
VALUES = st.recursive(
    SIMPLE, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4), max_leaves=12
)


@given(VALUES, VALUES)
def test_a_change_leads_from_one_value_to_the_other(before: Any, after: Any) -> None:
    kept = copy.deepcopy((before, after))
    change = json.loads(json.dumps(difference(before, after)))
    assert (before, after) == kept
    assert written(changed(copy.deepcopy(before), change)) == written(after)
    assert (not change) == (written(before) == written(after))


def written(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ([1, 2, 3], [1, 2, 4, 5], {"keep": 2, "add": [4, 5]}),
        ([1, 2, 3], [1], {"keep": 1, "add": []}),
        ([1], [True], {"keep": 0, "add": [True]}),
        ({"a": 1, "b": {"c": 2}}, {"b": {"c": 3}}, {"drop": ["a"], "in": {"b": {"set": {"c": 3}}}}),
        ({"a": 1}, {"a": 1.0}, {"set": {"a": 1.0}}),
    ],
)
def test_only_what_changed_is_told(before: Any, after: Any, change: Any) -> None:
    assert difference(before, after) == change
