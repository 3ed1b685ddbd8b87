"""The main job with nothing faked: the embedded language model, the trained weights, real pictures."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from wordfuse.agent.record import Record, exit_code, read_record
from wordfuse.evals.main_job import INSTRUCTIONS, changed_outside, run_pair
from wordfuse.fusion.images import read_picture

pytestmark = pytest.mark.real


def wordfuse(*args: str) -> subprocess.CompletedProcess[str]:
    # The language model's base may have to be fetched, as on a user's machine; its own setting must not forbid that.
    environment = {name: value for name, value in os.environ.items() if name != "HF_HUB_OFFLINE"}
    return subprocess.run(
        [sys.executable, "-m", "wordfuse", *args], capture_output=True, text=True, env=environment, check=False
    )


def test_the_demo_satisfies_its_instruction(tmp_path: Path) -> None:
    done = wordfuse("demo", "--out", str(tmp_path / "demo"), "--json")
    assert done.returncode == 0, done.stderr
    record = json.loads(done.stdout)
    tasks = [(step["task"], step["satisfied"]) for step in record["instructions"][0]["steps"]]
    assert tasks == [("stand_out", True), ("relight", True)]
    fused, result = (read_picture(tmp_path / "demo" / name) for name in ("fused.png", "result.png"))
    assert fused.shape == result.shape == (288, 384, 3)
    assert (fused != result).any()
    assert changed_outside(Record.model_validate(record), tmp_path / "demo") == []
    assert (tmp_path / "demo" / "strip.png").is_file()


def test_a_real_pair_is_carried_out_or_honestly_not(shared: Path, tmp_path: Path) -> None:
    outcome = run_pair(shared / "data" / "dev", "TNO/17", tmp_path, list(INSTRUCTIONS), [])
    assert outcome.faults == []
    assert outcome.exit_code in (0, 3)
    record = read_record(tmp_path / "TNO-17")
    assert exit_code(record) == outcome.exit_code
    assert record.llm.calls > 0
    steps = list(record.steps)
    assert [step.task for step in steps] == ["denoise", "stand_out", "relight"]
    assert all(step.found for step in steps)
