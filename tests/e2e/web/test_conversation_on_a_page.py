"""What people do on the page of ``wordfuse web``, in a real browser, with the real agent and its language model."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.e2e.web.conftest import copy_pair
from tests.e2e.web.site import PATIENCE_MS, Person, Site, served, someone
from tests.patience import PATIENCE_S, until
from wordfuse.evals.transcripts import CONVERSATION
from wordfuse.fusion.images import read_picture

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.real]

OPEN = "Look at it"
STEADY = ("#frame", "#words", "#send", "#history", "#infrared", "#scroller")


def places(person: Person) -> dict[str, object]:
    return {name: person.page.locator(name).bounding_box() for name in STEADY}


def released(folder: Path) -> bool:
    """Whether nobody works in a run folder, as the terminal sees it."""
    from filelock import FileLock, Timeout

    lock = FileLock(folder / "run.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        return False
    lock.release()
    return True


def test_the_conversation_of_the_readme(person: Person, site: Site) -> None:
    """By mouse and keyboard; the record is what the terminal leaves, and the terminal goes on with it."""
    run = person.opens(OPEN)
    before = places(person)
    first, more, question, sky, road, why, undo = CONVERSATION
    person.says(first)
    assert "satisfied" in person.last
    assert re.search(r"17\.7 \u2192 26\.\d \(goal at least 24\.\d\)", person.last)
    assert person.page.locator("#right").get_attribute("src").split("?")[0].endswith("/pictures/001")
    person.says(more)
    assert "satisfied" in person.last
    assert person.page.locator("#right").get_attribute("src").split("?")[0].endswith("/pictures/002")
    person.says(question)
    assert "people: 3 found" in person.last
    numbered = person.page.locator("#turns > li").last.locator("img")
    numbered.scroll_into_view_if_needed()
    assert until(lambda: numbered.evaluate("img => img.complete && img.naturalWidth > 0"))
    person.says(sky)
    person.says(road)
    assert re.search(r"5\.0 \u2192 2\.\d", person.last)
    person.says(why)
    assert "was understood as: denoise: road." in person.live
    assert person.page.locator("#turns > li").count() == 5
    person.says(undo)
    assert person.page.locator("#turns > li").count() == 4
    assert person.page.locator("#history li").count() == 4
    assert places(person) == before, "nothing moved while the agent worked"
    person.clicks("Redo")
    assert "the same for the road" in person.last
    turns = person.page.locator("#turns > li").count()
    person.page.get_by_role("button", name="Look at make the people stand out", exact=True).click()
    person.page.get_by_role("button", name="Go back to it").wait_for()
    assert "/pictures/001" in str(person.page.locator("#right").get_attribute("src"))
    assert person.page.locator("#turns > li").count() == turns, "only looked at so far"
    person.clicks("Go back to it")
    assert "Redo brings it again" in person.live
    assert not person.page.locator("#back-to").is_visible()
    said = [one["text"] for one in site.record(run)["instructions"]]
    assert said[0] == first
    assert site.record(run)["instructions"][-1]["text"] in (first, more, question)
    person.page.goto(site.url)  # leaves the run
    assert until(lambda: released(site.runs / run))
    talked = subprocess.run(
        [sys.executable, "-m", "wordfuse", "chat", "--resume", str(site.runs / run), "--no-images"],
        input="denoise the sky\n", capture_output=True, text=True, timeout=PATIENCE_S,
    )  # fmt: skip
    assert talked.returncode == 0, talked.stderr
    person.page.goto(f"{site.url}runs/{run}")
    person.ready()
    assert "denoise the sky" in person.last
    assert "satisfied" in person.last


# What a browser has of an address, from wherever it takes it.
FETCHED = """async address => { const answer = await fetch(address); const data = await answer.arrayBuffer();
    return [answer.status, answer.headers.get("cache-control"), [...new Uint8Array(data)].join()] }"""


def test_pointing_and_painting_say_what_this_is(person: Person, site: Site) -> None:
    run = person.opens(OPEN)
    page, frame = person.page, person.page.locator("#frame").bounding_box()
    page.get_by_label("Point", exact=True).check()
    page.mouse.click(frame["x"] + 0.34 * frame["width"], frame["y"] + 0.6 * frame["height"])
    page.locator("[data-mark]").first.wait_for()
    assert "a car" in page.locator("[data-mark]").first.inner_text()
    assert page.locator("#veil").is_visible()
    assert page.locator("#cross").is_visible()
    assert page.locator("#region option:checked").inner_text() == "what is marked"
    page.locator("#words").fill("denoise the sky")
    page.locator("#words").press("Enter")
    assert until(lambda: "unmark it" in page.locator("#state").inner_text())
    person.says("make this brighter")
    assert "\u201cthis\u201d, the first marked area: a car" in person.last
    assert not page.locator("#cross").is_visible(), "the ring does not cover what was changed"
    assert not page.locator("#veil").is_visible()
    folder = site.runs / run
    (said,) = site.record(run)["instructions"]
    assert said["text"] == "make this brighter"
    assert said["marked"]["words"] == "make the first marked area brighter"
    fused, result, mask = (read_picture(folder / name) for name in ("fused.png", "result.png", said["marked"]["file"]))
    changed = (fused != result).any(axis=2)
    assert changed.any()
    assert not changed[mask[..., 0] <= 127].any()

    page.get_by_label("Paint", exact=True).check()
    page.mouse.move(frame["x"] + 0.2 * frame["width"], frame["y"] + 0.85 * frame["height"])
    page.mouse.down()
    page.mouse.move(frame["x"] + 0.4 * frame["width"], frame["y"] + 0.85 * frame["height"], steps=4)
    page.mouse.up()
    page.locator("[data-mark]").first.wait_for()
    assert "what you painted over" in page.locator("[data-mark]").inner_text()
    person.says("darken this")
    painted_mask = site.record(run)["instructions"][1]["marked"]["file"]
    painted = read_picture(folder / painted_mask)[..., 0] > 127
    rows, columns = np.nonzero(painted)
    assert (rows.mean() / painted.shape[0], columns.mean() / painted.shape[1]) == pytest.approx((0.85, 0.3), abs=0.02)
    person.says("a bit more")
    assert site.record(run)["instructions"][2]["steps"][0]["region"]["phrases"] == ["second marked area"]

    page.get_by_role("button", name="Show it").first.click()
    veil = str(page.locator("#veil").get_attribute("src"))
    kept = (page.evaluate(FETCHED, veil), page.evaluate(FETCHED, veil))
    assert kept[0] == kept[1]
    (folder / said["marked"]["file"]).write_bytes((folder / "masks" / Path(painted_mask).name).read_bytes())
    assert page.evaluate(FETCHED, veil) != kept[0], "the browser is not shown what was there before"


def test_the_menu_tells_the_region_that_is_shown(person: Person) -> None:
    person.opens(OPEN)
    page = person.page
    person.says("denoise the sky")
    shown, region = page.locator("#region option:checked"), page.get_by_role("button", name="Region (")
    assert shown.inner_text() == "none"
    region.click()
    assert page.locator("#veil").is_visible()
    assert shown.inner_text().startswith("sky (")
    assert region.get_attribute("aria-pressed") == "true"
    page.locator("#region").select_option(label="none")
    assert not page.locator("#veil").is_visible()
    assert region.get_attribute("aria-pressed") == "false"
    region.click()
    person.says("brighten the road")
    assert not page.locator("#veil").is_visible(), "a new picture is seen as it is"
    assert shown.inner_text() == "none"


def test_a_picture_that_is_not_there_yet_is_told(person: Person) -> None:
    page = person.page
    page.add_init_script("""addEventListener("DOMContentLoaded", () => {
        const told = document.getElementById("opening");
        window.told = told?.checkVisibility() ? told.textContent : "";
    })""")
    person.opens(OPEN)
    assert page.evaluate("() => window.told") == "Opening the pair ..."
    assert until(lambda: not page.locator("#opening").is_visible())


def test_a_question_is_answered_by_a_button(person: Person, site: Site) -> None:
    run = person.opens(OPEN)
    person.says("brighten the car")
    question = person.page.locator("#question")
    assert "Which one is meant?" in question.inner_text()
    assert until(lambda: person.page.locator("#question-picture").evaluate("img => img.naturalWidth > 0"))
    person.clicks("1")
    (said,) = site.record(run)["instructions"]
    assert said["asked"][0]["answer"] == "1"
    assert not question.is_visible()
    person.says("brighten the unicorn")
    assert "Which region instead?" in question.inner_text()
    person.clicks("Undo")
    assert not question.is_visible()
    assert len(site.record(run)["instructions"]) == 1


def test_a_question_is_answered_by_pointing(person: Person, site: Site) -> None:
    """What is not found by its name is shown; the same is done to it."""
    run = person.opens(OPEN)
    person.says("make the unicorn brighter")
    page = person.page
    assert "Which region instead?" in page.locator("#question").inner_text()
    assert not page.get_by_role("button", name="What is marked").is_visible()
    page.get_by_role("button", name="Point at it").click()
    assert page.evaluate("() => document.activeElement.id") == "pen"
    frame = page.locator("#frame").bounding_box()
    assert frame is not None
    page.mouse.click(frame["x"] + 0.34 * frame["width"], frame["y"] + 0.6 * frame["height"])
    page.locator("[data-mark]").first.wait_for()
    person.clicks("What is marked")
    assert not page.locator("#question").is_visible()
    (said,) = site.record(run)["instructions"]
    assert (said["text"], said["marked"]["words"]) == (
        "make this brighter",
        "make the first marked area brighter",
    )
    assert "satisfied" in person.last


def test_the_share_of_infrared_moves_as_one_drags(person: Person, site: Site) -> None:
    run = person.opens(OPEN)
    page = person.page
    start = read_picture(site.runs / run / "fused.png")
    slider = page.locator("#infrared")
    assert until(slider.is_enabled)
    seen = page.locator("#frame").screenshot()
    slider.fill("100")
    assert until(lambda: page.locator("#over").evaluate("img => img.complete && img.naturalWidth > 0"))
    assert page.locator("#frame").screenshot() != seen
    assert page.locator("#right-name").inner_text() == "100% infrared"
    assert np.array_equal(read_picture(site.runs / run / "fused.png"), start), "only looked at so far"
    person.clicks("Use it")
    infrared = read_picture(site.folder / "ir.png")[..., 0].astype(int)
    assert np.abs(read_picture(site.runs / run / "fused.png")[..., 0].astype(int) - infrared).max() <= 1
    person.clicks("As chosen")
    assert np.array_equal(read_picture(site.runs / run / "fused.png"), start)


def test_what_is_wrong_writes_the_wish(person: Person) -> None:
    person.opens(OPEN)
    page = person.page
    page.get_by_text("What is wrong with it?").click()
    page.get_by_role("button", name="Look", exact=True).click()
    wish = page.locator("#findings button").first
    wish.wait_for()
    words = wish.inner_text()
    wish.click()
    assert page.locator("#words").input_value() == words
    assert page.evaluate("() => document.activeElement.id") == "words"
    assert page.locator("#hint").is_visible()
    before = person.views()
    page.keyboard.press("Enter")
    person.came(before)
    assert not page.locator("#hint").is_visible()
    assert "satisfied" in person.last


def test_two_browsers_do_not_meet(somebody: Callable[..., Person], site: Site) -> None:
    one, other = somebody(), somebody()
    first, second = one.opens(OPEN), other.opens("Look at the example")
    assert first != second
    one.page.locator("#words").fill("make the people stand out")
    one.page.locator("#words").press("Enter")
    other.says("denoise the sky")
    one.ready()
    assert until(lambda: one.page.locator("#turns > li").count() == 1)
    assert "denoise" not in one.page.locator("#talk, .talk").first.inner_text()
    assert "people" not in other.last
    assert [said["text"] for said in site.record(second)["instructions"]] == ["denoise the sky"]
    other.page.goto(f"{site.url}runs/{first}")
    assert until(lambda: "is open in another browser" in other.page.locator("#state").inner_text())
    told = other.page.evaluate(f"""async () => {{
        const answer = await fetch("/api/runs/{first}/say", {{method: "POST", body: '{{"text": "darken it"}}'}});
        return [answer.status, (await answer.json()).error];
    }}""")
    assert told[0] == 400
    assert "is not open here" in told[1]
    other.pardoned = True
    assert len(site.record(first)["instructions"]) == 1


def test_a_reload_in_the_middle_of_a_turn_goes_on(person: Person, site: Site) -> None:
    run = person.opens(OPEN)
    person.page.locator("#words").fill("make the people stand out, then brighten the dark areas")
    person.page.locator("#words").press("Enter")
    person.page.locator("#live .tool").first.wait_for()
    person.page.reload()
    person.ready()
    assert "Understood" in person.last
    assert len(site.record(run)["instructions"]) == 1
    assert len(site.record(run)["instructions"][0]["steps"]) == 2


def test_stop_ends_a_turn_in_good_order(person: Person, site: Site) -> None:
    run = person.opens(OPEN)
    before = person.views()
    person.page.locator("#words").fill("make the people stand out, then brighten the dark areas, then denoise the sky")
    person.page.locator("#words").press("Enter")
    person.page.locator("#live .tool").first.wait_for()
    person.page.locator("#stop").click()
    person.came(before)
    (said,) = site.record(run)["instructions"]
    assert any(step["notice"] and "stopped" in step["notice"] for step in said["steps"])
    person.says("denoise the sky")
    assert "satisfied" in person.last


def test_after_a_kill_the_run_is_there(chromium: "Browser", tmp_path: Path) -> None:
    folder = copy_pair(tmp_path / "pairs")
    with served(folder) as site:
        with someone(chromium, site) as person:
            person.pardoned = True
            run = person.opens(OPEN)
            person.says("denoise the sky")
            person.page.locator("#words").fill("make the people stand out")
            person.page.locator("#words").press("Enter")
            person.page.locator("#live .understood").first.wait_for()
            site.kill()
            assert until(lambda: "Not connected" in person.page.locator("#state").inner_text())
    with served(folder) as site, someone(chromium, site) as person:
        person.page.goto(site.url)
        person.page.get_by_role("link", name=run).click()
        person.ready()
        assert "make the people stand out" in person.last
        assert "satisfied" in person.last
        assert [one["text"] for one in site.record(run)["instructions"]] == [
            "denoise the sky",
            "make the people stand out",
        ]


def test_files_that_are_no_pair_are_told_in_words(person: Person, tmp_path: Path) -> None:
    page, site = person.page, person.site
    person.pardoned = True
    (tmp_path / "ir.png").write_text("not a picture")
    (tmp_path / "empty.png").write_bytes(b"")
    for ir, told in (("ir.png", "ir.png"), ("empty.png", "a file is empty")):
        page.goto(site.url)
        page.locator("input[name=ir]").set_input_files(tmp_path / ir)
        page.locator("input[name=vi]").set_input_files(site.folder / "vi.png")
        page.get_by_role("button", name="Look at them").click()
        assert until(lambda told=told: told in page.locator("#told").inner_text())  # type: ignore[misc]
        text = page.locator("#told").inner_text()
        assert "Traceback" not in text
        assert "/" not in text
        assert not page.locator("#preview").is_visible()
    page.locator("input[name=ir]").set_input_files(site.folder / "ir.png")
    page.get_by_role("button", name="Look at them").click()
    page.locator("#preview").wait_for()
    assert "384 \u00d7 288" in page.locator("#preview").inner_text()
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url("**/runs/*", timeout=PATIENCE_MS)
    person.ready()
    run = page.url.rsplit("/", 1)[-1]
    assert {path.name for path in (site.runs / run / "inputs").iterdir()} == {"ir.png", "vi.png"}
