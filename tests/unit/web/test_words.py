"""What the agent does, in plain words."""

import pytest

from wordfuse.agent.context import Event
from wordfuse.tools.effects import EFFECTS
from wordfuse.tools.registry import TOOLS
from wordfuse.web.showing.words import _MEASURED, line_of


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (Event("calling", 'ground {"phrases":["people","cars"]}'), "Looking for: people, cars"),
        (Event("calling", 'relight {"image":"fused","mask":"m2","direction":"brighter"}'), "Making it brighter"),
        (
            Event("calling", 'incline {"image":"fused","direction":"infrared"}'),
            "Making it more like the infrared picture",
        ),
        (Event("calling", "fuse"), "Fusing the two pictures"),
        (Event("calling", "something {broken"), "something"),
        (Event("measured", "noise: 5.2 -> 2.5"), "Measured: noise: 5.2 -> 2.5"),
        (Event("answered", "three\x1b[31m"), "three\\x1b[31m"),
    ],
)
def test_a_line(event: Event, text: str) -> None:
    assert line_of(event)["text"] == text


def test_every_tool_has_words() -> None:
    for name in TOOLS:
        assert line_of(Event("calling", f"{name} {{}}"))["text"].split(":")[0] != name


def test_what_a_goal_is_measured_in_is_told_without_units() -> None:
    goals = [goal for effect in EFFECTS.values() for goal in effect.goals.values() if goal]
    assert {goal[0].name for goal in goals} == set(_MEASURED)
    for words in _MEASURED.values():
        assert not {"luma", "chroma", "sigma", "CIELAB", "CIEDE2000", "RMS"} & set(words.split())
