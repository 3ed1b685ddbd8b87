"""What tests of questions and controls share: wishes that are some, and runs of them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.fakes import ScriptedModel, Small, exit_of
from tests.unit.agent.small_plans import PLANS
from wordfuse.agent.plan import Control, Plan, Query, QuestionKind
from wordfuse.agent.state import Json
from wordfuse.tools.types import Region


def asked(kind: QuestionKind, *phrases: str, without: Sequence[str] = ()) -> Plan:
    return Plan(question=Query(kind=kind, region=Region(phrases=list(phrases), exceptions=list(without))))


def control(which: Control) -> Plan:
    return Plan(control=which)


WISHES = PLANS | {
    "how many cars?": asked("count", "cars"),
    "how many?": asked("count"),
    "how many skies?": asked("count", "sky"),
    "where are the cars?": asked("find", "cars"),
    "where?": asked("find"),
    "what is in it?": asked("describe"),
    "what is that bright thing?": asked("describe", "bright thing"),
    "what is that bright round thing?": asked("describe", "bright round thing"),
    "is that someone lying there?": asked("find", "someone lying there"),
    "is anybody running?": asked("find", "anybody running"),
    "how many are lying there?": asked("count", "people lying there"),
    "what is that in the top half?": asked("describe", "top half"),
    "how noisy is it?": asked("measure"),
    "how bright is the sky?": asked("measure", "sky"),
    "the sky but for the people?": asked("measure", "sky", without=["people"]),
    "where is it hottest?": asked("hottest"),
    "where is the sky coldest?": asked("coldest", "sky"),
    "why?": asked("why"),
    "why is everything so yellow?": asked("why"),
    "help": asked("help"),
    "how many unicorns?": asked("count", "a unicorn"),
    "where is the unicorn?": asked("find", "a unicorn"),
    "how warm is the unicorn?": asked("measure", "a unicorn"),
    "where is the unicorn hottest?": asked("hottest", "a unicorn"),
    "undo that": control("undo"),
    "redo that": control("redo"),
    "start over": control("reset"),
    "show me": control("show"),
    "compare": control("compare"),
    "save it": control("save"),
}


def run(small: Small, folder: Path, *words: str, masks: Sequence[str] = ("people", "sky"), **more: Any) -> Json:
    """A run of a model that only plans; the user's masks are those that are named."""
    model = ScriptedModel(WISHES, plans_only=True)
    drawn = {name: small.masks[name] for name in masks}
    return small.run(folder / "run", model, *words, masks=drawn, **{"regions": "pixels"} | more)


def answered(small: Small, folder: Path, question: str, **more: Any) -> Json:
    """The answer to a question, after which all is as it was."""
    record = run(small, folder, question, **more)
    (said,) = record["instructions"]
    assert (said["steps"], said["refusal"]) == ([], None)
    assert exit_of(record) == 0
    assert record["llm"]["calls"] <= 1, "what the words settle needs no model"
    out = folder / "run"
    assert (out / "result.png").read_bytes() == (out / "fused.png").read_bytes()
    assert not (out / "images").exists()
    answer: Json = said["answer"]
    assert answer["text"].endswith((".", "'"))
    assert answer["text"] in (out / "report.html").read_text().replace("&#39;", "'")
    return answer
