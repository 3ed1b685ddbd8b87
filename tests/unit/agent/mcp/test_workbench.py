"""What agents of others may do in one folder, without the protocol around it."""

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.commandline import complaint, wordfuse
from tests.fakes import Small
from wordfuse.agent.errors import InputError
from wordfuse.agent.mcp import workbench
from wordfuse.agent.mcp.confined import Confined
from wordfuse.agent.mcp.workbench import Watch, Workbench
from wordfuse.tools.registry import TOOLS, Tool, ToolAnswer

WATCH = Watch(cancelled=lambda: False, progress=lambda progress: None)


@pytest.fixture
def place(small: Small, tmp_path: Path) -> Path:
    folder = tmp_path / "with space"
    folder.mkdir()
    for source in (small.ir, small.vi):
        (folder / source.name).write_bytes(source.read_bytes())
    return folder


def opened(place: Path, small: Small) -> Workbench:
    made = Workbench(Confined(place), small.settings(masks={}))
    for name, args in (("open_pair", {"ir": "ir.png", "vi": "vi.png"}), ("fuse", {})):
        assert ask(made, name, **args).error is None
    return made


def ask(made: Workbench, name: str, **args: Any) -> ToolAnswer:
    return workbench.call(name, args, made, WATCH)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{folder}/a b/x.png: no such file", "a b/x.png: no such file"),
        ("check that the folder {folder} exists", "check that the folder . exists"),
        ("/etc/secret/key.png: damaged", "key.png: damaged"),
        ("cannot read '/opt/models/sam', nor /opt/dino.", "cannot read 'sam', nor dino."),
        ("use and/or 3/4 of http://host:80/v1/models", "use and/or 3/4 of http://host:80/v1/models"),
    ],
)
def test_messages_hold_no_absolute_paths(place: Path, text: str, told: str) -> None:
    assert Confined(place).plain(text.format(folder=place)) == told


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such folder"):
        Confined(tmp_path / "missing")
    assert "no such folder" in complaint(wordfuse("mcp", tmp_path / "missing"), 2)


def test_servers_in_one_folder_get_folders_of_their_own(place: Path, small: Small) -> None:
    benches = [Workbench(Confined(place), small.settings(masks={})) for _ in range(8)]
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda made: ask(made, "open_pair", ir="ir.png", vi="vi.png"), benches))
    folders = {answer.result["folder"] for answer in answers if answer.result}
    assert folders == {"wordfuse-runs/vi", *(f"wordfuse-runs/vi-{number}" for number in range(2, 9))}


def test_servers_in_one_folder_do_not_overwrite_each_other(place: Path, small: Small) -> None:
    benches = [opened(place, small) for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda made: ask(made, "save", image="fused", path="best.png"), benches))
    [winner] = [made for made, answer in zip(benches, answers, strict=True) if answer.error is None]
    assert [answer.error for answer in answers if answer.error] == [
        "best.png: exists, and was not saved by this server; choose another name"
    ] * 3
    assert ask(winner, "save", image="fused", path="best.png").error is None


@pytest.mark.parametrize("kind", ["file", "link"])
def test_the_servers_own_folder_must_be_one(place: Path, small: Small, kind: str) -> None:
    own = place / "wordfuse-runs"
    if kind == "file":
        own.write_text("mine")
    else:
        own.symlink_to(place.parent)
    answer = ask(Workbench(Confined(place), small.settings(masks={})), "open_pair", ir="ir.png", vi="vi.png")
    assert answer.error == "wordfuse-runs: is a link or a file; remove it, so that a folder can be made there"
    assert list(place.parent.iterdir()) == [place]


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (RuntimeError("/home/somebody/secret"), "a fault of wordfuse (RuntimeError); its log says more"),
        (
            OSError(28, "No space left on device", "/var/x.png"),
            "x.png: cannot be used (No space left on device); free some space there, or choose another place",
        ),
    ],
)
def test_a_fault_is_told_without_a_trace(
    place: Path, small: Small, monkeypatch: pytest.MonkeyPatch, fault: Exception, told: str
) -> None:
    def fail(args: object, work: object) -> None:
        raise fault

    made = opened(place, small)
    monkeypatch.setitem(TOOLS, "ground", Tool("ground", TOOLS["ground"].args, fail))
    assert ask(made, "ground", phrases=["sky"]).error == told


def test_without_the_sdk_the_remedy_is_named(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] in ("mcp", "mcp_types")]:
        monkeypatch.delitem(sys.modules, name)
    for name in ("wordfuse.agent.mcp.server", "wordfuse.agent.mcp.stdio"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, "mcp", None)
    told = complaint(wordfuse("mcp", place), 2)
    assert told == "wordfuse: wordfuse mcp needs the MCP SDK; install it with: pip install 'wordfuse[mcp]'\n"


def test_arguments_may_come_as_text_and_the_mask_may_be_left_out(place: Path, small: Small, quick: None) -> None:
    """Some clients send every argument as a text, others leave out what is null."""
    made = opened(place, small)
    grounding = ask(made, "ground", phrases='["dark areas"]').result
    assert grounding is not None and grounding["found"] == ["dark areas"]
    assert ask(made, "segment", grounding=grounding["grounding"], invert="True").error is None
    relight = {"image": "fused", "direction": "brighter", "strength": "slight"}
    results = [ask(made, "relight", **relight, **mask) for mask in ({"mask": None}, {}, {"mask": "null"}, {"mask": ""})]
    assert [answer.error for answer in results] == [None] * 4
    made_first = (results[0].result or {})["image"]
    assert ask(made, "evaluate_metrics", before="fused", after=made_first).error is None
    assert ask(made, "show", image="fused", mask="None").error is None
    assert "unknown mask 'm99'" in str(ask(made, "relight", **relight, mask="m99").error)
    assert ask(made, "save", image="fused", path="[1].png").result == {"path": "[1].png"}
    assert ask(made, "open_pair", ir="ir.png", vi="vi.png", align="false").error is None


def test_what_is_no_such_value_is_complained_of_as_it_came(place: Path, small: Small) -> None:
    made = opened(place, small)
    for phrases in ("[people", "{}", "7", "true"):
        assert "phrases: Input should be a valid list" in str(ask(made, "ground", phrases=phrases).error)
    assert "invert: Input should be a valid boolean" in str(ask(made, "segment", grounding="g1", invert="maybe").error)
    assert "unknown grounding 'null'" in str(ask(made, "segment", grounding="null", invert="false").error)
