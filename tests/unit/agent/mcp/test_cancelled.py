"""A call that its client cancels ends where it is, and is as if it had never been made."""

from pathlib import Path
from typing import Any

import pytest

from tests.fakes import Small
from wordfuse.agent.mcp import workbench
from wordfuse.agent.mcp.confined import Confined
from wordfuse.agent.mcp.workbench import Watch, Workbench
from wordfuse.tools.registry import ToolAnswer

EDIT = {"image": "fused", "mask": "m2", "strength": "normal"}
CALLS: dict[str, dict[str, Any]] = {
    "fuse": {},
    "incline": EDIT | {"direction": "infrared"},
    "relight": EDIT | {"direction": "brighter"},
    "denoise": EDIT,
    "contrast": EDIT | {"direction": "more"},
    "sharpen": EDIT,
    "dehaze": EDIT,
    "destripe": EDIT | {"axis": "rows"},
    "recolour": EDIT | {"direction": "vivid"},
    "blur": EDIT,
    "inspect": {"image": "fused", "mask": None},
    "evaluate_metrics": {"before": "fused", "after": "fused", "mask": "m2"},
}


class Client:
    """Counts how often it is asked whether it still wants the answer, and at some time does not."""

    def __init__(self, patience: int | None = None) -> None:
        self.asked, self.patience = 0, patience

    def cancelled(self) -> bool:
        self.asked += 1
        return self.patience is not None and self.asked > self.patience


def ask(bench: Workbench, name: str, client: Client) -> ToolAnswer:
    return workbench.call(name, CALLS[name], bench, Watch(client.cancelled, lambda progress: None))


@pytest.fixture
def bench(small: Small, tmp_path: Path, quick: None) -> Workbench:
    for source in (small.ir, small.vi):
        (tmp_path / source.name).write_bytes(source.read_bytes())
    made = Workbench(Confined(tmp_path), small.settings(masks={}))
    watch = Watch(lambda: False, lambda progress: None)
    for name, args in (
        ("open_pair", {"ir": "ir.png", "vi": "vi.png"}),
        ("fuse", {}),
        ("ground", {"phrases": ["dark areas"]}),
        ("segment", {"grounding": "g1", "invert": False}),
    ):
        assert workbench.call(name, args, made, watch).error is None
    return made


def made_by(bench: Workbench) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in bench.opened().folder.rglob("a*") if path.is_file()}


@pytest.mark.parametrize("name", CALLS)
def test_it_leaves_nothing_wherever_it_ends(bench: Workbench, name: str) -> None:
    catalogue = bench.opened().catalogue.model_copy(deep=True)
    whole = Client()
    patience = 0
    while patience == 0 or patience < whole.asked - 1:
        assert ask(bench, name, Client(patience)).error == "cancelled"
        assert bench.opened().catalogue == catalogue
        if not whole.asked:  # made again, it gives what it would have given
            answer = ask(bench, name, whole)
            assert answer.error is None
            files = made_by(bench)
            bench.opened().catalogue = catalogue.model_copy(deep=True)
        patience += max(1, whole.asked // 4)
    again = ask(bench, name, Client())
    assert again.result == answer.result
    assert made_by(bench) == files


def test_whoever_is_not_cancelled_is_asked_often(bench: Workbench) -> None:
    """Between tiles, trials, epochs and measures: no fewer than these."""
    asked = {}
    for name in CALLS:
        client = Client()
        ask(bench, name, client)
        asked[name] = client.asked
    assert {name for name, times in asked.items() if times < 4} <= {"fuse"}
    assert asked["incline"] > 20
