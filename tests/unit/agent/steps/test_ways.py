"""Where more of the same brings nothing, what else leads to the same aim is told in words that are understood."""

from pathlib import Path

import pytest

from tests.fakes import ScriptedModel, Small, plan, step
from wordfuse.agent.context import Event
from wordfuse.agent.interrupts import Interrupts
from wordfuse.agent.model.words import lines
from wordfuse.agent.plan import Step
from wordfuse.agent.run.conversation import Conversation
from wordfuse.agent.run.session import Session
from wordfuse.agent.steps.ways import other_ways, wish_for
from wordfuse.tools.effects import EFFECTS
from wordfuse.tools.types import Region


@pytest.mark.usefixtures("quick")
def test_more_of_what_brings_no_more_leads_to_other_means(small: Small, tmp_path: Path) -> None:
    told: list[str] = []

    def notify(event: Event) -> None:
        if event.kind == "advanced":
            told.append(event.text)

    plans = {"denoise it": plan(step("denoise", None, "sky"))}
    session = Session.create(tmp_path / "run", small.ir, small.vi, [], small.settings(ask=True), ScriptedModel(plans))
    with Conversation.open(session, notify, Interrupts()) as talk:
        talk.begin()
        for _ in range(5):
            talk.say("denoise it")
            if not talk.instructions[-1].steps[0].output:
                break
    assert "To go further" not in told[0], "who asks once is not sent elsewhere"
    assert "To go further, say 'denoise the sky a lot'" in told[-1]


def test_nothing_is_offered_that_was_done_already() -> None:
    lit = Step(task="relight", direction="brighter", region=Region(phrases=["car"]), strength="normal")
    more = Step(task="stand_out", direction="more", region=Region(phrases=["car"]), strength="normal")
    assert other_ways(more)[0] == "brighten the car"
    assert "brighten the car" not in other_ways(more, [lit])
    assert "darken everything but the car" in other_ways(more, [lit])


def test_every_effect_that_may_bring_no_more_has_another_way() -> None:
    region = Region(phrases=["the car on the left"])
    for task, direction in lines.NAMES:
        if task == "improve" or (task == "recolour" and direction != "vivid"):
            continue
        assert other_ways(Step(task=task, direction=direction, region=region, strength="normal")), (task, direction)
        assert "the the" not in wish_for(task, direction, region)
    assert set(EFFECTS) >= {task for task, _ in lines.NAMES}
