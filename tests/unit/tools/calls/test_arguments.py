"""Arguments as models and clients write them."""

from typing import Any, Literal

import pytest
from pydantic import BaseModel

from wordfuse.tools.calls.arguments import decoded
from wordfuse.tools.registry import TOOLS

EDIT = {"image": "fused", "mask": "m1", "direction": "infrared", "strength": "normal"}


class Odd(BaseModel):
    """What no tool of ours takes yet."""

    free: Literal["normal"] | str
    level: Literal[1, 2]
    count: int | bool
    choices: list[Literal["a", "b"]]
    nullable: Literal["Slow", "fast"] | None


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (["people"], ["people"]),
        ("people", ["people"]),
        (" people ", ["people"]),
        ("people, cars", ["people", "cars"]),
        ("'people', \"cars\",", ["people", "cars"]),
        ('"people"', ["people"]),
        ("the man's hat", ["the man's hat"]),
        ('["people"]', ["people"]),
        ("['people']", ["people"]),
        (" ['people', 'cars'] ", ["people", "cars"]),
        ("[people", "[people"),
        ("{'people': 1}", "{'people': 1}"),
        ("null", "null"),
        ("", ""),
        (",", ","),
        ("7", "7"),
        (7, 7),
    ],
)
def test_texts(written: Any, read: Any) -> None:
    assert decoded({"phrases": written}, TOOLS["ground"].args) == {"phrases": read}


@pytest.mark.parametrize(
    ("written", "read"),
    [("True", True), ("no", False), ("0", False), ("1", True), (0, False), (1, True), (2, 2), ("2", "2"), (None, None)],
)
def test_truth(written: Any, read: Any) -> None:
    got = decoded({"grounding": "g1", "invert": written}, TOOLS["segment"].args)
    assert got == {"grounding": "g1", "invert": read}
    assert type(got["invert"]) is type(read)


@pytest.mark.parametrize("written", ["normal", "Normal", "NORMAL", " normal\n"])
def test_words_of_a_list_may_be_in_capitals(written: str) -> None:
    args = TOOLS["incline"].args
    assert decoded(EDIT | {"strength": written, "direction": "Infrared"}, args) == EDIT
    args.model_validate(decoded(EDIT | {"strength": written}, args))
    assert decoded(EDIT | {"strength": "medium", "mask": "None"}, args) == EDIT | {"strength": "medium", "mask": None}


def test_what_may_be_several_things_stays_as_it_is() -> None:
    given = {"free": "Other", "level": "one", "count": 1, "choices": "a", "nullable": "medium", "unknown": "1"}
    got = decoded(given, Odd)
    assert got == given and type(got["count"]) is int
    assert decoded({"nullable": " slow"}, Odd) == {"nullable": "Slow"}
    assert decoded({"nullable": "None"}, Odd) == {"nullable": None}
