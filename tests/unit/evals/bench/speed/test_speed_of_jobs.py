"""Several jobs at a time: what the table says of batches, and how a batch of many is begun and ended."""

import json
from pathlib import Path

import pytest

from tests.batches import PLANS
from tests.commandline import LanguageModel, Scene, serving
from wordfuse.evals.bench.speed import jobs
from wordfuse.evals.bench.speed.jobs import Batch


def test_the_table_holds_workers_against_one_of_the_same_engine() -> None:
    batches = {
        "local, 1": [Batch(20.0, 15.0, 18.0), Batch(22.0, 15.0, 18.0), Batch(21.0, 15.0, 30.0)],
        "local, 2": [Batch(10.5, 18.0, 16.0)] * 3,
        "ray, 1": [Batch(30.0, 3.0, 18.0)] * 3,
        "ray, 2": [Batch(20.0, 3.0, 18.0)] * 3,
    }
    table = jobs.markdown(batches, 6)
    assert "| local, 1 | 21.0 | 1.00 | 3.00 | 2.50 | 3.0 |" in table
    assert "| local, 2 | 10.5 | 2.00 | 2.67 | 3.00 | 2.5 |" in table
    assert "| ray, 2 | 20.0 | 1.50 | 3.00 | 0.50 | 11.0 |" in table


@pytest.mark.slow
def test_a_batch_is_carried_out_and_another_ended_as_its_first_job_begins(
    scene: Scene, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(LanguageModel(PLANS)) as server:
        monkeypatch.setenv("WORDFUSE_LLM", server.url)
        script = jobs.write_script(here / "few", 2, (128, 96))
        done = jobs.carried_out(script, here / "done", "local", 2)
        assert 0 < done.jobs_s < 2 * done.wall_s
        lines = [json.loads(line) for line in (here / "done/results.jsonl").read_text().splitlines()]
        assert [line["job"] for line in lines] == [1, 2]
        begun = jobs.begun(script, here / "begun", "local", 1)
        assert begun.seconds > 0 and 30 < begun.driver_mib < 300
