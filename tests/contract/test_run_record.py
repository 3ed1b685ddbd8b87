"""What others read of a run: its record, its folder, its report; see "The run record" in the contract."""

import copy
import json
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from pydantic import ValidationError

from tests.fakes import ScriptedModel, Small, exit_of, plan, quicken, read_strict, refusal, satisfied, step
from tests.pages import check_page
from wordfuse.agent.record import Record, exit_code, record_schema
from wordfuse.agent.report.page import render_report
from wordfuse.agent.run.session import Session
from wordfuse.agent.state import Json
from wordfuse.fusion.images import read_mask, read_picture

SCHEMA = json.loads(Path(__file__).with_name("run_record.schema.json").read_text())
HOSTILE = (
    "<script src='http://evil.example/x.js'>alert(1)</script>"
    "\x1b[31m\"quoted\" 'and' </title> {braces} %s \\ \r\n\t\u202e"
)
WORDS = ("warm the people", "now brighter, and clean everything else", "sing", "find a <b>unicorn</b>", HOSTILE)
PLANS = {
    WORDS[0]: plan(step("incline", "infrared", "people")),
    WORDS[1]: plan(step("relight", "brighter", "sky", strength="slight"), step("denoise", None, "cars", invert=True)),
    WORDS[2]: refusal("<i>singing</i> is not an effect"),
    WORDS[3]: plan(step("incline", "visible", "<b>unicorn</b>")),
    WORDS[4]: plan(step("incline", "infrared", "people", "cars", strength="strong")),
}


@pytest.fixture(scope="module")
def run(small: Small, tmp_path_factory: pytest.TempPathFactory) -> Json:
    """One run with all that can happen in it; its record."""
    with pytest.MonkeyPatch.context() as patch:
        quicken(patch.setitem)
        sources = small.ir.read_bytes(), small.vi.read_bytes()
        model = ScriptedModel(PLANS, verdict=satisfied)
        record = small.run(tmp_path_factory.mktemp("runs") / "first", model, *WORDS)
        assert (small.ir.read_bytes(), small.vi.read_bytes()) == sources, "inputs are never changed"
    return record


@pytest.fixture(scope="module")
def folder(run: Json) -> Path:
    return Path(run["out"])


def test_record_fits_its_schema(run: Json, folder: Path) -> None:
    jsonschema.validate(run, SCHEMA)
    assert read_strict((folder / "run.json").read_text(encoding="utf-8")) == run
    assert "\x1b" not in (folder / "run.json").read_text(encoding="utf-8"), "no escape sequence reaches a terminal"


def test_schema_is_that_of_the_types() -> None:
    """After a change: python -m wordfuse.agent.record > tests/contract/run_record.schema.json."""
    assert record_schema() == SCHEMA


def test_schema_is_not_toothless(run: Json) -> None:
    misdirected = run["instructions"][0]["plan"]["steps"][0] | {"direction": "darker"}
    for broken in (
        run | {"schema": 2},
        {key: value for key, value in run.items() if key != "metrics"},
        run | {"instructions": [run["instructions"][0] | {"steps": [{"task": "incline"}]}]},
        run | {"metrics": {"fused": {"AG": 1.0}, "result": {}}},
        run | {"instructions": [run["instructions"][0] | {"asked": None}]},
        run | {"instructions": [run["instructions"][0] | {"plan": {"steps": [misdirected], "refusal": None}}]},
        run | {"surprise": 1},
    ):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(broken, SCHEMA)
        with pytest.raises(ValidationError):
            Record.model_validate(broken)


def test_record_tells_what_was_asked_and_what_came_of_it(run: Json) -> None:
    assert [instruction["text"] for instruction in run["instructions"]] == list(WORDS)
    assert [instruction["plan"] for instruction in run["instructions"]] == [PLANS[w].model_dump() for w in WORDS]
    assert run["instructions"][2]["refusal"] == "<i>singing</i> is not an effect"
    assert not run["instructions"][3]["steps"][0]["found"]
    assert run["llm"]["calls"] > 10
    assert 0 < run["tools"]["seconds"] < run["seconds"]
    assert run["settings"]["preset"] == "tiny-compact"
    assert run["settings"]["limits"]["attempts"] == 3
    assert list(run["versions"]) == ["python", "wordfuse", "torch", "transformers", "langgraph"]
    assert exit_of(run) == 3


def test_files_of_the_run_folder(run: Json, folder: Path) -> None:
    for name in ("run.json", "fused.png", "result.png", "trace.jsonl", "report.html", "checkpoints.sqlite"):
        assert (folder / name).is_file(), name
    for path in folder.rglob("*"):
        assert not path.name.endswith((".tmp", ".part")), f"{path}: half written"
    for instruction in run["instructions"]:
        for done in instruction["steps"]:
            for key in ("mask", "output"):
                assert done[key] is None or (folder / done[key]).is_file()
    outputs = [done["output"] for instruction in run["instructions"] for done in instruction["steps"] if done["output"]]
    assert outputs == [f"images/{number:03d}.png" for number in range(1, len(outputs) + 1)]
    assert (folder / "result.png").read_bytes() == (folder / outputs[-1]).read_bytes()


