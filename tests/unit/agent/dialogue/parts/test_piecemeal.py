"""A wish of several parts of which one is refused: the others are done, and that one is told."""

from pathlib import Path

import pytest

from tests.fakes import ScriptedModel, Small, plan, refusal, step
from tests.unit.agent.run.talks import talking
from wordfuse.agent.dialogue.parts.piecemeal import by_parts
from wordfuse.agent.model.words import lines, refusals
from wordfuse.agent.plan import Doubted, Plan

NEVER = Plan(refusal=refusals.told("edit"))
READ = {
    "rotate it a bit": NEVER,
    "crop it to the car": NEVER,
    "sharpen the cars": lines.read("sharpen: cars"),
    "brighten the road": lines.read("brighter: road"),
    "make it nicer": refusals.doubted(lines.read("vivid")),
    "tell me why": lines.read("? why"),
}


def read(clause: str, before: Plan | None) -> Plan | None:
    return READ[clause]


@pytest.mark.parametrize(
    ("text", "line", "not_done"),
    [
        ("rotate it a bit and sharpen the cars", "sharpen: cars", ("rotate it a bit",)),
        (
            "brighten the road, sharpen the cars and crop it to the car",
            "brighter: road; sharpen: cars",
            ("crop it to the car",),
        ),
        ("sharpen the cars, rotate it a bit and keep the sky as it is", "sharpen: cars", ("rotate it a bit",)),
    ],
)
def test_what_can_be_done_of_it_is_done_and_the_rest_is_told(text: str, line: str, not_done: tuple[str, ...]) -> None:
    parts = by_parts(text, NEVER, None, read)
    assert parts is not None
    assert (lines.written(parts.plan), parts.not_done) == (line, not_done)


def test_what_a_refused_part_speaks_of_keeps_its_name() -> None:
    heard = list[str]()

    def listening(clause: str, before: Plan | None) -> Plan | None:
        heard.append(clause)
        return NEVER if "blue" in clause else lines.read("sharpen: cars")

    assert by_parts("show the cars in blue and sharpen them", NEVER, None, listening) is not None
    assert heard == ["show the cars in blue", "sharpen the cars"]
    assert by_parts("move the thing in blue and sharpen them", NEVER, None, listening) is None, "nobody knows what"


def test_what_is_not_sure_beside_it_is_asked_about() -> None:
    parts = by_parts("rotate it a bit, brighten the road and make it nicer", NEVER, None, read)
    assert parts is not None and isinstance(parts.plan, Doubted)
    assert lines.written(parts.plan.reading) == "brighter: road; vivid"


@pytest.mark.parametrize(
    "text",
    [
        "rotate it a bit",
        "rotate it a bit and crop it to the car",
        "it is too dark, rotate it a bit",
        "rotate it a bit and tell me why",
    ],
)
def test_what_has_one_part_or_none_that_can_be_done(text: str) -> None:
    assert by_parts(text, NEVER, None, read) is None


def test_what_was_to_stay_is_told_beside_a_refusal() -> None:
    parts = by_parts("rotate it a bit and leave the wheels glowing", NEVER, None, read)
    assert parts is not None and parts.plan.refusal is not None
    assert parts.plan.refusal.endswith("so this holds as well: 'leave the wheels glowing'.")
    assert len(parts.plan.refusal) <= 300


@pytest.mark.usefixtures("quick")
def test_a_conversation_does_the_rest_and_says_so(small: Small, tmp_path: Path) -> None:
    plans = {
        "rotate it a bit and brighten the sky": refusal(refusals.told("edit")),
        "rotate it a bit": refusal(refusals.told("edit")),
        "brighten the sky": plan(step("relight", "brighter", "sky", strength="slight")),
    }
    with talking(small, tmp_path / "run", ScriptedModel(plans)) as talk:
        talk.say("rotate it a bit and brighten the sky")
        (said,) = talk.instructions
        assert [done.output for done in said.steps] == ["images/001.png"]
        assert (said.not_done, said.satisfied) == (("rotate it a bit",), False)
