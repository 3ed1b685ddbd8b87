"""``wordfuse inspect``."""

import json
from pathlib import Path

import pytest

import wordfuse as library
from tests.commandline import Scene, wordfuse
from tests.fakes import Small
from wordfuse.agent.terminal.findings import NOTHING, findings_table
from wordfuse.fusion.inspect.severity import ALARM

pytestmark = pytest.mark.usefixtures("here")


def test_it_tells_what_is_wrong_and_writes_nothing(scene: Scene, here: Path) -> None:
    before = sorted(here.iterdir())
    usual = ["inspect", *scene.pair, *scene.network, "--regions", "pixels", "--quiet"]
    result = wordfuse(*usual, "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert all(one["severity"] >= ALARM and one["remedy"] and one["unit"] for one in told["findings"])
    assert all(one["severity"] < ALARM for one in told["measured"])
    assert {one["where"] for one in (*told["findings"], *told["measured"])} == {"infrared", "visible", "fused"}
    table = wordfuse(*usual)
    assert table.exit_code == 0, table.output
    assert all(one["name"] in table.stdout for one in told["findings"])
    inside = wordfuse(*usual, "--json", "--mask", scene.mask("cars"))
    assert "frame" not in {one["name"] for one in json.loads(inside.stdout)["measured"]}
    assert sorted(here.iterdir()) == before


def test_nothing_found_is_said_in_words() -> None:
    assert findings_table([]) == NOTHING


def test_the_same_from_python(small: Small) -> None:
    pair = library.read_pair(small.ir, small.vi)
    given = {"preset": "tiny-compact", "weights": small.weights, "device": "cpu", "regions": "pixels"}
    fused = library.fuse(pair, **{name: given[name] for name in ("preset", "weights", "device")})
    assert library.inspect(pair, **given) == library.inspect(pair, fused, **given)
