"""Reports in a real browser: they open without a word of complaint, and everyone can read and use them."""

import copy
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.request import url2pathname

import pytest

from tests.fakes import ScriptedModel, Small, plan, quicken, refusal, satisfied, step
from wordfuse.agent.record import Record
from wordfuse.agent.report.index import render_index
from wordfuse.agent.report.page import render_report
from wordfuse.agent.state import Json

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

HOSTILE = "<script>document.title = 'taken'</script><img src=x onerror=\"document.title = 'taken'\"> \u202e {{ 7 }}"
WORDS = ("warm the people, then everything brighter", "sing", "find the unicorn", HOSTILE)
PLANS = {
    WORDS[0]: plan(step("incline", "infrared", "people"), step("relight", "brighter")),
    WORDS[1]: refusal(HOSTILE),
    WORDS[2]: plan(step("incline", "visible", "unicorn")),
    WORDS[3]: plan(step("denoise", None, "cars", "sky")),
}
# Contrast as WCAG 2 defines it: (lighter + 0.05) / (darker + 0.05) of the relative luminances.
CONTRAST = """element => {
    const parts = colour => colour.match(/[\\d.]+/g).map(Number);
    const luminance = colour => {
        const [r, g, b] = parts(colour).slice(0, 3).map(x => x / 255)
            .map(x => x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    let behind = element;
    while (parts(getComputedStyle(behind).backgroundColor)[3] === 0) behind = behind.parentElement;
    const pair = [getComputedStyle(element).color, getComputedStyle(behind).backgroundColor].map(luminance);
    return (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
}"""
LOADED = "() => [...document.images].map(img => img.complete && img.naturalWidth > 0)"
AT = "box => getComputedStyle(box.querySelector('.side.right')).clipPath"


@dataclass
class Seen:
    """A page that is open, and everything that it said or asked for meanwhile."""

    page: "Page"
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def check(self) -> None:
        assert self.said == []
        assert all(url.startswith(("file:", "data:")) for url in self.asked), self.asked


@pytest.fixture
def look(chromium: "Browser") -> Iterator[Any]:
    """Opens a page; at the end of the test, none of those that were opened may have complained or asked the network."""
    opened: list[Seen] = []

    def open_page(file: Path, **context: Any) -> Seen:
        page = chromium.new_context(**context).new_page()
        seen = Seen(page)
        opened.append(seen)
        page.on("console", lambda message: seen.said.append(message.text))
        page.on("pageerror", lambda error: seen.said.append(str(error)))
        page.on("request", lambda request: seen.asked.append(request.url))
        page.goto(file.as_uri())
        return seen

    yield open_page
    for seen in opened:
        seen.check()
        seen.page.context.close()


@pytest.fixture(scope="module")
def run(small: Small, tmp_path_factory: pytest.TempPathFactory) -> Json:
    with pytest.MonkeyPatch.context() as patch:
        quicken(patch.setitem)
        folder = tmp_path_factory.mktemp("runs") / "a run \u2603 #1"
        return small.run(folder, ScriptedModel(PLANS, verdict=satisfied), *WORDS)


@pytest.fixture(scope="module")
def report(run: Json) -> Path:
    return Path(run["out"]) / "report.html"


