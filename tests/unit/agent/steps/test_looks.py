"""Why a place looks as it does is measured at that place, whatever was done last."""

from pathlib import Path

import pytest

from tests.fakes import ScriptedModel, Small
from tests.unit.agent.run.talks import PLANS, talking
from wordfuse.agent.dialogue.following import mended
from wordfuse.agent.dialogue.intents import intent_of
from wordfuse.agent.dialogue.settled import JUDGES_NOTHING, settled
from wordfuse.agent.model.words import lines
from wordfuse.agent.telling.looks import Looks, looks_in

pytestmark = pytest.mark.usefixtures("quick")


@pytest.mark.parametrize(
    ("text", "look"),
    [
        ("why is it so dark in the corners?", Looks("dark", "dark", "corners")),
        ("why does the sky look so blotchy?", Looks("noise", "blotchy", "sky")),
        ("Why are the trees on the left so washed out", Looks("flat", "washed out", "trees on the left")),
        ("how come the road is so noisy?", Looks("noise", "noisy", "road")),
        ("why is there so much noise in the sky?", Looks("noise", "noise", "sky")),
        ("why does the wall have these stripes?", Looks("stripes", "stripes", "wall")),
        ("why is everything so yellow?", Looks("cast", "yellow", None)),
        ("why is everything so grey and foggy?", Looks("gray", "grey", None)),
        ("why's the picture so grey now?", Looks("gray", "grey", None)),
    ],
)
def test_what_is_seen_and_where(text: str, look: Looks) -> None:
    assert looks_in(text) == look
    assert intent_of(text) is None, "not why a turn ended so"
    plan = settled(text)
    assert plan is not None and plan.question is not None and plan.question.kind == "why"
    assert plan.question.region.phrases == ([look.where] if look.where else [])


@pytest.mark.parametrize(
    "text",
    [
        "why?",
        "why did you darken the sky?",
        "why not?",
        "why is it so?",
        "why is the man red hot?",
        "is the sky noisy?",
    ],
)
def test_what_is_asked_of_something_else(text: str) -> None:
    assert looks_in(text) is None


def test_the_place_is_measured_beside_the_rest_and_the_sources(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run", ScriptedModel(PLANS)) as talk:
        talk.say("warm")
        talk.say("bright")
        talk.say("why is the sky so bright?")
        answer = talk.instructions[-1].answer
        assert answer is not None
        measured = answer.evidence["measured"]
        assert set(measured) == {"picture", "rest", "visible", "infrared"}
        assert answer.text.startswith(f"Sky: mean brightness {measured['picture']:.0f} of 255")
        assert "Done there so far: brighter (slight): sky." in answer.text
        assert answer.text.endswith("'darken the sky'.")


def test_what_is_not_there_is_not_measured(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run", ScriptedModel(PLANS)) as talk:
        talk.say("why is the unicorn so dark?")
        answer = talk.instructions[-1].answer
        assert answer is not None and not answer.known


def test_what_is_wrong_with_a_place_is_measured_there() -> None:
    plan = settled("what's wrong with the sky?")
    assert plan is not None and plan.question is not None
    assert (plan.question.kind, plan.question.region.phrases) == ("measure", ["sky"])


@pytest.mark.parametrize("text", ["fix that", "ok, then do that please", "yes, go ahead", "sort it out"])
def test_what_was_offered_is_done_by_a_word(small: Small, tmp_path: Path, text: str) -> None:
    with talking(small, tmp_path / "run", ScriptedModel(PLANS)) as talk:
        talk.say("why is the sky so dark?")
        talk.say(text)
        assert lines.written(talk.instructions[-1].plan) == "brighter: sky"


def test_nothing_is_offered_where_nothing_was_asked(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run", ScriptedModel(PLANS)) as talk:
        assert mended("fix that", talk.instructions) is None
        talk.say("bright")
        assert mended("fix that", talk.instructions) is None


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("give me the temperature of the bin", ["bin"]),
        ("tell me the brightness of the road and of the sky", ["road", "sky"]),
        ("what is the noise level in the sky?", ["sky"]),
    ],
)
def test_a_number_of_a_place_is_measured_there(text: str, phrases: list[str]) -> None:
    plan = settled(text)
    assert plan is not None and plan.question is not None
    assert (plan.question.kind, plan.question.region.phrases) == ("measure", phrases)


def test_what_nobody_can_judge_is_answered_by_what_is_there(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run", ScriptedModel(PLANS)) as talk:
        talk.say("anything suspicious here?")
        answer = talk.instructions[-1].answer
        assert answer is not None and answer.text.endswith(JUDGES_NOTHING)


@pytest.mark.parametrize("text", ["thanks bye", "ok thanks, goodbye", "that's all, bye", "great, I'm done", "bye"])
def test_who_leaves_politely_leaves(text: str) -> None:
    assert intent_of(text) == "quit"
