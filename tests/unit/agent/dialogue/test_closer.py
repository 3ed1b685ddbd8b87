"""Who wants to see a part of the picture larger."""

import pytest

from wordfuse.agent.dialogue.asking.naming import is_change
from wordfuse.agent.dialogue.settled import settled
from wordfuse.agent.plan import Plan, Query, Step
from wordfuse.agent.record import Instruction
from wordfuse.agent.telling.closer import closer_in
from wordfuse.tools.types import Region


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("zoom in on the man so I can recognise his face", "man"),
        ("Show me the man bigger", "man"),
        ("enlarge the sign", "sign"),
        ("can I see the left part closer?", "left part"),
        ("could you please zoom in a bit on the car on the left", "car on the left"),
        ("I need to see the house bigger, please", "house"),
        ("give me a close-up of the number plate", "number plate"),
        ("let me have a closer look at the two people by the hedge", "two people by the hedge"),
        ("blow the top left corner up", "top left corner"),
        ("make the man larger", "man"),
        ("zoom in", ""),
        ("zoom in more, please", ""),
        ("zoom in on him", ""),
        ("magnify the whole picture", ""),
    ],
)
def test_who_zooms_in_wants_to_look(text: str, what: str) -> None:
    assert closer_in(text) == what
    plan = settled(text)
    assert plan == Plan(question=Query(kind="find", region=Region(phrases=[what] if what else [])))


@pytest.mark.parametrize(
    "text",
    [
        "make the contrast bigger",
        "make it bigger",
        "bring the picture closer to the infrared",
        "move the car closer to the visible picture",
        "zoom in on the man and brighten him",
        "go back",
        "get into the car",
        "show me more of the infrared",
        "make the people stand out",
    ],
)
def test_other_wishes_are_none(text: str) -> None:
    assert closer_in(text) is None and settled(text) is None


def test_what_is_pointed_back_to_is_what_was_spoken_of_last() -> None:
    step = Step(task="sharpen", direction=None, region=Region(phrases=["man"]), strength="normal")
    wish = Instruction(text="sharpen the man", plan=Plan(steps=[step]), steps=(), refusal=None)
    whole = Step(task="denoise", direction=None, region=Region(), strength="normal")
    noise = Instruction(text="less noise", plan=Plan(steps=[whole]), steps=(), refusal=None)
    plan = settled("zoom in on him", [wish, noise])
    assert plan is not None and plan.question is not None
    assert plan.question.region.phrases == ["man"]


@pytest.mark.parametrize("text", ["zoom out", "zoom back out please"])
def test_who_zooms_out_sees_the_whole(text: str) -> None:
    assert settled(text) == Plan(control="show")


def test_in_place_of_an_answer_it_is_a_wish() -> None:
    assert is_change("zoom in on the car")
