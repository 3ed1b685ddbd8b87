"""``report.html`` and the page of a batch, as files: what they say, what they hold, what they let nobody do."""

import copy
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import typer.main

from tests.fakes import ScriptedModel, Small, always, plan, quicken, refusal, step
from tests.pages import Page, check_page
from wordfuse.agent.critic import Check
from wordfuse.agent.record import Record
from wordfuse.agent.report.chart import draw_chart
from wordfuse.agent.report.chosen import LIMITS, OPTIONS
from wordfuse.agent.report.engine import plain
from wordfuse.agent.report.index import render_index
from wordfuse.agent.report.page import render_report
from wordfuse.agent.report.reproduce import command_of, quoted
from wordfuse.agent.report.wording import number, seconds, share, signed, step_words
from wordfuse.agent.settings import Limits, Settings
from wordfuse.agent.state import Json
from wordfuse.fusion.display import thumbnails
from wordfuse.fusion.images import write_png

HOSTILE = "<script>alert(1)</script> \"quoted\" 'and' </title> {{ 7 * 7 }} {% raw %} \\ \r\n\t\x1b[31m\u202e"
WORDS = ("warm the people", "brighten all but the people", "sing", HOSTILE)
PLANS = {
    WORDS[0]: plan(step("incline", "infrared", "people")),
    WORDS[1]: plan(step("relight", "brighter", "people", invert=True), step("denoise", None, strength="slight")),
    WORDS[2]: refusal("<i>singing</i> is not an effect"),
    WORDS[3]: plan(step("incline", "visible", "<b>unicorn</b>")),
}


@pytest.fixture(scope="module")
def run(small: Small, tmp_path_factory: pytest.TempPathFactory) -> Json:
    """A run with steps that end well, one after three attempts, refused words and a region that is not there."""
    with pytest.MonkeyPatch.context() as patch:
        quicken(patch.setitem)
        folder = tmp_path_factory.mktemp("runs") / "a run \u2603 & <b>more</b> #1"
        return small.run(folder, ScriptedModel(PLANS, verdict=always("again")), *WORDS)


@pytest.fixture
def page(run: Json) -> Page:
    return check_page(render_report(Record.model_validate(run), Path(run["out"])))


def copied(run: Json, folder: Path) -> tuple[Json, Path]:
    """A copy of a run to change."""
    shutil.copytree(run["out"], folder)
    return copy.deepcopy(run), folder


def test_it_is_what_the_run_left(run: Json) -> None:
    written = (Path(run["out"]) / "report.html").read_text(encoding="utf-8")
    assert written == render_report(Record.model_validate(run), Path(run["out"]))
    assert len(written) < 600_000


def test_words_of_others_are_text_and_nothing_else(page: Page) -> None:
    assert len(page.all("script")) == 1
    assert not page.all("b")
    assert not page.all("i")
    shown = "<script>alert(1)</script> \"quoted\" 'and' </title> {{ 7 * 7 }} {% raw %} \\ \\r \\x1b[31m\\u202e"
    assert shown in page.text
    assert "<i>singing</i> is not an effect" in page.text
    assert "nearer to the visible picture" in page.text
    assert not {"\x1b", "\u202e", "\r"} & set(page.source)


def test_hostile_words_and_names_in_the_title(run: Json, tmp_path: Path) -> None:
    changed, folder = copied(run, tmp_path / "hostile")
    changed["instructions"].reverse()
    changed["instructions"][0]["text"] = HOSTILE + "%s %d 100%"
    changed["vi"] = str(shutil.copy(run["vi"], tmp_path / "<script>alert(2)<'\">\u202e\n.png"))
    changed["llm"]["name"] = "</table><script>alert(3)</script>"
    page = check_page(render_report(Record.model_validate(changed), folder))
    assert len(page.all("script")) == 1
    assert len(page.all("img")) == len(check_page(render_report(Record.model_validate(run), folder)).all("img"))
    assert "alert(2)" in page.text
    assert "</table><script>alert(3)</script>" in page.text


