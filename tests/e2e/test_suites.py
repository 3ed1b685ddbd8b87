"""Short suites on the real embedded model, beside the committed baselines: what CI runs on every change."""

import json
from pathlib import Path

import pytest

from tests.commandline import wordfuse

pytestmark = pytest.mark.real


@pytest.mark.parametrize(("suite", "every"), [("plan", 12), ("act", 6), ("critique", 4), ("run", 4)])
def test_the_embedded_model_keeps_to_its_baseline(suite: str, every: int, here: Path) -> None:
    done = wordfuse("eval", suite, "--every", every, "--out", "out", "--json", "--quiet")
    assert done.exit_code == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["baseline"][0]["tag"] == "all" and told["baseline"][0]["cases"] == len(told["cases"])
    assert told["errors"] == [] and told["new"] == 0
