"""An agent tries a task: real graph and tools, a model that says what it is told to, and what goes wrong once."""

from typing import Any

import numpy as np
import pytest

from tests.fakes import Detector, plan, quicken, refusal, step
from wordfuse.agent.model.mock import ScriptedModel
from wordfuse.agent.plan import Plan
from wordfuse.agent.settings import Settings
from wordfuse.evals.deciding import scenes
from wordfuse.evals.deciding.hampered import HamperedBackend
from wordfuse.evals.deciding.setting import Setting
from wordfuse.evals.deciding.trying import tried
from wordfuse.fusion.errors import RegionError
from wordfuse.fusion.regions import Detection, Sources
from wordfuse.fusion.regions.pixels import PixelsBackend

WISH = "please"


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    quicken(monkeypatch.setitem)
    monkeypatch.setattr(scenes, "SIZE", (128, 96))
    scenes._rendered.cache_clear()


def outcome(setting: dict[str, Any], answer: Plan, *, calls: int | None = None) -> dict[str, Any]:
    model = ScriptedModel({WISH: answer}, plans_only=True)
    settings = Settings(regions="pixels", device="cpu")
    told = tried([WISH], Setting.model_validate({"scene": "street 7"} | setting), model, settings, None)
    assert calls is None or told["calls"] == calls
    return told


def test_what_helps_gains_what_harms_loses_and_a_refusal_does_neither() -> None:
    dark = {"damage": [{"kind": "dark", "amount": 0.75}]}
    better = outcome(dark, plan(step("relight", "brighter", strength="strong")))
    assert better["ending"] in ("done", "tried") and better["changed"] and better["gain"] > 1
    worse = outcome(dark, plan(step("relight", "darker")))
    assert worse["gain"] < -0.1
    refused = outcome(dark, refusal("no"), calls=0)
    assert (refused["ending"], refused["changed"], refused["gain"]) == ("refused", False, 0)


def test_an_open_wish_and_what_is_there_already() -> None:
    mended = outcome({"damage": [{"kind": "noise", "amount": 24}]}, plan(step("improve")))
    assert mended["gain"] > 1 and mended["calls"] >= 3
    met = outcome({}, plan(step("destripe")))
    assert met["ending"] in ("met", "tried") and not met["changed"]


def test_a_region_that_is_not_found_or_found_elsewhere_at_first_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    Detector("lamps", seen=[((20, 20, 60, 60), 0.9)], confidence=0.9).put_in(monkeypatch)
    answer = plan(step("relight", "brighter", "lamps", strength="strong"))
    missing, elsewhere, right = (outcome({"hampered": how}, answer) for how in ("not found", "found elsewhere", None))
    assert (missing["ending"], missing["changed"]) == ("absent", False)
    assert elsewhere["ending"] in ("doubted", "tried")
    assert (missing["sprung"], elsewhere["sprung"], right["sprung"]) == (True, True, False)
    assert right["ending"] in ("done", "tried") and right["changed"]


def test_a_backend_fails_once_and_then_no_more() -> None:
    grey = np.zeros((8, 8), np.float32)
    sources = Sources(grey, np.stack([grey] * 3, -1), np.stack([grey] * 3, -1))
    spot = [Detection("spot", (1.0, 1.0, 4.0, 4.0), 0.9)]
    backend = HamperedBackend(PixelsBackend(), "region fails")
    with pytest.raises(RegionError, match="could not be cut out"):
        backend.segment(sources, spot)
    assert backend.segment(sources, spot).shape == (8, 8)
    (found,) = backend.ground(sources, ["bright areas"])
    assert found.source == "pixels"


def test_a_model_that_gives_no_answer_at_first() -> None:
    told = outcome({"hampered": "no answer"}, plan(step("relight", "brighter")))
    assert told["sprung"] and (told["ending"], told["changed"]) == ("refused", False)
