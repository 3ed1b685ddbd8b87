"""What very many jobs cost whoever hands them out."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fakes import Small
from wordfuse.agent.batch.folder import BatchFolder
from wordfuse.agent.batch.job import Job, failed_line

LIGHT = """
import json, sys
import wordfuse.cli.commands.script, wordfuse.agent.terminal.console
from pathlib import Path
from wordfuse.agent.batch.engines.local import Here, Processes
from wordfuse.agent.batch.expand import jobs_of
from wordfuse.agent.batch.folder import BatchFolder
from wordfuse.agent.batch.script import read_script
script, out = map(Path, sys.argv[1:])
jobs = jobs_of(read_script(script), out, {}, print)
with BatchFolder.opened(out, script, jobs) as batch:
    batch.finished()
heavy = ("torch", "transformers", "langchain_core", "langgraph")
print(json.dumps([len(jobs), [name for name in heavy if name in sys.modules]]))
"""


def jobs_of(small: Small, folder: Path, count: int) -> list[Job]:
    settings = small.settings()
    return [
        Job(
            number=number,
            name=f"{number:03d}-x",
            line=1,
            ir=small.ir,
            vi=small.vi,
            say=("sing",),
            out=folder / f"{number:03d}-x",
            settings=settings,
        )
        for number in range(1, count + 1)
    ]


def written(batch: BatchFolder) -> list[int]:
    return [json.loads(line)["job"] for line in batch.results.read_text().splitlines()]


def test_handing_jobs_out_loads_neither_networks_nor_language_models(small: Small, tmp_path: Path) -> None:
    script = tmp_path / "script.yaml"
    script.write_text(json.dumps({"jobs": [{"ir": str(small.ir), "vi": str(small.vi), "say": "sing"}] * 3}))
    done = subprocess.run(
        [sys.executable, "-c", LIGHT, str(script), str(tmp_path / "out")],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[4])},
    )
    assert json.loads(done.stdout or "null") == [3, []], done.stderr


def test_lines_that_come_fast_are_written_seldom_and_all_of_them_at_the_end(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]

    def writing(handle: int) -> None:
        now[0] += 0.5  # how long the disk takes

    monkeypatch.setattr("wordfuse.agent.batch.folder.time.monotonic", lambda: now[0])
    jobs, script = jobs_of(small, tmp_path / "out", 5), tmp_path / "script.yaml"
    script.touch()
    with BatchFolder.opened(tmp_path / "out", script, jobs) as batch:
        batch.finished()
        monkeypatch.setattr(os, "fsync", writing)
        seen = []
        for job, passed_s in zip(jobs, (0.0, 0.1, 5.0, 4.8, 0.2), strict=True):
            now[0] += passed_s
            batch.keep(failed_line(job, "x", 1, 0.1, resumed=False))
            seen.append(written(batch))
        # The first write took 0.5 s, so the next one is due 10 s after its end.
        assert seen == [[1], [1], [1], [1], [1, 2, 3, 4, 5]]
        batch.keep(failed_line(jobs[0], "again", 1, 0.1, resumed=False))
    assert written(batch) == [1, 2, 3, 4, 5]
    assert json.loads(batch.results.read_text().splitlines()[0])["error"] == "again"


def test_what_is_interrupted_has_its_lines_written(small: Small, tmp_path: Path) -> None:
    jobs, script = jobs_of(small, tmp_path / "out", 300), tmp_path / "script.yaml"
    script.touch()
    with pytest.raises(KeyboardInterrupt), BatchFolder.opened(tmp_path / "out", script, jobs) as batch:
        for job in jobs:
            batch.keep(failed_line(job, "x", 1, 0.1, resumed=False))
        raise KeyboardInterrupt
    assert written(batch) == list(range(1, 301))
