"""One device beside another, here the CPU beside itself: everything is measured on both, in turns."""

from pathlib import Path

import pytest
import torch
from rich.console import Console

from tests.fakes import ScriptedModel, plan, step
from wordfuse.evals.bench.restore.cost import CALLS
from wordfuse.evals.bench.speed import devices
from wordfuse.evals.bench.speed.parts import WISH
from wordfuse.fusion.errors import InputError

THINGS = ["fuse, default", "fuse, metric", *[name for name in CALLS if name != "fuse"], "plan", "run"]


@pytest.mark.slow
def test_fusing_edits_a_plan_and_a_run_are_measured_on_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, quick: None
) -> None:
    # A language model's weights are not always there; what is tested is that it is asked on every device.
    asked: list[str] = []

    def connect(llm: str, *, device: str) -> ScriptedModel:
        asked.append(device)
        return ScriptedModel({WISH: plan(step("relight", "brighter", "dark areas"))})

    monkeypatch.setattr(devices, "connect", connect)
    measured = devices.devices_beside(["cpu", "auto"], 1, (160, 120), Console(quiet=True))
    assert asked == ["cpu", "auto"]
    assert list(measured) == THINGS
    assert all(len(by[device]) == 1 and by[device][0] > 0 for by in measured.values() for device in ("cpu", "auto"))


def test_the_table_says_how_many_times_as_fast() -> None:
    measured = {"fuse, metric": {"cpu": [0.1, 0.3, 0.2], "auto": [0.5, 0.4, 0.6]}}
    table = devices.markdown(measured, ["cpu", "auto"], (640, 480))
    assert "| fuse, metric | 0.2 | 0.5 | 2.5 |" in table


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a GPU")
def test_a_gpu_that_is_not_there_is_told_before_anything_is_measured() -> None:
    with pytest.raises(InputError, match="0 CUDA devices"):
        devices.devices_beside(["cuda", "cpu"], 1, (160, 120), Console(quiet=True))
