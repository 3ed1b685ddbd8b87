"""The result while a question is open: whoever looks at it sees what was done so far."""

from pathlib import Path

import pytest

from tests.fakes import Small
from tests.unit.agent.run.talks import PLANS, scripted, talking
from wordfuse.agent.plan import Plan

pytestmark = pytest.mark.usefixtures("quick")


def test_the_result_shows_what_was_done_before_the_question(small: Small, tmp_path: Path) -> None:
    model, run = scripted(), tmp_path / "run"
    steps = [*PLANS["bright"].steps, *PLANS["unicorn"].steps]
    model.plans["bright sky and unicorn"] = Plan(steps=steps)
    with talking(small, run, model) as conversation:
        assert conversation.say("bright sky and unicorn").question is not None
        assert (run / "result.png").read_bytes() == (run / "images/001.png").read_bytes()
        conversation.undo()
        assert (run / "result.png").read_bytes() == (run / "fused.png").read_bytes()