def test_every_step_attempt_and_call_is_told(page: Page, run: Json) -> None:
    steps = [done for instruction in run["instructions"] for done in instruction["steps"]]
    assert len(page.all("article")) == len(steps) == 4
    attempts = [attempt for done in steps for attempt in done["attempts"]]
    assert len(attempts) >= 5
    assert len(page.all("details")) == len(attempts)
    assert all(attempt["reason"] in page.text for attempt in attempts)
    for call in (call for attempt in attempts for call in attempt["tool_calls"]):
        assert f" {call['name']} " in page.text
    assert 'phrases ["people"]' in page.text
    assert "mask null" in page.text
    assert len(page.all("svg")) == sum(bool(done["attempts"]) for done in steps) == 3
    assert "Bring people nearer to the infrared picture" in page.text
    assert "Make everything but people brighter" in page.text
    assert "Take noise out of the whole image, a bit" in page.text
    assert "region not found" in page.text
    for name in ("AG", "EN", "SF", "SD", "MI", "SSIM", "VIF", "Qabf", "SCD", "CC", "Qcv"):
        assert f" {name} " in page.text


def test_every_table_has_a_caption_and_heads(page: Page) -> None:
    assert len(page.all("caption")) == len(page.all("table")) > 5
    assert all(head.attributes["scope"] in ("row", "col") for head in page.all("th"))
    assert len(page.all("title")) == 1 + len(page.all("svg")) == 1 + len(page.all("desc"))
    assert [e.tag for e in page.elements if e.tag in ("h1", "header", "main", "footer")][:3] == ["header", "h1", "main"]


def test_every_picture_is_held_once(page: Page, run: Json) -> None:
    sources = [image.attributes["src"] for image in page.all("img")]
    assert len(sources) == len(set(sources)) == page.source.count("data:image/")
    steps = [done for instruction in run["instructions"] for done in instruction["steps"]]
    outputs = {(Path(run["out"]) / done["output"]).read_bytes() for done in steps if done["output"]}
    masks = sum(bool(done["mask"]) for done in steps)
    assert len(sources) == 3 + len(outputs) + masks  # infrared, visible, fused; the result is the last output
    held = {image.attributes["id"] for image in page.all("img")}
    assert set(page.values("data-again")) <= held
    assert {option.attributes["value"] for option in page.all("option")} <= held


def test_alternative_texts_say_what_is_seen(page: Page) -> None:
    texts = [image.attributes["alt"] for image in page.all("img")]
    assert len(texts) == len(set(texts))
    assert "The fused picture, before any edit." in texts
    assert any(text.startswith("The region tinted red and outlined: people, ") for text in texts)


def test_a_conversation_that_has_just_begun(run: Json, tmp_path: Path) -> None:
    begun, folder = copied(run, tmp_path / "begun")
    begun["instructions"] = []
    shutil.copy(folder / "fused.png", folder / "result.png")
    page = check_page(render_report(Record.model_validate(begun), folder))
    assert len(page.all("img")) == 3
    assert "Nothing has been asked yet" in page.text
    assert [o.attributes["value"] for o in page.all("option") if "selected" in o.attributes] == [
        "picture-2",
        "picture-3",
    ]
    assert "wordfuse fuse" in page.text


def test_questions_of_the_agent_and_their_answers(run: Json, tmp_path: Path) -> None:
    changed, folder = copied(run, tmp_path / "asked")
    changed["instructions"][0]["asked"] = [
        {"kind": "which", "about": "people", "question": "Which <people>?", "answer": "those & these"}
    ]
    page = check_page(render_report(Record.model_validate(changed), folder))
    assert "wordfuse asked Which <people>?" in page.text
    assert "You answered: those & these" in page.text


def test_phrases_that_were_not_found_are_named(run: Json, tmp_path: Path) -> None:
    changed, folder = copied(run, tmp_path / "missing")
    changed["instructions"][0]["steps"][0] |= {"missing": ["<b>dragons</b>", "cats"], "satisfied": True}
    page = check_page(render_report(Record.model_validate(changed), folder))
    assert "Not found: <b>dragons</b>, cats" in page.text
    assert "satisfied in part" in page.text


