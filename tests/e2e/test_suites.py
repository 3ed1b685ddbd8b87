"""Short suites on the real embedded model, beside the committed baselines: what CI runs on every change."""

import json
from pathlib import Path

import pytest

from tests.commandline import wordfuse

pytestmark = pytest.mark.real


# So short a suite is too short for the interval, so there is a threshold as well; whole runs are to be right.
@pytest.mark.parametrize(
    ("suite", "every", "at_least"), [("plan", 36, 0.6), ("natural", 24, 0.25), ("run", 8, 1.0), ("agent", 9, 0.3)]
)
def test_the_embedded_model_keeps_to_its_baseline(suite: str, every: int, at_least: float, here: Path) -> None:
    options = ("--every", every, "--at-least", at_least, "--out", "out", "--json", "--quiet")
    done = wordfuse("eval", suite, *options)
    assert done.exit_code == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["baseline"][0]["tag"] == "all" and told["baseline"][0]["cases"] == len(told["cases"])
    assert told["errors"] == [] and told["new"] == 0
