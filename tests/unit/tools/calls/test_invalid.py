"""What pydantic found, in one line."""

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from wordfuse.tools.calls.invalid import what_is_wrong


class Inner(BaseModel):
    """A part."""

    count: int


class Outer(BaseModel):
    """A whole."""

    name: str
    parts: list[Inner]


def error_of(given: Any) -> ValidationError:
    with pytest.raises(ValidationError) as caught:
        Outer.model_validate(given)
    return caught.value


def test_every_field_is_named_by_its_path() -> None:
    error = error_of({"parts": [{"count": 1}, {"count": []}]})
    assert what_is_wrong(error) == "name: Field required; parts.1.count: Input should be a valid integer"
    assert what_is_wrong(error, most=1) == "name: Field required"


def test_a_whole_may_have_a_name() -> None:
    error = error_of(3)
    told = "Input should be a valid dictionary or instance of Outer"
    assert what_is_wrong(error) == told
    assert what_is_wrong(error, whole="answer") == f"answer: {told}"
