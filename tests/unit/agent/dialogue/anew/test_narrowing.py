"""An edit that went too wide, redone on less."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.fakes import ScriptedModel, Small
from tests.unit.agent.run.talks import PLANS, talking
from wordfuse.agent.dialogue.anew.narrowing import narrowed
from wordfuse.agent.dialogue.why import history
from wordfuse.agent.model.words import lines
from wordfuse.agent.record import Instruction, StepRecord


def done(line: str) -> Instruction:
    """A wish that was read so and changed nothing."""
    plan = lines.read(line)
    came = {"found": True, "missing": (), "mask": None, "area": 1.0, "satisfied": True, "reason": "already"}
    came |= {"output": None, "attempts": (), "notice": "nothing to gain"}
    steps = tuple(StepRecord.model_validate(step.model_dump() | came) for step in plan.steps)
    return Instruction(text=line, plan=plan, steps=steps, refusal=None)


@pytest.mark.parametrize(
    ("text", "before", "where"),
    [
        ("no only the guy taking the photo", "infrared slight: people", "guy taking the photo"),
        ("just the left half please", "denoise", "left half"),
        ("just the left half please", "denoise: bushes", "bushes in the left half"),
        ("only the left one", "stand out: palm trees", "left palm tree"),
        ("no, just the one on the left", "brighter: people", "person on the left"),
        ("only the person, not the sign and the cabin", "heat: warm spots", "person"),
        ("not the roof, only the doorway", "visible: doorway + dark window", "doorway"),
        ("no, only the cars", "brighter: people", "cars"),
        ("the left half only please", "contrast", "left half"),
        ("just the background", "blur: people", "background"),
        ("only the trees", "darker: not sky", "trees"),
    ],
)
def test_the_same_on_less(text: str, before: str, where: str) -> None:
    (wish,) = lines.read(before).steps
    found = narrowed(text, [done(before)])
    assert found is not None and found.start is None, "nothing was changed that could be taken back"
    (step,) = found.plan.steps
    assert (step.task, step.direction, step.strength) == (wish.task, wish.direction, wish.strength)
    assert step.region.phrases == [where] and not step.region.invert


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("only a bit", "brighter: sky"),
        ("just brighter", "brighter: sky"),
        ("only the noise", "denoise"),
        ("just make the cars brighter", "denoise"),
        ("just undo the last one", "brighter: cars"),
        ("only the sky", "brighter: sky"),
        ("only the cars", "brighter: people"),
        ("only the left one", "denoise"),
        ("only half of it", "brighter: sky"),
        ("just show me the infrared", "denoise"),
        ("only the people", "brighter: people; darker: sky"),
        ("only the people", "? count: people"),
    ],
)
def test_what_is_left_to_the_model(text: str, before: str) -> None:
    assert narrowed(text, [done(before)]) is None
    assert narrowed(text, []) is None


@pytest.mark.usefixtures("quick")
def test_the_wider_edit_is_taken_back(small: Small, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    wishes = {"lift": lines.read("brighter strong"), "more": lines.read("brighter slight")}
    with talking(small, folder, ScriptedModel(PLANS | wishes)) as talk:
        for words in ("warm", "lift", "more"):
            talk.say(words)
        assert talk.say("no, only the people").question is None
        said = talk.instructions[-1]
        assert [(step.task, step.strength, str(step.region)) for step in said.steps] == [
            ("relight", "strong", "people"),
            ("relight", "slight", "people"),
        ]
        first = said.steps[0].best
        assert first is not None and first.edit is not None
        assert first.edit.args["image"] == "001", "the picture before the wider edits"
        before, now = (np.asarray(Image.open(folder / file)) for file in ("images/001.png", talk.picture))
        mask = np.asarray(Image.open(folder / str(said.steps[0].mask)))
        assert np.array_equal(before[mask == 0], now[mask == 0]) and not np.array_equal(before, now)
        told = history(talk.instructions)
        assert ["taken back since" in line for line in told] == [False, True, True, False]
        talk.undo()
        assert talk.picture == "images/003.png", "the wider ones again"