def test_sources_that_are_gone_are_said_to_be_gone(run: Json, tmp_path: Path) -> None:
    changed, folder = copied(run, tmp_path / "gone")
    changed["ir"] = str(tmp_path / "no longer.png")
    page = check_page(render_report(Record.model_validate(changed), folder))
    assert page.text.count("no longer where it was") == 2
    changed["instructions"] = []
    shutil.copy(folder / "fused.png", folder / "result.png")
    alone = check_page(render_report(Record.model_validate(changed), folder))
    assert len(alone.all("img")) == len(alone.all("option")) / 2 == 1
    assert "Divider between fused and fused" in alone.values("aria-label")
    assert "The fused picture, before any edit." in page.values("alt")


def test_a_gray_pair_and_a_large_one(small: Small, tmp_path: Path, quick: None) -> None:
    gray = small.run(tmp_path / "gray", ScriptedModel(PLANS), WORDS[0], vi=small.vi_gray)
    check_page(render_report(Record.model_validate(gray), tmp_path / "gray"))
    rows, columns = np.mgrid[0:3072, 0:4096]
    pixels = np.stack([rows % 256, columns % 256, (rows + columns) % 256], axis=2).astype(np.uint8)
    write_png(tmp_path / "large.png", pixels)
    large = thumbnails.of_picture(tmp_path / "large.png")
    assert (large.width, large.height) == (960, 720)


def test_a_picture_that_changed_is_read_again(tmp_path: Path) -> None:
    file, mask = tmp_path / "picture.png", np.zeros((40, 60), np.uint8)
    write_png(file, np.full((40, 60, 3), 10, np.uint8))
    before = thumbnails.of_picture(file)
    assert thumbnails.of_picture(file) is before
    write_png(file, np.full((40, 60, 3), 200, np.uint8))
    assert thumbnails.of_picture(file).data != before.data
    mask[10:30, 10:30] = 255
    write_png(tmp_path / "mask.png", mask)
    drawn = decoded(thumbnails.of_overlay(file, tmp_path / "mask.png"))
    assert drawn[20, 20, 0] > drawn[20, 20, 1] + 20  # tinted red inside
    assert np.ptp(drawn[35, 50].astype(int)) < 10  # gray outside


def test_a_thumbnail_of_deep_sources_fills_the_range(tmp_path: Path) -> None:
    from PIL import Image

    ramp = np.linspace(20000, 30000, 64 * 48).reshape(48, 64).astype(np.uint16)
    Image.fromarray(ramp).save(tmp_path / "ir.png")
    write_png(tmp_path / "vi.png", np.full((48, 64), 90, np.uint8))
    infrared, visible = (decoded(small) for small in thumbnails.of_sources(tmp_path / "ir.png", tmp_path / "vi.png"))
    assert infrared.min() < 10
    assert infrared.max() > 245
    assert abs(int(visible.mean()) - 90) <= 2


def decoded(thumbnail: thumbnails.Thumbnail) -> np.ndarray:
    import io

    from PIL import Image

    with Image.open(io.BytesIO(thumbnail.data)) as picture:
        assert picture.format == "WEBP"
        return np.asarray(picture.convert("RGB"))


# The command that makes a run again.


def arguments(command: str) -> list[str]:
    """What a program would be given, by a real shell."""
    script = "wordfuse() { printf '%s\\0' \"$@\"; }\n" + command
    done = subprocess.run(["bash", "-c", os.fsencode(script)], capture_output=True, check=True)
    return [os.fsdecode(word) for word in done.stdout.split(b"\0")[:-1]]


@pytest.mark.parametrize(
    "text",
    [
        "plain",
        "two words",
        'it\'s $HOME `id` "x" \\n !',
        "-x",
        HOSTILE.strip(),
        "a\nb",
        "\x011",
        "\udcff.png",
        "\u00fc",
    ],
)
def test_a_shell_reads_every_text_as_it_was(text: str) -> None:
    assert arguments(f"wordfuse {quoted(text)}") == [text]
    assert quoted(text).isprintable()


def parsed(command: str) -> Json:
    """The values that the command line gives to ``wordfuse run``."""
    from wordfuse.cli.app import app

    name, *words = arguments(command)
    group: Any = typer.main.get_command(app)
    context = group.commands[name].make_context(name, words)
    return dict(context.params)


