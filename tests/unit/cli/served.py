"""What tests of commands with a language model share: what it plans, and the main job with it."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from tests.commandline import Scene, plan, step
from tests.pictures import pixels

DARKER = plan(step("relight", "brighter", "dark areas"))
WARMER = plan(step("incline", "infrared", "people"))
PLANS = {
    "brighten the dark areas": DARKER,
    "make the people warmer": WARMER,
    "make the unicorns warmer": plan(step("incline", "infrared", "unicorns")),
}


def main_job(scene: Scene, url: str, *more: str) -> list[str]:
    words = ["-i", "make the people warmer", "-i", "brighten the dark areas"]
    masks = ["--mask", f"people={scene.mask('people')}"]
    return ["run", *scene.pair, *words, *masks, *scene.network, "--llm", url, *more]


def check_record(scene: Scene, record: dict[str, Any], folder: Path) -> None:
    """What the contract says of a run that did what it was told."""
    assert (record["schema"], Path(record["out"]).resolve(), Path(record["vi"])) == (1, folder, scene.vi)
    steps = [made for instruction in record["instructions"] for made in instruction["steps"]]
    assert [(made["task"], made["found"], made["satisfied"]) for made in steps] == [
        ("incline", True, True),
        ("relight", True, True),
    ]
    before = pixels(folder / "fused.png")
    for made in steps:
        after, outside = pixels(folder / made["output"]), pixels(folder / made["mask"]) == 0
        assert np.array_equal(before[outside], after[outside])
        before = after
    assert np.array_equal(before, pixels(folder / "result.png"))
    assert record["llm"]["name"] == "stand-in"
    assert record["llm"]["prompt_tokens"] == 10 * record["llm"]["calls"] > 0
    assert set(record["metrics"]) == {"fused", "result"}
    assert (folder / "report.html").read_text().startswith("<!")
    assert json.loads((folder / "run.json").read_text()) == record
    assert [json.loads(line)["kind"] for line in (folder / "trace.jsonl").read_text().splitlines()]
    assert not [path for path in folder.rglob("*") if path.name.startswith(".wordfuse")]