@pytest.fixture(scope="module")
def index(run: Json, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("batch")
    jobs = []
    for number, name in enumerate(("001-a b#1?%41", "002-\u2603", "003-failed"), start=1):
        if number < 3:
            shutil.copytree(run["out"], folder / name)
        job = {"job": number, "name": name, "ir": "ir.png", "vi": "vi.png", "say": list(WORDS), "resumed": number == 2}
        job |= {
            "out": str(folder / name),
            "exit_code": 3 if number < 3 else 2,
            "error": None if number < 3 else HOSTILE,
        }
        jobs.append(job | {"seconds": 2.5, "steps": 4, "satisfied": 3})
    (folder / "index.html").write_text(render_index(jobs, folder, f"a batch {HOSTILE}"), encoding="utf-8")
    return folder / "index.html"


def test_it_opens_and_every_picture_loads(look: Any, report: Path) -> None:
    page = look(report).page
    loaded = page.evaluate(LOADED)
    assert len(loaded) > 10
    assert all(loaded)
    assert page.title().startswith("warm the people")
    assert page.locator("[data-again]").count() == 0


def test_the_divider_follows_the_keyboard(look: Any, report: Path) -> None:
    page = look(report).page
    box, slider = page.locator("[data-compare]").first, page.locator("[data-slider]").first
    assert box.evaluate(AT) == "inset(0px 0px 0px 50%)"
    slider.focus()
    page.keyboard.press("ArrowRight")
    assert box.evaluate(AT) == "inset(0px 0px 0px 51%)"
    page.keyboard.press("Home")
    assert box.evaluate(AT) in ("inset(0px)", "inset(0px 0px 0px 0%)")
    page.keyboard.press("End")
    assert box.evaluate(AT) == "inset(0px 0px 0px 100%)"
    assert slider.get_attribute("aria-valuetext") == "100% fused, 0% result"


def test_the_divider_follows_the_mouse_and_what_is_seen_changes(look: Any, report: Path) -> None:
    page = look(report, viewport={"width": 1000, "height": 900}).page
    box = page.locator("[data-compare]").first
    frame = box.locator(".frame").bounding_box()
    page.mouse.move(frame["x"] + frame["width"] / 2, frame["y"] + 20)
    page.mouse.down()
    page.mouse.move(frame["x"] + frame["width"] / 4, frame["y"] + 20, steps=5)
    page.mouse.up()
    assert float(box.locator("input").input_value()) == pytest.approx(25, abs=1)
    handle = box.locator(".handle").bounding_box()
    assert handle["x"] + handle["width"] / 2 == pytest.approx(
        frame["x"] + frame["width"] / 4, abs=0.02 * frame["width"]
    )
    quarter = box.screenshot()
    page.mouse.click(frame["x"] + frame["width"] - 2, frame["y"] + 20)
    assert float(box.locator("input").input_value()) >= 99
    assert box.screenshot() != quarter


def test_any_two_pictures_can_be_compared(look: Any, report: Path) -> None:
    page = look(report).page
    names = page.locator("select").first.locator("option").all_text_contents()
    assert names == ["infrared", "visible", "fused", "after step 1", "after step 2", "result"]
    left = page.locator(".side.left img").first
    fused = left.get_attribute("src")
    page.locator("select").first.select_option("infrared")
    assert left.get_attribute("src") != fused
    assert left.get_attribute("alt") == "The infrared picture: what is warm is bright."
    slider = page.locator("[data-slider]").first
    assert slider.get_attribute("aria-label") == "Divider between infrared and result"
    page.locator("select").first.select_option("fused")
    assert left.get_attribute("src") == fused


def test_every_control_is_reached_with_the_tab_key(look: Any, report: Path) -> None:
    page = look(report).page
    wanted = page.evaluate("() => document.querySelectorAll('input, select, button, summary').length")
    reached = []
    for _ in range(60):
        page.keyboard.press("Tab")
        tag = page.evaluate("() => document.activeElement.tagName")
        reached.append(tag)
        if tag == "BUTTON":
            break
    assert reached[:3] == ["INPUT", "SELECT", "SELECT"]
    assert sum(tag in ("INPUT", "SELECT", "BUTTON", "SUMMARY") for tag in reached) == wanted
    assert page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_the_command_can_be_copied(look: Any, report: Path) -> None:
    page = look(report, permissions=["clipboard-read", "clipboard-write"]).page
    page.get_by_role("button", name="Copy").click()
    page.get_by_role("button", name="Copied").wait_for()
    copied = page.evaluate("() => navigator.clipboard.readText()")
    assert copied.startswith("wordfuse run \\\n  --ir ")
    assert copied == page.locator("#command").text_content()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("file", ["report", "index"])
def test_text_stands_out_in_both_colour_schemes(
    look: Any, request: pytest.FixtureRequest, file: str, scheme: str
) -> None:
    page = look(request.getfixturevalue(file), color_scheme=scheme).page
    for selector in ("body", "h1", ".note", ".badge", "figcaption", ".said", "caption", "thead th", "footer p"):
        for element in page.locator(selector).all():
            assert element.evaluate(CONTRAST) >= 4.5, (selector, element.text_content())
    dark = page.evaluate("() => getComputedStyle(document.documentElement).backgroundColor") == "rgb(22, 21, 19)"
    assert dark == (scheme == "dark")


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("file", ["report", "index"])
def test_nothing_is_wider_than_the_screen(look: Any, request: pytest.FixtureRequest, file: str, width: int) -> None:
    page = look(request.getfixturevalue(file), viewport={"width": width, "height": 740}).page
    for details in page.locator("details").all():
        details.locator("summary").click()
    assert page.evaluate("() => document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("file", ["report", "index"])
def test_axe_finds_nothing(look: Any, request: pytest.FixtureRequest, file: str, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    page = look(request.getfixturevalue(file), color_scheme=scheme).page
    for details in page.locator("details").all():
        details.locator("summary").click()
    found = axe.Axe().run(page)
    assert found.response["passes"]
    assert found.violations_count == 0, found.generate_report()


def test_without_scripts_every_picture_is_there_or_linked(look: Any, report: Path) -> None:
    page = look(report, java_script_enabled=False).page
    assert page.locator("[data-slider]").first.is_hidden()
    for link in page.locator("[data-again] a").all():
        assert page.locator(link.get_attribute("href")).count() == 1
    for image in page.locator("img").all():
        assert image.bounding_box()["height"] > 50


def test_a_conversation_that_has_just_begun_opens(look: Any, run: Json, tmp_path: Path) -> None:
    folder = tmp_path / "begun"
    shutil.copytree(run["out"], folder)
    shutil.copy(folder / "fused.png", folder / "result.png")
    begun = copy.deepcopy(run) | {"instructions": []}
    (folder / "report.html").write_text(render_report(Record.model_validate(begun), folder), encoding="utf-8")
    page = look(folder / "report.html").page
    assert all(page.evaluate(LOADED))
    assert page.locator("[data-tag]").all_text_contents() == ["visible", "fused"]


def test_the_page_of_a_batch_leads_to_its_reports(look: Any, index: Path) -> None:
    page = look(index).page
    loaded = page.evaluate(LOADED)
    assert len(loaded) == 4
    assert all(loaded)
    links = [link.evaluate("a => a.href") for link in page.locator("h3 a").all()]
    assert len(links) == 2
    for link in links:
        assert Path(url2pathname(link.removeprefix("file://"))).is_file()
    page.locator("h3 a").first.click()
    page.wait_for_url("**/report.html")
    assert page.title().startswith("warm the people")
