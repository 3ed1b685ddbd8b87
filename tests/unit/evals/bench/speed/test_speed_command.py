"""``wordfuse bench speed``: it measures, compares, warns and never fails for being slow."""

import json
from pathlib import Path

import pytest

from tests.commandline import complaint, wordfuse
from wordfuse.cli.options.measuring import PARTS as NAMED
from wordfuse.evals.bench.speed.parts import PARTS
from wordfuse.evals.bench.speed.processes import cost_of

FUSE = ("bench", "speed", "--part", "fuse", "--short", "--device", "cpu")


def test_the_command_knows_every_part() -> None:
    assert tuple(PARTS) == NAMED


def test_what_has_become_slower_is_told_and_no_failure(here: Path) -> None:
    first = wordfuse(*FUSE, "--baseline", "kept.json", "--update-baseline", "--json")
    assert first.exit_code == 0, first.output
    told = json.loads(first.stdout)
    assert told["slower"] == {} and told["baseline_date"] is None
    names = [one["name"] for one in told["measured"]]
    assert names == ["read a pair", "fuse, default", "fuse, metric"]
    assert all(0 < one["value"] < 60 and one["unit"] == "s" for one in told["measured"])
    kept = json.loads((here / "kept.json").read_text())
    (machine,) = kept["machines"].values()
    machine["measures"]["fuse, metric"]["value"] /= 1000
    (here / "kept.json").write_text(json.dumps(kept))
    second = wordfuse(*FUSE, "--baseline", "kept.json", "--quiet")
    assert second.exit_code == 0
    warnings = [line for line in second.stderr.splitlines() if "fuse, metric" in line]
    assert len(warnings) == 1 and warnings[0].startswith("wordfuse: warning: fuse, metric takes ")
    assert "| fuse, metric |" in second.stdout and (here / "runs/bench/bench_speed.md").read_text() in second.stdout


def test_an_unknown_part_is_named(here: Path) -> None:
    assert "--part flying: expected start, plan" in complaint(wordfuse("bench", "speed", "--part", "flying"), 2)


def test_a_process_tells_its_time_its_memory_and_its_fault(tmp_path: Path) -> None:
    import sys

    # 200 MB that are touched, in a process whose parent holds much more.
    held = bytearray(400 << 20)
    cost = cost_of([sys.executable, "-c", "kept = b'x' * (200 << 20); print(len(kept))"])
    assert len(held) and 200 < cost.peak_mib < 300
    assert 0 < cost.wall_s < 60 and 0 < cost.cpu_s < 60
    with pytest.raises(RuntimeError, match="ended with 3: oh"):
        cost_of([sys.executable, "-c", "import sys; sys.stderr.write('oh'); sys.exit(3)"])
    assert cost_of([sys.executable, "-c", "raise SystemExit(3)"], exit_codes=(3,)).wall_s > 0
