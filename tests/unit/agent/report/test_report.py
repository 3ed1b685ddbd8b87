"""``report.html`` as a file: what it says, what it holds, what it lets nobody do."""

import copy
import shutil
from pathlib import Path

import numpy as np
import pytest

from tests.fakes import ScriptedModel, Small
from tests.pages import Page, check_page
from tests.unit.agent.report.wishes import HOSTILE, PLANS, WORDS
from wordfuse.agent.record import Record
from wordfuse.agent.report.page import render_report
from wordfuse.agent.state import Json
from wordfuse.fusion.display import thumbnails
from wordfuse.fusion.images import write_png


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
    ids = {image.attributes["alt"]: image.attributes["id"] for image in page.all("img")}
    chosen = [option.attributes["value"] for option in page.all("option") if "selected" in option.attributes]
    assert chosen == [ids["The visible picture."], ids["The fused picture, before any edit."]]
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
