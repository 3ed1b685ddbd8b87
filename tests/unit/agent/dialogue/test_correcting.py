"""What is said instead of what was offered."""

from pathlib import Path

import pytest

from tests.fakes import ScriptedModel, Small, refusal
from tests.unit.agent.run.talks import PLANS, talking
from wordfuse.agent.dialogue.correcting import turned_down
from wordfuse.agent.model.words import lines, refusals
from wordfuse.agent.model.words.refusals import doubted

pytestmark = pytest.mark.usefixtures("quick")


@pytest.mark.parametrize(
    ("answer", "instead"),
    [
        ("no, bigger, not sharper", "bigger"),
        ("bigger, not sharper", "bigger"),
        ("darker not brighter", "darker"),
        ("not brighter but darker", "darker"),
        ("no, colour the people red", "colour the people red"),
        ("no don't sharpen, blur him", "blur him"),
        ("not sharper", ""),
        ("no, the woman, not the man", "the woman, not the man"),
        ("yes", None),
        ("sharpen the man", None),
        ("make it brighter but not the sky", None),
    ],
)
def test_what_is_turned_down_and_what_instead(answer: str, instead: str | None) -> None:
    assert turned_down(answer) == instead


SHARPEN = doubted(lines.read("sharpen: people"))
WISHES = PLANS | {
    "treat them well": SHARPEN,
    "treat them well: bigger": SHARPEN,
    "bigger": refusal(refusals.told("unclear")),
    "blurred": lines.read("blur"),
    "paint them red": refusal(refusals.TINT),
    "get the sky back": doubted(lines.read("visible: sky")),
}


def corrected(small: Small, folder: Path, wish: str, answer: str) -> str:
    """What a wish comes to that is asked about and corrected."""
    with talking(small, folder / "run", ScriptedModel(WISHES)) as talk:
        assert talk.say(wish).question is not None
        assert talk.answer(answer).question is None
        (said,) = talk.instructions
        return lines.written(said.plan) if said.plan.steps else str(said.plan.refusal)


@pytest.mark.parametrize("answer", ["no, bigger, not sharper", "bigger, not sharper", "not sharper"])
def test_what_was_turned_down_is_not_done_though_it_is_read_again(small: Small, tmp_path: Path, answer: str) -> None:
    told = corrected(small, tmp_path, "treat them well", answer)
    assert told.startswith("Not 'sharpen: people', but what instead is not understood. What can be done")


@pytest.mark.parametrize(
    ("wish", "answer", "line"),
    [
        ("get the sky back", "no, take it from the thermal picture", "infrared: sky"),
        ("get the sky back", "no, not the visible, like the infrared", "infrared: sky"),
        ("treat them well", "no, blurred", "blur: people"),
        ("treat them well", "no, bright", "brighter slight: sky"),
    ],
)
def test_what_is_named_instead_is_done(small: Small, tmp_path: Path, wish: str, answer: str, line: str) -> None:
    assert corrected(small, tmp_path, wish, answer) == line


def test_what_cannot_be_done_instead_is_told(small: Small, tmp_path: Path) -> None:
    assert corrected(small, tmp_path, "treat them well", "no, paint them red") == refusals.TINT


def test_saying_the_same_again_is_agreement(small: Small, tmp_path: Path) -> None:
    model = ScriptedModel(WISHES | {"crisper people": SHARPEN})
    with talking(small, tmp_path / "run", model) as talk:
        talk.say("treat them well")
        assert talk.answer("crisper people").question is None
        assert lines.written(talk.instructions[0].plan) == "sharpen: people"