def test_the_command_sets_what_was_set(run: Json, tmp_path: Path) -> None:
    changed = copy.deepcopy(run)
    chosen = Settings(
        llm="http://127.0.0.1:8000/v1",
        model="a model",
        regions="pixels",
        grounding_picture="union",
        masks={"the dog": tmp_path / "dog 1.png"},
        weights=tmp_path / "w.safetensors",
        preset="terf",
        seed=7,
        max_pixels=1_000_000,
        align=True,
        limits=Limits(attempts=5, seconds=90.5, model_calls=11, tool_calls=12),
    )
    changed["settings"] = chosen.model_dump(mode="json") | {"prompts": "0"}
    given = parsed(command_of(Record.model_validate(changed)))
    assert given["instruction"] == list(WORDS)
    assert (str(given["ir"]), str(given["vi"])) == (run["ir"], run["vi"])
    assert given["mask"] == [f"the dog={tmp_path / 'dog 1.png'}"]
    for name in set(OPTIONS) - {"masks"}:
        assert given[name] == getattr(chosen, name), name
    for option, limit in LIMITS.items():
        assert given[option] == getattr(chosen.limits, limit), option
    assert given["seed"] == 7


def test_every_setting_is_an_option_or_has_none() -> None:
    from wordfuse.agent.batch.script import Choices

    without = {"adapter", "ask", "limits", "seed"}
    assert set(Settings.model_fields) == set(OPTIONS) | without
    assert set(Choices.model_fields) == {*OPTIONS, *LIMITS, "seed"}, "what a script may say"


def test_one_file_with_both_pictures_is_named_once(run: Json) -> None:
    changed = copy.deepcopy(run)
    changed["vi"] = changed["ir"]
    words = arguments(command_of(Record.model_validate(changed)))
    assert words[words.index("--pair") + 1] == run["ir"]
    assert "--vi" not in words


def test_the_command_leaves_out_what_is_usual(run: Json) -> None:
    usual = copy.deepcopy(run)
    usual["settings"] = Settings().model_dump(mode="json") | {"prompts": "0"}
    words = arguments(command_of(Record.model_validate(usual)))
    assert [word for word in words if word.startswith("--")] == ["--ir", "--vi", "--seed"]


def test_a_password_in_the_address_of_a_server_stays_with_its_owner(small: Small, tmp_path: Path, quick: None) -> None:
    address = "http://me:secret@127.0.0.1:8000/v1"
    record = small.run(tmp_path / "run", ScriptedModel(PLANS), WORDS[2], llm=address)
    assert record["settings"]["llm"] == "http://127.0.0.1:8000/v1"
    for name in ("run.json", "report.html"):
        assert "secret" not in (tmp_path / "run" / name).read_text(encoding="utf-8")


# Charts and words.


def check(after: float, *, before: float = 10.0, target: float = 8.0, at_most: bool = True) -> Check:
    return Check("noise", before, after, target, at_most, main=True)


def test_a_chart_shows_every_attempt_beside_its_goal() -> None:
    chart = draw_chart([check(9.0), check(8.5), check(7.0)], "noise")
    assert [point.value for point in chart.points] == ["10.0", "9.0", "8.5", "7.0"]
    assert [point.met for point in chart.points] == [False, False, False, True]
    assert chart.summary == (
        "noise: 10.0 before, 9.0 after try 1, 8.5 after try 2, 7.0 after try 3; the goal is at most 8.0."
    )
    ys = [point.y for point in chart.points]
    assert ys == sorted(ys), "lower values stand lower"
    assert ys[2] < chart.goal_y < ys[3]
    assert chart.zone_y == chart.goal_y
    rising = draw_chart([check(12.0, target=11.0, at_most=False)], "luma")
    assert rising.points[1].y < rising.goal_y < rising.points[0].y
    assert rising.zone_y + rising.zone_height == pytest.approx(rising.goal_y)


@pytest.mark.parametrize("attempts", [1, 2, 6, 20])
def test_a_chart_stays_within_its_bounds(attempts: int) -> None:
    for after in (0.0, 10.0, 1e6):
        chart = draw_chart([check(after, target=10.0)] * attempts, "x")
        assert all(0 < point.x < 360 and 0 < point.y < 182 and 0 < point.value_y < 165 for point in chart.points)
        assert 0 < chart.goal_y < 165