def test_outside_its_mask_every_picture_is_its_predecessor_to_the_last_bit(run: Json, folder: Path) -> None:
    before, edits = read_picture(folder / "fused.png"), 0
    for instruction in run["instructions"]:
        for done in instruction["steps"]:
            if done["output"] is None:
                continue
            after = read_picture(folder / done["output"])
            mask = read_mask(folder / done["mask"], after.shape[:2])
            assert set(np.unique(mask)) <= {0, 255}
            assert done["area"] == pytest.approx((mask > 0).mean(), abs=1e-6)
            assert np.array_equal(before[mask == 0], after[mask == 0])
            assert not np.array_equal(before, after)
            before, edits = after, edits + 1
    assert edits >= 2


def test_trace_has_every_call_in_order(run: Json, folder: Path) -> None:
    lines = [read_strict(line) for line in (folder / "trace.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [line["time"] for line in lines] == sorted(line["time"] for line in lines)
    assert all(line["seconds"] >= 0 for line in lines)
    kinds = [line["name"] if line["kind"] == "tool" else line["kind"] for line in lines]
    assert kinds[:9] == [
        "fuse",
        "plan",
        "act",
        "ground",
        "act",
        "segment",
        "act",
        "incline",
        "evaluate_metrics",
    ]
    assert sum(line["kind"] != "tool" for line in lines) == run["llm"]["calls"]
    attempts = [a for i in run["instructions"] for s in i["steps"] for a in s["attempts"]]
    assert kinds.count("evaluate_metrics") == kinds.count("judge") == len(attempts)


def test_report_is_self_contained_and_escapes_every_text(folder: Path) -> None:
    page = check_page((folder / "report.html").read_text(encoding="utf-8"))
    links = [*page.values("src"), *page.values("href")]
    assert links
    assert all(link.startswith(("data:image/webp;base64,", "#")) for link in links)
    assert not {"link", "iframe", "object", "form", "b", "i"} & {element.tag for element in page.elements}
    assert "<script src='http://evil.example/x.js'>alert(1)</script>" in page.text
    assert "<i>singing</i> is not an effect" in page.text
    assert "warm the people" in page.text


def test_report_names_the_regions_that_were_not_found(run: Json, folder: Path) -> None:
    changed = copy.deepcopy(run)
    changed["instructions"][0]["steps"][0]["missing"] = ["<b>dragons</b>", "cats"]
    page = render_report(Record.model_validate(changed), folder)
    assert "Not found: <bdi>&lt;b&gt;dragons&lt;/b&gt;, cats</bdi>" in page
    assert page.count("Not found:") == 1 + render_report(Record.model_validate(run), folder).count("Not found:")


def test_a_run_of_satisfied_steps_exits_with_0(small: Small, tmp_path: Path, quick: None) -> None:
    record = small.run(tmp_path / "run", ScriptedModel(PLANS), WORDS[0])
    assert exit_of(record) == 0
    jsonschema.validate(record, SCHEMA)


@pytest.mark.parametrize(
    ("ends", "planned", "refused", "code"),
    [
        ([{}], 1, None, 0),
        ([{}, {"satisfied": False}], 2, None, 3),
        ([{"missing": ["a cat"]}], 1, None, 3),
        ([{}], 2, None, 3),
        ([], 0, "no", 3),
        ([], 1, None, 3),
    ],
)
def test_exit_codes(run: Json, ends: list[Json], planned: int, refused: str | None, code: int) -> None:
    """What changes of a step that was satisfied, how many steps were planned, and what was refused."""
    done = run["instructions"][0]["steps"][0] | {"satisfied": True, "missing": []}
    wanted = PLANS[WORDS[0]].steps[0].model_dump()
    instruction = {
        "text": "x",
        "plan": {"steps": [wanted] * planned, "refusal": refused},
        "steps": [done | end for end in ends],
        "refusal": refused,
    }
    assert exit_code(Record.model_validate(run | {"instructions": [instruction]})) == code


def test_a_gray_visible_picture_gives_a_gray_run(small: Small, tmp_path: Path, quick: None) -> None:
    from PIL import Image

    small.run(tmp_path / "run", ScriptedModel(PLANS), WORDS[0], vi=small.vi_gray)
    for name in ("fused.png", "result.png", "images/001.png"):
        with Image.open(tmp_path / "run" / name) as picture:
            assert (picture.mode, picture.size) == ("L", (128, 96))


def test_a_folder_in_use_is_not_written_over(small: Small, run: Json, folder: Path) -> None:
    from wordfuse.fusion.errors import InputError

    with pytest.raises(InputError, match=r"exists and is not an empty folder.*wordfuse resume"):
        Session.create(folder, small.ir, small.vi, ["x"], small.settings(), ScriptedModel({}))
    assert read_strict((folder / "run.json").read_text(encoding="utf-8")) == run