def test_numbers_as_people_write_them() -> None:
    assert number(-0.0001) == "0.000"
    assert number(-1.5, 1) == "\u22121.5"
    assert [signed(value) for value in (2.04, -2.04, 0.0)] == ["+2.0", "\u22122.0", "0.0"]
    assert [seconds(value) for value in (0.012, 4.24, 61.0, 125.0)] == ["12 ms", "4.2 s", "61 s", "2 min 5 s"]
    assert [share(value) for value in (1.0, 0.031, 0.0004, 0.0)] == ["100%", "3.1%", "under 0.1%", "0%"]
    assert step_words(step("relight", "darker", "sky", strength="strong")) == "Make sky darker, a lot"


def test_what_no_eye_sees_is_written_out() -> None:
    assert plain("a\x00b\u202ec\udcff\u2066\n\td") == "a\\x00b\\u202ec\\udcff\\u2066\n\td"
    for words in (
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "\U0001f468\u200d\U0001f469\u200d\U0001f467",
        "\u00fc",
    ):
        assert plain(words) == words


# A batch.


def job(name: str, out: Path, code: int | None, **more: Any) -> Json:
    return {
        "job": 1,
        "name": name,
        "ir": f"ir/{name}.png",
        "vi": f"vi/{name}.png",
        "say": ["warm the people"],
        "out": str(out),
        "exit_code": code,
        "error": None,
        "seconds": 1.5,
        "steps": 1,
        "satisfied": 1,
        "resumed": False,
    } | more


def test_the_page_of_a_batch(run: Json, tmp_path: Path) -> None:
    names = ["001-a b#1?", "002-<b>\u2603", "003-same"]
    for name in names:
        shutil.copytree(run["out"], tmp_path / name)
    jobs = [job(name, tmp_path / name, 3 if index else 0, say=[HOSTILE]) for index, name in enumerate(names)]
    jobs.append(job("004", tmp_path / "004", 2, error="<b>cannot</b> be read", steps=0, satisfied=0))
    page = check_page(render_index(jobs, tmp_path, "night & <b>day</b>"))
    assert "night & <b>day</b>" in page.text
    assert "1 satisfied 2 not satisfied 1 failed 4 jobs" in page.text
    assert "<b>cannot</b> be read" in page.text
    assert len(page.all("img")) == 6, "every job shows its pictures, though all are the same"
    links = [link for link in page.values("href") if not link.startswith("#")]
    folders = ["001-a%20b%231%3F", "002-%3Cb%3E%E2%98%83", "003-same"]
    assert links == [f"{folder}/report.html" for folder in folders]


def test_the_page_of_a_large_batch_stays_small(run: Json, tmp_path: Path) -> None:
    shutil.copytree(run["out"], tmp_path / "001")
    write_png(tmp_path / "001/result.png", np.full((480, 640, 3), 9, np.uint8))
    for count, width in ((60, "360"), (61, "200")):
        jobs = [job(f"{number:03d}", tmp_path / "001", 0) for number in range(count)]
        assert check_page(render_index(jobs, tmp_path, "x")).values("width")[1] == width


def test_a_job_outside_of_the_batch_has_no_link(run: Json, tmp_path: Path) -> None:
    (tmp_path / "batch").mkdir()
    page = check_page(render_index([job("away", Path(run["out"]), 0)], tmp_path / "batch", "x"))
    assert not [link for link in page.values("href") if not link.startswith("#")]
    assert "no picture" in page.text
    assert not page.all("img")


def test_a_batch_of_nothing_edited_shows_the_fused_picture_once(run: Json, tmp_path: Path) -> None:
    shutil.copytree(run["out"], tmp_path / "001")
    shutil.copy(tmp_path / "001/fused.png", tmp_path / "001/result.png")
    (tmp_path / "001/run.json").unlink()
    page = check_page(render_index([job("001", tmp_path / "001", 130, seconds=None)], tmp_path, "x"))
    assert [image.attributes["alt"] for image in page.all("img")] == ["The fused picture of 001."]
